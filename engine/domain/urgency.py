"""Urgency: how soon work is due, in working time.

A list has few words for it: seriously overdue, overdue, due soon, later, paused, and
without a due instant. The thresholds are `engine.limits`; their instants are worked out
once for a list, so that a database tells the urgency of a million rows by comparing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from enum import Enum
from typing import Final
from uuid import UUID

from engine import limits
from engine.domain import working_time
from engine.domain.calendars import Register
from engine.domain.working_time import Calendar

_WHOLE: Final = 100


class Urgency(Enum):
    """How soon work is due, the most urgent first."""

    SERIOUS = "serious"
    LATE = "late"
    SOON = "soon"
    LATER = "later"
    #: The clock of its case stands still: when it is due is known once that goes on.
    PAUSED = "paused"
    #: No due instant.
    NONE = "none"


ORDER: Final = tuple(Urgency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """The instants between one urgency and the next."""

    now: datetime
    #: Due before this: seriously overdue.
    serious: datetime
    #: Due before this: due soon.
    soon: datetime
    #: Those of the agencies that count on working time of their own.
    own: Mapping[UUID, "Edges"] = field(default_factory=dict)

    def at(self, agency: UUID) -> "Edges":
        """The instants that count for the work of an agency."""
        return self.own.get(agency, self)


def everywhere(now: datetime, register: Register, agencies: Iterable[UUID]) -> Edges:
    """The instants that count at a moment, for each agency by its own calendar."""
    base = register.in_force(None, now)
    known = {base.edition: edges(now, base)}
    own = dict[UUID, Edges]()
    for agency in agencies:
        calendar = register.in_force(agency, now)
        if calendar.edition != base.edition:
            if calendar.edition not in known:
                known[calendar.edition] = edges(now, calendar)
            own[agency] = known[calendar.edition]
    return replace(known[base.edition], own=own)


def edges(now: datetime, calendar: Calendar) -> Edges:
    """The instants that count at a moment, by the working time of a calendar."""
    day = working_day(calendar)
    late, soon = limits.SERIOUS_WORKING_DAYS * day, limits.SOON_WORKING_DAYS * day
    return Edges(
        now=now,
        serious=working_time.before(now, late, calendar),
        soon=working_time.after(now, soon, calendar),
    )


def of(
    opened: datetime, due: datetime | None, at: Edges, *, paused: bool = False
) -> Urgency:
    """The urgency of work.

    It is due soon when less than a working day is left, or when most of its time is
    used up, by the clock: what has a month is looked at days before its end.

    Args:
        opened: When it began.
        due: When it is due.
        at: The instants that count.
        paused: Whether the clock of its case stands.
    """
    if due is None:
        return Urgency.PAUSED if paused else Urgency.NONE
    if due < at.now:
        return Urgency.SERIOUS if due < at.serious else Urgency.LATE
    used = (at.now - opened) * _WHOLE >= (due - opened) * limits.SOON_PERCENT
    return Urgency.SOON if due < at.soon or used else Urgency.LATER


def working_day(calendar: Calendar) -> int:
    """Minutes of the longest regular day of the week: what people call a day."""
    longest = max(sum(map(_minutes, hours)) for hours in calendar.week)
    return longest or 8 * 60


def _minutes(span: tuple[time, time]) -> int:
    begin, end = span
    return (end.hour - begin.hour) * 60 + end.minute - begin.minute
