"""Open work and cases by whom they belong to: for transfers of people and agencies."""

from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.directory import Held, Lying, Unclaimed
from engine.domain.run import Status
from storage import schema
from storage.statement import Link

_CASE: Final = schema.case.c
_TASK: Final = schema.task.c
_PARTS: Final = (_CASE.helping, _CASE.receiving, _CASE.handling, _CASE.deciding)


class Moving:
    """Open work and cases of one tenant."""

    def __init__(self, link: Link, tenant: UUID) -> None:
        self._link = link
        self._tenant = tenant

    def held(self, position: UUID | None = None) -> tuple[Held, ...]:
        """Work that is claimed in a position, or in any, by case."""
        same = sa.and_(_CASE.tenant_id == _TASK.tenant_id, _CASE.id == _TASK.case_id)
        question = (
            sa.select(
                *(_TASK.case_id, _TASK.element, _TASK.occurrence, _CASE.code),
                *(_TASK.short_name, _TASK.assignee, _TASK.position),
            )
            .select_from(schema.task.join(schema.case, same))
            .where(
                _TASK.tenant_id == self._tenant,
                schema.CLAIMED,
                schema.ACTIVE,
                _TASK.position.is_not(None),
            )
            .order_by(_TASK.case_id, _TASK.element, _TASK.occurrence)
        )
        if position is not None:
            question = question.where(_TASK.position == position)
        return tuple(
            Held(
                case=row.case_id,
                element=row.element,
                occurrence=row.occurrence,
                code=row.code,
                step=row.short_name,
                account=row.assignee,
                position=row.position,
            )
            for row in self._rows(question)
        )

    def claimants(self) -> frozenset[tuple[UUID, UUID]]:
        """Who has claimed open work, and in which position: account, position."""
        question = (
            sa.select(_TASK.assignee, _TASK.position)
            .where(
                _TASK.tenant_id == self._tenant,
                schema.CLAIMED,
                schema.ACTIVE,
                _TASK.position.is_not(None),
            )
            .distinct()
        )
        return frozenset((row.assignee, row.position) for row in self._rows(question))

    def lying(
        self, agencies: frozenset[UUID], after: UUID | None, limit: int
    ) -> tuple[Lying, ...]:
        """Open cases of these agencies, by id, the next after one."""
        question = sa.select(_CASE.id, _CASE.code).where(*self._lies(agencies))
        if after is not None:
            question = question.where(_CASE.id > after)
        rows = self._rows(question.order_by(_CASE.id).limit(limit))
        return tuple(Lying(case=row.id, code=row.code) for row in rows)

    def count(self, agencies: frozenset[UUID]) -> int:
        """How many open cases these agencies have."""
        counted = sa.select(sa.func.count()).select_from(schema.case)
        return int(self._rows(counted.where(*self._lies(agencies)))[0][0])

    def work(self, agencies: frozenset[UUID]) -> tuple[Unclaimed, ...]:
        """The open work in these agencies, by agency and performer."""
        question = (
            sa.select(_TASK.agency, _TASK.performer, sa.func.count().label("n"))
            .where(
                _TASK.tenant_id == self._tenant,
                _TASK.agency.in_(sorted(agencies)),
                schema.ACTIVE,
            )
            .group_by(_TASK.agency, _TASK.performer)
            .order_by(_TASK.agency, _TASK.performer)
        )
        return tuple(
            Unclaimed(agency=row.agency, performer=row.performer, count=row.n)
            for row in self._rows(question)
        )

    def _lies(self, agencies: frozenset[UUID]) -> list[sa.ColumnElement[bool]]:
        """Open, and one of the agencies takes part or has work."""
        wanted = sorted(agencies)
        working = sa.select(_TASK.case_id).where(
            _TASK.tenant_id == self._tenant, _TASK.agency.in_(wanted), schema.ACTIVE
        )
        return [
            _CASE.tenant_id == self._tenant,
            _CASE.status != Status.COMPLETED.value,
            sa.or_(*(one.in_(wanted) for one in _PARTS), _CASE.id.in_(working)),
        ]

    def _rows(self, question: sa.Select[Any]) -> list[sa.Row[Any]]:
        return list(self._link.connection.execute(question))
