"""Parsing the texts of one model: every mistake becomes a flaw with its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from engine import limits
from engine.decisions.errors import FeelError, Flaw
from engine.decisions.feel.names import Names
from engine.decisions.feel.parser import Parser
from engine.decisions.feel.tests import ANYTHING, Tests
from engine.decisions.feel.tree import Constant, Part

#: As much of a refused text as a remark repeats.
_EXCERPT: Final = 60
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a text stands."""

    element: str
    #: Name of the decision, type or data it belongs to.
    name: str
    line: int
    #: Number of the rule from 1, 0 outside of rules, and the label of the column.
    rule: int = 0
    column: str = ""

    def flaw(self, code: str, **words: object) -> Flaw:
        """A flaw of this place."""
        if self.rule:
            words |= {"rule": self.rule, "column": self.column}
        return Flaw(
            code=code,
            element=self.element,
            name=self.name,
            line=self.line,
            words=words,
        )


class Texts:
    """Parses the texts of a model against the names that it knows."""

    def __init__(
        self, names: Names, functions: Mapping[str, int], flaws: list[Flaw]
    ) -> None:
        self._names = names
        self._functions = functions
        self._flaws = flaws
        self._parts = 0
        self._kept: dict[str, tuple[Tests, Parser]] = {}
        #: Names read since they were last taken: surely, and inside of filters.
        self.names: set[str] = set()
        self.maybe: set[str] = set()
        #: Functions of the model called since they were last taken.
        self.called: set[str] = set()

    def expression(self, text: str, spot: Spot) -> Part:
        """A text as an expression; a wrong one stands for nothing."""
        found = self._read(text, spot, lambda parser: parser.expression())
        return Constant(None) if found is None else found[0]

    def tests(self, text: str, spot: Spot) -> Tests:
        """A text as unary tests; wrong ones let everything pass."""
        kept = self._kept.get(text)
        if kept is None:
            kept = self._read(text, spot, lambda parser: parser.tests())
            if kept is None:
                return ANYTHING
            self._kept[text] = kept
        self._note(kept[1])
        return kept[0]

    def _read(
        self, text: str, spot: Spot, read: Callable[[Parser], Made]
    ) -> tuple[Made, Parser] | None:
        if self._parts > limits.DECISION_PARTS:
            return None
        parser = None
        try:
            parser = Parser(text, self._names, self._functions)
            made = read(parser)
        except FeelError as error:
            kind = "cell" if spot.rule else "text"
            words = {**error.words, "text": _excerpt(text), "at": error.column}
            self._flaws.append(spot.flaw(f"{kind}-{error.reason}", **words))
            return None
        finally:
            self._spend(1 if parser is None else parser.nodes)
        self._note(parser)
        return made, parser

    def _spend(self, parts: int) -> None:
        self._parts += parts
        if self._parts > limits.DECISION_PARTS:
            words = {"limit": limits.DECISION_PARTS}
            self._flaws.append(Flaw(code="model-parts", words=words))

    def _note(self, parser: Parser) -> None:
        self.names |= parser.names
        self.maybe |= parser.maybe
        self.called |= parser.called

    def taken(self) -> tuple[frozenset[str], frozenset[str]]:
        """The names read since the last time; then none."""
        found = frozenset(self.names), frozenset(self.maybe)
        self.names, self.maybe = set(), set()
        return found


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT]}…"
