"""Read models: frozen answers to the questions that pages and commands ask.

Reads bypass the domain: a query gives one of these records, never a row. What an actor
may see is part of every question, decided as `engine.domain.policy.sees` decides it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from engine.domain.case import Agencies, TaskStatus
from engine.domain.organisation import Actor
from engine.domain.procedure import VersionKind, VersionStatus
from engine.domain.run import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskItem:
    """A line of a worklist."""

    case: UUID
    element: str
    occurrence: int
    code: str
    applicant: str
    procedure: str
    procedure_code: str
    procedure_id: UUID
    step: str
    short_name: str
    performer: str
    agency: UUID
    agency_name: str
    agencies: Agencies
    status: TaskStatus
    assignee: UUID | None
    assignee_name: str
    opened_at: datetime
    due_at: datetime | None
    case_due_at: datetime | None
    case_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeFailure:
    """A case that is due and could not be woken."""

    case: UUID
    code: str
    failures: int
    first_at: datetime
    last_at: datetime
    #: The kind of failure, and what it says of itself; no data of the case.
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseItem:
    """A line of a list of cases, and the identity bar of a case page."""

    id: UUID
    month: int
    code: str
    applicant: str
    procedure: str
    procedure_code: str
    procedure_id: UUID
    version: UUID
    version_number: int
    status: Status
    agencies: Agencies
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    #: Acts so far: the version guard of forms.
    acts: int
    #: The process of the version that it runs; empty: the main one.
    process: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureItem:
    """A line of the catalogue."""

    id: UUID
    code: str
    name: str
    #: The version in force; None when none is published.
    version: UUID | None
    number: int | None
    status: VersionStatus
    published_at: datetime | None
    #: Cases that are running on any version.
    running: int
    #: A newer draft waits for approval.
    draft: UUID | None
    #: What its shown version is for.
    kind: VersionKind = VersionKind.PROCEDURE


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFilter:
    """Which work a worklist shows."""

    #: True: claimed by the actor; False: open to the actor's positions or claimed by
    #: the actor.
    mine: bool = False
    #: True: everybody's, for those who may see the whole tenant (auditors, the
    #: operator).
    everybody: bool = False
    #: Words in the dossier code or the applicant's name, without diacritics.
    text: str = ""
    procedure: str = ""
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCounts:
    """How much work there is for an actor."""

    mine: int
    positions: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases a list shows."""

    text: str = ""
    status: Status | None = None
    procedure: str = ""
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency:
    """How much of a list is due when."""

    #: Due before now, until the end of the day, later, and without a due instant.
    late: int = 0
    soon: int = 0
    later: int = 0
    none: int = 0


class Queries(Protocol):
    """Reads, each in its own short transaction."""

    def work(self, actor: Actor, wanted: WorkFilter) -> tuple[TaskItem, ...]:
        """Open work, the earliest due first, then the oldest."""

    def work_counts(self, actor: Actor, now: datetime) -> WorkCounts:
        """Counts for the same lists."""

    def urgency(
        self, actor: Actor, wanted: WorkFilter, now: datetime, tomorrow: datetime
    ) -> Urgency:
        """How much of the whole list, not of one page, is due when."""

    def task(
        self, actor: Actor, case: UUID, element: str, occurrence: int
    ) -> TaskItem | None:
        """One piece of work, open or closed, of the actor's tenant."""

    def case_tasks(self, actor: Actor, case: UUID) -> tuple[TaskItem, ...]:
        """All work of a case in the order of opening."""

    def cases(self, actor: Actor, wanted: CaseFilter) -> tuple[CaseItem, ...]:
        """Cases that the actor may see, newest first."""

    def ended(
        self,
        tenant: UUID,
        procedure: UUID,
        period: tuple[datetime, datetime],
        limit: int,
    ) -> tuple[CaseItem, ...]:
        """Cases of a procedure's main process that closed in a period, the last first.

        The period holds its first instant and not its last.

        They are not asked for by somebody who reads them: rights are the caller's care.
        """

    def case(self, actor: Actor, ref: str) -> CaseItem | None:
        """A case of the actor's tenant by id or dossier code."""

    def procedures(self, actor: Actor) -> tuple[ProcedureItem, ...]:
        """The catalogue, by code."""

    def names(self, tenant: UUID, accounts: Iterable[UUID]) -> Mapping[UUID, str]:
        """Names of accounts."""
