"""Figures in SQL: counted in the database, so that a year of cases is one question."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from engine.domain.figures import (
    Cases,
    Ended,
    Key,
    Listed,
    Path,
    Queue,
    Steps,
    Wanted,
)
from engine.recorded import Kind
from storage import counted, schema
from storage.auditing import midnight
from storage.database import Database

_CASE: Final = schema.case.c
_TASK: Final = schema.task.c
_PROCEDURE: Final = schema.procedure.c
_EVENT: Final = schema.event.c
_DAY: Final = timedelta(days=1)
#: Ages of open work in days, from the youngest.
_AGES: Final = (0, 1, 3, 7)
#: Cases that a list behind a figure shows.
_LISTED: Final = 200
#: Stands between names that are joined, and in none of them (ASCII unit separator).
_BETWEEN: Final = "\x1f"


class _Month(FunctionElement[str]):
    """The month of an instant in Vietnam, `yyyy-mm`."""

    type = sa.Text()
    inherit_cache = True


@compiles(_Month, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    inner = compiler.process(element.clauses, **more)
    return f"strftime('%Y-%m', {inner} / 1000000 + 25200, 'unixepoch')"


@compiles(_Month, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    inner = compiler.process(element.clauses, **more)
    return f"to_char({inner} AT TIME ZONE INTERVAL '+07:00', 'YYYY-MM')"


class Figures:
    """Counts of cases and steps; each in its own short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cases(self, tenant: UUID, wanted: Wanted) -> tuple[Cases, ...]:
        """Cases that closed in the period, by procedure, unit and month."""
        month = _Month(_CASE.closed_at).label("month")
        promised = _CASE.due_at.is_not(None)
        kept = sa.and_(promised, _CASE.closed_at <= _CASE.due_at)
        question = (
            sa.select(
                *(_PROCEDURE.code, _CASE.handling, month),
                sa.func.count().label("closed"),
                *(_count(promised, "due"), _count(kept, "on_time")),
            )
            .select_from(counted.CASES)
            .where(
                *counted.of(tenant, wanted), *counted.within(_CASE.closed_at, wanted)
            )
            .group_by(_PROCEDURE.code, _CASE.handling, month)
        )
        return tuple(
            Cases(
                key=Key(procedure=row.code, agency=row.handling, month=row.month),
                closed=row.closed,
                due=row.due,
                on_time=row.on_time,
            )
            for row in self._all(question)
        )

    def steps(self, tenant: UUID, wanted: Wanted) -> tuple[Steps, ...]:
        """Steps done in the period, by procedure, unit, step and month."""
        before = sa.func.lag(_TASK.assignee).over(
            partition_by=_TASK.case_id, order_by=(_TASK.closed_at, _TASK.rank)
        )
        running = sa.or_(
            _CASE.closed_at.is_(None), _CASE.closed_at >= midnight(wanted.first)
        )
        work = (
            sa.select(
                *(_PROCEDURE.code, _TASK.agency, _TASK.element, _TASK.name),
                *(_TASK.closed_at, _TASK.due_at, _TASK.occurrence, _TASK.assignee),
                before.label("before"),
            )
            .select_from(counted.WORK)
            .where(*counted.of(tenant, wanted), counted.DONE, running)
            .subquery("work")
        )
        one, month = work.c, _Month(work.c.closed_at).label("month")
        meant = counted.meant(one)
        handed = sa.and_(one.before.is_not(None), one.before != one.assignee)
        question = (
            sa.select(
                *(one.code, one.agency, one.element, month),
                sa.func.max(one.name).label("name"),
                sa.func.count().label("done"),
                _count(meant[Kind.DUE], "due"),
                _count(meant[Kind.ON_TIME], "on_time"),
                _count(meant[Kind.AGAIN], "again"),
                _count(handed, "handed"),
            )
            .where(*counted.within(one.closed_at, wanted))
            .group_by(one.code, one.agency, one.element, month)
        )
        return tuple(
            Steps(
                key=_key(row, row.month),
                done=row.done,
                due=row.due,
                on_time=row.on_time,
                again=row.again,
                handed=row.handed,
            )
            for row in self._all(question)
        )

    def queue(self, tenant: UUID, wanted: Wanted, now: datetime) -> tuple[Queue, ...]:
        """Work that is open now, by procedure, unit and step, whatever the period."""
        older = [
            _count(_TASK.opened_at <= now - days * _DAY, f"from_{days}")
            for days in _AGES
        ]
        question = (
            sa.select(
                *(_PROCEDURE.code, _TASK.agency, _TASK.element),
                sa.func.max(_TASK.name).label("name"),
                *older,
                _count(_TASK.due_at < now, "late"),
            )
            .select_from(counted.WORK)
            .where(*counted.of(tenant, wanted), sa.or_(schema.OPEN, schema.CLAIMED))
            .group_by(_PROCEDURE.code, _TASK.agency, _TASK.element)
        )
        made = []
        for row in self._all(question):
            least = (row.from_0, row.from_1, row.from_3, row.from_7)
            ages = (
                *(least[0] - least[1], least[1] - least[2]),
                *(least[2] - least[3], least[3]),
            )
            made.append(Queue(key=_key(row, ""), ages=ages, late=row.late))
        return tuple(made)

    def paths(self, tenant: UUID, wanted: Wanted) -> tuple[Path, ...]:
        """The steps of each case that closed in the period."""
        order = (_TASK.closed_at, _TASK.rank)
        # A window keeps the order of what it joins on both databases.
        steps = sa.func.aggregate_strings(_TASK.name, _BETWEEN).over(
            partition_by=_CASE.id, order_by=order, rows=(None, None)
        )
        number = sa.func.row_number().over(partition_by=_CASE.id, order_by=order)
        work = (
            sa.select(
                *(_CASE.id, _CASE.code, _PROCEDURE.code.label("procedure")),
                *(steps.label("steps"), number.label("number")),
            )
            .select_from(counted.WORK)
            .where(
                *counted.of(tenant, wanted),
                *counted.within(_CASE.closed_at, wanted),
                counted.DONE,
            )
            .subquery("work")
        )
        one = work.c
        question = (
            sa.select(one.id, one.code, one.procedure, one.steps)
            .where(one.number == 1)
            .order_by(one.id)
        )
        return tuple(
            Path(
                procedure=procedure,
                case=case,
                code=code,
                steps=tuple(named.split(_BETWEEN)),
            )
            for case, code, procedure, named in self._all(question)
        )

    def ended(self, tenant: UUID, wanted: Wanted) -> tuple[Ended, ...]:
        """Every case that closed in the period, the last closed first."""
        question = (
            sa.select(
                *(_CASE.id.label("case"), _CASE.code, _CASE.closed_at, _CASE.head),
                _PROCEDURE.code.label("procedure"),
            )
            .select_from(counted.CASES)
            .where(
                *counted.of(tenant, wanted), *counted.within(_CASE.closed_at, wanted)
            )
            .order_by(_CASE.closed_at.desc(), _CASE.id.desc())
        )
        return tuple(Ended(**row._asdict()) for row in self._all(question))

    def listed(self, tenant: UUID, wanted: Wanted, kind: str) -> tuple[Listed, ...]:
        """The cases behind a figure, the newest first, as many as a page shows."""
        question = (
            sa.select(
                *(_CASE.id, _CASE.code, _PROCEDURE.code.label("procedure")),
                *(_CASE.opened_at, _CASE.due_at, _CASE.closed_at),
            )
            .select_from(counted.CASES)
            .where(*counted.of(tenant, wanted), _behind(kind, wanted))
            .order_by(_CASE.id.desc())
            .limit(_LISTED)
        )
        return tuple(Listed(**row._asdict()) for row in self._all(question))

    def scores(self, tenant: UUID, wanted: Wanted) -> Mapping[int, int]:
        """How often applicants gave each score, from 1 to 5, in the period."""
        question = (
            sa.select(_EVENT.body)
            .select_from(counted.EVENTS)
            .where(*counted.rated(tenant, wanted))
        )
        found = (json.loads(row.body)["facts"]["score"] for row in self._all(question))
        return Counter(found)

    def _all(self, question: sa.Select[Any]) -> Any:
        with self._database.read() as connection:
            return connection.execute(question).all()


