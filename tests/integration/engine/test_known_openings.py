"""A way of opening cases that is known hides no right that ended meanwhile.

What is kept of an opening says at which hours its doer could open cases: a holding that
was given until a day ends at midnight, and no event tells of it.
"""

import copy
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from engine.commands import change_organisation as change
from engine.commands.open_case import OpenCase
from engine.domain.case import Agencies
from engine.domain.events import Sealed
from engine.domain.organisation import Account, Holder, Position, Role
from engine.evidence import record
from engine.judging.court import Court
from tests import bpmn
from tests.integration.engine import forging
from tests.integration.engine.forging import Body
from tests.integration.engine.office import DESK, Office, ext, lanes
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_verdicts import wrong
from webui import judging

TODAY: Final = date(2026, 11, 20)
LOGIN: Final = "hopdong"
PROCESS: Final = bpmn.diagram(
    "start s; task nhan 'Nhận'; task tra 'Trả'; end e",
    "s > nhan > tra > e",
    identity="khong_han",
    more=ext('<qt:procedure code="9.002"/>') + lanes(desk="nhan tra"),
)


@scene
def cases(office: Office) -> tuple[UUID, UUID]:
    """Two equal cases of somebody whose position is held until this evening."""
    office.publish(khong_han=PROCESS)
    _employ(office)
    return _run(office), _run(office)


def _employ(office: Office) -> None:
    ids, run = office.app.ids, office.app.engine.run
    account = Account(
        tenant=office.tenant,
        id=ids.uuid(),
        login=LOGIN,
        name="Người hợp đồng",
        roles=frozenset({Role.CLERK}),
    )
    office.accounts[LOGIN] = account
    position = Position(
        id=ids.uuid(),
        agency=office.agencies["ward"],
        name="Hợp đồng",
        performers=frozenset({DESK}),
    )
    until = Holder(position=position.id, account=account.id, valid_to=TODAY)
    run(change.CreateAccount(account=account, password_hash="!"), office.tenant)
    run(change.CreatePosition(position=position), office.tenant)
    run(change.HoldPosition(holder=until), office.tenant)


def _run(office: Office) -> UUID:
    ward = office.agencies["ward"]
    agencies = Agencies(helping=ward, receiving=ward, handling=ward, deciding=ward)
    command = OpenCase(procedure="9.002", data={}, agencies=agencies)
    made = UUID(str(office.do(LOGIN, command)["case"]))
    for element in ("nhan", "tra"):
        office.clock.move(seconds=30)
        office.complete("motcua", made, element)
    return made


def moved(events: tuple[Sealed, ...], **span: float) -> tuple[Sealed, ...]:
    """The same case at another time, every hash right again."""

    def later(body: Body, _: dict[str, Any]) -> None:
        at = forging.record_instant(body["at"]) + timedelta(**span)
        body["at"] = record.instant(at)

    for one in events:
        events = forging.forge(events, one.seq, later)
    return events


def alone(court: Court) -> Court:
    """A court with the same norms that remembers nothing of other cases."""
    made = copy.copy(court)
    made.shapes = None
    return made


def test_an_opening_in_a_known_hour_is_found_and_in_another_is_judged(
    office: Office, cases: tuple[UUID, UUID]
) -> None:
    with judging.court(office.app, office.tenant) as (court, desk):
        first, second = (tuple(desk.case(one)[0]) for one in cases)
        assert court.trodden.begin(second[0]) is None
        assert wrong(court.case(first)) == []
        assert court.trodden.begin(second[0]) is not None
        later = moved(second, hours=2)
        assert court.trodden.begin(later[0]) is None
        # Nothing is wrong with it; from now on this hour is known, too.
        assert wrong(court.case(later)) == []
        assert court.trodden.begin(later[0]) is not None


@pytest.mark.parametrize("span", [{"hours": 15}, {"days": 1}, {"days": 400}])
def test_a_right_that_ended_with_a_day_is_missed_in_a_known_opening(
    office: Office, cases: tuple[UUID, UUID], span: dict[str, float]
) -> None:
    with judging.court(office.app, office.tenant) as (court, desk):
        first, second = (tuple(desk.case(one)[0]) for one in cases)
        assert wrong(court.case(first)) == []
        forged = moved(second, **span)
        assert court.trodden.begin(forged[0]) is None
        found = court.case(forged)
        assert wrong(found) == [(1, "authority", "not-holder")]
        assert found == alone(court).case(forged)
        # What failed teaches nothing.
        assert court.trodden.begin(forged[0]) is None
        assert wrong(court.case(second)) == []


def test_an_opening_whose_bytes_say_another_hour_than_its_row_is_named(
    office: Office, cases: tuple[UUID, UUID]
) -> None:
    with judging.court(office.app, office.tenant) as (court, desk):
        first, second = (tuple(desk.case(one)[0]) for one in cases)
        assert wrong(court.case(first)) == []
        later = second[0].at + timedelta(hours=1)
        forged = (replace(second[0], at=later), *second[1:])
        assert court.trodden.begin(forged[0]) is None
        assert wrong(court.case(forged)) == [(1, "integrity", "row-differs")]


def test_an_opening_is_kept_with_the_hour_of_its_bytes(
    office: Office, cases: tuple[UUID, UUID]
) -> None:
    with judging.court(office.app, office.tenant) as (court, desk):
        events = tuple(desk.case(cases[0])[0])
        court.case(events)
        told = json.loads(events[0].body)["at"]
        hours = [one.hours for one in court.trodden._openings.values()]
        assert hours == [{told[:13]}]
