"""A line between two parts of a form."""

from typing import ClassVar

from engine.forms import registry


@registry.component("separator")
class Separator(registry.ComponentType):
    """A horizontal rule."""

    keyed: ClassVar = False