def _behind(kind: str, wanted: Wanted) -> sa.ColumnElement[bool]:
    """What makes a case one of those that a figure counts."""
    meant = counted.meant(_TASK)
    closed = sa.and_(*counted.within(_CASE.closed_at, wanted))
    work = sa.and_(
        *(_TASK.tenant_id == _CASE.tenant_id, _TASK.case_id == _CASE.id, counted.DONE),
        *counted.within(_TASK.closed_at, wanted),
    )
    asked: dict[str, sa.ColumnElement[bool]] = {
        "closed": closed,
        "promised": sa.and_(closed, _CASE.due_at.is_not(None)),
        "on-time": sa.and_(closed, _CASE.closed_at <= _CASE.due_at),
        "late": sa.and_(closed, _CASE.closed_at > _CASE.due_at),
        "rework": sa.exists().where(work, meant[Kind.AGAIN]),
        "late-step": sa.exists().where(work, meant[Kind.LATE]),
    }
    return asked.get(kind, sa.false())


def _key(row: Any, month: str) -> Key:
    return Key(
        procedure=row.code,
        agency=row.agency,
        element=row.element,
        step=row.name or row.element,
        month=month,
    )


def _count(where: sa.ColumnElement[bool], name: str) -> sa.Label[int]:
    return sa.func.sum(sa.case((where, 1), else_=0)).label(name)
