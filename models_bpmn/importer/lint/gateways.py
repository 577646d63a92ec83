"""Rules about gateways: every way out is decided by something."""

from collections import Counter

from engine.domain.model import GATEWAYS, EventKind, Flow, Node, NodeKind
from models_bpmn.importer.lint.look import Look

_DECIDING = (NodeKind.EXCLUSIVE_GATEWAY, NodeKind.INCLUSIVE_GATEWAY)
_WAITS = frozenset(
    {EventKind.TIMER, EventKind.MESSAGE, EventKind.SIGNAL, EventKind.CONDITIONAL}
)


def ways_out(look: Look) -> None:
    """A gateway leads somewhere."""
    for node in look.nodes(*GATEWAYS):
        if not node.outgoing:
            look.add("gateway-no-way-out", node.id)


def conditions(look: Look) -> None:
    """A flow out of a deciding gateway has a condition, or is the default (13.4.2)."""
    for node in look.nodes(*_DECIDING):
        if len(node.outgoing) <= 1 or node.by_outcome:
            continue
        for flow in _outgoing(node, look):
            if not flow.condition and flow.id != node.default:
                label = look.label(node.id)
                look.add("flow-without-condition", flow.id, gateway=label)
        if not node.default:
            look.add("gateway-without-default", node.id)


def ignored_conditions(look: Look) -> None:
    """A condition that nothing evaluates is told to the designer (13.4.1)."""
    for node in look.nodes():
        plain = node.kind in {NodeKind.PARALLEL_GATEWAY, NodeKind.EVENT_BASED_GATEWAY}
        for flow in _outgoing(node, look):
            if flow.condition and (plain or flow.id == node.default):
                look.add("condition-ignored", flow.id)


def outcome_names(look: Look) -> None:
    """The choices of a person have different names."""
    for node in look.nodes(NodeKind.EXCLUSIVE_GATEWAY):
        if node.by_outcome:
            counts = Counter(flow.name for flow in _outgoing(node, look))
            for label in (name for name, count in counts.items() if count > 1):
                look.add("outcome-twice", node.id, label=label)


def event_based(look: Look) -> None:
    """Behind an event-based gateway stand things that happen (10.6.6)."""
    for node in look.nodes(NodeKind.EVENT_BASED_GATEWAY):
        if len(node.outgoing) <= 1:
            look.add("event-gateway-ways", node.id)
        for flow in _outgoing(node, look):
            target = look.graph.nodes.get(flow.target)
            if target is not None and not _happens(target):
                label = look.label(node.id)
                look.add("event-gateway-target", target.id, gateway=label)


def _outgoing(node: Node, look: Look) -> list[Flow]:
    return [look.graph.flows[flow] for flow in node.outgoing]


def _happens(node: Node) -> bool:
    if len(node.incoming) != 1:
        return False
    if node.kind is NodeKind.CATCH_EVENT:
        return node.event.kind in _WAITS
    once = node.multi_instance is None and node.loop is None
    return node.kind is NodeKind.RECEIVE_TASK and once
