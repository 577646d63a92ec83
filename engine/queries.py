"""Read models: frozen answers to the questions that pages and commands ask.

Reads bypass the domain: a query gives one of these records, never a row. What an actor
may see is part of every question, decided as `engine.domain.policy.sees` decides it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol
from uuid import UUID

from engine import limits
from engine.domain.case import Agencies, TaskStatus
from engine.domain.clock_state import Cause
from engine.domain.organisation import Actor
from engine.domain.procedure import VersionKind, VersionStatus
from engine.domain.run import Status
from engine.domain.supervision import (
    Behind,
    CaseLine,
    Group,
    Letter,
    Load,
    Moment,
    Pick,
    Range,
    Waiting,
)
from engine.domain.urgency import Edges, Urgency


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
    agencies: Agencies
    status: TaskStatus
    assignee: UUID | None
    assignee_name: str
    opened_at: datetime
    due_at: datetime | None
    case_due_at: datetime | None
    #: What its case waits for (`engine.domain.clock_state.Cause`), the first first.
    waiting: tuple[Cause, ...] = ()
    #: Whether the clock of its case stands, and the work is open.
    paused: bool = False
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
    #: How much was asked beside its steps.
    sides: int = 0
    #: What it waits for, the first first.
    waiting: tuple[Cause, ...] = ()
    #: Its state on the national portal (`engine.domain.portal`); 0: not told yet.
    portal: int = 0


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
class CaseFilter:
    """Which cases a list shows."""

    text: str = ""
    status: Status | None = None
    procedure: str = ""
    #: State on the national portal; 0: any.
    portal: int = 0
    limit: int = 50
    offset: int = 0


class Scope(Enum):
    """Whose work a worklist shows."""

    #: Claimed by the actor; that and what the actor may take; only the latter.
    MINE = "mine"
    POSITIONS = "positions"
    FREE = "free"
    #: All open work of the agencies under supervision.
    SUPERVISED = "supervised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is chosen of a worklist; an empty set chooses everything."""

    scope: Scope = Scope.POSITIONS
    #: Words of what the case is searched by, without diacritics.
    text: str = ""
    #: Codes of procedures.
    procedures: frozenset[str] = frozenset()
    #: Short names of steps.
    steps: frozenset[str] = frozenset()
    urgencies: frozenset[Urgency] = frozenset()
    statuses: frozenset[TaskStatus] = frozenset()
    agencies: frozenset[UUID] = frozenset()
    channels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a row stands in a worklist: its key for the next page."""

    urgency: Urgency
    due_at: datetime | None
    opened_at: datetime
    case: UUID
    element: str
    occurrence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which rows of a list: those after a place, or the last ones before one."""

    after: Place | None = None
    before: Place | None = None
    limit: int = limits.WORKLIST_PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a worklist."""

    task: TaskItem
    urgency: Urgency
    channel: str
    received_at: datetime

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(
            urgency=self.urgency,
            due_at=self.task.due_at,
            opened_at=self.task.opened_at,
            case=self.task.case,
            element=self.task.element,
            occurrence=self.task.occurrence,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """How much work there is: of each scope, of what is chosen, and by each filter.

    A filter's counts are of what all other filters choose, so that each number says how
    much one would see.
    """

    scopes: Mapping[Scope, int]
    total: int
    procedures: Mapping[UUID, int]
    steps: Mapping[str, int]
    urgencies: Mapping[Urgency, int]
    statuses: Mapping[TaskStatus, int]
    agencies: Mapping[UUID, int]
    channels: Mapping[str, int]
    #: Code and name of every procedure.
    names: Mapping[UUID, tuple[str, str]]


class Worklists(Protocol):
    """Reads of worklists, each in its own short transaction."""

    def facets(self, actor: Actor, chosen: Choice, at: Edges) -> Facets:
        """Counts for every filter, in one statement."""

    def page(
        self, actor: Actor, chosen: Choice, at: Edges, part: Part
    ) -> tuple[Line, ...]:
        """Rows by urgency, then the earliest due, then the oldest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFilter:
    """A list that somebody keeps."""

    id: UUID
    account: UUID
    name: str
    #: The query of its address.
    query: str
    #: The unit whose people see it too; None: its owner alone.
    agency: UUID | None = None


class Kept(Protocol):
    """What people keep of worklists: filters, and their calendar feeds."""

    def filters(self, actor: Actor) -> tuple[SavedFilter, ...]:
        """One's own and those of one's units, by name."""

    def keep(self, tenant: UUID, made: SavedFilter, now: datetime) -> None:
        """Store a filter.

        Raises:
            TooLargeError: Its owner keeps too many.
        """

    def drop(self, tenant: UUID, account: UUID, id_: UUID) -> None:
        """Forget a filter of one's own; another's stays.

        Raises:
            NotFoundError: It is not one's own, or there is none.
        """

    def feed(self, tenant: UUID, hash_: bytes) -> UUID | None:
        """Whose feed a token opens, by its SHA-256."""

    def has_feed(self, tenant: UUID, account: UUID) -> bool:
        """Whether somebody has a feed."""

    def open_feed(
        self, tenant: UUID, account: UUID, hash_: bytes, now: datetime
    ) -> None:
        """Let a token open one's feed, in place of every token before."""

    def close_feed(self, tenant: UUID, account: UUID) -> None:
        """Let no token open it any more."""


class Supervision(Protocol):
    """What supervisors ask of open work and running cases, now."""

    def loads(self, tenant: UUID, of: Range, at: Moment) -> tuple[Load, ...]:
        """Open work by agency, performer and who has claimed it."""

    def waiting(self, tenant: UUID, of: Range, at: Moment) -> tuple[Waiting, ...]:
        """Open work by procedure and step, and how long it has been open."""

    def running(self, tenant: UUID, of: Range, at: Moment) -> Mapping[Group, int]:
        """Cases that run, by what is to be said of them."""

    def work(
        self, tenant: UUID, of: Range, pick: Pick, at: Moment, page: tuple[int, int]
    ) -> tuple[TaskItem, ...]:
        """The open work behind a number, the earliest due first; limit and offset."""

    def work_count(self, tenant: UUID, of: Range, pick: Pick, at: Moment) -> int:
        """How much work stands behind a number."""

    def cases(
        self, tenant: UUID, of: Range, behind: Behind, at: Moment
    ) -> tuple[CaseLine, ...]:
        """The cases behind a number: running ones the most urgent first."""

    def letters(self, tenant: UUID, of: Range) -> tuple[Letter, ...]:
        """Letters of cases that fail."""

    def procedures(self, tenant: UUID) -> Mapping[UUID, tuple[str, str]]:
        """Code and name of every procedure, by code."""


class Queries(Protocol):
    """Reads, each in its own short transaction."""

    def work(self, actor: Actor, wanted: WorkFilter) -> tuple[TaskItem, ...]:
        """Open work, the earliest due first, then the oldest."""

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

    def received(
        self,
        tenant: UUID,
        agency: UUID,
        period: tuple[datetime, datetime],
        limit: int,
    ) -> tuple[CaseItem, ...]:
        """Cases that an agency received in a period, the earliest first.

        The period holds its first instant and not its last; rights are the caller's
        care.
        """

    def case(self, actor: Actor, ref: str) -> CaseItem | None:
        """A case of the actor's tenant by id or dossier code."""

    def procedures(self, actor: Actor) -> tuple[ProcedureItem, ...]:
        """The catalogue, by code."""

    def names(self, tenant: UUID, accounts: Iterable[UUID]) -> Mapping[UUID, str]:
        """Names of accounts."""
