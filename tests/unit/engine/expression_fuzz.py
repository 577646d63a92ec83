"""Random expressions: loose tokens, well-formed nonsense, and well-typed arithmetic.

Tokens try the check; nonsense passes the check and tries every operator and function
with values of every kind; for what is well typed Python itself is the oracle.

`search` is what the fast tests run for a few thousand rounds and `make fuzz` for many.
"""

import random
from collections.abc import Iterator
from typing import Final, NamedTuple

from engine import expressions, limits
from engine.errors import ExpressionError
from engine.expressions import JSON

_TOKENS: Final = (
    *("a", "b", "s", "xs", "d", "people", "flag", "none", "day", "big", "long", "y"),
    *("_", "__class__", "__import__", "ộ", "ｅ", "true", "null", "None", "True", "max"),
    *("0", "1", "7", "1.5", "1e308", "9" * 76, "-1", "'a'", "'k'", "''", '"ệ"', "b'x'"),
    *("+", "-", "*", "/", "//", "%", "**", "<<", "|", "~", "@", ":=", "="),
    *("==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not", "and", "or"),
    *("not", "if", "else", "for", "for y in", "lambda", "await", "yield", "async"),
    *("(", ")", "[", "]", "{", "}", ",", ":", ".", "*", "f'", "'", "\\", "#", "\n"),
    *(".k", ".year", ".format", "['k']", "[0]", "[-1]", "()", "[1:]", "(xs)", "(s)"),
    *(f"{name}(" for name in sorted(expressions.FUNCTIONS)),
)

_ATOMS: Final = (
    *("a", "b", "s", "xs", "d", "people", "flag", "none", "day", "big", "long", "y"),
    *("null", "true", "0", "-1", "2", "1.5", "1e308", "9" * 76, "'a'", "'k'", "''"),
    *("'2026-02-28'", "date(day)", "date(2024, 2, 29)", "[]", "{}", "[1, 'a', null]"),
)
_SIGNS: Final = (
    *("+", "-", "*", "/", "//", "%", "==", "!=", "<", "<=", ">", ">="),
    *("in", "not in", "and", "or"),
)

#: Data for all kinds; every name the tokens and the grammar use, except some.
DATA: Final[dict[str, JSON]] = {
    "a": 1,
    "b": 2.5,
    "s": "abc",
    "xs": [3, 1, 2],
    "d": {"k": 1, "xs": [1, 2]},
    "people": [{"k": "An"}, {"k": "Bình"}],
    "flag": True,
    "none": None,
    "day": "2026-01-31",
    "big": list(range(limits.EXPRESSION_LIST)),
    "long": "x" * limits.EXPRESSION_STRING,
}

# What Python's own evaluation of a well-typed text may name.
_PYTHON: Final = {
    "__builtins__": {},
    "len": len,
    "min": min,
    "max": max,
    "sum": sum,
    "abs": abs,
}


class Found(NamedTuple):
    """What a search saw."""

    refused: int
    stopped: int
    valued: int
    #: Expressions that did what none may do, with what it was.
    surprises: tuple[tuple[str, str], ...]


def search(seed: int, rounds: int) -> Found:
    """Try `rounds` random expressions of each of the three kinds."""
    source = random.Random(seed)  # noqa: S311 - a repeatable search, not a secret
    before = repr(DATA)
    counts = {"refused": 0, "stopped": 0, "valued": 0}
    surprises = []
    for text, typed in _texts(source, rounds):
        outcome = _attempt(text, typed=typed)
        if outcome in counts:
            counts[outcome] += 1
        else:
            surprises.append((text, outcome))
    if repr(DATA) != before:
        surprises.append(("", "the data was changed"))
    return Found(**counts, surprises=tuple(surprises))


def _texts(source: random.Random, rounds: int) -> Iterator[tuple[str, bool]]:
    for _ in range(rounds):
        count = source.randint(1, 14)
        glue = source.choice(("", " "))
        yield glue.join(source.choices(_TOKENS, k=count)), False
        yield _nonsense(source, 4), False
        yield _GRAMMAR[source.choice("nfl")](source, 4), True


