"""Suspend a case, and let it go on (docs/manual/clock.md, rules 6 and 7).

During a suspension no work is done: nobody completes or takes any, messages and timers
wait, and the legal clock stands still.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from engine.commands import overseeing, paper, reasons, recorded
from engine.commands.doing import case_thing
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.case import Case
from engine.domain.events import Event, EventType
from engine.domain.on_paper import OnPaper
from engine.domain.run import Status
from engine.errors import NotReadyError, StaleError


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendCase:
    """Let a case rest by a document."""

    case: UUID
    reason: str
    #: The rule that it rests on, and the document: its number and date.
    basis: str
    document: str
    #: Acts the case had when it was looked at; None: do not compare.
    version: int | None = None
    paper: OnPaper | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSuspension:
    """Let a suspended case go on."""

    case: UUID
    reason: str
    version: int | None = None
    paper: OnPaper | None = None


def suspend(command: SuspendCase, transaction: Transaction) -> Result:
    """Suspend it; who may stop it may.

    Raises:
        NotAllowedError: The actor supervises no agency of the case.
        NotReadyError: It is over, stopped by an incident or about to move by itself
            (`not-at-rest`), suspended already (`suspended`), or a text is missing.
        StaleError: The case changed since `version`.
        TooLargeError: A text is too long.
    """
    case = _locked(command, transaction)
    due = case.next_wake is not None and case.next_wake <= transaction.now
    if case.status is not Status.OPEN or due:
        raise NotReadyError(code="not-at-rest")
    if case.suspended_at is not None:
        raise NotReadyError(code="suspended")
    order = reasons.order_of(command.basis, command.document)
    running = Running(transaction, case, case.version)
    event = _order(command, transaction, case)
    event = replace(
        event, type=EventType.CASE_SUSPENDED, facts={**event.facts, **order}
    )
    paper.check_clock(running.clock.state, event, moves=True)
    paper.check_order(event, lambda: recorded.events_of(transaction, case))
    running.suspend(event)
    return _saved(running)


def end(command: EndSuspension, transaction: Transaction) -> Result:
    """Let it go on; what was due meanwhile happens now.

    Raises:
        NotAllowedError: The actor supervises no agency of the case.
        NotReadyError: It is not suspended (`not-suspended`), or there is no reason.
        StaleError: The case changed since `version`.
        TooLargeError: The reason is too long.
    """
    case = _locked(command, transaction)
    if case.suspended_at is None:
        raise NotReadyError(code="not-suspended")
    running = Running(transaction, case, case.version)
    event = _order(command, transaction, case)
    paper.check_clock(running.clock.state, event, moves=True)
    running.end_suspension(event)
    return _saved(running)


def _locked(command: SuspendCase | EndSuspension, transaction: Transaction) -> Case:
    case = transaction.uow.cases.lock(command.case).case
    transaction.check(policy.Action.CASE_SUSPEND, case_thing(case))
    if command.version not in (None, case.version):
        raise StaleError(expected=command.version, found=case.version)
    return case


def _order(
    command: SuspendCase | EndSuspension, transaction: Transaction, case: Case
) -> Event:
    """The event of an order, at first one that lets the case go on."""
    event = Event(
        type=EventType.SUSPENSION_ENDED,
        at=transaction.now,
        doer=transaction.doer(overseeing.seat(transaction, case)),
        values={"reason": reasons.reason_of(command.reason)},
    )
    return paper.stamped(event, command.paper, paper.of_order(case), transaction)


def _saved(running: Running) -> Result:
    running.save()
    case = running.case
    return {
        "case": case.id.hex,
        "code": case.code,
        "version": case.version,
        "suspended": case.suspended_at is not None,
    }
