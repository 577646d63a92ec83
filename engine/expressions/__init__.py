"""The one safe expression language: checked at upload, evaluated at run time.

Conditions, calculated fields, decision cells and assignments are written in a small
part of Python's syntax. What a stranger writes here is run by the server, so the
language has no way to name an object of the program, and every step it takes is paid
from a budget (`engine.limits`). The same `compile` serves upload and run time.

In the language: None, True, False (also null, true, false), numbers, texts, lists,
records `{"key": value}`, names of the data, `record.key`, `record["key"]`, `list[0]`,
`date.year` / `.month` / `.day`, `+ - * / // %`, `== != < <= > >=`, `in`, `not in`,
`is None`, `and`, `or`, `not`, `a if test else b`, one `[x for x in list if test]`, and
calls of these functions by their plain name:

    len(x)                   characters of a text, elements of a list, entries
    min(a, b, ...) min(list) smallest number, text or date; likewise max
    sum(list)                sum of numbers
    abs(n) round(n, digits)  as in Python: halves go to the even neighbour
    int(x) float(x) str(x)   conversions; int cuts off, never a yes/no value
    lower(s) upper(s) trim(s)
    contains(x, y)           the same as `y in x`
    starts_with(s, start) ends_with(s, end)
    any(list) all(list)      of yes/no values
    get(record, key, default) the entry, or the default (None) when there is none
    empty(x)                 None, blank text, empty list or record
    date("2026-01-31") date(2026, 1, 31)
    days_between(first, last) whole days, negative when last is earlier
    add_days(day, n)

Stricter than Python, so that a slip is an error and not a wrong way through a
procedure: `and`, `or`, `not` and tests take only yes/no values; a yes/no value is no
number (`True == 1` is false); texts are neither multiplied nor formatted; names and
keys that start with `_` do not exist; a backslash and a comment are refused. Data named
like a function is still read as data and never shadows the function.

The evaluator is our own, not simpleeval behind a check: once the syntax tree is
restricted to these nodes little of simpleeval remains in use, closures made once are
about ten times faster than walking the tree at each gateway, and a boundary in four
short files that call no method of the data can be audited.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from engine.errors import ExpressionError
from engine.expressions import compiler, source, values
from engine.expressions.functions import FUNCTIONS
from engine.expressions.values import CODES, JSON

__all__ = [
    "ASSIGNMENTS",
    "CODES",
    "FUNCTIONS",
    "JSON",
    "Expression",
    "assignments",
    "compile",
    "truth",
]

#: Most assignments in one text.
ASSIGNMENTS: Final = 50

# Python's own words for what may go wrong inside an operation. The language is closed
# under its checks, so one of these is our mistake; the case stops as an incident.
_UNEXPECTED: Final = (ArithmeticError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A checked expression; equal to another of the same text."""

    #: As it was written.
    text: str
    #: The names of the data it may read.
    names: frozenset[str] = field(compare=False)
    _run: Callable[[values.Run], values.Value] = field(compare=False, repr=False)

    def evaluate(self, data: Mapping[str, JSON]) -> JSON:
        """Return the value for this data, which stays as it is.

        The result shares nothing with the data; a date comes back as YYYY-MM-DD.

        Raises:
            ExpressionError: a name is missing, the types do not fit, or a limit is
                exceeded. No other exception is raised.
        """
        run = values.Run(self.text, data)
        try:
            result = self._run(run)
            if result is True or result is False:
                return result
            return values.plain(run, result)
        except (RecursionError, MemoryError):
            raise run.refusal("too-deep", "the data is nested too deeply") from None
        except _UNEXPECTED as error:
            name = type(error).__name__
            raise run.refusal("unexpected", f"it fails with {name}") from error

    def holds(self, data: Mapping[str, JSON]) -> bool:
        """Evaluate a condition.

        Raises:
            ExpressionError: as `evaluate`, or the result is not true or false.
        """
        return truth(self.evaluate(data), text=self.text)


@lru_cache(maxsize=4096)
def compile(text: str) -> Expression:  # noqa: A001 - always used as expressions.compile
    """Check an expression and make it ready to be evaluated many times.

    Raises:
        ExpressionError: the text is not in the language or exceeds a limit; `code` is
            one of `CODES`, `column` counts from 1 (0: the text as a whole).
    """
    run, names = compiler.parse(text)
    return Expression(text=text, names=names, _run=run)


def truth(value: JSON, *, text: str = "") -> bool:
    """Return what a condition's result counts as: true and false count, nothing else.

    A missing answer is not a "no": a condition that yields None, a number or a text is
    a mistake in the model, and must not send a case down the wrong way.

    Raises:
        ExpressionError: the value is not a yes/no value.
    """
    if value is True or value is False:
        return value
    reason = f"a condition yields true or false, not {values.kind(value)}"
    raise ExpressionError(text, reason, code="not-boolean")


def assignments(text: str) -> tuple[tuple[str, Expression], ...]:
    """Read lines of `name = expression`, also separated by `;`, in their order.

    An expression may go on over several lines inside brackets.

    Raises:
        ExpressionError: a line is not an assignment, or its expression is refused.
    """
    lines = [line for line in _lines(text) if line.strip()]
    if len(lines) > ASSIGNMENTS:
        reason = f"there are more than {ASSIGNMENTS} assignments"
        raise ExpressionError(text[: source.EXCERPT], reason, code="too-long")
    return tuple(_assignment(line) for line in lines)


def _assignment(line: str) -> tuple[str, Expression]:
    name, sign, right = line.partition("=")
    name = name.strip()
    if not sign or not name.isidentifier() or name in source.RESERVED:
        reason = "an assignment is written: name = expression"
        raise ExpressionError(
            line[: source.EXCERPT], reason, code="assignment", column=1
        )
    problem = source.name_problem(name)
    if problem:
        code, reason = problem
        raise ExpressionError(line[: source.EXCERPT], reason, code=code, column=1)
    return name, compile(right.strip())


def _lines(text: str) -> Iterator[str]:
    """Cut the text at line ends and semicolons outside of quotes and brackets."""
    quote, depth, start = "", 0, 0
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character in ";\r\n" and depth <= 0:
            yield text[start:index]
            start, depth = index + 1, 0
    yield text[start:]
