"""Types of data: what a value must be, and how JSON becomes a value of it.

The data of a case is JSON; dates, times and durations arrive as text, and a type says
which text is one. Data that does not fit is refused, never taken for nothing.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypeAlias

from engine import limits
from engine.decisions.errors import DecisionError
from engine.decisions.feel import scalars, temporal
from engine.decisions.feel.names import normal
from engine.decisions.feel.tests import Tests
from engine.decisions.feel.values import CONTEXT, Range, Run, Value, kind

#: Data as it stands in a case.
Json: TypeAlias = (
    "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
)

#: Names of the basic types in DMN 1.1 to 1.5 and in tools -> the kind of value.
BASIC: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("", "Any", "any", "undefined"), "any"),
        **dict.fromkeys(("string", "String"), "string"),
        **dict.fromkeys(("boolean", "Boolean"), "boolean"),
        **dict.fromkeys(("number", "decimal", "double", "float"), "number"),
        **dict.fromkeys(("integer", "int", "long"), "integer"),
        "date": "date",
        "time": "time",
        **dict.fromkeys(("date and time", "dateTime"), "date and time"),
        **dict.fromkeys(
            ("days and time duration", "dayTimeDuration"), "days and time duration"
        ),
        **dict.fromkeys(
            ("years and months duration", "yearMonthDuration"),
            "years and months duration",
        ),
        **dict.fromkeys(("context", "Context"), "context"),
    }
)
_DEPTH: Final = 32
_INT_BOUND: Final = 1 << limits.EXPRESSION_INT_BITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A type, all names in it resolved."""

    #: A value of `BASIC`, or `context` with components.
    kind: str = "any"
    #: As a person reads it.
    label: str = "Any"
    collection: bool = False
    components: Mapping[str, "Type"] = field(default_factory=dict, hash=False)
    allowed: Tests | None = None
    #: The allowed values as written.
    allowed_text: str = ""


ANY: Final = Type()
_TEXTS: Final[Mapping[str, Callable[[str], Value]]] = MappingProxyType(
    {
        "date": temporal.date,
        "time": temporal.time,
        "date and time": temporal.date_and_time,
        "days and time duration": temporal.duration,
        "years and months duration": temporal.duration,
    }
)


def admit(raw: Json, wanted: Type, name: str, run: Run) -> Value:
    """Make a value of data.

    Raises:
        DecisionError: It is not of the type, not allowed, or no plain data.
    """
    value = _admit(raw, wanted, name, run)
    checked(value, wanted, name, run)
    return value


def _admit(raw: Json, wanted: Type, name: str, run: Run, depth: int = 0) -> Value:
    run.charge()
    if depth > _DEPTH:
        raise DecisionError("too-deep")
    if raw is None or isinstance(raw, bool):
        return raw
    if isinstance(raw, str):
        return _text(run, raw, wanted)
    if isinstance(raw, int | float):
        return _number(raw, name)
    run.room(len(raw))
    if isinstance(raw, Mapping):
        return {
            normal(str(_text(run, key, ANY))): _admit(
                one, _component(wanted, key), key, run, depth + 1
            )
            for key, one in raw.items()
        }
    return [_admit(one, wanted, name, run, depth + 1) for one in raw]


def _component(wanted: Type, key: str) -> Type:
    return wanted.components.get(normal(key), ANY)


def _number(raw: float, name: str) -> Decimal:
    if isinstance(raw, int):
        if not -_INT_BOUND < raw < _INT_BOUND:
            raise DecisionError("number-size", name=name)
        return CONTEXT.create_decimal(raw)
    if not math.isfinite(raw):
        raise DecisionError("number-size", name=name)
    return Decimal(repr(raw))


def _text(run: Run, raw: str, wanted: Type) -> Value:
    # Half a pair is no character; the store it comes to would not take it.
    if not raw.isascii() and any("\ud800" <= one <= "\udfff" for one in raw):
        raise DecisionError("half-character")
    reader = _TEXTS.get(wanted.kind)
    value = None if reader is None else reader(raw)
    # Left as text where it is none of the type: told as a wrong one.
    return run.text(raw) if value is None else value


