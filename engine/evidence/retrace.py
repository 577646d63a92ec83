"""Retrace: follow the recorded events of a case and arrive at its present state.

The record is followed, not judged: gateway outcomes, instance counts, due instants and
service answers are taken from the events. What the events do not hold any more (erased
values) is missing from the data and changes no path. With `compare`, every decision is
evaluated again beside the record, and what differs is reported.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from engine import exchange
from engine.domain import clocked, deciding, dossier_record, on_paper, side_work
from engine.domain.case import Agencies, Task, TaskMove, TaskStatus, month_of
from engine.domain.clock_state import Clock
from engine.domain.deciding import Comparing, Decider, Difference, Following
from engine.domain.events import BUDGET, EventType, Sealed
from engine.domain.model import EventKind, Model, is_work
from engine.domain.run import (
    Advance,
    Choice,
    Decision,
    End,
    Incident,
    Json,
    Message,
    Picture,
    Status,
    Visit,
)
from engine.errors import EvidenceError
from engine.evidence import acts, record, transferring
from engine.evidence.chained import Body, Step, format_of, opened
from engine.evidence.sides import Sides
from engine.evidence.ticking import Ticking
from engine.ports import Context, Execution, Outside, Runtime

__all__ = ["Body", "Retraced", "Step", "instant_of", "opened", "retrace", "trail"]

#: What is told of a case and moves neither tokens nor work.
_REMARKS: Final = (
    frozenset(
        {
            EventType.PERSONAL_ERASED,
            EventType.HOLD_PLACED,
            EventType.HOLD_LIFTED,
            EventType.PAPER_NUMBERED,
            EventType.CASE_SUSPENDED,
            EventType.SUSPENSION_ENDED,
            EventType.CASE_TRANSFERRED,
        }
    )
    | clocked.EVENTS
    | dossier_record.ACTS
    | side_work.EVENTS
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraced:
    """Where the record leads."""

    execution: Execution
    steps: tuple[Step, ...]
    status: Status
    #: Automatic steps remain after the last act.
    more: bool
    #: It did not come to rest, and nothing has moved it since (rule 41).
    halted: bool
    #: Since when no work is done in it (docs/manual/clock.md, rule 7).
    suspended: datetime | None
    #: Instant of the last act that moved a token, and from when its effect counts.
    at: datetime
    done: datetime
    #: The agencies that take part in it now; None: its record names none.
    agencies: Agencies | None
    #: Every piece of work the record tells of, by (element, occurrence).
    tasks: Mapping[tuple[str, int], Task]
    #: Since when each open wait is open, where a model hears messages or signals.
    since: Mapping[Visit, datetime]
    #: What was asked beside its steps.
    sides: side_work.Record
    #: What its clock was moved by, and what it is due (docs/manual/clock.md).
    clock: Clock | None
    due: datetime | None
    #: Places where the tokens did not do what the record says they did.
    deviations: tuple[str, ...]
    #: Decisions that evaluate differently now; empty without `compare`.
    differences: tuple[Difference, ...]


def retrace(
    runtime: Runtime,
    model: Model,
    events: Iterable[Sealed],
    outside: Outside,
    *,
    compare: bool = False,
) -> Retraced:
    """Follow the events of a case from the first to the last.

    Raises:
        EvidenceError: The chain is broken, or the record tells of an act that the model
            does not allow.
    """
    steps = opened(events)
    if not steps:
        raise EvidenceError("The case has no events.")
    with format_of(1):
        following = Following(*_recorded(steps))
    judge = Comparing(following) if compare else following
    tracer = _Tracer(model, runtime.begin(model), steps)
    for step in steps:
        _do(tracer, step, judge, outside)
    return Retraced(
        execution=tracer.execution,
        steps=steps,
        status=tracer.status,
        more=tracer.more,
        halted=tracer.halted,
        suspended=tracer.suspended,
        at=tracer.at,
        done=tracer.done,
        agencies=tracer.agencies,
        tasks=tracer.tasks,
        since=tracer.since,
        sides=tracer.sides.record,
        clock=tracer.ticking.state,
        due=tracer.ticking.due,
        deviations=tuple(tracer.deviations),
        differences=tuple(judge.differences) if isinstance(judge, Comparing) else (),
    )


def trail(
    runtime: Runtime, model: Model, steps: Sequence[Step], outside: Outside
) -> Iterator[tuple[Step, Picture]]:
    """Follow opened events one by one; give each with what stands open after it.

    Raises:
        EvidenceError: The model does not allow an act; what came before was given.
    """
    with format_of(1):
        judge = Following(*_recorded(tuple(steps)))
        tracer = _Tracer(model, runtime.begin(model), steps)
    for step in steps:
        _do(tracer, step, judge, outside)
        yield step, tracer.execution.picture()


def _do(tracer: "_Tracer", step: Step, judge: Decider, outside: Outside) -> None:
    context = Context(
        now=step.at,
        decider=judge,
        services=outside.services,
        decisions=outside.decisions,
    )
    with format_of(step.seq):
        tracer.follow(step, context)


class _Tracer:
    """What is known after each event."""

    def __init__(
        self, model: Model, execution: Execution, steps: Sequence[Step]
    ) -> None:
        self.execution = execution
        self.status = Status.OPEN
        self.more = False
        self.halted = False
        self.suspended: datetime | None = None
        self.at: datetime
        self.done: datetime
        with format_of(1):
            self.agencies = transferring.opened_in(steps[0].body["facts"])
        self.tasks: dict[tuple[str, int], Task] = {}
        self.since: dict[Visit, datetime] = {}
        self.deviations: list[str] = []
        #: Some value is gone: keys cannot be compared, so the record tells who heard.
        self._erased = any(
            name not in step.values
            for step in steps
            for name in step.body.get("commitments", {})
        )
        self._model = model
        self._month = month_of(steps[0].at)
        self._hears = exchange.hears(model)
        self.sides = Sides()
        self.ticking = Ticking(model, self.sides)

    def follow(self, step: Step, context: Context) -> None:
        """Do what one event records."""
        self._follow(step, context)
        self.sides.take(step, self.tasks)
        self.ticking.take(step, self.tasks)

    def _follow(self, step: Step, context: Context) -> None:
        if step.type is EventType.CASE_HALTED:
            self.status, self.more, self.halted = Status.INCIDENT, False, True
            return
        if step.type in _REMARKS:
            self._mark(step)
            return
        act = acts.act_of(step.type, step.body, step.values)
        if act is None:
            _move(step, self.tasks)
            return
        if isinstance(act, Message) and self._erased:
            act = replace(act, taker=_taker(step, act.name, self._model))
        effect = step.body["effect"]
        context = replace(context, budget=effect.get("budget", BUDGET))
        advance = self.execution.act(act, context)
        self.status, self.more, self.at = advance.status, advance.more, step.at
        self.done = step.onward
        self.halted = False
        if self.status is Status.COMPLETED:
            self.suspended = None
        self.deviations += [
            f"event {step.seq}: {what}"
            for what, found, written in _told(advance, effect)
            if found != written
        ]
        _work(step, self._model, self.tasks, self._month)
        if self._hears:
            waiting = self.execution.picture().waiting
            visits = (Visit(one.element, one.occurrence) for one in waiting)
            self.since = {one: self.since.get(one, step.at) for one in visits}

    def _mark(self, step: Step) -> None:
        """What is told without moving anything: a suspension begins or ends."""
        if step.type is EventType.CASE_SUSPENDED:
            self.suspended = step.real
        elif step.type is EventType.SUSPENSION_ENDED:
            self.suspended = None
        elif step.type is EventType.CASE_TRANSFERRED:
            self.agencies = transferring.agencies_after(
                self.agencies, step.body["facts"]
            )
            transferring.move(self.tasks, step.body["facts"])


def _taker(step: Step, name: str, model: Model) -> Visit | None:
    """The wait that took a message, as the record of its effect tells."""
    for element, occurrence, end in step.body["effect"]["closed"]:
        event = model.nodes[element].event
        heard = (event.kind, event.name) == (EventKind.MESSAGE, name)
        if heard and end == End.COMPLETED.value:
            return Visit(element, occurrence)
    return None


def _told(advance: Advance, effect: Body) -> Iterator[tuple[str, Json, Json]]:
    """What the tokens did and what the record says, side by side."""
    yield "other flows were taken", list(advance.taken), effect["taken"]
    yield "other elements were completed", list(advance.completed), effect["completed"]
    opened: list[Json] = [[one.element, one.occurrence] for one in advance.opened]
    yield "other work was opened", opened, [one[:2] for one in effect["opened"]]
    closed: list[Json] = [
        [one.element, one.occurrence, one.end.value] for one in advance.closed
    ]
    yield "other visits were closed", closed, effect["closed"]
    yield "the status was another", advance.status.value, effect["status"]
    yield "automatic steps remained", advance.more, effect["more"]


def instant_of(text: str | None) -> datetime | None:
    """An instant as the record writes it."""
    return None if text is None else datetime.fromisoformat(text)


def _recorded(steps: tuple[Step, ...]) -> tuple[list[Decision], list[Incident]]:
    """Every decision and incident of the case.

    A visit names its own, so those of all events are pooled.
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
                one = replace(one, value=_unless_erased(one, stored))
            decisions.append(one)
        incidents += [Incident(*one) for one in effect["incidents"]]
    return decisions, incidents


