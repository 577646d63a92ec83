"""Recall work: who completed a step takes it back while nobody has gone on with it.

The token goes back as docs/manual/semantics.md, rule 42 says. What was answered is the
draft of the new visit. What left the case (letters, calls of functions) cannot be taken
back, so such a step stays done.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from engine.commands import recorded
from engine.commands.doing import located, seat_of, thing_of
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import comments, policy
from engine.domain.case import Task, TaskStatus
from engine.domain.events import Event, EventType
from engine.domain.model import Model, NodeKind
from engine.domain.run import (
    Advance,
    Choice,
    Incident,
    Picture,
    Redirect,
    Visit,
    Wait,
)
from engine.errors import NotAllowedError, NotReadyError, StaleError
from engine.evidence import retrace
from engine.evidence.retrace import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallTask:
    """Take back a step that one has completed."""

    case: UUID
    element: str
    occurrence: int
    #: Acts the case had when it was looked at; None: do not compare.
    version: int | None = None


def handle(command: RecallTask, transaction: Transaction) -> Result:
    """Take it back; what was entered stands in the form again.

    Raises:
        NotAllowedError: Somebody else completed it (`not-yours`), or the actor holds
            the position no more.
        NotReadyError: It is not done, or cannot be taken back (`recall-several`,
            `recall-sent`, `recall-asked`, `recall-nothing`, `recall-begun` and
            `no-recall` say why).
        StaleError: The case changed since `version`.
    """
    loaded, task = located(transaction, command)
    case = loaded.case
    anyones = replace(thing_of(case, task), assignee=None)
    transaction.check(policy.Action.TASK_COMPLETE, anyones)
    if task.status is not TaskStatus.DONE:
        raise NotReadyError(element=task.element, status=task.status.value)
    if task.assignee != transaction.person.account.id:
        raise NotAllowedError(code="not-yours")
    if command.version not in (None, case.version):
        raise StaleError(expected=command.version, found=case.version)
    running = Running(transaction, case, case.version)
    step, opened = _led_to(transaction, running, task)
    _check(running.model, step)
    _check_untouched(transaction, running, opened)
    advance = _redirect(transaction, running, task, opened)
    running.save()
    _keep(transaction, running, task, step, advance)
    return {
        "case": case.id.hex,
        "code": case.code,
        "element": task.element,
        "occurrence": task.occurrence,
        "version": running.case.version,
        "status": running.case.status.value,
    }


def _led_to(
    transaction: Transaction, running: Running, task: Task
) -> tuple[Step, list[Visit]]:
    """The act that completed a visit, and the visits that it opened."""
    tools, package = transaction.tools, running.edition.package
    steps = retrace.opened(recorded.events_of(transaction, running.case))
    outside = package.outside(tools.services)
    before: set[Visit] = set()
    for step, picture in retrace.trail(tools.game, package.model, steps, outside):
        now = list(visits(package.model, picture))
        completes = step.type is EventType.TASK_COMPLETED
        if completes and step.body["visit"] == [task.element, task.occurrence]:
            return step, [one for one in now if one not in before]
        before = set(now)
    raise NotReadyError(code="recall-nothing")


def visits(model: Model, picture: Picture) -> Iterator[Visit]:
    """What is open and is no event armed beside something else."""
    open_: list[Visit | Wait | Incident] = [*picture.ready, *picture.waiting]
    for one in (*open_, *picture.incidents):
        armed = model.nodes[one.element].kind in _ARMED
        if not armed and one.occurrence:
            yield Visit(one.element, one.occurrence)


_ARMED = frozenset({NodeKind.BOUNDARY_EVENT, NodeKind.START_EVENT})


def _check(model: Model, step: Step) -> None:
    """What left the case stays left."""
    effect, element = step.body["effect"], step.body["visit"][0]
    node = model.nodes[element]
    if node.multi_instance is not None or node.loop is not None:
        raise NotReadyError(code="recall-several")
    if effect["thrown"]:
        raise NotReadyError(code="recall-sent")
    for choice, asked, _, _ in effect["decisions"]:
        service = model.nodes[asked].kind is NodeKind.SERVICE_TASK
        if choice == Choice.ANSWER.value and service:
            raise NotReadyError(code="recall-asked")
    if effect["more"]:
        raise NotReadyError(code="recall-nothing")


def _check_untouched(
    transaction: Transaction, running: Running, opened: list[Visit]
) -> None:
    """Nobody has taken, done or typed anything since."""
    if not opened:
        raise NotReadyError(code="recall-nothing")
    cases, case = transaction.uow.cases, running.case
    still = set(visits(running.model, running.execution.picture()))
    drafted = cases.drafted(case)
    taken = {
        Visit(one.element, one.occurrence)
        for one in cases.active(case)
        if one.status is TaskStatus.CLAIMED
    }
    for one in opened:
        begun = one in drafted or one in taken or running.beside.asks(one)
        if one not in still or begun:
            raise NotReadyError(code="recall-begun")


def _redirect(
    transaction: Transaction, running: Running, task: Task, opened: list[Visit]
) -> Advance:
    """Move the token back, and with it everything that it had become."""
    first = opened[0]
    doer = transaction.doer(seat_of(transaction, running.case, task))
    try:
        advance = running.act(
            Redirect(first.element, first.occurrence, task.element),
            Event(
                type=EventType.TASK_RECALLED,
                at=transaction.now,
                doer=doer,
                visit=first,
                facts={"target": task.element, "recalled": task.occurrence},
            ),
        )
    except NotReadyError as error:
        code = error.code if error.code == "suspended" else "no-recall"
        raise NotReadyError(code=code) from error
    still = set(visits(running.model, running.execution.picture()))
    if still.intersection(opened):
        raise NotReadyError(code="no-recall")
    return advance


def _keep(
    transaction: Transaction,
    running: Running,
    task: Task,
    step: Step,
    advance: Advance,
) -> None:
    """What was answered, and said beside, is the draft of the new visit."""
    answers = {
        name: one
        for name, one in step.values.items()
        if ":" not in name or name == comments.BESIDE
    }
    for visit in advance.opened:
        if visit.element == task.element and answers:
            account = transaction.person.account.id
            cases, at = transaction.uow.cases, transaction.now
            cases.keep_draft(running.case, visit, account, answers, at)
