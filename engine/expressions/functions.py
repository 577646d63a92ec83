"""The named functions of the expression language: all that can be called.

A function takes the evaluation first, then admitted values; it returns a value within
the limits or raises `ExpressionError`. None of them reads a clock, a file or a locale,
and none takes a pattern: a regular expression of a stranger can run for hours.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from engine.errors import ExpressionError
from engine.expressions import values
from engine.expressions.values import Run, Value

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,80}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,80}(\.[0-9]{1,80})?([eE][+-]?[0-9]{1,3})?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ROUND_DIGITS: Final = 15
#: A hundred years, as for durations (`limits.DURATION_YEARS`).
_DAYS: Final = 36_525


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function that an expression may call by its plain name."""

    #: Called with the run and the arguments.
    call: Callable[..., Value]
    #: Fewest and most arguments it takes.
    least: int
    most: int


def _wrong(run: Run, value: Value, wanted: str) -> ExpressionError:
    return run.refusal("type", f"{wanted} is needed here, not {values.kind(value)}")


def _text(run: Run, value: Value) -> str:
    if isinstance(value, str):
        return value
    raise _wrong(run, value, "a text")


def _list(run: Run, value: Value) -> list[Value]:
    if isinstance(value, list):
        run.room_for_list(len(value))
        return [run.admit(element) for element in value]
    raise _wrong(run, value, "a list")


def _number(run: Run, value: Value) -> int | float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return run.number(value)
    raise _wrong(run, value, "a number")


def _integer(run: Run, value: Value, bound: int) -> int:
    if type(value) is not int:
        raise _wrong(run, value, "a whole number")
    if abs(value) > bound:
        raise run.refusal("argument", f"the number is not within ±{bound}")
    return value


def _date(run: Run, value: Value) -> dt.date:
    """Return a date as it is, or read one written YYYY-MM-DD (ISO 8601-1, 5.2.2)."""
    if type(value) is dt.date:
        return value
    text = _text(run, value)
    # A point in time is refused: which day it falls on depends on the time zone.
    if not _DATE.fullmatch(text):
        raise run.refusal("argument", "a date is written YYYY-MM-DD")
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise run.refusal("argument", "there is no such day") from None


def _len(run: Run, value: Value) -> Value:
    if isinstance(value, (str, list, dict)):
        return len(value)
    raise _wrong(run, value, "a text, list or record")


def _extreme(run: Run, arguments: tuple[Value, ...], *, largest: bool) -> Value:
    several = _list(run, arguments[0]) if len(arguments) == 1 else list(arguments)
    if not several:
        raise run.refusal("argument", "an empty list has no smallest or largest value")
    best = several[0]
    for value in several:
        if values.compare(run, value, best) == (1 if largest else -1):
            best = value
    return best


def _min(run: Run, *arguments: Value) -> Value:
    return _extreme(run, arguments, largest=False)


def _max(run: Run, *arguments: Value) -> Value:
    return _extreme(run, arguments, largest=True)


def _sum(run: Run, value: Value) -> Value:
    return run.number(sum(_number(run, element) for element in _list(run, value)))


def _abs(run: Run, value: Value) -> Value:
    return abs(_number(run, value))


def _round(run: Run, value: Value, digits: Value = 0) -> Value:
    number, places = _number(run, value), _integer(run, digits, _ROUND_DIGITS)
    rounded = round(number, places)
    return run.number(int(rounded) if places <= 0 else rounded)


def _int(run: Run, value: Value) -> Value:
    if isinstance(value, str):
        if not _INTEGER.fullmatch(value.strip()):
            raise run.refusal("argument", "the text is not a whole number")
        return run.number(int(value))
    return run.number(int(_number(run, value)))


def _float(run: Run, value: Value) -> Value:
    if isinstance(value, str):
        if not _DECIMAL.fullmatch(value.strip()):
            raise run.refusal("argument", "the text is not a number")
        return run.number(float(value))
    return float(_number(run, value))


def _str(run: Run, value: Value) -> Value:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(_number(run, value))


