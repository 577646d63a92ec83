"""What was done side by side and entered in another order than it was done in.

Friday 20/11/2026. Two examiners work beside each other; one enters at 11:00 what she
does then, the other in the afternoon what he did on paper in the morning. What waited
for both counts from the later of them (docs/manual/clock.md, rule 1).
"""

import json
from datetime import date
from typing import Final
from uuid import UUID

import pytest

from engine.commands import ask_outside as ask
from engine.commands import change_organisation as change
from engine.domain import timeliness
from engine.errors import NotAllowedError, NotReadyError
from engine.evidence.papers import slip
from engine.judging.ruling import Judgement, Ruling
from tests import bpmn
from tests.integration.engine import forging
from tests.integration.engine.forging import Body
from tests.integration.engine.office import Office, ext, lanes
from tests.integration.engine.test_clock_of_cases import STEP, at, go
from tests.integration.engine.test_on_paper import refused, sheet
from tests.integration.engine.test_papers import source_of
from tests.integration.engine.test_verdicts import judged, wrong

SIDES: Final = "task a 'A'; task b 'B'"
JOINED: Final = f"and x; {SIDES}; and y; task tra 'Trả' {STEP}"
FORK: Final = "s > x > a > y > tra > e\nx > b > y"
#: Each side ends for itself.
ENDING: Final = f"and x; {SIDES}; end f"
FORKED: Final = "s > x > a > e\nx > b > f"
#: Five working hours: Friday 09:05 to 15:35 with a rest at noon.
SHORT: Final = '<qt:limit amount="5" unit="working-hour"/>'


def drawn(
    code: str, body: str, flow: str, *, limit: str = "", examiner: str = "a b"
) -> bytes:
    """A procedure of two steps side by side."""
    desk = {"desk": "tra"} if "task tra" in body else {}
    facts = f'<qt:procedure code="{code}">{limit}</qt:procedure>'
    more = lanes(examiner=examiner, **desk) + ext(facts)
    name = f"p_{code.replace('.', '_')}"
    made = bpmn.process(f"start s; {body}; end e", flow, identity=name, more=more)
    return bpmn.definitions(made)


def entered(office: Office, case: UUID, first: str = "a", second: str = "b") -> None:
    """One step on the screen at 11:00, the other later, done on paper at 09:30."""
    go(office, "2026-11-20T11:00")
    office.complete("thamtra", case, first)
    go(office, "2026-11-20T16:00")
    office.complete("thamtra2", case, second, paper=sheet(office, "thamtra2"))


def paper_of(office: Office, case: UUID) -> Body:
    """What the last event tells of its sheet."""
    told: Body = json.loads(office.events(case)[-1].body)["facts"]["paper"]
    return told


def sound(office: Office, case: UUID) -> None:
    """The record is right, and gives back what is stored."""
    assert wrong(judged(office, case)) == []
    assert office.rebuild(case) == []


def test_a_step_behind_a_join_begins_with_the_later_of_the_acts(office: Office) -> None:
    office.publish(n=drawn("6.001", JOINED, FORK))
    case = office.open("6.001")
    entered(office, case)
    work = office.work(case)
    assert work["b", 1].closed_at == at("2026-11-20T09:30")
    assert work["tra", 1].opened_at == at("2026-11-20T11:00")
    # Two days of eight hours from Friday 11:00; Tuesday is off.
    assert work["tra", 1].due_at == at("2026-11-25T11:00")
    assert paper_of(office, case)["onward"] == "2026-11-20T04:00:00.000000Z"
    sound(office, case)
    early = sheet(office, "motcua", "2026-11-20T10:30")
    refused(
        lambda: office.complete("motcua", case, "tra", paper=early),
        NotReadyError,
        "paper-early",
    )


def test_entered_in_the_order_it_was_done_in_nothing_is_said(office: Office) -> None:
    office.publish(n=drawn("6.001", JOINED, FORK))
    case = office.open("6.001")
    go(office, "2026-11-20T09:20")
    office.complete("thamtra", case, "a")
    go(office, "2026-11-20T16:00")
    office.complete("thamtra2", case, "b", paper=sheet(office, "thamtra2"))
    assert "onward" not in paper_of(office, case)
    assert office.work(case)["tra", 1].opened_at == at("2026-11-20T09:30")
    sound(office, case)


