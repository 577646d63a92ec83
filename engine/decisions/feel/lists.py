"""Built-in functions over lists (DMN 1.5, 10.3.4.4). Positions count from 1.

Where the standard allows `max(a, b)` beside `max([a, b])`, several arguments are taken
as the list; a single value that is no list is a list of one (10.3.2.9.4).
"""

import decimal
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from engine.decisions.feel.scalars import string
from engine.decisions.feel.signature import MANY, Act, Function, numbers, texts, whole
from engine.decisions.feel.values import CONTEXT, Run, Value, equal, order


def _elements(run: Run, arguments: Sequence[Value]) -> Sequence[Value] | None:
    first = arguments[0]
    found = first if len(arguments) == 1 and isinstance(first, list) else arguments
    run.room(len(found))
    return None if len(arguments) == 1 and first is None else found


def _over(act: Callable[[Run, Sequence[Value]], Value]) -> Act:
    """A function that takes one list or its elements."""

    def applied(run: Run, arguments: Sequence[Value]) -> Value:
        found = _elements(run, arguments)
        try:
            return None if found is None else act(run, found)
        except decimal.DecimalException:
            return None

    return applied


def _first(act: Callable[[Run, list[Value], Sequence[Value]], Value]) -> Act:
    """A function whose first argument is a list, or one value taken as a list."""

    def applied(run: Run, arguments: Sequence[Value]) -> Value:
        given = arguments[0]
        if given is None:
            return None
        found: list[Value] = given if isinstance(given, list) else [given]
        run.room(len(found))
        return act(run, found, arguments[1:])

    return applied


def _extreme(sign: int) -> Callable[[Run, Sequence[Value]], Value]:
    def found(run: Run, values: Sequence[Value]) -> Value:
        if not values:
            return None
        best = values[0]
        for one in values:
            place = order(run, one, best)
            if place is None:
                return None
            best = one if place == sign else best
        return best

    return found


def total(values: Iterable[Decimal]) -> Decimal:
    """The sum in decimal arithmetic."""
    result = Decimal(0)
    for one in values:
        result = CONTEXT.add(result, one)
    return result


def _sum(_run: Run, values: Sequence[Value]) -> Value:
    given = numbers(values)
    return total(given) if given else None


def _mean(_run: Run, values: Sequence[Value]) -> Value:
    given = numbers(values)
    return CONTEXT.divide(total(given), Decimal(len(given))) if given else None


def _product(_run: Run, values: Sequence[Value]) -> Value:
    given = numbers(values)
    if not given:
        return None
    result = Decimal(1)
    for one in given:
        result = CONTEXT.multiply(result, one)
    return result


def _median(_run: Run, values: Sequence[Value]) -> Value:
    given = numbers(values)
    if not given:
        return None
    given.sort()
    half, odd = divmod(len(given), 2)
    if odd:
        return given[half]
    return CONTEXT.divide(CONTEXT.add(given[half - 1], given[half]), Decimal(2))


def _every(decisive: bool) -> Callable[[Run, Sequence[Value]], Value]:  # noqa: FBT001
    def found(_run: Run, values: Sequence[Value]) -> Value:
        if any(one is decisive for one in values):
            return decisive
        return not decisive if all(isinstance(one, bool) for one in values) else None

    return found


def _count(_run: Run, values: list[Value], _rest: Sequence[Value]) -> Value:
    return Decimal(len(values))


def _holds(run: Run, values: list[Value], rest: Sequence[Value]) -> Value:
    return any(equal(run, one, rest[0]) is True for one in values)


def _index_of(run: Run, values: list[Value], rest: Sequence[Value]) -> Value:
    return [
        Decimal(place)
        for place, one in enumerate(values, start=1)
        if equal(run, one, rest[0]) is True
    ]


