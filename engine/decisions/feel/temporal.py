"""Dates, times and durations of FEEL (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.8).

Years are those of Python's calendar, 1 to 9999; offsets are numbers, not the names of
zones, whose rules change from one machine to the next.
"""

import datetime as dt
import re
from calendar import monthrange
from decimal import Decimal
from typing import Final

from engine import limits
from engine.decisions.feel.values import Months, Value

_DATE: Final = r"(\d{4})-(\d\d)-(\d\d)"
_TIME: Final = r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?"
_DATES: Final = re.compile(_DATE, re.ASCII)
_TIMES: Final = re.compile(_TIME, re.ASCII)
_INSTANTS: Final = re.compile(f"({_DATE})(?:T({_TIME}))?", re.ASCII)
_MONTHS: Final = re.compile(r"(-)?P(?=\d)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?", re.ASCII)
_SPANS: Final = re.compile(
    r"(-)?P(?=[\dT])(?:(\d{1,9})D)?"
    r"(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d{1,9}))?S)?)?",
    re.ASCII,
)
_WEEK: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
WEEKDAYS: Final = (*_WEEK, "Sunday")
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DAY: Final = dt.timedelta(days=1)
_MICROSECOND: Final = dt.timedelta(microseconds=1)


def date(text: str) -> dt.date | None:
    """A date as YYYY-MM-DD; None when it is no date."""
    found = _DATES.fullmatch(text) if len(text) <= limits.ISO_CHARS else None
    if found is None:
        return None
    try:
        return dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def time(text: str) -> dt.time | None:
    """A time of day, with or without offset; None when it is none."""
    found = _TIMES.fullmatch(text) if len(text) <= limits.ISO_CHARS else None
    if found is None:
        return None
    hour, minute, second, fraction, offset = found.groups()
    try:
        return dt.time(
            int(hour), int(minute), int(second), _micro(fraction), _zone(offset)
        )
    except ValueError:
        return None


def date_and_time(text: str) -> dt.datetime | None:
    """An instant, or a date alone: its midnight; None when it is neither."""
    found = _INSTANTS.fullmatch(text) if len(text) <= limits.ISO_CHARS else None
    if found is None:
        return None
    day = date(found[1])
    clock = time(found[5]) if found[5] else dt.time()
    return None if day is None or clock is None else dt.datetime.combine(day, clock)


def duration(text: str) -> dt.timedelta | Months | None:
    """A duration of one of the two kinds; None when it mixes them or is none."""
    if len(text) > limits.ISO_CHARS:
        return None
    found = _MONTHS.fullmatch(text)
    if found is not None:
        count = 12 * int(found[2] or 0) + int(found[3] or 0)
        return Months(-count if found[1] else count)
    found = _SPANS.fullmatch(text)
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:5])
    try:
        span = dt.timedelta(
            days=days,
            hours=hours,
            minutes=minutes,
            seconds=seconds,
            microseconds=_micro(found[6]),
        )
        return -span if found[1] else span
    except OverflowError:
        return None


def _micro(fraction: str | None) -> int:
    return int((fraction or "0")[:6].ljust(6, "0"))


def _zone(offset: str | None) -> dt.timezone | None:
    if offset is None:
        return None
    if offset == "Z":
        return dt.UTC
    hours, minutes = int(offset[1:3]), int(offset[4:])
    if hours > 14 or minutes > 59:  # noqa: PLR2004 - XML Schema part 2, 3.2.7.3
        raise ValueError(offset)
    span = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(-span if offset[0] == "-" else span)


def written(value: Value) -> str | None:
    """A date, time or duration as text; None for every other value."""
    if isinstance(value, dt.datetime | dt.time):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Months):
        years, months = divmod(abs(value.count), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return f"{'-' if value.count < 0 else ''}P{text or '0M'}"
    return _written_span(value) if isinstance(value, dt.timedelta) else None


def _written_span(value: dt.timedelta) -> str:
    sign, span = ("-", -value) if value < dt.timedelta() else ("", value)
    minutes, seconds = divmod(span.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{span.microseconds:06}".rstrip("0").rstrip(".")
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or span.microseconds:
        clock += f"{seconds}{fraction}S"
    days = f"{span.days}D" if span.days else ""
    if not days and not clock:
        return "PT0S"
    return f"{sign}P{days}{'T' if clock else ''}{clock}"


def part(value: Value, name: str) -> Value:
    """A property such as `date.year` (DMN 1.5, table 65); None when it has none."""
    if isinstance(value, Months):
        signed = abs(value.count)
        found = {"years": signed // 12, "months": signed % 12}.get(name)
        return None if found is None else Decimal(found if value.count >= 0 else -found)
    if isinstance(value, dt.timedelta):
        return _part_of_span(value, name)
    if name in {"year", "month", "day", "weekday"} and isinstance(value, dt.date):
        whole = value.isoweekday() if name == "weekday" else getattr(value, name)
        return Decimal(whole)
    if isinstance(value, dt.time | dt.datetime):
        if name in {"hour", "minute", "second"}:
            return Decimal(getattr(value, name))
        if name == "time offset":
            return value.utcoffset()
    return None


def _part_of_span(value: dt.timedelta, name: str) -> Value:
    sign = -1 if value < dt.timedelta() else 1
    span = abs(value)
    parts = {
        "days": span.days,
        "hours": span.seconds // 3600,
        "minutes": span.seconds // 60 % 60,
        "seconds": span.seconds % 60,
    }
    return Decimal(sign * parts[name]) if name in parts else None


def shifted(day: dt.date, months: Months) -> dt.date | None:
    """A date or instant some months later, at most the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months.count, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return None
    last = monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def months_between(first: dt.date, last: dt.date) -> Months:
    """Whole months from one date to another, negative when the other is earlier."""
    sign, early, late = (1, first, last) if first <= last else (-1, last, first)
    count = 12 * (late.year - early.year) + late.month - early.month
    return Months(sign * (count - (1 if late.day < early.day else 0)))


def microseconds(span: dt.timedelta) -> int:
    """A days and time duration as a whole number."""
    return span // _MICROSECOND


def midnight(day: dt.date) -> dt.datetime:
    """The instant in which a date begins."""
    return dt.datetime.combine(day, dt.time())


def turned(clock: dt.time, span: dt.timedelta) -> dt.time:
    """A time of day moved on, past midnight too."""
    moved = dt.datetime.combine(dt.date(2000, 1, 1), clock) + span % _DAY
    return moved.timetz()
