"""Extend the promise of a case (docs/manual/clock.md, rule 8).

A clerk asks, somebody else who supervises the case grants or refuses; or whoever
supervises it extends of their own accord. The letter of apology bears the number that
is typed here; without one the register of papers gives it (`number_paper`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from engine.commands import numbers, overseeing, paper, reasons, recorded
from engine.commands.asking import loaded, name_of, saved
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import clock_text, on_paper, policy
from engine.domain.events import Event, EventType, Sealed
from engine.domain.model import TimeLimit
from engine.domain.on_paper import OnPaper
from engine.domain.run import Json
from engine.errors import NotAllowedError, NotReadyError
from engine.evidence import chained, record

_Act = TypeVar("_Act")
#: What ends a request.
_ANSWERS: Final = frozenset(
    {EventType.DEADLINE_EXTENDED.value, EventType.EXTENSION_REFUSED.value}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskExtension:
    """Ask for more time."""

    case: UUID
    #: Until when, or how much longer than the present promise.
    by: datetime | TimeLimit
    reason: str
    #: Number of the letter of apology, where it is written already.
    letter: str = ""
    version: int | None = None
    paper: OnPaper | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendDeadline:
    """Give more time."""

    case: UUID
    by: datetime | TimeLimit
    reason: str
    #: Number of the letter of apology; empty: the register of papers gives it.
    letter: str = ""
    version: int | None = None
    paper: OnPaper | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseExtension:
    """Refuse the request for more time."""

    case: UUID
    reason: str
    version: int | None = None
    paper: OnPaper | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request for more time that nobody has answered yet."""

    #: Number of its event.
    seq: int
    #: The account that asked; on paper, where it was done so and entered later.
    account: UUID
    #: Whose hands asked: who did it, for whom, and who did it on paper.
    hands: frozenset[UUID]
    #: When it was really asked.
    at: datetime
    by: datetime | TimeLimit
    letter: str


def ask(command: AskExtension, transaction: Transaction) -> Result:
    """Ask; a later request takes the place of one that nobody has answered.

    Raises:
        NotAllowedError: The actor works at no agency of the case.
        NotReadyError: The case is over, promises nothing or would not be due later, or
            the reason is missing.
        ExistsError: The number of the letter is that of another one (`number-given`).
        StaleError: The case changed since `version`.
    """
    running, seat = loaded(command, transaction, policy.Action.DEADLINE_ASK)
    if seat is None:
        raise NotAllowedError(code="not-your-position")
    # Whom a substitute asked for on paper could grant it: no sheet says who it was.
    duty = paper.of_case(running.case, holder=True)
    sheet = paper.told(command.paper, duty, transaction)
    running.clock.may_extend(command.by, clock_text.real(transaction.now, sheet))
    letter: dict[str, Json] = {}
    if command.letter.strip():
        letter["letter"] = _typed(command.letter)
    event = Event(
        type=EventType.EXTENSION_ASKED,
        at=transaction.now,
        doer=transaction.doer(seat),
        facts={"by": clock_text.told_by(command.by), **letter, **sheet},
        values={"reason": reasons.reason_of(command.reason)},
    )
    paper.check_clock(running.clock.state, event, moves=False)
    running.remark(numbers.typed(transaction, running.case, event))
    return saved(running)


def extend(command: ExtendDeadline, transaction: Transaction) -> Result:
    """Extend it; whoever asked, or was asked for, does not grant the own request.

    Raises:
        NotAllowedError: The actor supervises no agency of the case, or has a hand in
            the request (`own-request`).
        NotReadyError: As `ask`.
        ExistsError: As `ask`.
        StaleError: The case changed since `version`.
    """
    running, _ = loaded(command, transaction, policy.Action.DEADLINE_EXTEND)
    asked = _pending(transaction, running)
    event = _answer(command, transaction, running, asked)
    real, hand = clock_text.real(event.at, event.facts), paper.by_of(event)
    facts: dict[str, Json] = {
        **event.facts,
        "by": clock_text.told_by(command.by),
        "letter": _typed(command.letter),
        "approver": (hand or transaction.person.account.id).hex,
    }
    event = replace(event, type=EventType.DEADLINE_EXTENDED, facts=facts)
    paper.check_clock(running.clock.state, event, moves=True)
    event = numbers.typed(transaction, running.case, event)
    running.move([running.clock.extend(command.by, real)], event)
    return saved(running)


def refuse(command: RefuseExtension, transaction: Transaction) -> Result:
    """Refuse it; the promise stays.

    Raises:
        NotAllowedError: As `extend`.
        NotReadyError: Nobody has asked (`not-asked`), or the reason is missing.
        StaleError: The case changed since `version`.
    """
    running, _ = loaded(command, transaction, policy.Action.DEADLINE_EXTEND)
    asked = _pending(transaction, running)
    if asked is None:
        raise NotReadyError(code="not-asked")
    event = _answer(command, transaction, running, asked)
    paper.check_clock(running.clock.state, event, moves=False)
    running.remark(event)
    return saved(running)


def request_of(seq: int, at: datetime, body: chained.Body) -> Request:
    """A request as its event tells it."""
    facts, doer = body["facts"], body["doer"]
    sheet = on_paper.of(facts)
    return Request(
        seq=seq,
        account=UUID(doer["account"]) if sheet is None else sheet.by,
        hands=frozenset(map(UUID, on_paper.hands_of(doer, facts))),
        at=clock_text.real(at, facts),
        by=clock_text.by_of(facts["by"]),
        letter=facts.get("letter", ""),
    )


def _typed(letter: str) -> str:
    """A number as it was typed, if one was."""
    return name_of(letter, "no-letter") if letter.strip() else ""


def _answer(
    command: ExtendDeadline | RefuseExtension,
    transaction: Transaction,
    running: Running,
    asked: Request | None,
) -> Event:
    """The event that answers a request, at first one that refuses it.

    Raises:
        NotAllowedError: It is the own request, also of whom somebody stood in for, as
            with the two steps of a pair (docs/manual/people.md, 3).
    """
    case = running.case
    duty = paper.of_order(case)
    if asked is not None:
        duty = replace(duty, since=max(asked.at, case.opened_at))
    event = Event(
        type=EventType.EXTENSION_REFUSED,
        at=transaction.now,
        doer=transaction.doer(overseeing.seat(transaction, case)),
        facts={} if asked is None else {"asked": asked.seq},
        values={"reason": reasons.reason_of(command.reason)},
    )
    event = paper.stamped(event, command.paper, duty, transaction)
    if asked is not None and asked.hands & paper.hands(event):
        raise NotAllowedError(code="own-request")
    return event


def _pending(transaction: Transaction, running: Running) -> Request | None:
    """The request that nobody has answered yet, by a record that is whole."""
    return pending_of(recorded.events_of(transaction, running.case))


def pending_of(events: Iterable[Sealed]) -> Request | None:
    """The request that nobody has answered yet, by the events of its case."""
    found = unanswered((sealed.type, sealed) for sealed in events)
    if found is None:
        return None
    return request_of(found.seq, found.at, record.parse(found.body))


def unanswered(acts: Iterable[tuple[str, _Act]]) -> _Act | None:
    """Of the acts of a case, each behind its type: the request without an answer."""
    asked = None
    for kind, act in acts:
        if kind == EventType.EXTENSION_ASKED.value:
            asked = act
        elif kind in _ANSWERS:
            asked = None
    return asked
