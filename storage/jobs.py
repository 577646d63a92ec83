"""Long work in the database: asked for, leased, moved on item by item, removed.

Lock order: whatever an act locks, then the row of its job, then the item. `claim` skips
rows that others hold (PostgreSQL); SQLite has one writer at a time. What makes it safe
is neither: every change asks for the token in the row (`engine.jobs`).
"""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from engine import limits
from engine.errors import LeaseLostError, NotFoundError
from engine.jobs import (
    Again,
    End,
    Item,
    ItemState,
    Job,
    JobState,
    Lease,
    NewItem,
    NewJob,
    Reason,
    Step,
)
from storage import job_rows, job_schema
from storage.database import Database
from storage.statement import Link

_JOB: Final = job_rows.JOB
_ITEM: Final = job_rows.ITEM
_OPEN: Final = job_rows.OPEN
_WAITS: Final = job_rows.WAITS
_INSTANT: Final = _JOB.began_at.type
#: Items that one statement stores.
_BATCH: Final = 500


class Jobs:
    """Jobs of one tenant, inside the caller's transaction."""

    def __init__(self, link: Link, tenant: UUID) -> None:
        self._link, self._connection = link, link.connection
        self._tenant = tenant

    def put(self, job: NewJob) -> None:
        """Ask for a job; it begins once the transaction is durable."""
        row = {
            "tenant_id": self._tenant,
            **dataclasses.asdict(job),
            "asked": job_rows.text(job.asked),
            "state": JobState.WAITING.value,
            **dict.fromkeys(("planned", "cancelled"), False),
            **dict.fromkeys(("total", "done", "failed", "attempts"), 0),
            **dict.fromkeys(("within_done", "within_total"), 0),
            "next_try": job.asked_at,
            "result": "{}",
        }
        self._connection.execute(sa.insert(job_schema.job), row)

    def get(self, job: UUID) -> Job:
        """A job. Raises NotFoundError."""
        found = job_rows.one(self._connection, self._tenant, job)
        if found is None:
            raise NotFoundError
        return found

    def open(self, account: UUID) -> int:
        """How many jobs of an account are not over."""
        return job_rows.running(self._link, self._tenant, account)

    def cancel(self, job: UUID, now: datetime) -> None:
        """End a job after its present step; one that is over stays as it is."""
        mine = (*job_rows.this(self._tenant, job), _OPEN)
        change = sa.update(job_schema.job).where(*mine)
        self._connection.execute(change.values(cancelled=True))
        # Nobody works on it, so nobody else would end it.
        end = {"state": JobState.CANCELLED.value, "ended_at": now}
        self._connection.execute(change.where(_JOB.token.is_(None)).values(end))

    def finish_item(self, step: Step) -> None:
        """Move an item on, with whatever else this transaction does.

        Raises:
            LeaseLostError: Another worker has the job, or has done the item.
        """
        job_rows.finish_item(self._connection, self._tenant, step)


