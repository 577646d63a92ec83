"""What an expression may hold, and the budget one evaluation may spend.

Only values of exactly the types of `Value` enter an evaluation: each one read from the
data is admitted first, so no method of a foreign object is ever called. Reasons name
types and keys, never values: an error text must not carry personal data.
"""

import datetime as dt
import math
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, get_args

from engine import limits
from engine.errors import ExpressionError

#: What data holds and what an evaluation returns (RFC 8259).
JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"
#: What a part of an expression may be; a date exists only during the evaluation.
Value: TypeAlias = (
    "bool | int | float | str | dt.date | list[Value] | dict[str, Value] | None"
)

#: Why an expression was refused; each code has a text in the message catalogue.
Code: TypeAlias = Literal[
    # Found by the check.
    "empty",
    "too-long",
    "too-many-nodes",
    "too-deep",
    "syntax",
    "character",
    "not-normalised",
    "name-hidden",
    "name-disguised",
    "call",
    "attribute",
    "operator",
    "construct",
    "constant",
    "assignment",
    # Found while evaluating.
    "name-unknown",
    "type",
    "key",
    "index",
    "argument",
    "zero-division",
    "number-too-big",
    "string-too-long",
    "list-too-long",
    "too-many-steps",
    "not-boolean",
    "unexpected",
]
CODES: Final[frozenset[str]] = frozenset(get_args(Code))

_KINDS: Final = {
    type(None): "nothing",
    bool: "a yes/no value",
    int: "a number",
    float: "a number",
    str: "a text",
    dt.date: "a date",
    list: "a list",
    dict: "a record",
}
#: A float is not among them: it is admitted only when finite.
PLAIN: Final = frozenset(_KINDS) - {float}
NUMBERS: Final = frozenset({int, float})
ORDERED: Final = frozenset({int, float, str, dt.date})

# Bulk work costs one step for this many elements or characters.
_ELEMENTS_PER_STEP: Final = 4
_CHARS_PER_STEP: Final = 64
_INT_BOUND: Final = 1 << limits.EXPRESSION_INT_BITS


def kind(value: object) -> str:
    """Name the type of `value` for a person."""
    return _KINDS.get(type(value), "an unknown object")


def within_limits(number: float) -> bool:
    """Tell whether a number is finite and not too long."""
    if isinstance(number, int):
        return -_INT_BOUND < number < _INT_BOUND
    return math.isfinite(number)


class Run:
    """One evaluation: its data, the loop variable, and the steps left."""

    __slots__ = ("at", "data", "local", "steps", "text")

    def __init__(self, text: str, data: Mapping[str, JSON]) -> None:
        self.text = text
        self.data = data
        #: Value of the loop variable; there is at most one.
        self.local: Value = None
        self.steps = limits.EXPRESSION_STEPS
        #: Column of the part being evaluated, for the error.
        self.at = 0

    def refusal(self, code: Code, reason: str) -> ExpressionError:
        """Return the error that says why the part at `at` has no value."""
        return ExpressionError(self.text, reason, code=code, column=self.at)

    def charge(self, steps: int) -> None:
        """Spend steps; refuse when none are left."""
        self.steps -= steps
        if self.steps < 0:
            raise self.refusal(
                "too-many-steps",
                f"the evaluation takes more than {limits.EXPRESSION_STEPS} steps",
            )

    def charge_list(self, length: int) -> None:
        """Spend the steps of looking at `length` elements."""
        self.charge(length // _ELEMENTS_PER_STEP)

    def charge_text(self, length: int) -> None:
        """Spend the steps of looking at `length` characters."""
        self.charge(length // _CHARS_PER_STEP)

    def admit(self, value: object) -> Value:
        """Let a value of the data in, or refuse it."""
        if type(value) is float:
            return self.number(value)
        if type(value) in PLAIN:
            return value  # type: ignore[return-value]
        raise self.refusal("type", "the data holds something that is not plain data")

    def number(self, value: float) -> int | float:
        """Return a number within the limits."""
        if within_limits(value):
            return value
        raise self.refusal("number-too-big", "the number is too big")

    def room_for_text(self, length: int) -> None:
        """Refuse a text of `length` characters before it is made."""
        if length > limits.EXPRESSION_STRING:
            raise self.refusal(
                "string-too-long",
                f"the text is longer than {limits.EXPRESSION_STRING} characters",
            )
        self.charge_text(length)

    def room_for_list(self, length: int) -> None:
        """Refuse a list of `length` elements before it is made or walked."""
        if length > limits.EXPRESSION_LIST:
            raise self.refusal(
                "list-too-long",
                f"the list has more than {limits.EXPRESSION_LIST} elements",
            )
        self.charge_list(length)


def equal(run: Run, left: Value, right: Value) -> bool:
    """Compare as JSON does: true is not 1, but 1 is 1.0; nested values count."""
    if type(left) is not type(right):
        return type(left) in NUMBERS and type(right) in NUMBERS and left == right
    if isinstance(left, str) and isinstance(right, str):
        run.charge_text(min(len(left), len(right)))
    elif isinstance(left, list) and isinstance(right, list):
        return _equal_lists(run, left, right)
    elif isinstance(left, dict) and isinstance(right, dict):
        return _equal_records(run, left, right)
    return left == right


def _equal_lists(run: Run, left: list[Value], right: list[Value]) -> bool:
    if len(left) != len(right):
        return False
    run.charge(len(left))
    return all(equal(run, a, b) for a, b in zip(left, right, strict=True))


def _equal_records(run: Run, left: dict[str, Value], right: dict[str, Value]) -> bool:
    if len(left) != len(right):
        return False
    run.charge(len(left))
    return all(k in right and equal(run, v, right[k]) for k, v in left.items())


def compare(run: Run, left: Value, right: Value) -> int:
    """Order two numbers, two texts or two dates: -1, 0 or 1."""
    one, other = type(left), type(right)
    if one is other:
        comparable = one in ORDERED
    else:
        comparable = one in NUMBERS and other in NUMBERS
    if not comparable:
        raise run.refusal(
            "type",
            f"{kind(left)} cannot be ordered with {kind(right)}",
        )
    if isinstance(left, str) and isinstance(right, str):
        run.charge_text(min(len(left), len(right)))
    return (left > right) - (left < right)  # type: ignore[operator]


def member(run: Run, needle: Value, haystack: Value) -> bool:
    """Tell whether a list holds a value, a text a part, or a record a key."""
    if isinstance(haystack, list):
        run.charge_list(len(haystack))
        if isinstance(needle, str):
            return needle in haystack
        return any(equal(run, needle, element) for element in haystack)
    if not isinstance(needle, str) or not isinstance(haystack, (str, dict)):
        raise run.refusal(
            "type", f"{kind(needle)} cannot be looked for in {kind(haystack)}"
        )
    if isinstance(haystack, str):
        run.charge_text(len(haystack))
        return needle in haystack
    return not needle.startswith("_") and needle in haystack


def plain(run: Run, value: Value) -> JSON:
    """Return a result as plain data of its own: nothing shared, no date object."""
    if value is None or isinstance(value, (bool, str)):
        if isinstance(value, str):
            run.charge_text(len(value))
        return value
    if isinstance(value, (int, float)):
        return run.number(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    run.charge(len(value))
    if isinstance(value, list):
        return [plain(run, run.admit(element)) for element in value]
    return {_text_key(run, k): plain(run, run.admit(v)) for k, v in value.items()}


def _text_key(run: Run, key: object) -> str:
    if type(key) is str:
        return key
    raise run.refusal("type", "the data holds a record whose keys are not texts")
