"""Found the tenant of an installation, with the account that administers it."""

from dataclasses import dataclass, field

from engine.commands import change_organisation, organising
from engine.commands.transaction import Result, Transaction
from engine.domain.events import EventType
from engine.domain.organisation import Account
from engine.errors import NotAllowedError


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTenant:
    """Found the tenant that the transaction is in."""

    name: str
    #: None: an account that administers is made later (the demonstration).
    administrator: Account | None = None
    #: The hash of the administrator's password; never part of the record.
    password_hash: str = field(default="", repr=False)
    #: True: other tenants may be there, as a measurement and the tests need it.
    beside: bool = False


def handle(command: FoundTenant, transaction: Transaction) -> Result:
    """Store tenant and administrator, whole or not at all.

    Raises:
        NotAllowedError: A person asks; only an installation founds its tenant.
        ExistsError: The database holds a tenant already, and none may stand beside.
    """
    if transaction.actor is not None:
        raise NotAllowedError
    transaction.uow.accounts.found(command.name, beside=command.beside)
    organising.record(transaction, EventType.TENANT_FOUNDED, {"name": command.name})
    administrator = command.administrator
    if administrator is None:
        return {"tenant": transaction.tenant.hex}
    first = change_organisation.CreateAccount(
        account=administrator, password_hash=command.password_hash
    )
    change_organisation.handle(first, transaction)
    return {"tenant": transaction.tenant.hex, "account": administrator.id.hex}
