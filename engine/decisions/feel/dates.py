"""Built-in functions over dates, times and durations (DMN 1.5, 10.3.4.1 and 10.3.4.7).

The arguments may be texts, parts, or other dates; what is no date gives nothing.
"""

import datetime as dt
import decimal
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from engine.decisions.feel import temporal
from engine.decisions.feel.signature import Function, whole
from engine.decisions.feel.values import CONTEXT, Months, Run, Value

_PARTS: Final = 3
_OFFSET_BOUND: Final = dt.timedelta(hours=14)


def _date(_run: Run, arguments: Sequence[Value]) -> Value:
    if len(arguments) == _PARTS:
        return _of_parts(arguments)
    given = arguments[0]
    if len(arguments) != 1:
        return None
    if isinstance(given, dt.datetime):
        return given.date()
    if isinstance(given, dt.date):
        return given
    return temporal.date(given) if isinstance(given, str) else None


def _of_parts(arguments: Sequence[Value]) -> dt.date | None:
    year, month, day = (whole(one) for one in arguments)
    if year is None or month is None or day is None:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _time(_run: Run, arguments: Sequence[Value]) -> Value:
    if len(arguments) >= _PARTS:
        return _clock(arguments)
    given = arguments[0]
    if len(arguments) != 1:
        return None
    if isinstance(given, dt.datetime):
        return given.timetz()
    if isinstance(given, dt.date):
        return dt.time(tzinfo=dt.UTC)
    if isinstance(given, dt.time):
        return given
    return temporal.time(given) if isinstance(given, str) else None


def _clock(arguments: Sequence[Value]) -> dt.time | None:
    hour, minute = whole(arguments[0]), whole(arguments[1])
    second = arguments[2]
    offset = arguments[3] if len(arguments) > _PARTS else None
    if hour is None or minute is None or not isinstance(second, Decimal):
        return None
    if not 0 <= second < 60:  # noqa: PLR2004 - seconds of a minute
        return None
    zone = None
    if isinstance(offset, dt.timedelta) and abs(offset) <= _OFFSET_BOUND:
        zone = dt.timezone(offset)
    elif offset is not None:
        return None
    try:
        micro = int(CONTEXT.multiply(second % 1, Decimal(1_000_000)))
        return dt.time(hour, minute, int(second), micro, zone)
    except (ValueError, decimal.DecimalException):
        return None


def _date_and_time(_run: Run, arguments: Sequence[Value]) -> Value:
    given = arguments[0]
    if len(arguments) == 1:
        return temporal.date_and_time(given) if isinstance(given, str) else None
    clock = arguments[1]
    if not isinstance(given, dt.date) or not isinstance(clock, dt.time):
        return None
    day = given.date() if isinstance(given, dt.datetime) else given
    return dt.datetime.combine(day, clock)


def _duration(_run: Run, arguments: Sequence[Value]) -> Value:
    given = arguments[0]
    if isinstance(given, Months | dt.timedelta):
        return given
    return temporal.duration(given) if isinstance(given, str) else None


def _months_between(_run: Run, arguments: Sequence[Value]) -> Value:
    days = [
        one.date() if isinstance(one, dt.datetime) else one
        for one in arguments
        if isinstance(one, dt.date)
    ]
    return temporal.months_between(*days) if len(days) == len(arguments) else None


def _day_of_week(_run: Run, arguments: Sequence[Value]) -> Value:
    day = arguments[0]
    return temporal.WEEKDAYS[day.weekday()] if isinstance(day, dt.date) else None


def _month_of_year(_run: Run, arguments: Sequence[Value]) -> Value:
    day = arguments[0]
    return temporal.MONTHS[day.month - 1] if isinstance(day, dt.date) else None


def _day_of_year(_run: Run, arguments: Sequence[Value]) -> Value:
    day = arguments[0]
    return Decimal(day.timetuple().tm_yday) if isinstance(day, dt.date) else None


def _week_of_year(_run: Run, arguments: Sequence[Value]) -> Value:
    day = arguments[0]
    return Decimal(day.isocalendar().week) if isinstance(day, dt.date) else None


TABLE: Final[Mapping[str, Function]] = {
    "date": Function(1, 3, _date),
    "time": Function(1, 4, _time),
    "date and time": Function(1, 2, _date_and_time),
    "duration": Function(1, 1, _duration),
    "years and months duration": Function(2, 2, _months_between),
    "day of week": Function(1, 1, _day_of_week),
    "month of year": Function(1, 1, _month_of_year),
    "day of year": Function(1, 1, _day_of_year),
    "week of year": Function(1, 1, _week_of_year),
}