def test_what_is_not_behind_the_join_begins_with_its_own_act(office: Office) -> None:
    body = f"and x; {SIDES}; and y; task tra 'Trả'; task luu 'Lưu'"
    flow = "s > x > a > y > tra > e\nx > b > luu > y"
    office.publish(n=drawn("6.001", body, flow, examiner="a b luu"))
    case = office.open("6.001")
    entered(office, case)
    assert office.work(case)["luu", 1].opened_at == at("2026-11-20T09:30")
    assert "onward" not in paper_of(office, case)
    done = sheet(office, "thamtra", "2026-11-20T09:40")
    office.complete("thamtra", case, "luu", paper=done)
    assert office.work(case)["tra", 1].opened_at == at("2026-11-20T11:00")
    sound(office, case)


def test_the_last_round_of_a_join_counts(office: Office) -> None:
    body = f"xor k; {JOINED}; xor z"
    flow = "s > k > x > a > y > tra > z > e\nx > b > y\nz >lai [ket_qua = 1]> k"
    made = drawn("6.001", body, flow).replace(b'id="z"', b'id="z" default="z_e"')
    office.publish(n=made)
    case = office.open("6.001", ket_qua=1)
    entered(office, case)
    go(office, "2026-11-20T16:10")
    office.complete("motcua", case, "tra")
    go(office, "2026-11-23T11:00")
    office.complete("thamtra", case, "a", visit=2)
    go(office, "2026-11-23T16:00")
    paper = sheet(office, "thamtra2", "2026-11-23T09:30")
    office.complete("thamtra2", case, "b", visit=2, paper=paper)
    assert office.work(case)["tra", 2].opened_at == at("2026-11-23T11:00")
    sound(office, case)


@pytest.mark.parametrize("kind", ["sub", "instances"])
def test_what_is_behind_parallel_work_of_one_element_counts_so_too(
    office: Office, kind: str
) -> None:
    many = (
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
        "</multiInstanceLoopCharacteristics>"
    )
    inside = bpmn.nodes(f"start s1; and x1; {SIDES}; end e1; end e2")
    inside += bpmn.flows("s1 > x1 > a > e1\nx1 > b > e2")
    inside = inside.replace("\n", "")
    bodies = {
        "sub": (f"sub o {inside}; task tra 'Trả'", "s > o > tra > e", "a b"),
        "instances": (f"task a 'A' {many}; task tra 'Trả'", "s > a > tra > e", "a"),
    }
    body, flow, examiner = bodies[kind]
    office.publish(n=drawn("6.001", body, flow, examiner=examiner))
    case = office.open("6.001")
    if kind == "sub":
        entered(office, case)
    else:
        go(office, "2026-11-20T11:00")
        office.complete("thamtra", case, "a")
        go(office, "2026-11-20T16:00")
        paper = sheet(office, "thamtra2")
        office.complete("thamtra2", case, "a", visit=2, paper=paper)
    assert office.work(case)["tra", 1].opened_at == at("2026-11-20T11:00")
    sound(office, case)


# The end.


def test_a_case_ends_with_the_latest_of_its_acts(office: Office) -> None:
    office.publish(n=drawn("6.001", ENDING, FORKED, limit=SHORT))
    case = office.open("6.001")
    go(office, "2026-11-20T16:30")
    office.complete("thamtra", case, "a")
    go(office, "2026-11-20T16:50")
    office.complete("thamtra2", case, "b", paper=sheet(office, "thamtra2"))
    ended = at("2026-11-20T16:30")
    row = office.case(case)
    assert row.due_at == at("2026-11-20T15:35")
    assert row.closed_at == ended
    with office.app.store.read(office.tenant) as uow:
        told = uow.dossiers.get(case)
    assert told is not None
    assert told.dossier.ended_at == ended
    found = judged(office, case)
    assert [one.params["due"] for one in late(found)] == ["2026-11-20T08:35:00.000000Z"]
    made = slip.slip(source_of(office, case), office.clock.at)
    assert (made.ended, made.result) == (ended, timeliness.Class.LATE)
    sound(office, case)


