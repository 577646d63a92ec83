"""Makes a database give up the pages on which erased values stood.

SQLite overwrites what it deletes and keeps copies only in its log, which is emptied.
PostgreSQL keeps old rows until a table is written anew, samples of columns in its
statistics, and both in its write-ahead log. A segment of that log is removed, or kept
under a new name for later use with the old bytes in it, at the checkpoint after it.
"""

from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa
from sqlalchemy import exc

from engine.erasure import Remains
from storage.database import Database

#: Tables in which values of people may have stood.
HOLDING: Final = (
    *("personal", "case", "task", "draft", "outbox", "attachment", "idempotency"),
    *("upload", "web_session", "wait", "wake_failure", "job", "job_item"),
)
_EMPTY_LOG: Final = "PRAGMA wal_checkpoint(TRUNCATE)"
#: The first checkpoint lets go of what came before it; the second one of the first.
_ROUNDS: Final = 2
_NOT_ALLOWED: Final = "42501"
_ARCHIVED: Final = "SELECT current_setting('archive_mode') <> 'off'"
_RECYCLED: Final = "SELECT current_setting('wal_recycle') = 'on'"
_REPLICATED: Final = "SELECT EXISTS (SELECT 1 FROM pg_replication_slots)"


def purge(database: Database) -> tuple[Remains, ...]:
    """Rewrite what held erased values, and tell what only somebody else can do."""
    if database.engine.dialect.name == "sqlite":
        _purge_file(database)
        return ()
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        present = set(sa.inspect(connection).get_table_names())
        for table in HOLDING:
            if table in present:
                connection.exec_driver_sql(f'VACUUM (FULL, ANALYZE) "{table}"')
        # The samples that the statistics had before; it belongs to the database.
        connection.exec_driver_sql("VACUUM (FULL) pg_catalog.pg_statistic")
        return tuple(_remains(connection))


def _purge_file(database: Database) -> None:
    # Outside of a transaction, which SQLAlchemy would begin.
    raw = database.engine.raw_connection()
    try:
        for statement in (_EMPTY_LOG, "VACUUM", _EMPTY_LOG):
            raw.cursor().execute(statement)
    finally:
        raw.close()


def _remains(connection: sa.Connection) -> Iterator[Remains]:
    """Move the write-ahead log on, as far as the role of the program may."""
    for _ in range(_ROUNDS):
        if not _allowed(connection, "SELECT pg_switch_wal()"):
            yield Remains.SWITCH
            break
        if not _allowed(connection, "CHECKPOINT"):
            yield Remains.CHECKPOINT
            break
    if connection.exec_driver_sql(_RECYCLED).scalar_one():
        yield Remains.RECYCLED
    if connection.exec_driver_sql(_ARCHIVED).scalar_one():
        yield Remains.ARCHIVED
    if connection.exec_driver_sql(_REPLICATED).scalar_one():
        yield Remains.REPLICATED


def _allowed(connection: sa.Connection, statement: str) -> bool:
    """Do it, unless the role may not."""
    try:
        connection.exec_driver_sql(statement)
    except exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") != _NOT_ALLOWED:
            raise
        return False
    return True
