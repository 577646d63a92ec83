"""Alarms of what is due soon or overdue, each raised once for a due instant.

A row of a case or of work says when it is to be looked at next (`alarm_at`): first when
80 % of its time is used up, then when it is due, then never. A sweep takes rows whose
time has come by their index, writes the alarm and moves the row on, all at once: after
a crash the row still says the same, and the key of the alarm keeps it single.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.alarms import Alarm, Kind
from storage import alarm_schema, schema
from storage.schema import CLAIMED, OPEN
from storage.statement import Link, Statement, setting

_ALARM: Final = alarm_schema.alarm.c
_CASE: Final = schema.case.c
_TASK: Final = schema.task.c
_OF_CASE: Final = sa.and_(_CASE.tenant_id == _TASK.tenant_id, _CASE.id == _TASK.case_id)


class Alarms:
    """Alarms of one tenant, inside a transaction."""

    def __init__(self, link: Link, tenant: UUID) -> None:
        self._link = link
        self._connection = link.connection
        self._tenant = tenant

    def due(self, now: datetime) -> bool:
        """Whether there is anything to raise."""
        questions = (
            sa.select(sa.literal(1))
            .where(one.tenant_id == self._tenant, one.alarm_at <= now)
            .limit(1)
            for one in (_TASK, _CASE)
        )
        return any(self._connection.execute(one).first() for one in questions)

    def ring(self, now: datetime, limit: int) -> tuple[Alarm, ...]:
        """Raise what has come due, at most so many of cases and of steps."""
        work = self._due(_WORK, _TASK, now, limit)
        cases = self._due(_CASES, _CASE, now, limit)
        for one in work:
            self._move(schema.task, one, _after(one, now))
        for one in cases:
            self._move(schema.case, one, _after(one, now))
        raised = tuple(_alarm(one, now) for one in (*work, *cases))
        return tuple(one for one in raised if self._raise(one))

    def waiting(self, limit: int) -> tuple[Alarm, ...]:
        """The alarms that nobody has delivered yet, the oldest first."""
        question = (
            sa.select(alarm_schema.alarm)
            .where(_ALARM.tenant_id == self._tenant, _ALARM.delivered_at.is_(None))
            .order_by(_ALARM.raised_at, *alarm_schema.alarm.primary_key.columns)
            .limit(limit)
        )
        return tuple(map(_read, self._connection.execute(question)))

    def delivered(self, alarm: Alarm, now: datetime) -> None:
        """Note that an alarm was delivered."""
        mine = (
            _ALARM.tenant_id == self._tenant,
            _ALARM.case_id == alarm.case,
            _ALARM.element == alarm.element,
            _ALARM.occurrence == alarm.occurrence,
            _ALARM.kind == alarm.kind.value,
            _ALARM.due_at == alarm.due_at,
        )
        note = sa.update(alarm_schema.alarm).where(*mine)
        self._connection.execute(note.values(delivered_at=now))

    def _due(
        self, question: sa.Select[Any], columns: Any, now: datetime, limit: int
    ) -> list[sa.Row[Any]]:
        wanted = question.where(
            columns.tenant_id == self._tenant, columns.alarm_at <= now
        )
        return list(
            self._connection.execute(wanted.order_by(columns.alarm_at).limit(limit))
        )

    def _move(self, table: sa.Table, row: sa.Row[Any], at: datetime | None) -> None:
        column = table.c.case_id if "case_id" in table.c else table.c.id
        mine = [table.c.tenant_id == self._tenant, column == row.case_id]
        if "element" in table.c:
            mine += [
                table.c.element == row.element,
                table.c.occurrence == row.occurrence,
            ]
        self._connection.execute(sa.update(table).where(*mine).values(alarm_at=at))

    def _raise(self, alarm: Alarm) -> bool:
        row = {
            "new_tenant_id": self._tenant,
            "new_case_id": alarm.case,
            "new_element": alarm.element,
            "new_occurrence": alarm.occurrence,
            "new_kind": alarm.kind.value,
            "new_due_at": alarm.due_at,
            "new_raised_at": alarm.raised_at,
            "new_agency": alarm.agency,
        }
        return self._link.run(_RAISE, row).rowcount == 1


_RAISE: Final = Statement.upsert(
    alarm_schema.alarm,
    lambda added: added.values(
        setting(
            alarm_schema.alarm,
            *("tenant_id", "case_id", "element", "occurrence", "kind"),
            *("due_at", "raised_at", "agency"),
        )
    ).on_conflict_do_nothing(),
)
#: The case first, then its work: the order in which every act takes its locks.
_WORK: Final = (
    sa.select(
        *(_TASK.case_id, _TASK.element, _TASK.occurrence, _TASK.agency),
        *(_TASK.due_at, _TASK.alarm_at),
    )
    .join(schema.case, _OF_CASE)
    .where(sa.or_(OPEN, CLAIMED))
    .with_for_update(of=[schema.case, schema.task], skip_locked=True)
)
_CASES: Final = (
    sa.select(
        _CASE.id.label("case_id"),
        sa.literal("").label("element"),
        sa.literal(0).label("occurrence"),
        _CASE.handling.label("agency"),
        *(_CASE.due_at, _CASE.alarm_at),
    )
    .where(_CASE.closed_at.is_(None), _CASE.due_at.is_not(None))
    .with_for_update(of=[schema.case], skip_locked=True)
)


def _kind(row: sa.Row[Any], now: datetime) -> Kind:
    """What is overdue already is not said to be due soon."""
    return Kind.SOON if now < row.due_at else Kind.OVERDUE


def _after(row: sa.Row[Any], now: datetime) -> datetime | None:
    """When a row is looked at again: of a warning, at its due instant."""
    due: datetime = row.due_at
    return due if _kind(row, now) is Kind.SOON else None


def _alarm(row: sa.Row[Any], now: datetime) -> Alarm:
    return Alarm(
        case=row.case_id,
        element=row.element,
        occurrence=row.occurrence,
        kind=_kind(row, now),
        due_at=row.due_at,
        raised_at=now,
        agency=row.agency,
    )


def _read(row: sa.Row[Any]) -> Alarm:
    return Alarm(
        case=row.case_id,
        element=row.element,
        occurrence=row.occurrence,
        kind=Kind(row.kind),
        due_at=row.due_at,
        raised_at=row.raised_at,
        agency=row.agency,
    )
