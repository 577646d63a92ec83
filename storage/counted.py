"""Which cases, steps and ratings a figure counts, and the list behind it shows."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain.case import TaskStatus
from engine.domain.events import EventType, StreamKind
from engine.domain.figures import Wanted
from engine.recorded import Kind
from storage import schema, types
from storage.auditing import midnight

_CASE: Final = schema.case.c
_TASK: Final = schema.task.c
_PROCEDURE: Final = schema.procedure.c
_EVENT: Final = schema.event.c
_NEVER: Final = sa.literal(None, types.Due())
_DAY: Final = timedelta(days=1)

#: Cases with their procedures; with their work; with their events.
CASES: Final = schema.case.join(
    schema.procedure,
    sa.and_(_PROCEDURE.tenant_id == _CASE.tenant_id, _PROCEDURE.id == _CASE.procedure),
)
WORK: Final = CASES.join(
    schema.task,
    sa.and_(_TASK.tenant_id == _CASE.tenant_id, _TASK.case_id == _CASE.id),
)
EVENTS: Final = CASES.join(
    schema.event,
    sa.and_(_EVENT.tenant_id == _CASE.tenant_id, _EVENT.stream == _CASE.id),
)
DONE: Final = _TASK.status == TaskStatus.DONE.value


def of(tenant: UUID, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """The cases of a procedure and of agencies, at any time."""
    conditions: list[sa.ColumnElement[bool]] = [_CASE.tenant_id == tenant]
    if wanted.procedure:
        conditions.append(_PROCEDURE.code == wanted.procedure)
    if wanted.agencies is not None:
        conditions.append(_CASE.handling.in_(sorted(wanted.agencies)))
    return conditions


def within(at: Any, wanted: Wanted) -> tuple[sa.ColumnElement[bool], ...]:
    """An instant in the period, its days as of Vietnam."""
    return at >= midnight(wanted.first), at < midnight(wanted.last + _DAY)


def rated(tenant: UUID, wanted: Wanted) -> tuple[sa.ColumnElement[bool], ...]:
    """Ratings that were given in the period, among `EVENTS`."""
    return (
        *of(tenant, wanted),
        *within(_EVENT.at, wanted),
        _EVENT.kind == StreamKind.CASE.value,
        _EVENT.type == EventType.CASE_RATED.value,
    )


def meant(work: Any) -> Mapping[Kind, sa.ColumnElement[bool]]:
    """What is counted of steps that are done, by the columns of their work."""
    promised = work.due_at != _NEVER
    return {
        Kind.DONE: sa.true(),
        Kind.DUE: promised,
        Kind.ON_TIME: sa.and_(promised, work.closed_at <= work.due_at),
        Kind.LATE: work.closed_at > work.due_at,
        Kind.AGAIN: work.occurrence > 1,
    }
