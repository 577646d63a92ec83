"""Which class runs which kind of node."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from engine.domain.model import EventKind, Node, NodeKind

if TYPE_CHECKING:
    from engine.spiff.elements.base import Element

Chooser = Callable[[Node], "type[Element]"]
Class = TypeVar("Class", bound="type[Element]")

_CHOOSERS: dict[NodeKind, Chooser] = {}
_EVENTS: dict[tuple[NodeKind, EventKind], type[Element]] = {}


def element(*kinds: NodeKind) -> Callable[[Class], Class]:
    """Let a class run these kinds of node."""

    def register(cls: Class) -> Class:
        _CHOOSERS.update(dict.fromkeys(kinds, lambda _: cls))
        return cls

    return register


def event(kind: EventKind, *nodes: NodeKind) -> Callable[[Class], Class]:
    """Let a class run these kinds of node when they have this event definition."""

    def register(cls: Class) -> Class:
        _EVENTS.update(dict.fromkeys(((node, kind) for node in nodes), cls))
        return cls

    return register


def choice(*kinds: NodeKind) -> Callable[[Chooser], Chooser]:
    """Let a function choose the class for each node of these kinds."""

    def register(chooser: Chooser) -> Chooser:
        _CHOOSERS.update(dict.fromkeys(kinds, chooser))
        return chooser

    return register


def class_for(node: Node) -> type[Element]:
    """The class that runs a node."""
    special = _EVENTS.get((node.kind, node.event.kind))
    return special or _CHOOSERS[node.kind](node)


def kinds() -> frozenset[NodeKind]:
    """The kinds of node that run."""
    return frozenset(_CHOOSERS)
