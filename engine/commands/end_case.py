"""End a case where it stands: a supervisor stops it, or its applicant withdraws it.

Every token ends, cancelled; nothing is undone and nothing is thrown
(docs/manual/semantics.md, rule 43). There is no way back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from engine.commands import overseeing, paper, reasons, recorded
from engine.commands.doing import case_thing
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.case import Case
from engine.domain.events import Doer, Event, EventType
from engine.domain.on_paper import OnPaper
from engine.domain.organisation import Seat
from engine.domain.run import Json, Status, Stop
from engine.errors import NotAllowedError, NotReadyError, StaleError


@dataclass(frozen=True, slots=True, kw_only=True)
class StopCase:
    """Stop a case by a document."""

    case: UUID
    reason: str
    #: The rule that it rests on, and the document: its number and date.
    basis: str
    document: str
    #: Acts the case had when it was looked at; None: do not compare.
    version: int | None = None
    paper: OnPaper | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawCase:
    """Record that the applicant has asked for the dossier back."""

    case: UUID
    reason: str
    #: The rule that it rests on, and the request: its number and date.
    basis: str
    document: str
    version: int | None = None


def stop(command: StopCase, transaction: Transaction) -> Result:
    """Stop it; who supervises one of its agencies may.

    Raises:
        NotAllowedError: The actor supervises no agency of the case.
        NotReadyError: It is over, or the reason, rule or document is missing.
        StaleError: The case changed since `version`.
        TooLargeError: A text is too long.
    """
    case = transaction.uow.cases.lock(command.case).case
    transaction.check(policy.Action.CASE_STOP, case_thing(case))
    doer = transaction.doer(overseeing.seat(transaction, case))
    return _end(command, transaction, case, EventType.CASE_STOPPED, doer)


def withdraw(command: WithdrawCase, transaction: Transaction) -> Result:
    """Withdraw it; who receives dossiers where it came in records the request.

    Raises:
        NotAllowedError: The actor holds no position where the dossier came in.
        NotReadyError: It is over, or the reason, rule or document is missing.
        StaleError: The case changed since `version`.
        TooLargeError: A text is too long.
    """
    case = transaction.uow.cases.lock(command.case).case
    transaction.check(policy.Action.CASE_WITHDRAW, case_thing(case))
    doer = transaction.doer(_receiving(transaction, case))
    return _end(command, transaction, case, EventType.CASE_WITHDRAWN, doer)


def _receiving(transaction: Transaction, case: Case) -> Seat:
    """The position in an agency where the dossier came in."""
    for agency in (case.agencies.receiving, case.agencies.helping):
        for seat in transaction.person.seats:
            if seat.position.agency == agency and seat.serves(case.procedure):
                return seat
    raise NotAllowedError(code="not-receiving")


def _end(
    command: StopCase | WithdrawCase,
    transaction: Transaction,
    case: Case,
    kind: EventType,
    doer: Doer,
) -> Result:
    if case.status is Status.COMPLETED:
        raise NotReadyError(code="case-over")
    if command.version not in (None, case.version):
        raise StaleError(expected=command.version, found=case.version)
    order: Mapping[str, Json] = reasons.order_of(command.basis, command.document)
    values = {"reason": reasons.reason_of(command.reason)}
    running = Running(transaction, case, case.version)
    event = Event(type=kind, at=transaction.now, doer=doer, facts=order, values=values)
    if isinstance(command, StopCase):
        duty = paper.of_order(case)
        event = paper.stamped(event, command.paper, duty, transaction)
        paper.check_order(event, lambda: recorded.events_of(transaction, case))
    running.act(Stop(), event)
    running.save()
    return {
        "case": case.id.hex,
        "code": case.code,
        "version": running.case.version,
        "status": running.case.status.value,
    }
