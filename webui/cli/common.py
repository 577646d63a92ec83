"""What the commands share: the application, the account that acts, output."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any
from uuid import UUID

import click

from engine.domain import iso8601, policy
from engine.domain.organisation import Account, Actor, Role
from engine.domain.run import Json
from engine.errors import ConfigurationError, EngineError, NotFoundError
from engine.queries import CaseItem
from webui import bootstrap

as_json = click.option("--json", "json_", is_flag=True, help="Print JSON.")


def acting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option that names the account."""
    return click.option(
        "--as", "login", required=True, help="Login of the account that acts."
    )(command)


def viewing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option that narrows what is shown to what an account may see."""
    return click.option(
        "--as",
        "login",
        default=None,
        help="Show what this account may see; without it, what the operator sees.",
    )(command)


@contextmanager
def application(*, guarded: bool = True) -> Iterator[bootstrap.Application]:
    """The application on the configured database."""
    made = bootstrap.build(guarded=guarded)
    try:
        yield made
    finally:
        made.close()


def tenant_of(app: bootstrap.Application) -> UUID:
    """The tenant of a single-tenant installation.

    Raises:
        ConfigurationError: There is none yet, or more than one.
    """
    tenants = app.store.tenants()
    if len(tenants) != 1:
        message = "Run `quytrinh init` first." if not tenants else "Several tenants."
        raise ConfigurationError(message)
    return tenants[0]


def operator(app: bootstrap.Application) -> Actor:
    """Whoever runs commands beside the database: sees all, acts for nobody."""
    account = Account(
        tenant=tenant_of(app),
        id=UUID(int=0),
        login="",
        name="",
        roles=frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
    )
    return Actor(account=account)


def holder_of(app: bootstrap.Application, role: Role) -> Actor:
    """The only account with a role, for commands that name none.

    Raises:
        ConfigurationError: There is none, or more than one.
    """
    with app.store.begin(tenant_of(app)) as uow:
        logins = [one.login for one in uow.accounts.with_role(role)]
    if len(logins) != 1:
        message = f"Name the account; {len(logins)} have the role {role.value}."
        raise ConfigurationError(message)
    return actor_of(app, logins[0])


def actor_of(app: bootstrap.Application, login: str | None) -> Actor:
    """The account with a login, with the positions it holds today.

    Raises:
        NotFoundError: There is no such account.
    """
    if login is None:
        return operator(app)
    for tenant in app.store.tenants():
        with app.store.begin(tenant) as uow:
            account = uow.accounts.by_login(login)
            if account is not None:
                today = iso8601.day(app.clock.now())
                return uow.accounts.organisation().actor(account, today)
    message = f"There is no account “{login}”."
    raise NotFoundError(message)


def case_of(app: bootstrap.Application, actor: Actor, ref: str) -> CaseItem:
    """A case by id or dossier code.

    Raises:
        NotFoundError: There is none, or the actor may not see it.
    """
    found = app.queries.case(actor, ref)
    if found is None or not policy.sees(actor, _thing(actor, found)):
        message = f"There is no case “{ref}”."
        raise NotFoundError(message)
    return found


def check(actor: Actor, action: policy.Action, case: CaseItem) -> None:
    """Ask policy about a case.

    Raises:
        NotAllowedError: The actor may not do this.
    """
    policy.check(actor, action, _thing(actor, case))


def _thing(actor: Actor, case: CaseItem) -> policy.Thing:
    return policy.Thing(tenant=actor.tenant, agencies=case.agencies.all())


def read_object(file: IO[bytes]) -> dict[str, Json]:
    """The JSON object in a file.

    Raises:
        EngineError: The file holds something else.
    """
    return parse(file.read())


def parse(text: bytes) -> dict[str, Json]:
    """A JSON object.

    Raises:
        EngineError: The text is something else.
    """
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        message = f"This is not JSON: {error}."
        raise EngineError(message, code="json") from error
    if not isinstance(found, dict):
        message = "A JSON object is needed."
        raise EngineError(message, code="json")
    return found


def _refuse_constant(name: str) -> Json:
    message = f"{name} is no JSON value"
    raise ValueError(message)


def local(at: datetime) -> str:
    """An instant by the clock of Vietnam, and that it is: `2026-11-20 14:05+07:00`."""
    return at.astimezone(iso8601.VIETNAM).isoformat(" ", "minutes")


def show(value: Mapping[str, Any] | list[Any], *, json_: bool) -> None:
    """Print a result as JSON or as `name: value` lines."""
    if json_ or isinstance(value, list):
        click.echo(_json(value))
        return
    for name, one in value.items():
        for text in _lines(one):
            click.echo(f"{name}: {text}")


def _lines(value: Any) -> list[str]:
    """A value on a line, a list of records on a line each, nothing as `-`."""
    if value is None:
        return ["-"]
    if not isinstance(value, list | dict):
        return [str(value)]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_json(one) for one in value]
    return [_json(value)]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def id_of(text: str) -> UUID:
    """An id as printed.

    Raises:
        NotFoundError: It is not an id.
    """
    try:
        return UUID(text)
    except ValueError as error:
        message = f"“{text}” is not an id."
        raise NotFoundError(message) from error
