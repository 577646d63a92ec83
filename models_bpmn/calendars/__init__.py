"""Working calendars that come with the product, as data with their source documents.

An installation copies one, changes it and has it approved; no day is written in code.
"""

import functools
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, time
from importlib import resources
from typing import Any, Final

from engine.domain import working_time

_WEEKDAYS: Final = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


@functools.cache
def default_calendar() -> working_time.Calendar:
    """The calendar of Vietnamese agencies with a five-day week, 2024 to 2027."""
    return read(resources.files(__name__).joinpath("vn.toml").read_text("utf-8"))


def read(text: str) -> working_time.Calendar:
    """Read a calendar from its TOML document.

    Raises:
        ValueError: The document is no TOML, a value does not fit, a date stands twice.
        KeyError: A value is missing.
    """
    document = tomllib.loads(text)
    days: list[Mapping[str, Any]] = document["day"]
    special = {each["date"]: _special(each) for each in days}
    if len(special) < len(days):
        message = "a date stands twice in the calendar"
        raise ValueError(message)
    first, last = document["confirmed_from"], document["confirmed_until"]
    if not all(type(day) is date for day in (first, last, *special)):
        message = "dates are written YYYY-MM-DD, without quotes"
        raise ValueError(message)
    return working_time.Calendar(
        name=document["name"],
        edition=document["edition"],
        zone=document["zone"],
        week=tuple(_hours(document["week"].get(day, ())) for day in _WEEKDAYS),
        special=special,
        confirmed=(first, last),
    )


def _special(day: Mapping[str, Any]) -> working_time.SpecialDay:
    return working_time.SpecialDay(
        reason=working_time.Reason(day["kind"]),
        name=day["name"],
        source=day["source"],
        hours=_hours(day.get("hours", ())),
    )


def _hours(spans: Sequence[str]) -> working_time.Hours:
    """Read `HH:MM-HH:MM` texts."""
    pairs = (span.split("-") for span in spans)
    return tuple(
        (time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in pairs
    )
