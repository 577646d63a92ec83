"""One choice of many, in a list that opens."""

from typing import ClassVar

from engine.forms import registry
from engine.forms.types import radio


@registry.component("select")
class Select(radio.Radio):
    """A choice of one in a drop-down list; `searchable` is left to the page."""

    properties: ClassVar = frozenset({"values", "searchable"})
