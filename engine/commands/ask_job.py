"""Ask for long work, and end it before its time."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from engine import limits
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.run import Json
from engine.errors import TooLargeError
from engine.jobs import NewJob


@dataclass(frozen=True, slots=True, kw_only=True)
class AskJob:
    """Ask for a job; a worker begins it when this is durable."""

    #: Name of its kind, whose right whoever asks has been asked for.
    kind: str
    asked: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelJob:
    """End a job after its present step; what was done stays done."""

    job: UUID


def ask(command: AskJob, transaction: Transaction) -> Result:
    """Put a job, on the rights of whoever asks; each step asks for them again.

    Raises:
        NotAllowedError: Nobody is signed in, or the account is closed.
        TooLargeError: Too many jobs of this account are not over.
    """
    account = transaction.person.account
    thing = policy.Thing(tenant=account.tenant, author=account.id)
    transaction.check(policy.Action.JOB_VIEW, thing)
    jobs = transaction.uow.jobs
    if jobs.open(account.id) >= limits.JOBS_OPEN:
        raise TooLargeError(code="jobs-open", limit=limits.JOBS_OPEN)
    job = transaction.tools.ids.uuid()
    jobs.put(
        NewJob(
            id=job,
            kind=command.kind,
            account=account.id,
            asked_at=transaction.now,
            asked=command.asked,
        )
    )
    return {"job": job.hex}


def cancel(command: CancelJob, transaction: Transaction) -> Result:
    """Let a job end; one that is over stays as it is.

    Raises:
        NotFoundError: There is no such job, or it is somebody else's.
    """
    jobs = transaction.uow.jobs
    job = jobs.get(command.job)
    thing = policy.Thing(tenant=job.tenant, author=job.account)
    transaction.check(policy.Action.JOB_CANCEL, thing)
    jobs.cancel(job.id, transaction.now)
    return {"job": job.id.hex}
