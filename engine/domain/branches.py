"""Which branches of its scope a node is in (docs/manual/semantics.md, rule 42).

A flow is a branch when its source sends out more than one token or may; so is the way
from an activity to a boundary event that does not interrupt it, by which a token goes
*beside*. A node is in a branch when every path from a beginning of its scope to it uses
that branch. A token that is moved by a person's order can only go where no other token
would be missing or too many afterwards; that is asked here, of the drawing alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from engine.domain.model import (
    ACTIVITIES,
    GATEWAYS,
    EventKind,
    Flow,
    Model,
    Node,
    NodeKind,
    Scope,
)

#: Models whose branches are kept.
KEPT: Final = 64

#: One token in, one of its flows taken.
_ONE: Final = frozenset({NodeKind.EXCLUSIVE_GATEWAY, NodeKind.EVENT_BASED_GATEWAY})
#: Where tokens wait for others.
_JOINS: Final = frozenset(
    {
        NodeKind.PARALLEL_GATEWAY,
        NodeKind.INCLUSIVE_GATEWAY,
        NodeKind.COMPLEX_GATEWAY,
    }
)
_EVENTS: Final = frozenset(
    {NodeKind.CATCH_EVENT, NodeKind.THROW_EVENT, NodeKind.END_EVENT}
)


@dataclass(frozen=True, slots=True)
class Branches:
    """The branches of a model."""

    #: Node -> the branches it is in; nodes that no path reaches are left out.
    of: Mapping[str, frozenset[str]]
    #: Branch -> the node that sends out its tokens.
    sources: Mapping[str, str]
    #: Boundary events by which a token goes beside the others.
    beside: frozenset[str]

    def place(self, node: str, flow: Flow | None = None) -> frozenset[str]:
        """The branches that a token is in, at a node or on the flow before it."""
        if flow is None or flow.source not in self.of:
            return self.of.get(node, frozenset())
        own = {flow.id} if flow.id in self.sources else set()
        return self.of[flow.source] | own

    def left(
        self, place: frozenset[str], target: str, *, beside: bool = False
    ) -> frozenset[str] | None:
        """What a token leaves that goes from a place to a target.

        Args:
            place: The branches that the token is in.
            target: The node that it is to go to.
            beside: True when an event let it go beside what holds it.

        Returns:
            The nodes whose other branches end with it; None: it may not go there.
        """
        there = self.of.get(target)
        if there is None or beside or not there <= place:
            return None
        gone = place - there
        if gone & self.beside:
            return None
        return frozenset(self.sources[one] for one in gone)

    def ends(self, place: frozenset[str], left: frozenset[str]) -> bool:
        """Whether a token at a place ends with one that leaves some branches."""
        return any(self.sources[one] in left for one in place)


def is_target(model: Model, name: str) -> bool:
    """Whether a person's order may move a token to a node."""
    node = model.nodes.get(name)
    if node is None or node.part_of or node.triggered or node.for_compensation:
        return False
    if node.kind in _JOINS:
        return len(node.incoming) <= 1 and not node.activation
    if node.event.kind is EventKind.LINK and not node.incoming:
        return False
    may = node.kind in ACTIVITIES or node.kind in GATEWAYS or node.kind in _EVENTS
    return may and name in of_model(model).of


def runs_beside(model: Model, name: str) -> bool:
    """Whether a node is an event sub-process that leaves the rest of its scope alone.

    Errors always interrupt (rule 30).
    """
    node = model.nodes[name]
    return node.triggered and not any(
        start.interrupting or start.event.kind is EventKind.ERROR
        for start in (model.nodes[one] for one in model.scopes[node.body].starts)
    )


def of_model(model: Model) -> Branches:
    """The branches of a model, found once."""
    return _found(_Same(model))


class _Same:
    """A model as the key of a cache: a model is one thing, however large."""

    __slots__ = ("model",)

    def __init__(self, model: Model) -> None:
        self.model = model

    def __hash__(self) -> int:
        return id(self.model)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.model is self.model


@lru_cache(maxsize=KEPT)
def _found(same: _Same) -> Branches:
    model = same.model
    beside = {
        node.id: node.attached_to
        for node in model.nodes.values()
        if node.kind is NodeKind.BOUNDARY_EVENT
        and not node.interrupting
        and not node.part_of
    }
    sources = {
        flow.id: flow.source
        for flow in model.flows.values()
        if _sends_many(model.nodes[flow.source])
    }
    names = [*sources, *beside]
    bits = {name: 1 << place for place, name in enumerate(names)}
    masks: dict[str, int] = {}
    for scope in model.scopes.values():
        masks.update(_masks(model, scope, bits))
    return Branches(
        {node: _unpacked(mask, names) for node, mask in masks.items()},
        {**sources, **{one: one for one in beside}},
        frozenset(beside),
    )


def _sends_many(node: Node) -> bool:
    return node.kind not in _ONE and len(node.outgoing) > 1


def _unpacked(mask: int, names: list[str]) -> frozenset[str]:
    found = []
    while mask:
        lowest = mask & -mask
        found.append(names[lowest.bit_length() - 1])
        mask ^= lowest
    return frozenset(found)


def _masks(model: Model, scope: Scope, bits: Mapping[str, int]) -> dict[str, int]:
    """The branches on every path to each node that a path reaches.

    The least that all paths have in common only ever shrinks, so each node is looked at
    again as often as that: in the worst case once for each branch around it.
    """
    ways = {name: list(_ways(model, scope, model.nodes[name])) for name in scope.nodes}
    entered = {target for found in ways.values() for target, _ in found}
    begins = [*scope.starts, *scope.triggers]
    begins += [one for one in scope.nodes if one not in entered]
    known = dict.fromkeys(begins, 0)
    todo = dict.fromkeys(begins)
    while todo:
        name = next(iter(todo))
        del todo[name]
        for target, branch in ways[name]:
            mask = known[name] | bits.get(branch, 0)
            before = known.get(target)
            if before is None or before & mask != before:
                known[target] = mask if before is None else before & mask
                todo[target] = None
    return known


def _ways(model: Model, scope: Scope, node: Node) -> Iterator[tuple[str, str]]:
    """Where a token can go from a node, and the name of the way."""
    for flow in model.outgoing(node):
        yield flow.target, flow.id
    for event in node.boundaries:
        yield event, event
    if node.kind is NodeKind.THROW_EVENT and node.event.kind is EventKind.LINK:
        yield from _linked(model, scope.nodes, node)


def _linked(
    model: Model, nodes: Iterable[str], throw: Node
) -> Iterator[tuple[str, str]]:
    for name in nodes:
        one = model.nodes[name]
        found = one.kind, one.event.kind, one.event.name
        if found == (NodeKind.CATCH_EVENT, EventKind.LINK, throw.event.name):
            yield name, ""
            return
