"""Models in a few lines, without XML.

    build("start > a > x", xor("x", default="x-b"), flow("x", "a", "no"), "x > b > end")

A text is a chain of flows. A node that nothing else declares is a start event when its
id begins with `start`, an end event when it begins with `end`, else a user task. The id
of a flow is `source-target`. Document order is that in which ids are first mentioned.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from engine.domain import iso8601
from engine.domain.model import (
    EventDefinition,
    EventKind,
    Flow,
    Loop,
    Model,
    MultiInstance,
    Node,
    NodeKind,
    Scope,
    Timer,
    TimerKind,
    Work,
)


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


def task(id: str, *outcomes: str, **fields: Any) -> Element:  # noqa: A002
    """A user task, perhaps with outcomes to choose from."""
    return node(id, NodeKind.USER_TASK, work=Work(outcomes=outcomes), **fields)


def xor(id: str, **fields: Any) -> Element:  # noqa: A002
    """An exclusive gateway."""
    return node(id, NodeKind.EXCLUSIVE_GATEWAY, **fields)


def both(id: str) -> Element:  # noqa: A002
    """A parallel gateway."""
    return node(id, NodeKind.PARALLEL_GATEWAY)


def some(id: str, **fields: Any) -> Element:  # noqa: A002
    """An inclusive gateway."""
    return node(id, NodeKind.INCLUSIVE_GATEWAY, **fields)


def first(id: str) -> Element:  # noqa: A002
    """An event-based gateway."""
    return node(id, NodeKind.EVENT_BASED_GATEWAY)


def service(id: str, function: str, result: str = "", **fields: Any) -> Element:  # noqa: A002
    """A service task."""
    return node(id, NodeKind.SERVICE_TASK, service=function, result=result, **fields)


def catch(id: str, event: EventDefinition) -> Element:  # noqa: A002
    """An intermediate catch event."""
    return node(id, NodeKind.CATCH_EVENT, event=event)


def throw(id: str, event: EventDefinition) -> Element:  # noqa: A002
    """An intermediate throw event."""
    return node(id, NodeKind.THROW_EVENT, event=event)


def end(id: str, event: EventDefinition) -> Element:  # noqa: A002
    """An end event that does something."""
    return node(id, NodeKind.END_EVENT, event=event)


def receive(id: str, event: EventDefinition, **fields: Any) -> Element:  # noqa: A002
    """A receive task."""
    return node(id, NodeKind.RECEIVE_TASK, event=event, **fields)


def send(id: str, event: EventDefinition, **fields: Any) -> Element:  # noqa: A002
    """A send task."""
    return node(id, NodeKind.SEND_TASK, event=event, **fields)


def on(
    activity: str,
    id: str,  # noqa: A002
    event: EventDefinition,
    *,
    interrupting: bool = True,
) -> Element:
    """A boundary event."""
    kind = NodeKind.BOUNDARY_EVENT
    return node(id, kind, event=event, attached_to=activity, interrupting=interrupting)


def sub(id: str, *parts: Part, **fields: Any) -> Element:  # noqa: A002
    """An embedded sub-process."""
    element = node(id, NodeKind.SUB_PROCESS, body=id, **fields)
    return replace(element, parts=parts)


def handler(
    id: str,  # noqa: A002
    start: str,
    event: EventDefinition,
    *parts: Part,
    interrupting: bool = True,
) -> Element:
    """An event sub-process that `start` begins."""
    begins = node(start, NodeKind.START_EVENT, event=event, interrupting=interrupting)
    return sub(id, begins, *parts, triggered=True)


def trigger(id: str, event: EventDefinition) -> Element:  # noqa: A002
    """A start event that opens the process when its event happens."""
    return node(id, NodeKind.START_EVENT, event=event)


def transaction(id: str, *parts: Part, **fields: Any) -> Element:  # noqa: A002
    """A sub-process that a cancel end event undoes."""
    return sub(id, *parts, transaction=True, **fields)


def undo(activity: str, id: str, by: str) -> Element:  # noqa: A002
    """A compensation boundary event with its handler, which is declared elsewhere."""
    return node(
        id,
        NodeKind.BOUNDARY_EVENT,
        event=compensation(),
        attached_to=activity,
        handler=by,
    )


def undoing(id: str, **fields: Any) -> Element:  # noqa: A002
    """A user task that undoes another activity."""
    return task(id, for_compensation=True, **fields)


def done(*activities: str) -> tuple[Element, ...]:
    """For each activity `a` a compensation boundary event `xa` and a handler `ua`."""
    pairs = (
        (undo(one, f"x{one}", f"u{one}"), undoing(f"u{one}")) for one in activities
    )
    return tuple(itertools.chain.from_iterable(pairs))


def call(id: str, process: str, **fields: Any) -> Element:  # noqa: A002
    """A call activity."""
    return node(id, NodeKind.CALL_ACTIVITY, body=process, **fields)


def message(name: str, **correlation: str) -> EventDefinition:
    """A message, with correlation keys."""
    return EventDefinition(kind=EventKind.MESSAGE, name=name, correlation=correlation)


def signal(name: str, **payload: str) -> EventDefinition:
    """A signal, with a payload when it is thrown."""
    return EventDefinition(kind=EventKind.SIGNAL, name=name, payload=payload)


def error(code: str = "") -> EventDefinition:
    """An error."""
    return EventDefinition(kind=EventKind.ERROR, name=code)


def terminate() -> EventDefinition:
    """The end of everything in the scope."""
    return EventDefinition(kind=EventKind.TERMINATE)


def link(name: str) -> EventDefinition:
    """A link."""
    return EventDefinition(kind=EventKind.LINK, name=name)


def escalation(code: str = "") -> EventDefinition:
    """An escalation."""
    return EventDefinition(kind=EventKind.ESCALATION, name=code)


def when(condition: str) -> EventDefinition:
    """A condition."""
    return EventDefinition(kind=EventKind.CONDITIONAL, condition=condition)


def compensation(activity: str = "") -> EventDefinition:
    """Compensation, of one activity or of all."""
    return EventDefinition(kind=EventKind.COMPENSATION, activity=activity)


def cancel() -> EventDefinition:
    """The cancellation of a transaction."""
    return EventDefinition(kind=EventKind.CANCEL)


def timer(text: str) -> EventDefinition:
    """A timer: a literal of any kind, or an expression for a duration."""
    for kind in TimerKind:
        if iso8601.is_literal(kind, text):
            return EventDefinition(
                kind=EventKind.TIMER, timer=Timer(kind, text, literal=True)
            )
    return timed(TimerKind.DURATION, text)


def timed(kind: TimerKind, expression: str) -> EventDefinition:
    """A timer whose text an expression gives."""
    return EventDefinition(
        kind=EventKind.TIMER, timer=Timer(kind, expression, literal=False)
    )


def each(collection: str, item: str = "", **fields: Any) -> MultiInstance:
    """Parallel instances over a list; `sequential=True` one after the other."""
    fields.setdefault("sequential", False)
    return MultiInstance(collection=collection, item=item, **fields)


def times(cardinality: str, **fields: Any) -> MultiInstance:
    """A number of parallel instances."""
    fields.setdefault("sequential", False)
    return MultiInstance(cardinality=cardinality, **fields)


def again(condition: str = "", **fields: Any) -> Loop:
    """A standard loop, asked after each iteration unless `test_before` is set."""
    return Loop(condition=condition, **fields)


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
            if inner.attached_to:
                self.attached.setdefault(inner.attached_to, []).append(inner.id)

    def scope(self, scope: str, parts: tuple[Part, ...], *, process: bool) -> None:
        """Draw one scope and everything in it."""
        self.processes[scope] = process
        declared = {one.node.id: one for one in parts if isinstance(one, Element)}
        for name in _mentioned(parts):
            if name not in self.nodes:
                element = declared.get(name) or node(name, _kind(name))
                self.nodes[name] = replace(element.node, scope=scope)
                if element.node.kind is NodeKind.SUB_PROCESS:
                    self.scope(name, element.parts, process=False)
        for part in parts:
            if isinstance(part, Process):
                self.scope(part.id, part.parts, process=True)
            for one in _flows(part):
                self.flows[one.id] = one

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
            if self.processes[scope] and one.event.kind is not EventKind.NONE
        ]
        begun = [one.id for one in starts if one.id not in waits]
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
    aside = one.attached_to or one.triggered or one.for_compensation
    return one.id not in targets and not aside and not catches_link


def process(id: str, *parts: Part) -> Process:  # noqa: A002
    """A process that a call activity calls."""
    return Process(id, parts)


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
