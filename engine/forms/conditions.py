"""`conditional.hide` of form-js: FEEL in, the safe expression language out.

FEEL is three-valued: `area > 500` is null while the area is empty, and so is its
negation (DMN 1.5, 10.3.2.9), and a component is hidden only when its condition is true.
Negations are therefore pushed inwards, and an ordering asks first whether the field is
filled in; then two values are enough.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from engine import errors, expressions
from engine.forms import feel

_PYTHON: Final = {"=": "=="}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A compiled condition."""

    source: str
    test: feel.Test
    #: Keys of the fields that it reads.
    keys: frozenset[str]
    program: expressions.Expression = field(compare=False, repr=False)

    def holds(self, values: Mapping[str, expressions.JSON]) -> bool:
        """Say whether the condition is true; a field that is not there is empty."""
        data = {key: values.get(key) for key in self.keys}
        return self.program.evaluate(data) is True


def compile(source: object, kinds: Mapping[str, str]) -> Condition:  # noqa: A001
    """Compile a form-js condition, which begins with `=`.

    Raises:
        FeelError: It is not in the subset of `engine.forms.feel`.
    """
    text = source.strip() if isinstance(source, str) else ""
    if not text.startswith("="):
        message = "a condition is a text that begins with ="
        raise feel.FeelError(message)
    test = feel.parse(text[1:], kinds)
    try:
        program = expressions.compile(_python(test, negated=False))
    except errors.ExpressionError as error:
        raise feel.FeelError(error.reason) from error
    return Condition(source=text, test=test, keys=_keys(test), program=program)


def _python(test: feel.Test, *, negated: bool) -> str:
    """Write a test so that it is True exactly when FEEL's answer is true."""
    match test:
        case feel.Not(inner):
            return _python(inner, negated=not negated)
        case feel.Every(tests) | feel.Some(tests):
            word = " and " if isinstance(test, feel.Every) != negated else " or "
            return f"({word.join(_python(each, negated=negated) for each in tests)})"
        case feel.Compare(sign, left, right):
            return _comparison(feel.OPPOSITE[sign] if negated else sign, left, right)
        case feel.Member(name, values):
            return f"({name.key} {'not in' if negated else 'in'} {list(values)!r})"
        case feel.Contains(name, value):
            word = "not in" if negated else "in"
            return f"({name.key} != None and {value!r} {word} {name.key})"
        case feel.Constant(value):
            return str(value is not negated)


def _comparison(sign: str, left: feel.Name, right: feel.Operand) -> str:
    text = f"{left.key} {_PYTHON.get(sign, sign)} {_operand(right)}"
    if sign in ("=", "!="):
        return f"({text})"
    names = [each for each in (left, right) if isinstance(each, feel.Name)]
    return f"({' and '.join([*(f'{name.key} != None' for name in names), text])})"


def _operand(operand: feel.Operand) -> str:
    return operand.key if isinstance(operand, feel.Name) else repr(operand.value)


def _keys(test: feel.Test) -> frozenset[str]:
    match test:
        case feel.Not(inner):
            return _keys(inner)
        case feel.Every(tests) | feel.Some(tests):
            return frozenset().union(*(_keys(each) for each in tests))
        case feel.Compare(_, left, right):
            sides = (left, right)
            return frozenset(each.key for each in sides if isinstance(each, feel.Name))
        case feel.Member(name, _) | feel.Contains(name, _):
            return frozenset({name.key})
        case feel.Constant():
            return frozenset()
