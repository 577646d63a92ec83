"""How the models of `tests.models` are put together: ids, flows, scopes."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from engine.domain.model import (
    EventDefinition,
    EventKind,
    Flow,
    Model,
    Node,
    NodeKind,
    Scope,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Several(EventDefinition):
    """The definitions of a multiple event, each of which becomes a node."""

    events: tuple[EventDefinition, ...] = ()


@dataclass(frozen=True)
class Element:
    """A node with what stands inside it."""

    node: Node
    parts: tuple["Part", ...] = ()


@dataclass(frozen=True)
class Process:
    """A called process."""

    id: str
    parts: tuple["Part", ...]


Part = str | Flow | Element | Process


def node(id: str, kind: NodeKind, **fields: Any) -> Element:  # noqa: A002
    """Any node."""
    return Element(Node(id=id, kind=kind, scope="", **fields))


def flow(source: str, target: str, condition: str = "") -> Flow:
    """A flow with a condition."""
    return Flow(f"{source}-{target}", source, target, "", condition)


def build(*parts: Part, id: str = "P", hash: str = "h") -> Model:  # noqa: A002
    """A linked model."""
    drawn = _Drawn()
    drawn.scope(id, parts, process=True)
    drawn.index()
    return Model(
        id=id,
        name=id,
        hash=hash,
        nodes={one.id: drawn.linked(one) for one in drawn.nodes.values()},
        flows=drawn.flows,
        scopes={scope: drawn.made_scope(scope) for scope in drawn.processes},
    )


class _Drawn:
    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.flows: dict[str, Flow] = {}
        #: Scope -> whether it is a process.
        self.processes: dict[str, bool] = {}
        self.into: dict[str, list[str]] = {}
        self.out: dict[str, list[str]] = {}
        self.attached: dict[str, list[str]] = {}

    def index(self) -> None:
        """Find the flows and boundary events of every node."""
        for one in self.flows.values():
            self.into.setdefault(one.target, []).append(one.id)
            self.out.setdefault(one.source, []).append(one.id)
        for inner in self.nodes.values():
            if inner.attached_to and not inner.part_of:
                self.attached.setdefault(inner.attached_to, []).append(inner.id)

    def scope(self, scope: str, parts: tuple[Part, ...], *, process: bool) -> None:
        """Draw one scope and everything in it."""
        self.processes[scope] = process
        declared = {one.node.id: one for one in parts if isinstance(one, Element)}
        for name in _mentioned(parts):
            if name not in self.nodes:
                element = declared.get(name) or node(name, _kind(name))
                self.add(replace(element.node, scope=scope))
                if element.node.kind is NodeKind.SUB_PROCESS:
                    self.scope(name, element.parts, process=False)
        for part in parts:
            if isinstance(part, Process):
                self.scope(part.id, part.parts, process=True)
            for one in _flows(part):
                self.flows[one.id] = one

    def add(self, one: Node) -> None:
        """Draw a node, with the parts of a multiple event behind it."""
        event = one.event
        if not isinstance(event, Several):
            self.nodes[one.id] = one
            return
        ids = tuple(f"{one.id}.{number}" for number in range(1, len(event.events) + 1))
        whole = EventDefinition(kind=event.kind)
        self.nodes[one.id] = replace(one, event=whole, parts=ids)
        for part, definition in zip(ids, event.events, strict=True):
            self.nodes[part] = replace(one, id=part, event=definition, part_of=one.id)

    def linked(self, one: Node) -> Node:
        """The node with its flows and boundary events."""
        return replace(
            one,
            incoming=tuple(self.into.get(one.id, ())),
            outgoing=tuple(self.out.get(one.id, ())),
            boundaries=tuple(self.attached.get(one.id, ())),
        )

    def made_scope(self, scope: str) -> Scope:
        """The scope with what begins it."""
        inside = [one for one in self.nodes.values() if one.scope == scope]
        starts = [one for one in inside if one.kind is NodeKind.START_EVENT]
        waits = [
            one.id
            for one in starts
            if self.processes[scope]
            and one.event.kind is not EventKind.NONE
            and not one.parts
        ]
        begun = [
            one.id
            for one in starts
            if one.id not in waits
            and not one.part_of
            and not (one.parts and self.processes[scope])
        ]
        targets = {one.target for one in self.flows.values()}
        return Scope(
            id=scope,
            nodes=tuple(one.id for one in inside),
            starts=tuple(
                begun if starts else (one.id for one in inside if _begins(one, targets))
            ),
            triggers=tuple(waits),
            handlers=tuple(one.id for one in inside if one.triggered),
            process=self.processes[scope],
        )


def _begins(one: Node, targets: set[str]) -> bool:
    """Whether a scope without start event begins here (BPMN 2.0.2, 13.3.4)."""
    catches_link = one.kind is NodeKind.CATCH_EVENT and one.event.kind is EventKind.LINK
    aside = one.attached_to or one.triggered or one.for_compensation or one.part_of
    return one.id not in targets and not aside and not catches_link


def _mentioned(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield from (name.strip() for name in part.split(">"))
        elif isinstance(part, Flow):
            yield from (part.source, part.target)
        elif isinstance(part, Element):
            yield part.node.id


def _flows(part: Part) -> Iterator[Flow]:
    if isinstance(part, Flow):
        yield part
    elif isinstance(part, str):
        names = [name.strip() for name in part.split(">")]
        for source, target in itertools.pairwise(names):
            yield flow(source, target)


def _kind(name: str) -> NodeKind:
    if name.startswith("start"):
        return NodeKind.START_EVENT
    return NodeKind.END_EVENT if name.startswith("end") else NodeKind.USER_TASK
