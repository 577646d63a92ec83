"""Change the organisation: agencies, positions, who holds them, accounts.

The four commands share one file because each is the same act: store a dated record and
note it. Every one of them is an event, so that an auditor sees who could do what at any
moment.
"""

from dataclasses import dataclass, field
from uuid import UUID

from engine.commands.streams import append
from engine.commands.transaction import Result, Transaction
from engine.domain import organisation, policy
from engine.domain.events import Event, EventType, StreamKind
from engine.domain.run import Json


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


def handle(command: Change, transaction: Transaction) -> Result:
    """Store the change and record it.

    Raises:
        NotAllowedError: The actor does not administer this tenant.
    """
    transaction.check(
        policy.Action.ORGANISATION_CHANGE, policy.Thing(tenant=transaction.tenant)
    )
    accounts = transaction.uow.accounts
    if isinstance(command, CreateAgency):
        accounts.add_agency(command.agency)
        return _note(
            transaction,
            EventType.AGENCY_CREATED,
            {"agency": command.agency.id.hex, "name": command.agency.name},
        )
    if isinstance(command, CreatePosition):
        accounts.add_position(command.position)
        position = command.position
        return _note(
            transaction,
            EventType.POSITION_CREATED,
            {
                "position": position.id.hex,
                "agency": position.agency.hex,
                "name": position.name,
                "performers": [*sorted(position.performers)],
            },
        )
    if isinstance(command, HoldPosition):
        accounts.add_holder(command.holder)
        return _note(
            transaction,
            EventType.POSITION_HELD,
            {
                "position": command.holder.position.hex,
                "account": command.holder.account.hex,
                "from": command.holder.valid_from.isoformat(),
                "to": command.holder.valid_to.isoformat(),
            },
        )
    accounts.add_account(command.account, command.password_hash)
    return _note(
        transaction,
        EventType.ACCOUNT_CREATED,
        {
            "account": command.account.id.hex,
            "roles": [*sorted(role.value for role in command.account.roles)],
        },
    )


def _note(transaction: Transaction, kind: EventType, facts: dict[str, Json]) -> Result:
    stream: UUID = transaction.tenant
    append(
        transaction,
        StreamKind.ORGANISATION,
        stream,
        Event(type=kind, at=transaction.now, doer=transaction.doer(), facts=facts),
    )
    return facts
