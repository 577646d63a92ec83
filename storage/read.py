"""Answers to the questions of pages and commands; each in its own short transaction.

A worklist reads as many rows as it shows: each (agency, performer) of the actor is one
range of the index `task_open`, already in the order of the list, and gives no more than
a page.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain import clock_text
from engine.domain.case import Agencies, TaskStatus
from engine.domain.organisation import Actor, Role, Seat
from engine.domain.run import Status
from engine.queries import (
    CaseFilter,
    CaseItem,
    ProcedureItem,
    TaskItem,
    WorkFilter,
)
from storage import catalogue, schema, text
from storage.database import Database

_CASE: Final = schema.case.c
_TASK: Final = schema.task.c
_PROCEDURE: Final = schema.procedure.c
_VERSION: Final = schema.procedure_version.c
_ACCOUNT: Final = schema.account.c
#: Roles that see every case of the tenant (`engine.domain.policy.sees`).
_SEE_ALL: Final = frozenset({Role.AUDITOR, Role.ADMINISTRATOR, Role.INTEGRATOR})
#: The key of a piece of work, and the order of worklists.
_KEY: Final = (_TASK.tenant_id, _TASK.case_id, _TASK.element, _TASK.occurrence)
_DUE_FIRST: Final = (_TASK.due_at, _TASK.opened_at, *_KEY[1:])


def _joined(table: sa.Table, column: sa.ColumnElement[Any], key: str = "id") -> Any:
    """The condition that joins a table of the same tenant to a case or task."""
    tenant = schema.case.c.tenant_id
    return sa.and_(table.c.tenant_id == tenant, table.c[key] == column)


_CASES: Final = schema.case.join(
    schema.procedure, _joined(schema.procedure, _CASE.procedure)
).join(
    schema.procedure_version, _joined(schema.procedure_version, _CASE.procedure_version)
)
_CASE_ITEM: Final = sa.select(
    *(_CASE.id, _CASE.month, _CASE.code, _CASE.applicant),
    _VERSION.name.label("procedure"),
    _PROCEDURE.code.label("procedure_code"),
    _CASE.procedure.label("procedure_id"),
    _CASE.procedure_version.label("version"),
    _VERSION.number.label("version_number"),
    *(_CASE.status, _CASE.helping, _CASE.receiving, _CASE.handling, _CASE.deciding),
    *(_CASE.opened_at, _CASE.due_at, _CASE.closed_at, _CASE.clock),
    *(_CASE.version.label("acts"), _CASE.process, _CASE.sides, _CASE.portal),
).select_from(_CASES)
TASK_ITEM: Final = sa.select(
    *(_TASK.case_id, _TASK.element, _TASK.occurrence, _CASE.code, _CASE.applicant),
    *(_VERSION.name.label("procedure"), _PROCEDURE.code.label("procedure_code")),
    *(_CASE.procedure.label("procedure_id"), _TASK.name.label("step")),
    *(_TASK.short_name, _TASK.performer, _TASK.agency),
    *(_CASE.helping, _CASE.receiving, _CASE.handling, _CASE.deciding),
    *(_TASK.status, _TASK.assignee, _ACCOUNT.name.label("assignee_name")),
    *(_TASK.opened_at, _TASK.due_at, _TASK.paused, _CASE.clock),
    *(_CASE.due_at.label("case_due_at"), _CASE.version.label("case_version")),
).select_from(
    schema.task.join(
        _CASES, sa.and_(_CASE.tenant_id == _TASK.tenant_id, _CASE.id == _TASK.case_id)
    ).outerjoin(schema.account, _joined(schema.account, _TASK.assignee))
)


class Queries:
    """Reads, each in its own short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def work(self, actor: Actor, wanted: WorkFilter) -> tuple[TaskItem, ...]:
        """Open work, the earliest due first, then the oldest."""
        pages = [
            sa.select(_page(branch, wanted, actor.tenant).subquery(f"part_{number}"))
            for number, branch in enumerate(_wanted(actor, wanted))
        ]
        found = sa.union_all(*pages).subquery("found")
        order = [found.c[column.name] for column in _DUE_FIRST]
        page = (
            sa.select(found).order_by(*order).limit(wanted.limit).offset(wanted.offset)
        ).subquery("page")
        same = sa.and_(*(page.c[column.name] == column for column in _KEY))
        question = TASK_ITEM.join(page, same).order_by(*_DUE_FIRST)
        return tuple(map(task_item, self._all(question)))

    def task(
        self, actor: Actor, case: UUID, element: str, occurrence: int
    ) -> TaskItem | None:
        """One piece of work, open or closed, of the actor's tenant."""
        rows = self._all(
            TASK_ITEM.where(
                _TASK.tenant_id == actor.tenant,
                _TASK.case_id == case,
                _TASK.element == element,
                _TASK.occurrence == occurrence,
            )
        )
        return task_item(rows[0]) if rows else None

    def case_tasks(self, actor: Actor, case: UUID) -> tuple[TaskItem, ...]:
        """All work of a case in the order of opening."""
        question = TASK_ITEM.where(
            _TASK.tenant_id == actor.tenant, _TASK.case_id == case
        ).order_by(_TASK.rank)
        return tuple(map(task_item, self._all(question)))

    def cases(self, actor: Actor, wanted: CaseFilter) -> tuple[CaseItem, ...]:
        """Cases that the actor may see, newest first."""
        visible = _visible(actor)
        if visible is None:
            return ()
        question = _CASE_ITEM.where(_CASE.tenant_id == actor.tenant, visible)
        if wanted.status is not None:
            question = question.where(_CASE.status == wanted.status.value)
        if wanted.portal:
            question = question.where(_CASE.portal == wanted.portal)
        question = question.where(*_searched(wanted.text, wanted.procedure))
        # Ids are UUIDv7, made at the opening: their order is the order of opening.
        question = question.order_by(_CASE.id.desc())
        page = question.limit(wanted.limit).offset(wanted.offset)
        return tuple(map(_case_item, self._all(page)))

    def ended(
        self,
        tenant: UUID,
        procedure: UUID,
        period: tuple[datetime, datetime],
        limit: int,
    ) -> tuple[CaseItem, ...]:
        """Cases of a procedure's main process that closed in a period, the last first.

        The period holds its first instant and not its last.
        """
        since, until = period
        mine = (_CASE.tenant_id == tenant, _CASE.procedure == procedure)
        closed = (_CASE.closed_at >= since, _CASE.closed_at < until)
        question = _CASE_ITEM.where(*mine, *closed, _CASE.process == "")
        question = question.order_by(_CASE.closed_at.desc(), _CASE.id.desc())
        return tuple(map(_case_item, self._all(question.limit(limit))))

    def received(
        self,
        tenant: UUID,
        agency: UUID,
        period: tuple[datetime, datetime],
        limit: int,
    ) -> tuple[CaseItem, ...]:
        """Cases that an agency received in a period, the earliest first."""
        since, until = period
        there = (_CASE.tenant_id == tenant, _CASE.receiving == agency)
        opened = (_CASE.opened_at >= since, _CASE.opened_at < until)
        question = _CASE_ITEM.where(*there, *opened)
        question = question.order_by(_CASE.opened_at, _CASE.id)
        return tuple(map(_case_item, self._all(question.limit(limit))))

    def case(self, actor: Actor, ref: str) -> CaseItem | None:
        """A case of the actor's tenant by id or dossier code."""
        question = _CASE_ITEM.where(_CASE.tenant_id == actor.tenant)
        known = text.uuid(ref)
        if known is None:
            rows = self._all(question.where(_CASE.code == ref))
        else:
            rows = self._all(question.where(_CASE.id == known))
        return _case_item(rows[0]) if rows else None

    def procedures(self, actor: Actor) -> tuple[ProcedureItem, ...]:
        """The catalogue, by code."""
        tenant = actor.tenant
        versions: dict[UUID, list[sa.Row[Any]]] = {}
        with self._database.read() as connection:
            found = connection.execute(
                sa.select(schema.procedure)
                .where(_PROCEDURE.tenant_id == tenant)
                .order_by(_PROCEDURE.code)
            ).all()
            for row in connection.execute(
                sa.select(schema.procedure_version)
                .where(_VERSION.tenant_id == tenant)
                .order_by(_VERSION.number)
            ):
                versions.setdefault(row.procedure, []).append(row)
            counted = connection.execute(
                sa.select(_CASE.procedure, sa.func.count().label("running"))
                .where(
                    _CASE.tenant_id == tenant,
                    _CASE.status != Status.COMPLETED.value,
                )
                .group_by(_CASE.procedure)
            )
            running = {row.procedure: row.running for row in counted}
        return tuple(
            catalogue.line(row, versions.get(row.id, []), running.get(row.id, 0))
            for row in found
        )

    def names(self, tenant: UUID, accounts: Iterable[UUID]) -> Mapping[UUID, str]:
        """Names of accounts."""
        wanted = set(accounts)
        if not wanted:
            return {}
        question = sa.select(_ACCOUNT.id, _ACCOUNT.name).where(
            _ACCOUNT.tenant_id == tenant, _ACCOUNT.id.in_(wanted)
        )
        return {row.id: row.name for row in self._all(question)}

    def _all(self, question: sa.Executable) -> Sequence[sa.Row[Any]]:
        with self._database.read() as connection:
            return connection.execute(question).all()


