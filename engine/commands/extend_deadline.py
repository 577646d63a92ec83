"""Extend the promise of a case (docs/manual/clock.md, rule 8).

A clerk asks, somebody else who supervises the case grants or refuses; or whoever
supervises it extends of their own accord. The letter of apology bears the number that
is typed here; without one the register of papers gives it (`number_paper`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.commands import numbers, overseeing, reasons, recorded
from engine.commands.asking import loaded, name_of, saved
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import clock_text, policy, side_work
from engine.domain.events import Doer, Event, EventType
from engine.domain.model import TimeLimit
from engine.domain.run import Json
from engine.errors import NotAllowedError, NotReadyError
from engine.evidence import chained, record

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendDeadline:
    """Give more time."""

    case: UUID
    by: datetime | TimeLimit
    reason: str
    #: Number of the letter of apology; empty: the register of papers gives it.
    letter: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseExtension:
    """Refuse the request for more time."""

    case: UUID
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request for more time that nobody has answered yet."""

    #: Number of its event.
    seq: int
    #: The account that asked.
    account: UUID
    #: Whose hands asked: this account, and for whom it did so.
    hands: frozenset[UUID]
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
    running.clock.may_extend(command.by, transaction.now)
    letter: dict[str, Json] = {}
    if command.letter.strip():
        letter["letter"] = _typed(command.letter)
    event = Event(
        type=EventType.EXTENSION_ASKED,
        at=transaction.now,
        doer=transaction.doer(seat),
        facts={"by": clock_text.told_by(command.by), **letter},
        values={"reason": reasons.reason_of(command.reason)},
    )
    numbers.check_typed(transaction, running.case, event)
    running.remark(event)
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
    doer = transaction.doer(overseeing.seat(transaction, running.case))
    asked = _not_own(transaction, running, doer)
    facts: dict[str, Json] = {
        "by": clock_text.told_by(command.by),
        "letter": _typed(command.letter),
        "approver": transaction.person.account.id.hex,
    }
    if asked is not None:
        facts["asked"] = asked.seq
    event = Event(
        type=EventType.DEADLINE_EXTENDED,
        at=transaction.now,
        doer=doer,
        facts=facts,
        values={"reason": reasons.reason_of(command.reason)},
    )
    numbers.check_typed(transaction, running.case, event)
    running.move([running.clock.extend(command.by, transaction.now)], event)
    return saved(running)


def refuse(command: RefuseExtension, transaction: Transaction) -> Result:
    """Refuse it; the promise stays.

    Raises:
        NotAllowedError: As `extend`.
        NotReadyError: Nobody has asked (`not-asked`), or the reason is missing.
        StaleError: The case changed since `version`.
    """
    running, _ = loaded(command, transaction, policy.Action.DEADLINE_EXTEND)
    doer = transaction.doer(overseeing.seat(transaction, running.case))
    asked = _not_own(transaction, running, doer)
    if asked is None:
        raise NotReadyError(code="not-asked")
    running.remark(
        Event(
            type=EventType.EXTENSION_REFUSED,
            at=transaction.now,
            doer=doer,
            facts={"asked": asked.seq},
            values={"reason": reasons.reason_of(command.reason)},
        )
    )
    return saved(running)


def request_of(seq: int, body: chained.Body) -> Request:
    """A request as its event tells it."""
    facts = body["facts"]
    return Request(
        seq=seq,
        account=UUID(body["doer"]["account"]),
        hands=frozenset(UUID(one) for one in side_work.hands_of(body["doer"])),
        by=clock_text.by_of(facts["by"]),
        letter=facts.get("letter", ""),
    )


def _typed(letter: str) -> str:
    """A number as it was typed, if one was."""
    return name_of(letter, "no-letter") if letter.strip() else ""


def _not_own(transaction: Transaction, running: Running, doer: Doer) -> Request | None:
    """The request that nobody has answered yet, unless it is the doer's own.

    As with the two steps of a pair (docs/manual/people.md, 3), it is also the own one
    of whom somebody stood in for.
    """
    found = None
    for sealed in recorded.events_of(transaction, running.case):
        if sealed.type == EventType.EXTENSION_ASKED.value:
            found = sealed
        elif sealed.type in _ANSWERS:
            found = None
    if found is None:
        return None
    asked = request_of(found.seq, record.parse(found.body))
    if asked.hands & {doer.account, doer.on_behalf_of}:
        raise NotAllowedError(code="own-request")
    return asked
