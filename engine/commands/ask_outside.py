"""Wait for somebody outside: the applicant, a payment, another agency.

Each wait begins and ends by an act with an event of its own; what it does to the time
limits is the policy of the version (docs/manual/clock.md, rules 6 and 7). What is
missing, why, and what was asked or answered are values; codes and numbers are facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from engine.commands import asking, reasons
from engine.commands.transaction import Result, Transaction
from engine.domain import iso8601
from engine.domain.clock_state import Cause
from engine.domain.events import EventType
from engine.domain.model import TimeLimit
from engine.domain.on_paper import OnPaper
from engine.domain.run import Json
from engine.errors import NotReadyError

#: How a payment came: national portal, another gateway, at the counter, by a bank.
CHANNELS: Final = ("npsp", "gateway", "counter", "bank")
#: A trillion đồng: more is a mistake.
_MOST: Final = 10**12
#: Components that one request names.
_SOME: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSupplement:
    """Ask the applicant for what the dossier lacks."""

    case: UUID
    #: What is missing, in words, and why it is needed.
    missing: str
    reason: str
    #: Names of the documents that the version asks for.
    components: tuple[str, ...] = ()
    #: The rule that asks for it, and by which day it is to be brought, where one is
    #: named: form 02 tells both (Circular 03/2025/TT-VPCP).
    basis: str = ""
    until: date | None = None
    version: int | None = None
    paper: OnPaper | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveSupplement:
    """The applicant has brought it."""

    case: UUID
    components: tuple[str, ...] = ()
    note: str = ""
    version: int | None = None
    paper: OnPaper | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPayment:
    """Ask the applicant to pay a fee, or to meet a financial obligation."""

    case: UUID
    #: In đồng.
    amount: int
    reason: str
    version: int | None = None
    paper: OnPaper | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivePayment:
    """It was paid."""

    case: UUID
    amount: int
    #: One of `CHANNELS`.
    channel: str
    #: Number of the receipt.
    receipt: str
    version: int | None = None
    paper: OnPaper | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultAgency:
    """Ask an agency outside of the installation."""

    case: UUID
    #: Its name, and number and date of our letter.
    agency: str
    letter: str
    question: str
    #: The time that the law gives it to answer.
    limit: TimeLimit | None = None
    version: int | None = None
    paper: OnPaper | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveAnswer:
    """It has answered."""

    case: UUID
    #: The wait that it ends; empty: the only one there is.
    wait: str = ""
    letter: str
    answer: str
    version: int | None = None
    paper: OnPaper | None = None


def request_supplement(command: RequestSupplement, transaction: Transaction) -> Result:
    """Ask; the round is counted from 1.

    Raises:
        NotAllowedError: The actor works at no agency of the case.
        NotReadyError: The case is over (`case-closed`), waits for a supplement already
            (`waits-already`), a text is missing, or the day by which it is to be
            brought lies before the request (`supplement-day`).
        StaleError: The case changed since `version`.
        TooLargeError: A text is too long.
    """
    facts: dict[str, Json] = {"components": _components(command.components)}
    if command.basis.strip():
        facts["basis"] = asking.name_of(command.basis, "no-basis")
    if command.until is not None:
        asked = transaction.now if command.paper is None else command.paper.at
        if command.until < iso8601.day(asked):
            raise NotReadyError(code="supplement-day")
        facts["until"] = command.until.isoformat()
    values = {
        "missing": reasons.reason_of(command.missing),
        "reason": reasons.reason_of(command.reason),
    }
    kind = EventType.SUPPLEMENT_REQUESTED
    return asking.begin(command, transaction, kind, facts, values)


def receive_supplement(command: ReceiveSupplement, transaction: Transaction) -> Result:
    """Note what was brought.

    Raises:
        NotReadyError: The case waits for no supplement (`no-wait`).
        EngineError: As `request_supplement`.
    """
    facts = {"components": _components(command.components)}
    values = {"note": reasons.reason_of(command.note)} if command.note.strip() else {}
    what = (EventType.SUPPLEMENT_RECEIVED, Cause.SUPPLEMENT)
    return asking.end(command, transaction, what, facts, values)


def request_payment(command: RequestPayment, transaction: Transaction) -> Result:
    """Ask for payment.

    Raises:
        NotReadyError: The amount is none (`no-amount`).
        EngineError: As `request_supplement`.
    """
    facts: dict[str, Json] = {"amount": _amount(command.amount)}
    values = {"reason": reasons.reason_of(command.reason)}
    kind = EventType.PAYMENT_REQUESTED
    return asking.begin(command, transaction, kind, facts, values)


def receive_payment(command: ReceivePayment, transaction: Transaction) -> Result:
    """Note a payment.

    Raises:
        NotReadyError: The amount is none, the channel unknown (`no-channel`), or the
            case waits for no payment.
        EngineError: As `request_supplement`.
    """
    if command.channel not in CHANNELS:
        raise NotReadyError(code="no-channel")
    facts: dict[str, Json] = {
        "amount": _amount(command.amount),
        "channel": command.channel,
        "receipt": asking.name_of(command.receipt, "no-receipt"),
    }
    what = (EventType.PAYMENT_RECEIVED, Cause.PAYMENT)
    return asking.end(command, transaction, what, facts, {})


def consult_agency(command: ConsultAgency, transaction: Transaction) -> Result:
    """Ask an agency; several may be asked at once.

    Raises:
        EngineError: As `request_supplement`.
    """
    facts: dict[str, Json] = {
        "agency": asking.name_of(command.agency, "no-agency-name"),
        "letter": asking.name_of(command.letter, "no-letter"),
    }
    if command.limit is not None:
        facts["limit"] = [command.limit.amount, command.limit.unit]
    values: Mapping[str, Json] = {"question": reasons.reason_of(command.question)}
    kind = EventType.AGENCY_CONSULTED
    return asking.begin(command, transaction, kind, facts, values)


def receive_answer(command: ReceiveAnswer, transaction: Transaction) -> Result:
    """Note an answer.

    Raises:
        NotReadyError: There is no such open question (`no-wait`), or several and none
            is named (`which-wait`).
        EngineError: As `request_supplement`.
    """
    facts: dict[str, Json] = {
        "letter": asking.name_of(command.letter, "no-letter"),
        "wait": command.wait,
    }
    values = {"answer": reasons.reason_of(command.answer)}
    what = (EventType.AGENCY_ANSWERED, Cause.AGENCY)
    return asking.end(command, transaction, what, facts, values)


def _amount(amount: int) -> int:
    if not 0 < amount <= _MOST:
        raise NotReadyError(code="no-amount")
    return amount


def _components(names: tuple[str, ...]) -> list[Json]:
    return [asking.name_of(one, "no-component") for one in names[:_SOME]]
