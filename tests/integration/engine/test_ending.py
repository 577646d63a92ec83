"""Cases that a person ends or lets rest: stopped, withdrawn, suspended."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from engine.commands.end_case import StopCase, WithdrawCase
from engine.commands.suspend_case import EndSuspension, SuspendCase
from engine.domain.case import TaskStatus
from engine.domain.run import Status
from engine.errors import EngineError, NotAllowedError, NotReadyError, StaleError
from tests.integration.engine import forging
from tests.integration.engine.forging import Body
from tests.integration.engine.office import Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_verdicts import judged, kinds, wrong

ORDER = {"basis": "Điều 9 Nghị định 61/2018/NĐ-CP", "document": "12/QĐ-UBND"}
REASON = "Bà Hoa đã bán nhà"


@scene
def case(office: Office) -> UUID:
    """A case that is being examined."""
    made = office.open("1.001", ten="An", phi=0)
    office.complete("motcua", made, "nhan")
    return made


def stop(office: Office, case: UUID, login: str = "giamsat", **more: Any) -> None:
    given = {"reason": REASON, **ORDER, **more}
    office.do(login, StopCase(case=case, **given))


def withdraw(office: Office, case: UUID, login: str = "motcua", **more: Any) -> None:
    given = {"reason": REASON, **ORDER, **more}
    office.do(login, WithdrawCase(case=case, **given))


def suspend(office: Office, case: UUID, login: str = "giamsat", **more: Any) -> None:
    given = {"reason": REASON, **ORDER, **more}
    office.do(login, SuspendCase(case=case, **given))


def go_on(office: Office, case: UUID, login: str = "giamsat", **more: Any) -> None:
    office.do(login, EndSuspension(case=case, **{"reason": "Đã rõ", **more}))


def refused(
    office: Office,
    kind: type[EngineError],
    act: Callable[..., Any],
    *what: Any,
    **more: Any,
) -> str:
    """The code of a refusal that changed nothing."""
    before = office.digest()
    with pytest.raises(kind) as error:
        act(*what, **more)
    assert office.digest() == before
    return error.value.code


@pytest.mark.parametrize(
    ("act", "event", "kind"),
    [
        (stop, "case.stopped", "stopped by a person"),
        (withdraw, "case.withdrawn", "withdrawn"),
    ],
)
def test_a_case_ends_where_it_stands(
    office: Office, case: UUID, act: Any, event: str, kind: str
) -> None:
    act(office, case)
    row = office.case(case)
    assert (row.status, row.next_wake, row.state) == (Status.COMPLETED, None, None)
    assert row.closed_at == office.clock.now()
    assert office.work(case)["tham_tra", 1].status is TaskStatus.CANCELLED
    assert office.rebuild(case) == []
    assert office.verify(case) == []
    sealed = office.events(case)[-1]
    assert sealed.type == event
    assert REASON.encode() not in sealed.body
    assert "12/QĐ-UBND".encode() in sealed.body
    found = judged(office, case)
    assert wrong(found) == []
    assert kinds(found) == [(3, kind, "")]
    assert found.deviations[0].cause == REASON
    login = "giamsat" if act is stop else "motcua"
    assert found.deviations[0].approver == office.accounts[login].id.hex


def test_only_who_supervises_it_stops_or_suspends_a_case(
    office: Office, case: UUID
) -> None:
    for login in ("motcua", "thamtra", "lanhdao", "quantri", "kiemtoan"):
        for act in (stop, suspend):
            refused(office, NotAllowedError, act, office, case, login)


def test_only_where_the_dossier_came_in_it_is_withdrawn(
    office: Office, case: UUID
) -> None:
    for login in ("thamtra", "giamsat", "kiemtoan"):
        refused(office, NotAllowedError, withdraw, office, case, login)


@pytest.mark.parametrize("act", [stop, withdraw, suspend])
def test_it_needs_reason_rule_and_document(
    office: Office, case: UUID, act: Any
) -> None:
    for missing, code in (
        ("reason", "no-why"),
        ("basis", "no-basis"),
        ("document", "no-basis"),
    ):
        found = refused(office, NotReadyError, act, office, case, **{missing: " "})
        assert found == code


@pytest.mark.parametrize("act", [stop, withdraw, suspend])
def test_a_case_that_changed_meanwhile_is_left_alone(
    office: Office, case: UUID, act: Any
) -> None:
    version = office.case(case).version
    office.claim("thamtra", case, "tham_tra")
    refused(office, StaleError, act, office, case, version=version)


def test_what_is_over_is_neither_ended_nor_suspended(
    office: Office, case: UUID
) -> None:
    stop(office, case)
    assert refused(office, NotReadyError, stop, office, case) == "case-over"
    refused(office, NotReadyError, withdraw, office, case)
    refused(office, NotReadyError, suspend, office, case)
    refused(office, NotReadyError, go_on, office, case)


def test_during_a_suspension_no_work_is_done(office: Office, case: UUID) -> None:
    suspend(office, case)
    row = office.case(case)
    assert (row.suspended_at, row.next_wake) == (office.clock.now(), None)
    assert office.rebuild(case) == []
    complete = (office.complete, "thamtra", case, "tham_tra")
    assert refused(office, NotReadyError, *complete) == "suspended"
    claim = (office.claim, "thamtra", case, "tham_tra")
    assert refused(office, NotReadyError, *claim) == "suspended"
    assert refused(office, NotReadyError, suspend, office, case) != ""
    office.clock.move(days=4)
    assert office.wake(case)["fired"] == []


def test_what_was_due_meanwhile_happens_when_it_ends(
    office: Office, case: UUID
) -> None:
    suspend(office, case)
    office.clock.move(days=4)
    go_on(office, case)
    assert office.case(case).suspended_at is None
    assert office.rebuild(case) == []
    assert office.wake(case)["fired"] == ["doi"]
    office.complete("thamtra", case, "tham_tra")
    assert office.rebuild(case) == []
    assert office.verify(case) == []
    found = judged(office, case)
    assert wrong(found) == []
    assert [one for one in kinds(found) if one[1] != "late"] == [(3, "suspended", "")]
    assert refused(office, NotReadyError, go_on, office, case) != ""


def test_work_can_be_given_back_meanwhile(office: Office, case: UUID) -> None:
    office.claim("thamtra", case, "tham_tra")
    suspend(office, case)
    office.release("thamtra", case, "tham_tra")
    assert wrong(judged(office, case)) == []


def test_a_suspended_case_can_be_ended(office: Office, case: UUID) -> None:
    suspend(office, case)
    withdraw(office, case)
    row = office.case(case)
    assert (row.status, row.suspended_at) == (Status.COMPLETED, None)
    assert office.rebuild(case) == []
    assert wrong(judged(office, case)) == []


def test_a_message_is_refused_meanwhile(office: Office, case: UUID) -> None:
    office.complete("thamtra", case, "tham_tra")
    office.clock.move(days=4)
    office.wake(case)
    office.complete("lanhdao", case, "ky")
    suspend(office, case)
    act = (office.receive, case, "thue_tra_loi")
    assert refused(office, NotReadyError, *act) == "suspended"
    go_on(office, case)
    office.receive(case, "thue_tra_loi")
    assert office.case(case).status is Status.COMPLETED
    assert office.rebuild(case) == []


def test_work_recorded_during_a_suspension_is_found(office: Office, case: UUID) -> None:
    """Who takes the beginning of a suspension forward makes work stand in it."""
    office.claim("thamtra", case, "tham_tra")
    suspend(office, case)
    go_on(office, case)
    office.complete("thamtra", case, "tham_tra")

    def swapped(body: Body, _: dict[str, Any]) -> None:
        body["type"] = "hold.placed"

    events = forging.forge(office.events(case), 5, swapped)
    found = wrong(judged(office, case, events))
    assert "was-suspended" in {code for _, _, code in found}
