"""From the names of types to types: references followed, circles refused."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from engine.decisions.errors import Flaw
from engine.decisions.feel.names import normal
from engine.decisions.model import ItemType
from engine.decisions.texts import Spot, Texts
from engine.decisions.types import ANY, BASIC, Type

_DEPTH: Final = 16


class Resolver:
    """Knows the types of one model."""

    def __init__(
        self, types: tuple[ItemType, ...], texts: Texts, flaws: list[Flaw]
    ) -> None:
        self._items: dict[str, ItemType] = {one.name: one for one in types}
        self._texts = texts
        self._flaws = flaws
        self._made: dict[str, Type] = {}
        self._open: list[str] = []

    def type(self, name: str, spot: Spot) -> Type:
        """The type of a name; any type, and a remark, when nobody knows it."""
        basic = BASIC.get(name)
        if name not in self._items:
            if basic is not None:
                return Type(kind=basic, label=name or "Any")
            self._flaws.append(spot.flaw("type-unknown", type=name))
            return ANY
        if name in self._open or len(self._open) > _DEPTH:
            self._flaws.append(spot.flaw("type-circle", type=name))
            return ANY
        if name not in self._made:
            self._open.append(name)
            self._made[name] = self._item(self._items[name])
            self._open.pop()
        return self._made[name]

    def _item(self, item: ItemType) -> Type:
        spot = Spot(element="", name=item.name, line=item.line)
        if item.components:
            made = Type(kind="context", components=self._components(item))
        else:
            made = self.type(item.base, spot)
        if item.allowed:
            allowed = self._texts.tests(item.allowed, spot)
            self._texts.taken()
            made = replace(made, allowed=allowed, allowed_text=item.allowed)
        if item.collection and made.collection:
            # A list of lists: only the outer one is held.
            made = ANY
        collection = item.collection or made.collection
        return replace(made, label=item.name or made.label, collection=collection)

    def _components(self, item: ItemType) -> Mapping[str, Type]:
        return MappingProxyType(
            {normal(one.name): self._item(one) for one in item.components}
        )


def names_of(types: tuple[ItemType, ...]) -> list[str]:
    """The names of all components, however deep."""
    found: list[str] = []
    waiting = list(types)
    while waiting:
        one = waiting.pop()
        waiting += one.components
        found += [each.name for each in one.components]
    return found
