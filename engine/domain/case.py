"""A case (hồ sơ) and its tasks (việc): records and life cycles.

Theory of operation. The tokens tell whether a case is open, completed or an incident;
what a person may do with a piece of work is told by `TASK_MOVES`. A move that is not in
the table raises and changes nothing.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from uuid import UUID

from engine.domain.run import Status
from engine.errors import NotReadyError


class TaskStatus(Enum):
    """The life of a piece of work."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskMove(Enum):
    """What may happen to a piece of work."""

    CLAIM = "claim"
    RELEASE = "release"
    #: A supervisor gives it to a person, or opens it to a position.
    ASSIGN = "assign"
    OFFER = "offer"
    COMPLETE = "complete"
    CANCEL = "cancel"


TASK_MOVES: dict[tuple[TaskStatus, TaskMove], TaskStatus] = {
    (TaskStatus.OPEN, TaskMove.CLAIM): TaskStatus.CLAIMED,
    (TaskStatus.CLAIMED, TaskMove.RELEASE): TaskStatus.OPEN,
    (TaskStatus.OPEN, TaskMove.ASSIGN): TaskStatus.CLAIMED,
    (TaskStatus.CLAIMED, TaskMove.ASSIGN): TaskStatus.CLAIMED,
    (TaskStatus.OPEN, TaskMove.OFFER): TaskStatus.OPEN,
    (TaskStatus.CLAIMED, TaskMove.OFFER): TaskStatus.OPEN,
    (TaskStatus.OPEN, TaskMove.COMPLETE): TaskStatus.DONE,
    (TaskStatus.CLAIMED, TaskMove.COMPLETE): TaskStatus.DONE,
    (TaskStatus.OPEN, TaskMove.CANCEL): TaskStatus.CANCELLED,
    (TaskStatus.CLAIMED, TaskMove.CANCEL): TaskStatus.CANCELLED,
}
#: Work that still has to be done.
ACTIVE = frozenset({TaskStatus.OPEN, TaskStatus.CLAIMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Agencies:
    """The agencies of a case; their ids never change, whatever they are called."""

    #: Where the applicant was helped, where the dossier was received, who handles
    #: it, and who decides.
    helping: UUID
    receiving: UUID
    handling: UUID
    deciding: UUID

    def all(self) -> frozenset[UUID]:
        """Every agency that takes part."""
        return frozenset((self.helping, self.receiving, self.handling, self.deciding))

    def in_order(self) -> tuple[UUID, ...]:
        """The agencies in the order in which work looks for its performer."""
        return (self.handling, self.receiving, self.deciding, self.helping)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One dossier under way, as its row tells it."""

    tenant: UUID
    id: UUID
    #: Year and month in which it was opened, as the number yyyymm (UTC): the
    #: partition key that the case shares with everything that belongs to it.
    month: int
    procedure: UUID
    procedure_version: UUID
    #: The dossier code printed on the receipt; unique in the tenant.
    code: str
    status: Status
    agencies: Agencies
    #: Counts the acts; the version guard.
    version: int
    #: Sequence number and leaf hash of the last event of the case's stream.
    seq: int
    head: bytes
    #: Dumped tokens and data; None when lost or when the case is closed.
    state: bytes | None
    opened_at: datetime
    due_at: datetime | None = None
    #: What has moved its clock, as text (`engine.domain.clock_text`); empty: nothing.
    clock: str = ""
    #: When somebody is to be told next that it is due, or will be; no part of the
    #: record.
    alarm_at: datetime | None = field(default=None, compare=False)
    closed_at: datetime | None = None
    #: The earliest due timer; where automatic steps are left, the last act's time.
    next_wake: datetime | None = None
    #: Since when no work is done in it by a person's order; None: it is not suspended.
    suspended_at: datetime | None = None
    #: How much was asked beside its steps (`engine.domain.side_work`).
    sides: int = 0
    #: `direct`, `online` or `post`.
    channel: str = "direct"
    #: The state on the National Public Service Portal (`engine.domain.portal`), as its
    #: record tells it; 0: nobody has looked yet.
    portal: int = 0
    #: Salt and hash of the look-up code on the receipt; empty: none was given.
    lookup: bytes = b""
    #: Search column: the applicant's name; derived from `personal`.
    applicant: str = ""
    #: The process of its version that it runs; empty: the main one.
    process: str = ""
    #: The first case of the conversation in which it was opened; None: it is the first
    #: itself. Between the cases of a conversation messages need no keys.
    conversation: UUID | None = None
    #: How many cases opened each other, one after the other, before this one.
    generation: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One piece of work, open or closed, as its row tells it."""

    tenant: UUID
    case: UUID
    month: int
    element: str
    occurrence: int
    #: Name of the step as drawn, and its short name for lists.
    name: str
    short_name: str
    #: Who may do it: holders of a position in `agency` that performs `performer`.
    performer: str
    agency: UUID
    status: TaskStatus
    opened_at: datetime
    due_at: datetime | None = None
    #: When somebody is to be told next; no part of the record.
    alarm_at: datetime | None = field(default=None, compare=False)
    #: Account that claimed or closed it, and the position it acted in.
    assignee: UUID | None = None
    position: UUID | None = None
    closed_at: datetime | None = None
    #: The holder of the position, where somebody stood in and closed it.
    on_behalf_of: UUID | None = None
    #: Who did it on paper, where somebody else entered it (`engine.domain.on_paper`).
    hand: UUID | None = None

    def move(self, move: TaskMove) -> "Task":
        """The task after a move.

        Raises:
            NotReadyError: The table has no such move; nothing changes.
        """
        target = TASK_MOVES.get((self.status, move))
        if target is None:
            raise NotReadyError(
                element=self.element, status=self.status.value, move=move.value
            )
        return replace(self, status=target)

    def cancelled(self, at: datetime) -> "Task":
        """The task, cancelled at the (real) instant of an act.

        An act on paper is entered later than it was done: work that a timer opened in
        between was over the moment it began (docs/manual/clock.md, rule 1).

        Raises:
            NotReadyError: It is closed already.
        """
        return replace(self.move(TaskMove.CANCEL), closed_at=max(self.opened_at, at))


@dataclass(frozen=True, slots=True)
class Differing:
    """A derived row, or one column of it, that is not what the record tells."""

    table: str
    #: What the row is about: a dossier code, an element with its occurrence.
    key: str
    #: Empty: the whole row is missing, or stands there and nothing tells of it.
    column: str
    #: Empty where nothing is shown: it may tell something about a person.
    told: str = ""
    stored: str = ""
    forged: bool = False
    #: The event that tells it, where it is one; 0: all of them do.
    seq: int = 0


def conversation_of(case: Case) -> UUID:
    """The conversation that a case takes part in: the id of its first case."""
    return case.conversation or case.id


def month_of(instant: datetime) -> int:
    """The partition key of what is opened at an instant: yyyymm in UTC."""
    return instant.year * 100 + instant.month
