"""What the commands about one piece of work share: find it, and in which position."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol
from uuid import UUID

from engine.commands.transaction import Transaction
from engine.domain import policy, side_work
from engine.domain.case import Case, Task
from engine.domain.organisation import Seat
from engine.errors import NotFoundError, NotReadyError
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
    """Lock the case and load the work, a step or what is asked beside one.

    Raises:
        NotFoundError: There is no such case or no such work in it, or the actor may not
            know of it.
    """
    loaded = transaction.uow.cases.lock(
        command.case, command.element, command.occurrence
    )
    case = loaded.case
    # Who may not see the case learns nothing of its steps either.
    thing = case_thing(case) if loaded.task is None else thing_of(case, loaded.task)
    transaction.check(policy.Action.TASK_VIEW, thing)
    if loaded.task is None:
        raise NotFoundError(code="no-task", element=command.element)
    return loaded, loaded.task


def located(transaction: Transaction, command: AboutWork) -> tuple[Loaded, Task]:
    """Lock the case and load a step of it, as `locked` does.

    Raises:
        NotReadyError: It is asked beside a step, and is answered in its own way.
        NotFoundError: As `locked`.
    """
    if side_work.is_side(command.element):
        locked(transaction, command)
        raise NotReadyError(code="side-row")
    return locked(transaction, command)


def case_thing(case: Case) -> policy.Thing:
    """A case as policy asks about it."""
    return policy.Thing(
        tenant=case.tenant, agencies=case.agencies.all(), procedure=case.procedure
    )


def thing_of(case: Case, task: Task) -> policy.Thing:
    """The work as policy asks about it."""
    return replace(
        case_thing(case),
        performer=task.performer,
        agency=task.agency,
        assignee=task.assignee,
        asked=asked_in((task,)),
    )


def asked_in(tasks: Iterable[Task]) -> frozenset[tuple[str, UUID]]:
    """Performers and agencies that some work asks beside a step."""
    return frozenset(
        (one.performer, one.agency) for one in tasks if side_work.is_side(one.element)
    )


def seat_of(transaction: Transaction, case: Case, task: Task) -> Seat | None:
    """The position in which the actor touches the work; a supervisor may have none.

    Raises:
        NotAllowedError: Work is done by people, never by the engine itself.
    """
    return transaction.person.seat_for(task.performer, task.agency, case.procedure)
