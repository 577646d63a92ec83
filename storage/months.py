"""Figures of months: counted beforehand from cases and tasks, and read in one question.

A hundred thousand cases a year are too many to count for a page. A month is counted as
a whole, whatever stood there before: work that was done on paper and entered later, and
what a rebuild changed, is in it the next time. Nothing but these figures is made here,
so everything may be thrown away and counted again.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain import working_time
from engine.domain.calendars import Register
from engine.domain.case import TaskStatus
from engine.domain.figures import Cases, Key, Steps
from engine.domain.supervision import Months, Range, begin_of, next_month
from storage import month_schema as tables
from storage import schema
from storage.database import Database
from storage.statement import INSERTS

_TASK: Final = schema.task.c
_CASE: Final = schema.case.c
_PROCEDURE: Final = schema.procedure.c
_BATCH: Final = 2_000
_SECOND_MS: Final = 1000
#: Part of a key -> the columns of a month that it is made of.
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "procedure": ("procedure",),
    "unit": ("agency",),
    "month": ("month",),
    "step": ("procedure", "element"),
    "": ("procedure", "agency", "month"),
}
_Step = tuple[UUID, UUID, str]


@dataclass(slots=True)
class _Sum:
    """What a step of a month adds up to."""

    name: str = ""
    done: int = 0
    due: int = 0
    on_time: int = 0
    again: int = 0
    minutes: int = 0


class MonthFigures:
    """Counts months, and reads what was counted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counted(self, tenant: UUID, months: Iterable[int]) -> Months:
        """When months were counted; one that never was is missing."""
        row = tables.figure_month.c
        question = sa.select(row.month, row.counted_at, row.cost_ms).where(
            row.tenant_id == tenant, row.month.in_(sorted(months))
        )
        return Months(
            counted={one: (at, cost) for one, at, cost in self._all(question)}
        )

    def count(
        self, tenant: UUID, month: int, calendars: Register, now: datetime
    ) -> None:
        """Count a month anew."""
        began = time.perf_counter()
        cases = [_values(row) for row in self._all(_closed(tenant, month))]
        steps = self._steps(tenant, month, calendars, now)
        scope = {"tenant_id": tenant, "month": month}
        cost = round((time.perf_counter() - began) * _SECOND_MS)
        with self._database.write() as connection:
            # Before the figures: whoever counts the month at this moment waits here.
            connection.execute(
                _noted(connection), {**scope, "counted_at": now, "cost_ms": cost}
            )
            for table in (tables.case_month, tables.step_month):
                connection.execute(
                    sa.delete(table).where(
                        table.c.tenant_id == tenant, table.c.month == month
                    )
                )
            for table, rows in (
                (tables.case_month, cases),
                (tables.step_month, steps),
            ):
                if rows:
                    connection.execute(
                        sa.insert(table), [{**scope, **row} for row in rows]
                    )

    def cases(
        self, tenant: UUID, of: Range, months: Iterable[int], part: str
    ) -> tuple[Cases, ...]:
        """Cases that closed in some months, by `procedure`, `unit` or `month`.

        The procedure of a key is its id in hexadecimal.
        """
        found = self._added(tables.case_month, tenant, of, months, part)
        return tuple(
            Cases(key=_key(row), closed=row.closed, due=row.due, on_time=row.on_time)
            for row in found
        )

    def steps(
        self, tenant: UUID, of: Range, months: Iterable[int], part: str
    ) -> tuple[Steps, ...]:
        """Steps that were done in some months, as `cases`, or by `step`."""
        found = self._added(tables.step_month, tenant, of, months, part)
        return tuple(
            Steps(
                key=_key(row),
                done=row.done,
                due=row.due,
                on_time=row.on_time,
                again=row.again,
                minutes=int(row.minutes),
            )
            for row in found
        )

    def _added(
        self,
        table: sa.Table,
        tenant: UUID,
        of: Range,
        months: Iterable[int],
        part: str,
    ) -> Any:
        row = table.c
        keys = [row[name] for name in _PARTS[part]]
        told = [sa.func.max(row.name).label("name")] if part == "step" else []
        sums = [
            sa.func.sum(column).label(column.name)
            for column in row
            if isinstance(column.type, sa.Integer) and column.name != "month"
        ]
        question = (
            sa.select(*keys, *told, *sums)
            .where(
                row.tenant_id == tenant,
                row.month.in_(sorted(months)),
                row.agency.in_(sorted(of.agencies)),
            )
            .group_by(*keys)
        )
        if of.procedure is not None:
            question = question.where(row.procedure == of.procedure)
        return self._all(question)

    def _steps(
        self, tenant: UUID, month: int, calendars: Register, now: datetime
    ) -> list[dict[str, Any]]:
        """Steps of a month; working time is counted here, no database knows it."""
        sums: dict[_Step, _Sum] = {}
        worked = _Worked(calendars, now)
        with self._database.read() as connection:
            for row in _streamed(connection, _done(tenant, month)):
                key = row.procedure, row.agency, row.element
                one = sums.get(key)
                if one is None:
                    one = sums[key] = _Sum()
                _add(one, row, worked(row.agency, row.opened_at, row.closed_at))
        return [
            {
                "procedure": procedure,
                "agency": agency,
                "element": element,
                "name": one.name,
                "done": one.done,
                "due": one.due,
                "on_time": one.on_time,
                "again": one.again,
                "minutes": one.minutes,
            }
            for (procedure, agency, element), one in sums.items()
        ]

    def _all(self, question: sa.Select[Any]) -> Any:
        with self._database.read() as connection:
            return connection.execute(question).all()


