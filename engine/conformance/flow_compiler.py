"""From a model to its net of labelled steps (`engine.conformance.flows`)."""

from collections.abc import Iterable, Iterator
from itertools import combinations, product
from typing import Final

from engine.conformance import flow_events, flow_reduction
from engine.conformance.flow_frames import Builder, Frame
from engine.conformance.flows import Net, NotComputedError, Step, reaching
from engine.domain.model import SCOPED, EventKind, Model, Node, NodeKind

#: Ways out of an inclusive choice that are told apart; with more, nothing is computed.
_WAYS: Final = 8
#: States of one activity, by how often each of its boundary events has happened.
_STATES: Final = 16
_GATES: Final = frozenset({NodeKind.EXCLUSIVE_GATEWAY, NodeKind.EVENT_BASED_GATEWAY})
_OPEN: Final = frozenset({NodeKind.INCLUSIVE_GATEWAY, NodeKind.COMPLEX_GATEWAY})


def net(model: Model, seen: Iterable[str] | None = None) -> Net:
    """Compile a model.

    Args:
        model: what was in force.
        seen: elements that histories can show; None: every activity without a body.

    Raises:
        NotComputedError: It holds a construct whose orders of work have no bound here.
    """
    made = _Compiler(Builder(model, seen))
    made.compile()
    return flow_reduction.reduced(flow_reduction.supplied(made.built.net))


