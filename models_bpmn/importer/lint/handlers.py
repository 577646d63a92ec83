"""Rules about event sub-processes, compensation and transactions (13.5.4, 13.5.5)."""

from engine.domain.model import ACTIVITIES, EventKind, Node, NodeKind
from models_bpmn.importer.lint.look import Look


def event_sub_processes(look: Look) -> None:
    """One event begins an event sub-process, and nothing else leads into it."""
    for node in look.nodes():
        if not node.triggered:
            continue
        if node.incoming or node.outgoing:
            look.add("event-sub-process-flow", node.id)
        if node.multi_instance is not None or node.loop is not None:
            look.add("event-sub-process-loop", node.id)


def undoing_sub_processes(look: Look) -> None:
    """A compensation event sub-process undoes what it stands in (rule 38)."""
    graph = look.graph
    bodies = {node.body for node in look.nodes(NodeKind.SUB_PROCESS)}
    found: set[str] = set()
    for node in look.nodes():
        undoes = node.triggered and any(
            graph.nodes[start].event.kind is EventKind.COMPENSATION
            for start in graph.scopes[node.body].starts
        )
        if undoes and (node.scope not in bodies or node.scope in found):
            look.add("compensation-event-sub-process", node.id)
        elif undoes:
            found.add(node.scope)


def ad_hoc(look: Look) -> None:
    """An ad-hoc body has something to begin, and no start or end (10.3.5, 13.3.5)."""
    ends = {NodeKind.START_EVENT, NodeKind.END_EVENT}
    for node in look.nodes():
        if node.ad_hoc is None:
            continue
        scope = look.graph.scopes[node.body]
        inside = {look.graph.nodes[one].kind for one in scope.nodes}
        if inside & ends:
            look.add("ad-hoc-events", node.id)
        elif not scope.starts:
            look.add("ad-hoc-empty", node.id)


def compensation(look: Look) -> None:
    """A compensation boundary event leads to its handler by an association alone."""
    used: set[str] = set()
    undone: set[str] = set()
    for node in look.nodes():
        if node.event.kind is not EventKind.COMPENSATION:
            continue
        if node.kind is NodeKind.BOUNDARY_EVENT:
            _handled(node, look, used, undone)
        elif node.kind is not NodeKind.START_EVENT:
            _compensated(node, look)
    for node in look.nodes():
        beside = node.id not in used or node.incoming or node.outgoing
        if node.for_compensation and beside:
            look.add("compensation-unused", node.id)


def _handled(event: Node, look: Look, used: set[str], undone: set[str]) -> None:
    """An activity has one compensation handler, beside it (10.7, 13.5.5)."""
    handler = look.graph.nodes.get(event.handler)
    if handler is None or handler.scope != event.scope or event.outgoing:
        look.add("compensation-handler", event.id)
    elif event.attached_to in undone:
        look.add("compensation-twice", event.id, host=look.label(event.attached_to))
    else:
        undone.add(event.attached_to)
        used.add(handler.id)


def _compensated(event: Node, look: Look) -> None:
    """What a throw event names stands in its scope or the one around (rule 32)."""
    ref = event.event.activity
    if not ref:
        return
    scopes, graph = {event.scope}, look.graph
    scopes |= {
        node.scope for node in look.nodes() if node.triggered and node.body in scopes
    }
    activity = graph.nodes.get(ref)
    known = activity is not None and activity.kind in ACTIVITIES
    if activity is None or not known or activity.scope not in scopes:
        look.add("compensation-activity", event.id, ref=ref[:80])


def transactions(look: Look) -> None:
    """A cancel event ends a transaction, which catches it at its boundary."""
    graph = look.graph
    holders = {node.body: node for node in look.nodes() if node.transaction}
    for node in look.nodes():
        if node.event.kind is not EventKind.CANCEL:
            continue
        inside = node.kind is NodeKind.END_EVENT
        host = holders.get(node.scope) if inside else graph.nodes.get(node.attached_to)
        if host is None or not host.transaction:
            look.add("cancel-place", node.id)
        elif inside and not any(
            graph.nodes[one].event.kind is EventKind.CANCEL for one in host.boundaries
        ):
            look.add("cancel-uncaught", node.id)