class _Worked:
    """Working minutes by the calendar of each agency that is in force now."""

    def __init__(self, calendars: Register, now: datetime) -> None:
        self._calendars, self._now = calendars, now
        self._known: dict[UUID, Callable[[datetime, datetime], int]] = {}

    def __call__(self, agency: UUID, first: datetime, last: datetime) -> int:
        count = self._known.get(agency)
        if count is None:
            calendar = self._calendars.in_force(agency, self._now)

            def count(first: datetime, last: datetime) -> int:
                return max(0, working_time.worked(first, last, calendar))

            self._known[agency] = count
        return count(first, last)


def _add(one: _Sum, row: Any, minutes: int) -> None:
    one.name = max(one.name, row.name)
    one.done += 1
    one.minutes += minutes
    one.again += row.occurrence > 1
    if row.due_at is not None:
        one.due += 1
        one.on_time += row.closed_at <= row.due_at


def _streamed(connection: sa.Connection, question: sa.Select[Any]) -> Iterator[Any]:
    """Rows, a part at a time: a month of work is never held as a whole."""
    yield from connection.execution_options(yield_per=_BATCH).execute(question)


def _within(at: Any, month: int) -> tuple[sa.ColumnElement[bool], ...]:
    return at >= begin_of(month), at < begin_of(next_month(month))


def _closed(tenant: UUID, month: int) -> sa.Select[Any]:
    """Cases that closed in a month, added up."""
    promised = _CASE.due_at.is_not(None)
    kept = sa.and_(promised, _CASE.closed_at <= _CASE.due_at)
    return (
        sa.select(
            *(_CASE.procedure, _CASE.handling.label("agency")),
            sa.func.count().label("closed"),
            *(_sum(promised, "due"), _sum(kept, "on_time")),
        )
        .where(_CASE.tenant_id == tenant, *_within(_CASE.closed_at, month))
        .group_by(_CASE.procedure, _CASE.handling)
    )


def _done(tenant: UUID, month: int) -> sa.Select[Any]:
    """Work that was done in a month."""
    return sa.select(
        *(_TASK.procedure, _TASK.agency, _TASK.element, _TASK.name),
        *(_TASK.opened_at, _TASK.due_at, _TASK.closed_at, _TASK.occurrence),
    ).where(
        _TASK.tenant_id == tenant,
        *_within(_TASK.closed_at, month),
        _TASK.status == TaskStatus.DONE.value,
        _TASK.procedure.is_not(None),
    )


def _noted(connection: sa.Connection) -> Any:
    """The statement that keeps when a month was counted."""
    made = INSERTS[connection.dialect.name](tables.figure_month)
    values = {name: made.excluded[name] for name in ("counted_at", "cost_ms")}
    return made.on_conflict_do_update(
        index_elements=["tenant_id", "month"], set_=values
    )


def _values(row: Any) -> dict[str, Any]:
    return {name: value or 0 for name, value in row._asdict().items()}


def _key(row: Any) -> Key:
    """The key of a row; the database gives only what it was grouped by."""
    known = row._asdict()
    month = known.get("month")
    procedure = known.get("procedure")
    return Key(
        procedure=procedure.hex if procedure else "",
        agency=known.get("agency"),
        element=known.get("element", ""),
        step=known.get("name", ""),
        month=f"{month // 100:04d}-{month % 100:02d}" if month else "",
    )


def _sum(where: sa.ColumnElement[bool], name: str) -> sa.Label[int]:
    return sa.func.sum(sa.case((where, 1), else_=0)).label(name)
