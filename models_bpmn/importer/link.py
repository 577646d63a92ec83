"""From processes of several files to one graph in which an id means one element.

The main process comes first; the processes it calls follow in the order in which the
calls are drawn, called before calling further. Ids of the main process never change; an
id that an earlier process uses already becomes `<process id>.<element id>`, so adding a
called procedure does not rename the steps of the one that calls it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from engine import limits
from engine.domain.model import EventKind, Facts, Flow, Node, NodeKind, Scope
from models_bpmn.importer.draft import Draft
from models_bpmn.importer.report import Place, Report


@dataclass(slots=True, kw_only=True)
class Graph:
    """Linked processes, before the rules have looked at them."""

    #: Id of the main process.
    id: str
    name: str
    facts: Facts
    #: Process ids in link order.
    processes: tuple[str, ...]
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    scopes: dict[str, Scope] = field(default_factory=dict)
    #: Scope in which each flow is drawn, and which process holds each scope.
    drawn: dict[str, str] = field(default_factory=dict)
    owner: dict[str, str] = field(default_factory=dict)
    #: Link events that throw → the one of their scope that catches.
    links: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def place(self, element: str) -> Place:
        """Where an element of the graph stands in the files."""
        return self.places.get(element, Place(element=element))


def order(main: str, drafts: Mapping[str, Draft], report: Report) -> tuple[str, ...]:
    """The processes that run, main first, each once.

    Calls that lead back or too deep are refused (limits.CALL_DEPTH): a case must not
    begin itself without end.
    """
    found: dict[str, None] = {main: None}
    depth = {main: 0}
    # The path of calls in progress, with the calls of each process still to follow.
    path = [main]
    waiting = [_calls(drafts[main])]
    while path:
        if not waiting[-1]:
            path.pop()
            waiting.pop()
            continue
        node, called = waiting[-1].pop(0)
        place = drafts[path[-1]].places[node]
        if called not in drafts:
            continue
        if called in path:
            _refuse_path("call-cycle", place, [*path, called], report)
        elif len(path) > limits.CALL_DEPTH:
            _refuse_path("call-depth", place, [*path, called], report)
        elif depth.get(called, -1) < len(path):
            # Looked at again when a longer way leads to it, at most CALL_DEPTH times.
            depth[called] = len(path)
            found[called] = None
            path.append(called)
            waiting.append(_calls(drafts[called]))
    return tuple(found)


def _calls(draft: Draft) -> list[tuple[str, str]]:
    calls = [
        (node.id, node.body)
        for node in draft.nodes.values()
        if node.kind is NodeKind.CALL_ACTIVITY and node.body
    ]
    # One look at each called process is enough.
    return list({called: (node, called) for node, called in reversed(calls)}.values())[
        ::-1
    ]


def _refuse_path(code: str, place: Place, path: Sequence[str], report: Report) -> None:
    shown = " → ".join(path)
    report.add(code, place, path=shown, limit=limits.CALL_DEPTH)


def link(
    order: Sequence[str],
    drafts: Mapping[str, Draft],
    report: Report,
    doubtful: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Graph:
    """Put the processes of `order` into one graph and join up their references.

    Args:
        order: the processes, main first.
        drafts: every process at hand, by id.
        report: what is found goes here.
        doubtful: names of published procedures → the codes that each could mean.
    """
    main = drafts[order[0]]
    graph = Graph(id=main.id, name=main.name, facts=main.facts, processes=tuple(order))
    graph.places.update({process: drafts[process].place for process in order})
    for process in order:
        _add(drafts[process], graph, report)
    _check_calls(graph, drafts, doubtful, report)
    _join(graph)
    graph.links = links(graph.nodes.values())
    return graph


def _add(draft: Draft, graph: Graph, report: Report) -> None:
    names = _names(draft, graph, report)

    def new(identity: str) -> str:
        return names.get(identity, identity)

    for old, node in draft.nodes.items():
        graph.nodes[new(old)] = replace(
            node,
            id=new(old),
            scope=new(node.scope),
            default=new(node.default),
            attached_to=new(node.attached_to),
            handler=new(node.handler),
            parts=tuple(map(new, node.parts)),
            part_of=new(node.part_of),
            event=replace(node.event, activity=new(node.event.activity)),
            body=new(old) if node.kind is NodeKind.SUB_PROCESS else node.body,
            work=replace(node.work, four_eyes=new(node.work.four_eyes)),
        )
    for old, flow in draft.flows.items():
        graph.flows[new(old)] = replace(
            flow, id=new(old), source=new(flow.source), target=new(flow.target)
        )
        graph.drawn[new(old)] = new(draft.drawn[old])
    for old, scope in draft.scopes.items():
        graph.scopes[new(old)] = replace(
            scope,
            id=new(old),
            nodes=tuple(map(new, scope.nodes)),
            starts=tuple(map(new, scope.starts)),
            triggers=tuple(map(new, scope.triggers)),
            handlers=tuple(map(new, scope.handlers)),
        )
        graph.owner[new(old)] = draft.id
    graph.places.update({new(old): place for old, place in draft.places.items()})
    graph.refused.update(map(new, draft.refused))


def _names(draft: Draft, graph: Graph, report: Report) -> dict[str, str]:
    """Old → new ids of the elements whose id is taken already."""
    taken = {*graph.processes, *graph.nodes, *graph.flows}
    own = {*draft.nodes, *draft.flows}
    used = taken | own
    names = {}
    for identity in sorted(own & taken):
        names[identity] = f"{draft.id}.{identity}"
        if names[identity] in used:
            report.add("id-clash", draft.places[identity])
    for whole in [one for one in names if one in draft.nodes]:
        # The parts of an event are called after it.
        for part in draft.nodes[whole].parts:
            names[part] = names[whole] + part.removeprefix(whole)
    return names


def _check_calls(
    graph: Graph,
    drafts: Mapping[str, Draft],
    doubtful: Mapping[str, Sequence[str]],
    report: Report,
) -> None:
    for node in graph.nodes.values():
        if node.kind is not NodeKind.CALL_ACTIVITY:
            continue
        if not node.body:
            report.add("call-missing", graph.place(node.id))
        elif node.body in doubtful:
            codes = ", ".join(doubtful[node.body])
            place = graph.place(node.id)
            report.add("call-ambiguous", place, ref=node.body[:80], codes=codes)
        elif node.body not in drafts:
            report.add("call-unknown", graph.place(node.id), ref=node.body[:80])


def links(nodes: Iterable[Node]) -> dict[str, str]:
    """Throwing → catching link event, by name and scope (BPMN 2.0.2, 10.5.5)."""
    ends = [node for node in nodes if node.event.kind is EventKind.LINK]
    catches: dict[tuple[str, str], str] = {}
    for node in ends:
        if node.kind is NodeKind.CATCH_EVENT:
            catches.setdefault((node.scope, node.event.name), node.id)
    return {
        node.id: catches[node.scope, node.event.name]
        for node in ends
        if node.kind is NodeKind.THROW_EVENT
        and (node.scope, node.event.name) in catches
    }


def _join(graph: Graph) -> None:
    """Give every node its flows and boundary events, in document order."""
    incoming: dict[str, list[str]] = {}
    outgoing: dict[str, list[str]] = {}
    boundaries: dict[str, list[str]] = {}
    for flow in graph.flows.values():
        outgoing.setdefault(flow.source, []).append(flow.id)
        incoming.setdefault(flow.target, []).append(flow.id)
    for node in graph.nodes.values():
        if node.kind is NodeKind.BOUNDARY_EVENT and not node.part_of:
            boundaries.setdefault(node.attached_to, []).append(node.id)
    for node in list(graph.nodes.values()):
        graph.nodes[node.id] = replace(
            node,
            incoming=tuple(incoming.get(node.id, ())),
            outgoing=tuple(outgoing.get(node.id, ())),
            boundaries=tuple(boundaries.get(node.id, ())),
        )
