"""Ways through a scope, found by search and told by the names of elements."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from engine.domain.model import ACTIVITIES, GATEWAYS, NodeKind, Scope
from models_bpmn.importer.lint.look import Look

#: Elements of a way that are told: the first, and the last.
_FIRST, _LAST = 3, 8
#: Names told of a list of elements.
_NAMES: Final = 4


class Routes:
    """Finds ways in one scope and tells them by the names of elements."""

    def __init__(self, look: Look, scope: Scope) -> None:
        self._graph = look.graph
        self._begins = (*scope.starts, *scope.triggers)
        self._scope = scope

    def path(self, elements: Sequence[str]) -> str:
        """Nodes and flows as a person reads them: names joined by arrows."""
        told: list[str] = []
        for element in elements:
            if element in self._graph.nodes:
                name = self._name(element)
                if name and (not told or told[-1] != name):
                    told.append(name)
            elif told and element in self._graph.flows:
                label = self._graph.flows[element].name
                told[-1] += f" [{label}]" if label else ""
        if len(told) > _FIRST + _LAST:
            told[_FIRST:-_LAST] = ["…"]
        return " → ".join(told)

    def names(self, elements: Iterable[str]) -> str:
        """Some elements by their names."""
        found = list(dict.fromkeys(f"“{self._called(one)}”" for one in elements))
        more = ["…"] if len(found) > _NAMES else []
        return ", ".join([*found[:_NAMES], *more]) or "–"

    def _called(self, element: str) -> str:
        return self._graph.place(element).name or element

    def _name(self, element: str) -> str:
        """A node's name; unnamed ones are told only where ways meet or part."""
        node = self._graph.nodes[element]
        if node.name or node.kind in ACTIVITIES:
            return self._called(element)
        forks = len(node.incoming) > 1 or len(node.outgoing) > 1
        return element if forks and node.kind in GATEWAYS else ""

    def to(self, element: str) -> list[str]:
        """The shortest way from the beginning of the scope to a node."""
        return self.way(self._begins, element)

    def nearest(self, elements: Iterable[str]) -> str:
        """The element that the fewest others lead to; empty when none is reached."""
        wanted = set(elements)
        seen = dict.fromkeys(one for one in self._begins if one in self._graph.nodes)
        waiting = list(seen)
        for node in waiting:
            if node in wanted:
                return node
            for _, after in self._after(node):
                if after not in seen:
                    seen[after] = None
                    waiting.append(after)
        return ""

    def way(self, begins: Iterable[str], target: str) -> list[str]:
        """The shortest way to a node: nodes and flows, both ends included."""
        came: dict[str, tuple[str, str]] = {}
        waiting = [one for one in begins if one in self._graph.nodes]
        seen = set(waiting)
        while waiting and target not in seen:
            ahead: list[str] = []
            for node in waiting:
                for flow, after in self._after(node):
                    if after not in seen:
                        seen.add(after)
                        came[after] = (flow, node)
                        ahead.append(after)
            waiting = ahead
        way = [target] if target in seen else []
        while way and way[-1] in came:
            way += came[way[-1]]
        return way[::-1]

    def _after(self, element: str) -> Iterator[tuple[str, str]]:
        node = self._graph.nodes[element]
        for flow in node.outgoing:
            if self._graph.flows[flow].target in self._graph.nodes:
                yield flow, self._graph.flows[flow].target
        for event in node.boundaries:
            yield "", event
        if element in self._graph.links:
            yield "", self._graph.links[element]

    def missing(self, join: str, told: Iterable[str]) -> list[str]:
        """What stands before a join on the ways that were not told."""
        known = set(told)
        flows = self._graph.nodes[join].incoming
        return [self._graph.flows[one].source for one in flows if one not in known]

    def behind(self, join: str) -> list[str]:
        """The steps that are done only behind a join, in document order."""
        seen = {join}
        waiting = [one for one in self._begins if one != join]
        while waiting:
            node = waiting.pop()
            if node not in seen and node in self._graph.nodes:
                seen.add(node)
                waiting += [after for _, after in self._after(node)]
        nodes = self._graph.nodes
        return [
            one
            for one in self._scope.nodes
            if one not in seen
            and nodes[one].kind in ACTIVITIES
            and not nodes[one].triggered
        ]

    def works(self, element: str) -> bool:
        """Whether a step or a parallel join stands at a node or behind it."""
        seen: set[str] = set()
        waiting = [element]
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            node = self._graph.nodes[one]
            if node.kind in ACTIVITIES or node.kind is NodeKind.CATCH_EVENT:
                return True
            if node.kind is NodeKind.PARALLEL_GATEWAY and len(node.incoming) > 1:
                return True
            waiting += [after for _, after in self._after(one)]
        return False

    def returns(self, element: str) -> bool:
        """Whether a way leads from a node back to it."""
        return any(self.way([after], element) for _, after in self._after(element))
