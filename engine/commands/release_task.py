"""Release work: it goes back to everybody in the position."""

from dataclasses import dataclass, replace
from uuid import UUID

from engine.commands.doing import locked, position_of, thing_of
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.case import TaskMove
from engine.domain.events import EventType


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseTask:
    """Give a claimed piece of work back."""

    case: UUID
    element: str
    occurrence: int


def handle(command: ReleaseTask, transaction: Transaction) -> Result:
    """Release it; a supervisor may take it back from somebody.

    Raises:
        NotReadyError: Nobody has claimed it.
    """
    loaded, task = locked(transaction, command)
    transaction.check(policy.Action.TASK_RELEASE, thing_of(loaded.case, task))
    doer = transaction.doer(position_of(transaction, task))
    moved = replace(task.move(TaskMove.RELEASE), assignee=None, position=None)
    running = Running(transaction, loaded.case, loaded.case.version, (task,))
    running.note(EventType.TASK_RELEASED, moved, doer)
    running.save()
    return {"case": command.case.hex, "element": task.element, "status": "open"}
