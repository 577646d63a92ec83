"""Link events: a flow that is not drawn (BPMN 2.0.2, 10.5.1; rule 26)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.model import EventKind, NodeKind
from engine.spiff.elements import base, registry

if TYPE_CHECKING:
    from engine.spiff.token import Token


@registry.event(EventKind.LINK, NodeKind.THROW_EVENT)
class Throw(base.Element):
    """A throw link: its token goes on at the catch link of the same name."""

    #: The catch link, found by the loader; without one the token ends here.
    catch: base.Element | None = None

    def leave(self, token: Token) -> None:
        """Put a token on the catch link; no flow is taken."""
        if self.catch is not None:
            self.catch.arrive(token.place(self.catch))


def connect(elements: dict[str, base.Element], nodes: tuple[str, ...]) -> None:
    """Connect the links of one scope."""
    inside = [elements[one] for one in nodes]
    for throw in inside:
        if isinstance(throw, Throw):
            throw.catch = next((one for one in inside if _catches(one, throw)), None)


def _catches(element: base.Element, throw: Throw) -> bool:
    node = element.node
    return (
        node.kind is NodeKind.CATCH_EVENT
        and node.event.kind is EventKind.LINK
        and node.event.name == throw.node.event.name
    )
