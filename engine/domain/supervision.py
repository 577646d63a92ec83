"""What a supervisor asks of open work: where it lies, how long, and whose it is.

Counts are made in the database; these are their rows, and what was chosen to be shown
behind a number. A number and the list behind it are made of the same `Pick`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Final
from uuid import UUID

from engine.domain import iso8601, urgency, working_time
from engine.domain.urgency import Edges
from engine.domain.working_time import Calendar

#: Half a working day, one and two: how long work has been open.
_AGES: Final = (1, 2, 4)
_DECEMBER: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The instants between one urgency, or age, and the next."""

    edges: Edges
    #: Opened after the first: under half a working day; after the second: under one;
    #: after the third: under two; else longer.
    ages: tuple[datetime, datetime, datetime]
    #: The day ends here: due until then counts as due today.
    tomorrow: datetime

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.edges.now


def moment(edges: Edges, tomorrow: datetime, calendar: Calendar) -> Moment:
    """The instants that count now; ages by the working time of a calendar."""
    half = urgency.working_day(calendar) // 2
    first, second, third = (
        working_time.before(edges.now, half * one, calendar) for one in _AGES
    )
    return Moment(
        edges=edges,
        ages=(first, second, third),
        tomorrow=tomorrow,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Whose work and cases are looked at."""

    agencies: frozenset[UUID]
    #: None: all.
    procedure: UUID | None = None


class Lateness(Enum):
    """How a piece of work stands to its due instant."""

    LATE = "late"
    SOON = "soon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """The open work behind a number; what is None is not asked."""

    performer: str | None = None
    #: Claimed by this account.
    account: UUID | None = None
    #: True: claimed by nobody; False: by somebody.
    free: bool | None = None
    element: str | None = None
    lateness: Lateness | None = None
    #: From 0 (under half a working day) to 3 (over two).
    age: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Open work of one performer in one agency, in one pair of hands."""

    agency: UUID
    performer: str
    #: None: claimed by nobody.
    account: UUID | None
    open: int
    late: int
    soon: int
    oldest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Open work of one step, by how long it has been open."""

    procedure: UUID
    element: str
    step: str
    ages: tuple[int, int, int, int]
    late: int
    soon: int

    @property
    def open(self) -> int:
        """All of it."""
        return sum(self.ages)


class Group(Enum):
    """Cases that are running, by what is to be said of them."""

    RUNNING = "running"
    PAUSED = "paused"
    LATE = "late"
    TODAY = "today"
    INCIDENT = "incident"
    #: Nobody has work to do in it: it waits for a letter or an instant, or is stuck.
    IDLE = "idle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Which cases stand behind a number: running ones, or those of a month."""

    group: Group | None = None
    #: `closed`, `on-time` or `late` of some months, of a step also `again`; empty:
    #: running ones.
    ended: str = ""
    #: First and last month, `yyyymm`, both included.
    months: tuple[int, int] = (0, 0)
    #: The step that was done; empty: the case as a whole ended.
    element: str = ""
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case behind a number."""

    id: UUID
    code: str
    procedure: UUID
    agency: UUID
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter of a case that could not be delivered."""

    case: UUID
    code: str
    procedure: UUID
    agency: UUID
    #: What the case runs as: its version, and the process of that.
    version: UUID
    process: str
    #: Message or signal, and what it is called where programs read it.
    kind: str
    name: str
    attempts: int
    reason: str
    #: None: a person decides.
    next_try: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """When the months that figures are read from were counted."""

    #: Month (`yyyymm`) -> when, and how many milliseconds it took.
    counted: dict[int, tuple[datetime, int]] = field(default_factory=dict)

    @property
    def oldest(self) -> datetime | None:
        """The instant that all of them are at least as new as."""
        return min((at for at, _ in self.counted.values()), default=None)

    @property
    def cost(self) -> int:
        """Milliseconds that counting all of them anew takes."""
        return sum(cost for _, cost in self.counted.values())


def month_of(instant: datetime) -> int:
    """The month of an instant in Vietnam, as the number yyyymm."""
    day = iso8601.day(instant)
    return day.year * 100 + day.month


def begin_of(month: int) -> datetime:
    """When a month begins in Vietnam."""
    year, number = divmod(month, 100)
    return iso8601.midnight(date(year, number, 1))


def next_month(month: int) -> int:
    """The month after."""
    year, number = divmod(month, 100)
    return (year + 1) * 100 + 1 if number == _DECEMBER else month + 1


def months_until(month: int, count: int) -> tuple[int, ...]:
    """So many months up to one, the oldest first."""
    year, number = divmod(month, 100)
    last = year * 12 + number - 1
    return tuple(
        one // 12 * 100 + one % 12 + 1 for one in range(last - count + 1, last + 1)
    )
