"""The part of FEEL that conditions of forms may use, parsed by hand.

    = kind = "land" and not(area > 500)
    = district in ["A", "B"] or list contains(papers, "map") or note = null

Comparison, `and`, `or`, `not(…)`, `in`, `list contains`, texts, numbers, true, false
and null, as in the grammar of DMN 1.5, 10.3.1.2. A condition compares fields with
literals or with fields of the same kind; what can never hold is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: A literal, or null.
Literal = str | int | float | bool | None

_DEPTH: Final = 20
_TOKENS: Final = re.compile(
    r"""\s*(?:
      (?P<text>"(?:[^"\\\n]|\\["\\])*")
    | (?P<number>-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,10})?)
    | (?P<contains>list\s+contains\b)
    | (?P<name>[A-Za-z][A-Za-z0-9_]*)
    | (?P<sign>!=|<=|>=|[=<>()\[\],])
    )""",
    re.VERBOSE,
)
#: The sign that negates another one.
OPPOSITE: Final = {
    "=": "!=",
    "!=": "=",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
}
#: The sign that says the same with the sides exchanged.
_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_ORDERING: Final = frozenset({"<", "<=", ">", ">="})
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class FeelError(Exception):
    """The text is not a condition that we can carry out; the message says why."""


@dataclass(frozen=True, slots=True)
class Name:
    """A field."""

    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class Value:
    """A literal."""

    value: Literal
    kind: str


Operand = Name | Value


@dataclass(frozen=True, slots=True)
class Constant:
    """Always, or never."""

    value: bool


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison with `=`, `!=`, `<`, `<=`, `>` or `>=`; a field stands left."""

    sign: str
    left: Name
    right: Operand


@dataclass(frozen=True, slots=True)
class Member:
    """A field is one of some literals."""

    name: Name
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Contains:
    """A list holds a literal."""

    name: Name
    value: Literal


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    test: "Test"


