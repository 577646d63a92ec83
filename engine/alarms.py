"""The port of alarms: what is due soon or overdue, found by a sweep.

An alarm is raised once for each due instant and kind (docs/manual/clock.md, rule 13);
delivering it is another's task, which takes what is not delivered yet.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol
from uuid import UUID


class Kind(Enum):
    """What an alarm says."""

    SOON = "soon"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Somebody is to be told of a due instant."""

    case: UUID
    #: The step; empty, with 0: the case as a whole.
    element: str
    occurrence: int
    kind: Kind
    due_at: datetime
    #: When it was raised.
    raised_at: datetime
    #: The agency whose work it is; of a case the one that handles it.
    agency: UUID


class Alarms(Protocol):
    """Alarms of one tenant, inside a transaction."""

    def due(self, now: datetime) -> bool:
        """Whether there is anything to raise."""

    def ring(self, now: datetime, limit: int) -> tuple[Alarm, ...]:
        """Raise what has come due, at most so many of cases and of steps.

        What another transaction holds is left for the next time. An alarm that was
        raised before is not raised again.
        """

    def waiting(self, limit: int) -> tuple[Alarm, ...]:
        """The alarms that nobody has delivered yet, the oldest first."""

    def delivered(self, alarm: Alarm, now: datetime) -> None:
        """Note that an alarm was delivered."""
