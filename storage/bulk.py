"""Many events at once, for `quytrinh bench evidence`: cases as writers leave them."""

import contextlib
import gc
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from engine.domain.events import Sealed
from storage import history, schema
from storage.database import Database, open_database
from storage.log import Log
from storage.statement import Link

#: Cases that are under way at a time.
_OPEN: Final = 2_000
_BATCH: Final = 5_000
#: No waiting for the disk, and room for pages: a history for measuring may be lost.
_HURRY: Final = {
    "sqlite": (
        "PRAGMA synchronous = OFF",
        "PRAGMA secure_delete = OFF",
        "PRAGMA cache_size = -32000",
        "PRAGMA wal_autocheckpoint = 20000",
    ),
    "postgresql": ("SET synchronous_commit = off",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A case that is written, under a name of its own."""

    #: The case whose row its own resembles.
    like: UUID
    code: str
    #: How many events it has.
    length: int
    events: Iterator[Sealed]


def fill(
    database: Database, tenant: UUID, year: int, copies: Iterable[Copy], count: int
) -> int:
    """Write events of cases that go on in turn, each with its place in the log.

    Args:
        database: where.
        tenant: whose.
        year: the log that gets the events.
        copies: the cases, as many as are needed.
        count: how many events at least; the last cases are written to their ends.

    Returns:
        How many events were written.
    """
    cases = _Cases(copies, count)
    with _uncollected(), _hurried(database) as hurried:
        written = _write(hurried, tenant, year, cases.events())
    patterns: dict[UUID, dict[str, Any]] = {}
    with database.write() as connection:
        for like in {one.like for one in cases.ended}:
            patterns[like] = _pattern(connection, tenant, like)
        rows = [{**patterns[one.like], **one.row} for one in cases.ended]
        connection.execute(sa.insert(schema.case), rows)
    return written


def _write(database: Database, tenant: UUID, year: int, going: Iterator[Sealed]) -> int:
    log, written = Log(database), 0
    while events := list(islice(going, _BATCH)):
        with database.write() as connection:
            history.store(Link(connection, None), events)
        log.integrate(tenant, year, _BATCH)
        written += len(events)
    return written


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no cycles: a batch has none, and looking took a third of the time."""
    wanted = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if wanted:
            gc.enable()


@contextlib.contextmanager
def _hurried(database: Database) -> Iterator[Database]:
    """The same database, by connections that do not wait for the disk."""
    url = database.engine.url
    made = open_database(url.render_as_string(hide_password=False), pool=1)

    def hurry(connection: Any, _record: object) -> None:
        for statement in _HURRY[url.get_backend_name()]:
            connection.execute(statement)
        connection.commit()

    sa.event.listen(made.engine, "connect", hurry)
    try:
        yield made
    finally:
        made.close()


def _pattern(connection: sa.Connection, tenant: UUID, like: UUID) -> dict[str, Any]:
    row = schema.case.c
    query = sa.select(schema.case).where(row.tenant_id == tenant, row.id == like)
    return dict(connection.execute(query).mappings().one())


def append(database: Database, sealed: Sealed) -> None:
    """Append an event to a stream of its own, in a transaction of its own."""
    with database.write() as connection:
        work = history.History(Link(connection, None), sealed.stream.tenant)
        work.append(sealed)


class _Ended(NamedTuple):
    """A case that is at its end."""

    like: UUID
    #: What its row has of its own.
    row: dict[str, Any]


def _row(copy: Copy, last: Sealed) -> dict[str, Any]:
    stream = last.stream
    return {
        "id": stream.id,
        "month": stream.month,
        "code": copy.code,
        "seq": last.seq,
        "head": last.leaf,
    }


class _Cases:
    """Cases that go on in turn, until they are all at their ends."""

    def __init__(self, copies: Iterable[Copy], count: int) -> None:
        self._copies = iter(copies)
        self._count = count
        self._chance = random.Random(1)  # noqa: S311 - the same order each time
        self._begun = 0
        self.ended: list[_Ended] = []

    def events(self) -> Iterator[Sealed]:
        """The next events, of whichever case."""
        under_way: list[tuple[Copy, Sealed | None]] = []
        while True:
            while self._begun < self._count and len(under_way) < _OPEN:
                copy = next(self._copies)
                self._begun += copy.length
                under_way.append((copy, None))
            if not under_way:
                return
            index = self._chance.randrange(len(under_way))
            copy, last = under_way[index]
            sealed = next(copy.events, None)
            if sealed is not None:
                under_way[index] = copy, sealed
                yield sealed
                continue
            under_way[index] = under_way[-1]
            under_way.pop()
            if last is not None:
                self.ended.append(_Ended(copy.like, _row(copy, last)))
