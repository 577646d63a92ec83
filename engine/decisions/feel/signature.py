"""What a built-in function is: how many arguments it takes, and what it does."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

from engine.decisions.feel.values import Run, Value

Act: TypeAlias = Callable[[Run, Sequence[Value]], Value]

#: As many arguments as an expression can have parts.
MANY: Final = 200
# A count or position beyond this is one of no list and no text.
_FAR: Final = 1_000_000


class Function(NamedTuple):
    """A built-in function."""

    least: int
    most: int
    act: Act


def whole(value: Value) -> int | None:
    """A number as a count or position; None when it is no whole number."""
    if not isinstance(value, Decimal) or abs(value) > _FAR or value != int(value):
        return None
    return int(value)


def numbers(values: Sequence[Value]) -> list[Decimal] | None:
    """The values when all of them are numbers."""
    found = [one for one in values if isinstance(one, Decimal)]
    return found if len(found) == len(values) else None


def texts(values: Sequence[Value]) -> list[str] | None:
    """The values when all of them are texts."""
    found = [one for one in values if isinstance(one, str)]
    return found if len(found) == len(values) else None
