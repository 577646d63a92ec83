"""What stands between the signs of a FEEL expression: literals, names, brackets, calls.

What the grammar has and this reader has not (function definitions in a text, named
arguments, external code) is refused by name; nothing is skipped.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar, cast

from engine import limits
from engine.decisions.errors import DecisionError
from engine.decisions.feel import temporal
from engine.decisions.feel.functions import FUNCTIONS
from engine.decisions.feel.loops import For, Loop, Quantified
from engine.decisions.feel.names import Names
from engine.decisions.feel.scanner import RESERVED, Scanner
from engine.decisions.feel.tree import (
    Call,
    Constant,
    Context,
    Filter,
    If,
    Invocation,
    Listing,
    Name,
    Part,
    Path,
    Span,
    Tested,
)
from engine.decisions.feel.values import Run, Value

Made = TypeVar("Made")

_FUNCTION_NAMES: Final = Names(FUNCTIONS)
#: Calls that are made once when all their arguments are literals.
_LITERALS: Final = frozenset({"date", "time", "date and time", "duration"})
_FOLDING_STEPS: Final = 1_000
#: Of a text that no model stands around.
NO_FUNCTIONS: Final[Mapping[str, int]] = MappingProxyType({})


class Operands(ABC):
    """Reads operands of one text; what signs join them to is the subclass's."""

    def __init__(
        self, text: str, names: Names, functions: Mapping[str, int] = NO_FUNCTIONS
    ) -> None:
        self._scan = Scanner(text, names)
        #: Functions of the model by name, with the number of their parameters.
        self._functions = functions
        #: Names of those that the text calls.
        self.called: set[str] = set()
        #: Names of the data that the text reads.
        self.names: set[str] = set()
        #: Names that may also be entries of what a filter looks at.
        self.maybe: set[str] = set()
        #: How many parts it has.
        self.nodes = 0
        self._asked = False
        self._filters = 0
        self._locals: list[str] = []
        # Whether a square bracket would end the interval that is read.
        self._closing = False

    @abstractmethod
    def _expression(self) -> Part:
        """Read a whole expression."""

    @abstractmethod
    def _sum(self) -> Part:
        """Read what stands beside a comparison."""

    def _made(self, part: Made) -> Made:
        """Count a part that was read."""
        self.nodes += 1
        if self.nodes > limits.EXPRESSION_NODES:
            raise self._scan.refusal("too-many", limit=limits.EXPRESSION_NODES)
        return part

    # `a.b[c]` and what they begin with.

    def _steps(self) -> Part:
        part = self._primary()
        while True:
            if self._scan.sign() == "." and self._scan.took("."):
                part = self._made(Path(part, self._key()))
            elif self._scan.sign() == "[" and not self._closing:
                part = self._filter(part)
            else:
                return part

    def _filter(self, part: Part) -> Part:
        self._scan.need("[")
        self._filters += 1
        test = self._inside(self._expression)
        self._filters -= 1
        self._scan.need("]")
        return self._made(Filter(part, test))

    def _inside(self, read: Callable[[], Made]) -> Made:
        """Read between brackets, where the end of an interval is not awaited."""
        closing, self._closing = self._closing, False
        found = read()
        self._closing = closing
        return found

    def _key(self) -> str:
        name = self._scan.name()
        if not name:
            raise self._scan.unexpected()
        return name

    def _primary(self) -> Part:
        scan, sign = self._scan, self._scan.sign()
        reader = self._BRACKETS.get(sign)
        if reader is not None:
            return reader(self)
        number = scan.number()
        if number is not None:
            return self._made(Constant(number))
        text = scan.string()
        if text is not None:
            return self._made(Constant(text))
        special = self._SPECIAL.get(scan.word())
        if special is not None and not self._known():
            return special(self)
        return self._call_or_name()

    def _known(self) -> bool:
        """Whether a known name of several words begins with a reserved one."""
        found = self._scan.names.longest(self._scan.text, self._scan.at)
        return found is not None and found[0] not in RESERVED

    def _asking(self) -> Part:
        self._scan.need("?")
        self._asked = True
        return self._made(Tested())

    def _at_literal(self) -> Part:
        self._scan.need("@")
        text = self._scan.string()
        readers = (temporal.date, temporal.time, temporal.date_and_time)
        found: Value = None
        for read in (*readers, temporal.duration):
            found = read(text) if text is not None and found is None else found
        if found is None:
            raise self._scan.refusal("literal", text=text or "")
        return self._made(Constant(found))

    def _round(self) -> Part:
        self._scan.need("(")
        part = self._inside(self._expression)
        if self._scan.took(".."):
            return self._span(part, closed=False)
        self._scan.need(")")
        return part

    def _square(self) -> Part:
        self._scan.need("[")
        if self._scan.took("]"):
            return self._made(Constant([]))
        parts = [self._inside(self._expression)]
        if self._scan.took(".."):
            return self._span(parts[0], closed=True)
        while self._scan.took(","):
            parts.append(self._inside(self._expression))
        self._scan.need("]")
        if all(isinstance(one, Constant) for one in parts):
            literals = cast("list[Constant]", parts)
            return self._made(Constant([one.constant for one in literals]))
        return self._made(Listing(tuple(parts)))

    def _open(self) -> Part:
        self._scan.need("]")
        part = self._inside(self._expression)
        self._scan.need("..")
        return self._span(part, closed=False)

    def _span(self, low: Part, *, closed: bool) -> Part:
        outer, self._closing = self._closing, True
        high = self._sum()
        self._closing = outer
        sign = self._scan.sign()
        if sign not in {"]", ")", "["}:
            raise self._scan.unexpected()
        self._scan.took(sign)
        span = self._made(Span(low, high, closed, sign == "]"))
        made = folded(span, low, high)
        if isinstance(made, Constant) and made.constant is None:
            raise self._scan.refusal("span")
        return made

    def _context(self) -> Part:
        self._scan.need("{")
        entries: list[tuple[str, Part]] = []
        while not self._scan.took("}"):
            if entries:
                self._scan.need(",")
            key = self._scan.string()
            key = self._key() if key is None else key
            self._scan.need(":")
            entries.append((key, self._inside(self._expression)))
            self._locals.append(key)
        del self._locals[len(self._locals) - len(entries) :]
        return self._made(Context(tuple(entries)))

    def _literal(self) -> Part:
        word = self._scan.word()
        self._scan.took_word(word)
        value = {"true": True, "false": False, "null": None}[word]
        return self._made(Constant(value))

    def _if(self) -> Part:
        self._scan.need_word("if")
        test = self._expression()
        self._scan.need_word("then")
        yes = self._expression()
        self._scan.need_word("else")
        return self._made(If(test, yes, self._expression()))

    def _for(self) -> Part:
        self._scan.need_word("for")
        loops = self._loops()
        self._scan.need_word("return")
        return self._made(For(loops, self._scoped(loops)))

    def _quantified(self) -> Part:
        word = self._scan.word()
        self._scan.took_word(word)
        loops = self._loops()
        self._scan.need_word("satisfies")
        return self._made(Quantified(word == "some", loops, self._scoped(loops)))

    def _loops(self) -> tuple[Loop, ...]:
        loops: list[Loop] = []
        while not loops or self._scan.took(","):
            name = self._key()
            self._scan.need_word("in")
            first = self._expression()
            last = self._expression() if self._scan.took("..") else None
            loops.append(self._made(Loop(name, first, last)))
            self._locals.append(name)
        return tuple(loops)

    def _scoped(self, loops: tuple[Loop, ...]) -> Part:
        part = self._expression()
        del self._locals[len(self._locals) - len(loops) :]
        return part

    def _definition(self) -> Part:
        raise self._scan.refusal("function")

    def _call_or_name(self) -> Part:
        scan = self._scan
        called = _FUNCTION_NAMES.longest(scan.text, scan.at)
        if called is not None:
            start = scan.at
            scan.to(called[1])
            if scan.sign() == "(":
                return self._call(called[0])
            scan.at = start
        name = scan.name()
        if not name:
            raise scan.unexpected()
        if scan.sign() == "(":
            return self._invocation(name)
        if name not in self._locals and not (name == "item" and self._filters):
            (self.maybe if self._filters else self.names).add(name)
        return self._made(Name(name))

    def _invocation(self, name: str) -> Part:
        """A call of a function of the model."""
        if name not in self._functions:
            raise self._scan.refusal("call", name=name)
        arguments = self._arguments()
        if len(arguments) != self._functions[name]:
            raise self._scan.refusal("arguments", name=name)
        self.called.add(name)
        return self._made(Invocation(name, tuple(arguments)))

    def _arguments(self) -> list[Part]:
        self._scan.need("(")
        arguments: list[Part] = []
        while not self._scan.took(")"):
            if arguments:
                self._scan.need(",")
            arguments.append(self._inside(self._expression))
            if self._scan.sign() == ":":
                raise self._scan.refusal("named")
        return arguments

    def _call(self, name: str) -> Part:
        arguments = self._arguments()
        function = FUNCTIONS[name]
        if not function.least <= len(arguments) <= function.most:
            raise self._scan.refusal("arguments", name=name)
        part = self._made(Call(function, tuple(arguments)))
        if name not in _LITERALS:
            return part
        made = folded(part, *arguments)
        if isinstance(made, Constant) and made.constant is None:
            raise self._scan.refusal("literal", text=f"{name}(…)")
        return made

    _BRACKETS: Final[dict[str, Callable[["Operands"], Part]]] = {
        "?": _asking,
        "@": _at_literal,
        "(": _round,
        "[": _square,
        "]": _open,
        "{": _context,
    }
    _SPECIAL: Final[dict[str, Callable[["Operands"], Part]]] = {
        "true": _literal,
        "false": _literal,
        "null": _literal,
        "if": _if,
        "for": _for,
        "some": _quantified,
        "every": _quantified,
        "function": _definition,
    }


def folded(part: Part, *inner: Part) -> Part:
    """A part as a literal, when all it is made of are literals."""
    if not all(isinstance(one, Constant) for one in inner):
        return part
    try:
        return Constant(part.value(Run({}, _FOLDING_STEPS)))
    except DecisionError:
        return part
