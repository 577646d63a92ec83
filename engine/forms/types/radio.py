"""One choice of a few, all of them in sight."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from engine.forms import options, registry, source
from engine.forms.field import JSON, Field, Scalar


@registry.component("radio")
class Radio(registry.ComponentType):
    """A choice of one among fixed options."""

    properties: ClassVar = frozenset({"values"})
    rules: ClassVar = frozenset({"required"})
    missing: ClassVar = "required-choice"

    def compile(self, field: Field, component: source.Source) -> Field:
        """Read the fixed options."""
        return replace(field, options=options.read(component))

    def parse(self, field: Field, items: Sequence[Scalar]) -> JSON:
        """Return the stored value of the option, or `None` for no choice."""
        item = registry.single(items)
        if item is None or item == "":
            return None
        if not isinstance(item, str) or field.option(item) is None:
            raise registry.RefusedError("not-an-option")
        return item

    def show(self, field: Field, value: JSON, language: str) -> str:
        """Return the label of the option."""
        chosen = field.option(value)
        return chosen.label if chosen else super().show(field, value, language)
