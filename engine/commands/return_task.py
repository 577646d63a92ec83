"""Return work to an earlier step: somebody does it again, or does it better.

Nothing of it is drawn. The token goes back as docs/manual/semantics.md, rule 42 says,
what ran beside it in the branches that it leaves ends, and the step gets its whole
limit again. Who did the steps before is remembered, so that four-eyes pairs hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from engine.commands import paper, reasons
from engine.commands.doing import located, seat_of, thing_of
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import policy, returning
from engine.domain.case import ACTIVE, Case, TaskStatus
from engine.domain.events import Event, EventType
from engine.domain.on_paper import OnPaper
from engine.domain.run import Json, Redirect, Visit
from engine.errors import NotReadyError, StaleError
from engine.forms import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnTask:
    """Give a piece of work back to who did an earlier step."""

    case: UUID
    element: str
    occurrence: int
    #: The activity that it goes back to.
    target: str
    reason: str
    #: What was typed so far, kept as a draft for when the step comes again.
    answers: Mapping[str, Json] = field(default_factory=dict)
    #: Acts the case had when the work was looked at; None: do not compare.
    version: int | None = None
    #: It was done on paper and is entered now; None: on the screen.
    paper: OnPaper | None = None


def handle(command: ReturnTask, transaction: Transaction) -> Result:
    """Return it; who may complete the work may return it.

    Raises:
        NotReadyError: The work is done or cancelled, there is no reason (`no-why`), or
            it cannot go back there (`no-return`).
        StaleError: The case changed since `version`.
        TooLargeError: The reason is too long.
    """
    loaded, task = located(transaction, command)
    case = loaded.case
    if task.status not in ACTIVE:
        raise NotReadyError(element=task.element, status=task.status.value)
    transaction.check(policy.Action.TASK_COMPLETE, thing_of(case, task))
    if command.version not in (None, case.version):
        raise StaleError(expected=command.version, found=case.version)
    reason = reasons.reason_of(command.reason)
    running = Running(transaction, case, case.version, (task,))
    visit = Visit(task.element, task.occurrence)
    if command.target not in _targets(transaction, running, task.element):
        raise NotReadyError(code="no-return", target=command.target)
    event = Event(
        type=EventType.TASK_RETURNED,
        at=transaction.now,
        doer=transaction.doer(seat_of(transaction, case, task)),
        visit=visit,
        facts={"target": command.target},
        values={"reason": reason},
    )
    duty = paper.of_work(case, task)
    running.act(
        Redirect(task.element, task.occurrence, command.target),
        paper.stamped(event, command.paper, duty, transaction),
    )
    running.save()
    _keep(command, transaction, case, visit)
    return {
        "case": case.id.hex,
        "code": case.code,
        "element": task.element,
        "occurrence": task.occurrence,
        "target": command.target,
        "version": running.case.version,
        "status": running.case.status.value,
    }


def _targets(
    transaction: Transaction, running: Running, element: str
) -> tuple[str, ...]:
    work = transaction.uow.cases.work(running.case)
    done = (one.element for one in work if one.status is TaskStatus.DONE)
    return returning.targets(running.model, done, element)


def _keep(
    command: ReturnTask, transaction: Transaction, case: Case, visit: Visit
) -> None:
    """What was typed waits with the visit that ended until the step comes again."""
    if command.answers:
        answers = plain.check(command.answers)
        account = transaction.person.account.id
        at = transaction.now
        transaction.uow.cases.keep_draft(case, visit, account, answers, at)
