"""Cases and their work, written in as few statements as an act allows."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine.interfaces import DBAPICursor

from engine.domain import clock_text
from engine.domain.case import Case, Differing, Task
from engine.domain.run import Json, Visit
from engine.errors import NotFoundError, StaleError
from engine.ports import CaseChange, Loaded
from storage import (
    case_rows,
    code_rows,
    derived,
    dossiers,
    draft_rows,
    history,
    outbox,
    text,
)
from storage.statement import Link


class Cases:
    """Cases, their work and their history, inside one tenant."""

    def __init__(self, link: Link, tenant: UUID) -> None:
        self._link = link
        self._tenant = tenant
        #: Version of the organisation, which `lock` reads on its way.
        self.organisation: int | None = None
        #: The case that this transaction holds, as it was loaded.
        self._held: Case | None = None

    def lock(self, case: UUID, element: str = "", occurrence: int = 0) -> Loaded:
        """Load and lock a case, with one of its tasks when an element is named.

        Raises:
            NotFoundError: There is no such case in this tenant.
        """
        values: dict[str, Any] = {"tenant": self._tenant, "case": case}
        if element:
            values |= {"element": element, "occurrence": occurrence}
            row = self._link.first(case_rows.LOCK_BOTH, values)
            if row is not None:
                self.organisation = row[0]
                found = self._held = case_rows.case_from(
                    self._tenant, case, row[1 : case_rows.SPLIT]
                )
                return Loaded(found, case_rows.task_from(found, row[case_rows.SPLIT :]))
        row = self._link.first(case_rows.LOCK_CASE, values)
        if row is None:
            raise NotFoundError
        self.organisation = row[0]
        found = self._held = case_rows.case_from(self._tenant, case, row[1:])
        if not element:
            return Loaded(found)
        # There is no such work, unless it was opened while we waited for the lock.
        opened = self._link.first(case_rows.READ_TASK, values)
        return Loaded(
            found, None if opened is None else case_rows.task_from(found, opened)
        )

    def get(self, case: UUID) -> Case:
        """A case as it is now, not locked.

        Raises:
            NotFoundError: There is no such case in this tenant.
        """
        values = {"tenant": self._tenant, "case": case}
        row = self._link.first(case_rows.READ_CASE, values)
        if row is None:
            raise NotFoundError
        return case_rows.case_from(self._tenant, case, row[1:])

    def active(self, case: Case) -> tuple[Task, ...]:
        """The open work of a case, in the order of opening."""
        rows = self._link.connection.execute(
            case_rows.READ_ACTIVE, {"tenant": self._tenant, "case": case.id}
        )
        return tuple(case_rows.task_from(case, row) for row in rows)

    def work(self, case: Case) -> tuple[Task, ...]:
        """All work of a case, open and closed, in the order of opening."""
        rows = self._link.connection.execute(
            case_rows.READ_WORK, {"tenant": self._tenant, "case": case.id}
        )
        return tuple(case_rows.task_from(case, row) for row in rows)

    def doers(self, case: Case, element: str) -> frozenset[UUID]:
        """Accounts with a hand in an element: who completed it, and for whom."""
        values = {"tenant": self._tenant, "case": case.id, "element": element}
        rows = self._link.connection.execute(case_rows.DOERS, values)
        return frozenset(hand for row in rows for hand in row if hand is not None)

    def find(self, ref: str) -> tuple[UUID, ...]:
        """The case with an id or a dossier code; empty when there is none."""
        scalars = self._link.connection.scalars
        known = text.uuid(ref)
        if known is None:
            found = scalars(
                case_rows.FIND_BY_CODE, {"tenant": self._tenant, "code": ref}
            )
        else:
            found = scalars(
                case_rows.FIND_BY_ID, {"tenant": self._tenant, "case": known}
            )
        return tuple(found)

    def due(self, now: datetime, limit: int) -> tuple[UUID, ...]:
        """Cases whose next wake-up has come, oldest first, not locked by others."""
        values = {"tenant": self._tenant, "now": now, "some": limit}
        return tuple(self._link.connection.scalars(case_rows.DUE, values))

    def next_code(self, prefix: str) -> int:
        """The next number for a dossier-code prefix; a number is never given twice."""
        values = {"new_tenant_id": self._tenant, "new_prefix": prefix}
        row = self._link.first(code_rows.NEXT_CODE, values)
        return int(row[0]) if row else 0

    def hold_code(self, prefix: str) -> int:
        """The last number that was given for a prefix, held until the end; 0: none."""
        values = {"new_tenant_id": self._tenant, "new_prefix": prefix}
        row = self._link.first(code_rows.HOLD_CODE, values)
        return int(row[0]) if row else 0

    def typed_code(self, prefix: str, number: int) -> bool:
        """Whether a number was typed by hand."""
        values = {"tenant": self._tenant, "prefix": prefix, "number": number}
        found = self._link.connection.scalar(code_rows.TYPED_CODE, values)
        return found is not None

    def type_code(self, prefix: str, number: int) -> None:
        """Keep that a number was typed by hand; once is enough."""
        values = {"new_tenant_id": self._tenant, "new_prefix": prefix}
        self._link.run(code_rows.TYPE_CODE, values | {"new_number": number})

    def save(self, change: CaseChange) -> None:
        """Write an act: case row, work, sealed events, personal values, outbox.

        Raises:
            StaleError: The row's version is not `change.expected`.
        """
        link = self._link
        _check_tenant(self._tenant, change)
        if change.expected is not None:
            self._check_version(change.case.id, change.expected)
        checks = []
        with link.together():
            if change.expected is None:
                link.run(case_rows.INSERT_CASE, case_rows.new_case_row(change))
            else:
                checks.append((self._update(change.case, change.expected), 1))
                self._fold(change)
                self._pause(change.case)
            if change.changed:
                rows = [
                    case_rows.changed_row(change.case, task) for task in change.changed
                ]
                checks.append((link.run_all(case_rows.UPDATE_TASK, rows), len(rows)))
            if change.opened:
                link.run_all(case_rows.INSERT_TASK, case_rows.opened_rows(change))
            if change.told is not None:
                dossiers.store(link, change.case, change.told)
            history.store(link, change.events)
            outbox.store(link, self._tenant, change)
        if any(cursor.rowcount != expected for cursor, expected in checks):
            raise StaleError
        self._held = change.case

    def take_draft(self, case: Case, visit: Visit, account: UUID) -> None:
        """Give what was typed last for a visit to an account that typed nothing."""
        values: dict[str, Any] = {
            "tenant": self._tenant,
            "case": case.id,
            "element": visit.element,
            "occurrence": visit.occurrence,
        }
        typed = self._link.connection.scalars(draft_rows.TYPED, values).all()
        if typed and account not in typed:
            values |= {"giver": typed[0], "new_account": account}
            self._link.run(draft_rows.GIVE_DRAFT, values)

    def keep_draft(
        self,
        case: Case,
        visit: Visit,
        account: UUID,
        answers: Mapping[str, Json],
        at: datetime,
    ) -> None:
        """Keep what an account typed for a visit, in place of what it typed before."""
        values = {
            "new_tenant_id": self._tenant,
            "new_case_id": case.id,
            "new_element": visit.element,
            "new_occurrence": visit.occurrence,
            "new_account": account,
            "new_answers": json.dumps(dict(answers), ensure_ascii=False),
            "new_saved_at": at,
        }
        self._link.run(draft_rows.KEEP_DRAFT, values)

    def drafted(self, case: Case) -> frozenset[Visit]:
        """The visits for which somebody has typed something."""
        values = {"tenant": self._tenant, "case": case.id}
        rows = self._link.connection.execute(draft_rows.DRAFTED, values)
        return frozenset(Visit(element, occurrence) for element, occurrence in rows)

    def replace_tasks(self, case: Case, tasks: tuple[Task, ...]) -> None:
        """Write rebuilt work in place of the stored, and what no act of a case changes.

        Drafts stay.
        """
        self._link.run(derived.PUT_RIGHT, case_rows.case_row(case))
        scope = {"tenant": self._tenant, "case": case.id}
        stored = {
            (row.element, row.occurrence): row.rank
            for row in self._link.connection.execute(case_rows.TASK_KEYS, scope)
        }
        ranks = _ranks(stored, tasks)
        rows = {
            (task.element, task.occurrence): case_rows.work_row(case, task, rank)
            for task, rank in zip(tasks, ranks, strict=True)
        }
        gone = [
            scope | {"element": element, "occurrence": occurrence}
            for element, occurrence in stored.keys() - rows.keys()
        ]
        self._link.run_all(draft_rows.DELETE_DRAFTS, gone)
        self._link.run_all(case_rows.DELETE_TASK, gone)
        kept = [row for key, row in rows.items() if key in stored]
        self._link.run_all(case_rows.REPLACE_TASK, kept)
        added = [row for key, row in rows.items() if key not in stored]
        self._link.run_all(case_rows.INSERT_TASK, added)

    def differing(self, change: CaseChange) -> tuple[Differing, ...]:
        """What of the rows of a case, and of the work that was opened, is another.

        Raises:
            NotFoundError: The case is of another tenant.
        """
        _check_tenant(self._tenant, change)
        return tuple(derived.of_case(self._link, change))

    def all(self, after: UUID | None = None) -> Iterator[UUID]:
        """Every case of the tenant, oldest first; those behind one that is named."""
        after = after or UUID(int=0)
        while True:
            scope = {"tenant": self._tenant, "after": after}
            found = self._link.connection.scalars(case_rows.ALL, scope).all()
            yield from found
            if len(found) < case_rows.BATCH:
                return
            after = found[-1]

    def _check_version(self, case: UUID, expected: int) -> None:
        """Refuse a stale act before anything of it is sent."""
        held = self._held
        if held is None or held.id != case:
            held = self.lock(case).case
        if held.version != expected:
            raise StaleError

    def _fold(self, change: CaseChange) -> None:
        """Store what a case is searched by, when that changes."""
        if change.words is not None:
            scope = {"tenant": self._tenant, "case": change.case.id}
            folded = case_rows.folded(change)
            self._link.run(case_rows.FOLD_CASE, scope | {"new_folded": folded})

    def _pause(self, case: Case) -> None:
        """Tell all open work when the clock of its case stops, or goes on."""
        held, stands = self._held, clock_text.stands(case.clock)
        stood = (
            held is not None and held.id == case.id and clock_text.stands(held.clock)
        )
        if stands != stood:
            scope = {"tenant": self._tenant, "case": case.id}
            self._link.run(case_rows.PAUSE_TASKS, scope | {"new_paused": stands})

    def _update(self, case: Case, expected: int) -> DBAPICursor:
        held = self._held
        if held is not None and _looks(held) == _looks(case):
            row: dict[str, Any] = {
                "tenant": self._tenant,
                "case": case.id,
                "expected": expected,
                "new_status": case.status.value,
                "new_version": case.version,
                "new_seq": case.seq,
                "new_head": case.head,
                "new_state": case.state,
            }
            return self._link.run(case_rows.ADVANCE_CASE, row)
        row = case_rows.case_row(case) | {"expected": expected}
        return self._link.run(case_rows.UPDATE_CASE, row)


def _ranks(
    stored: Mapping[tuple[str, int], int], tasks: tuple[Task, ...]
) -> Sequence[int]:
    """The stored ranks where they tell the order already, new ones otherwise."""
    ranks = [stored.get((task.element, task.occurrence), -1) for task in tasks]
    rising = all(before < after for before, after in itertools.pairwise([-1, *ranks]))
    return ranks if rising else range(len(tasks))


def _check_tenant(tenant: UUID, change: CaseChange) -> None:
    """Nothing is ever written into another tenant, whatever the caller mixed up."""
    tenants = {change.case.tenant}
    tenants.update(task.tenant for task in (*change.opened, *change.changed))
    tenants.update(sealed.stream.tenant for sealed in change.events)
    if tenants != {tenant}:
        raise NotFoundError


def _looks(case: Case) -> tuple[object, ...]:
    """What a list of cases or an index knows and an act may change."""
    times = (case.due_at, case.alarm_at, case.closed_at, case.next_wake)
    talk = (case.process, case.conversation, case.generation)
    shown = (case.code, case.applicant, case.agencies, case.portal, case.sides)
    return (case.id, case.clock, *shown, *times, *talk, case.suspended_at)
