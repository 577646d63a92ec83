"""Rules about references: flows, default flows and boundary events point somewhere."""

from collections import Counter

from engine import limits
from engine.domain.model import ACTIVITIES, SCOPED, EventKind, Node, NodeKind
from models_bpmn.importer.lint.look import Look


def sizes(look: Look) -> None:
    """A process holds at most `limits.PROCESS_NODES` nodes, sub-processes included."""
    counts = Counter(look.graph.owner[node.scope] for node in look.nodes())
    for process, count in counts.items():
        if count > limits.PROCESS_NODES:
            limit = limits.PROCESS_NODES
            look.add("process-too-large", process, count=count, limit=limit)


def nesting(look: Look) -> None:
    """Sub-processes and called processes together nest at most `limits.SCOPE_DEPTH`."""
    if any(one.code == "call-cycle" for one in look.report.findings):
        # Endless nesting is refused under its own name.
        return
    inside: dict[str, list[Node]] = {}
    for node in look.nodes(*SCOPED):
        inside.setdefault(node.scope, []).append(node)
    depths = {look.graph.id: 1}
    waiting = [look.graph.id]
    while waiting:
        scope = waiting.pop()
        deeper = depths[scope] + 1
        for node in inside.get(scope, ()):
            if deeper > limits.SCOPE_DEPTH:
                look.add("nesting-too-deep", node.id, limit=limits.SCOPE_DEPTH)
            elif depths.get(node.body, 0) < deeper:
                depths[node.body] = deeper
                waiting.append(node.body)


def flows(look: Look) -> None:
    """A flow joins two nodes of the scope it belongs to (BPMN 2.0.2, 7.6.1)."""
    nodes = look.graph.nodes
    for flow in look.graph.flows.values():
        for end, ref in (("sourceRef", flow.source), ("targetRef", flow.target)):
            if ref not in nodes and ref in look.drawn:
                # It stands in another pool.
                look.add("flow-crossing", flow.id)
            elif ref not in nodes:
                look.add("flow-dangling", flow.id, end=end, ref=ref[:80])
        if flow.source not in nodes or flow.target not in nodes:
            continue
        # Tools write a flow beside its nodes or, as BPMN 2.0 allows, further out.
        if nodes[flow.source].scope != nodes[flow.target].scope:
            look.add("flow-crossing", flow.id)


def defaults(look: Look) -> None:
    """A default flow leaves the node that names it (BPMN 2.0.2, 13.3.1)."""
    for node in look.nodes():
        if node.default and node.default not in node.outgoing:
            look.add("default-unknown", node.id, ref=node.default[:80])


def boundaries(look: Look) -> None:
    """A boundary event sits on an activity of its own scope (BPMN 2.0.2, 10.5.4)."""
    for node in look.nodes(NodeKind.BOUNDARY_EVENT):
        host = look.graph.nodes.get(node.attached_to)
        if host is None or not _holds(host, node):
            look.add("boundary-host", node.id, ref=node.attached_to[:80])
        elif node.event.kind is EventKind.ERROR:
            if not node.interrupting:
                look.add("boundary-error-other", node.id)
            if host.kind not in SCOPED | {NodeKind.SERVICE_TASK}:
                label = look.label(host.id)
                look.add("boundary-error-never", node.id, host=label)
        elif node.event.kind is EventKind.ESCALATION and host.kind not in SCOPED:
            look.add("boundary-escalation-never", node.id, host=look.label(host.id))


def _holds(host: Node, event: Node) -> bool:
    activity = host.kind in ACTIVITIES and not host.triggered
    return activity and host.scope == event.scope
