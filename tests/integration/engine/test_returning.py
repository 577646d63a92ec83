"""Returning and recalling: work goes back, and the record tells why and by whom."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from engine.commands.reasons import REASON_CHARS
from engine.commands.recall_task import RecallTask
from engine.commands.return_task import ReturnTask
from engine.domain.case import TaskStatus
from engine.domain.run import Visit
from engine.errors import (
    EngineError,
    NotAllowedError,
    NotReadyError,
    StaleError,
    TooLargeError,
)
from storage import drafts
from tests.integration.engine import forging
from tests.integration.engine.forging import Body
from tests.integration.engine.office import Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_verdicts import judged, kinds, wrong

REASON = "Thiếu chữ ký của ông Bình"


@scene
def case(office: Office) -> UUID:
    """A case that is being examined."""
    made = office.open("1.001", ten="An", phi=5)
    office.complete("motcua", made, "nhan", {"y_kien": "đủ"})
    return made


def give_back(
    office: Office, login: str, case: UUID, element: str, **more: Any
) -> None:
    command = ReturnTask(
        case=case,
        element=element,
        occurrence=more.pop("visit", 1),
        target=more.pop("target", "nhan"),
        reason=more.pop("reason", REASON),
        **more,
    )
    office.do(login, command)


def recall(
    office: Office, login: str, case: UUID, element: str, visit: int = 1
) -> None:
    office.do(login, RecallTask(case=case, element=element, occurrence=visit))


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


def up_to_signing(office: Office, case: UUID) -> None:
    office.complete("thamtra", case, "tham_tra")
    office.clock.move(days=4)
    office.wake(case)
    office.complete("motcua", case, "thu_phi")


def test_work_goes_back_and_what_ran_beside_it_ends(office: Office, case: UUID) -> None:
    give_back(office, "thamtra", case, "tham_tra")
    work = office.work(case)
    assert work["tham_tra", 1].status is TaskStatus.CANCELLED
    assert work["nhan", 2].status is TaskStatus.OPEN
    assert office.case(case).next_wake is None
    assert office.rebuild(case) == []
    office.complete("motcua", case, "nhan", visit=2)
    assert office.work(case)["tham_tra", 2].due_at is not None
    assert office.rebuild(case) == []
    assert office.verify(case) == []


def test_it_is_a_deviation_of_whoever_did_it_with_its_reason(
    office: Office, case: UUID
) -> None:
    give_back(office, "thamtra", case, "tham_tra")
    found = judged(office, case)
    assert wrong(found) == []
    assert kinds(found) == [(3, "returned", "tham_tra")]
    assert found.deviations[0].cause == REASON
    assert found.deviations[0].approver == office.accounts["thamtra"].id.hex
    event = office.events(case)[-1]
    assert event.type == "task.returned"
    assert REASON.encode() not in event.body
    assert [one.name for one in event.personal] == ["reason"]


def test_four_eyes_hold_after_a_return(office: Office, case: UUID) -> None:
    up_to_signing(office, case)
    give_back(office, "lanhdao", case, "ky")
    office.complete("motcua", case, "nhan", visit=2)
    with office.app.store.begin(office.tenant) as uow:
        row = uow.cases.lock(case).case
        assert uow.cases.doers(row, "tham_tra") == {office.accounts["thamtra"].id}
    give_back(office, "thamtra2", case, "tham_tra", visit=2)
    found = judged(office, case)
    assert wrong(found) == []
    assert [kind for _, kind, _ in kinds(found)] == ["returned", "returned"]
    assert office.rebuild(case) == []


def test_work_goes_back_to_what_was_done_and_can_be_reached(
    office: Office, case: UUID
) -> None:
    up_to_signing(office, case)
    for target in ("tham_tra", "ky", "gui", "chia", "s", "e", "nichts", ""):
        code = refused(
            office,
            NotReadyError,
            give_back,
            office,
            "lanhdao",
            case,
            "ky",
            target=target,
        )
        assert code == "no-return"
    give_back(office, "lanhdao", case, "ky", target="thu_phi")
    assert office.work(case)["thu_phi", 2].status is TaskStatus.OPEN


def test_nobody_returns_the_work_of_others(office: Office, case: UUID) -> None:
    office.claim("thamtra", case, "tham_tra")
    for login in ("motcua", "lanhdao", "giamsat", "thamtra2"):
        refused(
            office,
            NotAllowedError,
            give_back,
            office,
            login,
            case,
            "tham_tra",
        )


def test_a_return_says_why(office: Office, case: UUID) -> None:
    def give(reason: str) -> None:
        give_back(office, "thamtra", case, "tham_tra", reason=reason)

    assert refused(office, NotReadyError, give, "  ") == "no-why"
    refused(office, TooLargeError, give, "a" * (REASON_CHARS + 1))
    refused(office, EngineError, give, "a\0b")


def test_a_case_that_changed_meanwhile_is_not_returned(
    office: Office, case: UUID
) -> None:
    version = office.case(case).version
    office.claim("thamtra", case, "tham_tra")
    refused(
        office,
        StaleError,
        give_back,
        office,
        "thamtra",
        case,
        "tham_tra",
        version=version,
    )


def test_what_was_typed_is_there_when_the_step_comes_again(
    office: Office, case: UUID
) -> None:
    give_back(office, "thamtra", case, "tham_tra", answers={"y_kien": "dở dang"})
    office.complete("motcua", case, "nhan", visit=2)
    kept, who = drafts.Drafts(office.app.database), office.accounts["thamtra"]
    assert kept.load(who, case, Visit("tham_tra", 2)) == {"y_kien": "dở dang"}
    other = office.accounts["thamtra2"]
    assert kept.load(other, case, Visit("tham_tra", 2)) is None


def test_a_forged_target_is_found(office: Office, case: UUID) -> None:
    give_back(office, "thamtra", case, "tham_tra")

    def forged(body: Body, _: dict[str, Any]) -> None:
        body["facts"]["target"] = "tham_tra"

    events = forging.forge(office.events(case), 3, forged)
    assert "control_flow" in {one[1] for one in wrong(judged(office, case, events))}


# Recalling.


def test_who_completed_a_step_takes_it_back(office: Office, case: UUID) -> None:
    recall(office, "motcua", case, "nhan")
    work = office.work(case)
    assert work["nhan", 1].status is TaskStatus.DONE
    assert work["nhan", 2].status is TaskStatus.OPEN
    assert work["tham_tra", 1].status is TaskStatus.CANCELLED
    kept = drafts.Drafts(office.app.database)
    found = kept.load(office.accounts["motcua"], case, Visit("nhan", 2))
    assert found == {"y_kien": "đủ"}
    assert office.rebuild(case) == []
    assert office.verify(case) == []
    verdicts = judged(office, case)
    assert wrong(verdicts) == []
    assert kinds(verdicts) == [(3, "recalled", "tham_tra")]
    office.complete("motcua", case, "nhan", visit=2)
    assert office.work(case)["tham_tra", 2].status is TaskStatus.OPEN


def test_others_cannot_take_it_back(office: Office, case: UUID) -> None:
    for login in ("thamtra", "lanhdao", "giamsat"):
        refused(
            office,
            NotAllowedError,
            recall,
            office,
            login,
            case,
            "nhan",
        )


def test_what_somebody_has_taken_stays(office: Office, case: UUID) -> None:
    office.claim("thamtra", case, "tham_tra")
    act = (recall, office, "motcua", case, "nhan")
    assert refused(office, NotReadyError, *act) == "recall-begun"
    office.release("thamtra", case, "tham_tra")
    recall(office, "motcua", case, "nhan")


def test_what_somebody_has_typed_for_or_done_stays(office: Office, case: UUID) -> None:
    act = (recall, office, "motcua", case, "nhan")
    kept, who = drafts.Drafts(office.app.database), office.accounts["thamtra"]
    kept.save(who, case, Visit("tham_tra", 1), {"y_kien": "x"}, office.clock.now())
    assert refused(office, NotReadyError, *act) == "recall-begun"
    kept.drop(who, case, Visit("tham_tra", 1))
    office.complete("thamtra", case, "tham_tra")
    assert refused(office, NotReadyError, *act) == "recall-begun"


def test_what_waits_for_others_at_a_join_is_not_recalled(
    office: Office, case: UUID
) -> None:
    office.complete("thamtra", case, "tham_tra")
    code = refused(office, NotReadyError, recall, office, "thamtra", case, "tham_tra")
    assert code == "recall-nothing"


def test_a_letter_is_not_taken_back(office: Office, case: UUID) -> None:
    up_to_signing(office, case)
    office.complete("lanhdao", case, "ky")
    code = refused(office, NotReadyError, recall, office, "lanhdao", case, "ky")
    assert code == "recall-sent"


def test_what_is_not_done_is_not_recalled(office: Office, case: UUID) -> None:
    refused(office, NotReadyError, recall, office, "thamtra", case, "tham_tra")


def test_a_recall_by_another_is_found(office: Office, case: UUID) -> None:
    recall(office, "motcua", case, "nhan")

    def forged(body: Body, _: dict[str, Any]) -> None:
        actor = office.actor("thamtra")
        body["doer"] = {
            "account": actor.account.id.hex,
            "position": actor.positions[0].id.hex,
            "agency": actor.positions[0].agency.hex,
        }

    events = forging.forge(office.events(case), 3, forged)
    found = wrong(judged(office, case, events))
    assert found[0][1] == "authority"
