"""A model compiled once into small tables that the token game runs on.

Nodes and flows are numbered in document order (that of `Model.nodes`), so that every
table is a tuple and every token a few integers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.domain.model import (
    SCOPED,
    WORK,
    EventDefinition,
    EventKind,
    Loop,
    Model,
    MultiInstance,
    Node,
    NodeKind,
)

#: How a token is treated that enters a node; index of the table in `steps`.
PASS, TASK, SERVICE, THROW, CATCH, SCOPE = range(6)
EXCLUSIVE, SPLIT, PARALLEL_JOIN, INCLUSIVE_JOIN, EVENT_GATEWAY = range(6, 11)
THROW_ERROR, TERMINATE, MULTIPLE, LOOP, LINK = range(11, 16)
ESCALATE, COMPENSATE, CANCEL = range(16, 19)
AWAIT_PARTS, THROW_PARTS, PART, COMPLEX, AD_HOC, RULE, UNDO_SCOPE = range(19, 26)

_THROWS: Final = {
    EventKind.NONE: PASS,
    EventKind.MESSAGE: THROW,
    EventKind.SIGNAL: THROW,
    EventKind.LINK: LINK,
    EventKind.ERROR: THROW_ERROR,
    EventKind.TERMINATE: TERMINATE,
    EventKind.ESCALATION: ESCALATE,
    EventKind.COMPENSATION: COMPENSATE,
    EventKind.CANCEL: CANCEL,
    EventKind.MULTIPLE: THROW_PARTS,
}
#: What nobody arms: it is looked for when it is thrown.
_HEARD: Final = frozenset(
    {
        EventKind.ERROR,
        EventKind.ESCALATION,
        EventKind.COMPENSATION,
        EventKind.CANCEL,
    }
)


@dataclass(frozen=True, slots=True)
class Way:
    """A flow as its source sees it: where it goes and whether it asks."""

    flow: int
    id: str
    target: int
    condition: str


@dataclass(frozen=True, slots=True)
class Ears:
    """The boundary events of an activity, or the event sub-processes of a scope."""

    #: Events that are armed.
    armed: tuple[int, ...] = ()
    #: Events that are looked for: kind and code -> the first of them.
    heard: Mapping[tuple[EventKind, str], int] = field(default_factory=dict)

    def of(self, kind: EventKind, code: str) -> int | None:
        """Who hears this code; else who hears every code."""
        return self.heard.get((kind, code), self.heard.get((kind, "")))


NO_EARS: Final = Ears()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A node, compiled."""

    index: int
    id: str
    #: What to do with a token that enters; `begin` is the same for one instance of it.
    enter: int
    begin: int
    ways: tuple[Way, ...]
    #: The default flow, also among `ways`.
    default: Way | None
    #: True when leaving is a recorded choice.
    chooses: bool
    #: Number of incoming flows, and the place of each flow among them.
    width: int
    slots: dict[int, int]
    event: EventDefinition
    node: Node
    #: Boundary events.
    ears: Ears = NO_EARS
    #: Activities with a scope: the start nodes and event sub-processes of their body.
    starts: tuple[int, ...] = ()
    guards: Ears = NO_EARS
    #: Start events of event sub-processes: the sub-process; else -1.
    begins: int = -1
    #: Multiple events: the nodes of the parts; and of a part the event, else -1.
    parts: tuple[int, ...] = ()
    whole: int = -1
    #: The compensation handler, -1 for none; and whether a visit may be remembered.
    undo: int = -1
    #: The compensation event sub-process, -1 for none.
    undo_scope: int = -1
    memorable: bool = False
    items: MultiInstance | None = None
    loop: Loop | None = None
    #: Throw links: the catch link; -1 when there is none.
    link: int = -1


@dataclass(frozen=True, slots=True)
class Net:
    """A model, compiled."""

    model: Model
    places: tuple[Place, ...]
    #: Node id -> index, flow id -> index.
    node_index: dict[str, int]
    flow_index: dict[str, int]
    flow_ids: tuple[str, ...]
    starts: tuple[int, ...]
    guards: Ears
    _reach: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def reach(self, join: int) -> tuple[int, ...]:
        """For an inclusive join: which of its incoming flows each node can reach.

        One bit an incoming flow, one number a node; paths avoid the join itself
        (BPMN 2.0.2, 13.4.3). Computed when first asked for.
        """
        if join not in self._reach:
            self._reach[join] = _reach(self, join)
        return self._reach[join]


