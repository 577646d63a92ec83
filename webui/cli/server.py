"""`quytrinh serve`, `init` and `setup-web`: an installation."""

import os
import sys
from typing import IO, Final

import click

from webui import bootstrap, demo, founding, frontend_build
from webui import server as serving
from webui.cli import common

#: Environment variable with the administrator's first password.
PASSWORD_VARIABLE: Final = "QUYTRINH_ADMINISTRATOR_PASSWORD"  # noqa: S105 - its name
_FOUND: Final = "quytrinh init --tenant NAME --administrator LOGIN"


@click.command()
@click.option("--host", help="Address; else QUYTRINH_HOST, else 127.0.0.1.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Port; else QUYTRINH_PORT, else 8000.",
)
def serve(host: str | None, port: int | None) -> None:
    """Serve the pages, with the background work (timers, continuations)."""
    with common.application() as app:
        serving.serve(app, host or "", port)


@click.command()
def worker() -> None:
    """Do the background work of a server without its pages, until it is stopped.

    Any number may run beside servers: timers, letters, and long work (jobs).
    """
    with common.application() as app:
        serving.work(app)


@click.command()
@click.option("--demo", "with_demo", is_flag=True, help="Add the demo organisation.")
@click.option("--tenant", help="Found this tenant: the name of province or agency.")
@click.option("--administrator", "login", help="Login of its first account.")
@click.option("--name", default="", help="Name of the person behind that account.")
@click.option(
    "--password-file",
    type=click.File(encoding="utf-8"),
    help=f"File with the password; else {PASSWORD_VARIABLE}, else it is asked for.",
)
def init(
    *,
    with_demo: bool,
    tenant: str | None,
    login: str | None,
    name: str,
    password_file: IO[str] | None,
) -> None:
    """Create or upgrade the database. Running it again changes nothing."""
    if (tenant is None) is not (login is None):
        raise click.UsageError("--tenant and --administrator go together.")
    if with_demo and tenant is not None:
        raise click.UsageError("Found a tenant or install the demo, not both.")
    url = bootstrap.database_url()
    for refused in bootstrap.migrate(url):
        click.echo(f"This release cannot keep what an old version runs as: {refused}")
    with common.application() as app:
        if with_demo:
            demo.install_demo(app)
        elif tenant is not None and login is not None:
            wanted = founding.Wanted(tenant=tenant, login=login, name=name)
            done = founding.found(app, wanted, lambda: _password(password_file))
            click.echo(_told(wanted, done=done))
        elif not app.store.tenants():
            click.echo(f"The database is ready, without a tenant. Found one: {_FOUND}")


def _password(file: IO[str] | None) -> str:
    """The first password: from the file, else the variable, else from a person."""
    if file is not None:
        return file.read().rstrip("\r\n")
    given = os.environ.get(PASSWORD_VARIABLE)
    if given:
        return given
    if not at_terminal():
        message = f"Give the password: --password-file or {PASSWORD_VARIABLE}."
        raise click.UsageError(message)
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


def at_terminal() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin.isatty()


def _told(wanted: founding.Wanted, *, done: bool) -> str:
    if done:
        return f"“{wanted.tenant}” is founded; sign in as {wanted.login}."
    return f"“{wanted.tenant}” was founded before; nothing was changed."


@click.command()
@click.argument("role")
def grant(role: str) -> None:
    """Let ROLE of PostgreSQL serve without the right to change the history."""
    bootstrap.grant(bootstrap.database_url(), role)
    click.echo(f"“{role}” may serve. It makes no tables: run init as the owner.")


@click.command("setup-web")
def setup_web() -> None:
    """Build the scripts and styles of the pages."""
    frontend_build.build()
