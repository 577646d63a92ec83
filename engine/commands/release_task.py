"""Release work: it goes back to everybody in the position."""

from dataclasses import dataclass, replace
from uuid import UUID

from engine.commands.doing import locked, seat_of, thing_of
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.case import ACTIVE, TaskMove
from engine.domain.events import Event, EventType
from engine.errors import NotReadyError


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseTask:
    """Give a claimed piece of work back."""

    case: UUID
    element: str
    occurrence: int


def handle(command: ReleaseTask, transaction: Transaction) -> Result:
    """Release it; a supervisor may take it back from somebody.

    Raises:
        NotReadyError: Nobody has claimed it, or it is done or cancelled.
    """
    loaded, task = locked(transaction, command)
    if task.status not in ACTIVE:
        raise NotReadyError(element=task.element, status=task.status.value)
    transaction.check(policy.Action.TASK_RELEASE, thing_of(loaded.case, task))
    doer = transaction.doer(seat_of(transaction, loaded.case, task))
    moved = replace(task.move(TaskMove.RELEASE), assignee=None, position=None)
    running = Running(transaction, loaded.case, loaded.case.version, (task,))
    running.note(
        moved, Event(type=EventType.TASK_RELEASED, at=transaction.now, doer=doer)
    )
    running.save()
    return {
        "case": command.case.hex,
        "element": task.element,
        "occurrence": task.occurrence,
        "status": moved.status.value,
    }
