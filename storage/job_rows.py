"""The rows of jobs and items, and the changes that ask for a lease (`storage.jobs`)."""

import dataclasses
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine import limits
from engine.errors import LeaseLostError
from engine.jobs import (
    Again,
    End,
    Item,
    ItemState,
    Job,
    JobState,
    Lease,
    Reason,
    Step,
)
from storage import job_schema
from storage.statement import Link, Statement, parameter

JOB: Final = job_schema.job.c
ITEM: Final = job_schema.job_item.c
OPEN: Final = JOB.ended_at.is_(None)
#: As a literal, so that SQLite takes the index that holds only these.
WAITS: Final = ITEM.state == sa.literal_column(f"'{ItemState.WAITING.value}'")
#: Every page asks for this.
_RUNNING: Final = Statement(
    sa.select(sa.func.count()).where(
        JOB.tenant_id == parameter("tenant", JOB.tenant_id),
        JOB.account == parameter("account", JOB.account),
        OPEN,
    )
)
#: What is told of an item or job on which workers died.
_DIED: Final = Reason(
    code="worker-died",
    error="LeaseLostError",
    message="The worker died at it, each time it was tried.",
)


def this(tenant: UUID, job: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    """The row of a job."""
    return (JOB.tenant_id == tenant, JOB.id == job)


def held(tenant: UUID, lease: Lease) -> tuple[sa.ColumnElement[bool], ...]:
    """The row of a job while a worker holds it."""
    return (*this(tenant, lease.job), OPEN, JOB.token == lease.token)


def change(
    connection: sa.Connection,
    tenant: UUID,
    lease: Lease,
    values: Mapping[str, Any],
    *more: sa.ColumnElement[bool],
) -> None:
    """Change a job that a worker holds, and put off the end of its lease."""
    row = sa.update(job_schema.job).where(*held(tenant, lease), *more)
    kept = {"next_try": lease.until, **values}
    if connection.execute(row.values(kept)).rowcount != 1:
        raise LeaseLostError


def finish_item(connection: sa.Connection, tenant: UUID, step: Step) -> None:
    """Move an item on. Raises LeaseLostError."""
    counted = {"done": JOB.done + 1, "within_done": 0, "within_total": 0}
    change(connection, tenant, step.lease, counted)
    row = sa.update(job_schema.job_item).where(
        ITEM.tenant_id == tenant,
        ITEM.job == step.lease.job,
        ITEM.number == step.number,
        WAITS,
    )
    done = {"state": ItemState.DONE.value, "answer": text(step.answer), "reason": None}
    if connection.execute(row.values(done)).rowcount != 1:
        raise LeaseLostError


def died(connection: sa.Connection, tenant: UUID, lease: Lease, now: datetime) -> None:
    """Count what a worker died of: the item on its way, else planning or finishing."""
    item = next_item(connection, tenant, lease.job)
    if item is None:
        stumble(connection, tenant, lease, _DIED, Again(at=now))
        return
    over = item.attempts + 1 >= limits.JOB_ATTEMPTS
    state = ItemState.FAILED if over else ItemState.WAITING
    row = sa.update(job_schema.job_item).where(
        ITEM.tenant_id == tenant, ITEM.job == lease.job, ITEM.number == item.number
    )
    values = {
        "attempts": item.attempts + 1,
        "reason": reason_text(_DIED),
        "state": state.value,
    }
    connection.execute(row.values(values))
    if over:
        change(connection, tenant, lease, {"failed": JOB.failed + 1})


def stumble(
    connection: sa.Connection,
    tenant: UUID,
    lease: Lease,
    reason: Reason,
    again: Again,
) -> None:
    """Count a failed attempt to plan or to finish a job; the last one ends it."""
    row = sa.select(JOB.attempts).where(*held(tenant, lease))
    attempts = connection.scalar(row)
    if attempts is None:
        raise LeaseLostError
    counted = {"attempts": attempts + 1}
    if again.final or attempts + 1 >= limits.JOB_ATTEMPTS:
        end = End(state=JobState.FAILED, at=again.at, reason=reason)
        counted |= ending(end)
    change(connection, tenant, lease, counted)


def ending(end: End) -> dict[str, Any]:
    """What the row of a job holds when it is over."""
    return {
        "state": end.state.value,
        "ended_at": end.at,
        "token": None,
        "result": text(end.result),
        "reason": None if end.reason is None else reason_text(end.reason),
        "within_done": 0,
        "within_total": 0,
    }


def running(link: Link, tenant: UUID, account: UUID) -> int:
    """How many jobs of an account are not over."""
    row = link.first(_RUNNING, {"tenant": tenant, "account": account})
    return 0 if row is None else int(row[0])


def next_item(connection: sa.Connection, tenant: UUID, job: UUID) -> Item | None:
    """The item to do: the fewest attempts first, then in the order of the plan."""
    question = (
        sa.select(job_schema.job_item)
        .where(ITEM.tenant_id == tenant, ITEM.job == job, WAITS)
        .order_by(ITEM.attempts, ITEM.number)
        .limit(1)
    )
    row = connection.execute(question).first()
    return None if row is None else item_of(row)


def one(connection: sa.Connection, tenant: UUID, job: UUID) -> Job | None:
    """A job."""
    question = sa.select(job_schema.job).where(*this(tenant, job))
    row = connection.execute(question).first()
    return None if row is None else job_of(row)


def known(connection: sa.Connection, tenant: UUID, job: UUID) -> Job:
    """A job that a worker has. Raises LeaseLostError."""
    found = one(connection, tenant, job)
    if found is None:
        raise LeaseLostError
    return found


def job_of(row: sa.Row[Any]) -> Job:
    """A job, read."""
    return Job(
        tenant=row.tenant_id,
        id=row.id,
        kind=row.kind,
        account=row.account,
        asked_at=row.asked_at,
        asked=json.loads(row.asked),
        state=JobState(row.state),
        planned=row.planned,
        total=row.total,
        done=row.done,
        failed=row.failed,
        within=(row.within_done, row.within_total),
        cancelled=row.cancelled,
        began_at=row.began_at,
        ended_at=row.ended_at,
        result=json.loads(row.result),
        reason=_reason(row.reason),
    )


def item_of(row: sa.Row[Any]) -> Item:
    """An item, read."""
    return Item(
        number=row.number,
        label=row.label,
        subject=json.loads(row.subject),
        state=ItemState(row.state),
        attempts=row.attempts,
        answer=None if row.answer is None else json.loads(row.answer),
        reason=_reason(row.reason),
    )


def text(value: object) -> str:
    """A value as JSON."""
    return json.dumps(value, ensure_ascii=False)


def reason_text(reason: Reason) -> str:
    """A reason as JSON."""
    return text(dataclasses.asdict(reason))


def _reason(text: str | None) -> Reason | None:
    return None if text is None else Reason(**json.loads(text))
