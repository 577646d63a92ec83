"""Change the organisation: agencies, positions, who holds them, accounts.

The commands share one file because each is the same act: store a dated record, or its
end, and note it. Every one of them is an event, so that an auditor sees who could do
what at any moment.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from engine.commands import organising
from engine.commands.transaction import Result, Transaction
from engine.domain import iso8601, organisation
from engine.domain.events import EventType
from engine.domain.run import Json
from engine.errors import (
    ExistsError,
    NotAllowedError,
    NotFoundError,
    NotReadyError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateAgency:
    """Add an agency."""

    agency: organisation.Agency


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePosition:
    """Add a position to an agency."""

    position: organisation.Position


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPosition:
    """Give a position to an account from a day on."""

    holder: organisation.Holder


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateAccount:
    """Add an account."""

    account: organisation.Account
    #: The password's hash; never part of the record.
    password_hash: str = field(repr=False)
    #: Somebody else knows the password: its owner changes it before anything else.
    must_change: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EndHolding:
    """Take a position from an account after a day."""

    position: UUID
    account: UUID
    valid_from: date
    #: The last day on which the account holds it.
    valid_to: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseAccount:
    """Let nobody sign in with an account any more."""

    account: UUID


Change = (
    CreateAgency
    | CreatePosition
    | HoldPosition
    | EndHolding
    | CreateAccount
    | CloseAccount
)
#: What is noted of a change.
_Noted = tuple[EventType, dict[str, Json]]


def handle(command: Change, transaction: Transaction) -> Result:
    """Store the change and record it.

    Raises:
        NotAllowedError: The actor does not administer this tenant.
        NotFoundError: The change refers to what the tenant does not have.
        ExistsError: The tenant has this agency, position, holder or login already.
        NotReadyError: What is to end has ended, or would end in the past.
    """
    organising.begin(transaction)
    if isinstance(command, CreateAgency):
        kind, facts = _create_agency(command.agency, transaction)
    elif isinstance(command, CreatePosition):
        kind, facts = _create_position(command.position, transaction)
    elif isinstance(command, HoldPosition):
        kind, facts = _hold_position(command.holder, transaction)
    elif isinstance(command, EndHolding):
        kind, facts = _end_holding(command, transaction)
    elif isinstance(command, CloseAccount):
        kind, facts = _close_account(command.account, transaction)
    else:
        kind, facts = _create_account(command, transaction)
    organising.record(transaction, kind, facts, _names(command))
    return facts


def _names(command: Change) -> dict[str, Json]:
    """What an account is called: committed to, so that a check can compare its row."""
    if not isinstance(command, CreateAccount):
        return {}
    return {"login": command.account.login, "name": command.account.name}


def _create_agency(agency: organisation.Agency, transaction: Transaction) -> _Noted:
    accounts = transaction.uow.accounts
    known = accounts.organisation().agencies
    _refuse_known(agency.id in known)
    if agency.parent is not None and agency.parent not in known:
        raise NotFoundError(code="no-agency")
    accounts.add_agency(agency)
    return EventType.AGENCY_CREATED, {
        "agency": agency.id.hex,
        "name": agency.name,
        "codes": [*agency.codes],
        "level": agency.level,
        "parent": agency.parent.hex if agency.parent else None,
        "from": agency.valid_from.isoformat(),
        "to": agency.valid_to.isoformat(),
        "calendar": agency.calendar,
        "colour": agency.colour,
    }


def _create_position(
    position: organisation.Position, transaction: Transaction
) -> _Noted:
    accounts = transaction.uow.accounts
    known = accounts.organisation()
    _refuse_known(position.id in known.positions)
    if position.agency not in known.agencies:
        raise NotFoundError(code="no-agency")
    accounts.add_position(position)
    return EventType.POSITION_CREATED, {
        "position": position.id.hex,
        "agency": position.agency.hex,
        "name": position.name,
        "performers": [*sorted(position.performers)],
        "from": position.valid_from.isoformat(),
        "to": position.valid_to.isoformat(),
    }


def _hold_position(holder: organisation.Holder, transaction: Transaction) -> _Noted:
    accounts = transaction.uow.accounts
    known = accounts.organisation()
    if holder.position not in known.positions:
        raise NotFoundError(code="no-position")
    if accounts.account(holder.account) is None:
        raise NotFoundError(code="no-account")
    # Two holdings of one position by one account share no day: ending the one would
    # leave the rights of the other.
    _refuse_known(
        any(
            (one.position, one.account) == (holder.position, holder.account)
            and (
                one.valid_from == holder.valid_from
                or (
                    one.valid_from <= holder.valid_to
                    and holder.valid_from <= one.valid_to
                )
            )
            for one in known.holders
        )
    )
    accounts.add_holder(holder)
    return EventType.POSITION_HELD, {
        "position": holder.position.hex,
        "account": holder.account.hex,
        "from": holder.valid_from.isoformat(),
        "to": holder.valid_to.isoformat(),
    }


def _create_account(command: CreateAccount, transaction: Transaction) -> _Noted:
    account, accounts = command.account, transaction.uow.accounts
    if account.tenant != transaction.tenant:
        raise NotFoundError
    _refuse_known(accounts.by_login(account.login) is not None)
    _refuse_known(accounts.account(account.id) is not None)
    accounts.add_account(
        account, command.password_hash, must_change=command.must_change
    )
    return EventType.ACCOUNT_CREATED, {
        "account": account.id.hex,
        "roles": [*sorted(role.value for role in account.roles)],
        "to": account.valid_to.isoformat(),
    }


def _end_holding(command: EndHolding, transaction: Transaction) -> _Noted:
    accounts = transaction.uow.accounts
    wanted = (command.position, command.account, command.valid_from)
    held = next(
        (
            one
            for one in accounts.organisation().holders
            if (one.position, one.account, one.valid_from) == wanted
        ),
        None,
    )
    if held is None:
        raise NotFoundError
    # What was done in the position until now was done in it: nothing ends in the past.
    earliest = _today(transaction) - timedelta(days=1)
    if not earliest <= command.valid_to < held.valid_to:
        raise NotReadyError(code="holding-end")
    accounts.end_holding(replace(held, valid_to=command.valid_to))
    return EventType.HOLDING_ENDED, {
        "position": held.position.hex,
        "account": held.account.hex,
        "from": held.valid_from.isoformat(),
        "to": command.valid_to.isoformat(),
    }


def _close_account(account: UUID, transaction: Transaction) -> _Noted:
    accounts = transaction.uow.accounts
    known = accounts.account(account)
    if known is None:
        raise NotFoundError
    if not known.active:
        raise NotReadyError(code="closed-already")
    today, administrator = _today(transaction), organisation.Role.ADMINISTRATOR
    if administrator in known.roles and not any(
        one.id != account and today <= one.valid_to
        for one in accounts.with_role(administrator)
    ):
        raise NotAllowedError(code="last-administrator")
    accounts.close_account(account)
    return EventType.ACCOUNT_CLOSED, {"account": account.hex}


def _today(transaction: Transaction) -> date:
    return iso8601.day(transaction.now)


def _refuse_known(known: bool) -> None:  # noqa: FBT001 - a question, not a flag
    if known:
        raise ExistsError