def checked(value: Value, wanted: Type, name: str, run: Run) -> None:
    """Refuse a value that is not of the type or not among the allowed.

    Raises:
        DecisionError: Of the kind `input-…`.
    """
    if not fits(value, wanted, run):
        found = kind(value)
        raise DecisionError("input-type", name=name, type=wanted.label, found=found)
    wrong = _forbidden(value, wanted, name, run)
    if wrong is not None:
        path, text = wrong
        raise DecisionError("input-value", name=path, allowed=text)


def fits(value: Value, wanted: Type, run: Run) -> bool:
    """Whether a value is of a type; nothing is of every type."""
    run.charge()
    if value is None:
        return True
    if wanted.collection:
        return isinstance(value, list) and all(
            _one(each, wanted, run) for each in value
        )
    return _one(value, wanted, run)


def _one(value: Value, wanted: Type, run: Run) -> bool:
    if value is None or wanted.kind == "any":
        return True
    if wanted.kind == "integer":
        return isinstance(value, Decimal) and value == value.to_integral_value()
    if wanted.components:
        return isinstance(value, dict) and all(
            fits(value.get(key), one, run) for key, one in wanted.components.items()
        )
    return kind(value) == wanted.kind


def _forbidden(
    value: Value, wanted: Type, name: str, run: Run
) -> tuple[str, str] | None:
    """The part of a value that its type does not allow, and what would be."""
    run.charge()
    elements = value if isinstance(value, list) and wanted.collection else [value]
    for each in elements:
        if each is None:
            continue
        if wanted.allowed is not None and not wanted.allowed.matches(run, each):
            return name, wanted.allowed_text
        if isinstance(each, dict):
            for key, one in wanted.components.items():
                wrong = _forbidden(each.get(key), one, f"{name}.{key}", run)
                if wrong is not None:
                    return wrong
    return None


def coerced(value: Value, wanted: Type, name: str, run: Run) -> Value:
    """A result as its type (DMN 1.5, 10.3.2.9.4): one value and a list of one.

    Raises:
        DecisionError: It does not fit; the standard would silently give nothing.
    """
    if wanted.collection and value is not None and not isinstance(value, list):
        value = [value]
    if not wanted.collection and isinstance(value, list) and len(value) == 1:
        value = value if wanted.kind == "any" else value[0]
    if not fits(value, wanted, run):
        raise DecisionError("result-type", name=name, type=wanted.label)
    wrong = _forbidden(value, wanted, name, run)
    if wrong is not None:
        raise DecisionError("result-value", name=wrong[0], allowed=wrong[1])
    return value


def plain(value: Value, run: Run, depth: int = 0) -> Json:
    """A value as plain data: whole numbers as such, dates and durations as text.

    Raises:
        DecisionError: It holds an interval, or is nested too deeply.
    """
    run.charge()
    if depth > _DEPTH:
        raise DecisionError("too-deep")
    if isinstance(value, Decimal):
        return _plain_number(value)
    if isinstance(value, list):
        return [plain(one, run, depth + 1) for one in value]
    if isinstance(value, dict):
        return {key: plain(one, run, depth + 1) for key, one in value.items()}
    if isinstance(value, Range):
        raise DecisionError("not-data", found=kind(value))
    if value is None or isinstance(value, bool | str):
        return value
    return temporal.written(value)


def _plain_number(value: Decimal) -> int | float:
    # Beyond this a whole number has no exact JSON form (RFC 8785, 3.2.2.3).
    if value == value.to_integral_value() and abs(value) < Decimal(2**53):
        return int(value)
    number = float(value)
    if not math.isfinite(number):
        raise DecisionError("number-size", name=scalars.written(value)[:20])
    return number
