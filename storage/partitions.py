"""Partitions of the history by month, on PostgreSQL.

Each month has a partition of `event` and of `personal`, made before the month begins;
what belongs to a month without one goes to the DEFAULT partition, so that a missed
sweep loses nothing. SQLite has no partitions, and everything here does nothing there.
"""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from engine.domain.case import month_of
from storage import guards
from storage.database import Database

#: Two servers that start together make partitions one after the other ("qtpm").
_LOCK: Final = 0x7174706D
_DECEMBER: Final = 12


def prepare(database: Database, now: datetime) -> None:
    """Make the partitions of this month and the next, at start and every day."""
    month = month_of(now)
    with database.write() as connection:
        ensure_partitions(connection, month, next_month(month))


def next_month(month: int) -> int:
    """The month after a month yyyymm."""
    return month + 89 if month % 100 == _DECEMBER else month + 1


def ensure_partitions(connection: sa.Connection, *months: int) -> None:
    """Make the partitions of some months, with their guards, where they are missing.

    Only who owns the tables can; for others it is the next `quytrinh init` of the owner
    that does.
    """
    if connection.dialect.name != "postgresql" or not _owns(connection):
        return
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    for table in guards.PARTITIONED:
        present = guards.partitions(connection, table)
        for month in months:
            part = f"{table}_{month:06d}"
            if part not in present and not _began(connection, table, month):
                _make(connection, table, part, month)


def _owns(connection: sa.Connection) -> bool:
    """Whether this role may make partitions: a server may run as one that may not."""
    question = sa.text(
        "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class"
        " WHERE oid = CAST('event' AS regclass)"
    )
    return bool(connection.scalar(question))


def _began(connection: sa.Connection, table: str, month: int) -> bool:
    """Whether rows of a month are in the DEFAULT partition; then they stay there."""
    rest = sa.table(f"{table}_default", sa.column("month"))
    question = sa.select(sa.exists().where(rest.c.month == month))
    return bool(connection.scalar(question))


def _make(connection: sa.Connection, table: str, part: str, month: int) -> None:
    connection.exec_driver_sql(
        f"CREATE TABLE {part} PARTITION OF {table} FOR VALUES IN ({month:d})"
    )
    guards.guard_truncate(connection, table, part)
