"""From the text of a cell or expression to its parts (DMN 1.5, 10.3.1.2)."""

from collections.abc import Callable, Mapping
from typing import Final

from engine import limits
from engine.decisions.feel.names import Names
from engine.decisions.feel.operands import NO_FUNCTIONS, Operands, folded
from engine.decisions.feel.tests import ANYTHING, Among, Compared, Membership, Tests
from engine.decisions.feel.tree import (
    Between,
    Calculation,
    Comparison,
    Instance,
    Logic,
    Negation,
    Part,
)
from engine.decisions.feel.values import KINDS

_COMPARISONS: Final = ("=", "!=", "<=", ">=", "<", ">")
_TYPES: Final = Names(["Any", *KINDS.values()])


class Parser(Operands):
    """Reads one text: `expression()` or `tests()`, once."""

    def __init__(
        self, text: str, names: Names, functions: Mapping[str, int] = NO_FUNCTIONS
    ) -> None:
        super().__init__(text, names, functions)
        self._depth = 0

    # What a text as a whole may be.

    def expression(self) -> Part:
        """The text as an expression.

        Raises:
            FeelError: It is none, or exceeds a limit.
        """
        part = self._expression()
        self._end()
        return part

    def tests(self) -> Tests:
        """The text as unary tests; empty and `-` let everything pass.

        Raises:
            FeelError: It is none, or exceeds a limit.
        """
        scan = self._scan
        if scan.ended or scan.text[scan.at :].strip() == "-":
            return ANYTHING
        start = scan.at
        if scan.took_word("not") and scan.took("("):
            tests = Tests(self._listed(), negated=True)
            scan.need(")")
            if not scan.sign():
                return tests
        scan.at = start
        tests = Tests(self._listed())
        self._end()
        return tests

    def _end(self) -> None:
        if not self._scan.ended:
            raise self._scan.unexpected()

    def _listed(self) -> tuple[Compared | Among, ...]:
        found = [self._test()]
        while self._scan.took(","):
            found.append(self._test())
        return tuple(found)

    def _test(self) -> Compared | Among:
        sign = self._scan.sign()
        if sign in _COMPARISONS:
            self._scan.took(sign)
            return self._made(Compared(sign, self._sum()))
        asked, self._asked = self._asked, False
        part = self._expression()
        asks, self._asked = self._asked, asked
        return Among(part, asks)

    # From the loosest to the tightest (grammar rules 1 to 4 and 49 to 54).

    def _expression(self) -> Part:
        self._depth += 1
        if self._depth > limits.EXPRESSION_DEPTH:
            raise self._scan.refusal("too-deep", limit=limits.EXPRESSION_DEPTH)
        part = self._logic("or", lambda: self._logic("and", self._comparison))
        self._depth -= 1
        return part

    def _logic(self, word: str, inner: Callable[[], Part]) -> Part:
        parts = [inner()]
        while self._scan.took_word(word):
            parts.append(inner())
        if len(parts) == 1:
            return parts[0]
        return self._made(Logic(word == "or", tuple(parts)))

    def _comparison(self) -> Part:
        scan, left = self._scan, self._sum()
        sign = scan.sign()
        if sign in _COMPARISONS:
            scan.took(sign)
            return self._made(Comparison(sign, left, self._sum()))
        if scan.took_word("between"):
            low = self._sum()
            scan.need_word("and")
            return self._made(Between(left, low, self._sum()))
        if scan.took_word("in"):
            return self._made(Membership(left, self._in()))
        if scan.took_word("instance"):
            scan.need_word("of")
            return self._made(Instance(left, self._type()))
        return left

    def _in(self) -> Tests:
        scan = self._scan
        start = scan.at
        if scan.took("("):
            tests = Tests(self._listed())
            if scan.took(")"):
                return tests
            # It was an interval that begins with a round bracket.
            scan.at = start
        return Tests((self._test_of_sum(),))

    def _test_of_sum(self) -> Compared | Among:
        if self._scan.sign() in _COMPARISONS:
            return self._test()
        return Among(self._sum(), asks=False)

    def _type(self) -> str:
        found = _TYPES.longest(self._scan.text, self._scan.at)
        if found is None:
            raise self._scan.refusal("type")
        self._scan.to(found[1])
        return found[0]

    def _sum(self) -> Part:
        part = self._product()
        while (sign := self._scan.sign()) in {"+", "-"}:
            self._scan.took(sign)
            part = self._made(Calculation(sign, part, self._product()))
        return part

    def _product(self) -> Part:
        part = self._power()
        while (sign := self._scan.sign()) in {"*", "/"}:
            self._scan.took(sign)
            part = self._made(Calculation(sign, part, self._power()))
        return part

    def _power(self) -> Part:
        part = self._signed()
        while self._scan.took("**"):
            part = self._made(Calculation("**", part, self._signed()))
        return part

    def _signed(self) -> Part:
        signs = 0
        while self._scan.took("-"):
            signs += 1
            self._made(None)
        part = self._steps()
        for _ in range(signs):
            part = folded(Negation(part), part)
        return part