def compile_net(model: Model) -> Net:
    """Compile a model."""
    nodes = {node: index for index, node in enumerate(model.nodes)}
    flows = {flow: index for index, flow in enumerate(model.flows)}
    return Net(
        model,
        tuple(_place(model, node, nodes, flows) for node in model.nodes.values()),
        nodes,
        flows,
        tuple(flows),
        tuple(nodes[start] for start in model.root.starts),
        _guards(model, model.root.id, nodes),
    )


_CHOOSING: Final = frozenset(
    {
        NodeKind.EXCLUSIVE_GATEWAY,
        NodeKind.INCLUSIVE_GATEWAY,
        NodeKind.COMPLEX_GATEWAY,
    }
)


def _place(
    model: Model, node: Node, nodes: dict[str, int], flows: dict[str, int]
) -> Place:
    ways = tuple(
        Way(flows[flow.id], flow.id, nodes[flow.target], flow.condition)
        for flow in model.outgoing(node)
    )
    begin = _behaviour(model, node)
    boundaries = [model.nodes[one] for one in node.boundaries]
    undo = next((nodes[one.handler] for one in boundaries if one.handler), -1)
    holds = node.kind is NodeKind.SUB_PROCESS
    aside = node.for_compensation or begin == UNDO_SCOPE
    return Place(
        index=nodes[node.id],
        id=node.id,
        enter=_outer(node, begin),
        begin=begin,
        ways=ways,
        default=next((way for way in ways if way.id == node.default), None),
        chooses=_chooses(node, ways),
        width=len(node.incoming),
        slots={flows[flow]: slot for slot, flow in enumerate(node.incoming)},
        event=node.event,
        node=node,
        ears=_ears(boundaries, nodes),
        guards=_guards(model, node.body, nodes) if node.kind in SCOPED else NO_EARS,
        begins=_begins(model, node, nodes),
        parts=tuple(nodes[part] for part in node.parts),
        whole=nodes.get(node.part_of, -1),
        undo=undo,
        undo_scope=_undo_scope(model, node, nodes),
        memorable=(holds or undo >= 0) and not aside,
        starts=_starts(model, node, nodes),
        items=node.multi_instance,
        loop=node.loop,
        link=_link(model, node, nodes),
    )


def _ears(events: list[Node], nodes: dict[str, int]) -> Ears:
    heard = [one for one in events if one.event.kind in _HEARD]
    return Ears(
        tuple(nodes[one.id] for one in events if one.event.kind not in _HEARD),
        {
            (one.event.kind, one.event.name): nodes[one.id]
            for one in reversed(heard)
            if one.event.kind is not EventKind.COMPENSATION
        },
    )


def _guards(model: Model, scope: str, nodes: dict[str, int]) -> Ears:
    """Rule 30: the start events of the event sub-processes of a scope."""
    starts = [
        model.nodes[start]
        for handler in model.scopes[scope].handlers
        for start in model.scopes[model.nodes[handler].body].starts
    ]
    return _ears(starts, nodes)


def _begins(model: Model, node: Node, nodes: dict[str, int]) -> int:
    """The event sub-process that a start event begins; its scope has the same id."""
    if node.kind is not NodeKind.START_EVENT or model.scopes[node.scope].process:
        return -1
    return next(
        (
            nodes[one.id]
            for one in model.nodes.values()
            if one.triggered and one.body == node.scope
        ),
        -1,
    )


def _outer(node: Node, begin: int) -> int:
    if node.multi_instance is not None:
        return MULTIPLE
    return begin if node.loop is None else LOOP


def _link(model: Model, node: Node, nodes: dict[str, int]) -> int:
    """Rule 26: where a throw link leads."""
    if node.kind is not NodeKind.THROW_EVENT or node.event.kind is not EventKind.LINK:
        return -1
    for name in model.scopes[node.scope].nodes:
        one = model.nodes[name]
        catches = one.kind is NodeKind.CATCH_EVENT
        if catches and (one.event.kind, one.event.name) == (
            EventKind.LINK,
            node.event.name,
        ):
            return nodes[name]
    return -1


