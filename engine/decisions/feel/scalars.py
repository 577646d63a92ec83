"""Built-in functions over numbers, texts, yes/no values and contexts (10.3.4.2-10)."""

import datetime as dt
import decimal
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from engine.decisions.feel import temporal
from engine.decisions.feel.signature import MANY, Function, numbers, texts, whole
from engine.decisions.feel.values import CONTEXT, Months, Run, Value, negated

_NUMBER: Final = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_SIGNS: Final = frozenset({" ", ",", "."})
# decimal128 keeps scales up to these (10.3.4.5).
_SCALES: Final = range(-6111, 6177)


def number(text: str) -> Decimal | None:
    """A number as FEEL writes it; None when the text is none."""
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return CONTEXT.create_decimal(text)
    except decimal.DecimalException:
        return None


def written(value: Decimal) -> str:
    """A number in its shortest form without exponent."""
    if not value:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def string(run: Run, value: Value) -> str | None:
    """`string(value)`; nothing of nothing."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return run.text(written(value))
    return temporal.written(value)


def _string(run: Run, arguments: Sequence[Value]) -> Value:
    return string(run, arguments[0])


def _number(run: Run, arguments: Sequence[Value]) -> Value:
    given = texts([one for one in arguments if one is not None])
    if given is None or arguments[0] is None or not _SIGNS.issuperset(given[1:]):
        return None
    text = given[0]
    run.charge_text(len(text))
    grouping, point = (str(one or "") for one in (*arguments[1:], None, None)[:2])
    if grouping and grouping == point:
        return None
    text = text.replace(grouping, "") if grouping else text
    return number(text.replace(point, ".") if point else text)


def _not(_run: Run, arguments: Sequence[Value]) -> Value:
    value = arguments[0]
    return negated(value) if isinstance(value, bool) else None


def _rounding(mode: str) -> Callable[[Run, Sequence[Value]], Value]:
    def rounded(_run: Run, arguments: Sequence[Value]) -> Value:
        scale = whole(arguments[1]) if len(arguments) > 1 else 0
        value = arguments[0]
        if not isinstance(value, Decimal) or scale is None or scale not in _SCALES:
            return None
        if -value.as_tuple().exponent <= scale:  # type: ignore[operator]
            return value
        try:
            return value.quantize(Decimal(1).scaleb(-scale), mode, CONTEXT)
        except decimal.DecimalException:
            return None

    return rounded


def _of_number(
    act: Callable[[Decimal], Value],
) -> Callable[[Run, Sequence[Value]], Value]:
    def applied(_run: Run, arguments: Sequence[Value]) -> Value:
        value = arguments[0]
        try:
            return act(value) if isinstance(value, Decimal) else None
        except decimal.DecimalException:
            return None

    return applied


def _abs(_run: Run, arguments: Sequence[Value]) -> Value:
    value = arguments[0]
    if isinstance(value, Decimal):
        return CONTEXT.abs(value)
    if isinstance(value, Months):
        return Months(abs(value.count))
    return abs(value) if isinstance(value, dt.timedelta) else None


def _modulo(_run: Run, arguments: Sequence[Value]) -> Value:
    given = numbers(arguments)
    if given is None or given[1] == 0:
        return None
    value, by = given
    try:
        # 10.3.4.5: dividend - divisor * floor(dividend / divisor).
        rest = CONTEXT.remainder(value, by)
        return CONTEXT.add(rest, by) if rest and (rest < 0) != (by < 0) else rest
    except decimal.DecimalException:
        return None


def _even(value: Decimal) -> Value:
    rest = CONTEXT.remainder(value, Decimal(2))
    return rest == 0 if value == value.to_integral_value() else None


def _odd(value: Decimal) -> Value:
    even = _even(value)
    return not even if isinstance(even, bool) else None


def _of_texts(
    act: Callable[[Run, str, str], Value],
) -> Callable[[Run, Sequence[Value]], Value]:
    def applied(run: Run, arguments: Sequence[Value]) -> Value:
        given = texts(arguments)
        if given is None:
            return None
        run.charge_text(sum(map(len, given)))
        return act(run, given[0], given[-1])

    return applied


def _substring(run: Run, arguments: Sequence[Value]) -> Value:
    given, start = arguments[0], whole(arguments[1])
    length = whole(arguments[2]) if len(arguments) > 2 else MANY**3  # noqa: PLR2004
    if not isinstance(given, str) or not start or length is None or length < 1:
        return None
    run.charge_text(len(given))
    first = start - 1 if start > 0 else len(given) + start
    return given[first : first + length] if first >= 0 else None


def _before(_run: Run, text: str, part: str) -> Value:
    head, found, _ = text.partition(part) if part else ("", "", "")
    return head if found else ""


def _after(_run: Run, text: str, part: str) -> Value:
    _, found, tail = text.partition(part) if part else ("", "", "")
    return text if not part else tail if found else ""


def _get_value(_run: Run, arguments: Sequence[Value]) -> Value:
    context, key = arguments
    if not isinstance(context, dict) or not isinstance(key, str):
        return None
    return context.get(key)


def _get_entries(run: Run, arguments: Sequence[Value]) -> Value:
    context = arguments[0]
    if not isinstance(context, dict):
        return None
    run.charge(len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


def _is(run: Run, arguments: Sequence[Value]) -> Value:
    one, other = arguments
    run.charge()
    if type(one) is not type(other):
        return False
    return one == other and temporal.written(one) == temporal.written(other)


TABLE: Final[Mapping[str, Function]] = {
    "string": Function(1, 1, _string),
    "number": Function(1, 3, _number),
    "not": Function(1, 1, _not),
    "decimal": Function(2, 2, _rounding(decimal.ROUND_HALF_EVEN)),
    "floor": Function(1, 2, _rounding(decimal.ROUND_FLOOR)),
    "ceiling": Function(1, 2, _rounding(decimal.ROUND_CEILING)),
    "round up": Function(2, 2, _rounding(decimal.ROUND_UP)),
    "round down": Function(2, 2, _rounding(decimal.ROUND_DOWN)),
    "round half up": Function(2, 2, _rounding(decimal.ROUND_HALF_UP)),
    "round half down": Function(2, 2, _rounding(decimal.ROUND_HALF_DOWN)),
    "abs": Function(1, 1, _abs),
    "modulo": Function(2, 2, _modulo),
    "sqrt": Function(1, 1, _of_number(CONTEXT.sqrt)),
    "exp": Function(1, 1, _of_number(CONTEXT.exp)),
    "log": Function(1, 1, _of_number(CONTEXT.ln)),
    "even": Function(1, 1, _of_number(_even)),
    "odd": Function(1, 1, _of_number(_odd)),
    "substring": Function(2, 3, _substring),
    "string length": Function(
        1, 1, _of_texts(lambda _run, text, _: Decimal(len(text)))
    ),
    "upper case": Function(
        1, 1, _of_texts(lambda run, text, _: run.text(text.upper()))
    ),
    "lower case": Function(
        1, 1, _of_texts(lambda run, text, _: run.text(text.lower()))
    ),
    "substring before": Function(2, 2, _of_texts(_before)),
    "substring after": Function(2, 2, _of_texts(_after)),
    "contains": Function(2, 2, _of_texts(lambda _run, text, part: part in text)),
    "starts with": Function(
        2, 2, _of_texts(lambda _run, text, part: text.startswith(part))
    ),
    "ends with": Function(
        2, 2, _of_texts(lambda _run, text, part: text.endswith(part))
    ),
    "get value": Function(2, 2, _get_value),
    "get entries": Function(1, 1, _get_entries),
    "is": Function(2, 2, _is),
}
