"""What a database may fail at, as refusals in words.

What the driver raises names tables and files; it is kept as the cause, for the log. A
fault of our own (a broken constraint, wrong SQL) is not translated: it stays a fault.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Final

import psycopg
from sqlalchemy import exc

from engine.errors import (
    BusyError,
    EngineError,
    EvidenceError,
    StorageFullError,
    UnavailableError,
)

#: What the drivers raise, directly or through SQLAlchemy.
RAISED: Final = (sqlite3.Error, psycopg.Error, exc.SQLAlchemyError)

#: SQLite's primary result codes (sqlite.org/rescode.html); the low byte of an extended
#: one.
_SQLITE: Final[dict[int, type[EngineError]]] = {
    sqlite3.SQLITE_BUSY: BusyError,
    sqlite3.SQLITE_LOCKED: BusyError,
    sqlite3.SQLITE_FULL: StorageFullError,
    sqlite3.SQLITE_IOERR: UnavailableError,
    sqlite3.SQLITE_CANTOPEN: UnavailableError,
    sqlite3.SQLITE_READONLY: UnavailableError,
    sqlite3.SQLITE_NOMEM: UnavailableError,
}
_PRIMARY: Final = 0xFF
#: PostgreSQL's error codes, and classes of them (appendix A); the longest match counts.
_POSTGRESQL: Final[dict[str, type[EngineError]]] = {
    "08": UnavailableError,
    "25006": UnavailableError,
    "40": BusyError,
    "53": UnavailableError,
    "53100": StorageFullError,
    "53300": BusyError,
    "55P03": BusyError,
    "57": UnavailableError,
    "58": UnavailableError,
}
_CLASS: Final = 2
#: What drivers say of a stored value that they cannot give; there is no code for it.
_UNREADABLE: Final = ("Could not decode", "timestamp too", "date too")
_UNIQUE: Final = "23505"
#: Two people wrote the same at once: a dossier code, each by a pattern of its own; a
#: procedure or its next version; an account of the same name. Whoever tries again is
#: given the next (`engine.commands.opening`), or told that it exists.
_TAKEN: Final = frozenset(
    {
        "case_tenant_id_code_key",
        "procedure_tenant_id_code_key",
        "procedure_version_tenant_id_procedure_number_key",
        "account_tenant_id_login_key",
    }
)


def refusal(error: BaseException | None) -> EngineError | None:
    """The refusal that stands for a failure; None when it is none of the database's."""
    if isinstance(error, exc.TimeoutError):  # Every connection of the pool is lent.
        return BusyError()
    if isinstance(error, exc.DBAPIError):
        error = error.orig
    if unreadable(error):
        return EvidenceError("A column holds what it is not for.")
    kind = None
    if isinstance(error, sqlite3.Error):
        # Errors that the driver itself raises carry no code.
        kind = _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & _PRIMARY)
    elif isinstance(error, psycopg.Error):
        kind = _of_postgresql(error)
    return None if kind is None else kind()


def unreadable(error: BaseException | None) -> bool:
    """Whether a value is stored that none of ours can be, and the driver stumbled.

    Bytes in a column of text (SQLite), instants before the year 1 (PostgreSQL).
    """
    drivers = (sqlite3.OperationalError, psycopg.DataError)
    return isinstance(error, drivers) and str(error).startswith(_UNREADABLE)


def _of_postgresql(error: psycopg.Error) -> type[EngineError] | None:
    state = error.sqlstate
    if state is None:  # The connection was lost or never made.
        lost = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
        return UnavailableError if lost else None
    if state == _UNIQUE and error.diag.constraint_name in _TAKEN:
        return BusyError
    return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:_CLASS])


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Turn failures of the database inside the block into refusals.

    Raises:
        UnavailableError: The database does not answer, is busy or its disk is full.
    """
    try:
        yield
    except RAISED as error:
        found = refusal(error)
        if found is None:
            raise
        raise found from error
