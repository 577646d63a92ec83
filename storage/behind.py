"""The records behind figures: steps that were done, with their events, and ratings."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain.events import EventType
from engine.domain.figures import Wanted
from engine.recorded import DoneStep, Kind, Rated, Worked
from storage import counted, schema
from storage.database import Database

_CASE: Final = schema.case.c
_TASK: Final = schema.task.c
_PROCEDURE: Final = schema.procedure.c
_EVENT: Final = schema.event.c
#: A visit to a step: case, element, occurrence.
_Visit = tuple[UUID, str, int]


class Records:
    """Single records; each question in its own short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def steps(
        self, tenant: UUID, wanted: Wanted, kind: Kind, element: str, limit: int
    ) -> tuple[DoneStep, ...]:
        """Steps that were done in the period, the last done first."""
        question = (
            sa.select(
                *(_CASE.id, _CASE.month, _CASE.code, _TASK.element, _TASK.name),
                _PROCEDURE.code.label("procedure"),
                *(_TASK.occurrence, _TASK.closed_at, _TASK.due_at),
            )
            .select_from(counted.WORK)
            .where(
                *counted.of(tenant, wanted), *counted.within(_TASK.closed_at, wanted)
            )
            .where(counted.DONE, counted.meant(_TASK)[kind])
            .order_by(_TASK.closed_at.desc(), _CASE.id.desc(), _TASK.rank.desc())
            .limit(limit)
        )
        if element:
            question = question.where(_TASK.element == element)
        with self._database.read() as connection:
            rows = connection.execute(question).all()
            found = _events(connection, tenant, rows)
        return tuple(
            DoneStep(
                case=row.id,
                code=row.code,
                procedure=row.procedure,
                element=row.element,
                name=row.name or row.element,
                occurrence=row.occurrence,
                closed_at=row.closed_at,
                due_at=row.due_at,
                seq=found.get((row.id, row.element, row.occurrence), 0),
            )
            for row in rows
        )

    def ratings(self, tenant: UUID, wanted: Wanted) -> tuple[Rated, ...]:
        """Every rating that was given in the period, the last one first."""
        question = (
            sa.select(
                *(_CASE.id, _CASE.code, _PROCEDURE.code.label("procedure")),
                *(_EVENT.seq, _EVENT.at, _EVENT.body),
            )
            .select_from(counted.EVENTS)
            .where(*counted.rated(tenant, wanted))
            .order_by(_EVENT.at.desc(), _CASE.id.desc(), _EVENT.seq.desc())
        )
        with self._database.read() as connection:
            rows = connection.execute(question).all()
        return tuple(
            Rated(
                case=row.id,
                code=row.code,
                procedure=row.procedure,
                score=json.loads(row.body)["facts"]["score"],
                at=row.at,
                seq=row.seq,
            )
            for row in rows
        )

    def worked(self, tenant: UUID, wanted: Wanted) -> Mapping[tuple[str, str], Worked]:
        """How often each step was done, by code of the procedure and element."""
        within = sa.case(
            (sa.and_(*counted.within(_TASK.closed_at, wanted)), 1), else_=0
        )
        question = (
            sa.select(
                *(_PROCEDURE.code, _TASK.element, sa.func.count().label("ever")),
                sa.func.sum(within).label("within"),
            )
            .select_from(counted.WORK)
            .where(*counted.of(tenant, wanted), counted.DONE)
            .group_by(_PROCEDURE.code, _TASK.element)
        )
        with self._database.read() as connection:
            rows = connection.execute(question).all()
        return {
            (row.code, row.element): Worked(within=row.within, ever=row.ever)
            for row in rows
        }


def _events(
    connection: sa.Connection, tenant: UUID, rows: Sequence[Any]
) -> dict[_Visit, int]:
    """The number of the event by which each visit to a step was done."""
    if not rows:
        return {}
    told = connection.execute(
        sa.select(_EVENT.stream, _EVENT.seq, _EVENT.body).where(
            _EVENT.tenant_id == tenant,
            _EVENT.month.in_(sorted({row.month for row in rows})),
            _EVENT.stream.in_(sorted({row.id for row in rows})),
            _EVENT.type == EventType.TASK_COMPLETED.value,
        )
    )
    found: dict[_Visit, int] = {}
    for event in told:
        element, occurrence = json.loads(event.body).get("visit", ("", 0))
        found[event.stream, element, occurrence] = event.seq
    return found
