"""Editions of the calendars of one tenant.

Like the organisation they are read by every act and change rarely: each process keeps
the register of every tenant beside the snapshot of its organisation, and a change of
either makes both be read anew.
"""

import json
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain import calendar_content
from engine.domain.calendars import Edition, EditionStatus, Register
from engine.domain.case import Case, Task
from engine.domain.office_hours import Calendar
from engine.domain.organisation import Organisation
from engine.domain.run import Status
from engine.errors import NotFoundError, StaleError
from storage import case_rows, schema
from storage.accounts import Accounts
from storage.statement import Link, parameter

_EDITION: Final = schema.calendar_edition.c
_ALL: Final = sa.select(schema.calendar_edition).where(
    _EDITION.tenant_id == parameter("tenant", _EDITION.tenant_id)
)
_CONFIRMED: Final = _ALL.where(_EDITION.confirmed_at.is_not(None))
_NEWEST: Final = (_EDITION.proposed_at.desc(), _EDITION.id.desc())
_OF_AGENCY: Final = _ALL.where(
    _EDITION.agency == parameter("agency", _EDITION.agency)
).order_by(*_NEWEST)
_OF_ALL: Final = _ALL.where(_EDITION.agency.is_(None)).order_by(*_NEWEST)
_ONE: Final = _ALL.where(_EDITION.id == parameter("id", _EDITION.id))
_AGENCIES: Final = (
    sa.select(_EDITION.agency)
    .where(
        _EDITION.tenant_id == parameter("tenant", _EDITION.tenant_id),
        _EDITION.agency.is_not(None),
    )
    .distinct()
)
_LOCK: Final = (
    sa.select(schema.tenant.c.tenant_id)
    .where(schema.tenant.c.tenant_id == parameter("tenant", schema.tenant.c.tenant_id))
    .with_for_update()
)

_CASE: Final = schema.case.c
_TASK: Final = schema.task.c
_OPEN: Final = (
    sa.select(_CASE.id, *case_rows.CASE_COLUMNS)
    .where(
        _CASE.tenant_id == parameter("tenant", _CASE.tenant_id),
        _CASE.status != Status.COMPLETED.value,
    )
    .order_by(_CASE.id)
)
_WORK: Final = (
    sa.select(_TASK.case_id, *case_rows.TASK_COLUMNS)
    .where(
        _TASK.tenant_id == parameter("tenant", _TASK.tenant_id),
        sa.or_(schema.OPEN, schema.CLAIMED),
    )
    .order_by(_TASK.case_id, _TASK.rank)
)

#: The registers of a process, each with what it was made beside.
Registers = dict[UUID, tuple[Organisation, Calendar, Register]]


class Calendars:
    """The editions of the calendars of one tenant."""

    def __init__(
        self, accounts: Accounts, link: Link, tenant: UUID, registers: Registers
    ) -> None:
        self._accounts = accounts
        self._link = link
        self._tenant = tenant
        self._registers = registers

    def register(self, seed: Calendar) -> Register:
        """The confirmed editions: a shared snapshot, read again only after a change."""
        organisation = self._accounts.organisation()
        known = self._registers.get(self._tenant)
        # A transaction's own changes stand in an organisation that nobody else has.
        if known is None or known[0] is not organisation or known[1] is not seed:
            rows = self._rows(_CONFIRMED)
            register = Register(map(_edition, rows), organisation.above, seed)
            known = self._registers[self._tenant] = organisation, seed, register
        return known[2]

    def editions(self, agency: UUID | None) -> tuple[Edition, ...]:
        """Every edition of one agency (None: for everybody), the newest first."""
        question = _OF_ALL if agency is None else _OF_AGENCY
        return tuple(map(_edition, self._rows(question, agency=agency)))

    def agencies(self) -> frozenset[UUID]:
        """The agencies that have additions of their own, confirmed or drafted."""
        return frozenset(row.agency for row in self._rows(_AGENCIES))

    def get(self, edition: UUID) -> Edition:
        """An edition. Raises NotFoundError."""
        for row in self._rows(_ONE, id=edition):
            return _edition(row)
        raise NotFoundError(code="no-calendar")

    def promised(
        self, after: UUID | None, limit: int
    ) -> tuple[tuple[Case, tuple[Task, ...]], ...]:
        """Open cases with their open work, by id, the next after one."""
        question = _OPEN if after is None else _OPEN.where(_CASE.id > after)
        cases = [
            case_rows.case_from(self._tenant, row[0], row[1:])
            for row in self._rows(question.limit(limit))
        ]
        work: dict[UUID, list[Task]] = {one.id: [] for one in cases}
        by_id = {one.id: one for one in cases}
        known = list(by_id)
        for begin in range(0, len(known), case_rows.BATCH):
            part = known[begin : begin + case_rows.BATCH]
            for row in self._rows(_WORK.where(_TASK.case_id.in_(part))):
                work[row[0]].append(case_rows.task_from(by_id[row[0]], row[1:]))
        return tuple((one, tuple(work[one.id])) for one in cases)

    def lock(self) -> None:
        """Keep other writers of calendars away until the end of the transaction."""
        self._rows(_LOCK)

    def add(self, edition: Edition) -> None:
        """Store a new edition."""
        content = calendar_content.plain(edition.content)
        row = {
            "tenant_id": self._tenant,
            "id": edition.id,
            "agency": edition.agency,
            "content": json.dumps(content, ensure_ascii=False),
            "source": edition.source,
            "authors": json.dumps([one.hex for one in edition.authors]),
            "proposed_at": edition.proposed_at,
            **_life(edition),
        }
        self._link.connection.execute(sa.insert(schema.calendar_edition), row)

    def change(self, edition: Edition) -> None:
        """Store the life of an edition; what it says never changes.

        Raises:
            StaleError: It is no draft any more.
        """
        done = self._link.connection.execute(
            sa.update(schema.calendar_edition)
            .where(
                _EDITION.tenant_id == self._tenant,
                _EDITION.id == edition.id,
                _EDITION.status == EditionStatus.DRAFT.value,
            )
            .values(_life(edition))
        )
        if done.rowcount != 1:
            raise StaleError
        self._accounts.touch()

    def _rows(self, question: sa.Select[Any], **values: Any) -> list[sa.Row[Any]]:
        scope = {"tenant": self._tenant, **values}
        return list(self._link.connection.execute(question, scope))


def _life(edition: Edition) -> dict[str, Any]:
    return {
        "status": edition.status.value,
        "document": edition.document,
        "document_date": edition.document_date,
        "confirmed_by": edition.confirmed_by,
        "confirmed_at": edition.confirmed_at,
    }


def _edition(row: sa.Row[Any]) -> Edition:
    return Edition(
        id=row.id,
        agency=row.agency,
        content=calendar_content.content_of(json.loads(row.content)),
        source=row.source,
        authors=tuple(map(UUID, json.loads(row.authors))),
        proposed_at=row.proposed_at,
        status=EditionStatus(row.status),
        document=row.document,
        document_date=row.document_date,
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
    )
