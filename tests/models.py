"""Models in a few lines, without XML.

    build("start > a > x", xor("x", default="x-b"), flow("x", "a", "no"), "x > b > end")

A text is a chain of flows. A node that nothing else declares is a start event when its
id begins with `start`, an end event when it begins with `end`, else a user task. The id
of a flow is `source-target`. Document order is that in which ids are first mentioned.
"""

import itertools
from dataclasses import replace
from typing import Any

from engine.domain import iso8601
from engine.domain.model import (
    AdHoc,
    EventDefinition,
    EventKind,
    Loop,
    MultiInstance,
    NodeKind,
    Timer,
    TimerKind,
    Work,
)
from tests import linked

Element = linked.Element
Part = linked.Part
Process = linked.Process
Several = linked.Several
build = linked.build
flow = linked.flow
node = linked.node


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


def process(id: str, *parts: Part) -> Process:  # noqa: A002
    """A process that a call activity calls."""
    return Process(id, parts)


def any_of(*events: EventDefinition) -> Several:
    """A multiple event; the parts of `e` are `e.1`, `e.2`."""
    return Several(kind=EventKind.MULTIPLE, events=events)


def all_of(*events: EventDefinition) -> Several:
    """A parallel multiple event."""
    return Several(kind=EventKind.PARALLEL_MULTIPLE, events=events)


def complex_(id: str, activation: str = "", **fields: Any) -> Element:  # noqa: A002
    """A complex gateway."""
    return node(id, NodeKind.COMPLEX_GATEWAY, activation=activation, **fields)


def ad_hoc(id: str, *parts: Part, completion: str = "", **how: bool) -> Element:  # noqa: A002
    """An ad-hoc sub-process: `sequential=True`, `cancel_remaining=False`."""
    return sub(id, *parts, ad_hoc=AdHoc(completion=completion, **how))


def rule(id: str, decision: str, result: str = "", **fields: Any) -> Element:  # noqa: A002
    """A business rule task."""
    kind = NodeKind.BUSINESS_RULE_TASK
    return node(id, kind, decision=decision, result=result, **fields)
