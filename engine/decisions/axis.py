"""One input column as a handful of values that stand for all values.

Between two values that the cells of a column name, no cell can tell one value from
another. So the named values, one value between each two of them and one on either
side stand for everything: what holds for these holds for all. Whether a cell matches
one of them is asked of the evaluator itself, so a check never disagrees with a case.
"""

import bisect
import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, TypeAlias

from engine.decisions.feel import scalars, temporal, values
from engine.decisions.feel.tests import Compared, Tests
from engine.decisions.feel.tree import Constant
from engine.decisions.feel.values import Months, Range, Run, Value
from engine.decisions.program import Column

#: A text that no cell names.
_OTHER: Final = "\N{HORIZONTAL ELLIPSIS}"
_SHOWN: Final = 5
_DAY: Final = dt.timedelta(days=1)
Point: TypeAlias = "Decimal | dt.date | dt.datetime | dt.time | dt.timedelta | Months"


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """The values that stand for a column, and which of them a case may hold."""

    label: str
    samples: tuple[Value, ...]
    #: How each is told to a person.
    shown: tuple[str, ...]
    #: Whether a missing value is only here because a cell asks for it.
    nothing: bool
    #: Where each text stands among the samples.
    places: Mapping[str, int] = field(default_factory=dict)


def constants(tests: Tests) -> list[Value] | None:
    """The single values that tests compare with; None when they look at more."""
    found: list[Value] = []
    for part in tests.parts:
        if not isinstance(part.part, Constant):
            return None
        if not isinstance(part, Compared) and part.asks:
            return None
        inner = _single(part.part.constant)
        if inner is None:
            return None
        ordering = isinstance(part, Compared) and part.sign not in {"=", "!="}
        ordering = ordering or isinstance(part.part.constant, Range)
        if ordering and any(isinstance(one, str) for one in inner):
            return None
        found += inner
    return found


def _single(value: Value) -> list[Value] | None:
    if isinstance(value, Range):
        return [one for one in (value.low, value.high) if one is not None]
    if isinstance(value, list):
        nested = [_single(one) for one in value if not isinstance(one, list)]
        if len(nested) < len(value) or any(one is None for one in nested):
            return None
        return [each for one in nested if one is not None for each in one]
    return None if isinstance(value, dict) else [value]


def axis(column: Column, cells: Iterable[Tests], run: Run) -> Axis | None:
    """The axis of a column; None when its cells name values of several kinds."""
    points: list[Value] = []
    for tests in cells:
        points += constants(tests) or []
    if column.allowed is not None:
        inner = constants(column.allowed)
        if inner is None:
            return None
        points += inner
    nothing = any(one is None for one in points)
    named = [one for one in points if one is not None]
    samples = _samples(named, column, run, nothing=nothing)
    if samples is None:
        return None
    if column.allowed is not None:
        allowed = column.allowed
        samples = [one for one in samples if allowed.matches(run, one)]
    if not samples:
        return None
    shown = [_shown(one, named) for one in samples]
    return Axis(
        label=column.label,
        samples=(*samples, *([None] if nothing else [])),
        shown=(*shown, *(["= null"] if nothing else [])),
        nothing=nothing,
        places={
            one: place for place, one in enumerate(samples) if isinstance(one, str)
        },
    )


def _samples(
    named: Sequence[Value], column: Column, run: Run, *, nothing: bool
) -> list[Value] | None:
    if not named:
        if column.type.kind == "boolean":
            return [True, False]
        return [_OTHER] if nothing else [None]
    first = named[0]
    different = any(not values.comparable(one, first) for one in named)
    if different or isinstance(first, Range | list | dict):
        return None
    return _named_samples(first, named, column, run)


def _named_samples(
    first: Value, named: Sequence[Value], column: Column, run: Run
) -> list[Value]:
    if isinstance(first, bool):
        return [True, False]
    if isinstance(first, str):
        found = dict.fromkeys(named)
        return [*found, _OTHER * (1 + max(len(str(one)) for one in found))]
    run.charge(len(named))
    whole = column.type.kind == "integer"
    return list(_line(sorted(set(named)), whole=whole))  # type: ignore[arg-type]


def _line(points: Sequence[Point], *, whole: bool) -> Iterable[Value]:
    """Each point, one value below, one above and one between each two."""
    yield from _beside(points[0], -1)
    for one, other in itertools.pairwise(points):
        yield one
        yield from _between(one, other, whole=whole)
    yield points[-1]
    yield from _beside(points[-1], 1)


def _beside(point: Point, sign: int) -> Iterable[Value]:
    try:
        if isinstance(point, Decimal):
            yield values.CONTEXT.add(point, Decimal(sign))
        elif isinstance(point, Months):
            yield Months(point.count + sign)
        elif isinstance(point, dt.time):
            end = dt.time.min if sign < 0 else dt.time.max
            if point.replace(tzinfo=None) != end:
                yield end.replace(tzinfo=point.tzinfo)
        else:
            yield point + sign * _DAY
    except OverflowError:
        # The calendar ends here.
        return