@dataclass(frozen=True, slots=True)
class Every:
    """Conjunction."""

    tests: tuple["Test", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Disjunction."""

    tests: tuple["Test", ...]


Test = Constant | Compare | Member | Contains | Not | Every | Some


def parse(text: str, kinds: Mapping[str, str]) -> Test:
    """Parse a condition without its leading `=`.

    Args:
        text: The condition.
        kinds: What each field holds: text, date, number, boolean or list.

    Raises:
        FeelError: It is not in the subset, or compares what cannot be compared.
    """
    parser = _Parser(_tokens(text), kinds)
    test = parser.some(0)
    parser.end()
    return test


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place, text = 0, text.strip()
    while place < len(text):
        match = _TOKENS.match(text, place)
        if match is None or match.lastgroup is None:
            message = f"cannot read {text[place : place + 20].strip()}"
            raise FeelError(message)
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return [*found, ("end", "")]


class _Parser:
    """Recursive descent, one method per precedence."""

    def __init__(self, tokens: list[tuple[str, str]], kinds: Mapping[str, str]) -> None:
        self._tokens = tokens
        self._kinds = kinds
        self._place = 0

    def some(self, depth: int) -> Test:
        tests = [self._every(depth)]
        while self._taken("or"):
            tests.append(self._every(depth))
        return tests[0] if len(tests) == 1 else Some(tuple(tests))

    def end(self) -> None:
        if self._peek()[0] != "end":
            message = f"unexpected {self._peek()[1]}"
            raise FeelError(message)

    def _every(self, depth: int) -> Test:
        tests = [self._test(depth)]
        while self._taken("and"):
            tests.append(self._test(depth))
        return tests[0] if len(tests) == 1 else Every(tuple(tests))

    def _test(self, depth: int) -> Test:
        if depth > _DEPTH:
            message = f"it is nested deeper than {_DEPTH}"
            raise FeelError(message)
        if self._taken("not"):
            self._expect("(")
            return Not(self._closed(depth))
        if self._taken("("):
            return self._closed(depth)
        if self._peek()[0] == "contains":
            return self._contains()
        return self._comparison()

    def _closed(self, depth: int) -> Test:
        test = self.some(depth + 1)
        self._expect(")")
        return test

    def _contains(self) -> Test:
        self._next()
        self._expect("(")
        name = self._operand()
        self._expect(",")
        value = self._operand()
        self._expect(")")
        if not isinstance(name, Name) or name.kind != "list":
            message = "list contains needs a checklist or file field"
            raise FeelError(message)
        if not isinstance(value, Value) or value.kind != "text":
            message = "list contains needs a text as its second part"
            raise FeelError(message)
        return Contains(name, value.value)

    def _comparison(self) -> Test:
        left = self._operand()
        sign = self._peek()[1]
        if self._peek()[0] == "sign" and (sign in _ORDERING or sign in ("=", "!=")):
            self._next()
            right = self._operand()
            _comparable(sign, left, right)
            if isinstance(left, Name):
                return Compare(sign, left, right)
            if isinstance(right, Name):
                return Compare(_MIRRORED.get(sign, sign), right, left)
            message = "one side must be a field"
            raise FeelError(message)
        if self._taken("in"):
            return self._member(left)
        if left.kind != "boolean":
            message = "a field alone must be a checkbox"
            raise FeelError(message)
        if isinstance(left, Value):
            return Constant(left.value is True)
        return Compare("=", left, Value(value=True, kind="boolean"))

    def _member(self, left: Operand) -> Test:
        if not isinstance(left, Name):
            message = "in needs a field on its left"
            raise FeelError(message)
        closing = ")" if self._peek()[1] == "(" else "]"
        self._expect("(" if closing == ")" else "[")
        values: list[Literal] = []
        while not values or self._taken(","):
            each = self._operand()
            _comparable("=", left, each)
            if not isinstance(each, Value):
                message = "in needs texts or numbers on its right"
                raise FeelError(message)
            values.append(each.value)
        self._expect(closing)
        return Member(left, tuple(values))

    def _operand(self) -> Operand:
        group, text = self._next()
        if group == "text":
            plain = text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
            # An empty answer is stored as null, so "" and null mean the same.
            return Value(plain, "text") if plain else Value(None, "null")
        if group == "number":
            return Value(float(text) if "." in text else int(text), "number")
        if group == "name":
            return self._named(text)
        message = f"a field or value is missing before {text or 'the end'}"
        raise FeelError(message)

    def _named(self, text: str) -> Operand:
        words: dict[str, Value] = {
            "true": Value(value=True, kind="boolean"),
            "false": Value(value=False, kind="boolean"),
            "null": Value(None, "null"),
        }
        if text in words:
            return words[text]
        if text not in self._kinds:
            message = f"{text} is not a field of this form"
            raise FeelError(message)
        return Name(text, self._kinds[text])

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._place]

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._place = min(self._place + 1, len(self._tokens) - 1)
        return token

    def _taken(self, text: str) -> bool:
        group, found = self._peek()
        if group not in ("sign", "name") or found != text:
            return False
        self._place += 1
        return True

    def _expect(self, text: str) -> None:
        if not self._taken(text):
            message = f"{text} is missing before {self._peek()[1] or 'the end'}"
            raise FeelError(message)


def _comparable(sign: str, left: Operand, right: Operand) -> None:
    """Refuse what FEEL answers with null: it would never hold."""
    kinds = {_kind(left, right), _kind(right, left)}
    if "list" in kinds:
        message = "use list contains for a field with several answers"
        raise FeelError(message)
    if len(kinds - {"null"}) > 1:
        message = f"a {' cannot be compared with a '.join(sorted(kinds))}"
        raise FeelError(message)
    if sign in _ORDERING and not kinds <= {"number", "date"}:
        message = f"{sign} needs numbers or dates"
        raise FeelError(message)


def _kind(operand: Operand, other: Operand) -> str:
    """Return the kind of an operand; an ISO date beside a date field is a date."""
    is_date = (
        other.kind == "date"
        and isinstance(operand, Value)
        and isinstance(operand.value, str)
        and _ISO_DATE.fullmatch(operand.value) is not None
    )
    return "date" if is_date else operand.kind
