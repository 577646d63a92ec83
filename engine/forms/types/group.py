"""A heading with the questions below it.

Groups are flattened: their components follow in the same list and name the group. A
group with a `path` would nest the stored values, so that property is refused.
"""

from typing import ClassVar

from engine.forms import registry


@registry.component("group")
class Group(registry.ComponentType):
    """A group of components under one heading."""

    properties: ClassVar = frozenset({"components", "showOutline", "verticalAlignment"})
    keyed: ClassVar = False
    container: ClassVar = True
