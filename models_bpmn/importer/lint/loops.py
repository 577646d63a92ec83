"""The rule against automatic loops that never let go of the machine."""

from collections.abc import Iterator
from typing import Final

from engine.domain.model import SCOPED, WORK, EventKind, Node, NodeKind
from models_bpmn.importer.lint.look import Look

_WAITING = WORK | {
    NodeKind.RECEIVE_TASK,
    NodeKind.CATCH_EVENT,
    NodeKind.EVENT_BASED_GATEWAY,
}

#: What is heard by the activity around.
_THROWN: Final = frozenset({EventKind.ERROR, EventKind.ESCALATION, EventKind.CANCEL})
#: A loop is told by its first elements.
_SHOWN: Final = 10


def endless(look: Look) -> None:
    """A loop holds something that waits: a person, a time, a message."""
    automatic = _Automatic(look)
    for scope in look.graph.scopes.values():
        loop = _loop(scope.nodes, automatic)
        if loop:
            path = " → ".join([*loop[:_SHOWN], "…"] if len(loop) > _SHOWN else loop)
            look.add("endless-loop", loop[0], path=path)


class _Automatic:
    """Which ways a token can go without anything that waits."""

    def __init__(self, look: Look) -> None:
        self._look = look
        #: Scopes that can be left before anything waits.
        self._left: set[str] = set()
        #: Scopes with what they can throw (an error, for example) before that.
        self._thrown: dict[str, set[EventKind]] = {}
        # Called and inner scopes were linked after the scopes that hold them.
        for scope in inner_first(look):
            self._enter(scope)

    def after(self, identity: str) -> Iterator[str]:
        """The nodes that a token at this node reaches at once."""
        node = self._look.graph.nodes[identity]
        if self._passes(node):
            for flow in node.outgoing:
                target = self._look.graph.flows[flow].target
                if target in self._look.graph.nodes:
                    yield target
            if identity in self._look.graph.links:
                yield self._look.graph.links[identity]
        thrown = self._throws(node)
        for event in node.boundaries if thrown else ():
            if self._look.graph.nodes[event].event.kind in thrown:
                yield event

    def _passes(self, node: Node) -> bool:
        if node.ad_hoc is not None:
            return False
        if node.kind in SCOPED:
            return node.body in self._left
        if node.event.kind is EventKind.LINK:
            return True
        return node.kind not in _WAITING

    def _throws(self, node: Node) -> frozenset[EventKind]:
        if node.ad_hoc is not None:
            # Nothing in it begins by itself.
            return frozenset()
        if node.kind in SCOPED:
            return frozenset(self._thrown.get(node.body, ()))
        if node.kind in {NodeKind.END_EVENT, NodeKind.THROW_EVENT}:
            return _THROWN & {node.event.kind}
        service = node.kind is NodeKind.SERVICE_TASK
        return frozenset({EventKind.ERROR} if service else ())

    def _enter(self, scope: str) -> None:
        seen: set[str] = set()
        waiting = list(self._look.graph.scopes[scope].starts)
        while waiting:
            identity = waiting.pop()
            if identity in seen:
                continue
            seen.add(identity)
            node = self._look.graph.nodes[identity]
            self._thrown.setdefault(scope, set()).update(self._throws(node))
            error = node.event.kind in {EventKind.ERROR, EventKind.CANCEL}
            onward = node.outgoing or identity in self._look.graph.links
            if self._passes(node) and not onward and not error:
                self._left.add(scope)
            waiting.extend(self.after(identity))


def inner_first(look: Look) -> list[str]:
    """Every scope after the scopes that its nodes run."""
    graph, done, finished = look.graph, set[str](), list[str]()
    waiting = [(scope, False) for scope in graph.scopes]
    while waiting:
        scope, left = waiting.pop()
        if left:
            finished.append(scope)
        elif scope not in done:
            done.add(scope)
            waiting.append((scope, True))
            bodies = [graph.nodes[node].body for node in graph.scopes[scope].nodes]
            waiting.extend((body, False) for body in bodies if body in graph.scopes)
    return finished


def _loop(nodes: tuple[str, ...], automatic: _Automatic) -> list[str]:
    """The nodes of one automatic loop, in order; empty when there is none."""
    after = {node: list(automatic.after(node)) for node in nodes}
    entered = dict.fromkeys(nodes, 0)
    for targets in after.values():
        for target in targets:
            # A flow across scopes is refused by its own rule.
            if target in entered:
                entered[target] += 1
    waiting = [node for node in nodes if not entered[node]]
    while waiting:
        node = waiting.pop()
        for target in after.pop(node):
            if target in entered:
                entered[target] -= 1
                if not entered[target]:
                    waiting.append(target)
    loop = _walk(after)
    # It begins where the reader of the diagram meets it first.
    order = {node: number for number, node in enumerate(nodes)}
    start = loop.index(min(loop, key=order.__getitem__)) if loop else 0
    return loop[start:] + loop[:start]


def _walk(left: dict[str, list[str]]) -> list[str]:
    """Follow what is left backwards: every node of it is entered from within."""
    before = {
        target: node
        for node, targets in left.items()
        for target in targets
        if target in left
    }
    # A dict keeps the order of the path and answers at once whether it closed.
    path: dict[str, None] = {}
    node = next(iter(left), None)
    while node is not None and node not in path:
        path[node] = None
        node = before[node]
    nodes = list(path)
    return nodes[nodes.index(node) :][::-1] if node is not None else []
