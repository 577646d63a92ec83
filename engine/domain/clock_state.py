"""What the clock of a case holds, and the changes that are recorded of it.

The words are those of docs/manual/clock.md; what happens to them stands in
`engine.domain.clock`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final

from engine.domain.model import TimeLimit
from engine.domain.term import Mark, Term

#: A step: element and occurrence.
Key = tuple[str, int]
#: A step whose due instant moves: element, occurrence, old, new.
Moved = tuple[str, int, datetime | None, datetime | None]
#: The case among what moves.
WHOLE: Final[Key] = ("", 0)


class Cause(Enum):
    """Why a clock changes."""

    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    AGENCY = "agency"
    SUSPENSION = "suspension"
    EXTENSION = "extension"
    CALENDAR = "calendar"


#: What a case may wait for.
WAITED: Final = (Cause.SUPPLEMENT, Cause.PAYMENT, Cause.AGENCY, Cause.SUSPENSION)


class Policy(Enum):
    """What a wait does to the clock (rule 6)."""

    RESTART = "RESTART"
    SUSPEND = "SUSPEND"
    CONTINUE = "CONTINUE"


class Kind(Enum):
    """The changes that are recorded."""

    BEGUN = "wait-begun"
    ENDED = "wait-ended"
    EXTENDED = "extended"
    RECOUNTED = "recounted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A wait, open or over."""

    #: Names it in its case: the cause and a number, or the visit that drew it.
    key: str
    cause: Cause
    policy: Policy
    began: datetime
    ended: datetime | None = None

    @property
    def stops(self) -> bool:
        """Whether the clock stands still meanwhile."""
        return self.policy is not Policy.CONTINUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The limits of a case and what moved them."""

    #: The promise; None: the procedure makes none.
    case: Term | None = None
    #: The open steps with a limit.
    steps: Mapping[Key, Term] = field(default_factory=dict)
    waits: tuple[Wait, ...] = ()
    #: Since when it stands still; None: it runs.
    since: datetime | None = None
    marks: tuple[Mark, ...] = ()

    @property
    def open_waits(self) -> tuple[Wait, ...]:
        """The waits that are not over."""
        return tuple(one for one in self.waits if one.ended is None)

    @property
    def untouched(self) -> bool:
        """Nothing has ever moved it, so it says no more than its due instants."""
        return not self.waits and not self.marks

    @property
    def last(self) -> datetime | None:
        """The real instant of what moved it last; None: nothing has."""
        waits = [one.ended or one.began for one in self.waits]
        return max((*waits, *(one.at for one in self.marks)), default=None)

    def rests(self, at: datetime) -> bool:
        """Whether the case was suspended at a real instant."""
        return any(
            one.cause is Cause.SUSPENSION
            and one.began <= at
            and (one.ended is None or at < one.ended)
            for one in self.waits
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one change does, as the record keeps it (rule 5)."""

    kind: Kind
    cause: Cause
    policy: Policy | None = None
    #: The wait that begins or ends.
    wait: str = ""
    due: tuple[datetime | None, datetime | None] = (None, None)
    steps: tuple[Moved, ...] = ()
    #: Due instants kept while the clock stands, where they move.
    kept: tuple[Moved, ...] = ()
    #: Edition of the calendar that it was counted by.
    calendar: str = ""
    #: Of an extension by a limit.
    limit: TimeLimit | None = None
    #: Minutes left of the promise, where a wait stops it.
    left: int | None = None
