"""The places of a net (`flows`), by the scope instance that they belong to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from engine import limits
from engine.conformance.flows import Net, NotComputedError, Step, bits
from engine.domain.model import EventKind, Model, Node, NodeKind, Scope


@dataclass(slots=True, eq=False)
class Frame:
    """A scope in one place of the model: a called process has one for each call."""

    net: Net
    scope: Scope
    path: str
    #: The activity whose body it is, and where that stands; None: the case itself.
    host: Node | None = None
    outer: "Frame | None" = None
    #: The scope has begun and may be ended; 0: it has no life of its own.
    active: int = 0
    #: Where the activity goes on when the scope has ended, and when it is repeated.
    out: int = 0
    again: int = 0
    own: int = 0
    optional: int = 0
    inner: list["Frame"] = field(default_factory=list)

    def place(self, kind: str, identity: str) -> int:
        """A place that keeps the scope alive while it is marked."""
        found = self.net.place(f"{self.path} {kind} {identity}")
        self.own |= found
        return found

    def beside(self, kind: str, identity: str) -> int:
        """A place that does not keep the scope alive."""
        found = self.net.place(f"{self.path} {kind} {identity}")
        self.optional |= found
        return found

    def flow(self, identity: str) -> int:
        """A token on a sequence flow."""
        return self.place("flow", identity)

    def at(self, identity: str) -> int:
        """A token that comes to a node otherwise than by a flow."""
        return self.place("at", identity)


class Builder:
    """A net in the making."""

    def __init__(self, model: Model, seen: Iterable[str] | None) -> None:
        self.model = model
        self.net = Net()
        self.frames: list[Frame] = []
        self.links = _links(model)
        #: What is delivered when all places are known: frame, node, its token.
        self.thrown: list[tuple[Frame, Node, int]] = []
        self._seen = None if seen is None else frozenset(seen)

    def frame(
        self, scope: Scope, host: Node | None = None, outer: Frame | None = None
    ) -> Frame:
        """A scope that begins as one instance at a time."""
        made = self.loose(scope, host, outer)
        if outer is None or host is None:
            made.active = self.net.place("active")
        else:
            made.active = outer.place("active", host.id)
        self.net.single |= made.active
        return made

    def loose(self, scope: Scope, host: Node | None, outer: Frame | None) -> Frame:
        """A scope in which every token is an instance by itself."""
        path = f"{outer.path}/{host.id}" if outer and host else ""
        if path.count("/") > limits.XML_DEPTH:
            raise NotComputedError("Calls are too deep.")
        made = Frame(self.net, scope, path, host, outer)
        if outer is not None:
            outer.inner.append(made)
        self.frames.append(made)
        return made

    def step(
        self, pre: int, post: int, label: str = "", *, clear: int = 0, sets: int = 0
    ) -> None:
        """A step without guard."""
        self.net.steps.append(Step(pre, post, label, clear, sets=sets))

    def narrow(self, why: str) -> None:
        """Say that the net follows less than the model allows."""
        self.net.narrow = self.net.narrow or why

    def label(self, node: Node) -> str:
        """The label under which an element is seen; empty: it is not."""
        if self._seen is not None:
            return node.id if node.id in self._seen else ""
        return node.id if node.kind.value.lower().endswith("task") else ""

    def begun(self, frame: Frame) -> int:
        """Tokens where a scope begins."""
        found = 0
        for identity in frame.scope.starts:
            found |= frame.at(identity)
        return found

    def mask(self, frame: Frame) -> int:
        """Every place that keeps a scope alive, those of inner scopes included."""
        found = frame.own
        for one in frame.inner:
            found |= self.mask(one)
        return found

    def everything(self, frame: Frame) -> int:
        """All places of a scope and the scopes within it."""
        found = frame.own | frame.optional
        for one in frame.inner:
            found |= self.everything(one)
        return found

    def before(self) -> dict[int, int]:
        """Place → the places from which a token can come to it, by rule 10."""
        found: dict[int, int] = {}
        edges = [(step.pre, step.post) for step in self.net.steps]
        edges += [(supply, fed) for supply, fed in self.net.supplies.items()]
        for frame in self.frames:
            edges += self._around(frame)
        for pre, post in edges:
            for place in bits(post):
                found[place] = found.get(place, 0) | pre
        return found

    def _around(self, frame: Frame) -> list[tuple[int, int]]:
        """An activity's paths go through its boundary events, thrown at or not."""
        found: list[tuple[int, int]] = []
        if frame.host is not None and frame.outer is not None and frame.active:
            at = frame.outer.at
            found += [(frame.active, at(one)) for one in frame.host.boundaries]
        for identity in frame.scope.nodes:
            node = self.model.nodes[identity]
            if node.kind is NodeKind.INCLUSIVE_GATEWAY and len(node.incoming) > 1:
                flows = sum(frame.flow(one) for one in node.incoming)
                found.append((flows, frame.place("in", node.id)))
        return found


#: Events that are looked for when they are thrown, and not waited for.
HEARD: Final = frozenset({EventKind.ERROR, EventKind.ESCALATION, EventKind.CANCEL})


def _links(model: Model) -> dict[str, str]:
    """Throwing → catching link event, by name and scope."""
    catches = {
        (node.scope, node.event.name): node.id
        for node in reversed([*model.nodes.values()])
        if node.event.kind is EventKind.LINK and node.kind is NodeKind.CATCH_EVENT
    }
    return {
        node.id: catches[node.scope, node.event.name]
        for node in model.nodes.values()
        if node.event.kind is EventKind.LINK
        and node.kind is NodeKind.THROW_EVENT
        and (node.scope, node.event.name) in catches
    }
