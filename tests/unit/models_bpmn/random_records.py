"""Random records of any declared type: what a codec must give back exactly."""

import dataclasses
import enum
import random
import types
import typing
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine import expressions
from engine.forms import conditions, patterns

TEXTS = ("", "a", "Phòng Tiếp nhận", "\U0001f4c4 \x00\n\"'\\", "null", "is", "0")


def record(kind: type, chance: random.Random) -> Any:
    """A record whose every field may hold anything that its type allows."""
    hints = typing.get_type_hints(kind)
    names = [one.name for one in dataclasses.fields(kind)]
    return kind(**{name: value(hints[name], chance) for name in names})


def value(hint: Any, chance: random.Random) -> Any:
    """A value of a type."""
    if hint in _LEAVES:
        return chance.choice(_LEAVES[hint])
    if hint is conditions.Condition:
        # Its parts belong together, so it is compiled.
        kinds = {"a": "number", "b": "text"}
        return conditions.compile(
            f"=not(a > {chance.randrange(9)}) and b = null", kinds
        )
    if dataclasses.is_dataclass(hint):
        return record(typing.cast("type", hint), chance)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return chance.choice(list(hint))
    return _generic(hint, chance)


def _generic(hint: Any, chance: random.Random) -> Any:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    # Fewer than one on average: some records hold records of their own kind.
    count = chance.choice((0, 0, 1, 2))
    if origin is tuple and inner[1:] == (Ellipsis,):
        return tuple(value(inner[0], chance) for _ in range(count))
    if origin is tuple:
        return tuple(value(one, chance) for one in inner)
    if origin is frozenset:
        return frozenset(value(inner[0], chance) for _ in range(count))
    if origin is Mapping:
        made = [f"{chance.choice('zyxab')}{n}" for n in range(count)]
        return {name: value(inner[1], chance) for name in made}
    assert origin in {typing.Union, types.UnionType}, hint
    if any(typing.get_origin(one) is list for one in inner):
        return chance.choice([None, False, 0, 1, 1.5, "", "x", [], {}, [{"a": None}]])
    return value(chance.choice(inner), chance)


_LEAVES: Mapping[Any, tuple[Any, ...]] = {
    str: TEXTS,
    int: (0, 1, -7, 2**60),
    float: (0.0, 0.1, 1e300),
    bool: (False, True),
    types.NoneType: (None,),
    Decimal: (Decimal(0), Decimal("1.50"), Decimal("-1E+9")),
    expressions.Expression: (expressions.compile("a > 1"),),
    patterns.Pattern: (patterns.compile("^[0-9]+$"),),
}
