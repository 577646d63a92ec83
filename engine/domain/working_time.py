"""Working time: legal limits counted on a dated calendar, exact to the minute.

A procedure promises its result after a number of hours, days, months, working hours or
working days, counted on the office hours of an agency (`engine.domain.office_hours`).
`add` goes from the beginning to the end, `start_of` back, `worked` from instant to
instant, `after` and `before` by minutes of work, `resumed` over a pause. Every sum
explains itself: `Due.lines` names each day that was left out or moved, and why.

A receipt prints hours and minutes, so seconds are cut off before anything is counted.
"""

import calendar as months
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from types import MappingProxyType
from typing import Final

from engine.domain.model import TimeLimit
from engine.domain.office_hours import (
    Calendar,
    Hours,
    Line,
    Reason,
    Season,
    SpecialDay,
    Week,
)

__all__ = ["Calendar", "Hours", "Line", "Reason", "Season", "SpecialDay", "Week"]

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
_DECEMBER: Final = 12
#: A hundred years in each unit: more is a mistake, and would count for ever.
_MOST: Final = MappingProxyType(
    {
        "hour": 876_600,
        "day": 36_525,
        "month": 1_200,
        "working-hour": 300_000,
        "working-day": 36_525,
    }
)


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit ends, and the explanation of the sum, in the order of days."""

    #: In UTC.
    at: datetime
    lines: tuple[Line, ...] = ()

    @property
    def provisional(self) -> bool:
        """Whether a day was counted that no approved calendar covers."""
        return any(line.reason is Reason.PROVISIONAL for line in self.lines)


def add(
    start: datetime, limit: TimeLimit, calendar: Calendar, *, cutoff: str = ""
) -> Due:
    """The end of a limit that begins at an instant.

    `hour`, `day` and `month` are units of the ordinary calendar. A limit in days or
    months ends when the work of its last day ends, or, where that is a day off, with
    the next working day; a month without the day of the beginning ends on its last day
    (Civil Code 2015, article 148, clauses 2 to 5). `working-hour` counts minutes of
    working time. `working-day` lasts until the same time of day on the n-th next
    working day, moved into the hours of that day; 0 working days end when the work of
    the first day ends ("trong ngày").

    Args:
        start: The instant of receipt.
        limit: Amount and unit.
        calendar: Of the agency whose time is counted.
        cutoff: `HH:MM`; a receipt later than this counts from the next working day.

    Raises:
        ValueError: The instant is naive, the unit unknown, the amount negative or over
            a hundred years, or the cut-off no time.
    """
    count, end = _counted(start, limit, calendar, cutoff)
    return Due(calendar.instant(end), count.explanation(end.date()))


def end_of(
    start: datetime, limit: TimeLimit, calendar: Calendar, *, cutoff: str = ""
) -> datetime:
    """The instant that `add` gives, without its explanation.

    Raises:
        ValueError: As `add`.
    """
    _, end = _counted(start, limit, calendar, cutoff)
    return calendar.instant(end)


def _counted(
    start: datetime, limit: TimeLimit, calendar: Calendar, cutoff: str
) -> tuple["_Count", datetime]:
    most = _MOST.get(limit.unit)
    if most is None or not 0 <= limit.amount <= most:
        message = f"not a time limit: {limit.amount} {limit.unit}"
        raise ValueError(message)
    count = _Count(calendar, calendar.local(start))
    count.receive(cutoff)
    return count, _UNITS[limit.unit](count, limit.amount)


def start_of(
    due: datetime, limit: TimeLimit, calendar: Calendar, *, cutoff: str = ""
) -> datetime:
    """The last minute at which a limit may begin and still end by a due instant.

    Who begins a minute later is never due earlier, so it is found by halving.

    Raises:
        ValueError: As `add`.
    """
    last = calendar.local(due)
    goal = calendar.instant(last)

    def fits(start: datetime) -> bool:
        return end_of(calendar.instant(start), limit, calendar, cutoff=cutoff) <= goal

    if fits(last):
        return goal
    step = _DAY
    while not fits(last - step):
        step *= 2
    early, late = last - step, last
    while late - early > _MINUTE:
        middle = early + (late - early) // _MINUTE // 2 * _MINUTE
        early, late = (middle, late) if fits(middle) else (early, middle)
    return calendar.instant(early)


def worked(first: datetime, last: datetime, calendar: Calendar) -> int:
    """Minutes of working time from one instant to another; negative backwards."""
    begin, end = calendar.local(first), calendar.local(last)
    minutes = _position(calendar, end) - _position(calendar, begin)
    if begin.year == end.year:
        return minutes
    low, high = sorted((begin.year, end.year))
    between = sum(calendar.year(number).total for number in range(low, high))
    return minutes + (between if begin.year < end.year else -between)


def remaining(now: datetime, due: datetime, calendar: Calendar) -> int:
    """Minutes of working time from now until a due instant; negative when overdue."""
    return worked(now, due, calendar)


def after(start: datetime, minutes: int, calendar: Calendar) -> datetime:
    """The first instant at which so many minutes have been worked since a start.

    Nothing to work leaves the start where it is.

    Raises:
        ValueError: The minutes are negative.
    """
    if minutes < 0:
        raise ValueError(minutes)
    wall = calendar.local(start)
    return calendar.instant(_forward(calendar, wall, minutes) if minutes else wall)


def before(now: datetime, minutes: int, calendar: Calendar) -> datetime:
    """The instant from which so many minutes of working time have passed until now.

    Raises:
        ValueError: The calendar has less working time before now.
    """
    last = calendar.local(now)
    year, goal = last.year, _position(calendar, last) - minutes
    while goal < 0 and year > 1:
        year -= 1
        goal += calendar.year(year).total
    if goal < 0:
        raise ValueError(minutes)
    # Of all moments with so much work behind them the last: when work goes on.
    while goal == calendar.year(year).total and year < last.year:
        year, goal = year + 1, 0
    known = calendar.year(year)
    index = bisect_right(known.until, goal) - 1
    rest = goal - known.until[index]
    if goal == known.total:
        return calendar.instant(last)
    for begin, end in _spans(calendar, date.fromordinal(known.first + index)):
        there = _minutes(begin, end)
        if rest < there:
            return calendar.instant(min(begin + rest * _MINUTE, last))
        rest -= there
    raise AssertionError(goal)


def resumed(
    due: datetime, pause: tuple[datetime, datetime], calendar: Calendar
) -> datetime:
    """A due instant after a pause: as much working time is left as when it began.

    What was overdue already when the pause began stays due when it was.

    Args:
        due: When the limit would have ended.
        pause: When the clock stopped, and when it runs again.
        calendar: Of the agency whose time is counted.
    """
    stopped, runs = pause
    left = worked(stopped, due, calendar)
    if stopped > due or runs <= stopped:
        return due
    return after(runs, left, calendar)


def _position(calendar: Calendar, wall: datetime) -> int:
    """Minutes of work from the beginning of its year until a wall time."""
    year = calendar.year(wall.year)
    minutes = year.until[wall.toordinal() - year.first]
    day = wall.date()
    return minutes + sum(
        max(0, _minutes(begin, min(end, wall))) for begin, end in _spans(calendar, day)
    )


def _forward(calendar: Calendar, wall: datetime, minutes: int) -> datetime:
    """The first wall time with so many more minutes of work behind it; not 0."""
    year, goal = wall.year, _position(calendar, wall) + minutes
    while goal > (total := calendar.year(year).total):
        goal -= total
        year += 1
    known = calendar.year(year)
    index = bisect_left(known.until, goal) - 1
    day, rest = date.fromordinal(known.first + index), goal - known.until[index]
    for begin, end in _spans(calendar, day):
        there = _minutes(begin, end)
        if rest <= there:
            return begin + rest * _MINUTE
        rest -= there
    raise AssertionError(day)


def _working_day(calendar: Calendar, day: date, count: int) -> date:
    """The n-th working day after a day."""
    year = calendar.year(day.year)
    index = bisect_right(year.working, day.toordinal()) + count - 1
    number = day.year
    while index >= len(year.working):
        index -= len(year.working)
        number += 1
        year = calendar.year(number)
    return date.fromordinal(year.working[index])


def _spans(calendar: Calendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    for begin, end in calendar.hours(day):
        yield datetime.combine(day, begin), datetime.combine(day, end)


def _minutes(first: datetime, last: datetime) -> int:
    return (last - first) // _MINUTE


def _unconfirmed(calendar: Calendar, first: date, last: date) -> Iterator[Line]:
    """A line on the first day that no approved calendar covers."""
    since, until = calendar.confirmed
    if first < since:
        yield Line(first, Reason.PROVISIONAL, calendar.name)
    elif last > until:
        yield Line(max(first, until + _DAY), Reason.PROVISIONAL, calendar.name)


_day_of: Final = attrgetter("day")


class _Count:
    """One sum: the wall time reached so far, and what there is to explain."""

    def __init__(self, calendar: Calendar, wall: datetime) -> None:
        self.calendar = calendar
        self.wall = wall
        self._first = wall.date()
        self._notes: list[Line] = []

    def receive(self, cutoff: str) -> None:
        """Where there is a cut-off hour, begin within the hours before it."""
        if not cutoff:
            return
        day, hour = self.wall.date(), time.fromisoformat(cutoff)
        hours = self.calendar.hours(day)
        if hours and self.wall.time() > hour:
            self._note(Reason.CUTOFF, cutoff)
        elif hours and self.wall.time() < hours[0][0]:
            self._note(Reason.OUTSIDE_HOURS)
            self.wall = self._opening(day)
            return
        elif hours:
            return
        self.wall = self._opening(day + _DAY)

    def hours(self, amount: int) -> datetime:
        """Hours of the clock, counted as elapsed time."""
        elapsed = self.calendar.instant(self.wall) + timedelta(hours=amount)
        return self.calendar.local(elapsed)

    def days(self, amount: int) -> datetime:
        """Days of the calendar."""
        return self._closing(self.wall.date() + amount * _DAY)

    def months(self, amount: int) -> datetime:
        """Months of the calendar."""
        year, month = divmod(self.wall.month - 1 + amount, _DECEMBER)
        year, month = self.wall.year + year, month + 1
        last = months.monthrange(year, month)[1]
        day = min(self.wall.day, last)
        return self._closing(date(year, month, day))

    def working_hours(self, amount: int) -> datetime:
        """Hours of working time."""
        self._begin()
        if amount == 0:
            return self.wall
        return _forward(self.calendar, self.wall, amount * 60)

    def working_days(self, amount: int) -> datetime:
        """Working days after the day on which counting begins."""
        self._begin()
        day = self.wall.date()
        if amount == 0:
            return datetime.combine(day, self.calendar.hours(day)[-1][1])
        return self._into(_working_day(self.calendar, day, amount))

    def explanation(self, last: date) -> tuple[Line, ...]:
        """The notes and every day to be told of from the receipt to the end."""
        calendar, lines = self.calendar, list(self._notes)
        first = self._first
        lines += _unconfirmed(calendar, first, last)
        for number in range(first.year, last.year + 1):
            year = calendar.year(number)
            lines += year.between(first.toordinal(), last.toordinal())
        lines.sort(key=_day_of)
        return tuple(lines)

    def _note(self, reason: Reason, name: str = "") -> None:
        self._notes.append(Line(self.wall.date(), reason, name))

    def _begin(self) -> None:
        """Move the beginning into working hours; the end of a span is inside."""
        spans = self.calendar.hours(self.wall.date())
        if any(begin <= self.wall.time() <= end for begin, end in spans):
            return
        if spans:
            self._note(Reason.OUTSIDE_HOURS)
        later = [begin for begin, _ in spans if begin > self.wall.time()]
        if later:
            self.wall = datetime.combine(self.wall.date(), later[0])
        else:
            self.wall = self._opening(self.wall.date() + _DAY)

    def _opening(self, day: date) -> datetime:
        """When work begins on a day, or on the first working day after it."""
        if not self.calendar.hours(day):
            day = _working_day(self.calendar, day, 1)
        return datetime.combine(day, self.calendar.hours(day)[0][0])

    def _into(self, day: date) -> datetime:
        """The time of day of the beginning, moved into the hours of a working day."""
        spans = self.calendar.hours(day)
        at = self.wall.time()
        index = bisect_right([begin for begin, _ in spans], at) - 1
        if index >= 0 and at <= spans[index][1]:
            return datetime.combine(day, at)
        if index + 1 < len(spans):
            return datetime.combine(day, spans[index + 1][0])
        return datetime.combine(day, spans[-1][1])

    def _closing(self, last: date) -> datetime:
        """The end of work of a last day, or of the next working day after it."""
        day = last
        if not self.calendar.hours(day):
            day = self._opening(day).date()
            self._notes.append(Line(day, Reason.MOVED))
        return datetime.combine(day, self.calendar.hours(day)[-1][1])


_UNITS: Final = MappingProxyType(
    {
        "hour": _Count.hours,
        "day": _Count.days,
        "month": _Count.months,
        "working-hour": _Count.working_hours,
        "working-day": _Count.working_days,
    }
)