def _attempt(text: str, *, typed: bool) -> str:
    """Return refused, stopped or valued; anything else is a surprise."""
    try:
        expression = expressions.compile.__wrapped__(text)
    except ExpressionError as error:
        # The grammar writes only what the check must accept, apart from its limits.
        known = error.code in expressions.CODES - {"unexpected"}
        limit = error.code in {"too-deep", "too-many-nodes", "too-long"}
        allowed = limit or text.count(" for ") > 1
        return "refused" if known and (allowed or not typed) else error.code
    except (ArithmeticError, LookupError, TypeError, ValueError, SyntaxError) as error:
        return f"{error!r} from the check"
    try:
        value = expression.evaluate(DATA)
    except ExpressionError as error:
        return "unexpected" if error.code == "unexpected" else "stopped"
    if not is_plain(value):
        return f"a result that is not plain: {type(value).__name__}"
    if typed and value != eval(text, _PYTHON | DATA):  # noqa: S307 - written above
        return f"a value Python does not give: {value!r}"
    return "valued"


def is_plain(value: object) -> bool:
    """Tell whether a result is JSON within the limits."""
    if type(value) is int:
        return value.bit_length() <= limits.EXPRESSION_INT_BITS
    if type(value) is list:
        return len(value) <= limits.EXPRESSION_STEPS and all(map(is_plain, value))
    if type(value) is dict:
        return all(type(k) is str and is_plain(v) for k, v in value.items())
    return value is None or type(value) in {bool, float, str}


def _nonsense(source: random.Random, depth: int) -> str:
    """Return an expression that parses; its values are of any kinds."""
    if depth <= 0 or source.random() < 0.15:
        return source.choice(_ATOMS)
    one, other, third = (_nonsense(source, depth - 1) for _ in range(3))
    name = source.choice(sorted(expressions.FUNCTIONS))
    some = ", ".join((one, other, third)[: source.choice((1, 1, 2, 2, 3))])
    return source.choice(
        (
            f"({one} {source.choice(_SIGNS)} {other})",
            f"({one} {source.choice(_SIGNS)} {other})",
            f"({source.choice(('-', 'not ', '+'))}{one})",
            f"({one} if {other} == {third} else {third})",
            f"[{one}, {other}]",
            f"{{'k': {one}, 'l': {other}}}",
            f"({one})[{other}]",
            f"({one}).{source.choice(('k', 'year', 'day', 'l', 'real'))}",
            f"[{one} for y in {other} if {third} != y]",
            f"{name}({some})",
            f"{name}({some})",
            f"{name}({some})",
        )
    )


def _number(source: random.Random, depth: int) -> str:
    if depth <= 0 or source.random() < 0.2:
        return source.choice(("a", "b", "0", "3", "0.5", "d['k']", "xs[-1]"))
    left, right = (_number(source, depth - 1) for _ in range(2))
    flag, values = _flag(source, depth - 2), _list(source, depth - 1)
    return source.choice(
        (
            f"{left} {source.choice(('+', '-', '*', '/', '//', '%'))} {right}",
            f"({left} {source.choice(('+', '-', '*'))} {right})",
            f"-({left})",
            f"({left} if {flag} else {right})",
            f"{source.choice(('sum', 'max', 'min', 'len'))}({values})",
            f"max({left}, {right})",
            f"abs({left})",
        )
    )


def _flag(source: random.Random, depth: int) -> str:
    if depth <= 0 or source.random() < 0.1:
        return source.choice(("flag", "True", "none is None", "s == 'abc'", "'k' in d"))
    left, right = (_number(source, depth - 1) for _ in range(2))
    one, other = (_flag(source, depth - 1) for _ in range(2))
    sign = source.choice(("==", "!=", "<", "<=", ">", ">="))
    return source.choice(
        (
            f"{left} {sign} {right}",
            f"{left} < {right} {sign} {left}",
            f"{one} and {other}",
            f"({one} or {other})",
            f"not ({one})",
            f"{left} in {_list(source, depth - 1)}",
            f"{left} not in xs",
        )
    )


def _list(source: random.Random, depth: int) -> str:
    if depth <= 0 or source.random() < 0.3:
        return source.choice(
            ("xs", "d['xs']", "[1, 2.5, a]", "[y for y in xs if y > a]")
        )
    left, right = (_number(source, depth - 1) for _ in range(2))
    return source.choice((f"[{left}, {right}]", f"(xs + [{left}])"))


_GRAMMAR: Final = {"n": _number, "f": _flag, "l": _list}
