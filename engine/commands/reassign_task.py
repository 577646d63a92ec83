"""Reassign work: a supervisor gives it to a position, or to somebody who holds one.

The step, its due instant and its draft stay as they are, and so do four-eyes pairs,
which are asked when the work is completed. It is a deviation of the class `reassigned`.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from engine.commands.doing import locked, thing_of
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import iso8601, policy
from engine.domain.case import ACTIVE, Case, Task, TaskMove
from engine.domain.events import Event, EventType
from engine.domain.organisation import Position, Role, Seat
from engine.domain.run import Json, Visit
from engine.errors import NotReadyError, TooLargeError

#: Characters of a reason.
REASON_CHARS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignTask:
    """Have a piece of work done by somebody else."""

    case: UUID
    element: str
    occurrence: int
    #: The position whose work it becomes.
    position: UUID
    #: Who is to do it; None: whoever of the position takes it.
    account: UUID | None = None
    reason: str


def handle(command: ReassignTask, transaction: Transaction) -> Result:
    """Give it on; it stays in an agency that takes part in the case.

    Raises:
        NotAllowedError: The actor does not supervise the work, or where it is to go.
        NotReadyError: It is done or cancelled, there is no reason, the position does
            not do such work, or the person does not hold the position.
        TooLargeError: The reason is too long.
    """
    loaded, task = locked(transaction, command)
    transaction.check(policy.Action.TASK_REASSIGN, thing_of(loaded.case, task))
    if task.status not in ACTIVE:
        raise NotReadyError(element=task.element, status=task.status.value)
    reason = _reason(command)
    position = _position(command, loaded.case, task, transaction)
    if command.account is not None:
        _check_holder(command.account, position, loaded.case, transaction)
    moved = _moved(task, position, command.account)
    running = Running(transaction, loaded.case, loaded.case.version, (task,))
    running.note(
        moved,
        Event(
            type=EventType.TASK_REASSIGNED,
            at=transaction.now,
            doer=transaction.doer(_own(transaction, task)),
            facts=_facts(task, moved, position),
            values={"reason": reason},
        ),
    )
    running.save()
    if command.account is not None:
        visit = Visit(task.element, task.occurrence)
        transaction.uow.cases.take_draft(loaded.case, visit, command.account)
    return {
        "case": command.case.hex,
        "element": task.element,
        "occurrence": task.occurrence,
        "status": moved.status.value,
    }


def _reason(command: ReassignTask) -> str:
    reason = command.reason.strip()
    if not reason:
        raise NotReadyError(code="no-reason")
    if len(reason) > REASON_CHARS:
        raise TooLargeError(code="reason-chars", limit=REASON_CHARS)
    return reason


def _position(
    command: ReassignTask, case: Case, task: Task, transaction: Transaction
) -> Position:
    """The position that is to do the work."""
    organisation = transaction.uow.accounts.organisation()
    position = organisation.positions.get(command.position)
    today = iso8601.day(transaction.now)
    if (
        position is None
        or not position.exists_on(today)
        or not position.performs(task.performer)
        or position.agency not in {*case.agencies.all(), task.agency}
    ):
        raise NotReadyError(code="not-for-position")
    there = replace(thing_of(case, task), agency=position.agency)
    transaction.check(policy.Action.TASK_REASSIGN, there)
    return position


def _check_holder(
    account: UUID, position: Position, case: Case, transaction: Transaction
) -> None:
    """Whoever gets work could also have taken it."""
    found = transaction.uow.accounts.account(account)
    if found is not None:
        organisation = transaction.uow.accounts.organisation()
        holder = organisation.actor(found, iso8601.day(transaction.now))
        works = Role.CLERK in found.roles and holder.account.active
        seats = (one for one in holder.seats if one.serves(case.procedure))
        if works and any(seat.position == position for seat in seats):
            return
    raise NotReadyError(code="not-holder")


def _moved(task: Task, position: Position, account: UUID | None) -> Task:
    moved = task.move(TaskMove.OFFER if account is None else TaskMove.ASSIGN)
    return replace(
        moved,
        agency=position.agency,
        assignee=account,
        position=None if account is None else position.id,
    )


def _own(transaction: Transaction, task: Task) -> Seat | None:
    """The supervisor's position in the agency of the work, else the first one."""
    held = [Seat(position=one) for one in transaction.person.positions]
    near = (one for one in held if one.position.agency == task.agency)
    return next(near, held[0] if held else None)


def _facts(before: Task, after: Task, position: Position) -> dict[str, Json]:
    """Who had the work and who is to do it; empty: nobody of the position yet."""
    return {
        "from": before.assignee.hex if before.assignee else "",
        **({"to": after.assignee.hex} if after.assignee else {}),
        "position": position.id.hex,
        "agency": position.agency.hex,
    }
