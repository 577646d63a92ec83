"""Found an installation that is not the demonstration: a tenant and its administrator.

Everything else (agencies, positions, accounts, procedures) comes from the pages. Doing
it again changes nothing. Where every administrator is gone, it makes a new one: whoever
has the database may do that.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from engine.commands.change_organisation import CreateAccount
from engine.commands.found_tenant import FoundTenant
from engine.domain import iso8601
from engine.domain.organisation import Account, Role
from engine.errors import ConfigurationError
from webui import bootstrap, passwords

#: What a login is made of; people type it every morning.
LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
NAME_CHARS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an installation begins with."""

    tenant: str
    login: str
    #: Name of the person who administers.
    name: str


def found(
    app: bootstrap.Application, wanted: Wanted, password: Callable[[], str]
) -> bool:
    """Found it, unless it is founded; tell whether anything was changed.

    Args:
        app: The installation.
        wanted: Tenant and administrator.
        password: Gives the administrator's password; asked only when it is needed.

    Raises:
        ConfigurationError: Another tenant is there, or a name or the password does not
            fit.
    """
    wanted = _checked(wanted)
    tenants = app.store.tenants()
    if not tenants:
        tenant = app.ids.uuid()
        account = _account(app, tenant, wanted)
        secret = _secret(password(), wanted)
        command = FoundTenant(
            name=wanted.tenant, administrator=account, password_hash=secret
        )
        app.engine.run(command, tenant)
        return True
    (tenant, *others) = tenants
    if others or app.store.name(tenant) != wanted.tenant:
        raise ConfigurationError("The database holds another tenant already.")
    if _administered(app, tenant):
        return False
    account = _account(app, tenant, wanted)
    secret = _secret(password(), wanted)
    app.engine.run(CreateAccount(account=account, password_hash=secret), tenant)
    return True


def _checked(wanted: Wanted) -> Wanted:
    tidy = Wanted(
        tenant=" ".join(wanted.tenant.split()),
        login=wanted.login.strip().lower(),
        name=" ".join(wanted.name.split()) or wanted.login.strip(),
    )
    if not LOGIN.fullmatch(tidy.login):
        raise ConfigurationError(
            "A login has 2 to 64 small letters, digits, dots, hyphens, @ or _."
        )
    if not 0 < len(tidy.tenant) <= NAME_CHARS or len(tidy.name) > NAME_CHARS:
        raise ConfigurationError(f"A name has 1 to {NAME_CHARS} characters.")
    return tidy


def _account(app: bootstrap.Application, tenant: UUID, wanted: Wanted) -> Account:
    return Account(
        tenant=tenant,
        id=app.ids.uuid(),
        login=wanted.login,
        name=wanted.name,
        roles=frozenset({Role.ADMINISTRATOR}),
    )


def _secret(password: str, wanted: Wanted) -> str:
    fault = passwords.fault_of(password, (wanted.login, wanted.name))
    if fault:
        raise ConfigurationError(fault)
    return passwords.hash_password(password)


def _administered(app: bootstrap.Application, tenant: UUID) -> bool:
    today = iso8601.day(app.clock.now())
    with app.store.begin(tenant) as uow:
        found = uow.accounts.with_role(Role.ADMINISTRATOR)
    return any(today <= one.valid_to for one in found)
