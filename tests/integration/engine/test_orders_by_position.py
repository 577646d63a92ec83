"""Who stops a case, lets it rest or go on, does so in a position over it."""

import json
from typing import Any, Final
from uuid import UUID

import pytest

from engine.commands import change_organisation as change
from engine.domain.organisation import Holder
from engine.evidence.papers import letters
from engine.evidence.papers.source import Party
from engine.judging.ruling import Judgement
from tests.integration.engine import forging
from tests.integration.engine.forging import Body
from tests.integration.engine.office import Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_ending import go_on, stop, suspend
from tests.integration.engine.test_papers import source_of
from tests.integration.engine.test_verdicts import judged, wrong

#: Place of the verdict on authority among the six.
_AUTHORITY: Final = 2


@scene
def case(office: Office) -> UUID:
    """A case that is being examined."""
    made = office.open("1.001", ten="An", phi=0)
    office.complete("motcua", made, "nhan")
    return made


def by(office: Office, login: str) -> dict[str, str]:
    """The position of somebody, as the record names it."""
    position = office.actor(login).positions[0]
    return {"position": position.id.hex, "agency": position.agency.hex}


def give(office: Office, of: str) -> None:
    """The supervisor also holds the position of somebody."""
    held = Holder(
        position=office.actor(of).positions[0].id,
        account=office.accounts["giamsat"].id,
    )
    office.app.engine.run(change.HoldPosition(holder=held), office.tenant)


def last(office: Office, case: UUID) -> Body:
    body: Body = json.loads(office.events(case)[-1].body)
    return body


def told(found: Judgement) -> str:
    """The verdict on the authority of the last event."""
    return found.events[-1].rulings[_AUTHORITY].code


def test_an_order_from_above_names_the_position_it_was_given_in(
    office: Office, case: UUID
) -> None:
    account = {"account": office.accounts["giamsat"].id.hex}
    for act in (suspend, go_on, stop):
        act(office, case)
        assert last(office, case)["doer"] == account | by(office, "giamsat")
        found = judged(office, case)
        assert wrong(found) == []
        assert told(found) == "position-held"
    assert office.rebuild(case) == []
    assert office.verify(case) == []


def test_a_position_at_an_agency_of_the_case_comes_first(
    office: Office, case: UUID
) -> None:
    give(office, "xa")
    give(office, "lanhdao")
    stop(office, case)
    assert (
        last(office, case)["doer"] | by(office, "lanhdao") == last(office, case)["doer"]
    )
    assert wrong(judged(office, case)) == []


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ("lanhdao", "not-holder"),
        # Held, but over no agency of the case.
        ("xa", "not-supervising"),
    ],
)
def test_an_order_in_a_position_that_does_not_stand_over_the_case_is_found(
    office: Office, case: UUID, other: str, code: str
) -> None:
    give(office, "xa")
    suspend(office, case)
    stop(office, case)

    def change_doer(body: Body, _: Body) -> None:
        body["doer"] |= by(office, other)

    for seq in (3, 4):
        forged = forging.forge(office.events(case), seq, change_doer)
        assert (seq, "authority", code) in wrong(judged(office, case, forged))


def test_an_order_from_before_positions_were_named_is_judged_by_the_role(
    office: Office, case: UUID
) -> None:
    stop(office, case)

    def bare(body: dict[str, Any], _: Body) -> None:
        del body["doer"]["position"], body["doer"]["agency"]

    found = judged(office, case, forging.forge(office.events(case), 3, bare))
    assert wrong(found) == []
    assert told(found) == "role-held"


def test_the_notice_of_stopping_is_signed_in_that_position(
    office: Office, case: UUID
) -> None:
    stop(office, case)
    source = source_of(office, case)
    view = letters.stop(source, 3, office.clock.now())
    position = office.actor("giamsat").positions[0]
    assert view.official == Party(
        agency=source.office(position.agency),
        position=position.name,
        person="Người giamsat",
    )
    # It is the notice of the agency that handles the dossier.
    assert view.head.office == source.office(source.agency("handling"))
