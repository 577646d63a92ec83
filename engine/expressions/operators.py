"""What the operators of the expression language do with two values.

Stricter than Python: a yes/no value is not a number, texts are not multiplied or
formatted, and only values of one kind are ordered.
"""

import ast
import datetime as dt
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from engine.expressions import values
from engine.expressions.values import Run, Value

#: Works out `left operator right`.
Binary: TypeAlias = Callable[[Run, Value, Value], Value]
#: Tells whether `left operator right` holds.
Test: TypeAlias = Callable[[Run, Value, Value], bool]


def _numbers(
    run: Run, left: Value, right: Value, sign: str
) -> tuple[int | float, int | float]:
    if type(left) in values.NUMBERS and type(right) in values.NUMBERS:
        # Checked before the work: data may hold a number of any length.
        return run.number(left), run.number(right)  # type: ignore[arg-type]
    raise run.refusal(
        "type", f"'{sign}' is not for {values.kind(left)} and {values.kind(right)}"
    )


def _divisor(run: Run, left: Value, right: Value, sign: str) -> tuple[float, float]:
    dividend, divisor = _numbers(run, left, right, sign)
    if divisor == 0:
        raise run.refusal("zero-division", "a number cannot be divided by zero")
    return dividend, divisor


def _add(run: Run, left: Value, right: Value) -> Value:
    if isinstance(left, str) and isinstance(right, str):
        run.room_for_text(len(left) + len(right))
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        run.room_for_list(len(left) + len(right))
        return left + right
    one, other = _numbers(run, left, right, "+")
    return run.number(one + other)


def _subtract(run: Run, left: Value, right: Value) -> Value:
    one, other = _numbers(run, left, right, "-")
    return run.number(one - other)


def _multiply(run: Run, left: Value, right: Value) -> Value:
    one, other = _numbers(run, left, right, "*")
    return run.number(one * other)


def _divide(run: Run, left: Value, right: Value) -> Value:
    one, other = _divisor(run, left, right, "/")
    return run.number(one / other)


def _floor_divide(run: Run, left: Value, right: Value) -> Value:
    one, other = _divisor(run, left, right, "//")
    return run.number(one // other)


def _modulo(run: Run, left: Value, right: Value) -> Value:
    one, other = _divisor(run, left, right, "%")
    return run.number(one % other)


ARITHMETIC: Final[Mapping[type[ast.operator], Binary]] = MappingProxyType(
    {
        ast.Add: _add,
        ast.Sub: _subtract,
        ast.Mult: _multiply,
        ast.Div: _divide,
        ast.FloorDiv: _floor_divide,
        ast.Mod: _modulo,
    }
)


def _equal(run: Run, left: Value, right: Value) -> bool:
    if {type(left), type(right)} == {str, dt.date}:
        # Never equal, so almost surely a forgotten date(...).
        raise run.refusal("type", "a date is compared with a text; write date(text)")
    return values.equal(run, left, right)


def _ordering(holds: Callable[[int, int], bool]) -> Test:
    def test(run: Run, left: Value, right: Value) -> bool:
        return holds(values.compare(run, left, right), 0)

    return test


COMPARISONS: Final[Mapping[type[ast.cmpop], Test]] = MappingProxyType(
    {
        ast.Eq: _equal,
        ast.NotEq: lambda run, left, right: not _equal(run, left, right),
        ast.Lt: _ordering(operator.lt),
        ast.LtE: _ordering(operator.le),
        ast.Gt: _ordering(operator.gt),
        ast.GtE: _ordering(operator.ge),
        ast.In: values.member,
        ast.NotIn: lambda run, left, right: not values.member(run, left, right),
        # The check lets these two stand only before None, True and False.
        ast.Is: lambda _run, left, right: left is right,
        ast.IsNot: lambda _run, left, right: left is not right,
    }
)


def negate(run: Run, value: Value) -> Value:
    """Return `-value`."""
    return _subtract(run, 0, value)


def affirm(run: Run, value: Value) -> Value:
    """Return `+value`, which is the number itself."""
    return _add(run, 0, value)


def item(run: Run, container: Value, key: Value) -> Value:
    """Read an entry of a record, an element of a list or a character of a text."""
    if isinstance(container, dict) and isinstance(key, str):
        if key.startswith("_") or key not in container:
            # The key may be a value of the data, so it is not repeated.
            raise run.refusal("key", "the record has no such entry")
        return run.admit(container[key])
    if isinstance(container, (list, str)) and type(key) is int:
        if not -len(container) <= key < len(container):
            raise run.refusal("index", "there is no such element")
        return run.admit(container[key])
    raise run.refusal(
        "type", f"{values.kind(container)} has no entries found by {values.kind(key)}"
    )


def part(run: Run, container: Value, name: str) -> Value:
    """Read `container.name`: an entry of a record, or the year of a date."""
    if isinstance(container, dt.date):
        if name == "year":
            return container.year
        if name == "month":
            return container.month
        if name == "day":
            return container.day
        raise run.refusal("attribute", "a date has year, month and day")
    if isinstance(container, dict):
        if name not in container:
            raise run.refusal("key", f"the record has no entry {name!r}")
        return run.admit(container[name])
    raise run.refusal("attribute", f"{values.kind(container)} has no part {name!r}")
