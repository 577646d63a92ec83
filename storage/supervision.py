"""What supervisors ask of open work and running cases, counted from indexes.

Open work is counted from `task_active`, running cases from `case_open`: twenty thousand
of each are read without touching a row. Lists behind a number have the conditions of
the number.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain.case import TaskStatus
from engine.domain.run import Status
from engine.domain.supervision import (
    Behind,
    CaseLine,
    Group,
    Lateness,
    Letter,
    Load,
    Moment,
    Pick,
    Range,
    Waiting,
    begin_of,
    next_month,
)
from engine.queries import TaskItem
from storage import exchange_schema, month_schema, read, schema, types, work
from storage.database import Database

_TASK: Final = schema.task.c
_CASE: Final = schema.case.c
_OUTBOX: Final = exchange_schema.outbox.c
_PARCEL: Final = exchange_schema.parcel.c
_LETTERS: Final = 100
#: Attempts after which a letter counts as one that fails.
_FAILING: Final = 3
Condition = sa.ColumnElement[bool]


class Supervision:
    """Counts and lists; each in its own short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def loads(self, tenant: UUID, of: Range, at: Moment) -> tuple[Load, ...]:
        """Open work by agency, performer and who has claimed it."""
        keys = (_TASK.agency, _TASK.performer, _TASK.assignee)
        question = (
            sa.select(
                *keys,
                sa.func.count().label("open"),
                _sum(_late(at), "late"),
                _sum(_soon(at), "soon"),
                sa.func.min(_TASK.opened_at).label("oldest"),
            )
            .where(*_active(tenant, of))
            .group_by(*keys)
        )
        return tuple(
            Load(
                agency=row.agency,
                performer=row.performer,
                account=row.assignee,
                open=row.open,
                late=row.late,
                soon=row.soon,
                oldest=row.oldest,
            )
            for row in self._all(question)
        )

    def waiting(self, tenant: UUID, of: Range, at: Moment) -> tuple[Waiting, ...]:
        """Open work by procedure and step, and how long it has been open."""
        keys = (_TASK.procedure, _TASK.element)
        since = [
            _sum(_TASK.opened_at > edge, f"since_{n}") for n, edge in enumerate(at.ages)
        ]
        question = (
            sa.select(
                *keys,
                sa.func.max(_TASK.step).label("step"),
                sa.func.count().label("open"),
                *since,
                *(_sum(_late(at), "late"), _sum(_soon(at), "soon")),
            )
            .where(*_active(tenant, of), _TASK.procedure.is_not(None))
            .group_by(*keys)
        )
        return tuple(_waiting(row) for row in self._all(question))

    def running(self, tenant: UUID, of: Range, at: Moment) -> dict[Group, int]:
        """Cases that run, by what is to be said of them."""
        counts = [
            _sum(_group(one, at), one.value)
            for one in Group
            if one not in (Group.RUNNING, Group.IDLE)
        ]
        question = sa.select(sa.func.count().label("running"), *counts).where(
            *_open(tenant, of)
        )
        idle = sa.select(sa.func.count()).where(*_open(tenant, of), _idle(tenant, of))
        [row] = self._all(question.add_columns(idle.scalar_subquery().label("idle")))
        return {one: getattr(row, one.value) or 0 for one in Group}

    def work(
        self, tenant: UUID, of: Range, pick: Pick, at: Moment, page: tuple[int, int]
    ) -> tuple[TaskItem, ...]:
        """The open work behind a number, the earliest due first; limit and offset."""
        key = (_TASK.due_at, _TASK.opened_at, _TASK.case_id, _TASK.element)
        columns = (*key, _TASK.occurrence)
        limit, offset = page
        rows = (
            sa.select(*columns)
            .where(*_active(tenant, of), *_picked(pick, at))
            .order_by(*columns)
            .limit(limit)
            .offset(offset)
            .subquery("page")
        )
        names = ("case_id", "element", "occurrence")
        same = reduce(sa.and_, (rows.c[name] == _TASK[name] for name in names))
        question = read.TASK_ITEM.join(
            rows, sa.and_(same, _TASK.tenant_id == tenant)
        ).order_by(*(rows.c[column.name] for column in columns))
        return tuple(map(read.task_item, self._all(question)))

    def work_count(self, tenant: UUID, of: Range, pick: Pick, at: Moment) -> int:
        """How much work stands behind a number."""
        question = sa.select(sa.func.count()).where(
            *_active(tenant, of), *_picked(pick, at)
        )
        [row] = self._all(question)
        return int(row[0])

    def cases(
        self, tenant: UUID, of: Range, behind: Behind, at: Moment
    ) -> tuple[CaseLine, ...]:
        """The cases behind a number: running ones the most urgent first."""
        question = sa.select(
            *(_CASE.id, _CASE.code, _CASE.procedure, _CASE.handling.label("agency")),
            *(_CASE.opened_at, _CASE.due_at, _CASE.closed_at, _CASE.status),
        )
        if behind.group is not None:
            question = question.where(
                *_open(tenant, of), *_whole(behind.group, tenant, of, at)
            ).order_by(_CASE.due_at.is_(None), _CASE.due_at, _CASE.id)
        else:
            question = question.where(*_ended(tenant, of, behind)).order_by(
                _CASE.closed_at.desc(), _CASE.id
            )
        page = question.limit(behind.limit).offset(behind.offset)
        return tuple(CaseLine(**row._asdict()) for row in self._all(page))

    def letters(self, tenant: UUID, of: Range) -> tuple[Letter, ...]:
        """Letters of cases that fail: a person decides, or several attempts did not do.

        Its refusals are kept with the letter, or with the place that it goes to.
        """
        refused = [
            sa.select(
                *(source.stream, source.attempts, source.reason, source.next_try),
                *(name.label("name"), _OUTBOX.kind),
            )
            .select_from(joined)
            .where(
                source.tenant_id == tenant,
                source.delivered_at.is_(None),
                sa.or_(
                    sa.and_(source.next_try.is_(None), source.reason != ""),
                    source.attempts >= _FAILING,
                ),
            )
            for source, name, joined in _SOURCES
        ]
        found = sa.union_all(*refused).subquery("letters")
        mine = sa.and_(_CASE.tenant_id == tenant, _CASE.id == found.c.stream)
        question = (
            sa.select(
                *(_CASE.id.label("case"), _CASE.code, _CASE.procedure),
                *(_CASE.procedure_version.label("version"), _CASE.process),
                *(_CASE.handling.label("agency"), found.c.kind, found.c.name),
                *(found.c.attempts, found.c.reason, found.c.next_try),
            )
            .select_from(found.join(schema.case, mine))
            .where(*_of_case(of))
            .order_by(_CASE.code)
            .limit(_LETTERS)
        )
        return tuple(Letter(**row._asdict()) for row in self._all(question))

    def procedures(self, tenant: UUID) -> dict[UUID, tuple[str, str]]:
        """Code and name of every procedure, by code."""
        row = schema.procedure.c
        question = (
            sa.select(row.id, row.code, row.name)
            .where(row.tenant_id == tenant)
            .order_by(row.code)
        )
        return {one.id: (one.code, one.name) for one in self._all(question)}

    def _all(self, question: sa.Select[Any]) -> Any:
        with self._database.read() as connection:
            return connection.execute(question).all()


