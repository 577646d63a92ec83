"""Conditions in words, for pages that cannot hide a field by themselves.

Without scripts a field that hangs on an answer of the same page is shown with the text
"Chỉ điền nếu …", and the condition is carried out when the answers arrive.
"""

from typing import Final

from engine import expressions
from engine.forms import feel, messages
from engine.forms.field import Field
from engine.forms.form import Form, show

_WORDS: Final = {
    "=": "is",
    "!=": "is-not",
    ">": "greater",
    ">=": "at-least",
    "<": "less",
    "<=": "at-most",
}


def shown_if(form: Form, part: Field, language: str = messages.VIETNAMESE) -> str:
    """Return the sentence that says when a component is asked, empty for always."""
    writer = _Writer(form, language)
    tests = [writer.test(each.test, negated=True) for each in part.hide]
    if not tests:
        return ""
    return messages.word("only-if", language, test=writer.joined("and", tests))


class _Writer:
    """Words for one form in one language."""

    def __init__(self, form: Form, language: str) -> None:
        self._fields = {field.key: field for field in form.fields}
        self._language = language

    def test(self, test: feel.Test, *, negated: bool) -> str:
        match test:
            case feel.Not(inner):
                return self.test(inner, negated=not negated)
            case feel.Every(tests) | feel.Some(tests):
                word = "and" if isinstance(test, feel.Every) != negated else "or"
                inner_ = [self._inside(each, negated=negated) for each in tests]
                return self.joined(word, inner_)
            case feel.Compare():
                return self._comparison(test, negated=negated)
            case feel.Member(name, values):
                listed = ", ".join(self._value(name, each) for each in values)
                code = "not-among" if negated else "among"
                return self._word(code, name, value=listed)
            case feel.Contains(name, value):
                code = "without" if negated else "with"
                return self._word(code, name, value=self._value(name, value))
            case feel.Constant(value):
                code = "always" if value is not negated else "never"
                return messages.word(code, self._language)

    def joined(self, word: str, tests: list[str]) -> str:
        return f" {messages.word(word, self._language)} ".join(tests)

    def _inside(self, test: feel.Test, *, negated: bool) -> str:
        text = self.test(test, negated=negated)
        return f"({text})" if isinstance(test, feel.Every | feel.Some) else text

    def _comparison(self, test: feel.Compare, *, negated: bool) -> str:
        sign = feel.OPPOSITE[test.sign] if negated else test.sign
        name, other = test.left, test.right
        if isinstance(other, feel.Name):
            return self._word(_WORDS[sign], name, value=self._label(other))
        if other.value is None:
            return self._word("empty" if sign == "=" else "filled", name)
        if isinstance(other.value, bool):
            ticked = other.value is (sign == "=")
            return self._word("ticked" if ticked else "not-ticked", name)
        return self._word(_WORDS[sign], name, value=self._value(name, other.value))

    def _value(self, name: feel.Name, value: feel.Literal) -> str:
        field = self._fields[name.key]
        plain: expressions.JSON = value
        if name.kind == "list":
            plain = [value]
        return f"“{show(field, plain, self._language)}”"

    def _label(self, name: feel.Name) -> str:
        return f"“{self._fields[name.key].name(self._language)}”"

    def _word(self, code: str, name: feel.Name, **params: object) -> str:
        return messages.word(code, self._language, label=self._label(name), **params)
