"""Rules about the ways through a scope: one start, everything reached, an end."""

from engine.domain.model import EventKind, Node, NodeKind, Scope
from models_bpmn.importer.lint.look import Look
from models_bpmn.importer.lint.routes import Routes


def starts(look: Look) -> None:
    """A scope begins at one start event; nobody has to guess where."""
    # A person says what of an ad-hoc body begins, by a rule of its own.
    free = {node.body for node in look.nodes() if node.ad_hoc is not None}
    for scope in look.graph.scopes.values():
        if scope.id in free:
            continue
        if not scope.starts and scope.triggers and scope.id == look.graph.id:
            look.add("start-triggered", scope.id, first=look.label(scope.triggers[0]))
        elif not scope.starts:
            look.add("start-missing", scope.id)
        elif len(_running(scope, look)) > 1:
            look.add("start-several", scope.id, ids=", ".join(scope.starts))


def directions(look: Look) -> None:
    """No flow enters a start or boundary event or leaves an end event (10.5)."""
    for node in look.nodes(NodeKind.START_EVENT, NodeKind.BOUNDARY_EVENT):
        if node.incoming:
            look.add("start-incoming", node.id)
    for node in look.nodes(NodeKind.END_EVENT):
        if node.outgoing:
            look.add("end-outgoing", node.id)


def links(look: Look) -> None:
    """A link leads from throwing events to one that catches (BPMN 2.0.2, 10.5.5)."""
    caught: set[tuple[str, str]] = set()
    for node in look.nodes(NodeKind.CATCH_EVENT, NodeKind.THROW_EVENT):
        if node.event.kind is not EventKind.LINK:
            continue
        throws = node.kind is NodeKind.THROW_EVENT
        if node.outgoing if throws else node.incoming:
            look.add("link-flow", node.id)
        elif throws and node.id not in look.graph.links:
            look.add("link-alone", node.id, link=node.event.name[:80])
        elif not throws and (node.scope, node.event.name) in caught:
            look.add("link-twice", node.id, link=node.event.name[:80])
        if not throws:
            caught.add((node.scope, node.event.name))


def unreachable(look: Look) -> None:
    """Every node can be reached from the start of its scope."""
    for scope in look.graph.scopes.values():
        if not look.entries(scope):
            continue
        reached = look.reached(look.entries(scope))
        missed = [
            node
            for node in scope.nodes
            if node not in reached and not look.graph.nodes[node].part_of
        ]
        # What begins an unreachable part is told, not everything behind it.
        first = [one for one in missed if not _entered(look.graph.nodes[one], look)]
        seen: set[str] = set()
        for node in (*first, *missed):
            # A part that goes in a circle begins where it is drawn first.
            if node not in seen:
                look.add("unreachable", node)
                _spread(node, seen, look)


def _spread(start: str, seen: set[str], look: Look) -> None:
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(look.after(look.graph.nodes[node]))


def ends(look: Look) -> None:
    """An end can be reached from the start, and from everywhere else."""
    for scope in look.graph.scopes.values():
        if not look.entries(scope) or scope.id in look.graph.refused:
            continue
        found = lost(scope, look)
        if any(start in found for start in (*scope.starts, *scope.triggers)):
            look.add("end-unreachable", scope.id)
            continue
        # A flow that leads into another scope takes along what is told of that one.
        inside = [one for one in scope.nodes if one in found]
        if inside:
            routes = Routes(look, scope)
            first = routes.nearest(inside) or inside[0]
            look.add("no-way-to-end", first, path=routes.path(routes.to(first)))


def _running(scope: Scope, look: Look) -> list[str]:
    return [start for start in scope.starts if start not in look.graph.refused]


def _entered(node: Node, look: Look) -> bool:
    sources = [look.graph.flows[flow].source for flow in node.incoming]
    attached = node.attached_to in look.graph.nodes
    linked = node.id in look.graph.links.values()
    # What is wrong with a handler is told by its own rule.
    known = attached or linked or node.for_compensation
    return known or any(source in look.graph.nodes for source in sources)


def _ends(node: str, look: Look) -> bool:
    found = look.graph.nodes[node]
    return not found.outgoing and not found.part_of and node not in look.graph.links


def lost(scope: Scope, look: Look) -> set[str]:
    """Reached nodes from which no node without a way on can be reached."""
    before: dict[str, list[str]] = {}
    nodes = look.graph.nodes
    # What undoes a step is no way through the scope.
    reached = {
        one
        for one in look.reached(look.entries(scope))
        if not nodes[one].handler and not nodes[one].for_compensation
    }
    for node in reached:
        for target in look.after(look.graph.nodes[node]):
            before.setdefault(target, []).append(node)
    waiting = [one for one in reached if _ends(one, look)]
    safe: set[str] = set()
    while waiting:
        node = waiting.pop()
        if node not in safe:
            safe.add(node)
            waiting.extend(before.get(node, ()))
    return reached - safe