def _starts(model: Model, node: Node, nodes: dict[str, int]) -> tuple[int, ...]:
    if node.kind not in SCOPED:
        return ()
    return tuple(nodes[start] for start in model.scopes[node.body].starts)


def _chooses(node: Node, ways: tuple[Way, ...]) -> bool:
    """Rules 6 to 8: whether leaving records a choice."""
    if node.kind in (NodeKind.PARALLEL_GATEWAY, NodeKind.EVENT_BASED_GATEWAY):
        return False
    asks = any(way.condition for way in ways)
    if node.kind in _CHOOSING:
        return asks or len(ways) > 1
    return asks or any(way.id == node.default for way in ways)


def _behaviour(model: Model, node: Node) -> int:
    if node.part_of:
        return PART
    if node.kind in WORK:
        return TASK
    if node.kind in SCOPED:
        return _scope_behaviour(model, node)
    if node.kind in _BEHAVIOURS:
        return _BEHAVIOURS[node.kind]
    if node.kind in _JOINS:
        joins = len(node.incoming) > 1 or node.activation
        return _JOINS[node.kind] if joins else SPLIT
    return _event_behaviour(node)


_BEHAVIOURS: Final = {
    NodeKind.SERVICE_TASK: SERVICE,
    NodeKind.BUSINESS_RULE_TASK: RULE,
    NodeKind.SEND_TASK: THROW,
    NodeKind.RECEIVE_TASK: CATCH,
    NodeKind.EXCLUSIVE_GATEWAY: EXCLUSIVE,
    NodeKind.EVENT_BASED_GATEWAY: EVENT_GATEWAY,
    NodeKind.START_EVENT: PASS,
    NodeKind.BOUNDARY_EVENT: PASS,
}
#: With several incoming flows, or an activation condition.
_JOINS: Final = {
    NodeKind.PARALLEL_GATEWAY: PARALLEL_JOIN,
    NodeKind.INCLUSIVE_GATEWAY: INCLUSIVE_JOIN,
    NodeKind.COMPLEX_GATEWAY: COMPLEX,
}


def _scope_behaviour(model: Model, node: Node) -> int:
    if node.ad_hoc is not None:
        return AD_HOC
    return UNDO_SCOPE if _undoes(model, node) else SCOPE


def _undoes(model: Model, node: Node) -> bool:
    """Rule 38: whether it is a compensation event sub-process."""
    return node.triggered and any(
        model.nodes[start].event.kind is EventKind.COMPENSATION
        for start in model.scopes[node.body].starts
    )


def _undo_scope(model: Model, node: Node, nodes: dict[str, int]) -> int:
    """Rule 38: the compensation event sub-process of a sub-process."""
    if node.kind is not NodeKind.SUB_PROCESS:
        return -1
    handlers = model.scopes[node.body].handlers
    return next(
        (nodes[one] for one in handlers if _undoes(model, model.nodes[one])), -1
    )


def _event_behaviour(node: Node) -> int:
    if node.kind is NodeKind.CATCH_EVENT:
        if node.parts:
            return AWAIT_PARTS
        passes = node.event.kind in (EventKind.NONE, EventKind.LINK)
        return PASS if passes else CATCH
    return _THROWS[node.event.kind]


def _reach(net: Net, join: int) -> tuple[int, ...]:
    """Spread each incoming flow's bit backwards, never through the join."""
    sources: list[list[int]] = [[] for _ in net.places]
    for place in net.places:
        for target in _targets(place):
            sources[target].append(place.index)
    reach = [0] * len(net.places)
    for slot, flow in enumerate(net.places[join].node.incoming):
        bit = 1 << slot
        todo = [net.node_index[net.model.flows[flow].source]]
        while todo:
            at = todo.pop()
            if at != join and not reach[at] & bit:
                reach[at] |= bit
                todo.extend(sources[at])
    return tuple(reach)


def _targets(place: Place) -> Iterator[int]:
    """Where a token can go: flows, a link, and an activity's boundary events."""
    for way in place.ways:
        yield way.target
    yield from place.ears.armed
    yield from place.ears.heard.values()
    if place.link >= 0:
        yield place.link
