"""The shape of a scope: how its tokens join and split, and nothing else.

Data are left out: every way that a gateway offers may be taken. An activity is one spot
whatever happens inside it, done once; its boundary events are ways out of it. All ends
of tokens are one spot (`SINK`), all ends of the whole scope another (`STOP`).
"""

from dataclasses import dataclass, field, replace
from typing import Final

from engine.domain.model import (
    ACTIVITIES,
    SCOPED,
    EventKind,
    Node,
    NodeKind,
    Scope,
)
from models_bpmn.importer.lint.look import Look

#: How a spot takes tokens from its ways in, or gives them to its ways out: one of them,
#: all of them, or some (an inclusive gateway).
ONE, ALL, SOME = range(3)
#: How a way out of a spot that gives `SOME` is taken.
MAYBE, ALWAYS, OTHERWISE = range(3)
#: The spots that every shape has.
START, SINK, STOP = range(3)

_TAKES: Final = {
    NodeKind.PARALLEL_GATEWAY: ALL,
    NodeKind.INCLUSIVE_GATEWAY: SOME,
}
_ENDS_ALL: Final = frozenset({EventKind.TERMINATE, EventKind.ERROR, EventKind.CANCEL})
#: Activities that can throw an error of themselves.
_FAILS: Final = SCOPED | {NodeKind.SERVICE_TASK, NodeKind.BUSINESS_RULE_TASK}


@dataclass(slots=True, kw_only=True)
class Edge:
    """A way from spot to spot, with everything that stands between them."""

    source: int
    target: int
    #: The flow (or boundary event) that it begins with.
    first: str
    mode: int = MAYBE
    #: Elements on the shortest way along it, and whether one of them is a step.
    length: int = 0
    work: bool = False


@dataclass(slots=True, kw_only=True)
class Spot:
    """A node, or what is left of a group of nodes."""

    #: The elements at which tokens come together, and at which they part.
    join: str
    split: str
    takes: int = ONE
    gives: int = ONE
    #: Whether it is a step itself.
    work: bool = False
    #: Numbers of edges; a dict keeps their order.
    ins: dict[int, None] = field(default_factory=dict)
    outs: dict[int, None] = field(default_factory=dict)


@dataclass(slots=True)
class Shape:
    """Spots and edges by number."""

    spots: dict[int, Spot] = field(default_factory=dict)
    edges: dict[int, Edge] = field(default_factory=dict)

    def add(self, element: str, takes: int = ONE) -> int:
        """Add a spot."""
        number = len(self.spots)
        self.spots[number] = Spot(join=element, split=element, takes=takes)
        return number

    def lead(self, source: int, target: int, first: str, mode: int = MAYBE) -> None:
        """Add an edge."""
        number = len(self.edges)
        self.edges[number] = Edge(source=source, target=target, first=first, mode=mode)
        self.spots[source].outs[number] = None
        self.spots[target].ins[number] = None

    @property
    def plain(self) -> bool:
        """Whether one token walks through it, so that nothing can go wrong."""
        return not any(
            (spot.takes != ONE and len(spot.ins) > 1)
            or (spot.gives != ONE and len(spot.outs) > 1)
            for spot in self.spots.values()
        )


def build(look: Look, scope: Scope) -> Shape:
    """The shape of a scope whose references all hold."""
    shape = Shape()
    for element in (scope.id, "", ""):
        shape.add(element)
    members = [
        node
        for node in map(look.graph.nodes.__getitem__, scope.nodes)
        if not (node.part_of or node.triggered or node.for_compensation)
    ]
    entries = {node.id: shape.add(node.id, _takes(node)) for node in members}
    for node in members:
        _leave(look, shape, (node, _done(shape, node, entries)), entries)
    _begin(look, shape, scope, entries)
    return shape


