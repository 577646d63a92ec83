"""Reassigning: a supervisor gives work on, and the record proves who had it and why."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from engine.commands import change_organisation as change
from engine.commands.reassign_task import REASON_CHARS, ReassignTask
from engine.domain.case import TaskStatus
from engine.domain.organisation import Holder, Position
from engine.domain.run import Visit
from engine.errors import (
    AlreadyTakenError,
    EngineError,
    NotAllowedError,
    NotReadyError,
    TooLargeError,
)
from storage import drafts
from tests.integration.engine import forging
from tests.integration.engine.forging import Body
from tests.integration.engine.office import EXAMINER, Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_verdicts import judged, kinds, wrong

REASON = "Đồng chí An nghỉ ốm"
WORK = "tham_tra"


@scene
def case(office: Office) -> UUID:
    """A case whose examination waits in the office, claimed by nobody."""
    made = office.open("1.001", ten="An", phi=0)
    office.complete("motcua", made, "nhan")
    return made


def position(office: Office, login: str) -> UUID:
    return office.actor(login).positions[0].id


def give(office: Office, case: UUID, to: str, **more: Any) -> None:
    command = ReassignTask(
        case=case,
        element=more.pop("element", WORK),
        occurrence=1,
        position=position(office, to),
        account=office.accounts[to].id if more.pop("person", True) else None,
        reason=more.pop("reason", REASON),
    )
    office.do(more.pop("by", "giamsat"), command)


def test_work_that_somebody_holds_goes_to_another_person(
    office: Office, case: UUID
) -> None:
    office.claim("thamtra", case, WORK)
    before = office.work(case)[WORK, 1]
    give(office, case, "thamtra2")
    after = office.work(case)[WORK, 1]
    assert after == replace(
        before,
        assignee=office.accounts["thamtra2"].id,
        position=position(office, "thamtra2"),
    )
    with pytest.raises(NotAllowedError):
        office.complete("thamtra", case, WORK)
    office.complete("thamtra2", case, WORK)


def test_work_can_be_opened_to_a_position(office: Office, case: UUID) -> None:
    office.claim("thamtra", case, WORK)
    give(office, case, "thamtra2", person=False)
    task = office.work(case)[WORK, 1]
    assert (task.status, task.assignee, task.position) == (TaskStatus.OPEN, None, None)
    office.claim("thamtra2", case, WORK)


def test_open_work_can_be_given_to_a_person(office: Office, case: UUID) -> None:
    give(office, case, "thamtra2")
    with pytest.raises(AlreadyTakenError):
        office.claim("thamtra", case, WORK)


def test_the_event_names_both_and_keeps_the_reason_erasable(
    office: Office, case: UUID
) -> None:
    office.claim("thamtra", case, WORK)
    give(office, case, "thamtra2")
    event = office.events(case)[-1]
    assert event.type == "task.reassigned"
    assert REASON.encode() not in event.body
    assert [one.name for one in event.personal] == ["reason"]
    for login in ("thamtra", "thamtra2"):
        assert office.accounts[login].id.hex.encode() in event.body


def test_it_is_a_deviation_with_its_reason_and_the_record_rebuilds(
    office: Office, case: UUID
) -> None:
    office.claim("thamtra", case, WORK)
    give(office, case, "thamtra2")
    found = judged(office, case)
    assert wrong(found) == []
    assert kinds(found) == [(4, "reassigned", WORK)]
    deviation = found.deviations[0]
    assert deviation.cause == REASON
    assert deviation.approver == office.accounts["giamsat"].id.hex
    assert office.rebuild(case) == []


def test_a_forged_holder_is_found(office: Office, case: UUID) -> None:
    office.claim("thamtra", case, WORK)
    give(office, case, "thamtra2")

    def forged(body: Body, _: dict[str, Any]) -> None:
        body["facts"]["from"] = office.accounts["xa"].id.hex

    events = forging.forge(office.events(case), 4, forged)
    assert wrong(judged(office, case, events)) == [(4, "control_flow", "other-holder")]

    def elsewhere(body: Body, _: dict[str, Any]) -> None:
        body["facts"]["to"] = office.accounts["xa"].id.hex

    events = forging.forge(office.events(case), 4, elsewhere)
    assert (4, "authority", "not-holder") in wrong(judged(office, case, events))


@pytest.mark.parametrize("by", ["thamtra", "kiemtoan", "quantri"])
def test_only_a_supervisor_gives_work_on(office: Office, case: UUID, by: str) -> None:
    with pytest.raises(NotAllowedError):
        give(office, case, "thamtra2", by=by)


@pytest.mark.parametrize("to", ["motcua", "lanhdao", "xa"])
def test_work_goes_only_to_who_does_such_work_in_the_case(
    office: Office, case: UUID, to: str
) -> None:
    with pytest.raises(NotReadyError) as refused:
        give(office, case, to)
    assert refused.value.code == "not-for-position"
    assert office.work(case)[WORK, 1].status is TaskStatus.OPEN


def test_work_can_go_to_another_agency_of_the_case(office: Office, case: UUID) -> None:
    there = Position(
        id=office.app.ids.uuid(),
        agency=office.agencies["ward"],
        name="Thẩm tra tại phường",
        performers=frozenset({EXAMINER}),
    )
    office.app.engine.run(change.CreatePosition(position=there), office.tenant)
    desk = office.accounts["motcua"]
    holder = Holder(position=there.id, account=desk.id)
    office.app.engine.run(change.HoldPosition(holder=holder), office.tenant)
    command = ReassignTask(
        case=case, element=WORK, occurrence=1, position=there.id, reason=REASON
    )
    office.do("giamsat", command)
    assert office.work(case)[WORK, 1].agency == office.agencies["ward"]
    office.complete("motcua", case, WORK)
    found = judged(office, case)
    assert wrong(found) == []
    assert office.rebuild(case) == []


@pytest.mark.parametrize(
    ("reason", "kind"),
    [(" ", NotReadyError), ("x" * (REASON_CHARS + 1), TooLargeError)],
)
def test_a_reason_is_asked_for(
    office: Office, case: UUID, reason: str, kind: type[EngineError]
) -> None:
    with pytest.raises(kind):
        give(office, case, "thamtra2", reason=reason)


def test_a_person_must_hold_the_position(office: Office, case: UUID) -> None:
    command = ReassignTask(
        case=case,
        element=WORK,
        occurrence=1,
        position=position(office, "thamtra2"),
        account=office.accounts["xa"].id,
        reason=REASON,
    )
    with pytest.raises(NotReadyError) as refused:
        office.do("giamsat", command)
    assert refused.value.code == "not-holder"


def test_done_work_is_given_to_nobody(office: Office, case: UUID) -> None:
    with pytest.raises(NotReadyError):
        give(office, case, "motcua", element="nhan")


def test_four_eyes_hold_through_reassignment(office: Office, case: UUID) -> None:
    examiner, leader = office.accounts["thamtra"], position(office, "lanhdao")
    office.complete("thamtra", case, WORK)
    office.clock.move(days=3)
    office.wake(case)
    holder = Holder(position=leader, account=examiner.id)
    office.app.engine.run(change.HoldPosition(holder=holder), office.tenant)
    command = ReassignTask(
        case=case,
        element="ky",
        occurrence=1,
        position=leader,
        account=examiner.id,
        reason=REASON,
    )
    office.do("giamsat", command)
    with pytest.raises(NotAllowedError) as refused:
        office.complete("thamtra", case, "ky")
    assert refused.value.code == "four-eyes"


def test_the_draft_travels_with_the_work(office: Office, case: UUID) -> None:
    kept = drafts.Drafts(office.app.database)
    first, second = office.accounts["thamtra"], office.accounts["thamtra2"]
    visit = Visit(WORK, 1)
    office.claim("thamtra", case, WORK)
    kept.save(first, case, visit, {"y_kien": "đủ"}, office.clock.now())
    give(office, case, "thamtra2")
    assert kept.load(second, case, visit) == {"y_kien": "đủ"}
    assert kept.load(first, case, visit) is None


def test_a_draft_of_ones_own_is_not_lost_to_one_that_travels(
    office: Office, case: UUID
) -> None:
    kept = drafts.Drafts(office.app.database)
    first, second = office.accounts["thamtra"], office.accounts["thamtra2"]
    visit = Visit(WORK, 1)
    kept.save(second, case, visit, {"y_kien": "của tôi"}, office.clock.now())
    office.clock.move(minutes=1)
    kept.save(first, case, visit, {"y_kien": "khác"}, office.clock.now())
    give(office, case, "thamtra2")
    assert kept.load(second, case, visit) == {"y_kien": "của tôi"}
    assert kept.load(first, case, visit) == {"y_kien": "khác"}


def test_whoever_takes_released_work_finds_its_draft(
    office: Office, case: UUID
) -> None:
    kept = drafts.Drafts(office.app.database)
    visit = Visit(WORK, 1)
    office.claim("thamtra", case, WORK)
    first = office.accounts["thamtra"]
    kept.save(first, case, visit, {"y_kien": "dở dang"}, office.clock.now())
    office.release("thamtra", case, WORK)
    office.claim("thamtra2", case, WORK)
    found = kept.load(office.accounts["thamtra2"], case, visit)
    assert found == {"y_kien": "dở dang"}
