"""What failed is tried again: later by the engine, at once when a person asks."""

from dataclasses import dataclass, replace
from uuid import UUID

from engine.commands import letters
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.errors import NotFoundError
from engine.exchange import Attempts, Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponeDelivery:
    """Note that a letter or parcel could not be delivered. Only the engine asks."""

    stream: UUID
    seq: int
    n: int
    reason: str
    #: None: the letter itself; else the target and start event of its parcel.
    target: UUID | None = None
    element: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponeStart:
    """Note that a timer start could not open its case. Only the engine asks."""

    procedure: UUID
    process: str
    element: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryDelivery:
    """Try a letter and its parcels again, now."""

    stream: UUID
    seq: int
    n: int


def postpone(command: PostponeDelivery, transaction: Transaction) -> Result:
    """Set when it is tried next; what was delivered meanwhile is left alone."""
    outbox, now = transaction.uow.outbox, transaction.now
    ref = Ref(command.stream, command.seq, command.n)
    if command.target is None:
        letter = outbox.lock(ref)
        if letter is not None and letter.tried.delivered_at is None:
            outbox.mark(ref, letters.postponed(letter.tried, command.reason, now))
        return {}
    parcel = outbox.lock_parcel(ref, command.target, command.element)
    if parcel is not None and parcel.tried.delivered_at is None:
        tried = letters.postponed(parcel.tried, command.reason, now)
        outbox.put(replace(parcel, tried=tried))
    return {}


def postpone_start(command: PostponeStart, transaction: Transaction) -> Result:
    """Set when it is tried next; it stays due for the same instant."""
    arrivals = transaction.uow.arrivals
    start = arrivals.start(command.procedure, command.process, command.element)
    if start is not None and start.due is not None:
        tried = letters.rests(start.tried, command.reason, transaction.now)
        arrivals.change_start(replace(start, tried=tried))
    return {}


def retry(command: RetryDelivery, transaction: Transaction) -> Result:
    """Let the engine try everything that has not arrived, from the first attempt on.

    Raises:
        NotAllowedError: The actor delivers no messages.
        NotFoundError: There is no such letter, or it is being delivered just now.
    """
    transaction.check(
        policy.Action.MESSAGE_DELIVER, policy.Thing(tenant=transaction.tenant)
    )
    outbox = transaction.uow.outbox
    ref = Ref(command.stream, command.seq, command.n)
    letter = outbox.lock(ref)
    if letter is None:
        raise NotFoundError
    again = Attempts(next_try=transaction.now)
    waiting = 0
    if letter.tried.delivered_at is None:
        outbox.mark(ref, replace(again, reason=letter.tried.reason))
        waiting += 1
    for parcel in outbox.letter(ref).parcels:
        if parcel.tried.delivered_at is None:
            tried = replace(again, reason=parcel.tried.reason)
            outbox.put(replace(parcel, tried=tried))
            waiting += 1
    return {"tried_again": waiting}
