"""What a procedure promises: its time limit, and no approval of one's own work."""

import pytest

from engine.domain.model import TimeLimit
from models_bpmn import importer
from models_bpmn.importer import Settings
from models_bpmn.importer.lint import deadlines
from tests import bpmn

HEAD = "<extensionElements><qt:procedure>{}</qt:procedure></extensionElements>"


def limit(amount: int, unit: str) -> str:
    return f'<qt:limit amount="{amount}" unit="{unit}"/>'


def timed(amount: int, unit: str) -> str:
    inside = limit(amount, unit)
    return f"<extensionElements><qt:work>{inside}</qt:work></extensionElements>"


def exceeded(declared: str, drawn: str, promised: str) -> str:
    """The text about the sum; empty when nothing is told."""
    content = bpmn.diagram(declared, drawn, more=HEAD.format(promised))
    found = importer.analyse([("a.bpmn", content)], Settings(forms={}))
    return next(
        (one.message for one in found.findings if one.code == "limit-exceeded"), ""
    )


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        (TimeLimit(1, "working-hour"), 60),
        (TimeLimit(8, "working-hour"), 480),
        (TimeLimit(1, "working-day"), 480),
        (TimeLimit(0, "working-day"), 480),
        (TimeLimit(5, "working-day"), 2_400),
        (TimeLimit(7, "day"), 2_880),
        (TimeLimit(2, "hour"), 120),
        (TimeLimit(10**9, "working-day"), None),
    ],
)
def test_limits_of_every_unit_are_compared_in_working_time(
    written: TimeLimit, minutes: int | None
) -> None:
    assert deadlines.minutes(written) == minutes


def test_the_steps_of_one_way_add_up() -> None:
    declared = f"start s; task a 'A' {timed(4, 'working-hour')}; "
    declared += f"task b 'B' {timed(2, 'working-day')}; end e"
    text = exceeded(declared, "s > a > b > e", limit(2, "working-day"))
    assert "20 working hours" in text
    assert "promises 16" in text
    assert "A (4) + B (16)" in text
    assert not exceeded(declared, "s > a > b > e", limit(3, "working-day"))


def test_side_by_side_the_longest_way_counts() -> None:
    declared = f"start s; and g; task a {timed(1, 'working-day')}; "
    declared += f"task b {timed(2, 'working-day')}; and j; end e"
    drawn = "s > g > a > j > e\ng > b > j"
    assert not exceeded(declared, drawn, limit(2, "working-day"))
    assert "b (16)" in exceeded(declared, drawn, limit(1, "working-day"))


def test_a_loop_counts_once() -> None:
    declared = f"start s; xor m; task a {timed(1, 'working-day')}; xor g; end e"
    drawn = 's > m > a > g >y "Yes"> e\ng >n "No"> m'
    assert not exceeded(declared, drawn, limit(1, "working-day"))


def test_the_steps_of_a_sub_process_count() -> None:
    inside = bpmn.sub(
        f"start s2; task a {timed(3, 'working-day')}; end e2", "s2 > a > e2"
    )
    declared = f"start s; sub p 'Part' {inside}; end e"
    text = exceeded(declared, "s > p > e", limit(2, "working-day"))
    assert "Part (24)" in text


def test_the_way_behind_a_boundary_event_counts() -> None:
    declared = f"start s; task a {timed(1, 'working-day')}; boundary t "
    declared += f'attachedToRef="a" {bpmn.timer("P1D")}; '
    declared += f"task b {timed(2, 'working-day')}; end e; end f"
    text = exceeded(declared, "s > a > e\nt > b > f", limit(2, "working-day"))
    assert "a (8) + b (16)" in text


def test_a_wait_that_stops_the_clock_takes_no_time() -> None:
    drawn = "s > a > b > e"
    waits = f"task a qt:clock='payment' {timed(9, 'working-day')}; "
    declared = f"start s; {waits}task b {timed(1, 'working-day')}; end e"
    assert not exceeded(declared, drawn, limit(2, "working-day"))
    asks = declared.replace("'payment'", "'agency'")
    assert "80 working hours" in exceeded(asks, drawn, limit(2, "working-day"))


def test_a_wait_without_any_limit_is_told_and_another_word_refused() -> None:
    def codes(word: str, more: str = "") -> set[str]:
        content = bpmn.diagram(
            f"start s; task a qt:clock='{word}'; end e", "s > a > e", more=more
        )
        found = importer.analyse([("a.bpmn", content)], Settings(forms={}))
        return {one.code for one in found.findings}

    assert "clock-idle" in codes("supplement")
    promised = HEAD.format(limit(2, "working-day"))
    assert "clock-idle" not in codes("supplement", promised)
    assert "qt-value" in codes("weather", promised)


def test_nothing_is_compared_where_nothing_is_promised() -> None:
    declared = f"start s; task a {timed(9, 'working-day')}; end e"
    assert not exceeded(declared, "s > a > e", "<qt:result>x</qt:result>")


def approved(first: str, second: str, name: str = "Phê duyệt", work: str = "") -> bool:
    """Whether an approval is told to be that of one's own work."""
    lanes = "".join(
        f'<lane id="l_{node}" name="{lane}"><flowNodeRef>{node}</flowNodeRef></lane>'
        for node, lane in (("a", first), ("b", second))
    )
    inside = f"<extensionElements><qt:work {work}/></extensionElements>" if work else ""
    content = bpmn.diagram(
        f"start s; task a 'Soạn'; xor g; task b '{name}' {inside}; end e",
        "s > a > g > b > e",
        more=f'<laneSet id="ls">{lanes}</laneSet>',
    )
    found = importer.analyse([("a.bpmn", content)], Settings(forms={}))
    return "own-approval" in {one.code for one in found.findings}


def test_nobody_approves_what_their_lane_did() -> None:
    assert approved("Văn thư", "Văn thư")
    assert not approved("Văn thư", "Lãnh đạo")
    assert not approved("Văn thư", "Văn thư", name="Gửi")
    assert not approved("Văn thư", "Văn thư", work='fourEyes="a"')
    assert not approved("Văn thư", "Văn thư", work='performer="Lãnh đạo"')
