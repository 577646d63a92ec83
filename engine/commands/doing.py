"""What the commands about one piece of work share: find it, and in which position."""

from typing import Protocol
from uuid import UUID

from engine.commands.transaction import Transaction
from engine.domain import policy
from engine.domain.case import Case, Task
from engine.domain.organisation import Position
from engine.errors import NotFoundError
from engine.ports import Loaded


class AboutWork(Protocol):
    """A command that names one piece of work."""

    @property
    def case(self) -> UUID:
        """The case it belongs to."""

    @property
    def element(self) -> str:
        """The element in the diagram."""

    @property
    def occurrence(self) -> int:
        """The visit to the element."""


def locked(transaction: Transaction, command: AboutWork) -> tuple[Loaded, Task]:
    """Lock the case and load the work.

    Raises:
        NotFoundError: There is no such case or no such work in it, or the actor may not
            know of it.
    """
    loaded = transaction.uow.cases.lock(
        command.case, command.element, command.occurrence
    )
    case = loaded.case
    # Who may not see the case learns nothing of its steps either.
    thing = policy.Thing(tenant=case.tenant, agencies=case.agencies.all())
    transaction.check(policy.Action.TASK_VIEW, thing)
    if loaded.task is None:
        raise NotFoundError(code="no-task", element=command.element)
    return loaded, loaded.task


def thing_of(case: Case, task: Task) -> policy.Thing:
    """The work as policy asks about it."""
    return policy.Thing(
        tenant=case.tenant,
        agencies=case.agencies.all(),
        performer=task.performer,
        agency=task.agency,
        assignee=task.assignee,
    )


def position_of(transaction: Transaction, task: Task) -> Position | None:
    """The position in which the actor touches the work; a supervisor may have none.

    Raises:
        NotAllowedError: Work is done by people, never by the engine itself.
    """
    return transaction.person.position_for(task.performer, task.agency)
