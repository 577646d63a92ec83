"""`+ - * / **` of FEEL (DMN 1.5, tables 55 to 58); nothing where kinds do not fit."""

import datetime as dt
import decimal
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from engine.decisions.feel import temporal
from engine.decisions.feel.values import CONTEXT, Months, Run, Value


def calculate(run: Run, sign: str, left: Value, right: Value) -> Value:
    """The value of `left sign right`; None where FEEL gives nothing."""
    if left is None or right is None:
        return None
    try:
        return _SIGNS[sign](run, left, right)
    except (decimal.DecimalException, OverflowError):
        # Beyond what a number or a calendar can hold (10.3.2.3.1).
        return None


def negate(value: Value) -> Value:
    """`-value` of a number or a duration."""
    if isinstance(value, Decimal):
        return CONTEXT.minus(value)
    if isinstance(value, Months):
        return Months(-value.count)
    if not isinstance(value, dt.timedelta):
        return None
    # The longest duration has no negative.
    return None if value == dt.timedelta.max else -value


def _add(run: Run, left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return CONTEXT.add(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return run.text(left + right)
    if isinstance(left, dt.timedelta | Months) and not isinstance(
        right, dt.timedelta | Months
    ):
        left, right = right, left
    return _later(left, right)


def _later(left: Value, right: Value) -> Value:
    if isinstance(right, Months):
        if isinstance(left, Months):
            return Months(left.count + right.count)
        return temporal.shifted(left, right) if isinstance(left, dt.date) else None
    if not isinstance(right, dt.timedelta):
        return None
    return _moved(left, right)


def _moved(left: Value, span: dt.timedelta) -> Value:
    if isinstance(left, dt.timedelta | dt.datetime):
        return left + span
    if isinstance(left, dt.time):
        return temporal.turned(left, span)
    if isinstance(left, dt.date):
        return (temporal.midnight(left) + span).date()
    return None


def _subtract(_run: Run, left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return CONTEXT.subtract(left, right)
    if isinstance(right, dt.timedelta | Months):
        return _later(left, negate(right))
    if isinstance(left, dt.date) and isinstance(right, dt.date):
        return _between(left, right)
    if isinstance(left, dt.time) and isinstance(right, dt.time):
        day = dt.date(2000, 1, 2)
        one, other = dt.datetime.combine(day, left), dt.datetime.combine(day, right)
        return _between(one, other)
    return None


def _between(left: dt.date, right: dt.date) -> Value:
    one = left if isinstance(left, dt.datetime) else _midnight(left, right)
    other = right if isinstance(right, dt.datetime) else _midnight(right, left)
    if (one.tzinfo is None) != (other.tzinfo is None):
        return None
    return one - other


def _midnight(day: dt.date, beside: dt.date) -> dt.datetime:
    """A date as its midnight in UTC where the other side has an offset (10.3.2.3.5)."""
    zone = beside.tzinfo if isinstance(beside, dt.datetime) else None
    return temporal.midnight(day).replace(tzinfo=dt.UTC if zone else None)


def _multiply(_run: Run, left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return CONTEXT.multiply(left, right)
    if isinstance(left, Decimal):
        left, right = right, left
    return _scaled(left, right) if isinstance(right, Decimal) else None


def _scaled(span: Value, factor: Decimal) -> Value:
    if isinstance(span, Months):
        return _months(CONTEXT.multiply(Decimal(span.count), factor))
    if isinstance(span, dt.timedelta):
        whole = CONTEXT.multiply(Decimal(temporal.microseconds(span)), factor)
        return _span(whole)
    return None


def _months(count: Decimal) -> Months | None:
    # More months than a calendar of 9,999 years has are of no use.
    return None if count.adjusted() > 5 else Months(int(count))  # noqa: PLR2004


def _span(microseconds: Decimal) -> dt.timedelta | None:
    # The longest duration has 21 digits; a longer number would cost to convert.
    if microseconds.adjusted() > 21:  # noqa: PLR2004
        return None
    return dt.timedelta(microseconds=int(microseconds))


def _divide(_run: Run, left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return CONTEXT.divide(left, right)
    if isinstance(right, Decimal) and isinstance(left, Months | dt.timedelta):
        return _scaled_down(left, right)
    if isinstance(left, Months) and isinstance(right, Months):
        return CONTEXT.divide(Decimal(left.count), Decimal(right.count))
    if isinstance(left, dt.timedelta) and isinstance(right, dt.timedelta):
        one, other = temporal.microseconds(left), temporal.microseconds(right)
        return CONTEXT.divide(Decimal(one), Decimal(other))
    return None


def _scaled_down(span: Months | dt.timedelta, by: Decimal) -> Value:
    if isinstance(span, Months):
        return _months(CONTEXT.divide(Decimal(span.count), by))
    return _span(CONTEXT.divide(Decimal(temporal.microseconds(span)), by))


def _power(_run: Run, left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return CONTEXT.power(left, right)
    return None


_SIGNS: Final[Mapping[str, Callable[[Run, Value, Value], Value]]] = MappingProxyType(
    {"+": _add, "-": _subtract, "*": _multiply, "/": _divide, "**": _power}
)
