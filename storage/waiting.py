"""Who waits: the open waits of cases, and the start events of versions in force."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.errors import NotFoundError
from engine.exchange import MESSAGE, SIGNAL, Attempts, OpenWait, Start, Taker
from engine.ports import CaseChange
from storage import exchange_schema as tables
from storage import schema
from storage.statement import Link, Statement, insert, parameter

#: Takers that one letter looks at.
_SOME: Final = 50
_WAIT: Final = tables.wait.c
_START: Final = tables.start.c
_CASE: Final = schema.case.c

_INSERT_WAIT: Final = insert(tables.wait)
_DELETE_WAIT: Final = Statement(
    sa.delete(tables.wait).where(
        _WAIT.tenant_id == parameter("tenant", _WAIT.tenant_id),
        _WAIT.case_id == parameter("case", _WAIT.case_id),
        _WAIT.element == parameter("element", _WAIT.element),
        _WAIT.occurrence == parameter("occurrence", _WAIT.occurrence),
    )
)


def store(link: Link, tenant: UUID, change: CaseChange) -> None:
    """Write what an act of a case has begun and ceased to wait for; mostly nothing."""
    if change.closed:
        scope = {"tenant": tenant, "case": change.case.id}
        keys = [
            {**scope, "element": one.element, "occurrence": one.occurrence}
            for one in change.closed
        ]
        link.run_all(_DELETE_WAIT, keys)
    if change.waits:
        link.run_all(_INSERT_WAIT, [_wait_row(tenant, one) for one in change.waits])


class Arrivals:
    """Open waits and start events inside one tenant."""

    def __init__(self, link: Link, tenant: UUID) -> None:
        self._link = link
        self._connection = link.connection
        self._tenant = tenant

    # Waits.

    def waits(self, case: UUID) -> tuple[OpenWait, ...]:
        """The open waits of a case for messages and signals."""
        question = (
            sa.select(tables.wait)
            .where(_WAIT.tenant_id == self._tenant, _WAIT.case_id == case)
            .order_by(_WAIT.element, _WAIT.occurrence)
        )
        return tuple(map(_wait, self._connection.execute(question)))

    def replace_waits(self, case: UUID, waits: tuple[OpenWait, ...]) -> None:
        """Write rebuilt waits in place of the stored ones."""
        if any(one.case != case for one in waits):
            raise NotFoundError
        mine = (_WAIT.tenant_id == self._tenant, _WAIT.case_id == case)
        self._connection.execute(sa.delete(tables.wait).where(*mine))
        self._link.run_all(_INSERT_WAIT, [_wait_row(self._tenant, o) for o in waits])

    def listeners(self, name: str) -> tuple[UUID, ...]:
        """The cases that wait for a signal, oldest wait first."""
        question = (
            sa.select(_WAIT.case_id)
            .where(*self._waiting(SIGNAL, name))
            .group_by(_WAIT.case_id)
            .order_by(sa.func.min(_WAIT.since), _WAIT.case_id)
        )
        return tuple(self._connection.scalars(question))

    def takers(self, name: str, keys: tuple[bytes, ...]) -> tuple[Taker, ...]:
        """Cases with a wait for a message under one of these keys, oldest first."""
        if not keys:
            return ()
        return self._takers(name, _WAIT.digest.in_(keys))

    def relatives(self, name: str, conversation: UUID) -> tuple[Taker, ...]:
        """Cases of a conversation with a wait for a message, oldest wait first."""
        of_it = sa.or_(_CASE.conversation == conversation, _CASE.id == conversation)
        return self._takers(name, of_it)

    def _takers(self, name: str, which: sa.ColumnElement[bool]) -> tuple[Taker, ...]:
        same = sa.and_(_CASE.tenant_id == _WAIT.tenant_id, _CASE.id == _WAIT.case_id)
        question = (
            sa.select(_WAIT.case_id, _CASE.procedure, _CASE.process)
            .select_from(tables.wait.join(schema.case, same))
            .where(*self._waiting(MESSAGE, name), which)
            .group_by(_WAIT.case_id, _CASE.procedure, _CASE.process)
            .order_by(sa.func.min(_WAIT.since), _WAIT.case_id)
            .limit(_SOME)
        )
        rows = self._connection.execute(question)
        return tuple(Taker(case=c, procedure=p, process=name) for c, p, name in rows)

    def _waiting(self, kind: str, name: str) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            _WAIT.tenant_id == self._tenant,
            _WAIT.kind == kind,
            _WAIT.name == name,
        )

    # Start events.

    def starts(self, kind: str, name: str) -> tuple[Start, ...]:
        """The start events for a message or signal, of versions in force."""
        return self._starts(_START.kind == kind, _START.name == name)

    def start(self, procedure: UUID, process: str, element: str) -> Start | None:
        """Lock a start event; None when another holds it or there is none."""
        question = (
            sa.select(tables.start)
            .where(
                _START.tenant_id == self._tenant,
                _START.procedure == procedure,
                _START.process == process,
                _START.element == element,
            )
            .with_for_update(skip_locked=True)
        )
        row = self._connection.execute(question).first()
        return None if row is None else _start(row)

    def starts_due(self, now: datetime, limit: int) -> tuple[Start, ...]:
        """Timer starts to run now, oldest first, not locked by others."""
        question = (
            sa.select(tables.start)
            .where(_START.tenant_id == self._tenant, _START.next_try <= now)
            .order_by(_START.next_try, _START.procedure, _START.element)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return tuple(map(_start, self._connection.execute(question)))

    def starts_of(self, procedure: UUID) -> tuple[Start, ...]:
        """All start events that are kept of a procedure."""
        return self._starts(_START.procedure == procedure)

    def replace_starts(self, procedure: UUID, starts: tuple[Start, ...]) -> None:
        """Write the start events of the version in force; none: nothing is."""
        if any(one.procedure != procedure for one in starts):
            raise NotFoundError
        mine = (_START.tenant_id == self._tenant, _START.procedure == procedure)
        self._connection.execute(sa.delete(tables.start).where(*mine))
        if starts:
            rows = [_start_row(self._tenant, one) for one in starts]
            self._connection.execute(sa.insert(tables.start), rows)

    def change_start(self, start: Start) -> None:
        """Store when a timer start runs next, and what became of it."""
        row = _start_row(self._tenant, start)
        names = ("due", "passed", "attempts", "reason", "next_try")
        self._connection.execute(
            sa.update(tables.start)
            .where(
                _START.tenant_id == self._tenant,
                _START.procedure == start.procedure,
                _START.process == start.process,
                _START.element == start.element,
            )
            .values({name: row[name] for name in names})
        )

    def _starts(self, *which: sa.ColumnElement[bool]) -> tuple[Start, ...]:
        question = (
            sa.select(tables.start)
            .where(_START.tenant_id == self._tenant, *which)
            .order_by(_START.procedure, _START.process, _START.element)
        )
        return tuple(map(_start, self._connection.execute(question)))


def _wait_row(tenant: UUID, one: OpenWait) -> dict[str, Any]:
    return {
        "new_tenant_id": tenant,
        "new_case_id": one.case,
        "new_element": one.element,
        "new_occurrence": one.occurrence,
        "new_kind": one.kind,
        "new_name": one.name,
        "new_digest": one.keys,
        "new_since": one.since,
    }


def _wait(row: sa.Row[Any]) -> OpenWait:
    return OpenWait(
        case=row.case_id,
        element=row.element,
        occurrence=row.occurrence,
        kind=row.kind,
        name=row.name,
        keys=bytes(row.digest),
        since=row.since,
    )


def _start_row(tenant: UUID, one: Start) -> dict[str, Any]:
    return {
        "tenant_id": tenant,
        "procedure": one.procedure,
        "process": one.process,
        "element": one.element,
        "version": one.version,
        "kind": one.kind,
        "name": one.name,
        "due": one.due,
        "passed": one.passed,
        "attempts": one.tried.attempts,
        "reason": one.tried.reason,
        "next_try": one.tried.next_try,
    }


def _start(row: sa.Row[Any]) -> Start:
    return Start(
        procedure=row.procedure,
        version=row.version,
        process=row.process,
        element=row.element,
        kind=row.kind,
        name=row.name,
        due=row.due,
        passed=row.passed,
        tried=Attempts(attempts=row.attempts, reason=row.reason, next_try=row.next_try),
    )
