"""Substitutes: who acts for whom, in the rights, in the record and in the verdicts."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from engine.commands.change_organisation import (
    CreateAccount,
    EndHolding,
    HoldPosition,
)
from engine.commands.extend_deadline import (
    AskExtension,
    ExtendDeadline,
    RefuseExtension,
)
from engine.commands.hand_over_file import AcceptFile, OfferFile
from engine.commands.refuse_reception import SendBack
from engine.commands.substitute import EndSubstitution, GiveSubstitution
from engine.domain.events import EventType
from engine.domain.model import TimeLimit
from engine.domain.organisation import Holder, Role, Substitution
from engine.errors import (
    EngineError,
    ExistsError,
    NotAllowedError,
    NotFoundError,
    NotReadyError,
)
from engine.evidence import record
from tests.integration.engine import forging
from tests.integration.engine.office import MAIN, Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_verdicts import judged, wrong

TODAY: Final = date(2026, 11, 20)
TOMORROW: Final = TODAY + timedelta(days=1)
OTHER: Final = MAIN.replace(b'code="1.001"', b'code="1.002"')


def given(office: Office, holder: str, deputy: str, **more: Any) -> Substitution:
    """What lets somebody act for the holder of a position, for a week."""
    fields: dict[str, Any] = {
        "id": office.app.ids.uuid(),
        "position": office.actor(holder).positions[0].id,
        "absent": office.accounts[holder].id,
        "substitute": office.accounts[deputy].id,
        "valid_from": TODAY,
        "valid_to": TODAY + timedelta(days=7),
        "order": "12/QĐ-VP",
    }
    return Substitution(**(fields | more))


def give(office: Office, holder: str, deputy: str, **more: Any) -> UUID:
    made = given(office, holder, deputy, **more)
    office.do("quantri", GiveSubstitution(substitution=made))
    return made.id


def another(office: Office) -> UUID:
    """Another procedure than that of the case, in force."""
    office.publish(thu_tuc=OTHER)
    with office.app.store.begin(office.tenant) as uow:
        other = uow.procedures.by_code("1.002")
    assert other is not None
    return other.id


def refused(
    office: Office, error: type[EngineError], code: str, command: object
) -> None:
    before = office.digest()
    with pytest.raises(error) as refusal:
        office.do("quantri", command)
    assert not code or refusal.value.code == code
    assert office.digest() == before


@scene
def case(office: Office) -> UUID:
    """A case with the examiner."""
    opened = office.open("1.001", ten="Nguyễn Văn A", phi=0)
    office.complete("motcua", opened, "nhan")
    return opened


def last(office: Office, case: UUID) -> dict[str, object]:
    return dict(record.parse(office.events(case)[-1].body))


def test_a_substitute_acts_for_the_holder_and_both_names_are_recorded(
    office: Office, case: UUID
) -> None:
    with pytest.raises(NotFoundError):
        office.complete("xa", case, "tham_tra")
    give(office, "thamtra", "xa")
    office.complete("xa", case, "tham_tra")
    doer = last(office, case)["doer"]
    assert doer == {
        "account": office.accounts["xa"].id.hex,
        "on_behalf_of": office.accounts["thamtra"].id.hex,
        "position": office.actor("thamtra").positions[0].id.hex,
        "agency": office.agencies["office"].hex,
    }
    found = judged(office, case)
    assert wrong(found) == []
    assert office.rebuild(case) == []


def test_a_substitute_for_another_procedure_learns_nothing_of_the_case(
    office: Office, case: UUID
) -> None:
    other = another(office)
    give(office, "thamtra", "xa", procedures=frozenset({other}))
    with pytest.raises(NotFoundError):
        office.claim("xa", case, "tham_tra")


def test_a_substitute_for_another_procedure_takes_and_gives_no_paper_file(
    office: Office, case: UUID
) -> None:
    other = another(office)
    theirs = office.actor("thamtra").positions[0].id
    mine = office.actor("motcua").positions[0].id
    give(office, "thamtra", "motcua", procedures=frozenset({other}))
    office.do("motcua", OfferFile(case=case, taker=theirs))
    before = office.digest()
    with pytest.raises(NotAllowedError):
        office.do("motcua", AcceptFile(case=case))
    assert office.digest() == before
    office.do("thamtra", AcceptFile(case=case))
    before = office.digest()
    with pytest.raises(NotAllowedError):
        office.do("motcua", OfferFile(case=case, taker=mine))
    assert office.digest() == before


def test_a_substitute_for_another_procedure_sends_no_dossier_back(
    office: Office,
) -> None:
    other = another(office)
    give(office, "motcua", "xa", procedures=frozenset({other}))
    agency = office.actor("motcua").positions[0].agency
    send = SendBack(
        kind=EventType.RECEPTION_REFUSED,
        procedure="1.001",
        agency=agency,
        reason="Không thuộc thẩm quyền",
        name="Nguyễn Văn A",
    )
    before = office.digest()
    for procedure in ("1.001", ""):
        with pytest.raises(NotAllowedError):
            office.do("xa", replace(send, procedure=procedure))
    assert office.digest() == before
    office.do("xa", replace(send, procedure="1.002"))


def test_a_substitution_names_procedures_that_there_are(office: Office) -> None:
    unknown = frozenset({office.app.ids.uuid()})
    made = given(office, "thamtra", "xa", procedures=unknown)
    refused(office, NotFoundError, "", GiveSubstitution(substitution=made))


def test_a_substitution_for_the_procedure_counts_for_it(
    office: Office, case: UUID
) -> None:
    procedure = office.case(case).procedure
    give(office, "thamtra", "xa", procedures=frozenset({procedure}))
    office.claim("xa", case, "tham_tra")
    assert wrong(judged(office, case)) == []


def test_who_is_stood_in_for_cannot_do_the_other_step_of_a_pair(
    office: Office, case: UUID
) -> None:
    give(office, "thamtra", "xa")
    give(office, "lanhdao", "thamtra")
    give(office, "lanhdao", "xa")
    office.complete("xa", case, "tham_tra")
    office.clock.move(days=3)
    office.wake(case)
    for login in ("xa", "thamtra"):
        with pytest.raises(NotAllowedError) as refusal:
            office.complete(login, case, "ky")
        assert refusal.value.code == "four-eyes"
    office.complete("lanhdao", case, "ky")


def test_a_substitution_ends_with_the_holding_at_once(
    office: Office, case: UUID
) -> None:
    give(office, "thamtra", "xa")
    position = office.actor("thamtra").positions[0]
    with office.app.store.begin(office.tenant) as uow:
        holders = uow.accounts.organisation().holders
    (held,) = (one for one in holders if one.position == position.id)
    office.do(
        "quantri",
        EndHolding(
            position=held.position,
            account=held.account,
            valid_from=held.valid_from,
            valid_to=TODAY - timedelta(days=1),
        ),
    )
    with pytest.raises(NotFoundError):
        office.claim("xa", case, "tham_tra")


def test_an_ended_substitution_gives_no_rights_and_what_was_done_stays_right(
    office: Office, case: UUID
) -> None:
    made = give(office, "thamtra", "xa")
    office.claim("xa", case, "tham_tra")
    office.clock.move(minutes=1)
    office.do(
        "quantri",
        EndSubstitution(substitution=made, valid_to=TODAY - timedelta(days=1)),
    )
    with pytest.raises(NotFoundError):
        office.complete("xa", case, "tham_tra")
    assert wrong(judged(office, case)) == []
    again = EndSubstitution(substitution=made, valid_to=TODAY - timedelta(days=1))
    refused(office, NotReadyError, "holding-end", again)


def test_what_makes_no_sense_is_refused_and_nothing_is_stored(office: Office) -> None:
    for error, code, absent, substitute, more in (
        (NotReadyError, "own-substitute", "thamtra", "thamtra", {}),
        (NotReadyError, "substitution-days", "thamtra", "xa", {"valid_to": date.min}),
        (NotFoundError, "no-position", "thamtra", "xa", {"position": office.tenant}),
        (NotFoundError, "no-account", "thamtra", "xa", {"absent": office.tenant}),
        (
            *(NotFoundError, "not-holder", "thamtra", "xa"),
            {"absent": office.accounts["lanhdao"].id},
        ),
    ):
        made = given(office, absent, substitute, **more)
        refused(office, error, code, GiveSubstitution(substitution=made))
    with pytest.raises(NotAllowedError):
        office.do(
            "thamtra", GiveSubstitution(substitution=given(office, "thamtra", "xa"))
        )
    give(office, "thamtra", "xa")
    twice = given(office, "thamtra", "xa", valid_from=TOMORROW)
    refused(office, ExistsError, "", GiveSubstitution(substitution=twice))


def test_a_forged_substitute_is_named_by_the_verdict_on_authority(
    office: Office, case: UUID
) -> None:
    office.complete("thamtra", case, "tham_tra")
    give(office, "thamtra", "xa", valid_from=TOMORROW)

    def forged(body: forging.Body, _: object) -> None:
        body["doer"] |= {
            "account": office.accounts["xa"].id.hex,
            "on_behalf_of": office.accounts["thamtra"].id.hex,
        }

    events = forging.forge(office.events(case), 3, forged)
    assert wrong(judged(office, case, events)) == [(3, "authority", "not-substitute")]


def both(office: Office) -> None:
    """Somebody who works in the office and supervises it: `truongphong`."""
    ids, run = office.app.ids, office.app.engine.run
    account = replace(
        office.accounts["giamsat"],
        id=ids.uuid(),
        login="truongphong",
        roles=frozenset({Role.CLERK, Role.SUPERVISOR}),
    )
    office.accounts[account.login] = account
    run(CreateAccount(account=account, password_hash="!"), office.tenant)
    for of in ("giamsat", "thamtra"):
        held = Holder(position=office.actor(of).positions[0].id, account=account.id)
        run(HoldPosition(holder=held), office.tenant)


@pytest.fixture
def promised(office: Office) -> UUID:
    """A case with a promise, and somebody who works on it and supervises it."""
    both(office)
    return office.open("1.001", ten="Nguyễn Văn A", phi=0)


THREE: Final = TimeLimit(3, "working-day")


@pytest.mark.parametrize("grants", [True, False])
def test_nobody_answers_a_request_that_a_substitute_made_for_them(
    office: Office, promised: UUID, *, grants: bool
) -> None:
    give(office, "truongphong", "xa", position=office.actor("thamtra").positions[0].id)
    office.do("xa", AskExtension(case=promised, by=THREE, reason="Khó"))
    doer = last(office, promised)["doer"]
    assert isinstance(doer, dict)
    assert doer["on_behalf_of"] == office.accounts["truongphong"].id.hex
    answer = (
        ExtendDeadline(case=promised, by=THREE, reason="Được", letter="1/PXL")
        if grants
        else RefuseExtension(case=promised, reason="Không")
    )
    before = office.digest()
    with pytest.raises(NotAllowedError) as refusal:
        office.do("truongphong", answer)
    assert refusal.value.code == "own-request"
    assert office.digest() == before


def test_who_asked_for_somebody_else_is_answered_by_a_third_person(
    office: Office, promised: UUID
) -> None:
    give(office, "thamtra", "xa")
    office.do("xa", AskExtension(case=promised, by=THREE, reason="Khó"))
    office.do("truongphong", ExtendDeadline(case=promised, by=THREE, reason="Được"))
    assert wrong(judged(office, promised)) == []
    # The record says that it was granted to oneself: the verdicts see that.
    giver, asker = (office.accounts[one].id.hex for one in ("truongphong", "thamtra"))

    def asked_for(body: forging.Body, _: dict[str, Any]) -> None:
        body["doer"]["on_behalf_of"] = giver

    def granted_for(body: forging.Body, _: dict[str, Any]) -> None:
        body["doer"]["on_behalf_of"] = asker

    for seq, change in ((2, asked_for), (3, granted_for)):
        forged = forging.forge(office.events(promised), seq, change)
        found = wrong(judged(office, promised, forged))
        assert "own-request" in [one[-1] for one in found], seq


def test_more_time_is_given_in_a_position_of_ones_own(
    office: Office, promised: UUID
) -> None:
    """Who stands in for somebody with a request does not grant it in that name."""
    own = office.actor("giamsat").positions[0].id
    office.do("thamtra", AskExtension(case=promised, by=THREE, reason="Khó"))
    ended = EndHolding(
        position=office.actor("thamtra").positions[0].id,
        account=office.accounts["truongphong"].id,
        valid_from=date.min,
        valid_to=TODAY - timedelta(days=1),
    )
    office.app.engine.run(ended, office.tenant)
    give(office, "thamtra", "truongphong")
    office.do("truongphong", ExtendDeadline(case=promised, by=THREE, reason="Được"))
    doer = last(office, promised)["doer"]
    assert isinstance(doer, dict)
    assert doer["position"] == own.hex
    assert "on_behalf_of" not in doer
    assert wrong(judged(office, promised)) == []
