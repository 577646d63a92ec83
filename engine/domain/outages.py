"""Outages: when an organisation worked on paper, declared by whoever administers it.

What is done on paper during a declared outage needs no reason of its own; outside of
one it does, and is a deviation (docs/manual/clock.md, rule 2).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
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

    def counted(
        self, at: datetime, entered: datetime, overlap: timedelta = timedelta()
    ) -> bool:
        """Whether an instant lay in it by what had been declared at another.

        Args:
            at: When something was done on paper.
            entered: When that was entered.
            overlap: By how much a declaration may be later.
        """
        if entered + overlap < self.declared_at:
            return False
        went_on = self.ended_at is not None and entered - overlap < self.ended_at
        return self.covers(at) or (went_on and self.begins <= at)


def declared(facts: Mapping[str, Any], at: datetime) -> Outage:
    """An outage as the event that declares it tells it.

    Raises:
        LookupError, TypeError, ValueError: It tells of none.
    """
    ends = facts["ends"]
    return Outage(
        id=UUID(facts["outage"]),
        begins=datetime.fromisoformat(facts["begins"]),
        ends=None if ends is None else datetime.fromisoformat(ends),
        reason=facts["reason"],
        document=facts["document"],
        declared_by=None,
        declared_at=at,
    )


def ended(outage: Outage, facts: Mapping[str, Any], at: datetime) -> Outage:
    """An outage after the event that says when it was over."""
    return replace(outage, ends=datetime.fromisoformat(facts["ends"]), ended_at=at)


def covering(outages: Iterable[Outage], at: datetime) -> Outage | None:
    """The outage in which an instant lies: of several the one that began first."""
    found = [one for one in outages if one.covers(at)]
    return min(found, key=lambda one: (one.begins, one.id), default=None)
