"""Raw rows of chosen cases, read many cases at a time and at one moment.

What judges a thousand cases for a page asks a few questions for all of them; rows come
as those of a check of everything do (`storage.check`), ids as their sixteen bytes.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, cast
from uuid import UUID

import sqlalchemy as sa

from storage.database import Database
from storage.days import snapshot

#: Cases of one question: fewer names than any database takes.
CHUNK: Final = 250

_HEADS: Final = (
    'SELECT {id}, month, seq, head FROM "case" WHERE tenant_id = ? AND id {among}'
)
_RECORDS: Final = (
    "SELECT month, {stream}, seq, kind, type, {at}, leaf, body FROM event"
    " WHERE tenant_id = ? AND month = ? AND stream {among} ORDER BY stream, seq"
)
_PERSONAL: Final = (
    "SELECT month, {stream}, seq, name, value, salt FROM personal"
    " WHERE tenant_id = ? AND month = ? AND stream {among} ORDER BY stream, seq, name"
)
_MONTH: Final = itemgetter(0)

Row = tuple[Any, ...]
Block = list[Row]


class Chosen:
    """Opens moments of chosen cases."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextlib.contextmanager
    def moment(self, tenant: UUID, cases: Sequence[UUID]) -> Iterator["Moment"]:
        """Lend one moment of the rows of some cases of a tenant."""
        with snapshot(self._database) as connection:
            # The first question begins the transaction.
            connection.execute(sa.text("SELECT 1")).all()
            yield Moment(connection, tenant, cases)


class Moment:
    """The rows of some cases at one moment, in blocks; many cases to a block."""

    def __init__(
        self, connection: sa.Connection, tenant: UUID, cases: Sequence[UUID]
    ) -> None:
        driver: Any = connection.connection.driver_connection
        self._driver = driver
        self._tenant = tenant
        self._sqlite = connection.dialect.name == "sqlite"
        self._heads: Block = [
            row
            for chunk in _chunks([*dict.fromkeys(cases)])
            for row in self._ask(_HEADS, [tenant], chunk)
        ]

    def heads(self) -> Mapping[UUID, tuple[int, bytes]]:
        """Number and leaf hash of the last event of each case that there is."""
        return {
            UUID(bytes=bytes(identity)): (int(seq), bytes(head))
            for identity, _, seq, head in self._heads
        }

    def records(self) -> Iterator[Block]:
        """(month, stream, seq, kind, type, at, leaf, body), stream after stream."""
        return self._of_streams(_RECORDS)

    def personal(self) -> Iterator[Block]:
        """(month, stream, seq, name, value, salt), in the order of `records`."""
        return self._of_streams(_PERSONAL)

    def _of_streams(self, question: str) -> Iterator[Block]:
        named = sorted((month, bytes(one)) for one, month, *_ in self._heads)
        for month, rows in groupby(named, key=_MONTH):
            for chunk in _chunks([UUID(bytes=one) for _, one in rows]):
                found = self._ask(question, [self._tenant, month], chunk)
                if found:
                    yield found

    def _ask(
        self, question: str, values: Sequence[UUID | int], among: Sequence[UUID]
    ) -> Block:
        if self._sqlite:
            marks = ", ".join("?" * len(among))
            names = {"id": "id", "stream": "stream", "at": "at"}
            sql = question.format(among=f"IN ({marks})", **names)
            asked = [_plain(one) for one in (*values, *among)]
            return cast("Block", self._driver.execute(sql, asked).fetchall())
        sql = question.format(
            id="uuid_send(id)",
            stream="uuid_send(stream)",
            at="CAST(EXTRACT(EPOCH FROM at) * 1000000 AS bigint)",
            among="= ANY(?)",
        ).replace("?", "%s")
        with self._driver.cursor(binary=True) as cursor:
            cursor.execute(sql, [*values, [*among]])
            return cast("Block", cursor.fetchall())


def _plain(value: UUID | int) -> bytes | int:
    return value.bytes if isinstance(value, UUID) else value


def _chunks(cases: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (cases[at : at + CHUNK] for at in range(0, len(cases), CHUNK))
