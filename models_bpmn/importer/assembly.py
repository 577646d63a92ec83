"""From sources to graphs, and from graphs to the models that run.

The main process becomes one model with everything it calls; every other pool that runs
becomes a model of its own, linked alike.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine import limits
from engine.domain.model import Model
from models_bpmn.importer import choice, link, normalise
from models_bpmn.importer.calling import Calls
from models_bpmn.importer.choice import Chosen
from models_bpmn.importer.link import Graph
from models_bpmn.importer.reader import Source
from models_bpmn.importer.report import Report

#: Pools beside the main one; drawings of people have a handful.
_POOLS: Final = 40
#: Names of pools that one remark tells.
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Assembled:
    """What was chosen and linked."""

    chosen: Chosen
    #: The main process first, then the other pools in the order in which they stand.
    graphs: tuple[Graph, ...]

    @property
    def files(self) -> Mapping[str, bytes]:
        """The files that hold what runs, each once, those of the main process first."""
        order = [process for graph in self.graphs for process in graph.processes]
        return self.chosen.used(order)

    @property
    def running(self) -> set[tuple[str, str]]:
        """File and id of every drawn node that runs."""
        return {
            (graph.place(node).file, graph.place(node).element)
            for graph in self.graphs
            for node in graph.nodes
        }

    def models(self, answers: Mapping[str, str | None]) -> tuple[Model, ...]:
        """A model for each graph; what was answered is part of what they are."""
        return tuple(self._model(graph, answers) for graph in self.graphs)

    def _model(self, graph: Graph, answers: Mapping[str, str | None]) -> Model:
        digest = hashlib.sha256()
        for content in self.chosen.used(graph.processes).values():
            digest.update(content)
        if any(answers.values()):
            digest.update(json.dumps(answers, sort_keys=True).encode())
        if graph.id != self.chosen.main:
            # Two pools of one file are two models.
            digest.update(b"\0pool\0" + graph.id.encode())
        return Model(
            id=graph.id,
            name=graph.name,
            hash=digest.hexdigest(),
            nodes=graph.nodes,
            flows=graph.flows,
            scopes=graph.scopes,
            facts=graph.facts,
        )


def assemble(
    sources: Sequence[Source],
    process: str,
    report: Report,
    calls: Calls,
) -> Assembled | None:
    """Choose and link what runs; None when there is no process to run."""
    chosen = choice.choose(sources, process, report, calls)
    if chosen is None:
        return None
    main = link.order(chosen.main, chosen.drafts, report)
    orders = [main, *_affordable(chosen, report)]
    doubtful = chosen.calls.doubtful
    graphs = [link.link(order, chosen.drafts, report, doubtful) for order in orders]
    for graph in graphs:
        normalise.outcomes(graph, report)
    return Assembled(chosen, tuple(graphs))


def _affordable(chosen: Chosen, report: Report) -> Iterator[tuple[str, ...]]:
    """The processes of each further pool, as far as one process may be large.

    What several pools call is linked into each of them, so that a small file could keep
    an import busy for minutes.
    """
    size, left = 0, []
    for count, pool in enumerate(chosen.pools):
        order = link.order(pool, chosen.drafts, report)
        size += sum(len(chosen.drafts[process].nodes) for process in order)
        if size > limits.PROCESS_NODES or count >= _POOLS:
            left.append(pool)
        else:
            yield order
    if left:
        place = chosen.drafts[chosen.main].place
        told = ", ".join(left[:_SHOWN]) + (", …" if len(left) > _SHOWN else "")
        limit = limits.PROCESS_NODES
        report.add("pools-left", place, pools=told, limit=limit, most=_POOLS)
