"""A limit that is being counted: paused, gone on with, begun anew, exact to the minute.

The rules are those of docs/manual/clock.md. A pause shifts a due instant by the time
that it lasted: working minutes for limits in working time, minutes of the clock for
hours, days and months. So what was left when the clock stopped is left when it goes on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from engine.domain import working_time
from engine.domain.model import TimeLimit
from engine.domain.working_time import Calendar

_HOUR: Final = 60
_DAY: Final = timedelta(days=1)
#: Units whose time runs by the clock, day and night.
_ELAPSED: Final = frozenset({"hour", "day", "month"})
#: Of these a last day off moves the end (Civil Code 2015, article 148, clause 5).
_MOVED: Final = frozenset({"day", "month"})
#: Of the time allotted, the part that is left when a warning is due: 20 %.
_WARNED: Final = 5


class Sign(Enum):
    """What happens to the terms of a case while they are counted."""

    STOP = "stop"
    GO = "go"
    RESTART = "restart"
    EXTEND = "extend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that moved the terms of a case, for counting them anew."""

    sign: Sign
    at: datetime
    #: Of an extension: until when, or by how much.
    to: datetime | None = None
    limit: TimeLimit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A limit with its due instant."""

    #: The real instant from which it is counted.
    began: datetime
    limit: TimeLimit
    #: It is the promise of the case, which restarts and extensions are about; a step
    #: only pauses.
    promise: bool = False
    cutoff: str = ""
    #: None while the clock stands still.
    due: datetime | None = None
    #: While it stands: the due instant as it was; None: not a minute is counted yet.
    kept: datetime | None = None
    #: Marks of the case that came before it.
    since: int = 0

    def begun(self, at: datetime, calendar: Calendar, marks: int = 0) -> "Term":
        """Count the whole limit from an instant."""
        due = self.end(at, calendar)
        return replace(self, began=at, due=due, kept=None, since=marks)

    def end(self, at: datetime, calendar: Calendar) -> datetime:
        """When the whole limit ends that counts from an instant.

        A promise has a cut-off hour: its procedure's, else that of the calendar.
        """
        cutoff = (self.cutoff or calendar.cutoff) if self.promise else ""
        return working_time.end_of(at, self.limit, calendar, cutoff=cutoff)

    def stopped(self) -> "Term":
        """The clock stands still."""
        return replace(self, due=None, kept=self.due)

    def gone_on(self, due: datetime, marks: int) -> "Term":
        """The clock goes on until an instant; what was pending begins here."""
        pending = self.kept is None
        return replace(self, due=due, kept=None, since=marks if pending else self.since)


def later(at: datetime, minutes: int, calendar: Calendar) -> datetime:
    """The instant until which so many minutes of working time pass.

    None pass in no time, so an instant outside of working hours stays where it is.
    """
    hours, rest = divmod(minutes, _HOUR)
    if hours:
        whole = TimeLimit(hours, "working-hour")
        at = working_time.end_of(at, whole, calendar)
    if not rest:
        return at
    wall = calendar.local(at)
    day = wall.date()
    while True:
        for begins, ends in calendar.hours(day):
            begin = max(datetime.combine(day, begins), wall)
            worked = _minutes(begin, datetime.combine(day, ends))
            if rest <= worked:
                return calendar.instant(begin + timedelta(minutes=rest))
            rest -= max(0, worked)
        day += _DAY


def shifted(
    due: datetime,
    limit: TimeLimit,
    pause: tuple[datetime, datetime],
    calendar: Calendar,
) -> datetime:
    """A due instant after a pause: moved by the time that the pause lasted."""
    begin, end = pause
    if limit.unit not in _ELAPSED:
        worked = max(0, working_time.remaining(begin, end, calendar))
        return later(due, worked, calendar)
    lasted = max(0, _minutes(calendar.local(begin), calendar.local(end)))
    moved = due + timedelta(minutes=lasted)
    if not lasted or limit.unit not in _MOVED:
        return moved
    return working_time.end_of(moved, TimeLimit(0, "day"), calendar)


def left(at: datetime, due: datetime, limit: TimeLimit, calendar: Calendar) -> int:
    """Minutes left of a limit, of the kind it is counted in; negative: too late."""
    if limit.unit in _ELAPSED:
        return _minutes(calendar.local(at), calendar.local(due))
    return working_time.remaining(at, due, calendar)


def counted(term: Term, marks: Iterable[Mark], calendar: Calendar) -> Term:
    """A term counted anew from its beginning (docs/manual/clock.md, rule 9).

    Args:
        term: What is counted.
        marks: Everything that moved the terms of its case, in order.
        calendar: By which it is counted.
    """
    if term.due is None and term.kept is None:
        return term
    made = term.begun(term.began, calendar, term.since)
    stopped: datetime | None = None
    for mark in list(marks)[term.since :]:
        if mark.sign is Sign.STOP:
            made, stopped = made.stopped(), mark.at
        elif mark.sign is Sign.EXTEND:
            made = _extended(made, mark, calendar) if term.promise else made
        elif stopped is not None:
            restart = mark.sign is Sign.RESTART
            made = resumed(made, (stopped, mark.at), calendar, restart=restart)
            stopped = None
    return made


def resumed(
    term: Term,
    pause: tuple[datetime, datetime],
    calendar: Calendar,
    *,
    restart: bool,
    marks: int = 0,
) -> Term:
    """A term after a pause; of a pending one the whole limit counts from its end."""
    if term.kept is None:
        return term.begun(pause[1], calendar, marks)
    if restart and term.promise:
        due = term.end(pause[1], calendar)
    else:
        due = shifted(term.kept, term.limit, pause, calendar)
    return term.gone_on(due, marks)


def _extended(term: Term, mark: Mark, calendar: Calendar) -> Term:
    base = term.due or term.kept
    if base is None:
        return term
    # An instant that was told to the applicant stays, whatever the calendar says.
    due = mark.to or extended(base, mark.limit, calendar)
    return replace(term, due=due) if term.due else replace(term, kept=due)


def extended(due: datetime, limit: TimeLimit | None, calendar: Calendar) -> datetime:
    """A due instant with a further limit."""
    return due if limit is None else working_time.end_of(due, limit, calendar)


def warned(term: Term, marks: Iterable[Mark], calendar: Calendar) -> datetime | None:
    """When 80 % of the time of a term is used up (docs/manual/clock.md, rule 13).

    Pauses use up nothing, and a restart begins anew; None: it has no due instant now.
    """
    if term.due is None:
        return None
    began, paused, stopped = term.began, 0, None
    for mark in list(marks)[term.since :]:
        if mark.sign is Sign.STOP:
            stopped = mark.at
        elif mark.sign is Sign.RESTART and term.promise:
            began, paused, stopped = mark.at, 0, None
        elif mark.sign is not Sign.EXTEND and stopped is not None:
            paused += left(stopped, mark.at, term.limit, calendar)
    whole = left(began, term.due, term.limit, calendar) - paused
    rest = max(0, whole) // _WARNED
    if term.limit.unit in _ELAPSED:
        return term.due - timedelta(minutes=rest)
    return working_time.before(term.due, rest, calendar) if rest else term.due


def _minutes(first: datetime, last: datetime) -> int:
    return int((last - first).total_seconds()) // _HOUR
