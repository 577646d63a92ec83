"""Note something in a case at any time, without completing anything.

A remark is free text of whoever works in the case, is asked beside a step of it or
supervises it: a value of its event, named as the comment of a step is, and no data of
the case. It moves no token, no clock and no work (docs/manual/dossiers.md, rule 14).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from engine.commands import overseeing, reasons
from engine.commands.doing import asked_in, case_thing
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.case import Case
from engine.domain.events import Event, EventType
from engine.domain.organisation import Actor, Role, Seat
from engine.errors import NotAllowedError, NotReadyError
from engine.forms import messages


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkCase:
    """Note something in a case, whether it is open, suspended or over."""

    case: UUID
    text: str
    #: Of messages.
    language: str = messages.VIETNAMESE


def handle(command: RemarkCase, transaction: Transaction) -> Result:
    """Record the remark; whom it names is told afterwards (`engine.commands.causes`).

    Raises:
        NotFoundError: There is no such case, or the actor may not know of it.
        NotAllowedError: The actor may look at the case, but has no part in it.
        NotReadyError: Nothing is said (`no-remark`).
        AnswersInvalidError: It is too long.
        EngineError: It holds what is no text.
    """
    case = transaction.uow.cases.lock(command.case).case
    asked = asked_in(transaction.uow.cases.active(case))
    thing = replace(case_thing(case), asked=asked)
    transaction.check(policy.Action.CASE_REMARK, thing)
    seat = next(_seats(transaction, case, sorted(asked)), None)
    if seat is None:
        raise NotAllowedError(code="not-in-case")
    values = reasons.comment_of(command.text, command.language)
    if not values:
        raise NotReadyError(code="no-remark")
    running = Running(transaction, case, case.version)
    event = Event(
        type=EventType.CASE_REMARKED,
        at=transaction.now,
        doer=transaction.doer(seat),
        values=values,
    )
    running.remark(event)
    running.save()
    return {"case": case.id.hex, "code": case.code, "version": running.case.version}


def _seats(
    transaction: Transaction, case: Case, asked: Iterable[tuple[str, UUID]]
) -> Iterator[Seat]:
    """The positions in which the actor has a part in a case, the nearest first."""
    person = transaction.person
    if Role.CLERK in person.account.roles:
        yield from _working(person, case, asked)
    if Role.SUPERVISOR in person.account.roles:
        over = overseeing.seat(transaction, case)
        yield from () if over is None else (over,)


def _working(
    person: Actor, case: Case, asked: Iterable[tuple[str, UUID]]
) -> Iterator[Seat]:
    """Where a clerk works at an agency of a case, then where one is asked."""
    for agency in case.agencies.in_order():
        for one in person.seats:
            if one.position.agency == agency and one.serves(case.procedure):
                yield one
    for performer, where in asked:
        seat = person.seat_for(performer, where, case.procedure)
        if seat is not None:
            yield seat