def _wanted(actor: Actor, wanted: WorkFilter) -> list[sa.ColumnElement[bool]]:
    if wanted.everybody and actor.account.roles & _SEE_ALL:
        own = _TASK.tenant_id == actor.tenant
        return [sa.and_(own, schema.CLAIMED), sa.and_(own, schema.OPEN, schema.ACTIVE)]
    return branches(actor, mine=wanted.mine)


def branches(actor: Actor, *, mine: bool) -> list[sa.ColumnElement[bool]]:
    """The actor's work, each part a range of an index; what is claimed comes first."""
    own = _TASK.tenant_id == actor.tenant
    branches = [sa.and_(own, _TASK.assignee == actor.account.id, schema.CLAIMED)]
    if mine:
        return branches
    everything = [seat for seat in actor.seats if not seat.procedures]
    for agency, performer in sorted(set().union(*map(_pairs, everything))):
        branches.append(
            sa.and_(own, _held(agency, performer), schema.OPEN, schema.ACTIVE)
        )
    for seat in actor.standing:
        if seat.procedures:
            branches.extend(
                sa.and_(own, _held(*pair), schema.OPEN, schema.ACTIVE, _served(seat))
                for pair in sorted(_pairs(seat))
            )
    return branches


def _pairs(seat: Seat) -> set[tuple[UUID, str]]:
    """The work of a position; what names no performer is everybody's in the agency."""
    position = seat.position
    return {(position.agency, one) for one in (*position.performers, "")}