def _between(one: Point, other: Point, *, whole: bool) -> Iterable[Value]:
    middle = _MIDDLE[type(one)](one, other)
    if isinstance(middle, Decimal) and middle != middle.to_integral_value():
        up = middle.to_integral_value("ROUND_CEILING")
        if isinstance(other, Decimal) and up < other:
            middle = up
        elif whole:
            return
    if one < middle < other:  # type: ignore[operator]
        yield middle


def _middle_time(one: dt.time, other: dt.time) -> dt.time:
    day = dt.date(2000, 1, 1)
    first, last = (dt.datetime.combine(day, each) for each in (one, other))
    return (first + (last - first) / 2).timetz()


_MIDDLE: Final[dict[type, Callable[..., Value]]] = {
    Decimal: lambda a, b: values.CONTEXT.divide(values.CONTEXT.add(a, b), Decimal(2)),
    dt.date: lambda a, b: a + (b - a) // 2,
    dt.datetime: lambda a, b: a + (b - a) / 2,
    dt.timedelta: lambda a, b: a + (b - a) / 2,
    dt.time: _middle_time,
    Months: lambda a, b: Months((a.count + b.count) // 2),
}


def _shown(value: Value, named: Sequence[Value]) -> str:
    if isinstance(value, str):
        return _shown_text(value, named)
    if isinstance(value, bool):
        return "= true" if value else "= false"
    if isinstance(value, Decimal):
        return f"= {scalars.written(value)}"
    return "" if value is None else f"= {temporal.written(value)}"


def _shown_text(value: str, named: Sequence[Value]) -> str:
    if value in named:
        return f'= "{value}"'
    if not named:
        return "≠ null"
    listed = [f'"{one}"' for one in dict.fromkeys(named)]
    more = ", …" if len(listed) > _SHOWN else ""
    return f"∉ {{{', '.join(listed[:_SHOWN])}{more}}}"


def matching(tests: Tests, line: Axis, run: Run) -> int:
    """Which samples pass, as bits.

    Raises:
        DecisionError: The budget of the check is spent.
    """
    several = line.samples[:-1] if line.nothing else line.samples
    if line.places and not tests.negated:
        bits = _named(tests, line, run)
    else:
        bits = _quickly(tests, several, run)
    if bits is None:
        return _slowly(tests, line.samples, run)
    if line.nothing and tests.matches(run, None):
        bits |= 1 << len(several)
    return bits


def _slowly(tests: Tests, samples: Sequence[Value], run: Run) -> int:
    bits = 0
    for place, value in enumerate(samples):
        if tests.matches(run, value):
            bits |= 1 << place
    return bits


def _named(tests: Tests, line: Axis, run: Run) -> int | None:
    """The same for cells that name texts."""
    if tests.anything:
        return (1 << len(line.places)) - 1
    bits = 0
    for part in tests.parts:
        run.charge()
        value = part.part.constant if isinstance(part.part, Constant) else None
        if not isinstance(value, str) or (
            isinstance(part, Compared) and part.sign != "="
        ):
            return None
        if value in line.places:
            bits |= 1 << line.places[value]
    return bits


def _quickly(tests: Tests, samples: Sequence[Value], run: Run) -> int | None:
    """The same for the commonest cells over values in their order, by bisection."""
    if tests.negated or not isinstance(samples[0], Decimal | dt.date | dt.timedelta):
        return None
    if tests.anything:
        return (1 << len(samples)) - 1
    bits = 0
    for part in tests.parts:
        run.charge()
        value = part.part.constant if isinstance(part.part, Constant) else None
        sign = part.sign if isinstance(part, Compared) else "="
        if isinstance(value, Range) and isinstance(part, Compared):
            return None
        ends = _ends(sign, value, samples)
        if ends is None:
            return None
        bits |= (1 << max(ends)) - (1 << ends[0])
    return bits


def _ends(sign: str, value: Value, samples: Sequence[Value]) -> tuple[int, int] | None:
    """From which sample to which the value, interval or comparison reaches."""
    if isinstance(value, Range):
        signs = (">=" if value.low_closed else ">", "<=" if value.high_closed else "<")
        first = (0, 0) if value.low is None else _ends(signs[0], value.low, samples)
        last = _ends(signs[1], value.high, samples) if value.high is not None else None
        if first is None or (last is None and value.high is not None):
            return None
        return first[0], len(samples) if last is None else last[1]
    if type(value) is not type(samples[0]) or sign == "!=":
        return None
    left = bisect.bisect_left(samples, value)  # type: ignore[type-var]
    right = bisect.bisect_right(samples, value)  # type: ignore[type-var]
    return {
        "=": (left, right),
        "<": (0, left),
        "<=": (0, right),
        ">": (right, len(samples)),
        ">=": (left, len(samples)),
    }[sign]
