"""The port of single records behind figures: steps that were done, and ratings.

A figure is believed when what it counts can be opened: each record is named with the
event of its case that holds it (ISO 9001:2015, 9.1.3 and 9.3.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol
from uuid import UUID

from engine.domain.figures import Wanted


class Kind(Enum):
    """Which of the steps done in a period."""

    DONE = "done"
    #: With a due instant; of them done by then, and later.
    DUE = "due"
    ON_TIME = "on-time"
    LATE = "late"
    #: Done again in the same case.
    AGAIN = "again"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneStep:
    """A step that was done, and the event that says so."""

    case: UUID
    code: str
    procedure: str
    element: str
    name: str
    occurrence: int
    closed_at: datetime
    due_at: datetime | None
    #: Number of the event in its case; 0: no event of the case holds it.
    seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A rating by an applicant, and the event that holds it."""

    case: UUID
    code: str
    procedure: str
    score: int
    at: datetime
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """How often a step was done: in the period, and ever."""

    within: int
    ever: int


class Records(Protocol):
    """The records that figures count; each question in its own short transaction."""

    def steps(
        self, tenant: UUID, wanted: Wanted, kind: Kind, element: str, limit: int
    ) -> tuple[DoneStep, ...]:
        """Steps that were done in the period, the last done first.

        Args:
            tenant: The tenant.
            wanted: As for the figure.
            kind: Which of them.
            element: Only visits to this element; empty: to any.
            limit: How many at most.
        """

    def ratings(self, tenant: UUID, wanted: Wanted) -> tuple[Rated, ...]:
        """Every rating that was given in the period, the last one first."""

    def worked(self, tenant: UUID, wanted: Wanted) -> Mapping[tuple[str, str], Worked]:
        """How often each step was done, by code of the procedure and element."""
