"""What the rules look at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.domain.model import Node, NodeKind, Scope
from engine.errors import FormInvalidError
from engine.forms import document
from engine.forms.form import Form
from models_bpmn.importer.link import Graph
from models_bpmn.importer.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A graph under examination, and where remarks go."""

    graph: Graph
    report: Report
    #: Names of the forms of the package; None when the forms were not given.
    forms: frozenset[str] | None
    #: Names of the registered functions.
    services: frozenset[str]
    #: Ids of the decisions of the package; None when they were not given.
    decisions: frozenset[str] | None = None
    #: The forms of the package that could be compiled, by name.
    compiled: Mapping[str, Form] = field(default_factory=dict)
    #: Ids of the flow nodes of all processes of the files.
    drawn: frozenset[str] = frozenset()

    def add(self, code: str, element: str, **words: object) -> None:
        """Remark something about an element, unless it is refused by name already."""
        if element not in self.graph.refused:
            self.report.add(code, self.graph.place(element), **words)

    def nodes(self, *kinds: NodeKind) -> Iterator[Node]:
        """The nodes of these kinds, in document order; all without kinds."""
        for node in self.graph.nodes.values():
            if not kinds or node.kind in kinds:
                yield node

    def label(self, element: str) -> str:
        """An element as a person recognises it."""
        return self.graph.place(element).label

    def after(self, node: Node) -> Iterator[str]:
        """Where a token at `node` can be next in its scope."""
        for flow in node.outgoing:
            if self.graph.flows[flow].target in self.graph.nodes:
                yield self.graph.flows[flow].target
        if node.id in self.graph.links:
            yield self.graph.links[node.id]
        yield from node.boundaries
        if node.handler in self.graph.nodes:
            yield node.handler
        if node.part_of:
            yield node.part_of

    def entries(self, scope: Scope) -> tuple[str, ...]:
        """Where tokens begin in a scope: its starts and its event sub-processes."""
        return (*scope.starts, *scope.triggers, *scope.handlers)

    def reached(self, starts: Iterable[str]) -> set[str]:
        """All nodes that a token from `starts` can come to in its scope."""
        found: set[str] = set()
        waiting = [one for one in starts if one in self.graph.nodes]
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting.extend(self.after(self.graph.nodes[node]))
        return found


def compiled(forms: Mapping[str, bytes] | None) -> Mapping[str, Form]:
    """The forms that can be compiled; what is wrong with others is told with them."""
    made: dict[str, Form] = {}
    for name, content in (forms or {}).items():
        try:
            made[name] = document.compile(content)
        except FormInvalidError:
            continue
    return made
