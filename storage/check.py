"""Raw rows for a pass over everything: no objects, read in blocks, at one moment.

A check of a million events has five microseconds for each; so rows come as the driver
gives them, ids as their sixteen bytes and instants as microseconds since 1970, on both
databases. Every question of one `Moment` sees the same state of the database.
"""

import contextlib
import itertools
import sqlite3
from collections.abc import Iterator
from typing import Any, Final, cast
from uuid import UUID

import sqlalchemy as sa

from storage import failures
from storage.database import Database
from storage.days import snapshot
from storage.told_rows import ToldRows

#: Rows of a block: some milliseconds of work.
BLOCK: Final = 250
#: Bytes of a SQLite file that are mapped at most; of a larger one pages are copied.
_MAPPED: Final = 2_000_000_000

_EVENTS: Final = (
    "SELECT {stream}, seq, month, leaf, body FROM event"
    " WHERE +tenant_id = ? ORDER BY rowid"
)
_BODIES: Final = (
    "SELECT {stream}, seq, body FROM event WHERE +tenant_id = ? ORDER BY rowid"
)
_RECORDS: Final = (
    "SELECT month, {stream}, seq, kind, type, {at}, leaf, body FROM event"
    " WHERE tenant_id = ? ORDER BY month, stream, seq"
)
_PLACED: Final = (
    "SELECT event.month, {of_event}, event.seq, kind, type, {at}, event.leaf, body,"
    " log_index.year, leaf_index, log_index.leaf FROM event"
    " LEFT JOIN log_index ON log_index.tenant_id = event.tenant_id"
    " AND log_index.stream = event.stream AND log_index.seq = event.seq"
    " AND log_index.month = event.month WHERE event.tenant_id = ?"
    " ORDER BY event.month, event.stream, event.seq"
)
_PERSONAL: Final = (
    "SELECT month, {stream}, seq, name, value, salt FROM personal"
    " WHERE tenant_id = ? ORDER BY month, stream, seq, name"
)
_PLACES: Final = (
    "SELECT year, leaf_index, {stream}, seq, month, leaf FROM log_index"
    " WHERE tenant_id = ? ORDER BY year, leaf_index"
)
_LEAVES: Final = (
    "SELECT year, leaf_index, leaf FROM log_index"
    " WHERE tenant_id = ? ORDER BY year, leaf_index"
)
_NODES: Final = (
    "SELECT year, level, node_index, hash FROM log_node"
    " WHERE tenant_id = ? ORDER BY year, level, node_index"
)
_HEADS: Final = (
    "SELECT {id}, month, seq, head, 'case' FROM \"case\" WHERE tenant_id = ?"
    " UNION ALL SELECT {id}, month, seq, head, kind FROM stream WHERE tenant_id = ?"
)
_WAITING: Final = "SELECT {stream}, seq, month FROM pending WHERE tenant_id = ?"
_WAITING_BODIES: Final = (
    "SELECT body FROM pending LEFT JOIN event"
    " ON event.tenant_id = pending.tenant_id AND event.month = pending.month"
    " AND event.stream = pending.stream AND event.seq = pending.seq"
    " WHERE pending.tenant_id = ?"
)
_SINCE: Final = (
    "SELECT COUNT(*), MIN({at}) FROM pending JOIN event"
    " ON event.tenant_id = pending.tenant_id AND event.month = pending.month"
    " AND event.stream = pending.stream AND event.seq = pending.seq"
    " WHERE pending.tenant_id = ?"
)
_CHECKPOINTS: Final = (
    "SELECT year, size, root, note, {signed_at}, stamp FROM checkpoint"
    " WHERE tenant_id = ? ORDER BY year, size, signed_at"
)
_OWN: Final = (
    "SELECT event.seq, event.body, log_index.year, log_index.leaf_index"
    " FROM event LEFT JOIN log_index ON log_index.tenant_id = event.tenant_id"
    " AND log_index.stream = event.stream AND log_index.seq = event.seq"
    " AND log_index.month = event.month"
    " WHERE event.tenant_id = ? AND event.stream = ? ORDER BY event.seq"
)
_VERSIONS: Final = (
    "SELECT {id}, procedure.code, number, hash, status FROM procedure_version"
    " AS one JOIN procedure ON procedure.tenant_id = one.tenant_id"
    " AND procedure.id = one.procedure WHERE one.tenant_id = ?"
    " ORDER BY procedure.code, number"
)
_FILES: Final = (
    "SELECT {version}, path, bytes FROM version_file WHERE tenant_id = ?"
    " ORDER BY version"
)
_DOCUMENTS: Final = (
    "SELECT {version}, hash, bytes FROM version_model WHERE tenant_id = ?"
)

Row = tuple[Any, ...]
Block = list[Row]


class Check:
    """Opens moments of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextlib.contextmanager
    def moment(self, tenant: UUID, *, careful: bool = False) -> Iterator["Moment"]:
        """Lend one moment of a tenant's rows; with care, no text is `NoText`."""
        with contextlib.ExitStack() as stack:
            connection = stack.enter_context(snapshot(self._database))
            stack.enter_context(_mapped(connection))
            if careful:
                stack.enter_context(_any_text(connection))
            # The first question begins the transaction.
            connection.execute(sa.text("SELECT 1")).all()
            yield Moment(connection, tenant)


