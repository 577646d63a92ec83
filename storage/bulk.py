"""Many events at once, for `quytrinh bench evidence`: cases as writers leave them."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain.events import Doer, Event, EventType, ModelRef, Sealed, Stream
from engine.domain.events import StreamKind as Kind
from engine.evidence import record
from storage import history, schema
from storage.database import Database
from storage.log import Log
from storage.statement import Link

#: Cases that are open at a time, and the events of each in the end.
_OPEN: Final = 2_000
_EVENTS: Final = 25
_BATCH: Final = 2_000
_FACTS: Final = {"channel": "direct", "note": "x" * 60}


def fill(database: Database, tenant: UUID, like: UUID, count: int) -> None:
    """Write events of new cases, interleaved, each with its place in the log.

    Args:
        database: where.
        tenant: whose.
        like: a case whose row the new ones resemble.
        count: how many events, in whole batches.
    """
    row = schema.case.c
    query = sa.select(schema.case).where(row.tenant_id == tenant, row.id == like)
    with database.read() as connection:
        pattern = dict(connection.execute(query).mappings().one())
    log, cases = Log(database), _Cases(tenant, pattern["opened_at"])
    for _ in range(0, count, _BATCH):
        events = list(cases.events(_BATCH))
        with database.write() as connection:
            history.store(Link(connection, None), events)
        log.integrate(tenant, cases.at.year, _BATCH)
    with database.write() as connection:
        rows = [_row(pattern, one) for one in cases.last.values()]
        connection.execute(sa.insert(schema.case), rows)


def _row(pattern: dict[str, Any], last: Sealed) -> dict[str, Any]:
    """The row of a case that ends with an event."""
    stream = last.stream
    known = {"id": stream.id, "month": stream.month, "code": f"bench-{stream.id.hex}"}
    return {**pattern, **known, "seq": last.seq, "head": last.leaf}


def append(database: Database, sealed: Sealed) -> None:
    """Append an event to a stream of its own, in a transaction of its own."""
    with database.write() as connection:
        work = history.History(Link(connection, None), sealed.stream.tenant)
        work.append(sealed)


class _Cases:
    """Cases that go on in turn."""

    def __init__(self, tenant: UUID, at: datetime) -> None:
        self._tenant = tenant
        self._chance = random.Random(1)  # noqa: S311 - the same bytes each time
        self._open: list[Stream] = []
        self._number = 0
        self.at = at
        self.last: dict[UUID, Sealed] = {}

    def events(self, count: int) -> Iterator[Sealed]:
        """The next events."""
        for _ in range(count):
            while len(self._open) < _OPEN:
                self._open.append(self._begun())
            index = self._chance.randrange(_OPEN)
            sealed = self._sealed(self._open[index])
            self.last[sealed.stream.id] = sealed
            self._open[index] = sealed.next()
            if sealed.seq == _EVENTS:
                self._open[index] = self._begun()
            yield sealed

    def _begun(self) -> Stream:
        self._number += 1
        identity = UUID(int=(0x0190 << 112) + (self._number << 80) + (7 << 76))
        month = self.at.year * 100 + self.at.month
        return Stream(tenant=self._tenant, kind=Kind.CASE, id=identity, month=month)

    def _sealed(self, stream: Stream) -> Sealed:
        kind = EventType.TASK_COMPLETED if stream.seq else EventType.CASE_OPENED
        values: dict[str, Any] = {"account": self._tenant, "position": self._tenant}
        event = Event(
            type=kind,
            at=self.at + timedelta(milliseconds=self._number),
            doer=Doer(**values),
            facts=_FACTS,
            model=ModelRef(procedure="bench", number=1, hash="0" * 64),
        )
        return record.seal(event, stream, self._chance.randbytes)
