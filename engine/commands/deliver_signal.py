"""Deliver a signal: address it to everybody who hears it, then to one after the other.

A signal is addressed once, to every case of the tenant that waits for it at that
moment and to every signal start in force. Each address is a parcel of its own, so that
one that fails keeps nobody else waiting, and none is served twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from engine.commands import letters
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain.case import Case
from engine.domain.events import Event, EventType
from engine.domain.run import Signal
from engine.exchange import MISSED, SIGNAL, Attempts, Letter, Parcel, Ref, Start


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressSignal:
    """Find everybody who hears a signal. Only the engine asks for it."""

    stream: UUID
    seq: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverSignal:
    """Let one of them hear it. Only the engine asks for it."""

    stream: UUID
    seq: int
    n: int
    target: UUID
    element: str = ""


def address(command: AddressSignal, transaction: Transaction) -> Result:
    """Write a parcel for everybody; the case that threw it has heard it (rule 14)."""
    outbox, now = transaction.uow.outbox, transaction.now
    letter = outbox.lock(Ref(command.stream, command.seq, command.n))
    if letter is None or letter.tried.delivered_at is not None:
        return {"addressed": 0}
    parcels = tuple(_addressed(letter, transaction))
    for parcel in parcels:
        outbox.put(parcel)
    outbox.mark(letter.sent.ref, letters.arrived(letter.tried, now))
    return {"addressed": len(parcels)}


def _addressed(letter: Letter, transaction: Transaction) -> Iterator[Parcel]:
    sent, arrivals = letter.sent, transaction.uow.arrivals
    soon = Attempts(next_try=transaction.now)
    for case in arrivals.listeners(sent.name):
        if case != sent.stream:
            yield Parcel(ref=sent.ref, target=case, tried=soon)
    for start in arrivals.starts(SIGNAL, sent.name):
        yield Parcel(
            ref=sent.ref,
            target=start.procedure,
            element=start.element,
            process=start.process,
            tried=soon,
        )


def deliver(command: DeliverSignal, transaction: Transaction) -> Result:
    """Let a case take the signal, or open one, and settle the parcel.

    Who does not wait any more, or is not in force any more, has missed it: that is told
    and not tried again.

    Raises:
        EngineError: It cannot be taken; it is tried again.
    """
    outbox, now = transaction.uow.outbox, transaction.now
    ref = Ref(command.stream, command.seq, command.n)
    parcel = outbox.lock_parcel(ref, command.target, command.element)
    if parcel is None or parcel.tried.delivered_at is not None:
        return {"delivered": False}
    letter = outbox.letter(ref)
    done = letters.arrived(parcel.tried, now)
    running = _received(parcel, letter, transaction)
    if running is None:
        outbox.put(replace(parcel, tried=replace(done, reason=MISSED)))
        return {"delivered": False}
    outbox.put(replace(parcel, tried=done, receiver=running.case.id))
    return {"delivered": True, "case": running.case.id.hex}


def _received(
    parcel: Parcel, letter: Letter, transaction: Transaction
) -> Running | None:
    """The case that took the signal or was opened by it; None: it was missed."""
    sender = letters.sender_of(letter, transaction)
    if not parcel.element:
        return _heard(parcel.target, letter, sender, transaction)
    starts = transaction.uow.arrivals.starts_of(parcel.target)
    for start in starts:
        if _same(start, parcel):
            return letters.open_at(start, letter, sender, transaction)
    return None


def _same(start: Start, parcel: Parcel) -> bool:
    names = (start.kind, start.process, start.element)
    return names == (SIGNAL, parcel.process, parcel.element)


def _heard(
    target: UUID, letter: Letter, sender: Case | None, transaction: Transaction
) -> Running | None:
    sent = letter.sent
    case = transaction.uow.cases.lock(target).case
    letters.check_code(letter, case)
    running = Running(transaction, case, case.version)
    event = Event(
        type=EventType.SIGNAL_RECEIVED,
        at=transaction.now,
        facts=letters.cause(letter, sender, "signal"),
        values=sent.body,
    )
    waiting = running.execution.picture().waiting
    if not any(one.kind == SIGNAL and one.name == sent.name for one in waiting):
        return None
    running.act(Signal(sent.name, sent.body), event)
    running.save()
    return running
