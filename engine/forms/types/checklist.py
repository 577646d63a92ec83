"""Any number of choices among a few."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from engine.forms import options, registry, source
from engine.forms.field import JSON, Field, Scalar


@registry.component("checklist")
class Checklist(registry.SeveralType):
    """A list of choices, stored in the order of the options."""

    properties: ClassVar = frozenset({"values"})
    rules: ClassVar = frozenset({"required"})
    kind: ClassVar = "list"
    missing: ClassVar = "required-choice"

    def compile(self, field: Field, component: source.Source) -> Field:
        """Read the fixed options."""
        return replace(field, options=options.read(component))

    def parse(self, field: Field, items: Sequence[Scalar]) -> JSON:
        """Return the stored values of the options, each once."""
        # An empty item keeps "nothing ticked" apart from "not asked" in a page.
        chosen = {item for item in items if item != ""}
        known = [option.value for option in field.options]
        if not chosen <= set(known):
            raise registry.RefusedError("not-an-option")
        return [value for value in known if value in chosen]

    def show(self, field: Field, value: JSON, language: str) -> str:
        """Return the labels of the options, one a line."""
        del language
        options_ = ((item, field.option(item)) for item in self.write(field, value))
        return "\n".join(option.label if option else item for item, option in options_)