def _sublist(_run: Run, values: list[Value], rest: Sequence[Value]) -> Value:
    start = whole(rest[0])
    length = whole(rest[1]) if len(rest) > 1 else len(values)
    if not start or length is None or length < 0 or abs(start) > len(values):
        return None
    first = start - 1 if start > 0 else len(values) + start
    return values[first : first + length]


def _append(run: Run, values: list[Value], rest: Sequence[Value]) -> Value:
    run.room(len(values) + len(rest))
    return [*values, *rest]


def _concatenate(run: Run, arguments: Sequence[Value]) -> Value:
    result: list[Value] = []
    for one in arguments:
        if one is None:
            return None
        result += one if isinstance(one, list) else [one]
        run.room(len(result))
    return result


def _insert_before(run: Run, values: list[Value], rest: Sequence[Value]) -> Value:
    place = whole(rest[0])
    if not place or abs(place) > len(values):
        return None
    run.room(len(values) + 1)
    first = place - 1 if place > 0 else len(values) + place
    return [*values[:first], rest[1], *values[first:]]


def _remove(_run: Run, values: list[Value], rest: Sequence[Value]) -> Value:
    place = whole(rest[0])
    if not place or abs(place) > len(values):
        return None
    first = place - 1 if place > 0 else len(values) + place
    return [*values[:first], *values[first + 1 :]]


def _reverse(_run: Run, values: list[Value], _rest: Sequence[Value]) -> Value:
    return values[::-1]


def _distinct(run: Run, values: list[Value], _rest: Sequence[Value]) -> Value:
    result: list[Value] = []
    for one in values:
        run.charge(len(result))
        if not any(equal(run, one, other) is True for other in result):
            result.append(one)
    return result


def _union(run: Run, arguments: Sequence[Value]) -> Value:
    joined = _concatenate(run, arguments)
    return _distinct(run, joined, ()) if isinstance(joined, list) else None


def _flatten(run: Run, values: list[Value], _rest: Sequence[Value]) -> Value:
    result: list[Value] = []
    waiting = values[::-1]
    while waiting:
        one = waiting.pop()
        run.charge()
        if isinstance(one, list):
            run.room(len(waiting) + len(one) + len(result))
            waiting += one[::-1]
        else:
            result.append(one)
    return result


def _join(run: Run, values: list[Value], rest: Sequence[Value]) -> Value:
    found = texts([one for one in values if one is not None])
    between = rest[0] if rest and rest[0] is not None else ""
    if found is None or not isinstance(between, str):
        return None
    run.charge(len(found))
    size = sum(map(len, found)) + len(between) * max(0, len(found) - 1)
    run.room_for_text(size)
    return between.join(found)


def _texts(run: Run, values: list[Value], _rest: Sequence[Value]) -> Value:
    return [string(run, one) for one in values]


TABLE: Final[Mapping[str, Function]] = {
    "min": Function(1, MANY, _over(_extreme(-1))),
    "max": Function(1, MANY, _over(_extreme(1))),
    "sum": Function(1, MANY, _over(_sum)),
    "mean": Function(1, MANY, _over(_mean)),
    "median": Function(1, MANY, _over(_median)),
    "product": Function(1, MANY, _over(_product)),
    "all": Function(1, MANY, _over(_every(decisive=False))),
    "any": Function(1, MANY, _over(_every(decisive=True))),
    "count": Function(1, 1, _first(_count)),
    "list contains": Function(2, 2, _first(_holds)),
    "index of": Function(2, 2, _first(_index_of)),
    "sublist": Function(2, 3, _first(_sublist)),
    "append": Function(2, MANY, _first(_append)),
    "concatenate": Function(1, MANY, _concatenate),
    "insert before": Function(3, 3, _first(_insert_before)),
    "remove": Function(2, 2, _first(_remove)),
    "reverse": Function(1, 1, _first(_reverse)),
    "distinct values": Function(1, 1, _first(_distinct)),
    "union": Function(1, MANY, _union),
    "flatten": Function(1, 1, _first(_flatten)),
    "string join": Function(1, 2, _first(_join)),
}
