"""The values of FEEL (DMN 1.5, 10.3.2) and how they compare: true, false or neither."""

import datetime as dt
import decimal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypeAlias

from engine import limits
from engine.decisions.errors import DecisionError

#: DMN 1.5, 10.3.2.3.1: 34 decimal digits, halves to the even neighbour.
CONTEXT: Final = decimal.Context(
    prec=34,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A years and months duration."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """An interval; an end that is None is open to all sides."""

    low: "Value"
    high: "Value"
    low_closed: bool = True
    high_closed: bool = True


Value: TypeAlias = (
    "bool | Decimal | str | dt.date | dt.time | dt.timedelta | Months | Range "
    "| list[Value] | dict[str, Value] | None"
)

KINDS: Final[Mapping[type, str]] = MappingProxyType(
    {
        type(None): "null",
        bool: "boolean",
        Decimal: "number",
        str: "string",
        dt.date: "date",
        dt.time: "time",
        dt.datetime: "date and time",
        dt.timedelta: "days and time duration",
        Months: "years and months duration",
        Range: "range",
        list: "list",
        dict: "context",
    }
)
#: Kinds of which one value may be less than another.
ORDERED: Final = frozenset(
    {Decimal, str, dt.date, dt.time, dt.datetime, dt.timedelta, Months}
)

# Bulk work costs one step for this many elements or characters.
_ELEMENTS_PER_STEP: Final = 4
_CHARS_PER_STEP: Final = 64


def kind(value: Value) -> str:
    """The FEEL name of a value's type."""
    return KINDS[type(value)]


class Run:
    """One evaluation: its variables, the value under test, and the steps left."""

    __slots__ = ("frames", "input", "invoke", "steps")

    def __init__(self, variables: Mapping[str, Value], steps: int) -> None:
        #: Innermost last: loop variables and the elements that a filter looks at.
        self.frames: list[Mapping[str, Value]] = [variables]
        #: What `?` stands for in a unary test.
        self.input: Value = None
        #: Calls a function of the model; None outside of a model.
        self.invoke: Callable[[str, list[Value]], Value] | None = None
        self.steps = steps

    def lookup(self, name: str) -> Value:
        """The value of a name; nothing when no frame holds it."""
        for frame in reversed(self.frames):
            if name in frame:
                return frame[name]
        return None

    def charge(self, steps: int = 1) -> None:
        """Spend steps.

        Raises:
            DecisionError: None are left.
        """
        self.steps -= steps
        if self.steps < 0:
            raise DecisionError("steps", limit=limits.DECISION_STEPS)

    def charge_text(self, length: int) -> None:
        """Spend the steps of looking at `length` characters."""
        self.charge(length // _CHARS_PER_STEP)

    def room_for_text(self, length: int) -> None:
        """Refuse a text of `length` characters before it is made.

        Raises:
            DecisionError: It is too long, or no steps are left.
        """
        if length > limits.EXPRESSION_STRING:
            raise DecisionError("text-size", limit=limits.EXPRESSION_STRING)
        self.charge_text(length)

    def text(self, value: str) -> str:
        """Let a text pass that cannot be much too long."""
        self.room_for_text(len(value))
        return value

    def room(self, length: int) -> None:
        """Refuse a list of `length` elements before it is made or walked.

        Raises:
            DecisionError: It is too long, or no steps are left.
        """
        if length > limits.EXPRESSION_LIST:
            raise DecisionError("list-size", limit=limits.EXPRESSION_LIST)
        self.charge(length // _ELEMENTS_PER_STEP)


def zoned(value: Value) -> bool:
    """Whether a time, or a date and time, knows its offset from UTC."""
    return isinstance(value, (dt.time, dt.datetime)) and value.tzinfo is not None


def comparable(left: Value, right: Value) -> bool:
    """Whether two values are of one kind; times with and without offset are not."""
    return type(left) is type(right) and zoned(left) == zoned(right)


def equal(run: Run, left: Value, right: Value) -> bool | None:
    """`=` of DMN 1.5, table 54: neither true nor false for different kinds."""
    if left is None or right is None:
        return left is right
    if not comparable(left, right):
        return None
    if isinstance(left, list) and isinstance(right, list):
        return _equal_lists(run, left, right)
    if isinstance(left, dict) and isinstance(right, dict):
        if left.keys() != right.keys():
            return False
        names = list(left)
        return _equal_lists(run, [left[n] for n in names], [right[n] for n in names])
    if isinstance(left, str) and isinstance(right, str):
        run.charge_text(min(len(left), len(right)))
    return left == right


def _equal_lists(run: Run, left: list[Value], right: list[Value]) -> bool | None:
    if len(left) != len(right):
        return False
    run.charge(len(left))
    # Different kinds inside are a difference: the lists as a whole are of one kind.
    return all(equal(run, a, b) is True for a, b in zip(left, right, strict=True))


def order(run: Run, left: Value, right: Value) -> int | None:
    """Below, equal or above as -1, 0 or 1; None when the values have no order."""
    if type(left) not in ORDERED or not comparable(left, right):
        return None
    if isinstance(left, str) and isinstance(right, str):
        run.charge_text(min(len(left), len(right)))
    return (left > right) - (left < right)  # type: ignore[operator]


def compare(run: Run, sign: str, left: Value, right: Value) -> bool | None:
    """A comparison by its sign: `=`, `!=`, `<`, `<=`, `>` or `>=`."""
    if sign in {"=", "!="}:
        same = equal(run, left, right)
        return same if same is None or sign == "=" else not same
    place = order(run, left, right)
    if place is None:
        return None
    return {"<": place < 0, "<=": place <= 0, ">": place > 0, ">=": place >= 0}[sign]


def negated(value: bool | None) -> bool | None:  # noqa: FBT001 - a FEEL value
    """`not` of three values."""
    return None if value is None else not value


def both(one: bool | None, other: bool | None) -> bool | None:  # noqa: FBT001
    """`and` of three values (DMN 1.5, table 50)."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def within(run: Run, value: Value, span: Range) -> bool | None:
    """Whether an interval holds a value."""
    above: bool | None = True
    below: bool | None = True
    if span.low is not None:
        above = compare(run, ">=" if span.low_closed else ">", value, span.low)
    if span.high is not None:
        below = compare(run, "<=" if span.high_closed else "<", value, span.high)
    return both(above, below)


def member(run: Run, value: Value, other: Value) -> bool | None:
    """Whether a value is another, stands in a list or lies in an interval."""
    if isinstance(other, Range) and not isinstance(value, Range):
        return within(run, value, other)
    if isinstance(other, list) and not isinstance(value, list):
        run.room(len(other))
        return any(member(run, value, one) is True for one in other)
    if isinstance(other, list) and any(isinstance(one, list) for one in other):
        run.room(len(other))
        return any(equal(run, value, one) is True for one in other)
    return equal(run, value, other)
