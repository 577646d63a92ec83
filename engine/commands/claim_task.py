"""Claim work: from now on it is mine, others see who has it."""

from dataclasses import dataclass, replace
from uuid import UUID

from engine.commands.doing import locked, position_of, thing_of
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.case import TaskMove, TaskStatus
from engine.domain.events import EventType
from engine.errors import AlreadyTakenError


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTask:
    """Take a piece of open work."""

    case: UUID
    element: str
    occurrence: int


def handle(command: ClaimTask, transaction: Transaction) -> Result:
    """Claim it in the position that may do it.

    Raises:
        AlreadyTakenError: Somebody else has claimed it.
        NotReadyError: It is done or cancelled.
    """
    loaded, task = locked(transaction, command)
    actor = transaction.actor
    if task.status is TaskStatus.CLAIMED and actor is not None:
        transaction.check(policy.Action.TASK_VIEW, thing_of(loaded.case, task))
        if task.assignee != actor.account.id:
            raise AlreadyTakenError
    transaction.check(policy.Action.TASK_CLAIM, thing_of(loaded.case, task))
    position = position_of(transaction, task)
    doer = transaction.doer(position)
    moved = replace(
        task.move(TaskMove.CLAIM), assignee=doer.account, position=doer.position
    )
    running = Running(transaction, loaded.case, loaded.case.version, (task,))
    running.note(EventType.TASK_CLAIMED, moved, doer)
    running.save()
    return {"case": command.case.hex, "element": task.element, "status": "claimed"}
