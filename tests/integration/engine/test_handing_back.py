"""A position that is lost gives its claimed work back; nobody keeps it or did it."""

from datetime import timedelta
from uuid import UUID

import pytest

from engine.commands.change_organisation import EndHolding
from engine.commands.hand_back import HandBack
from engine.domain.case import TaskStatus
from engine.errors import NotAllowedError
from engine.evidence import record
from engine.judging.ruling import Kind
from tests.integration.engine import forging
from tests.integration.engine.office import Office
from tests.integration.engine.reorganised import TODAY
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_substitution import give
from tests.integration.engine.test_verdicts import judged, wrong


@scene
def case(office: Office) -> UUID:
    """A case whose examination somebody has claimed."""
    opened = office.open("1.001", ten="Nguyễn Văn A", phi=0)
    office.complete("motcua", opened, "nhan")
    office.claim("thamtra", opened, "tham_tra")
    return opened


def back(office: Office, case: UUID, login: str = "quantri") -> bool:
    command = HandBack(case=case, element="tham_tra", occurrence=1)
    return bool(office.do(login, command)["moved"])


def transferred(office: Office, login: str) -> UUID:
    """Take the position from somebody, from today on."""
    office.clock.move(minutes=1)
    position = office.actor(login).positions[0].id
    with office.app.store.read(office.tenant) as uow:
        holders = uow.accounts.organisation().holders
    (held,) = (one for one in holders if one.position == position)
    office.do(
        "quantri",
        EndHolding(
            position=position,
            account=held.account,
            valid_from=held.valid_from,
            valid_to=TODAY - timedelta(days=1),
        ),
    )
    return position


def test_what_was_claimed_goes_back_with_its_cause_and_no_doer(
    office: Office, case: UUID
) -> None:
    position = transferred(office, "thamtra")
    with office.app.store.read(office.tenant) as uow:
        held = uow.accounts.moving.held(position)
    assert [(one.case, one.element) for one in held] == [(case, "tham_tra")]
    assert back(office, case)
    task = office.work(case)["tham_tra", 1]
    assert (task.status, task.assignee, task.position) == (TaskStatus.OPEN, None, None)
    body = record.parse(office.events(case)[-1].body)
    assert (body["doer"], body["facts"]) == ({}, {"reason": "holding-ended"})
    found = judged(office, case)
    assert wrong(found) == []
    assert [(one.kind, one.cause) for one in found.deviations] == [
        (Kind.RELEASED, "holding-ended")
    ]
    assert office.rebuild(case) == []


def test_who_holds_the_position_keeps_the_work(office: Office, case: UUID) -> None:
    assert not back(office, case)
    assert office.work(case)["tham_tra", 1].status is TaskStatus.CLAIMED


def test_a_substitute_loses_the_work_with_the_holder(office: Office) -> None:
    case = office.open("1.001", ten="An", phi=0)
    office.complete("motcua", case, "nhan")
    give(office, "thamtra", "xa")
    office.claim("xa", case, "tham_tra")
    transferred(office, "thamtra")
    assert back(office, case)
    assert wrong(judged(office, case)) == []


def test_only_who_administers_gives_back_for_others(office: Office, case: UUID) -> None:
    transferred(office, "thamtra")
    with pytest.raises(NotAllowedError):
        back(office, case, "giamsat")


def test_a_forged_return_of_work_that_is_still_held_is_named(
    office: Office, case: UUID
) -> None:
    office.release("thamtra", case, "tham_tra")

    def forged(body: forging.Body, _: object) -> None:
        body["doer"] = {}
        body["facts"] = {"reason": "holding-ended"}

    seq = len(office.events(case))
    events = forging.forge(office.events(case), seq, forged)
    assert wrong(judged(office, case, events)) == [(seq, "authority", "still-holder")]
