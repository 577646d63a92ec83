"""ISO 8601 durations, instants and cycles: the time texts of BPMN (2.0.2, 10.5.5).

Months are those of the calendar: 31 January plus one month is the last day of February.
Calendar parts are added in the local calendar of an offset, by default that of Việt
Nam, which has had no summer time since 1975; results are always UTC.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from engine import limits
from engine.domain.model import TimerKind
from engine.errors import DurationError

#: Asia/Ho_Chi_Minh.
VIETNAM: Final = timezone(timedelta(hours=7))

_NUMBER = r"(\d+)"
_FRACTION = r"(\d+(?:[.,]\d+)?)"
_DURATION = re.compile(
    rf"P(?=[\dT])(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?=\d)(?:{_FRACTION}H)?(?:{_FRACTION}M)?(?:{_FRACTION}S)?)?",
    re.ASCII,
)
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:[.,]\d{1,6})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_CYCLE = re.compile(r"R(\d*)/(?:([^/]+)/)?(P[^/]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: calendar months and days, and exact time."""

    months: int = 0
    days: int = 0
    time: timedelta = timedelta()

    @property
    def empty(self) -> bool:
        """True when adding it changes nothing."""
        return not (self.months or self.days or self.time)


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repetition: how often, from when (None: one period from now), how far apart."""

    repetitions: int
    start: datetime | None
    period: Duration


def parse_duration(text: str) -> Duration:
    """Read `P1Y2M3W4DT5H6M7.5S`; only time parts may have a fraction.

    Raises:
        DurationError: It is no such text, or longer than the limits.
    """
    match = _DURATION.fullmatch(_checked(text))
    if match is None:
        raise _refusal("is no ISO 8601 duration")
    years, months, weeks, days = (int(part or 0) for part in match.groups()[:4])
    hours, minutes, seconds = (
        float((part or "0").replace(",", ".")) for part in match.groups()[4:]
    )
    length = (
        years
        + months / 12
        + (weeks * 7 + days) / 365
        + (hours + minutes / 60 + seconds / 3600) / (24 * 365)
    )
    if length > limits.DURATION_YEARS:
        raise _refusal(f"is longer than {limits.DURATION_YEARS} years")
    time = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return Duration(12 * years + months, 7 * weeks + days, time)


def parse_instant(text: str, offset: timezone = VIETNAM) -> datetime:
    """Read a date (its midnight) or an instant; without offset it is local.

    Raises:
        DurationError: It is no such text or no such day.
    """
    if _INSTANT.fullmatch(_checked(text)) is None:
        raise _refusal("is no ISO 8601 date or instant")
    try:
        read = datetime.fromisoformat(text.replace(",", "."))
        return (read if read.tzinfo else read.replace(tzinfo=offset)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _refusal("is no day or hour of the calendar") from error


def parse_cycle(text: str, offset: timezone = VIETNAM) -> Cycle:
    """Read `R[n]/[start/]duration`; without a number it repeats to the limit.

    Raises:
        DurationError: It is no such text, or repeats too often, never or without pause.
    """
    match = _CYCLE.fullmatch(_checked(text))
    if match is None:
        raise _refusal("is no ISO 8601 cycle")
    count, start, length = match.groups()
    repetitions = int(count) if count else limits.CYCLE_REPETITIONS
    if not 0 < repetitions <= limits.CYCLE_REPETITIONS:
        raise _refusal(f"must repeat 1 to {limits.CYCLE_REPETITIONS} times")
    period = parse_duration(length)
    if period.empty:
        raise _refusal("repeats without pause")
    return Cycle(repetitions, parse_instant(start, offset) if start else None, period)


def is_literal(kind: TimerKind, text: str) -> bool:
    """True when the text itself is a time of this kind, not an expression for one."""
    try:
        if kind is TimerKind.DURATION:
            parse_duration(text)
        elif kind is TimerKind.DATE:
            parse_instant(text)
        else:
            parse_cycle(text)
    except DurationError:
        return False
    return True


def add(instant: datetime, duration: Duration, offset: timezone = VIETNAM) -> datetime:
    """The instant that is a duration later, in UTC; a missing day becomes the last.

    Raises:
        DurationError: The calendar ends before.
    """
    try:
        local = instant.astimezone(offset)
        if duration.months:
            month = local.month - 1 + duration.months
            local = _on_month(local, local.year + month // 12, month % 12 + 1)
        local += timedelta(days=duration.days) + duration.time
        return local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise DurationError("The time lies beyond the calendar.") from error


def first_due(kind: TimerKind, text: str, now: datetime) -> datetime:
    """When a timer of this text fires first when it is set now.

    Raises:
        DurationError: The text is no time of this kind.
    """
    if kind is TimerKind.DURATION:
        return add(now, parse_duration(text))
    if kind is TimerKind.DATE:
        return parse_instant(text)
    cycle = parse_cycle(text)
    return cycle.start or add(now, cycle.period)


def next_due(text: str, fired: int, due: datetime) -> datetime | None:
    """When a cycle fires again that fired `fired` times, last at `due`; None: no more.

    Raises:
        DurationError: The text is no cycle.
    """
    cycle = parse_cycle(text)
    return add(due, cycle.period) if fired < cycle.repetitions else None


def day(instant: datetime) -> date:
    """The day on which an instant falls in Việt Nam: the day of papers and duties."""
    return instant.astimezone(VIETNAM).date()


def midnight(local: date, offset: timezone = VIETNAM) -> datetime:
    """The instant at which a local day begins, in UTC."""
    return datetime.combine(local, time(), offset).astimezone(UTC)


def instant_text(instant: datetime) -> str:
    """An instant as text, in UTC: `2026-12-01T01:00:00Z`."""
    utc = instant.astimezone(UTC)
    return utc.replace(tzinfo=None).isoformat() + "Z"


def _on_month(local: datetime, year: int, month: int) -> datetime:
    """The same day and hour in another month, at most its last day."""
    first = datetime(year, month, 1, tzinfo=local.tzinfo)
    following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=local.tzinfo)
    return local.replace(
        year=year, month=month, day=min(local.day, (following - first).days)
    )


def _checked(text: str) -> str:
    """The text, when it is short enough to be looked at."""
    if len(text) > limits.ISO_CHARS:
        raise DurationError(f"A time has at most {limits.ISO_CHARS} characters.")
    return text


def _refusal(reason: str) -> DurationError:
    """The error for one text.

    The text may be a value of a case, and what is said stands in its sealed history:
    so it is not repeated.
    """
    return DurationError(f"The time {reason}.", reason=reason)