class Queue:
    """Jobs of a database as workers and pages see them, in short transactions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, tenant: UUID, now: datetime, lease: Lease) -> Job | None:
        """Take the job that has waited longest; `lease.job` is not looked at.

        A job whose lease ran out has lost its worker: the item that was on its way
        loses an attempt, and fails when it has none left.
        """
        due = (
            sa.select(_JOB.id, _JOB.token)
            .where(_JOB.tenant_id == tenant, _OPEN, _JOB.next_try <= now)
            .order_by(_JOB.next_try, _JOB.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        with self._database.write() as connection:
            row = connection.execute(due).first()
            if row is None:
                return None
            taken = dataclasses.replace(lease, job=row.id)
            values = {
                "token": lease.token,
                "next_try": lease.until,
                "state": JobState.RUNNING.value,
                "began_at": sa.func.coalesce(_JOB.began_at, sa.literal(now, _INSTANT)),
            }
            change = sa.update(job_schema.job).where(*job_rows.this(tenant, row.id))
            connection.execute(change.values(values))
            if row.token is not None:
                job_rows.died(connection, tenant, taken, now)
            return job_rows.one(connection, tenant, row.id)

    def renew(self, tenant: UUID, lease: Lease, within: tuple[int, int]) -> Job:
        """Put off the end of a lease; how the job stands.

        Raises:
            LeaseLostError: Another worker has it.
        """
        done, total = within
        values = {"within_done": done, "within_total": total}
        with self._database.write() as connection:
            job_rows.change(connection, tenant, lease, values)
            return job_rows.known(connection, tenant, lease.job)

    def release(self, tenant: UUID, lease: Lease, again: datetime) -> None:
        """Give a job back, to be taken again from an instant on."""
        held = sa.update(job_schema.job).where(*job_rows.held(tenant, lease))
        with self._database.write() as connection:
            connection.execute(held.values(token=None, next_try=again))

    def plan(self, tenant: UUID, lease: Lease, items: Sequence[NewItem]) -> None:
        """Store the items of a job, once. Raises LeaseLostError."""
        rows = [
            {
                "tenant_id": tenant,
                "job": lease.job,
                "number": number,
                "label": each.label,
                "subject": job_rows.text(each.subject),
                "state": ItemState.WAITING.value,
                "attempts": 0,
            }
            for number, each in enumerate(items, start=1)
        ]
        values = {"planned": True, "total": len(rows), "attempts": 0}
        with self._database.write() as connection:
            job_rows.change(connection, tenant, lease, values, ~_JOB.planned)
            for begin in range(0, len(rows), _BATCH):
                part = rows[begin : begin + _BATCH]
                connection.execute(sa.insert(job_schema.job_item), part)

    def look(self, tenant: UUID, lease: Lease) -> tuple[Job, Item | None]:
        """How a job stands, and the item to do: the fewest attempts first.

        Raises:
            LeaseLostError: Another worker has it.
        """
        held = sa.select(_JOB.token).where(*job_rows.held(tenant, lease))
        with self._database.read() as connection:
            if connection.execute(held).first() is None:
                raise LeaseLostError
            job = job_rows.known(connection, tenant, lease.job)
            return job, job_rows.next_item(connection, tenant, lease.job)

    def finish_item(self, tenant: UUID, step: Step) -> None:
        """Move an item on whose step wrote nothing else. Raises LeaseLostError."""
        with self._database.write() as connection:
            job_rows.finish_item(connection, tenant, step)

    def fail_item(self, tenant: UUID, step: Step, reason: Reason, again: Again) -> None:
        """Count a failed attempt; the last one, or one that is final, fails the item.

        Raises:
            LeaseLostError: Another worker has the job, or has done the item.
        """
        mine = (_ITEM.tenant_id == tenant, _ITEM.job == step.lease.job)
        this = (*mine, _ITEM.number == step.number, _WAITS)
        with self._database.write() as connection:
            attempts = connection.scalar(sa.select(_ITEM.attempts).where(*this))
            if attempts is None:
                raise LeaseLostError
            over = again.final or attempts + 1 >= limits.JOB_ATTEMPTS
            counted = {"failed": _JOB.failed + int(over)}
            job_rows.change(connection, tenant, step.lease, counted)
            state = ItemState.FAILED if over else ItemState.WAITING
            values = {
                "attempts": attempts + 1,
                "reason": job_rows.reason_text(reason),
                "state": state.value,
            }
            connection.execute(
                sa.update(job_schema.job_item).where(*this).values(values)
            )

    def stumble(self, tenant: UUID, lease: Lease, reason: Reason, again: Again) -> None:
        """Count a failed attempt to plan or to finish a job; the last one ends it.

        Raises:
            LeaseLostError: Another worker has it.
        """
        with self._database.write() as connection:
            job_rows.stumble(connection, tenant, lease, reason, again)

    def finish(self, tenant: UUID, lease: Lease, end: End) -> None:
        """End a job. Raises LeaseLostError."""
        with self._database.write() as connection:
            job_rows.change(connection, tenant, lease, job_rows.ending(end))

    # What pages ask.

    def job(self, tenant: UUID, job: UUID) -> Job | None:
        """A job."""
        with self._database.read() as connection:
            return job_rows.one(connection, tenant, job)

    def jobs(
        self, tenant: UUID, account: UUID | None, limit: int, offset: int = 0
    ) -> tuple[Job, ...]:
        """Jobs of an account, or of the whole tenant, the newest first."""
        question = sa.select(job_schema.job).where(_JOB.tenant_id == tenant)
        if account is not None:
            question = question.where(_JOB.account == account)
        newest = question.order_by(_JOB.asked_at.desc(), _JOB.id.desc())
        with self._database.read() as connection:
            rows = connection.execute(newest.limit(limit).offset(offset)).all()
        return tuple(map(job_rows.job_of, rows))

    def running(self, tenant: UUID, account: UUID) -> int:
        """How many jobs of an account are not over."""
        with self._database.glance() as link:
            return job_rows.running(link, tenant, account)

    def items(
        self,
        tenant: UUID,
        job: UUID,
        state: ItemState | None = None,
        limit: int | None = None,
    ) -> tuple[Item, ...]:
        """Items of a job in the order of the plan."""
        question = sa.select(job_schema.job_item).where(
            _ITEM.tenant_id == tenant, _ITEM.job == job
        )
        if state is not None:
            question = question.where(_ITEM.state == state.value)
        with self._database.read() as connection:
            rows = connection.execute(question.order_by(_ITEM.number).limit(limit))
            return tuple(map(job_rows.item_of, rows))

    # Removing.

    def expired(self, tenant: UUID, before: datetime) -> tuple[UUID, ...]:
        """Jobs that ended before an instant."""
        question = sa.select(_JOB.id).where(
            _JOB.tenant_id == tenant, _JOB.ended_at < before
        )
        with self._database.read() as connection:
            return tuple(connection.scalars(question.order_by(_JOB.id)))

    def remove(self, tenant: UUID, job: UUID) -> None:
        """Remove a job that is over, with its items."""
        over = sa.exists().where(*job_rows.this(tenant, job), ~_OPEN)
        mine = (_ITEM.tenant_id == tenant, _ITEM.job == job)
        with self._database.write() as connection:
            connection.execute(sa.delete(job_schema.job_item).where(*mine, over))
            connection.execute(
                sa.delete(job_schema.job).where(*job_rows.this(tenant, job), ~_OPEN)
            )

    def about(self, tenant: UUID, case: UUID) -> tuple[UUID, ...]:
        """Jobs, over or not, with an item about a case."""
        question = sa.select(_ITEM.job).where(
            _ITEM.tenant_id == tenant, _ITEM.subject.contains(case.hex)
        )
        with self._database.read() as connection:
            return tuple(connection.scalars(question.distinct()))
