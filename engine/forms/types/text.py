"""Static text: instructions between the questions, shown as plain text."""

from dataclasses import replace
from typing import ClassVar

from engine.forms import registry, source
from engine.forms.field import Field


@registry.component("text")
class Text(registry.ComponentType):
    """A paragraph that is only read."""

    properties: ClassVar = frozenset({"text"})
    keyed: ClassVar = False

    def compile(self, field: Field, component: source.Source) -> Field:
        """Keep the text, which must not be an expression."""
        return replace(field, text=component.text("text", longest=source.TEXT_CHARS))