def _unless_erased(one: Decision, stored: Json) -> Json:
    """A committed value; of an erased one only what steers the tokens."""
    if stored is not None:
        return stored
    if one.choice is not Choice.ANSWER:
        return {}
    shown = one.value if isinstance(one.value, dict) else {}
    return shown if "error" in shown else {**shown, deciding.ERASED: True}


def _move(step: Step, tasks: dict[tuple[str, int], Task]) -> None:
    """Who has work, or may take it."""
    element, occurrence = step.body["visit"]
    key, doer = (element, occurrence), step.body["doer"]
    if step.type is EventType.TASK_CLAIMED:
        account, position = UUID(doer["account"]), UUID(doer["position"])
        moved = tasks[key].move(TaskMove.CLAIM)
        tasks[key] = replace(moved, assignee=account, position=position)
    elif step.type is EventType.TASK_RELEASED:
        moved = tasks[key].move(TaskMove.RELEASE)
        tasks[key] = replace(moved, assignee=None, position=None)
    elif step.type is EventType.TASK_REASSIGNED:
        tasks[key] = _reassigned(tasks[key], step.body["facts"])
    else:
        raise EvidenceError(
            f"Event {step.seq} has no place in a case: {step.type.value}.", seq=step.seq
        )


def _reassigned(task: Task, facts: Mapping[str, str]) -> Task:
    """Work after somebody else was to do it."""
    account = _uuid(facts, "to")
    moved = task.move(TaskMove.ASSIGN if account else TaskMove.OFFER)
    return replace(
        moved,
        agency=UUID(facts["agency"]),
        assignee=account,
        position=UUID(facts["position"]) if account else None,
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
            opened_at=step.onward,
            due_at=instant_of(due),
        )
    for element, occurrence, end in effect["closed"]:
        if is_work(model.nodes[element]):
            _close(step, (element, occurrence), End(end), tasks)


def _close(
    step: Step, key: tuple[str, int], end: End, tasks: dict[tuple[str, int], Task]
) -> None:
    if end is not End.COMPLETED:
        task = tasks[key].cancelled(step.real)
    else:
        doer, paper = step.body["doer"], step.body["facts"].get(on_paper.FACT, {})
        task = replace(
            tasks[key].move(TaskMove.COMPLETE),
            closed_at=step.real,
            assignee=_uuid(doer, "account"),
            position=_uuid(doer, "position"),
            on_behalf_of=_uuid(doer, "on_behalf_of"),
            hand=_uuid(paper, "by"),
        )
    tasks[key] = task


def _uuid(doer: Mapping[str, str], name: str) -> UUID | None:
    return UUID(doer[name]) if name in doer else None
