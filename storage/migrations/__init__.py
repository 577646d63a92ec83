"""Migrations: the steps from an empty database to the schema of this release.

A migration is never edited once it has been released. Everything happens in one
transaction on both databases, and the guards are put in their places again at its end.
"""

import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command, config, migration, script

from engine.errors import ConfigurationError
from storage import guards
from storage.database import WRITES

_FOLDER: Final = Path(__file__).parent
_VERSIONS: Final = _FOLDER / "versions"


def upgrade(engine: sa.Engine, *more: Path, revision: str = "head") -> None:
    """Bring a database to a revision; `more` are folders with revisions of others."""
    settings = _settings(*more)
    with _without_foreign_keys(engine) as connection, connection.begin():
        settings.attributes["connection"] = connection
        guards.lift_guards(connection)
        command.upgrade(settings, revision)
        guards.ensure_guards(connection)
        _check_references(connection)


def check(connection: sa.Connection) -> None:
    """Pass when the database has the schema of this release.

    Raises:
        ConfigurationError: It is older or newer; the message says what to do.
    """
    context = migration.MigrationContext.configure(connection)
    present = context.get_current_revision()
    wanted = newest()
    if present != wanted:
        message = f"The database is at revision {present}, this release needs {wanted}."
        raise ConfigurationError(message, code="schema", present=present, wanted=wanted)


@functools.cache
def newest() -> str | None:
    """The revision of this release; its files do not change while it runs."""
    return script.ScriptDirectory.from_config(_settings()).get_current_head()


def _settings(*more: Path) -> config.Config:
    settings = config.Config()
    settings.set_main_option("script_location", str(_FOLDER))
    settings.set_main_option("path_separator", "newline")
    folders = "\n".join(map(str, (_VERSIONS, *more)))
    settings.set_main_option("version_locations", folders)
    return settings


@contextlib.contextmanager
def _without_foreign_keys(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Lend a connection on which SQLite lets a table be made anew.

    With foreign keys on, dropping the old table would first delete its rows
    (sqlite.org/lang_altertable.html, section 7).
    """
    with engine.execution_options(**{WRITES: True}).connect() as connection:
        if engine.dialect.name != "sqlite":
            yield connection
            return
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - A checked-out connection has one.
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            yield connection
        finally:
            driver.execute("PRAGMA foreign_keys = ON")


def _check_references(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            message = f"A migration left {len(broken)} broken references."
            raise ConfigurationError(message, code="schema", broken=len(broken))