class _Compiler:
    def __init__(self, built: Builder) -> None:
        self.built = built
        self.model = built.model
        self._joins: list[tuple[Frame, Node]] = []

    def compile(self) -> None:
        """All frames, then what needs to know all places."""
        built = self.built
        root = built.frame(self.model.root)
        built.net.idle = root.active
        self._begin(root)
        waiting = [root]
        while waiting:
            frame = waiting.pop()
            for identity in frame.scope.nodes:
                inner = self._node(frame, self.model.nodes[identity])
                waiting += [inner] if inner else []
        for frame in built.frames:
            flow_events.finish(built, frame)
        flow_events.deliver(built)
        for frame in built.frames:
            built.net.optional |= frame.optional
        for frame, node in self._joins:
            self._join(frame, node)
        built.net.labels = frozenset(one.label for one in built.net.steps) - {""}

    def _begin(self, root: Frame) -> None:
        """Rules 16 and 31: the case begins at its starts, or at one with an event."""
        built, begin = self.built, self.built.net.place("begin")
        built.net.initial = begin
        armed = flow_events.armed(built, root)
        if root.scope.starts:
            built.step(begin, root.active | built.begun(root), sets=armed)
        for identity in root.scope.triggers:
            node = self.model.nodes[identity]
            entry = root.at(node.part_of or node.id)
            built.step(begin, root.active | entry, sets=armed)

    # Nodes.

    def _node(self, frame: Frame, node: Node) -> Frame | None:
        """Compile a node; the frame of its body, when it has one."""
        if node.part_of or node.for_compensation:
            return None
        if node.triggered:
            return flow_events.handler(self.built, frame, node)
        if node.kind is NodeKind.COMPLEX_GATEWAY and (
            len(node.incoming) > 1 or node.activation
        ):
            raise NotComputedError(f"“{node.name or node.id}” is a complex gateway.")
        if node.kind is NodeKind.PARALLEL_GATEWAY:
            self._parallel(frame, node)
        elif node.kind is NodeKind.INCLUSIVE_GATEWAY and len(node.incoming) > 1:
            self._joins.append((frame, node))
            self._leave(frame, frame.place("in", node.id), node)
        elif node.kind in SCOPED:
            return self._body(frame, node)
        else:
            self._plain(frame, node)
        return None

    def _parallel(self, frame: Frame, node: Node) -> None:
        pre = sum(frame.flow(one) for one in node.incoming) or frame.at(node.id)
        post = sum(frame.flow(one) for one in node.outgoing)
        self.built.step(pre, post, self.built.label(node))

    def _plain(self, frame: Frame, node: Node) -> None:
        """Tasks, events and choices: one token in, seen or not, then out."""
        built, label = self.built, self.built.label(node)
        out = frame.place("did", node.id)
        states = self._states(frame, node)
        for one, gated in self._ins(frame, node):
            # Behind an event-based gateway a receive task has no boundary (rule 11).
            if gated:
                built.step(one, out, label)
            else:
                built.step(one, states[0])
        for inside in states:
            if node.kind is NodeKind.SERVICE_TASK:
                built.thrown.append((frame, node, inside))
            if node.multi_instance is None and node.loop is None:
                built.step(inside, out, label)
                continue
            # Any number of instances: what is seen may be seen again.
            built.step(inside, inside, label)
            if node.loop is None or node.loop.test_before:
                built.step(inside, out)
            else:
                built.step(inside, out, label)
        self._leave(frame, out, node)

    def _ins(self, frame: Frame, node: Node) -> Iterator[tuple[int, bool]]:
        yield frame.at(node.id), False
        for one in self.model.incoming(node):
            source = self.model.nodes[one.source]
            yield frame.flow(one.id), source.kind is NodeKind.EVENT_BASED_GATEWAY

    def _states(self, frame: Frame, node: Node) -> list[int]:
        """Places in which the activity is open; the boundary events lead from them."""
        built = self.built
        events = [
            self.model.nodes[one]
            for one in node.boundaries
            if self.model.nodes[one].event.kind is not EventKind.COMPENSATION
        ]
        limited = [one for one in events if flow_events.limit(built, one)]
        sizes = [range(flow_events.limit(built, one) + 1) for one in limited]
        counts = list(product(*sizes))
        if len(counts) > _STATES:
            name = node.name or node.id
            raise NotComputedError(f"“{name}” has too many boundary events.")
        places = {one: frame.place(f"busy{one}", node.id) for one in counts}
        for count, inside in places.items():
            for event in events:
                if event not in limited:
                    flow_events.beside(built, frame, event, inside)
            for index, event in enumerate(limited):
                after = (*count[:index], count[index] + 1, *count[index + 1 :])
                if after in places:
                    built.step(inside, places[after] | frame.at(event.id))
        return list(places.values())

    # Leaving.

    def _leave(self, frame: Frame, out: int, node: Node) -> None:
        kind = node.event.kind
        if flow_events.thrown(self.built, frame, node, out):
            if kind is EventKind.ESCALATION:
                self._leave_all(frame, frame.place("after", node.id), node)
        elif node.kind in _GATES:
            for one in node.outgoing:
                self.built.step(out, frame.flow(one))
            if not node.outgoing:
                self.built.step(out, 0)
        elif kind is EventKind.LINK and node.id in self.built.links:
            self.built.step(out, frame.at(self.built.links[node.id]))
        elif node.kind in _OPEN:
            self._leave_some(frame, out, node)
        else:
            self._leave_all(frame, out, node)

    def _leave_all(self, frame: Frame, out: int, node: Node) -> None:
        """Along every flow without condition, and some of those with one (rule 6)."""
        flows = [one for one in self.model.outgoing(node) if one.id != node.default]
        always = [one.id for one in flows if not one.condition]
        self._choose(
            frame, out, node, always, [one.id for one in flows if one.condition]
        )

    def _leave_some(self, frame: Frame, out: int, node: Node) -> None:
        """Rule 8; a choice of which no way has a condition is open."""
        flows = [one for one in self.model.outgoing(node) if one.id != node.default]
        drawn = any(one.condition for one in flows)
        always = [one.id for one in flows if drawn and not one.condition]
        self._choose(
            frame, out, node, always, [one.id for one in flows if one.id not in always]
        )

    def _choose(
        self, frame: Frame, out: int, node: Node, always: list[str], asked: list[str]
    ) -> None:
        if len(asked) > _WAYS:
            name = node.name or node.id
            raise NotComputedError(f"“{name}” has too many ways out.")
        for size in range(len(asked) + 1):
            for chosen in combinations(asked, size):
                ways = [*always, *chosen]
                if not chosen and node.default:
                    ways.append(node.default)
                # With ways out and none to take the case stands still.
                if ways or not node.outgoing:
                    self.built.step(out, sum(frame.flow(one) for one in ways))

    # Activities with a body.

    def _body(self, frame: Frame, node: Node) -> Frame:
        built = self.built
        inner = built.frame(self.model.scopes[node.body], node, frame)
        waits, out = frame.place("waits", node.id), frame.place("did", node.id)
        for one, _ in self._ins(frame, node):
            built.step(one, waits)
        around = flow_events.armed_around(built, inner)
        starts, armed = self._within(inner, node)
        built.step(waits, inner.active | starts, sets=armed | around)
        label = built.label(node)
        inner.out = frame.place("done", node.id) if label else out
        if label:
            built.step(inner.out, out, label)
        loop, many = node.loop, node.multi_instance
        if many is not None or (loop is not None and loop.test_before):
            built.step(waits, out)
        if loop is not None or (many is not None and starts):
            inner.again = frame.place("again", node.id)
            built.step(inner.again, inner.active | starts, sets=armed)
        self._leave(frame, out, node)
        return inner

    def _within(self, inner: Frame, node: Node) -> tuple[int, int]:
        """What a body begins with: tokens, and what is set beside them."""
        built = self.built
        armed = flow_events.armed(built, inner)
        name = node.name or node.id
        many = node.multi_instance
        if node.ad_hoc is not None:
            if many is not None or node.loop is not None:
                built.narrow(f"“{name}” is repeated, and so is what is in it.")
            return 0, armed | flow_events.open_ad_hoc(built, inner)
        if many is None or many.sequential:
            return built.begun(inner), armed
        if many.completion or not flow_events.simple(built, inner.scope):
            built.narrow(f"“{name}” runs side by side with itself.")
            return built.begun(inner), armed
        return 0, armed | flow_events.open_many(built, inner)

    # Inclusive joins.

    def _join(self, frame: Frame, node: Node) -> None:
        middle = frame.place("in", node.id)
        within = self.built.mask(frame) & ~middle
        before = self.built.before()
        flows = [frame.flow(one) for one in node.incoming]
        rows = tuple((flow, reaching(flow, before, within)) for flow in flows)
        label = self.built.label(node)
        self.built.net.steps.append(Step(0, middle, label, join=rows))
