"""Instants that people type: a day and a time of day, in Vietnam."""

import re
from datetime import UTC, datetime
from typing import Final

from engine.domain import iso8601

#: `9:05`, `09:05`, and `9h05` as it is written by hand.
_TIME: Final = re.compile(r"(?P<hour>[0-9]{1,2})[:hH](?P<minute>[0-9]{2})")
_DAY: Final = re.compile(
    r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})"
)
_ISO: Final = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")


def parse(day: str, time: str) -> datetime:
    """An instant in UTC.

    >>> parse("20/11/2026", "9h05")
    datetime.datetime(2026, 11, 20, 2, 5, tzinfo=datetime.timezone.utc)

    Raises:
        ValueError: One of them is no day, or no time of day.
    """
    date = _DAY.fullmatch(day.strip()) or _ISO.fullmatch(day.strip())
    hour = _TIME.fullmatch(time.strip())
    if date is None or hour is None:
        message = f"no instant: {day!r} {time!r}"
        raise ValueError(message)
    local = datetime(
        year=int(date["year"]),
        month=int(date["month"]),
        day=int(date["day"]),
        hour=int(hour["hour"]),
        minute=int(hour["minute"]),
        tzinfo=iso8601.VIETNAM,
    )
    return local.astimezone(UTC)


def is_time(time: str) -> bool:
    """Whether a text is a time of day.

    >>> is_time("24:00"), is_time("23h59")
    (False, True)
    """
    return _is("1/1/2000", time)


def is_day(day: str) -> bool:
    """Whether a text is a day.

    >>> is_day("31/2/2026"), is_day("28/2/2026")
    (False, True)
    """
    return _is(day, "0:00")


def written(at: datetime) -> tuple[str, str]:
    """Day and time of day as they are typed."""
    local = at.astimezone(iso8601.VIETNAM)
    return f"{local:%d/%m/%Y}", f"{local:%H:%M}"


def _is(day: str, time: str) -> bool:
    try:
        parse(day, time)
    except ValueError:
        return False
    return True
