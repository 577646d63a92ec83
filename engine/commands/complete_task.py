"""Complete a task: the answers are checked, the tokens move on, the act is sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from engine.commands.doing import locked, position_of, thing_of
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.case import ACTIVE, Task
from engine.domain.events import Event, EventType
from engine.domain.model import Node
from engine.domain.run import Complete, Json, Visit
from engine.errors import (
    AnswersInvalidError,
    NotAllowedError,
    NotReadyError,
    StaleError,
)
from engine.forms import answers, plain
from engine.play import outcome_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTask:
    """Finish a piece of work."""

    case: UUID
    element: str
    occurrence: int
    #: Answers to the task's form, as typed or as JSON values.
    answers: Mapping[str, Json]
    #: Id or name of the chosen flow, where the task offers outcomes.
    outcome: str = ""
    #: Acts the case had when the work was looked at; None: do not compare.
    version: int | None = None
    language: str = "vi"


def handle(command: CompleteTask, transaction: Transaction) -> Result:
    """Complete the work.

    Raises:
        NotReadyError: The work is done or cancelled.
        StaleError: The case changed since `version`.
        AnswersInvalidError: Some answers are missing or wrong.
        OutcomeRequiredError: The outcome is missing or unknown.
    """
    loaded, task = locked(transaction, command)
    case = loaded.case
    if task.status not in ACTIVE:
        raise NotReadyError(element=task.element, status=task.status.value)
    transaction.check(policy.Action.TASK_COMPLETE, thing_of(case, task))
    if command.version not in (None, case.version):
        raise StaleError(expected=command.version, found=case.version)
    running = Running(transaction, case, case.version, (task,))
    node = running.model.nodes[task.element]
    _check_four_eyes(transaction, running, node)
    values = _answers(command, running, node)
    outcome = outcome_of(running.model, task.element, command.outcome)
    running.act(
        Complete(task.element, task.occurrence, values, outcome),
        Event(
            type=EventType.TASK_COMPLETED,
            at=transaction.now,
            doer=transaction.doer(position_of(transaction, task)),
            visit=Visit(task.element, task.occurrence),
            outcome=outcome,
            values=values,
        ),
    )
    running.save()
    return _result(running, task)


def _check_four_eyes(transaction: Transaction, running: Running, node: Node) -> None:
    """Two steps that must be done by two people (ISO 9001:2015, 8.5.1 g)."""
    if not node.work.four_eyes:
        return
    doers = transaction.uow.cases.doers(running.case, node.work.four_eyes)
    if transaction.person.account.id in doers:
        partner = running.model.nodes[node.work.four_eyes].name
        raise NotAllowedError(code="four-eyes", partner=partner)


def _answers(command: CompleteTask, running: Running, node: Node) -> Mapping[str, Json]:
    if not node.work.form:
        return plain.check(command.answers)
    form = running.edition.package.forms[node.work.form]
    checked = answers.validate(form, command.answers, language=command.language)
    if checked.errors:
        raise AnswersInvalidError(checked.errors)
    return checked.values


def _result(running: Running, task: Task) -> Result:
    return {
        "case": running.case.id.hex,
        "code": running.case.code,
        "element": task.element,
        "occurrence": task.occurrence,
        "version": running.case.version,
        "status": running.case.status.value,
    }
