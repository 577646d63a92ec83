"""A moment in words: what its tag says, by which rule it went on, what stays open."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from engine.domain.events import EventType
from engine.domain.model import Model
from engine.domain.organisation import Organisation
from engine.domain.run import Visit
from engine.package import Package
from tests import models
from tests.unit.engine.evidence.histories import CALENDAR, CLERK, History
from tests.unit.engine.evidence.test_replay import CHOICE, REWORK
from webui import moments, timeline
from webui.verdicts import Said

HOLDS: Final = Said(
    question="Thời hạn", verdict="Đạt", tone="good", reason="Trong hạn.", holds=True
)
DEVIATES: Final = replace(HOLDS, verdict="Lệch", tone="soon", holds=False)
FAILS: Final = replace(HOLDS, verdict="Không đạt", tone="late", holds=False)


def views(
    history: History,
    judged: dict[int, tuple[Said, ...]] | None = None,
    drawn: frozenset[str] | None = None,
    *,
    opens: bool = True,
) -> tuple[moments.View, ...]:
    told = history.replay()
    model: Model = history.model
    reader = timeline.Reader(
        package=Package(model=model, forms={}, hash=""),
        organisation=Organisation(),
        calendar=CALENDAR,
    )
    teller = moments.Teller(
        model=model,
        calendar=CALENDAR,
        names={},
        drawn=frozenset(model.nodes) if drawn is None else drawn,
        judged=judged or {},
        opens=opens,
    )
    return teller.views(told.moments, timeline.lines(told.steps, reader))


def released() -> History:
    history = History(REWORK).open()
    history.note(EventType.TASK_CLAIMED, doer=CLERK, visit=Visit("tra", 1))
    return history.note(EventType.TASK_RELEASED, doer=CLERK, visit=Visit("tra", 1))


def test_a_step_that_is_done_again_is_counted() -> None:
    history = History(REWORK).open().do("tra").do("ky", "chon-tra").do("tra")
    assert [one.title for one in views(history)][1:] == ["tra", "ky", "tra, lần 2"]


def test_what_is_worth_a_word_is_told_the_gravest_first() -> None:
    assert views(released())[2].tag == ("Can thiệp", "step-in")
    for said, tag in (
        (DEVIATES, ("Can thiệp", "step-in")),
        (FAILS, ("Không đạt: thời hạn", "late")),
        (HOLDS, ("Can thiệp", "step-in")),
    ):
        assert views(released(), {3: (HOLDS, said)})[2].tag == tag


def test_an_intervention_deviates_only_when_a_verdict_fails() -> None:
    assert not views(released(), {3: (DEVIATES,)})[2].deviating
    assert views(released(), {3: (FAILS,)})[2].deviating
    assert views(released(), {1: (DEVIATES,)})[0].deviating
    assert views(released(), {1: (DEVIATES,)})[0].tag == ("Lệch: thời hạn", "soon")


def test_six_verdicts_that_hold_are_counted_and_none_is_no_tag() -> None:
    assert views(released(), {1: (HOLDS,) * 6})[0].tag == ("6 đạt", "good")
    assert views(released())[0].tag == ("", "")


def test_late_work_deviates_without_any_verdict() -> None:
    history = History(REWORK, due={"tra": timedelta(hours=1)}).open()
    late = views(history.later(hours=2).do("tra"))[1]
    assert (late.deviating, late.tag) == (True, ("Quá hạn", "late"))


def test_a_rule_is_told_with_the_value_that_it_read() -> None:
    taken = views(History(CHOICE).open().do("tra", phi=5))[1].rules
    assert taken == ("“chon” → co: phi > 0 (với phi = 5)",)
    default = views(History(CHOICE).open().do("tra", phi=0))[1].rules
    assert default == ("“chon” → khong: không điều kiện nào khác đúng",)


def test_who_may_not_see_what_was_entered_sees_the_rule_alone() -> None:
    history = History(CHOICE).open().do("tra", phi=5)
    closed = views(history, opens=False)[1]
    assert (closed.rules, closed.answers) == (("“chon” → co: phi > 0",), ())


def test_what_stands_open_is_told_and_marked() -> None:
    opened, done = views(History(REWORK).open().do("tra"))
    assert (opened.standing, opened.marks["ready"]) == (
        ("tra: chờ người làm",),
        ["tra"],
    )
    assert (done.marks["at"], done.marks["done"]) == ("tra", ["tra"])


def test_an_element_that_is_not_drawn_is_shown_by_what_is_drawn_around_it() -> None:
    model = models.build(
        "start > nhom > end", models.sub("nhom", "bat_dau > tra > xong")
    )
    history = History(model).open()
    history.do("bat_dau")
    inside = views(history, drawn=frozenset({"start", "nhom", "end"}))[-1]
    assert (inside.marks["at"], inside.marks["ready"]) == ("nhom", ["nhom"])
    nothing = views(history, drawn=frozenset())[-1]
    assert (nothing.marks["at"], nothing.marks["ready"]) == ("", [])
