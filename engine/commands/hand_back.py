"""Hand back work: who claimed it may not do it any more, so everybody else may.

A holding that ends ends its rights with the next request; what was claimed in it goes
back by itself, its draft stays with the work (docs/manual/people.md, rule 4).
"""

from dataclasses import dataclass, replace
from uuid import UUID

from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import iso8601, policy
from engine.domain.case import ACTIVE, Task, TaskMove
from engine.domain.events import Event, EventType
from engine.domain.run import Json
from engine.errors import NotFoundError

#: Why it went back.
ENDED = "holding-ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandBack:
    """Give a piece of work back that its holder may not do any more."""

    case: UUID
    element: str
    occurrence: int


def handle(command: HandBack, transaction: Transaction) -> Result:
    """Release it; what nobody has, or is held rightly, stays as it is.

    Raises:
        NotAllowedError: The actor does not administer this tenant.
        NotFoundError: There is no such work.
    """
    thing = policy.Thing(tenant=transaction.tenant)
    transaction.check(policy.Action.ORGANISATION_CHANGE, thing)
    cases = transaction.uow.cases
    loaded = cases.lock(command.case, command.element, command.occurrence)
    task = loaded.task
    if task is None:
        raise NotFoundError(code="no-task", element=command.element)
    told: dict[str, Json] = {
        "case": command.case.hex,
        "element": task.element,
        "occurrence": task.occurrence,
    }
    if task.status not in ACTIVE or not _stranded(transaction, task):
        return {**told, "moved": False}
    moved = replace(task.move(TaskMove.RELEASE), assignee=None, position=None)
    running = Running(transaction, loaded.case, loaded.case.version, (task,))
    # Nobody gave it back: the right to it ended.
    facts: dict[str, Json] = {"reason": ENDED}
    event = Event(type=EventType.TASK_RELEASED, at=transaction.now, facts=facts)
    running.note(moved, event)
    running.save()
    return {**told, "moved": True}


def _stranded(transaction: Transaction, task: Task) -> bool:
    """Whether somebody has it who does not act in that position any more."""
    if task.assignee is None or task.position is None:
        return False
    organisation = transaction.uow.accounts.organisation()
    day = iso8601.day(transaction.now)
    return not organisation.acts_in(task.assignee, task.position, day)