_OF_LETTER: Final = sa.and_(
    *(_OUTBOX.tenant_id == _PARCEL.tenant_id, _OUTBOX.stream == _PARCEL.stream),
    *(_OUTBOX.seq == _PARCEL.seq, _OUTBOX.n == _PARCEL.n),
)
_SOURCES: Final[tuple[tuple[Any, Any, Any], ...]] = (
    (_OUTBOX, _OUTBOX.name, exchange_schema.outbox),
    (
        _PARCEL,
        _OUTBOX.name,
        exchange_schema.parcel.join(exchange_schema.outbox, _OF_LETTER),
    ),
)


def _active(tenant: UUID, of: Range) -> list[Condition]:
    """Open work, as a worklist of supervisors finds it."""
    found = [
        _TASK.tenant_id == tenant,
        _TASK.agency.in_(sorted(of.agencies)),
        schema.ACTIVE,
        sa.or_(schema.OPEN, schema.CLAIMED),
    ]
    if of.procedure is not None:
        found.append(_TASK.procedure == of.procedure)
    return found


def _late(at: Moment) -> Condition:
    return _TASK.due_at < sa.literal(at.now, types.Due())


def _soon(at: Moment) -> Condition:
    return work.urgency_of(at.edges) == work.SOON


def _picked(pick: Pick, at: Moment) -> list[Condition]:
    """The conditions of a number."""
    found: list[Condition] = []
    if pick.performer is not None:
        found.append(_TASK.performer == pick.performer)
    if pick.account is not None:
        found.append(_TASK.assignee == pick.account)
    if pick.free is not None:
        free = _TASK.assignee.is_(None)
        found.append(free if pick.free else sa.not_(free))
    if pick.element is not None:
        found.append(_TASK.element == pick.element)
    if pick.lateness is not None:
        found.append(_late(at) if pick.lateness is Lateness.LATE else _soon(at))
    if pick.age is not None:
        found.extend(_aged(pick.age, at))
    return found


