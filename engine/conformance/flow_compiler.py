"""From a model to its net of labelled steps (`engine.conformance.flows`)."""

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final

from engine.conformance.flows import (
    Net,
    NotComputedError,
    Step,
    bits,
    reaching,
    reduced,
)
from engine.domain.model import SCOPED, EventKind, Model, Node, NodeKind, Scope

#: Ways out of an inclusive choice that are told apart; with more, nothing is computed.
_WAYS: Final = 8
_GATES: Final = frozenset({NodeKind.EXCLUSIVE_GATEWAY, NodeKind.EVENT_BASED_GATEWAY})
_HEARD: Final = frozenset({EventKind.ERROR, EventKind.ESCALATION, EventKind.CANCEL})


def net(model: Model, seen: Iterable[str] | None = None) -> Net:
    """Compile a model.

    Args:
        model: what was in force.
        seen: elements that histories can show; None: every activity without a body.

    Raises:
        NotComputedError: It holds a construct whose orders of work have no bound here.
    """
    made = _Compiler(model, seen)
    made.scope(model.root)
    made.finish()
    return reduced(made.net)


class _Compiler:
    def __init__(self, model: Model, seen: Iterable[str] | None) -> None:
        self.model = model
        self.net = Net()
        self._seen = None if seen is None else frozenset(seen)
        self._joins: list[tuple[Node, int]] = []
        self._links = _links(model)
        self._done: set[str] = set()

    # Places.

    def flow(self, identity: str) -> int:
        return self.net.place(f"flow {identity}")

    def busy(self, node: Node) -> int:
        """The activity is open."""
        return self.net.place(f"busy {node.id}")

    def active(self, scope: Scope | str) -> int:
        """The scope has begun and may be ended."""
        return self.net.place(f"scope {scope if isinstance(scope, str) else scope.id}")

    def add(self, pre: int, post: int, label: str = "", *, clear: int = 0) -> None:
        self.net.steps.append(Step(pre, post, label, clear))

    def add_end(self, active: int, post: int, mask: int) -> None:
        """A scope ends when nothing is left in it."""
        self.net.steps.append(Step(active, post, empty=mask))

    # Scopes.

    def scope(self, scope: Scope) -> None:
        if scope.id in self._done:
            return
        self._done.add(scope.id)
        for identity in scope.nodes:
            self._node(self.model.nodes[identity])

    def finish(self) -> None:
        """What needs all places: ends of scopes, interruptions, inclusive joins."""
        root = self.model.root
        self.net.idle = self.active(root)
        self.net.initial = self.active(root) | self._begun(root)
        starts = [self.model.nodes[one] for one in root.triggers]
        if not root.starts and starts:
            begin = self.net.place("begin")
            self.net.initial = begin
            for node in starts:
                self.add(begin, self.active(root) | self._leaving_all(node))
        for scope in [self.model.scopes[one] for one in sorted(self._done)]:
            self._handlers(scope)
        for node in self.model.nodes.values():
            if node.scope in self._done:
                self._late(node)
        self._join_up()
        self.net.labels = frozenset(one.label for one in self.net.steps) - {""}

    def _begun(self, scope: Scope) -> int:
        found = 0
        for identity in scope.starts:
            found |= self._entry(self.model.nodes[identity])
        return found

    def _mask(self, scope: Scope) -> int:
        """Every place inside a scope and the scopes within it."""
        found = 0
        waiting = [scope]
        while waiting:
            one = waiting.pop()
            for identity in one.nodes:
                node = self.model.nodes[identity]
                found |= self.busy(node) | self._entry(node)
                found |= self._did(node) | self._middle(node)
                for flow in node.outgoing:
                    found |= self.flow(flow)
                if node.kind in SCOPED:
                    found |= self.active(node.id)
                    waiting.append(self.model.scopes[node.body])
        return found

    # Nodes.

    def _entry(self, node: Node) -> int:
        """Where a token stands that comes to a node otherwise than by a flow."""
        return self.net.place(f"at {node.id}")

    def _ins(self, node: Node) -> list[int]:
        return [self.flow(one) for one in node.incoming] + [self._entry(node)]

    def _node(self, node: Node) -> None:
        if node.kind is NodeKind.BOUNDARY_EVENT or node.part_of or node.triggered:
            return
        if node.kind is NodeKind.COMPLEX_GATEWAY and len(node.incoming) > 1:
            raise NotComputedError(f"“{node.name or node.id}” is a complex gateway.")
        if node.kind is NodeKind.PARALLEL_GATEWAY:
            self._parallel(node)
        elif node.kind is NodeKind.INCLUSIVE_GATEWAY and len(node.incoming) > 1:
            # Joined when all places are known.
            self._joins.append((node, self._middle(node)))
            self._leave_some(self._middle(node), node)
        elif node.kind in SCOPED:
            self._body(node)
        else:
            self._plain(node)

    def _did(self, node: Node) -> int:
        return self.net.place(f"did {node.id}")

    def _middle(self, node: Node) -> int:
        return self.net.place(f"in {node.id}")

    def _parallel(self, node: Node) -> None:
        pre = 0
        for one in node.incoming:
            pre |= self.flow(one)
        self.add(pre or self._entry(node), self._leaving_all(node))

    def _plain(self, node: Node) -> None:
        """Tasks, events and choices: one token in, seen or not, then out."""
        activity = self._is_seen(node)
        label = node.id if activity else ""
        again = node.multi_instance is not None or node.loop is not None
        inside = self.busy(node)
        for one in self._ins(node):
            self.add(one, inside)
        if again:
            # Any number of instances: what is seen may be seen again.
            out = self._did(node)
            self.add(inside, inside, label)
            self.add(inside, out)
        elif label:
            out = self._did(node)
            self.add(inside, out, label)
        else:
            out = inside
        self._leave(out, node)

    def _is_seen(self, node: Node) -> bool:
        if self._seen is not None:
            return node.id in self._seen
        return node.kind.value.lower().endswith("task")

    def _leave(self, out: int, node: Node) -> None:
        if node.kind in _GATES:
            for one in node.outgoing:
                self.add(out, self.flow(one))
            if not node.outgoing:
                self.add(out, 0)
        elif node.kind in (NodeKind.INCLUSIVE_GATEWAY, NodeKind.COMPLEX_GATEWAY):
            self._leave_some(out, node)
        elif node.event.kind is EventKind.LINK and node.id in self._links:
            self.add(out, self._entry(self.model.nodes[self._links[node.id]]))
        elif node.event.kind in _HEARD or node.event.kind is EventKind.TERMINATE:
            # An end that ends more than itself; see `_late`.
            if node.event.kind is EventKind.ESCALATION:
                self.add(out, self._leaving_all(node))
        else:
            self._leave_conditions(out, node)

    def _leave_conditions(self, out: int, node: Node) -> None:
        """Along every flow without condition, and some of those with one (rule 6)."""
        flows = self.model.outgoing(node)
        always = sum(
            self.flow(one.id)
            for one in flows
            if not one.condition and one.id != node.default
        )
        asked = [one.id for one in flows if one.condition]
        for chosen in _subsets(asked, node):
            post = always + sum(self.flow(one) for one in chosen)
            if not chosen and node.default:
                post += self.flow(node.default)
            self.add(out, post)

    def _leave_some(self, out: int, node: Node) -> None:
        flows = [one for one in node.outgoing if one != node.default]
        for chosen in _subsets(flows, node):
            if chosen:
                self.add(out, sum(self.flow(one) for one in chosen))
        if node.default:
            self.add(out, self.flow(node.default))
        if not node.outgoing:
            self.add(out, 0)

    def _leaving_all(self, node: Node) -> int:
        return sum(self.flow(one) for one in node.outgoing)

    # Activities with a body.

    def _body(self, node: Node) -> None:
        body = self.model.scopes[node.body]
        active, inside = self.active(node.id), self.busy(node)
        self.scope(body)
        for one in self._ins(node):
            self.add(one, inside)
        if node.ad_hoc is not None:
            self.add(inside, active)
            for identity in body.starts:
                entry = self._entry(self.model.nodes[identity])
                self.add(active, active | entry)
        else:
            self.add(inside, active | self._begun(body))
        out = self._did(node)
        mask = self._mask(body)
        self.add_end(active, out, mask)
        if node.multi_instance is not None or node.loop is not None:
            self.add(inside, out)
            self.add_end(active, inside, mask)
        self._leave(out, node)

    def _late(self, node: Node) -> None:
        kind = node.event.kind
        if node.kind is NodeKind.BOUNDARY_EVENT:
            self._boundary(node)
        elif node.kind is NodeKind.END_EVENT and kind is EventKind.TERMINATE:
            scope = self.model.scopes[node.scope]
            self.add(self.busy(node), 0, clear=self._mask(scope))
        elif node.kind is NodeKind.END_EVENT and kind in _HEARD:
            self._thrown(node)

    def _boundary(self, node: Node) -> None:
        """While the activity is open its boundary event may happen."""
        if node.event.kind is EventKind.COMPENSATION:
            return
        host = self.model.nodes[node.attached_to]
        post = self._entry(node)
        for out in _subsets([one.id for one in self.model.outgoing(node)], node):
            if len(out) == len(node.outgoing):
                self.add(post, sum(self.flow(one) for one in out))
        if node.event.kind in _HEARD and host.kind in SCOPED:
            # It happens only when something inside throws; see `_thrown`.
            return
        open_ = self.active(host.id) if host.kind in SCOPED else self.busy(host)
        if _ends_host(node):
            self.add(open_, post, clear=self._within(host))
        else:
            self.add(open_, open_ | post)

    def _within(self, host: Node) -> int:
        if host.kind not in SCOPED:
            return 0
        return self._mask(self.model.scopes[host.body])

    def _thrown(self, node: Node) -> None:
        """An error, escalation or cancel end goes to the nearest that hears it."""
        catcher = self._catcher(node)
        at = self.busy(node)
        if catcher is None:
            if node.event.kind is EventKind.ESCALATION:
                self.add(at, 0)
            return
        if catcher.kind is NodeKind.BOUNDARY_EVENT:
            host = self.model.nodes[catcher.attached_to]
            if _ends_host(catcher):
                pre = at | self.active(host.id)
                self.add(pre, self._entry(catcher), clear=self._within(host))
            else:
                self.add(at, self._entry(catcher))
            return
        self._handled(catcher, at)

    def _catcher(self, node: Node) -> Node | None:
        """The event sub-process or boundary event that hears an end event."""
        scope: Scope | None = self.model.scopes[node.scope]
        below = ""
        while scope is not None:
            for one in scope.handlers:
                handler = self.model.nodes[one]
                if one != below and self._hears(self._start_of(handler), node):
                    return handler
            host = self._host(scope)
            if host is None:
                return None
            for one in host.boundaries:
                if self._hears(self.model.nodes[one], node):
                    return self.model.nodes[one]
            below, scope = host.id, self.model.scopes[host.scope]
        return None

    def _hears(self, catcher: Node, node: Node) -> bool:
        same = catcher.event.kind is node.event.kind
        return same and catcher.event.name in ("", node.event.name)

    def _host(self, scope: Scope) -> Node | None:
        """The activity whose body a scope is; a called process has the first."""
        for node in self.model.nodes.values():
            if node.kind in SCOPED and node.body == scope.id:
                return node
        return None

    # Event sub-processes.

    def _handlers(self, scope: Scope) -> None:
        for identity in scope.handlers:
            handler = self.model.nodes[identity]
            start = self._start_of(handler)
            if start.event.kind is EventKind.COMPENSATION:
                continue
            self.scope(self.model.scopes[handler.body])
            mask = self._mask(self.model.scopes[handler.body])
            self.add_end(self.active(handler.id), 0, mask)
            if start.event.kind not in _HEARD:
                host = self._host(scope)
                self._handled(handler, self.active(host.id if host else scope))

    def _handled(self, handler: Node, trigger: int) -> None:
        """An event sub-process begins; `trigger` is kept when it is its scope."""
        start = self._start_of(handler)
        scope = self.model.scopes[handler.scope]
        begun = self.active(handler.id) | self._entry(start)
        host = self._host(scope)
        kept = trigger & self.active(host.id if host else scope)
        clear = self._mask(scope) if _ends_host(start) else 0
        self.add(trigger, kept | begun, clear=clear & ~begun)

    def _start_of(self, handler: Node) -> Node:
        body = self.model.scopes[handler.body]
        return self.model.nodes[(body.starts or body.triggers)[0]]

    # Inclusive joins.

    def _join_up(self) -> None:
        before = self._before()
        for node, middle in self._joins:
            flows = [self.flow(one) for one in node.incoming]
            avoid = middle
            rows = tuple((flow, reaching(flow, before, avoid)) for flow in flows)
            self.net.steps.append(Step(0, middle, join=rows))

    def _before(self) -> dict[int, int]:
        """Place → the places from which one step leads to it."""
        found: dict[int, int] = {}
        for step in self.net.steps:
            for place in bits(step.post):
                found[place] = found.get(place, 0) | step.pre
        for node, middle in self._joins:
            for one in node.incoming:
                found[middle] = found.get(middle, 0) | self.flow(one)
        return found


def _ends_host(event: Node) -> bool:
    """Errors always interrupt (rule 18), whatever is drawn."""
    return event.interrupting or event.event.kind is EventKind.ERROR


def _subsets(flows: list[str], node: Node) -> Iterator[tuple[str, ...]]:
    if len(flows) > _WAYS:
        raise NotComputedError(f"“{node.name or node.id}” has too many ways out.")
    for size in range(len(flows) + 1):
        yield from combinations(flows, size)


def _links(model: Model) -> dict[str, str]:
    """Throwing → catching link event, by name and scope."""
    catches = {
        (node.scope, node.event.name): node.id
        for node in model.nodes.values()
        if node.event.kind is EventKind.LINK and node.kind is NodeKind.CATCH_EVENT
    }
    return {
        node.id: catches[node.scope, node.event.name]
        for node in model.nodes.values()
        if node.event.kind is EventKind.LINK
        and node.kind is NodeKind.THROW_EVENT
        and (node.scope, node.event.name) in catches
    }
