"""The floor under `quytrinh bench`: what a transaction costs with the bare driver.

One transaction updates a row of about 4 KB and inserts two small rows, durably; nothing
can record an act for less. The same tables keep the states of the bare SpiffWorkflow
run.
"""

import sqlite3
from pathlib import Path
from typing import Final, Protocol

import psycopg
import sqlalchemy as sa

from storage.database import Database

_TABLES: Final = (
    "CREATE TABLE bench_state (id INTEGER PRIMARY KEY, version INTEGER, body TEXT)",
    "CREATE TABLE bench_audit (id INTEGER, n INTEGER, body TEXT, PRIMARY KEY (id, n))",
    "CREATE TABLE bench_note (id INTEGER, n INTEGER, body TEXT, PRIMARY KEY (id, n))",
)
_DROPS: Final = (
    "DROP TABLE IF EXISTS bench_state",
    "DROP TABLE IF EXISTS bench_audit",
    "DROP TABLE IF EXISTS bench_note",
)
_CREATE: Final = "INSERT INTO bench_state VALUES (?, 0, ?)"
_LOAD: Final = "SELECT body FROM bench_state WHERE id = ?"
_SAVE: Final = "UPDATE bench_state SET version = ?, body = ? WHERE id = ?"
_ROWS: Final = (
    "INSERT INTO bench_audit VALUES (?, ?, ?)",
    "INSERT INTO bench_note VALUES (?, ?, ?)",
)
_SMALL: Final = "x" * 200


class Floor(Protocol):
    """Saves states the cheapest durable way."""

    def create(self, number: int, body: str) -> None:
        """Insert a state."""

    def load(self, number: int) -> str:
        """Read a state."""

    def save(self, number: int, version: int, body: str, rows: int = 1) -> None:
        """Update the state and insert `rows` small rows; commit."""

    def close(self) -> None:
        """Drop the tables and close."""


class _Bare:
    """The statements, the same on both drivers but for the placeholder."""

    mark = "?"

    def __init__(self, connection: "sqlite3.Connection | psycopg.Connection") -> None:
        self._connection = connection
        for text in (*_DROPS, *_TABLES):
            self._run(text)
        self._keep()

    def _keep(self) -> None:
        """Make it durable: the floor stands beside the unit of work, not on it."""
        self._connection.commit()

    def _run(self, text: str, values: tuple[object, ...] = ()) -> list[tuple[str]]:
        cursor = self._connection.cursor()
        cursor.execute(text.replace("?", self.mark), values)
        return list(cursor.fetchall()) if cursor.description else []

    def create(self, number: int, body: str) -> None:
        """Insert a state."""
        self._run(_CREATE, (number, body))
        self._keep()

    def load(self, number: int) -> str:
        """Read a state."""
        return self._run(_LOAD, (number,))[0][0]

    def save(self, number: int, version: int, body: str, rows: int = 1) -> None:
        """Update the state and insert `rows` small rows; commit."""
        self._run(_SAVE, (version, body, number))
        for text in _ROWS[:rows]:
            self._run(text, (number, version, _SMALL))
        self._keep()

    def close(self) -> None:
        """Drop the tables and close."""
        for text in _DROPS:
            self._run(text)
        self._keep()
        self._connection.close()


class _PostgreSQL(_Bare):
    mark = "%s"


def open_floor(url: str, folder: Path) -> Floor:
    """The floor of a database: PostgreSQL itself, or a SQLite file in `folder`."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "postgresql":
        plain = parsed.set(drivername="postgresql")
        return _PostgreSQL(psycopg.connect(plain.render_as_string(hide_password=False)))
    connection = sqlite3.connect(folder / "floor.db")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return _Bare(connection)


def settle(opened: Database) -> None:
    """Take the statistics that PostgreSQL's autovacuum takes within a minute.

    Until then it keeps the plans that it made for empty tables.
    """
    with opened.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("ANALYZE"))


def size(opened: Database) -> int:
    """The bytes that a database takes on disk, indexes included."""
    with opened.write() as connection:
        if connection.dialect.name == "postgresql":
            question = "SELECT pg_database_size(current_database())"
            return int(connection.scalar(sa.text(question)) or 0)
        pages = connection.scalar(sa.text("PRAGMA page_count")) or 0
        free = connection.scalar(sa.text("PRAGMA freelist_count")) or 0
        return int(pages - free) * int(connection.scalar(sa.text("PRAGMA page_size")))