def _aged(age: int, at: Moment) -> Iterable[Condition]:
    if age < len(at.ages):
        yield _TASK.opened_at > at.ages[age]
    if age > 0:
        yield _TASK.opened_at <= at.ages[age - 1]


def _waiting(row: Any) -> Waiting:
    first, second, third = row.since_0, row.since_1, row.since_2
    return Waiting(
        procedure=row.procedure,
        element=row.element,
        step=row.step or row.element,
        ages=(first, second - first, third - second, row.open - third),
        late=row.late,
        soon=row.soon,
    )


def _open(tenant: UUID, of: Range) -> list[Condition]:
    """Cases that run."""
    return [_CASE.tenant_id == tenant, month_schema.RUNNING, *_of_case(of)]


def _of_case(of: Range) -> list[Condition]:
    found: list[Condition] = [_CASE.handling.in_(sorted(of.agencies))]
    if of.procedure is not None:
        found.append(_CASE.procedure == of.procedure)
    return found


def _group(group: Group, at: Moment) -> Condition:
    """What makes a running case one of a group."""
    due, incident = _CASE.due_at, _CASE.status == Status.INCIDENT.value
    if group is Group.PAUSED:
        stands = sa.and_(due.is_(None), _CASE.clock != "")
        return sa.or_(_CASE.suspended_at.is_not(None), stands)
    if group is Group.LATE:
        return due < at.now
    if group is Group.TODAY:
        return sa.and_(due >= at.now, due < at.tomorrow)
    assert group is Group.INCIDENT, group  # noqa: S101 - the others are no condition
    return incident


def _whole(group: Group, tenant: UUID, of: Range, at: Moment) -> list[Condition]:
    if group is Group.RUNNING:
        return []
    return [_idle(tenant, of) if group is Group.IDLE else _group(group, at)]


def _idle(tenant: UUID, of: Range) -> Condition:
    """Nobody has work to do in it, and it is no incident.

    Most cases have work where it is looked for; the others are asked one by one.
    """
    own = (
        _TASK.tenant_id == tenant,
        schema.ACTIVE,
        sa.or_(schema.OPEN, schema.CLAIMED),
    )
    near = sa.select(_TASK.case_id).where(*own, _TASK.agency.in_(sorted(of.agencies)))
    anywhere = sa.exists().where(*own, _TASK.case_id == _CASE.id)
    return sa.and_(
        _CASE.status != Status.INCIDENT.value,
        _CASE.id.not_in(near),
        sa.not_(anywhere.correlate(schema.case)),
    )


def _ended(tenant: UUID, of: Range, behind: Behind) -> list[Condition]:
    """Cases that ended in some months, or in which a step was done in them."""
    first, last = behind.months
    begin, end = begin_of(first), begin_of(next_month(last))
    if behind.element:
        return [_CASE.tenant_id == tenant, _stepped(tenant, of, behind, (begin, end))]
    found: list[Condition] = [
        *(_CASE.tenant_id == tenant, *_of_case(of)),
        *(_CASE.closed_at >= begin, _CASE.closed_at < end),
    ]
    if behind.ended == "on-time":
        found.append(_CASE.closed_at <= _CASE.due_at)
    if behind.ended == "late":
        found.append(_CASE.closed_at > _CASE.due_at)
    return found


def _stepped(
    tenant: UUID, of: Range, behind: Behind, within: tuple[datetime, datetime]
) -> Condition:
    """Whether a step was done in it within a time, where the work lay."""
    begin, end = within
    found: list[Condition] = [
        *(_TASK.tenant_id == tenant, _TASK.element == behind.element),
        *(_TASK.closed_at >= begin, _TASK.closed_at < end),
        _TASK.status == TaskStatus.DONE.value,
        _TASK.agency.in_(sorted(of.agencies)),
    ]
    if of.procedure is not None:
        found.append(_TASK.procedure == of.procedure)
    if behind.ended == "on-time":
        found.append(_TASK.closed_at <= _TASK.due_at)
        # The end of time stands for no due instant.
        found.append(_TASK.due_at != sa.literal(None, types.Due()))
    if behind.ended == "late":
        found.append(_TASK.closed_at > _TASK.due_at)
    if behind.ended == "again":
        found.append(_TASK.occurrence > 1)
    return _CASE.id.in_(sa.select(_TASK.case_id).where(*found))


def _sum(where: Condition, name: str) -> sa.Label[int]:
    return sa.func.sum(sa.case((where, 1), else_=0)).label(name)
