"""Expressions of other tools in the safe language, where they mean provably the same.

Comparisons of values and literals, joined by and, or, not, with plus, minus, times:
these mean the same in JUEL, FEEL, Groovy and JavaScript. Calls, indexes, quantifiers
and everything else give "" and become a question to a person.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from engine import expressions
from engine.domain import iso8601
from engine.domain.model import TimerKind
from engine.errors import ExpressionError

_TEMPLATE: Final = re.compile(r"[$#]\{([^{}]*)\}", re.DOTALL)
_QUOTED: Final = re.compile(r"(['\"])([^'\"]*)\1")
_DURATION: Final = re.compile(
    r"(?:duration|date and time|date)\s*\(\s*\"([^\"]*)\"\s*\)"
)
#: Reading a value by a call of the engine's interface is reading the value.
_READ: Final = re.compile(
    r"(?:(?:delegateE|e)xecution\.getVariable|bpmn:getDataObject|getDataObject)"
    r"\s*\(\s*(['\"])(\w+)\1\s*\)"
)
_TOKENS: Final = re.compile(
    r"""\s*(?:
      (?P<text>"[^"\\\n]*"|'[^'\\\n]*')
    | (?P<number>\d{1,15}(?:\.\d{1,10})?)
    | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    | (?P<sign>===|!==|==|!=|<>|<=|>=|&&|\|\||[=<>!()+*/-])
    )""",
    re.VERBOSE,
)
#: The share of the instances that are done: both are small whole numbers, the second
#: never 0, so that every way of dividing compares alike with a short decimal.
_SHARED: Final = re.compile(r"nr[Oo]f\w*Instances|numberOf\w*Instances")
_ALL: Final = frozenset({"nrOfInstances", "numberOfInstances"})
_DEPTH: Final = 15
_CONSTANTS: Final = {"true": "True", "false": "False", "null": "None", "None": "None"}
_COMMON: Final = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "!=": "!="}
_C_LIKE: Final = {**_COMMON, "==": "==", "===": "==", "!==": "!="}
_COMPARE: Final = {
    "juel": {
        **_COMMON,
        "==": "==",
        "eq": "==",
        "ne": "!=",
        "lt": "<",
        "gt": ">",
        "le": "<=",
        "ge": ">=",
    },
    "feel": {**_COMMON, "=": "=="},
    "xpath": {**_COMMON, "=": "=="},
    "groovy": _C_LIKE,
    "javascript": _C_LIKE,
}
_AND: Final = frozenset({"and", "&&"})
_OR: Final = frozenset({"or", "||"})
_NOT: Final = frozenset({"not", "!"})


def language(text: str, declared: str) -> str:
    """The language that an expression is written in; empty when it is ours."""
    name = declared.strip().lower()
    for known in ("feel", "juel", "groovy", "python"):
        if known in name:
            return "" if known == "python" else known
    if "javascript" in name or "ecmascript" in name:
        return "javascript"
    if text.startswith("="):
        return "feel"
    if _TEMPLATE.fullmatch(text):
        return "juel"
    if "xpath" in name or "bpmn:getDataObject" in text:
        return "xpath"
    return ""


def expression(text: str, declared: str) -> str:
    """The expression in the safe language; empty when it may not mean the same."""
    written = text.strip()
    tongue = language(written, declared)
    inner = _TEMPLATE.fullmatch(written)
    if inner:
        written = inner[1].strip()
    elif tongue == "feel":
        written = written.removeprefix("=").strip()
    if not tongue:
        # No language is named: signs that only one meaning fits still tell.
        if _compiles(written):
            return written
        tongue = "javascript" if re.search(r"&&|\|\||===|!\w", written) else "feel"
    written = _READ.sub(r"\2", written)
    made = _Reader(_COMPARE.get(tongue, {}), _tokens(written)).whole()
    return made if made and _compiles(made) else ""


def time(kind: TimerKind, text: str) -> str:
    """A time without the quotes or templates around it; empty when there is none."""
    written = text.strip()
    inner = _TEMPLATE.fullmatch(written)
    if inner:
        written = inner[1].strip()
    elif written.startswith("="):
        written = written[1:].strip()
    for shape, group in ((_DURATION, 1), (_QUOTED, 2)):
        found = shape.fullmatch(written)
        if found:
            written = found[group]
    return written if iso8601.is_literal(kind, written) else ""


def _compiles(text: str) -> bool:
    try:
        expressions.compile(text)
    except ExpressionError:
        return False
    return True


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        match = _TOKENS.match(text, at)
        if match is None:
            return [("bad", "")] if text[at:].strip() else found
        found.append((match.lastgroup or "", match[match.lastgroup or 0]))
        at = match.end()
    return found


class _NotSameError(Exception):
    """The text holds something that may mean another thing here."""


@dataclass(slots=True)
class _Reader:
    """Reads or, and, not, comparison, sum, product, operand; writes Python syntax."""

    compare: dict[str, str]
    tokens: list[tuple[str, str]]
    at: int = 0
    depth: int = field(default=0)

    def whole(self) -> str:
        """The whole text translated, or empty."""
        try:
            made = self._either()
        except _NotSameError:
            return ""
        return made if self.at == len(self.tokens) and self.tokens else ""

    def _next(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def _taken(self, words: frozenset[str]) -> bool:
        kind, word = self._next()
        if kind in {"sign", "name"} and word in words:
            self.at += 1
            return True
        return False

    def _either(self) -> str:
        self.depth += 1
        if self.depth > _DEPTH:
            raise _NotSameError
        parts = [self._both()]
        while self._taken(_OR):
            parts.append(self._both())
        self.depth -= 1
        return " or ".join(parts) if len(parts) > 1 else parts[0]

    def _both(self) -> str:
        parts = [self._negated()]
        while self._taken(_AND):
            parts.append(self._negated())
        return " and ".join(parts)

    def _negated(self) -> str:
        kind, word = self._next()
        if kind in {"sign", "name"} and word in _NOT:
            self.at += 1
            # `!` binds closer than a comparison; `!a == b` is left to a person.
            inner = self._operand()
            if self._next()[1] in self.compare:
                raise _NotSameError
            return f"not {inner}"
        return self._comparison()

    def _comparison(self) -> str:
        left = self._sum()
        sign = self.compare.get(self._next()[1]) if self._next()[0] != "text" else None
        if sign is None:
            return left
        self.at += 1
        right = self._sum()
        if self._next()[1] in self.compare and self._next()[0] != "text":
            raise _NotSameError
        return f"{left} {sign} {right}"

    def _sum(self) -> str:
        made = self._operand()
        if self._next() == ("sign", "/"):
            self.at += 1
            return self._share(made, self._operand())
        while self._next() in {("sign", "+"), ("sign", "-"), ("sign", "*")}:
            sign = self._next()[1]
            self.at += 1
            made = f"{made} {sign} {self._operand()}"
        return made

    def _share(self, part: str, whole: str) -> str:
        if whole not in _ALL or not _SHARED.fullmatch(part):
            raise _NotSameError
        return f"{part} / {whole}"

    def _operand(self) -> str:
        kind, word = self._next()
        self.at += 1
        if kind in {"text", "number"}:
            return word
        if kind == "name" and word not in _AND | _OR | _NOT:
            return _CONSTANTS.get(word, word)
        if (kind, word) == ("sign", "-") and self._next()[0] == "number":
            return f"-{self._operand()}"
        if (kind, word) == ("sign", "("):
            inner = self._either()
            if self._next() != ("sign", ")"):
                raise _NotSameError
            self.at += 1
            return f"({inner})"
        raise _NotSameError
