"""Empty space between two parts of a form."""

from typing import ClassVar

from engine.forms import registry


@registry.component("spacer")
class Spacer(registry.ComponentType):
    """Vertical space; its height is the style sheet's business."""

    properties: ClassVar = frozenset({"height"})
    keyed: ClassVar = False
