"""Working time: legal limits counted on a dated calendar, exact to the minute.

A procedure promises its result after a number of hours, days, months, working hours or
working days. What a working day is, is data: weekly hours, holidays, compensations,
days swapped and made up, each with the document that orders it (Labour Code 2019,
articles 111 and 112; the yearly notices on public holidays). Every sum explains itself:
`Due.lines` names each day that was left out or moved, and why.

A receipt prints hours and minutes, so seconds are cut off before anything is counted.
"""

import calendar as months
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
from itertools import pairwise
from types import MappingProxyType
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from engine.domain.model import TimeLimit

#: Working hours of a day in local time, in order; empty: the day is off.
Hours: TypeAlias = tuple[tuple[time, time], ...]

_UTC: Final = ZoneInfo("UTC")
_DAY: Final = timedelta(days=1)
_WEEK: Final = 7
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


class Reason(Enum):
    """Why a day stands in the explanation of a sum."""

    #: Left out: a weekly day off, or ordered by a document.
    WEEKLY_OFF = "weekly-off"
    HOLIDAY = "holiday"
    COMPENSATION = "compensation"
    SWAP_OFF = "swap-off"
    #: Counted although it is a weekly day off.
    MAKEUP_WORK = "makeup-work"
    #: Counted with other hours than those of its weekday.
    OTHER_HOURS = "other-hours"
    #: Received after the cut-off hour: counting begins on the next working day.
    CUTOFF = "cutoff"
    #: Received outside working hours: counting begins when work begins.
    OUTSIDE_HOURS = "outside-hours"
    #: The last day is a day off: the limit ends with the next working day.
    MOVED = "moved"
    #: No approved calendar covers this day: the result is provisional.
    PROVISIONAL = "provisional"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """A date on which the weekly hours do not hold."""

    reason: Reason
    #: What a person calls the day.
    name: str
    #: The document that orders it.
    source: str = ""
    hours: Hours = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The working time of an agency.

    Raises:
        ValueError: The week holds no working time, or hours overlap or run backwards.
    """

    name: str
    edition: str
    #: Monday to Sunday.
    week: tuple[Hours, ...]
    special: Mapping[date, SpecialDay] = field(default_factory=dict)
    zone: str = "Asia/Ho_Chi_Minh"
    #: First and last day that an approved document covers.
    confirmed: tuple[date, date] = (date.min, date.max)

    def __post_init__(self) -> None:
        """Refuse a calendar on which a limit could never end; freeze the rest."""
        if len(self.week) != _WEEK or not any(self.week):
            message = "a calendar needs seven weekdays, one of them with hours"
            raise ValueError(message)
        for hours in (*self.week, *(day.hours for day in self.special.values())):
            edges = [edge for span in hours for edge in span]
            if any(a >= b for a, b in pairwise(edges)):
                message = "working hours must follow each other without overlap"
                raise ValueError(message)
            if any(edge.second or edge.microsecond or edge.tzinfo for edge in edges):
                message = "working hours are local times in whole minutes"
                raise ValueError(message)
        object.__setattr__(self, "special", MappingProxyType(dict(self.special)))

    def hours(self, day: date) -> Hours:
        """The working hours of a date; empty on a day off."""
        special = self.special.get(day)
        return self.week[day.weekday()] if special is None else special.hours

    def local(self, instant: datetime) -> datetime:
        """The local wall time of an instant, without zone, in whole minutes.

        Raises:
            ValueError: The instant is not aware.
        """
        if instant.utcoffset() is None:
            message = "an instant must be aware"
            raise ValueError(message)
        wall = instant.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        return wall.replace(second=0, microsecond=0)

    def instant(self, wall: datetime) -> datetime:
        """The instant, in UTC, of a local wall time."""
        return wall.replace(tzinfo=ZoneInfo(self.zone)).astimezone(_UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the explanation of a sum."""

    day: date
    reason: Reason
    name: str = ""
    source: str = ""


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

    `hour`, `day` and `month` are units of the ordinary calendar; a limit in days or
    months whose last day is a day off ends with the next working day, and a month
    without the day of the beginning ends on its last day (Civil Code 2015, article
    148). `working-hour` counts minutes of working time. `working-day` lasts until the
    same time of day on the n-th next working day, moved into the hours of that day;
    0 working days end when the work of the first day ends ("trong ngày").

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


