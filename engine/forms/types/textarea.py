"""Several lines of text."""

from typing import ClassVar

from engine.forms import registry
from engine.forms.types import textfield


@registry.component("textarea")
class TextArea(textfield.TextField):
    """A text answer of several lines."""

    rules: ClassVar = frozenset({"required", "minLength", "maxLength"})
    lines: ClassVar = True