def test_in_time_is_a_case_whose_latest_act_was(office: Office) -> None:
    office.publish(n=drawn("6.001", ENDING, FORKED, limit=SHORT))
    case = office.open("6.001")
    go(office, "2026-11-20T15:00")
    office.complete("thamtra", case, "a")
    go(office, "2026-12-10T16:00")
    office.complete("thamtra2", case, "b", paper=sheet(office, "thamtra2"))
    assert office.case(case).closed_at == at("2026-11-20T15:00")
    assert late(judged(office, case)) == []
    sound(office, case)


def test_a_case_does_not_end_before_its_supplement_was_brought(office: Office) -> None:
    office.publish(n=drawn("6.001", ENDING, FORKED))
    case = office.open("6.001")
    go(office, "2026-11-20T09:20")
    office.complete("thamtra", case, "a")
    office.do("thamtra", ask.RequestSupplement(case=case, missing="Giấy", reason="Vì"))
    go(office, "2026-11-20T10:40")
    office.do("thamtra", ask.ReceiveSupplement(case=case))
    go(office, "2026-11-20T16:00")
    office.complete("thamtra2", case, "b", paper=sheet(office, "thamtra2"))
    assert office.case(case).closed_at == at("2026-11-20T10:40")
    sound(office, case)


@pytest.mark.parametrize(
    "onward",
    [
        "2026-11-20T03:59:00.000000Z",
        "2026-11-20T04:01:00.000000Z",
        "2026-11-20T11:00:00+07:00",
        None,
    ],
)
def test_another_end_of_a_case_is_found_in_its_record(
    office: Office, onward: str | None
) -> None:
    office.publish(n=drawn("6.001", ENDING, FORKED))
    case = office.open("6.001")
    entered(office, case)

    def change(body: Body, _: Body) -> None:
        del body["facts"]["paper"]["onward"]
        if onward is not None:
            body["facts"]["paper"]["onward"] = onward

    assert wrong(judged(office, case)) == []
    found = judged(office, case, forging.forge(office.events(case), 3, change))
    assert (3, "time", "paper-onward") in wrong(found)


def late(found: Judgement) -> list[Ruling]:
    """What is said of a case that ended late."""
    return [
        ruling
        for event in found.events
        for ruling in event.rulings
        if ruling.code == "case-late"
    ]


# Who held a position then.


@pytest.mark.parametrize("closed", [True, False])
def test_what_is_taken_back_today_does_not_undo_this_morning(
    office: Office, *, closed: bool
) -> None:
    office.publish(n=drawn("6.001", JOINED, FORK))
    case = office.open("6.001")
    go(office, "2026-11-20T14:00")
    morning, noon = (
        sheet(office, "thamtra2", f"2026-11-20T{hour}") for hour in ("09:30", "14:00")
    )
    ended = change.EndHolding(
        position=morning.position,
        account=morning.by,
        valid_from=date.min,
        valid_to=date(2026, 11, 19),
    )
    office.app.engine.run(ended, office.tenant)
    if closed:
        office.app.engine.run(change.CloseAccount(account=morning.by), office.tenant)
    refused(
        lambda: office.complete("thamtra", case, "b", paper=noon),
        NotAllowedError,
        "paper-holder",
    )
    office.complete("thamtra", case, "b", paper=morning)
    sound(office, case)


def test_who_never_held_the_position_did_not_do_it_then(office: Office) -> None:
    office.publish(n=drawn("6.001", JOINED, FORK))
    case = office.open("6.001")
    go(office, "2026-11-20T14:00")
    other = sheet(office, "thamtra", by=office.accounts["motcua"].id)
    refused(
        lambda: office.complete("thamtra", case, "b", paper=other),
        NotAllowedError,
        "paper-holder",
    )


@pytest.mark.parametrize("scan", ["ab" * 32, "AB" * 32, "../" * 21 + "a", "x"])
def test_a_scan_that_was_never_uploaded_is_no_file(office: Office, scan: str) -> None:
    office.publish(n=drawn("6.001", JOINED, FORK))
    case = office.open("6.001")
    go(office, "2026-11-20T14:00")
    paper = sheet(office, "thamtra", scan=scan)
    refused(
        lambda: office.complete("thamtra", case, "b", paper=paper),
        NotReadyError,
        "paper-scan",
    )
