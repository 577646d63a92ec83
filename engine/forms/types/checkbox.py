"""A box to tick: yes or no."""

from collections.abc import Sequence
from typing import ClassVar, Final

from engine.forms import messages, registry
from engine.forms.field import JSON, Field, Scalar

#: What browsers send for a ticked box (HTML 4.10.5.4) and what our own pages send.
_TICKED: Final[tuple[Scalar, ...]] = (True, "true", "on")
_NOT_TICKED: Final[tuple[Scalar | None, ...]] = (False, "false", "", None)


@registry.component("checkbox")
class Checkbox(registry.ComponentType):
    """A yes-or-no answer; required means that it must be ticked, as in form-js."""

    rules: ClassVar = frozenset({"required"})
    kind: ClassVar = "boolean"
    missing: ClassVar = "required-tick"

    def parse(self, field: Field, items: Sequence[Scalar]) -> JSON:
        """Return whether the box is ticked; nothing sent means that it is not."""
        del field
        item = registry.single(items)
        if isinstance(item, bool | str | None):
            if item in _TICKED:
                return True
            if item in _NOT_TICKED:
                return False
        raise registry.RefusedError("malformed")

    def write(self, field: Field, value: JSON) -> tuple[str, ...]:
        """Return the item of a ticked box."""
        del field
        return ("true",) if value is True else ()

    def show(self, field: Field, value: JSON, language: str) -> str:
        """Return yes or no."""
        del field
        return messages.word("yes" if value is True else "no", language)