def _held(agency: UUID, performer: str) -> sa.ColumnElement[bool]:
    return sa.and_(_TASK.agency == agency, _TASK.performer == performer)


def _served(seat: Seat) -> sa.ColumnElement[bool]:
    """Work in the procedures in which somebody stands in."""
    return _TASK.procedure.in_(sorted(seat.procedures))


def _page(
    branch: sa.ColumnElement[bool], wanted: WorkFilter, tenant: UUID
) -> sa.Select[Any]:
    """The first rows of one part of the work: no page needs more of it."""
    rows: sa.Select[Any] = sa.select(*_KEY, _TASK.due_at, _TASK.opened_at)
    question = _narrowed(rows.where(branch), wanted, tenant)
    return question.order_by(*_DUE_FIRST).limit(wanted.limit + wanted.offset)


def _narrowed(
    question: sa.Select[Any], wanted: WorkFilter, tenant: UUID
) -> sa.Select[Any]:
    """Of some work that of the cases that were asked for."""
    searched = _searched(wanted.text, wanted.procedure)
    if not searched:
        return question
    source = _CASES if wanted.procedure else schema.case
    inside = sa.select(sa.literal(1)).select_from(source)
    of_task = sa.and_(_CASE.tenant_id == tenant, _CASE.id == _TASK.case_id)
    found = inside.where(of_task, *searched).correlate(schema.task)
    return question.where(found.exists())


