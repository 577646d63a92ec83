"""Notices inside a transaction: what has happened, who chose what, what is told.

The log (`storage.log`) gives every event a place, without gaps and in an order that
never changes. A cursor for each year of it says how far it was looked through; it moves
in the transaction that stores the notices, so that a worker which is killed has told
nothing, and the next one tells the same. Acts write nothing for it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain.events import StreamKind
from engine.domain.notices import Choice, Told, Way, name_of
from engine.notices import Happened, Hook, Work
from storage import log_schema, notice_rows, schema
from storage import notice_schema as tables
from storage.schema import ACTIVE, CLAIMED
from storage.statement import INSERTS, Link

_CURSOR: Final = tables.cursor.c
_INDEX: Final = log_schema.log_index.c
_EVENT: Final = schema.event.c
_CASE: Final = schema.case.c
_TASK: Final = schema.task.c
_CHOICE: Final = tables.choice.c
_SAME_EVENT: Final = sa.and_(
    _EVENT.tenant_id == _INDEX.tenant_id,
    _EVENT.month == _INDEX.month,
    _EVENT.stream == _INDEX.stream,
    _EVENT.seq == _INDEX.seq,
)
_SAME_YEAR: Final = sa.and_(
    _CURSOR.tenant_id == _INDEX.tenant_id, _CURSOR.year == _INDEX.year
)
_WORK: Final[sa.Select[Any]] = sa.select(
    *(_TASK.case_id, _CASE.code, _CASE.procedure, _CASE.handling, _CASE.deciding),
    *(_TASK.element, _TASK.occurrence, _TASK.short_name, _TASK.performer),
    *(_TASK.agency, _TASK.assignee, _TASK.closed_at, _TASK.due_at),
).join(
    schema.case,
    sa.and_(_CASE.tenant_id == _TASK.tenant_id, _CASE.id == _TASK.case_id),
)
_WHOLE: Final[sa.Select[Any]] = sa.select(
    *(_CASE.id.label("case_id"), _CASE.code, _CASE.procedure, _CASE.handling),
    *(_CASE.deciding, _CASE.closed_at, _CASE.due_at),
)


class Notices:
    """Notices of one tenant, inside a transaction."""

    def __init__(self, link: Link, tenant: UUID) -> None:
        self._connection = link.connection
        self._tenant = tenant

    def waits(self) -> bool:
        """Whether events have places that nobody has looked at."""
        return any(last >= first for _, first, last in self._years())

    def _years(self) -> list[tuple[int, int, int]]:
        """Each year of the log: its next place to look at, and its last one."""
        last = sa.func.max(_INDEX.leaf_index)
        question = (
            sa.select(_INDEX.year, sa.func.coalesce(_CURSOR.next_index, 0))
            .outerjoin(tables.cursor, _SAME_YEAR)
            .where(_INDEX.tenant_id == self._tenant, _INDEX.leaf_index == 0)
            .order_by(_INDEX.year)
        )
        found = []
        for year, first in self._connection.execute(question).all():
            mine = (_INDEX.tenant_id == self._tenant, _INDEX.year == year)
            found.append(
                (year, first, self._connection.scalar(sa.select(last).where(*mine)))
            )
        return found

    def take(self, limit: int) -> tuple[Happened, ...]:
        """The next events of cases, in the order of the log; they count as taken."""
        for year, first, last in self._years():
            if last < first:
                continue
            held = self._hold(year)
            if held is None:
                return ()
            until = min(last + 1, held + limit)
            if until > held:
                self._move(year, until)
                return self._between(year, held, until)
        return ()

    def _hold(self, year: int) -> int | None:
        """Lock the cursor of a year; None: another worker holds it."""
        row = {"tenant_id": self._tenant, "year": year, "next_index": 0}
        added = INSERTS[self._connection.dialect.name](tables.cursor).values(row)
        self._connection.execute(added.on_conflict_do_nothing())
        question = sa.select(_CURSOR.next_index).where(*self._mine(year))
        return self._connection.scalar(question.with_for_update(skip_locked=True))

    def _mine(self, year: int) -> tuple[sa.ColumnElement[bool], ...]:
        return (_CURSOR.tenant_id == self._tenant, _CURSOR.year == year)

    def _move(self, year: int, to: int) -> None:
        moved = sa.update(tables.cursor).where(*self._mine(year))
        self._connection.execute(moved.values(next_index=to))

    def _between(self, year: int, first: int, until: int) -> tuple[Happened, ...]:
        question = (
            sa.select(_EVENT.stream, _EVENT.seq, _EVENT.type, _EVENT.at, _EVENT.body)
            .select_from(sa.join(log_schema.log_index, schema.event, _SAME_EVENT))
            .where(
                *(_INDEX.tenant_id == self._tenant, _INDEX.year == year),
                *(_INDEX.leaf_index >= first, _INDEX.leaf_index < until),
                _EVENT.kind == StreamKind.CASE.value,
            )
            .order_by(_INDEX.leaf_index)
        )
        return tuple(
            Happened(
                stream=row.stream, seq=row.seq, type=row.type, at=row.at, body=row.body
            )
            for row in self._connection.execute(question)
        )

    def work(self, case: UUID, element: str, occurrence: int) -> Work | None:
        """Work, or (no element) a case, as it stands; None: there is none."""
        if not element:
            mine = (_CASE.tenant_id == self._tenant, _CASE.id == case)
            row = self._connection.execute(_WHOLE.where(*mine)).first()
            return None if row is None else _whole(row)
        mine = (_TASK.tenant_id == self._tenant, _TASK.case_id == case)
        visit = (_TASK.element == element, _TASK.occurrence == occurrence)
        row = self._connection.execute(_WORK.where(*mine, *visit)).first()
        return None if row is None else _work(row)

    def doers(self, case: UUID) -> frozenset[UUID]:
        """The accounts that have taken open work of a case."""
        question = sa.select(_TASK.assignee).where(
            *(_TASK.tenant_id == self._tenant, _TASK.case_id == case, ACTIVE, CLAIMED)
        )
        return frozenset(filter(None, self._connection.scalars(question)))

    def choices(self, accounts: Iterable[UUID]) -> Mapping[UUID, Choice]:
        """What accounts chose; those that chose nothing have the defaults."""
        wanted = sorted(set(accounts))
        found = {one: Choice(account=one) for one in wanted}
        question = sa.select(tables.choice).where(_CHOICE.tenant_id == self._tenant)
        for start in range(0, len(wanted), _AT_ONCE):
            part = _CHOICE.account.in_(wanted[start : start + _AT_ONCE])
            for row in self._connection.execute(question.where(part)):
                found[row.account] = notice_rows.choice(row)
        return found

    def hooks(self) -> tuple[Hook, ...]:
        """The systems that are told."""
        columns = tables.hook.c
        question = sa.select(tables.hook).where(
            columns.tenant_id == self._tenant, columns.active
        )
        rows = self._connection.execute(question.order_by(columns.id))
        return tuple(map(notice_rows.hook, rows))

    def tell(self, told: Told, ways: frozenset[Way]) -> bool:
        """Store a notice and its mail; False: its cause has told the account before."""
        added = False
        if Way.PAGE in ways:
            row = self._row(Way.PAGE, told, told.account)
            added = self._add(tables.notice, row | {"account": told.account})
        if Way.MAIL in ways:
            row = self._row(Way.MAIL, told, told.account)
            mail = row | _unsent(told.at) | {"account": told.account, "accounts": "[]"}
            added = self._add(tables.delivery, mail) or added
        return added

    def post(self, hook: UUID, told: Told, accounts: Iterable[UUID]) -> None:
        """Store what a system is told, once for its cause and kind."""
        row = self._row(Way.HOOK, told, hook)
        who = notice_rows.ids_text(tuple(sorted(set(accounts))))
        self._add(
            tables.delivery, row | _unsent(told.at) | {"hook": hook, "accounts": who}
        )

    def _row(self, way: Way, told: Told, to: UUID) -> dict[str, Any]:
        parts = (self._tenant.hex, way.value, to.hex, told.kind.value, told.cause)
        named: dict[str, Any] = {
            "tenant_id": self._tenant,
            "id": name_of(*parts),
            "kind": told.kind.value,
            "cause": told.cause,
            "at": told.at,
            "about": notice_rows.about_text(told.about),
        }
        return named if way is Way.PAGE else named | {"way": way.value}

    def _add(self, table: sa.Table, row: Mapping[str, Any]) -> bool:
        added = INSERTS[self._connection.dialect.name](table).values(row)
        new = added.on_conflict_do_nothing().returning(table.c.id)
        return self._connection.execute(new).first() is not None

    def digested(self, account: UUID, day: date) -> bool:
        """Note the day of an account's digest; False: it had one that day."""
        mine = (_CHOICE.tenant_id == self._tenant, _CHOICE.account == account)
        before = sa.or_(_CHOICE.digest_day.is_(None), _CHOICE.digest_day < day)
        noted = sa.update(tables.choice).where(*mine, before)
        return self._connection.execute(noted.values(digest_day=day)).rowcount == 1


#: Accounts in one question: databases take so many parameters.
_AT_ONCE: Final = 500


def _unsent(at: datetime) -> dict[str, Any]:
    return {"attempts": 0, "next_try": at}


def _whole(row: sa.Row[Any]) -> Work:
    return Work(
        case=row.case_id,
        code=row.code,
        procedure=row.procedure,
        handling=row.handling,
        deciding=row.deciding,
        agency=row.handling,
        active=row.closed_at is None,
        due_at=row.due_at,
    )


def _work(row: sa.Row[Any]) -> Work:
    return Work(
        case=row.case_id,
        code=row.code,
        procedure=row.procedure,
        handling=row.handling,
        deciding=row.deciding,
        element=row.element,
        occurrence=row.occurrence,
        step=row.short_name,
        performer=row.performer,
        agency=row.agency,
        active=row.closed_at is None,
        assignee=row.assignee,
        due_at=row.due_at,
    )
