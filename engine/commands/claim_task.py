"""Claim work: from now on it is mine, others see who has it."""

from dataclasses import dataclass, replace
from uuid import UUID

from engine.commands.doing import locked, seat_of, thing_of
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.case import TaskMove, TaskStatus
from engine.domain.events import Event, EventType
from engine.domain.run import Visit
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
        NotReadyError: It is done, cancelled or claimed already.
    """
    loaded, task = locked(transaction, command)
    mine = task.assignee == transaction.person.account.id
    if task.status is TaskStatus.CLAIMED and not mine:
        raise AlreadyTakenError
    # What is done belongs to nobody any more; the life cycle refuses it below.
    unclaimed = replace(thing_of(loaded.case, task), assignee=None)
    transaction.check(policy.Action.TASK_CLAIM, unclaimed)
    doer = transaction.doer(seat_of(transaction, loaded.case, task))
    moved = replace(
        task.move(TaskMove.CLAIM), assignee=doer.account, position=doer.position
    )
    running = Running(transaction, loaded.case, loaded.case.version, (task,))
    running.note(
        moved, Event(type=EventType.TASK_CLAIMED, at=transaction.now, doer=doer)
    )
    running.save()
    visit = Visit(task.element, task.occurrence)
    taker = transaction.person.account.id
    transaction.uow.cases.take_draft(loaded.case, visit, taker)
    return {
        "case": command.case.hex,
        "element": task.element,
        "occurrence": task.occurrence,
        "status": moved.status.value,
    }
