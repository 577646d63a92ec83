"""What a plain diagram leaves unsaid is decided here, once, for both interpreters.

An exclusive gateway whose flows carry names but no conditions is the choice of the
person who completed the task before it.
"""

from dataclasses import replace

from engine.domain.model import WORK, Node, NodeKind
from models_bpmn.importer.link import Graph
from models_bpmn.importer.report import Report


def outcomes(graph: Graph, report: Report) -> None:
    """Find the gateways that a person's choice decides, and tell their tasks."""
    for gateway in list(graph.nodes.values()):
        if not _is_choice(gateway, graph):
            continue
        sources = [graph.nodes.get(graph.flows[one].source) for one in gateway.incoming]
        choosers = [one for one in sources if one is not None and _chooses(one)]
        if not choosers:
            # No person stands before it: the rule about conditions refuses it.
            continue
        graph.nodes[gateway.id] = replace(gateway, by_outcome=True)
        for source in sources:
            if source is not None and not _chooses(source):
                label = graph.place(source.id).label
                report.add("outcome-sources", graph.place(gateway.id), source=label)
        for task in choosers:
            work = replace(task.work, outcomes=gateway.outgoing)
            graph.nodes[task.id] = replace(task, work=work)


def _is_choice(node: Node, graph: Graph) -> bool:
    if node.kind is not NodeKind.EXCLUSIVE_GATEWAY or len(node.outgoing) <= 1:
        return False
    flows = [graph.flows[one] for one in node.outgoing]
    return all(flow.name and not flow.condition for flow in flows)


def _chooses(node: Node) -> bool:
    # Several instances may choose differently; only conditions can weigh their answers.
    single = node.multi_instance is None and len(node.outgoing) == 1
    return node.kind in WORK and single
