"""Retrace: follow the recorded events of a case and arrive at its present state.

The record is followed, not judged: gateway outcomes, instance counts, due instants and
service answers are taken from the events. What the events do not hold any more (erased
values) is missing from the data and changes no path. With `compare`, every decision is
evaluated again beside the record, and what differs is reported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.domain.case import Task, TaskMove, TaskStatus, month_of
from engine.domain.deciding import Comparing, Difference, Following
from engine.domain.events import EventType, Sealed
from engine.domain.model import WORK, Model
from engine.domain.run import (
    Act,
    Choice,
    Complete,
    Continue,
    Decision,
    End,
    Fire,
    Incident,
    Json,
    Message,
    Open,
    Signal,
    Status,
)
from engine.errors import EngineError, EvidenceError
from engine.evidence import record
from engine.ports import Context, Execution, Runtime, Services

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A sealed event, opened: its body and the personal values that are still there."""

    seq: int
    at: datetime
    type: EventType
    body: Body
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraced:
    """Where the record leads."""

    execution: Execution
    status: Status
    #: Every piece of work the record tells of, by (element, occurrence).
    tasks: Mapping[tuple[str, int], Task]
    #: Places where the tokens did not do what the record says they did.
    deviations: tuple[str, ...]
    #: Decisions that evaluate differently now; empty without `compare`.
    differences: tuple[Difference, ...]


def opened(events: Iterable[Sealed]) -> tuple[Step, ...]:
    """Check the chain and open every event.

    Raises:
        EvidenceError: A number is missing, a hash or a commitment is wrong.
    """
    steps = []
    previous = bytes(32)
    for expected, sealed in enumerate(events, start=1):
        body: Body = record.parse(sealed.body)
        _check_chain(sealed, body, expected, previous)
        previous = sealed.leaf
        steps.append(
            Step(
                seq=expected,
                at=datetime.fromisoformat(body["at"]),
                type=EventType(body["type"]),
                body=body,
                values=_values(sealed, body),
            )
        )
    return tuple(steps)


def _check_chain(sealed: Sealed, body: Body, expected: int, previous: bytes) -> None:
    # Record format, rule 2: numbers without gaps, each naming the one before.
    if sealed.seq != expected or body["seq"] != expected:
        raise EvidenceError(f"Event {expected} is missing.", seq=expected)
    if body["prev"] != previous.hex():
        raise EvidenceError(
            f"Event {expected} does not continue the chain.", seq=expected
        )
    # Rule 3: the stored hash is that of the stored bytes.
    if record.leaf_hash(sealed.body) != sealed.leaf:
        raise EvidenceError(f"The bytes of event {expected} changed.", seq=expected)


def _values(sealed: Sealed, body: Body) -> dict[str, Json]:
    """The personal values that are still stored, each checked against its commitment."""
    commitments = body.get("commitments", {})
    values: dict[str, Json] = {}
    for one in sealed.personal:
        if one.value is None or one.salt is None:
            continue
        # Rule 4: the value is the one that was committed to.
        if commitments.get(one.name) != record.commitment(one.salt, one.value):
            raise EvidenceError(
                f"The value “{one.name}” of event {sealed.seq} changed.",
                seq=sealed.seq,
            )
        values[one.name] = record.value(one.value)
    return values


def retrace(
    runtime: Runtime,
    model: Model,
    events: Iterable[Sealed],
    services: Services,
    *,
    compare: bool = False,
) -> Retraced:
    """Follow the events of a case from the first to the last.

    Raises:
        EvidenceError: The chain is broken.
        EngineError: The record tells of an act that the model does not allow.
    """
    steps = opened(events)
    decider = Following(*_recorded(steps))
    judge = Comparing(decider) if compare else decider
    execution = runtime.begin(model)
    status = Status.OPEN
    month = month_of(steps[0].at) if steps else 0
    tasks: dict[tuple[str, int], Task] = {}
    deviations: list[str] = []
    for step in steps:
        act = act_of(step)
        if act is None:
            _move(step, tasks)
            continue
        context = Context(now=step.at, decider=judge, services=services)
        try:
            advance = execution.act(act, context)
        except EngineError as error:
            raise EvidenceError(
                f"Event {step.seq} could not be followed: {error.message}", seq=step.seq
            ) from error
        effect = step.body["effect"]
        if list(advance.taken) != effect["taken"]:
            deviations.append(f"event {step.seq}: other flows were taken")
        if [[one.element, one.occurrence] for one in advance.opened] != [
            one[:2] for one in effect["opened"]
        ]:
            deviations.append(f"event {step.seq}: other work was opened")
        status = advance.status
        _work(step, model, tasks, month)
    return Retraced(
        execution=execution,
        status=status,
        tasks=tasks,
        deviations=tuple(deviations),
        differences=tuple(judge.differences) if isinstance(judge, Comparing) else (),
    )


