"""Office hours: when an agency works, as data with a date and a document each.

What a working day is, is data: weekly hours (which may change from a date on: summer
and winter hours, a Saturday morning), holidays, compensations, days swapped and made
up, each with the document that orders it (Labour Code 2019, articles 111 and 112; the
yearly notices on public holidays).

A year is laid out once, when it is first asked about, so that a sum over months looks
days up instead of walking them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import Enum
from itertools import pairwise
from types import MappingProxyType
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

#: Working hours of a day in local time, in order; empty: the day is off.
Hours: TypeAlias = tuple[tuple[time, time], ...]
#: Hours of Monday to Sunday.
Week: TypeAlias = tuple[Hours, ...]

_UTC: Final = ZoneInfo("UTC")
_DAYS: Final = 7
_HOUR: Final = 60


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
    #: From this day on the week has other hours.
    OTHER_WEEK = "other-week"
    #: Received after the cut-off hour: counting begins on the next working day.
    CUTOFF = "cutoff"
    #: Received outside working hours: counting begins when work begins.
    OUTSIDE_HOURS = "outside-hours"
    #: The last day is a day off: the limit ends with the next working day.
    MOVED = "moved"
    #: No approved calendar covers this day: the result is provisional.
    PROVISIONAL = "provisional"


#: What a day may be by a document.
ORDERED: Final = (
    *(Reason.HOLIDAY, Reason.COMPENSATION, Reason.SWAP_OFF),
    *(Reason.MAKEUP_WORK, Reason.OTHER_HOURS),
)


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
class Season:
    """Weekly hours that hold from a date until the next season begins."""

    since: date
    week: Week
    name: str = ""
    #: The document that orders it.
    source: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the explanation of a sum."""

    day: date
    reason: Reason
    name: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The working time of an agency.

    Raises:
        ValueError: A week holds no working time, hours overlap or run backwards, or
            seasons are out of order.
    """

    name: str
    edition: str
    #: Monday to Sunday, before the first season.
    week: Week
    special: Mapping[date, SpecialDay] = field(default_factory=dict)
    zone: str = "Asia/Ho_Chi_Minh"
    #: First and last day that an approved document covers.
    confirmed: tuple[date, date] = (date.min, date.max)
    seasons: tuple[Season, ...] = ()
    #: `HH:MM` of a promised date whose procedure names no cut-off hour of its own.
    cutoff: str = ""
    _years: dict[int, "Year"] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Refuse a calendar on which a limit could never end; freeze the rest."""
        for week in (self.week, *(one.week for one in self.seasons)):
            check_week(week)
        for day in self.special.values():
            check_hours(day.hours)
        if any(a.since >= b.since for a, b in pairwise(self.seasons)):
            message = "seasons of a calendar must follow each other"
            raise ValueError(message)
        if self.cutoff:
            time.fromisoformat(self.cutoff)
        object.__setattr__(self, "special", MappingProxyType(dict(self.special)))

    def hours(self, day: date) -> Hours:
        """The working hours of a date; empty on a day off."""
        special = self.special.get(day)
        if special is not None:
            return special.hours
        return self.week_of(day)[day.weekday()]

    def week_of(self, day: date) -> Week:
        """The weekly hours in whose time a date falls."""
        week = self.week
        for season in self.seasons:
            if day < season.since:
                break
            week = season.week
        return week

    def covers(self, day: date) -> bool:
        """Whether an approved document covers a date."""
        return self.confirmed[0] <= day <= self.confirmed[1]

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

    def year(self, number: int) -> "Year":
        """A year, laid out."""
        known = self._years.get(number)
        if known is None:
            known = self._years[number] = Year.of(self, number)
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A year laid out: minutes worked until each day, working days, lines to tell."""

    #: Ordinal of 1 January.
    first: int
    #: Minutes of work before each day of the year, and in all of it at the end.
    until: Sequence[int]
    #: Ordinals of the working days.
    working: Sequence[int]
    #: What is to be told of days, in order, and their ordinals.
    lines: Sequence[Line]
    told: Sequence[int]

    @classmethod
    def of(cls, calendar: Calendar, number: int) -> "Year":
        """Lay out a year of a calendar."""
        first = date(number, 1, 1).toordinal()
        length = date(number, 12, 31).toordinal() - first + 1
        total, until, working = 0, [0], []
        lines: list[Line] = []
        starts = {one.since: one for one in calendar.seasons}
        for ordinal in range(first, first + length):
            day = date.fromordinal(ordinal)
            hours = calendar.hours(day)
            if hours:
                working.append(ordinal)
                total += minutes_of(hours)
            until.append(total)
            lines.extend(_told(calendar, day, starts.get(day)))
        return cls(
            first=first,
            until=until,
            working=working,
            lines=lines,
            told=[line.day.toordinal() for line in lines],
        )

    @property
    def total(self) -> int:
        """Minutes of work in the year."""
        return self.until[-1]

    def between(self, first: int, last: int) -> Sequence[Line]:
        """The lines of the days from one ordinal to another, both included."""
        return self.lines[bisect_left(self.told, first) : bisect_right(self.told, last)]


def _told(calendar: Calendar, day: date, season: Season | None) -> Iterator[Line]:
    if season is not None:
        yield Line(day, Reason.OTHER_WEEK, season.name, season.source)
    special = calendar.special.get(day)
    if special is not None:
        yield Line(day, special.reason, special.name, special.source)
    elif not calendar.hours(day):
        yield Line(day, Reason.WEEKLY_OFF)


def minutes_of(hours: Hours) -> int:
    """Minutes of work in the hours of a day."""
    return sum(_minute(end) - _minute(begin) for begin, end in hours)


def _minute(at: time) -> int:
    return at.hour * _HOUR + at.minute


def check_week(week: Week) -> None:
    """Refuse a week in which nothing is ever done.

    Raises:
        ValueError: It has not seven days, no working time, or hours that do not fit.
    """
    if len(week) != _DAYS or not any(week):
        message = "a calendar needs seven weekdays, one of them with hours"
        raise ValueError(message)
    for hours in week:
        check_hours(hours)


def check_hours(hours: Hours) -> None:
    """Refuse hours that no day has.

    Raises:
        ValueError: They overlap, run backwards, or are no local whole minutes.
    """
    edges = [edge for span in hours for edge in span]
    if any(a >= b for a, b in pairwise(edges)):
        message = "working hours must follow each other without overlap"
        raise ValueError(message)
    if any(edge.second or edge.microsecond or edge.tzinfo for edge in edges):
        message = "working hours are local times in whole minutes"
        raise ValueError(message)
