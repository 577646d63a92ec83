"""Rules about gateways: every way out is decided by something."""

from collections import Counter

from engine import expressions
from engine.domain.model import GATEWAYS, EventKind, Flow, Node, NodeKind
from engine.errors import ExpressionError
from models_bpmn.importer.lint.look import Look

_DECIDING = (
    NodeKind.EXCLUSIVE_GATEWAY,
    NodeKind.INCLUSIVE_GATEWAY,
    NodeKind.COMPLEX_GATEWAY,
)
_WAITS = frozenset(
    {EventKind.TIMER, EventKind.MESSAGE, EventKind.SIGNAL, EventKind.CONDITIONAL}
    | {EventKind.MULTIPLE}
)
#: Whether a complex gateway fires or is reset, in conditions of the standard (13.4.5).
_WAITING = "waitingForStart"


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


def complex_gateways(look: Look) -> None:
    """A complex join says when it goes on, without asking what it waits for (13.4.5).

    Nothing is sent on when it is reset (semantics.md, 35), so that a condition may not
    tell the two phases apart.
    """
    for node in look.nodes(NodeKind.COMPLEX_GATEWAY):
        if len(node.incoming) > 1 and not node.activation:
            look.add("complex-without-condition", node.id)
        if _reads(node.activation, _WAITING):
            look.add("complex-waiting", node.id, text=node.activation[:80])
        for flow in _outgoing(node, look):
            if _reads(flow.condition, _WAITING):
                look.add("complex-waiting", flow.id, text=flow.condition[:80])


def _reads(text: str, name: str) -> bool:
    try:
        return bool(text) and name in expressions.compile(text).names
    except ExpressionError:
        # It was refused when it was read.
        return False


def missing(look: Look) -> None:
    """A choice is drawn with a gateway: a step alone takes every flow that it may."""
    for node in look.nodes():
        flows = _outgoing(node, look)
        if node.kind in GATEWAYS or len(flows) <= 1:
            continue
        asks = [flow for flow in flows if flow.condition]
        if len(asks) == len(flows) and not node.default:
            look.add("conditions-without-default", node.id)
        elif not asks and all(flow.name for flow in flows):
            names = ", ".join(f"“{flow.name}”" for flow in flows)
            look.add("choice-without-gateway", node.id, choices=names[:200])


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
            for event in () if target is None else target.boundaries:
                # What is armed behind the gateway is the task, never its boundary.
                look.add("event-gateway-boundary", event, gateway=look.label(node.id))


def _outgoing(node: Node, look: Look) -> list[Flow]:
    return [look.graph.flows[flow] for flow in node.outgoing]


def _happens(node: Node) -> bool:
    if len(node.incoming) != 1:
        return False
    if node.kind is NodeKind.CATCH_EVENT:
        return node.event.kind in _WAITS
    once = node.multi_instance is None and node.loop is None
    return node.kind is NodeKind.RECEIVE_TASK and once
