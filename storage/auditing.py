"""Which cases there are to sample, and which audits there are.

Everything is asked as of an instant, so that the same question gives the same cases
later: what happened afterwards counts for nothing.
"""

import json
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine import limits
from engine.domain import iso8601
from engine.domain.case import TaskStatus
from engine.domain.events import Stream, StreamKind
from engine.domain.sampling import Basis, Member, Query, Risk
from engine.errors import TooLargeError
from storage import schema, types
from storage.statement import Link

_CASE: Final = schema.case.c
_TASK: Final = schema.task.c
_PROCEDURE: Final = schema.procedure.c
_PERSONAL: Final = schema.personal.c
_EVENT: Final = schema.event.c
_STREAM: Final = schema.stream.c
#: Risks that the work of a case shows, in the order of the columns.
_OF_WORK: Final = (Risk.LATE_STEP, Risk.REWORK, Risk.CANCELLED)


class Auditing:
    """Reads for the audit programme, inside one tenant and transaction."""

    def __init__(self, link: Link, tenant: UUID) -> None:
        self._link = link
        self._tenant = tenant

    def population(self, query: Query) -> tuple[Member, ...]:
        """The cases that a query means, with their risks as of its instant.

        Raises:
            TooLargeError: They are more than a sample is drawn from.
        """
        high = self._high(query) if query.value else frozenset()
        rows = self._link.connection.execute(_population(self._tenant, query))
        members = []
        for row in rows:
            shown = zip(
                _OF_WORK, (row.late_step, row.rework, row.cancelled), strict=True
            )
            risks = {risk for risk, count in shown if count}
            if _late(row, query.as_of):
                risks.add(Risk.LATE)
            if row.id in high:
                risks.add(Risk.VALUE)
            members.append(Member(case=row.id, code=row.code, risks=frozenset(risks)))
        if len(members) > limits.POPULATION_CASES:
            raise TooLargeError(limit=limits.POPULATION_CASES)
        return tuple(members)

    def accesses(self, stream: UUID, before: int, limit: int) -> tuple[bytes, ...]:
        """Events of an access stream with lower numbers, as sealed, newest first."""
        same = sa.and_(
            *(_EVENT.tenant_id == _STREAM.tenant_id, _EVENT.month == _STREAM.month),
            _EVENT.stream == _STREAM.id,
        )
        question = (
            sa.select(_EVENT.body)
            .select_from(schema.stream.join(schema.event, same))
            .where(
                *(_STREAM.tenant_id == self._tenant, _STREAM.id == stream),
                *(_STREAM.kind == StreamKind.ACCESS.value, _EVENT.seq < before),
            )
            .order_by(_EVENT.seq.desc())
            .limit(limit)
        )
        return tuple(map(bytes, self._link.connection.scalars(question)))

    def streams(self) -> tuple[Stream, ...]:
        """The streams of all audits, the newest first, as they stand."""
        rows = self._link.connection.execute(
            sa.select(_STREAM.id, _STREAM.month, _STREAM.seq, _STREAM.head)
            .where(
                _STREAM.tenant_id == self._tenant,
                _STREAM.kind == StreamKind.AUDIT.value,
            )
            .order_by(_STREAM.id.desc())
        )
        return tuple(
            Stream(
                tenant=self._tenant,
                kind=StreamKind.AUDIT,
                id=row.id,
                month=row.month,
                seq=row.seq,
                head=row.head,
            )
            for row in rows
        )

    def _high(self, query: Query) -> frozenset[UUID]:
        """The cases in which a value reached the amount until the instant."""
        told = sa.and_(
            _EVENT.tenant_id == _PERSONAL.tenant_id,
            _EVENT.month == _PERSONAL.month,
            _EVENT.stream == _PERSONAL.stream,
            _EVENT.seq == _PERSONAL.seq,
        )
        rows = self._link.connection.execute(
            sa.select(_PERSONAL.stream, _PERSONAL.value)
            .select_from(schema.personal.join(schema.event, told))
            .where(
                _PERSONAL.tenant_id == self._tenant,
                _PERSONAL.name == query.value,
                _PERSONAL.value.is_not(None),
                _EVENT.kind == StreamKind.CASE.value,
                _EVENT.at <= query.as_of,
            )
        )
        return frozenset(
            stream for stream, value in rows if _reaches(value, query.amount)
        )


def _population(tenant: UUID, query: Query) -> sa.Select[Any]:
    """One row a case, its work counted by what makes it a risk."""
    as_of = sa.literal(query.as_of, types.Instant())
    closed = _TASK.closed_at <= as_of
    work = sa.and_(_TASK.tenant_id == _CASE.tenant_id, _TASK.case_id == _CASE.id)
    same = sa.and_(
        _PROCEDURE.tenant_id == _CASE.tenant_id, _PROCEDURE.id == _CASE.procedure
    )
    done = _TASK.status == TaskStatus.DONE.value
    gone = _TASK.status == TaskStatus.CANCELLED.value
    again = sa.and_(_TASK.occurrence > 1, _TASK.opened_at <= as_of)
    when = _CASE.opened_at if query.basis is Basis.OPENED else _CASE.closed_at
    question = (
        sa.select(
            *(_CASE.id, _CASE.code, _CASE.due_at, _CASE.closed_at),
            _count(sa.and_(done, closed, _TASK.closed_at > _TASK.due_at), "late_step"),
            _count(again, "rework"),
            _count(sa.and_(gone, closed), "cancelled"),
        )
        .select_from(
            schema.case.join(schema.procedure, same).outerjoin(schema.task, work)
        )
        .where(
            _CASE.tenant_id == tenant,
            when >= midnight(query.first),
            when < midnight(query.last + timedelta(days=1)),
            when <= as_of,
        )
        .group_by(_CASE.id, _CASE.code, _CASE.due_at, _CASE.closed_at)
        .limit(limits.POPULATION_CASES + 1)
    )
    if query.procedures:
        question = question.where(_PROCEDURE.code.in_(sorted(query.procedures)))
    if query.agencies:
        question = question.where(_CASE.handling.in_(sorted(query.agencies)))
    return question


def midnight(day: date) -> datetime:
    """When a day begins in Vietnam."""
    return datetime(day.year, day.month, day.day, tzinfo=iso8601.VIETNAM)


def _count(where: sa.ColumnElement[bool], name: str) -> sa.Label[int]:
    return sa.func.sum(sa.case((where, 1), else_=0)).label(name)


def _late(row: Any, as_of: datetime) -> bool:
    ended = row.closed_at
    until = ended if ended is not None and ended <= as_of else as_of
    return row.due_at is not None and row.due_at < until


def _reaches(value: str, amount: int) -> bool:
    found = json.loads(value)
    if isinstance(found, bool):
        return False
    return isinstance(found, int | float) and found >= amount