def _searched(words: str, procedure: str) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [
        _CASE.folded.like(text.pattern(word), escape="\\") for word in words.split()
    ]
    if procedure:
        conditions.append(_PROCEDURE.code == procedure)
    return conditions


def _visible(actor: Actor) -> sa.ColumnElement[bool] | None:
    """What `engine.domain.policy.sees` lets an actor see; None for nothing."""
    roles = actor.account.roles
    if roles & _SEE_ALL:
        return sa.true()
    agencies: set[UUID] = set()
    standing: list[sa.ColumnElement[bool]] = []
    if Role.CLERK in roles:
        agencies |= actor.agencies_for(None)
        standing = [
            sa.and_(_takes_part({seat.position.agency}), _limited(seat))
            for seat in actor.standing
            if seat.procedures
        ]
    if Role.SUPERVISOR in roles:
        agencies |= actor.supervised
    if not agencies and not standing:
        return None
    return sa.or_(_takes_part(agencies), *standing)


def _takes_part(agencies: set[UUID]) -> sa.ColumnElement[bool]:
    part = (_CASE.handling, _CASE.receiving, _CASE.deciding, _CASE.helping)
    return sa.or_(*(column.in_(sorted(agencies)) for column in part))


def _limited(seat: Seat) -> sa.ColumnElement[bool]:
    """The procedures in which somebody stands in."""
    return _CASE.procedure.in_(sorted(seat.procedures))


def _agencies(row: sa.Row[Any]) -> Agencies:
    return Agencies(
        helping=row.helping,
        receiving=row.receiving,
        handling=row.handling,
        deciding=row.deciding,
    )


def task_item(row: sa.Row[Any]) -> TaskItem:
    """A line of a worklist, of a row of `TASK_ITEM`."""
    return TaskItem(
        case=row.case_id,
        element=row.element,
        occurrence=row.occurrence,
        code=row.code,
        applicant=row.applicant,
        procedure=row.procedure,
        procedure_code=row.procedure_code,
        procedure_id=row.procedure_id,
        step=row.step,
        short_name=row.short_name,
        performer=row.performer,
        agency=row.agency,
        agencies=_agencies(row),
        status=TaskStatus(row.status),
        assignee=row.assignee,
        assignee_name=row.assignee_name or "",
        opened_at=row.opened_at,
        due_at=row.due_at,
        case_due_at=row.case_due_at,
        waiting=clock_text.waits(row.clock),
        paused=row.paused,
        case_version=row.case_version,
    )


def _case_item(row: sa.Row[Any]) -> CaseItem:
    return CaseItem(
        id=row.id,
        month=row.month,
        code=row.code,
        applicant=row.applicant,
        procedure=row.procedure,
        procedure_code=row.procedure_code,
        procedure_id=row.procedure_id,
        version=row.version,
        version_number=row.version_number,
        status=Status(row.status),
        agencies=_agencies(row),
        opened_at=row.opened_at,
        due_at=row.due_at,
        closed_at=row.closed_at,
        acts=row.acts,
        waiting=clock_text.waits(row.clock),
        process=row.process,
        sides=row.sides,
        portal=row.portal,
    )
