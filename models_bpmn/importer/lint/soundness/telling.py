"""The ways of tokens through a shape, in the elements of the drawing."""

from models_bpmn.importer.lint.routes import Routes
from models_bpmn.importer.lint.soundness.exploring import Explored, Step
from models_bpmn.importer.lint.soundness.shape import (
    SINK,
    START,
    STOP,
    Edge,
    Shape,
)


class Teller(Routes):
    """Tells how the states of a shape come about."""

    def along(self, split: str, first: str, target: str) -> list[str]:
        """From a split by the way that begins with `first` to a node."""
        flow = self._graph.flows.get(first)
        if flow is None:
            return self._behind(split, first) + self.way([first], target)
        begin = self.way([split], flow.source)
        return [*begin, first, *self.way([flow.target], target)]

    def _behind(self, split: str, first: str) -> list[str]:
        return [] if first in {split, *self._begins} else self.way([split], first)[:-1]

    def trace(
        self, shape: Shape, seen: Explored, state: int, last: Step | None = None
    ) -> list[list[str]]:
        """How a state came about: the way of each token, the first to begin first.

        Without a `last` step the ways go on to where the tokens of the state wait.
        """
        ways: list[list[str]] = []
        for step in [*seen.trace(state), *([] if last is None else [last])]:
            for number in seen.edges(
                step.takes if step.spot not in {SINK, STOP} else 0
            ):
                _append(ways, self._edge(shape, shape.edges[number]))
            for number in seen.edges(step.gives):
                edge = shape.edges[number]
                if edge.target in {SINK, STOP}:
                    _append(ways, self._leaving(shape, edge))
        for number in seen.edges(state) if last is None else ():
            _append(ways, self._edge(shape, shape.edges[number]))
        return ways

    def _edge(self, shape: Shape, edge: Edge) -> list[str]:
        target = shape.spots[edge.target].join
        begin = shape.spots[edge.source].join
        if edge.source == START:
            flow = self._graph.flows.get(edge.first)
            begin = flow.source if flow is not None else edge.first
            return [*self.to(begin)[:-1], *self.along(begin, edge.first, target)]
        return self.along(begin, edge.first, target)

    def _leaving(self, shape: Shape, edge: Edge) -> list[str]:
        """The first flow of a way that ends, with what stands behind it."""
        flow = self._graph.flows.get(edge.first)
        behind = edge.first if flow is None else flow.target
        begin = shape.spots[edge.source].join
        if begin not in self._graph.nodes:
            return []
        return self.along(begin, edge.first, behind)

    def absent(self, shape: Shape, seen: Explored, state: int, spot: int) -> list[str]:
        """What stands before a join on the ways that hold no token in a state."""
        held = set(seen.edges(state))
        edges = [shape.edges[one] for one in shape.spots[spot].ins if one not in held]
        ways = [self._edge(shape, edge) for edge in edges]
        nodes = self._graph.nodes
        return [
            next((one for one in reversed(way[:-1]) if one in nodes), way[0])
            for way in ways
            if way
        ]

    def together(self, ways: list[list[str]], join: str) -> str:
        """The ways of several tokens: the first, one that leaves, one that waits."""
        leaves = [way for way in ways[1:] if way[-1] != join]
        waits = [way for way in ways[1:] if way[-1] == join]
        told = [*ways[:1], *leaves[:1], *waits[:1]]
        return " ‖ ".join(map(self.path, told))


def _append(ways: list[list[str]], part: list[str]) -> None:
    """Let a way go on, or begin one beside it."""
    if not part:
        return
    for way in ways:
        if way[-1] == part[0]:
            way.extend(part[1:])
            return
    ways.append(part)
