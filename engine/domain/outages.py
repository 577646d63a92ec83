"""Outages: when an organisation worked on paper, declared by whoever administers it.

What is done on paper during a declared outage needs no reason of its own; outside of
one it does, and is a deviation (docs/manual/clock.md, rule 2).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A time in which the program could not be worked with."""

    id: UUID
    begins: datetime
    #: None: it goes on.
    ends: datetime | None = None
    reason: str
    #: Number of the document that declares it.
    document: str
    #: The account that declared it, and when; None: the installation.
    declared_by: UUID | None
    declared_at: datetime
    #: Who said that it is over, and when; None: it was declared with its end, or
    #: goes on.
    ended_by: UUID | None = None
    ended_at: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Whether an instant lies in it, its first included and its last not."""
        return self.begins <= at and (self.ends is None or at < self.ends)


def covering(outages: Iterable[Outage], at: datetime) -> Outage | None:
    """The outage in which an instant lies: of several the one that began first."""
    found = [one for one in outages if one.covers(at)]
    return min(found, key=lambda one: (one.begins, one.id), default=None)
