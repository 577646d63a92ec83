"""Complete a task: the answers are checked, the tokens move on, the act is sealed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from engine.commands import enclosing, entered, paper, reasons
from engine.commands.doing import located, seat_of, thing_of
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import iso8601, policy
from engine.domain.case import ACTIVE, Case, Task
from engine.domain.events import Event, EventType
from engine.domain.model import Node
from engine.domain.on_paper import OnPaper
from engine.domain.run import Complete, Json, Visit
from engine.errors import (
    AnswersInvalidError,
    NotAllowedError,
    NotReadyError,
    StaleError,
)
from engine.forms import answers, document, facts
from engine.forms.form import Form
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
    #: What is said beside the answers; recorded, and no data of the case.
    comment: str = ""
    #: SHA-256, hex, of files that go with it.
    enclosed: tuple[str, ...] = ()
    #: It was done on paper and is entered now; None: on the screen.
    paper: OnPaper | None = None


def handle(command: CompleteTask, transaction: Transaction) -> Result:
    """Complete the work.

    Raises:
        NotReadyError: The work is done or cancelled, or waits for co-signatures.
        StaleError: The case changed since `version`.
        AnswersInvalidError: Some answers are missing or wrong, or a text is too long.
        OutcomeRequiredError: The outcome is missing or unknown.
        EngineError: What is told of paper cannot be (`engine.commands.paper`).
    """
    loaded, task = located(transaction, command)
    case = loaded.case
    if task.status not in ACTIVE:
        raise NotReadyError(element=task.element, status=task.status.value)
    transaction.check(policy.Action.TASK_COMPLETE, thing_of(case, task))
    if command.version not in (None, case.version):
        raise StaleError(expected=command.version, found=case.version)
    running = Running(transaction, case, case.version, (task,))
    node = running.model.nodes[task.element]
    doer = transaction.doer(seat_of(transaction, case, task))
    event = paper.stamped(
        Event(type=EventType.TASK_COMPLETED, at=transaction.now, doer=doer),
        command.paper,
        _duty(running, case, task),
        transaction,
    )
    hands = paper.hands(event)
    _check_four_eyes(transaction, running, node, hands)
    running.beside.check_done(task, hands)
    values = _answers(command, running, node)
    entered.keep_code(values, case, command.language)
    outcome = outcome_of(running.model, task.element, command.outcome)
    told = facts.told(running.edition.recording.get(task.element), values)
    running.act(
        Complete(task.element, task.occurrence, values, outcome),
        replace(
            event,
            visit=Visit(task.element, task.occurrence),
            outcome=outcome,
            values={
                **values,
                **reasons.comment_of(command.comment, command.language),
                **enclosing.values_of(command.enclosed, case.id, transaction),
            },
            facts={**event.facts, **told},
        ),
    )
    running.save()
    return _result(running, task)


def _duty(running: Running, case: Case, task: Task) -> paper.Duty:
    """What it takes to have done the work on paper.

    As of a pair, only who holds the position does a step that somebody signed, and does
    it after that.
    """
    beside = running.beside
    signed = beside.signed(task)
    paired = signed or task.element in running.edition.partners
    duty = paper.of_work(case, task, paired=paired)
    last = beside.signed_at(task) if signed else None
    return duty if last is None else replace(duty, since=max(last, task.opened_at))


def _check_four_eyes(
    transaction: Transaction, running: Running, node: Node, hands: frozenset[UUID]
) -> None:
    """Two steps that must be done by two people (ISO 9001:2015, 8.5.1 g).

    Who acts for somebody else has a hand in it, and so have whom it is done for, and
    who did it on paper.
    """
    for partner in running.edition.partners.get(node.id, ()):
        done = transaction.uow.cases.doers(running.case, partner)
        if hands & (done | running.beside.hands(partner)):
            name = running.model.nodes[partner].name
            raise NotAllowedError(code="four-eyes", partner=name)


def _answers(command: CompleteTask, running: Running, node: Node) -> Mapping[str, Json]:
    package, language = running.edition.package, command.language
    if not node.work.form:
        return _commented(command, running)
    form = package.forms[node.work.form]
    checked = answers.validate(
        form,
        command.answers,
        language=language,
        known=_known(command, running, form),
    )
    if node.id in running.edition.recording:
        today = iso8601.day(running.now)
        checked = facts.checked(form, checked, today, language)
    if checked.errors:
        raise AnswersInvalidError(checked.errors)
    return checked.values


def _commented(command: CompleteTask, running: Running) -> Mapping[str, Json]:
    """The comment of a step without a form as its own form reads it, and the rest."""
    form, language = document.comment_form(), command.language
    own = {key: command.answers[key] for key in form.keys if key in command.answers}
    checked = answers.validate(form, own, language=language)
    if checked.errors:
        raise AnswersInvalidError(checked.errors)
    read = {key: value for key, value in checked.values.items() if key in own}
    return entered.without_form(
        {**command.answers, **read}, running.edition.asked, form.keys, language
    )


def _known(command: CompleteTask, running: Running, form: Form) -> Mapping[str, Json]:
    """What the case holds, where the form shows some of it and conditions read it."""
    if not any(field.readonly for field in form.fields):
        return {}
    picture = running.execution.picture()
    visit = Visit(command.element, command.occurrence)
    return {**picture.data, **picture.locals.get(visit, {})}


def _result(running: Running, task: Task) -> Result:
    return {
        "case": running.case.id.hex,
        "code": running.case.code,
        "element": task.element,
        "occurrence": task.occurrence,
        "version": running.case.version,
        "status": running.case.status.value,
    }