def remaining(now: datetime, due: datetime, calendar: Calendar) -> int:
    """Minutes of working time from now until a due instant; negative when overdue."""
    first, last = calendar.local(now), calendar.local(due)
    if first > last:
        return -remaining(due, now, calendar)
    minutes, day = 0, first.date()
    while day <= last.date():
        for begin, end in _spans(calendar, day):
            minutes += max(0, _minutes(max(begin, first), min(end, last)))
        day += _DAY
    return minutes


def before(now: datetime, minutes: int, calendar: Calendar) -> datetime:
    """The instant from which so many minutes of working time have passed until now.

    Raises:
        ValueError: The calendar has less working time before now.
    """
    last, left = calendar.local(now), minutes
    day = last.date()
    while day > date.min:
        for begin, end in reversed(list(_spans(calendar, day))):
            there = _minutes(begin, min(end, last))
            if there >= left > 0:
                return calendar.instant(min(end, last) - timedelta(minutes=left))
            left -= max(0, there)
        day -= _DAY
    raise ValueError(minutes)


def _spans(calendar: Calendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    for begin, end in calendar.hours(day):
        yield datetime.combine(day, begin), datetime.combine(day, end)


def _minutes(first: datetime, last: datetime) -> int:
    return int((last - first).total_seconds()) // 60


class _Count:
    """One sum: the wall time reached so far, and what there is to explain."""

    def __init__(self, calendar: Calendar, wall: datetime) -> None:
        self.calendar = calendar
        self.wall = wall
        self._first = wall.date()
        self._notes: list[Line] = []

    def receive(self, cutoff: str) -> None:
        """Move a receipt after the cut-off hour to the next working day."""
        if not cutoff or self.wall.time() <= time.fromisoformat(cutoff):
            return
        # Only a working day has a cut-off; a day off is left out as such.
        if self.calendar.hours(self.wall.date()):
            self._note(Reason.CUTOFF, cutoff)
            self.wall = self._opening(self.wall.date() + _DAY)

    def hours(self, amount: int) -> datetime:
        """Hours of the clock, counted as elapsed time."""
        elapsed = self.calendar.instant(self.wall) + timedelta(hours=amount)
        return self.calendar.local(elapsed)

    def days(self, amount: int) -> datetime:
        """Days of the calendar."""
        return self._off_day(self.wall + amount * _DAY)

    def months(self, amount: int) -> datetime:
        """Months of the calendar."""
        year, month = divmod(self.wall.month - 1 + amount, _DECEMBER)
        year, month = self.wall.year + year, month + 1
        last = months.monthrange(year, month)[1]
        day = min(self.wall.day, last)
        return self._off_day(self.wall.replace(year=year, month=month, day=day))

    def working_hours(self, amount: int) -> datetime:
        """Hours of working time."""
        self._begin()
        left = amount * 60
        day = self.wall.date()
        while True:
            for opening, end in _spans(self.calendar, day):
                begin = max(opening, self.wall)
                worked = max(0, _minutes(begin, end))
                if left <= worked:
                    return begin + timedelta(minutes=left)
                left -= worked
            day += _DAY

    def working_days(self, amount: int) -> datetime:
        """Working days after the day on which counting begins."""
        self._begin()
        day = self.wall.date()
        if amount == 0:
            return datetime.combine(day, self.calendar.hours(day)[-1][1])
        for _ in range(amount):
            day = self._opening(day + _DAY).date()
        return self._into(day)

    def explanation(self, last: date) -> tuple[Line, ...]:
        """The notes and every special day from the receipt to the end."""
        lines = list(self._notes)
        day = self._first
        provisional = False
        while day <= last:
            outside = (
                not self.calendar.confirmed[0] <= day <= self.calendar.confirmed[1]
            )
            if outside and not provisional:
                lines.append(Line(day, Reason.PROVISIONAL, self.calendar.name))
                provisional = True
            lines.extend(self._special(day))
            day += _DAY
        return tuple(sorted(lines, key=lambda line: line.day))

    def _special(self, day: date) -> Iterator[Line]:
        special = self.calendar.special.get(day)
        if special is not None:
            yield Line(day, special.reason, special.name, special.source)
        elif not self.calendar.week[day.weekday()]:
            yield Line(day, Reason.WEEKLY_OFF)

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
        while not (hours := self.calendar.hours(day)):
            day += _DAY
        return datetime.combine(day, hours[0][0])

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

    def _off_day(self, end: datetime) -> datetime:
        """Move an end on a day off to the end of the next working day."""
        if self.calendar.hours(end.date()):
            return end
        day = self._opening(end.date()).date()
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
