"""Change a password: a person one's own, an administrator that of somebody else.

The hash is stored, never recorded; every session that began with the old password ends
in the same transaction. What a person does with the own account is noted in the stream
of the account, what an administrator does in that of the organisation.
"""

from dataclasses import dataclass, field
from uuid import UUID

from engine.commands import organising
from engine.commands.streams import append
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.events import Event, EventType, StreamKind
from engine.errors import NotAllowedError, NotFoundError, NotReadyError


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    """Give the own account another password."""

    #: The new password's hash; never part of the record.
    password_hash: str = field(repr=False)
    #: The hash that the present password was proven against.
    replaces: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetPassword:
    """Give an account a password that its owner has to change before anything else."""

    account: UUID
    #: The password's hash; never part of the record.
    password_hash: str = field(repr=False)


def handle(command: ChangePassword, transaction: Transaction) -> Result:
    """Store the new password of whoever asks.

    Raises:
        NotAllowedError: The engine itself has no password, or the account is closed.
        StaleError: The password was changed after the present one was proven.
    """
    account = transaction.person.account.id
    transaction.check(
        policy.Action.PASSWORD_CHANGE, policy.Thing(tenant=transaction.tenant)
    )
    transaction.uow.accounts.change_password(
        account, command.password_hash, command.replaces
    )
    return _note(transaction, EventType.PASSWORD_CHANGED, StreamKind.ACCOUNT, account)


def reset(command: ResetPassword, transaction: Transaction) -> Result:
    """Store a first password for somebody else.

    Raises:
        NotAllowedError: The actor does not administer this tenant, or resets the own
            password: that would spare proving the present one.
        NotFoundError: There is no such account in this tenant.
        NotReadyError: The account is closed.
    """
    organising.begin(transaction)
    accounts, account = transaction.uow.accounts, command.account
    known = accounts.account(account)
    if known is None:
        raise NotFoundError
    if account == transaction.doer().account:
        raise NotAllowedError(code="own-password")
    if not known.active:
        raise NotReadyError(code="closed-already")
    accounts.reset_password(account, command.password_hash)
    return _note(
        transaction, EventType.PASSWORD_RESET, StreamKind.ORGANISATION, account
    )


def _note(
    transaction: Transaction, type_: EventType, kind: StreamKind, account: UUID
) -> Result:
    """Record the act in the account's stream or the organisation's."""
    facts = {"account": account.hex}
    event = Event(type=type_, at=transaction.now, doer=transaction.doer(), facts=facts)
    stream = account if kind is StreamKind.ACCOUNT else transaction.tenant
    append(transaction, kind, stream, event)
    return facts
