"""Begin an activity inside an open ad-hoc sub-process (BPMN 2.0.2, 13.3.5)."""

from dataclasses import dataclass
from uuid import UUID

from engine.commands.doing import located, seat_of, thing_of
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.case import ACTIVE
from engine.domain.events import Event, EventType
from engine.domain.model import Model, Node
from engine.domain.run import Begin, Visit
from engine.errors import NotFoundError, NotReadyError, StaleError


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginActivity:
    """Begin one of the activities that stand inside a piece of ad-hoc work."""

    case: UUID
    #: The visit of the ad-hoc sub-process.
    element: str
    occurrence: int
    activity: str
    #: Acts the case had when the work was looked at; None: do not compare.
    version: int | None = None


def handle(command: BeginActivity, transaction: Transaction) -> Result:
    """Begin it; who may complete the ad-hoc work may begin what is inside.

    Raises:
        NotFoundError: There is no such work, or nothing of this name to begin in it.
        NotReadyError: The work is done or cancelled, something else is to end first, or
            enough has been done already.
        StaleError: The case changed since `version`.
    """
    loaded, task = located(transaction, command)
    case = loaded.case
    if task.status not in ACTIVE:
        raise NotReadyError(element=task.element, status=task.status.value)
    transaction.check(policy.Action.TASK_COMPLETE, thing_of(case, task))
    if command.version not in (None, case.version):
        raise StaleError(expected=command.version, found=case.version)
    running = Running(transaction, case, case.version, (task,))
    _check(running.model, running.model.nodes[task.element], command.activity)
    running.act(
        Begin(task.element, task.occurrence, command.activity),
        Event(
            type=EventType.ACTIVITY_BEGUN,
            at=transaction.now,
            doer=transaction.doer(seat_of(transaction, case, task)),
            visit=Visit(task.element, task.occurrence),
            facts={"activity": command.activity},
        ),
    )
    running.save()
    return {
        "case": running.case.id.hex,
        "code": running.case.code,
        "element": task.element,
        "occurrence": task.occurrence,
        "activity": command.activity,
        "version": running.case.version,
        "status": running.case.status.value,
    }


def _check(model: Model, node: Node, activity: str) -> None:
    if node.ad_hoc is None or activity not in model.scopes[node.body].starts:
        raise NotFoundError(code="no-activity", activity=activity)