def _done(shape: Shape, node: Node, entries: dict[str, int]) -> int:
    """The spot at which a node is done; of a step it is apart from the merge."""
    spot = entries[node.id]
    work = node.kind in ACTIVITIES or node.kind is NodeKind.CATCH_EVENT
    if work and len(node.incoming) > 1:
        merge, spot = spot, shape.add(node.id)
        shape.lead(merge, spot, node.id, ALWAYS)
    shape.spots[spot].work = work
    return spot


def _takes(node: Node) -> int:
    return _TAKES.get(node.kind, ONE)


def _begin(look: Look, shape: Shape, scope: Scope, entries: dict[str, int]) -> None:
    """All starts begin together; a process may also begin at one of its triggers."""
    together = START
    if len(scope.starts) > 1 and scope.triggers:
        together = shape.add(scope.id)
        shape.lead(START, together, scope.starts[0])
    shape.spots[together].gives = ALL if len(scope.starts) > 1 else ONE
    for start in scope.starts:
        shape.lead(together, entries[start], start)
    for start in scope.triggers:
        whole = look.graph.nodes[start].part_of or start
        if whole in entries:
            shape.lead(START, entries[whole], whole)


def _leave(
    look: Look, shape: Shape, at: tuple[Node, int], entries: dict[str, int]
) -> None:
    """The ways out of a node; its boundary events before its flows."""
    node, last = at
    heard = [one for one in map(look.graph.nodes.get, node.boundaries) if one]
    events = [one for one in heard if one.id in entries and _fires(one, node)]
    beside = [one for one in events if not one.interrupting]
    if beside:
        shape.spots[last].gives = SOME
        last = _onward(shape, last, node, beside, entries)
    instead = [one for one in events if one.interrupting]
    if instead:
        last = _onward(shape, last, node, instead, entries)
    _flows(look, shape, (node, last), entries)


def _onward(
    shape: Shape, last: int, node: Node, events: list[Node], entries: dict[str, int]
) -> int:
    after = shape.add(node.id)
    shape.lead(last, after, node.id, ALWAYS)
    for event in events:
        shape.lead(last, entries[event.id], event.id)
    return after


def _fires(event: Node, host: Node) -> bool:
    kind = event.event.kind
    if kind is EventKind.ERROR:
        return host.kind in _FAILS
    if kind in {EventKind.ESCALATION, EventKind.CANCEL}:
        return host.kind in SCOPED
    return kind is not EventKind.COMPENSATION


def _flows(
    look: Look, shape: Shape, at: tuple[Node, int], entries: dict[str, int]
) -> None:
    node, spot = at
    targets = [
        (flow.id, entries[flow.target], bool(flow.condition))
        for flow in (look.graph.flows[one] for one in node.outgoing)
        if flow.target in entries
    ]
    linked = look.graph.links.get(node.id, "")
    if linked in entries:
        targets.append((node.id, entries[linked], False))
    if not targets:
        ends = node.kind is NodeKind.END_EVENT and node.event.kind in _ENDS_ALL
        shape.lead(spot, STOP if ends else SINK, node.id)
        return
    shape.spots[spot].gives = _gives(node, [asks for _, _, asks in targets])
    for flow, target, asks in targets:
        mode = OTHERWISE if flow == node.default else MAYBE if asks else ALWAYS
        shape.lead(spot, target, flow, mode)


def _gives(node: Node, asks: list[bool]) -> int:
    """Rules 6 to 8 and 11 of the execution semantics, without conditions."""
    if node.kind in {NodeKind.EXCLUSIVE_GATEWAY, NodeKind.EVENT_BASED_GATEWAY}:
        return ONE
    if node.kind is NodeKind.PARALLEL_GATEWAY or not (any(asks) or node.default):
        return ALL
    # One condition and a default: one of both.
    return ONE if node.default and len(asks) <= 2 else SOME  # noqa: PLR2004


def copied(shape: Shape) -> Shape:
    """A copy that can be changed."""
    return Shape(
        {
            number: replace(spot, ins=dict(spot.ins), outs=dict(spot.outs))
            for number, spot in shape.spots.items()
        },
        {number: replace(edge) for number, edge in shape.edges.items()},
    )
