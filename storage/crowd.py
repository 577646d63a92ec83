"""Many cases and their work at once, for `quytrinh bench worklist`.

The rows are those of the schema, with every reference right, and no history: lists read
none. PostgreSQL takes them by COPY.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from storage import schema, text
from storage.database import Database

#: Rows that are held at a time.
_BATCH: Final = 20_000
_NAMES: Final = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Đức Cường", "Đỗ Thị Ước")
_CHANNELS: Final = ("direct", "online", "post")
_PER_CASE: Final = 5
_HALF: Final = 0.5
#: Of how much open work something is due.
_DUE: Final = 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where a share of the open work lies."""

    agency: UUID
    performer: str
    #: How much of it there is, and who has claimed every second piece.
    open: int
    holder: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """What is written: closed work of some desks, then open work."""

    tenant: UUID
    now: datetime
    #: Pairs (procedure, version), of which cases take turns.
    versions: Sequence[tuple[UUID, UUID]]
    desks: Sequence[Desk]
    tasks: int


def fill(database: Database, crowd: Crowd) -> None:
    """Write the rows."""
    writer = _Writer(crowd)
    for cases, tasks in _batches(writer.rows()):
        with database.write() as connection:
            _store(connection, schema.case, cases)
            _store(connection, schema.task, tasks)
    with database.write() as connection:
        connection.execute(sa.text("ANALYZE"))
    if database.engine.dialect.name == "postgresql":
        # What autovacuum does within minutes: an index alone answers only of pages
        # that are known to hold nothing new.
        engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as plain:
            for table in (schema.case, schema.task):
                plain.exec_driver_sql(f'VACUUM (ANALYZE) "{table.name}"')


def _batches(
    rows: Iterable[tuple[dict[str, Any], list[dict[str, Any]]]],
) -> Iterator[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    cases: list[dict[str, Any]] = []
    tasks: list[dict[str, Any]] = []
    for case, work in rows:
        cases.append(case)
        tasks.extend(work)
        if len(tasks) >= _BATCH:
            yield cases, tasks
            cases, tasks = [], []
    if cases:
        yield cases, tasks


def _store(
    connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]
) -> None:
    if connection.dialect.name != "postgresql":
        connection.execute(sa.insert(table), rows)
        return
    names = list(rows[0])
    writers = [
        table.c[name]
        .type.dialect_impl(connection.dialect)
        .bind_processor(connection.dialect)
        for name in names
    ]
    quoted = ", ".join(f'"{name}"' for name in names)
    driver: Any = connection.connection.driver_connection
    with driver.cursor().copy(f'COPY "{table.name}" ({quoted}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(
                [
                    row[name] if write is None else write(row[name])
                    for name, write in zip(names, writers, strict=True)
                ]
            )


class _Writer:
    """Makes rows, the same each time."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._chance = random.Random(1)  # noqa: S311 - the same rows each time
        self._number = 0

    def rows(self) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
        """Each case with its work: the last piece may be open, the others are done."""
        crowd = self._crowd
        waiting = [desk for desk in crowd.desks for _ in range(desk.open)]
        self._chance.shuffle(waiting)
        left = crowd.tasks
        while left > 0:
            count = min(_PER_CASE if len(waiting) * _PER_CASE <= left else 1, left)
            desk = waiting.pop() if waiting else None
            yield self._case(desk, count)
            left -= count

    def _case(
        self, desk: Desk | None, count: int
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        self._number += 1
        crowd, number = self._crowd, self._number
        opened = crowd.now - timedelta(minutes=self._chance.randrange(60_000))
        place = desk or self._chance.choice(crowd.desks)
        procedure, version = crowd.versions[number % len(crowd.versions)]
        code, name = f"B{number:08d}", self._chance.choice(_NAMES)
        case = {
            "tenant_id": crowd.tenant,
            "id": UUID(int=(0x0190 << 112) + (number << 80) + (7 << 76) + (2 << 62)),
            "month": opened.year * 100 + opened.month,
            "procedure": procedure,
            "procedure_version": version,
            "code": code,
            "status": "open" if desk else "completed",
            **dict.fromkeys(
                ("helping", "receiving", "handling", "deciding"), place.agency
            ),
            "version": count,
            "seq": count,
            "head": bytes(32),
            "opened_at": opened,
            "due_at": opened + timedelta(days=30),
            "closed_at": None if desk else crowd.now,
            "next_wake": None,
            "channel": self._chance.choice(_CHANNELS),
            "applicant": name,
            "folded": text.fold(f"{code} {name}"),
            "state": None,
            "process": "",
            "generation": 0,
        }
        works = [self._task(case, place, step, desk) for step in range(count)]
        works[:-1] = [_closed(one, crowd.now) for one in works[:-1]]
        if desk is None:
            works[-1] = _closed(works[-1], crowd.now)
        return case, works

    def _task(
        self, case: dict[str, Any], place: Desk, step: int, desk: Desk | None
    ) -> dict[str, Any]:
        chance, now = self._chance, self._crowd.now
        claimed = (
            place.holder is not None and desk is not None and chance.random() < _HALF
        )
        kind = chance.randrange(6)
        due = now + timedelta(minutes=chance.randrange(-8_000, 30_000))
        return {
            "tenant_id": case["tenant_id"],
            "case_id": case["id"],
            "element": f"step_{step}_{kind}",
            "occurrence": 1,
            "month": case["month"],
            "rank": step,
            "name": f"Thẩm định hồ sơ, bước {kind + 1}",
            "short_name": f"Thẩm định {kind + 1}",
            "performer": place.performer,
            "agency": place.agency,
            "status": "claimed" if claimed else "open",
            "opened_at": min(case["opened_at"], due),
            "due_at": due if chance.random() < _DUE else None,
            "assignee": place.holder if claimed else None,
            "position": None,
            "closed_at": None,
            "procedure": case["procedure"],
            "channel": case["channel"],
            "step": f"Thẩm định {kind + 1}",
        }


def _closed(task: dict[str, Any], at: datetime) -> dict[str, Any]:
    return task | {"status": "done", "closed_at": at}