def _cased(run: Run, value: Value, change: Callable[[str], str]) -> Value:
    text = _text(run, value)
    run.room_for_text(len(text))
    changed = change(text)
    # Capital letters may be more than one: "ß" becomes "SS" (Unicode SpecialCasing).
    run.room_for_text(len(changed))
    return changed


def _lower(run: Run, value: Value) -> Value:
    return _cased(run, value, str.lower)


def _upper(run: Run, value: Value) -> Value:
    return _cased(run, value, str.upper)


def _trim(run: Run, value: Value) -> Value:
    return _cased(run, value, str.strip)


def _contains(run: Run, haystack: Value, needle: Value) -> Value:
    return values.member(run, needle, haystack)


def _starts_with(run: Run, text: Value, start: Value) -> Value:
    beginning = _text(run, start)
    run.charge_text(len(beginning))
    return _text(run, text).startswith(beginning)


def _ends_with(run: Run, text: Value, end: Value) -> Value:
    ending = _text(run, end)
    run.charge_text(len(ending))
    return _text(run, text).endswith(ending)


def _flags(run: Run, value: Value) -> list[bool]:
    flags = []
    for element in _list(run, value):
        if not isinstance(element, bool):
            raise _wrong(run, element, "a yes/no value")
        flags.append(element)
    return flags


def _any(run: Run, value: Value) -> Value:
    return any(_flags(run, value))


def _all(run: Run, value: Value) -> Value:
    return all(_flags(run, value))


def _get(run: Run, record: Value, key: Value, default: Value = None) -> Value:
    if not isinstance(record, dict):
        raise _wrong(run, record, "a record")
    name = _text(run, key)
    if name.startswith("_") or name not in record:
        return default
    return run.admit(record[name])


def _empty(run: Run, value: Value) -> Value:
    if isinstance(value, str):
        run.charge_text(len(value))
        return not value.strip()
    return value is None or (isinstance(value, (list, dict)) and not value)


def _make_date(run: Run, *parts: Value) -> Value:
    if len(parts) == 1:
        return _date(run, parts[0])
    numbers = [_integer(run, part, dt.MAXYEAR) for part in parts]
    try:
        year, month, day = numbers
        return dt.date(year, month, day)
    except ValueError:
        raise run.refusal("argument", "there is no such day") from None


def _days_between(run: Run, first: Value, last: Value) -> Value:
    return (_date(run, last) - _date(run, first)).days


def _add_days(run: Run, start: Value, days: Value) -> Value:
    try:
        return _date(run, start) + dt.timedelta(_integer(run, days, _DAYS))
    except OverflowError:
        raise run.refusal("argument", "there is no such day") from None


#: Every function there is, by the name it is called by.
FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {
        "len": Function(call=_len, least=1, most=1),
        "min": Function(call=_min, least=1, most=50),
        "max": Function(call=_max, least=1, most=50),
        "sum": Function(call=_sum, least=1, most=1),
        "abs": Function(call=_abs, least=1, most=1),
        "round": Function(call=_round, least=1, most=2),
        "int": Function(call=_int, least=1, most=1),
        "float": Function(call=_float, least=1, most=1),
        "str": Function(call=_str, least=1, most=1),
        "lower": Function(call=_lower, least=1, most=1),
        "upper": Function(call=_upper, least=1, most=1),
        "trim": Function(call=_trim, least=1, most=1),
        "contains": Function(call=_contains, least=2, most=2),
        "starts_with": Function(call=_starts_with, least=2, most=2),
        "ends_with": Function(call=_ends_with, least=2, most=2),
        "any": Function(call=_any, least=1, most=1),
        "all": Function(call=_all, least=1, most=1),
        "get": Function(call=_get, least=2, most=3),
        "empty": Function(call=_empty, least=1, most=1),
        "date": Function(call=_make_date, least=1, most=3),
        "days_between": Function(call=_days_between, least=2, most=2),
        "add_days": Function(call=_add_days, least=2, most=2),
    }
)
