"""Instants and days that people type, in Vietnam."""

import re
from datetime import UTC, date, datetime, time
from typing import Final

from engine.domain import iso8601

#: `9:05`, `09:05`, and `9h05` as it is written by hand.
_TIME: Final = re.compile(r"(?P<hour>[0-9]{1,2})[:hH](?P<minute>[0-9]{2})")
_DAY: Final = re.compile(
    r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})"
)
_ISO: Final = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")


def day(text: str) -> date:
    """A day, as people write it or as ISO 8601 does.

    >>> day("2/3/2026")
    datetime.date(2026, 3, 2)

    Raises:
        ValueError: It is none.
    """
    found = _DAY.fullmatch(text.strip()) or _ISO.fullmatch(text.strip())
    if found is None:
        message = f"no day: {text!r}"
        raise ValueError(message)
    return date(int(found["year"]), int(found["month"]), int(found["day"]))


def parse(on: str, at: str) -> datetime:
    """An instant in UTC, of a day and a time of day.

    >>> parse("20/11/2026", "9h05")
    datetime.datetime(2026, 11, 20, 2, 5, tzinfo=datetime.timezone.utc)

    Raises:
        ValueError: One of them is no day, or no time of day.
    """
    found = _TIME.fullmatch(at.strip())
    if found is None:
        message = f"no time of day: {at!r}"
        raise ValueError(message)
    hour = time(int(found["hour"]), int(found["minute"]), tzinfo=iso8601.VIETNAM)
    return datetime.combine(day(on), hour).astimezone(UTC)


def is_time(text: str) -> bool:
    """Whether a text is a time of day.

    >>> is_time("24:00"), is_time("23h59")
    (False, True)
    """
    return _is("1/1/2000", text)


def is_day(text: str) -> bool:
    """Whether a text is a day.

    >>> is_day("31/2/2026"), is_day("28/2/2026")
    (False, True)
    """
    return _is(text, "0:00")


def written(at: datetime) -> tuple[str, str]:
    """Day and time of day as they are typed."""
    local = at.astimezone(iso8601.VIETNAM)
    return f"{local:%d/%m/%Y}", f"{local:%H:%M}"


def _is(on: str, at: str) -> bool:
    try:
        parse(on, at)
    except ValueError:
        return False
    return True
