"""The floor under `quytrinh bench`: what a transaction costs with the bare driver.

One transaction updates a row of about 4 KB and inserts two small rows, durably; nothing
can record an act for less. The same tables keep the states of the bare SpiffWorkflow
run.
"""

import sqlite3
from pathlib import Path
from typing import Protocol

import psycopg
import sqlalchemy as sa

from storage.database import Database

_TABLES = (
    "CREATE TABLE {prefix}state (id INTEGER PRIMARY KEY, version INTEGER, body TEXT)",
    "CREATE TABLE {prefix}audit (id INTEGER, n INTEGER, body TEXT, PRIMARY KEY (id, n))",
    "CREATE TABLE {prefix}note (id INTEGER, n INTEGER, body TEXT, PRIMARY KEY (id, n))",
)
_SMALL = "x" * 200
PREFIX = "bench_floor_"


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
        for name in ("state", "audit", "note"):
            self._run(f"DROP TABLE IF EXISTS {PREFIX}{name}")
        for table in _TABLES:
            self._run(table.format(prefix=PREFIX))
        connection.commit()

    def _run(self, text: str, values: tuple[object, ...] = ()) -> list[tuple[str]]:
        cursor = self._connection.cursor()
        cursor.execute(text.replace("?", self.mark), values)  # type: ignore[arg-type]
        return list(cursor.fetchall()) if cursor.description else []

    def create(self, number: int, body: str) -> None:
        """Insert a state."""
        self._run(f"INSERT INTO {PREFIX}state VALUES (?, 0, ?)", (number, body))
        self._connection.commit()

    def load(self, number: int) -> str:
        """Read a state."""
        rows = self._run(f"SELECT body FROM {PREFIX}state WHERE id = ?", (number,))
        return rows[0][0]

    def save(self, number: int, version: int, body: str, rows: int = 1) -> None:
        """Update the state and insert `rows` small rows; commit."""
        self._run(
            f"UPDATE {PREFIX}state SET version = ?, body = ? WHERE id = ?",
            (version, body, number),
        )
        for name in ("audit", "note")[:rows]:
            self._run(
                f"INSERT INTO {PREFIX}{name} VALUES (?, ?, ?)",
                (number, version, _SMALL),
            )
        self._connection.commit()

    def close(self) -> None:
        """Drop the tables and close."""
        for name in ("state", "audit", "note"):
            self._run(f"DROP TABLE {PREFIX}{name}")
        self._connection.commit()
        self._connection.close()


class _PostgreSQL(_Bare):
    mark = "%s"


def open_floor(url: str, folder: Path) -> Floor:
    """The floor of a database: PostgreSQL itself, or a SQLite file of its own in
    `folder`.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "postgresql":
        plain = parsed.set(drivername="postgresql")
        return _PostgreSQL(psycopg.connect(plain.render_as_string(hide_password=False)))
    connection = sqlite3.connect(folder / "floor.db")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return _Bare(connection)


def size(opened: Database) -> int:
    """The bytes that a database takes on disk, indexes included."""
    with opened.write() as connection:
        if connection.dialect.name == "postgresql":
            question = "SELECT pg_database_size(current_database())"
            return int(connection.scalar(sa.text(question)) or 0)
        pages = connection.scalar(sa.text("PRAGMA page_count")) or 0
        free = connection.scalar(sa.text("PRAGMA freelist_count")) or 0
        return int(pages - free) * int(connection.scalar(sa.text("PRAGMA page_size")))
