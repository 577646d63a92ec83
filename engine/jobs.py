"""Long work as jobs: their records, and the ports that keep them.

A job is asked for in the transaction of whoever asks, and done by a worker in steps,
one an item, each in a transaction of its own that also moves the item on. So a worker
that dies anywhere leaves each item either done or not begun.

A worker holds a job by a lease: a token that stands in its row, until an instant that
every step puts off. When the instant passes, another worker takes the job with a token
of its own, and the first can write nothing any more (`LeaseLostError`): its step is
rolled back. The item on which a worker died has lost one of its attempts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol
from uuid import UUID

from engine.domain.run import Json


class JobState(Enum):
    """Where a job is; the three last are ends."""

    WAITING = "waiting"
    RUNNING = "running"
    #: To its end, whatever became of its items.
    DONE = "done"
    #: Its items could not be found, or its result not be made.
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDS = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


class ItemState(Enum):
    """Where an item is; the two last are ends."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something failed, told anew in the language of each reader."""

    #: Code of the refusal, class of the error, and its own English text.
    code: str
    error: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job that somebody asks for."""

    id: UUID
    #: Name of its kind, in the registry of the web.
    kind: str
    #: Who asks, and on whose rights every step is done.
    account: UUID
    asked_at: datetime
    #: What was asked for; plain values, without personal data.
    asked: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(NewJob):
    """A job as it stands."""

    tenant: UUID
    state: JobState
    #: Its items are known.
    planned: bool
    total: int
    done: int
    failed: int
    #: Within the present step: so much of so much, where that tells more.
    within: tuple[int, int]
    #: Somebody wants it to end after the present step.
    cancelled: bool
    began_at: datetime | None
    ended_at: datetime | None
    #: What came out: facts for the page of its kind, and files (`File`).
    result: Mapping[str, Json]
    #: Why it failed as a whole.
    reason: Reason | None

    @property
    def over(self) -> bool:
        """Whether nothing more happens."""
        return self.state in ENDS

    @property
    def left(self) -> int:
        """Items that were neither done nor failed."""
        return self.total - self.done - self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """One item of a job, as the plan names it."""

    #: What the step needs; plain values, without personal data.
    subject: Json
    #: What people call it, for example a dossier code.
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(NewItem):
    """An item as it stands."""

    number: int
    state: ItemState
    #: Attempts that failed, or on which a worker died.
    attempts: int
    answer: Json
    reason: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that a job made."""

    name: str
    #: Media type.
    type: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """What a worker holds: nobody else may move the job on until then."""

    job: UUID
    token: UUID
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An item that is done together with the transaction that it is given to."""

    lease: Lease
    number: int
    answer: Json = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Whether something that failed is tried again."""

    #: When it failed.
    at: datetime
    #: No attempt more: it would be refused again.
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a job ends."""

    state: JobState
    at: datetime
    result: Mapping[str, Json] = field(default_factory=dict)
    reason: Reason | None = None


class Jobs(Protocol):
    """Jobs of one tenant, inside the caller's transaction."""

    def put(self, job: NewJob) -> None:
        """Ask for a job; it begins once the transaction is durable."""

    def get(self, job: UUID) -> Job:
        """A job. Raises NotFoundError."""

    def open(self, account: UUID) -> int:
        """How many jobs of an account are not over."""

    def cancel(self, job: UUID, now: datetime) -> None:
        """End a job after its present step; one that is over stays as it is."""

    def finish_item(self, step: Step) -> None:
        """Move an item on, with whatever else this transaction does.

        Raises:
            LeaseLostError: Another worker has the job, or has done the item.
        """


class Queue(Protocol):
    """Jobs of all tenants as workers and pages see them, in short transactions."""

    def claim(self, tenant: UUID, now: datetime, lease: Lease) -> Job | None:
        """Take the job that has waited longest; `lease.job` is not looked at.

        A job whose lease ran out has lost its worker: the item that was on its way
        loses an attempt, and fails when it has none left.
        """

    def renew(self, tenant: UUID, lease: Lease, within: tuple[int, int]) -> Job:
        """Put off the end of a lease; how the job stands.

        Raises:
            LeaseLostError: Another worker has it.
        """

    def release(self, tenant: UUID, lease: Lease, again: datetime) -> None:
        """Give a job back, to be taken again from an instant on."""

    def plan(self, tenant: UUID, lease: Lease, items: Sequence[NewItem]) -> None:
        """Store the items of a job, once. Raises LeaseLostError."""

    def look(self, tenant: UUID, lease: Lease) -> tuple[Job, Item | None]:
        """How a job stands, and the item to do: the fewest attempts first.

        Raises:
            LeaseLostError: Another worker has it.
        """

    def finish_item(self, tenant: UUID, step: Step) -> None:
        """Move an item on whose step wrote nothing else. Raises LeaseLostError."""

    def fail_item(self, tenant: UUID, step: Step, reason: Reason, again: Again) -> None:
        """Count a failed attempt; the last one, or one that is final, fails the item.

        Raises:
            LeaseLostError: Another worker has the job, or has done the item.
        """

    def stumble(self, tenant: UUID, lease: Lease, reason: Reason, again: Again) -> None:
        """Count a failed attempt to plan or to finish a job; the last one ends it.

        Raises:
            LeaseLostError: Another worker has it.
        """

    def finish(self, tenant: UUID, lease: Lease, end: End) -> None:
        """End a job. Raises LeaseLostError."""

    def job(self, tenant: UUID, job: UUID) -> Job | None:
        """A job."""

    def jobs(
        self, tenant: UUID, account: UUID | None, limit: int, offset: int = 0
    ) -> tuple[Job, ...]:
        """Jobs of an account, or of the whole tenant, the newest first."""

    def running(self, tenant: UUID, account: UUID) -> int:
        """How many jobs of an account are not over."""

    def items(
        self,
        tenant: UUID,
        job: UUID,
        state: ItemState | None = None,
        limit: int | None = None,
    ) -> tuple[Item, ...]:
        """Items of a job in the order of the plan."""

    def expired(self, tenant: UUID, before: datetime) -> tuple[UUID, ...]:
        """Jobs that ended before an instant."""

    def remove(self, tenant: UUID, job: UUID) -> None:
        """Remove a job that is over, with its items."""

    def about(self, tenant: UUID, case: UUID) -> tuple[UUID, ...]:
        """Jobs, over or not, with an item about a case."""


class Results(Protocol):
    """Where the files of jobs are kept."""

    def put(self, tenant: UUID, job: UUID, content: bytes) -> str:
        """Store bytes durably and give their SHA-256 in hex."""

    def get(self, tenant: UUID, job: UUID, sha256: str) -> bytes:
        """The bytes. Raises NotFoundError."""

    def forget(self, tenant: UUID, job: UUID) -> None:
        """Remove every file of a job."""