@contextlib.contextmanager
def _mapped(connection: sa.Connection) -> Iterator[None]:
    """Read a SQLite file where the system keeps it, instead of copying each page.

    Streams lie scattered over the file: a pass in their order asks for a page an event.
    Only a pass over everything is given that room, and gives it back.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        driver.execute(f"PRAGMA mmap_size = {_MAPPED}")
    try:
        yield
    finally:
        if connection.dialect.name == "sqlite":
            driver.execute("PRAGMA mmap_size = 0")


class NoText:
    """Bytes in a column of text that are none."""


def _text(content: bytes) -> str | NoText:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return NoText()


@contextlib.contextmanager
def _any_text(connection: sa.Connection) -> Iterator[None]:
    """Go on where bytes are no text (SQLite); PostgreSQL stores none."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        driver.text_factory = _text
    try:
        yield
    finally:
        if connection.dialect.name == "sqlite":
            driver.text_factory = str


class Moment(ToldRows):
    """The rows of a tenant at one moment, in blocks."""

    def __init__(self, connection: sa.Connection, tenant: UUID) -> None:
        driver: Any = connection.connection.driver_connection
        self._driver = driver
        self._tenant = tenant
        self._sqlite = connection.dialect.name == "sqlite"
        self._names = itertools.count(1)
        if not self._sqlite:
            # Else a scan may begin in the middle of a table.
            driver.execute("SET LOCAL synchronize_seqscans = off")

    def events(self) -> Iterator[Block]:
        """(stream, seq, month, leaf, body), about in the order of writing."""
        return self._ask(_EVENTS)

    def bodies(self) -> Iterator[Block]:
        """(stream, seq, body), as `events`."""
        return self._ask(_BODIES)

    def records(self) -> Iterator[Block]:
        """(month, stream, seq, kind, type, at, leaf, body), stream after stream."""
        return self._ask(_RECORDS)

    def placed(self) -> Iterator[Block]:
        """(month, stream, seq, kind, type, at, leaf, body, year, index, leaf there).

        As `records`; where an event has no place, what would be there is None.
        """
        return self._ask(_PLACED)

    def personal(self) -> Iterator[Block]:
        """(month, stream, seq, name, value, salt), in the order of `records`."""
        return self._ask(_PERSONAL)

    def places(self) -> Iterator[Block]:
        """(year, index, stream, seq, month, leaf), in the order of the log."""
        return self._ask(_PLACES)

    def leaves(self) -> Iterator[Block]:
        """(year, index, leaf), in the order of the log."""
        return self._ask(_LEAVES)

    def nodes(self) -> Iterator[Block]:
        """(year, level, index, hash) of the stored nodes."""
        return self._ask(_NODES)

    def heads(self) -> Iterator[Block]:
        """(stream, month, seq, head, kind): where rows say that each stream ends."""
        return self._ask(_HEADS)

    def waiting(self) -> Iterator[Block]:
        """(stream, seq, month) of events without a place."""
        return self._ask(_WAITING)

    def waiting_bodies(self) -> Iterator[Block]:
        """(body,) of events without a place; None where there is no such event."""
        return self._ask(_WAITING_BODIES)

    def waiting_since(self) -> Iterator[Block]:
        """(count, instant of the oldest): one row about what waits."""
        return self._ask(_SINCE)

    def checkpoints(self) -> Iterator[Block]:
        """(year, size, root, note, signed at, stamp), oldest first."""
        return self._ask(_CHECKPOINTS)

    def own(self, stream: UUID) -> Iterator[Block]:
        """(seq, body, year, index) of the log's own stream; no place: None."""
        return self._ask(_OWN, stream)

    def versions(self) -> Iterator[Block]:
        """(id, procedure, number, hash, status) of the versions of procedures."""
        return self._ask(_VERSIONS)

    def files(self) -> Iterator[Block]:
        """(version, path, bytes), version after version."""
        return self._ask(_FILES)

    def documents(self) -> Iterator[Block]:
        """(version, hash, bytes): what each version runs as."""
        return self._ask(_DOCUMENTS)

    def _ask(self, question: str, *more: UUID) -> Iterator[Block]:
        if self._sqlite:
            sql = question.format(
                stream="stream",
                of_event="event.stream",
                id="one.id" if "AS one" in question else "id",
                version="version",
                at="at",
                signed_at="signed_at",
            )
            values = [one.bytes for one in self._values(question, more)]
            cursor = self._driver.execute(sql, values)
        else:
            cursor = self._server(question, self._values(question, more))
        with contextlib.closing(cursor):
            while block := _fetched(cursor):
                yield block

    def _values(self, question: str, more: tuple[UUID, ...]) -> list[UUID]:
        return [self._tenant] * (question.count("?") - len(more)) + [*more]

    def _server(self, question: str, values: list[UUID]) -> Any:
        """A cursor that stays on the server (PostgreSQL)."""
        sql = (
            question.format(
                stream="uuid_send(stream)",
                of_event="uuid_send(event.stream)",
                id="uuid_send(one.id)" if "AS one" in question else "uuid_send(id)",
                version="uuid_send(version)",
                at=_micros("at"),
                signed_at=_micros("signed_at"),
            )
            .replace("+tenant_id", "tenant_id")
            .replace(" ORDER BY rowid", "")
            .replace("?", "%s")
        )
        cursor = self._driver.cursor(f"check_{next(self._names)}")
        cursor.itersize = BLOCK
        cursor.execute(sql, values, binary=True)
        return cursor


def _fetched(cursor: Any) -> Block:
    try:
        return cast("Block", cursor.fetchmany(BLOCK))
    except sqlite3.OperationalError as error:
        if failures.unreadable(error):
            raise ValueError(str(error)) from error
        raise


def _micros(name: str) -> str:
    """An instant as microseconds since 1970 (PostgreSQL); no number for infinity."""
    number = f"CAST(EXTRACT(EPOCH FROM {name}) * 1000000 AS bigint)"
    return f"CASE WHEN isfinite({name}) THEN {number} END"