def act_of(step: Step) -> Act | None:
    """The act that an event records; None when it moves no token."""
    values, body = step.values, step.body
    data = {name: value for name, value in values.items() if ":" not in name}
    if step.type is EventType.CASE_OPENED:
        return Open(data)
    if step.type is EventType.CASE_CONTINUED:
        return Continue()
    if step.type is EventType.TASK_COMPLETED:
        element, occurrence = body["visit"]
        return Complete(element, occurrence, data, body.get("outcome", ""))
    if step.type is EventType.TIMER_FIRED:
        element, occurrence = body["visit"]
        return Fire(element, occurrence)
    if step.type is EventType.MESSAGE_RECEIVED:
        prefix = "correlation:"
        keys = {
            name.removeprefix(prefix): value
            for name, value in values.items()
            if name.startswith(prefix)
        }
        return Message(body["facts"]["name"], data, keys)
    if step.type is EventType.SIGNAL_RECEIVED:
        return Signal(body["facts"]["name"], data)
    return None


def _recorded(steps: tuple[Step, ...]) -> tuple[list[Decision], list[Incident]]:
    """Every decision and incident of the case; a visit names its own, so they are
    pooled.
    """
    decisions, incidents = [], []
    for step in steps:
        effect = step.body.get("effect")
        if effect is None:
            continue
        for choice, element, occurrence, value in effect["decisions"]:
            one = Decision(Choice(choice), element, occurrence, value)
            if one.choice in record.COMMITTED:
                stored = step.values.get(record.decision_name(one))
                one = replace(one, value=stored)
            decisions.append(one)
        incidents += [Incident(*one) for one in effect["incidents"]]
    return decisions, incidents


def _move(step: Step, tasks: dict[tuple[str, int], Task]) -> None:
    """Claims and releases."""
    key = tuple(step.body["visit"])
    doer = step.body["doer"]
    if step.type is EventType.TASK_CLAIMED:
        tasks[key] = replace(
            tasks[key].move(TaskMove.CLAIM),
            assignee=UUID(doer["account"]),
            position=UUID(doer["position"]),
        )
    elif step.type is EventType.TASK_RELEASED:
        tasks[key] = replace(
            tasks[key].move(TaskMove.RELEASE), assignee=None, position=None
        )


def _work(
    step: Step, model: Model, tasks: dict[tuple[str, int], Task], month: int
) -> None:
    """The work that an act opened and closed."""
    effect = step.body["effect"]
    for element, occurrence, performer, agency, due in effect["opened"]:
        node = model.nodes[element]
        tasks[element, occurrence] = Task(
            tenant=UUID(step.body["tenant"]),
            case=UUID(step.body["stream"].split(":")[1]),
            month=month,
            element=element,
            occurrence=occurrence,
            name=node.name or node.id,
            short_name=node.work.short_name or node.name or node.id,
            performer=performer,
            agency=UUID(agency),
            status=TaskStatus.OPEN,
            opened_at=step.at,
            due_at=None if due is None else datetime.fromisoformat(due),
        )
    for element, occurrence, end in effect["closed"]:
        if model.nodes[element].kind in WORK:
            _close(step, (element, occurrence), End(end), tasks)


def _close(
    step: Step, key: tuple[str, int], end: End, tasks: dict[tuple[str, int], Task]
) -> None:
    move = TaskMove.COMPLETE if end is End.COMPLETED else TaskMove.CANCEL
    task = replace(tasks[key].move(move), closed_at=step.at)
    if move is TaskMove.COMPLETE:
        doer = step.body["doer"]
        task = replace(
            task, assignee=_uuid(doer, "account"), position=_uuid(doer, "position")
        )
    tasks[key] = task


def _uuid(doer: Mapping[str, str], name: str) -> UUID | None:
    return UUID(doer[name]) if name in doer else None
