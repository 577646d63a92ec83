"""Reorganising the test office: what is ordered, and what is left to move."""

from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from engine.commands import change_organisation as change
from engine.commands.reorganise_agencies import ReorganiseAgencies
from engine.commands.transaction import Result
from engine.commands.transfer_case import TransferCase
from engine.domain.organisation import Holder, Position, Role
from engine.domain.reorganising import Plan
from tests.integration.engine.office import Office

TODAY: Final = date(2026, 11, 20)
ORDER: Final = "1685/NQ-UBTVQH15"


def add_agency(office: Office, name: str, parent: str | None = "province") -> UUID:
    """Another agency."""
    office._agency(office.tenant, name, parent)
    return office.agencies[name]


def add_person(office: Office, login: str, role: Role, agency: str, does: str) -> UUID:
    """Another account, with a position of its own; the id of the position."""
    office._person(office.tenant, login, role, agency, does)
    return office.actor(login).positions[0].id


def add_position(office: Office, agency: str, *performers: str) -> UUID:
    """A position that nobody holds."""
    made = Position(
        id=office.app.ids.uuid(),
        agency=office.agencies[agency],
        name=", ".join(performers),
        performers=frozenset(performers),
    )
    office.do("quantri", change.CreatePosition(position=made))
    return made.id


def hold(office: Office, login: str, position: UUID) -> None:
    """Give a position to somebody."""
    holder = Holder(position=position, account=office.accounts[login].id)
    office.do("quantri", change.HoldPosition(holder=holder))


def plan(office: Office, *moves: tuple[str, str], **more: object) -> Plan:
    """What an order says, agencies by name."""
    fields: dict[str, object] = {
        "since": TODAY,
        "document": ORDER,
        "moves": tuple(
            (office.agencies[old], office.agencies[new]) for old, new in moves
        ),
    }
    return Plan(**(fields | more))  # type: ignore[arg-type]


def reorganise(office: Office, *moves: tuple[str, str], **more: object) -> Plan:
    """Carry an order out; the open cases stay where they are."""
    made = plan(office, *moves, **more)
    # What was done until now was done before.
    office.clock.move(minutes=1)
    office.do("quantri", ReorganiseAgencies(plan=made))
    return made


def transfer(office: Office, case: UUID) -> Result:
    """Have one case taken over."""
    return office.do("quantri", TransferCase(case=case))


def add_head(office: Office, login: str, agency: str, does: str) -> UUID:
    """Somebody who works in an agency and supervises it; the id of the position."""
    account = replace(
        office.accounts["giamsat"],
        id=office.app.ids.uuid(),
        login=login,
        name=f"Người {login}",
        roles=frozenset({Role.CLERK, Role.SUPERVISOR}),
    )
    made = change.CreateAccount(account=account, password_hash="!")
    office.app.engine.run(made, office.tenant)
    office.accounts[login] = account
    position = add_position(office, agency, does)
    hold(office, login, position)
    return position
