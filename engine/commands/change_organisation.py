"""Change the organisation: agencies, positions, who holds them, accounts.

The four commands share one file because each is the same act: store a dated record and
note it. Every one of them is an event, so that an auditor sees who could do what at any
moment.
"""

from dataclasses import dataclass, field

from engine.commands.streams import append
from engine.commands.transaction import Result, Transaction
from engine.domain import organisation, policy
from engine.domain.events import Event, EventType, StreamKind
from engine.domain.run import Json
from engine.errors import EngineError, NotFoundError


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


Change = CreateAgency | CreatePosition | HoldPosition | CreateAccount
#: What is noted of a change.
_Noted = tuple[EventType, dict[str, Json]]


def handle(command: Change, transaction: Transaction) -> Result:
    """Store the change and record it.

    Raises:
        NotAllowedError: The actor does not administer this tenant.
        NotFoundError: The change refers to what the tenant does not have.
        EngineError: The tenant has this agency, position, holder or login already.
    """
    transaction.check(
        policy.Action.ORGANISATION_CHANGE, policy.Thing(tenant=transaction.tenant)
    )
    if isinstance(command, CreateAgency):
        kind, facts = _create_agency(command.agency, transaction)
    elif isinstance(command, CreatePosition):
        kind, facts = _create_position(command.position, transaction)
    elif isinstance(command, HoldPosition):
        kind, facts = _hold_position(command.holder, transaction)
    else:
        kind, facts = _create_account(command, transaction)
    event = Event(type=kind, at=transaction.now, doer=transaction.doer(), facts=facts)
    append(transaction, StreamKind.ORGANISATION, transaction.tenant, event)
    return facts


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
        "parent": agency.parent.hex if agency.parent else None,
        "from": agency.valid_from.isoformat(),
        "to": agency.valid_to.isoformat(),
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
    same = (holder.position, holder.account, holder.valid_from)
    _refuse_known(
        any(
            (one.position, one.account, one.valid_from) == same for one in known.holders
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
    accounts.add_account(account, command.password_hash)
    return EventType.ACCOUNT_CREATED, {
        "account": account.id.hex,
        "roles": [*sorted(role.value for role in account.roles)],
        "to": account.valid_to.isoformat(),
    }


def _refuse_known(known: bool) -> None:  # noqa: FBT001 - a question, not a flag
    if known:
        raise EngineError("There is such a record already.", code="exists")
