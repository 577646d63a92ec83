"""Opinions beside a step: of any agency, due by themselves, holding nothing up."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from engine.commands.ask_outside import ReceiveSupplement
from engine.commands.end_case import StopCase
from engine.commands.reassign_task import ReassignTask
from engine.commands.return_task import ReturnTask
from engine.commands.suspend_case import EndSuspension, SuspendCase
from engine.domain.case import TaskStatus
from engine.domain.side_work import Stance
from engine.errors import NotAllowedError, NotFoundError, NotReadyError
from storage.alarms import Alarms
from tests.integration.engine import forging
from tests.integration.engine.beside import QUESTION, WORK, ask, say, take_back
from tests.integration.engine.forging import Body
from tests.integration.engine.office import EXAMINER, LEADER, Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_clock_of_cases import request
from tests.integration.engine.test_verdicts import judged, kinds, wrong


@scene
def case(office: Office) -> UUID:
    """A case whose examination somebody has."""
    made = office.open("1.001", ten="An", phi=0)
    office.complete("motcua", made, "nhan")
    office.claim("thamtra", made, WORK)
    return made


def test_an_opinion_is_a_piece_of_work_of_whoever_is_asked(
    office: Office, case: UUID
) -> None:
    ask(office, case)
    row = office.work(case)["~y1", 1]
    assert (row.name, row.performer) == ("Cho ý kiến: Thẩm tra", EXAMINER)
    assert row.agency == office.agencies["elsewhere"]
    assert row.status is TaskStatus.OPEN
    # One working day from Friday morning ends with the next working day.
    assert row.due_at is not None
    assert row.due_at - row.opened_at > timedelta(days=2)
    assert office.case(case).sides == 1


def test_its_question_is_erasable_and_who_is_asked_is_a_fact(
    office: Office, case: UUID
) -> None:
    ask(office, case)
    event = office.events(case)[-1]
    assert QUESTION.encode() not in event.body
    assert [one.name for one in event.personal] == ["question"]
    assert office.agencies["elsewhere"].hex.encode() in event.body


def test_it_is_claimed_answered_and_judged(office: Office, case: UUID) -> None:
    ask(office, case)
    office.claim("xa", case, "~y1")
    say(office, case)
    row = office.work(case)["~y1", 1]
    assert row.status is TaskStatus.DONE
    assert row.assignee == office.accounts["xa"].id
    office.complete("thamtra", case, WORK)
    found = judged(office, case)
    assert wrong(found) == []
    assert kinds(found) == []
    assert office.rebuild(case) == []


def test_an_open_opinion_does_not_hold_the_step_up_and_ends_with_it(
    office: Office, case: UUID
) -> None:
    ask(office, case)
    office.claim("xa", case, "~y1")
    office.complete("thamtra", case, WORK)
    row = office.work(case)["~y1", 1]
    assert (row.status, row.closed_at) == (TaskStatus.CANCELLED, office.clock.at)
    assert b'"left":["~y1"]' in office.events(case)[-1].body
    with pytest.raises(NotReadyError):
        say(office, case)
    assert wrong(judged(office, case)) == []
    assert office.rebuild(case) == []


def test_returning_the_step_withdraws_what_is_open(office: Office, case: UUID) -> None:
    ask(office, case)
    back = ReturnTask(
        case=case, element=WORK, occurrence=1, target="nhan", reason="Thiếu giấy"
    )
    office.do("thamtra", back)
    assert office.work(case)["~y1", 1].status is TaskStatus.CANCELLED
    assert wrong(judged(office, case)) == []
    assert office.rebuild(case) == []


def test_stopping_a_case_ends_its_side_work(office: Office, case: UUID) -> None:
    ask(office, case)
    ask(office, case, performer=LEADER, agency="office", limit=None)
    stop = StopCase(case=case, reason="Trùng", basis="Điều 5", document="12/QĐ")
    office.do("giamsat", stop)
    rows = office.work(case)
    assert {rows[one, 1].status for one in ("~y1", "~y2")} == {TaskStatus.CANCELLED}
    assert wrong(judged(office, case)) == []
    assert office.rebuild(case) == []


def test_who_asked_takes_it_back_with_a_reason(office: Office, case: UUID) -> None:
    ask(office, case)
    with pytest.raises(NotAllowedError) as refused:
        take_back(office, case, by="motcua")
    assert refused.value.code == "not-asker"
    take_back(office, case)
    assert office.work(case)["~y1", 1].status is TaskStatus.CANCELLED
    with pytest.raises(NotReadyError):
        take_back(office, case)
    assert wrong(judged(office, case)) == []
    assert office.rebuild(case) == []


def test_a_late_opinion_is_a_deviation_of_the_opinion_and_not_of_the_step(
    office: Office, case: UUID
) -> None:
    ask(office, case)
    office.clock.move(days=4)
    say(office, case, stance=Stance.NONE, text="Không đủ dữ liệu")
    found = judged(office, case)
    assert wrong(found) == []
    assert kinds(found) == [(5, "late", "~y1")]
    assert found.deviations[0].agency == office.agencies["elsewhere"].hex


def test_only_who_has_the_step_asks_and_only_who_is_asked_answers(
    office: Office, case: UUID
) -> None:
    for other in ("lanhdao", "motcua", "thamtra2"):
        with pytest.raises(NotAllowedError):
            ask(office, case, by=other)
    with pytest.raises(NotFoundError):
        ask(office, case, by="xa")
    ask(office, case)
    for other in ("lanhdao", "thamtra2", "motcua"):
        with pytest.raises(NotAllowedError):
            say(office, case, by=other)


def test_whoever_is_asked_touches_nothing_else_of_the_case(
    office: Office, case: UUID
) -> None:
    with pytest.raises(NotFoundError):
        office.claim("xa", case, "~y1")
    ask(office, case)
    before = office.digest()
    with pytest.raises(NotFoundError):
        office.complete("xa", case, WORK)
    with pytest.raises(NotFoundError):
        office.claim("xa", case, WORK)
    with pytest.raises(NotReadyError) as refused:
        office.complete("xa", case, "~y1")
    assert refused.value.code == "side-row"
    assert office.digest() == before


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"performer": "Không ai"}, "no-performer"),
        ({"performer": LEADER}, "no-performer"),
        ({"performer": ""}, "no-performer"),
        ({"question": "  "}, "no-why"),
    ],
)
def test_a_question_needs_words_and_somebody_to_answer(
    office: Office, case: UUID, more: dict[str, Any], code: str
) -> None:
    before = office.digest()
    with pytest.raises(NotReadyError) as refused:
        ask(office, case, **more)
    assert refused.value.code == code
    assert office.digest() == before


def test_side_work_is_given_to_somebody_else_by_who_supervises_it(
    office: Office, case: UUID
) -> None:
    ask(office, case, performer=LEADER, agency="office")
    leader = office.actor("lanhdao").positions[0].id
    command = ReassignTask(
        case=case,
        element="~y1",
        occurrence=1,
        position=leader,
        account=office.accounts["lanhdao"].id,
        reason="Đồng chí phụ trách",
    )
    office.do("giamsat", command)
    say(office, case, by="lanhdao")
    found = judged(office, case)
    assert wrong(found) == []
    assert kinds(found) == [(5, "reassigned", "~y1")]
    assert office.rebuild(case) == []


def test_it_stops_with_the_clock_and_counts_on_afterwards(
    office: Office, case: UUID
) -> None:
    ask(office, case)
    before = office.work(case)["~y1", 1].due_at
    office.clock.move(hours=1)
    rest = SuspendCase(case=case, reason="Bão", basis="Điều 7", document="1/CĐ")
    office.do("giamsat", rest)
    assert office.work(case)["~y1", 1].due_at is None
    with pytest.raises(NotReadyError) as refused:
        say(office, case)
    assert refused.value.code == "suspended"
    with pytest.raises(NotReadyError):
        ask(office, case)
    with pytest.raises(NotReadyError):
        take_back(office, case)
    office.clock.move(days=7)
    office.do("giamsat", EndSuspension(case=case, reason="Bão tan"))
    after = office.work(case)["~y1", 1].due_at
    assert before is not None
    # A week of five working days later.
    assert after == before + timedelta(days=7)
    assert office.rebuild(case) == []
    say(office, case)
    found = judged(office, case)
    assert wrong(found) == []
    assert office.rebuild(case) == []


def test_asked_while_the_clock_stands_it_gets_its_whole_limit_later(
    office: Office, case: UUID
) -> None:
    request(office, case)
    ask(office, case)
    assert office.work(case)["~y1", 1].due_at is None
    assert office.rebuild(case) == []
    office.clock.move(days=3)
    office.do("thamtra", ReceiveSupplement(case=case))
    row = office.work(case)["~y1", 1]
    assert row.due_at is not None
    assert row.due_at > office.clock.at
    assert office.rebuild(case) == []
    assert wrong(judged(office, case)) == []


def test_an_alarm_is_raised_for_an_opinion_that_is_overdue(
    office: Office, case: UUID
) -> None:
    ask(office, case)
    office.clock.move(days=5)
    with office.app.store.begin(office.tenant) as uow:
        alarms = uow.alarms
        assert isinstance(alarms, Alarms)
        rung = alarms.ring(office.clock.now(), 10)
    assert "~y1" in {one.element for one in rung}


def test_a_damaged_row_of_side_work_is_found_and_put_right(
    office: Office, case: UUID
) -> None:
    ask(office, case)
    office.sql("UPDATE task SET performer = 'x' WHERE element = '~y1'")
    office.sql('UPDATE "case" SET sides = 0')
    assert office.rebuild(case) == [
        "sides differs from the record",
        "the work ~y1 (1) differs from the record",
    ]
    assert office.rebuild(case) == []
    say(office, case)


def test_forged_side_work_is_found(office: Office, case: UUID) -> None:
    ask(office, case)
    say(office, case)
    events = office.events(case)

    def other_due(body: Body, _: dict[str, Any]) -> None:
        body["facts"]["due"] = None

    def nobody(body: Body, _: dict[str, Any]) -> None:
        body["facts"]["performer"] = "Không ai"

    def number(body: Body, _: dict[str, Any]) -> None:
        body["facts"]["n"] = 7

    def somebody(body: Body, _: dict[str, Any]) -> None:
        body["doer"] = {"account": office.accounts["motcua"].id.hex}

    forged = {
        (4, other_due): (4, "time", "other-due"),
        (4, nobody): (4, "authority", "work-misgiven"),
        (4, number): (4, "control_flow", "other-question"),
        (5, number): (5, "control_flow", "other-question"),
        (5, somebody): (5, "authority", "no-position"),
    }
    for (seq, how), expected in forged.items():
        made = forging.forge(events, seq, how)
        assert expected in wrong(judged(office, case, made)), expected
