"""What is told of a dossier beside its steps (docs/manual/dossiers.md, rules 4 to 7).

Fees, components, the result document, the physical file. None of it moves a token; most
of it may happen after the last step, too.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final
from uuid import UUID

from engine.commands import enclosing, paper, reasons
from engine.commands.asking import AboutCase, name_of
from engine.commands.doing import case_thing
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import dossier_left, dossier_record, iso8601, issuing, policy
from engine.domain.case import Case
from engine.domain.dossier_record import Component, Dossier
from engine.domain.events import Event, EventType
from engine.domain.on_paper import OnPaper
from engine.domain.organisation import Seat
from engine.domain.run import Json
from engine.errors import NotAllowedError, NotReadyError, StaleError
from engine.forms import facts as drawn_facts

#: How a fee is paid; what a component is, and whence.
CHANNELS: Final = ("counter", "bank", "gateway", "npsp")
KINDS: Final = ("original", "copy", "e-copy")
SOURCES: Final = ("applicant", "store", "population")
_MOST: Final = 200
#: What an event tells: its type, facts and values.
_Told = tuple[EventType, Mapping[str, Json], Mapping[str, Json]]
_HASH: Final = re.compile(r"[0-9a-f]{64}|")


@dataclass(frozen=True, slots=True, kw_only=True)
class PayFee:
    """A fee was paid."""

    case: UUID
    name: str
    amount: int
    channel: str
    receipt: str = ""
    #: Why more is paid than is owed under this name.
    reason: str = ""
    version: int | None = None
    paper: OnPaper | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddComponents:
    """Documents came in later."""

    case: UUID
    components: tuple[Component, ...]
    #: SHA-256, hex, of their scans or electronic copies.
    enclosed: tuple[str, ...] = ()
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnComponents:
    """Originals were given back."""

    case: UUID
    components: tuple[Component, ...]
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueResult:
    """The document that answers the dossier was issued."""

    case: UUID
    number: str
    date: date
    kind: str = ""
    #: SHA-256 of its file, hex; empty: on paper only.
    file: str = ""
    electronic: bool = False
    code: str = ""
    #: Why it takes the place of an earlier one.
    reason: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnResult:
    """The result was handed over."""

    case: UUID
    how: str
    taken_by: str
    originals: tuple[Component, ...] = ()
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWithdrawal:
    """The applicant asked to have the dossier back."""

    case: UUID
    reason: str
    version: int | None = None


def pay(command: PayFee, transaction: Transaction) -> Result:
    """Record a payment.

    Raises:
        NotAllowedError: The actor works at no agency of the case.
        NotReadyError: The amount is none (`no-amount`), more than is owed and nobody
            says why (`not-owed`), or the channel unknown.
        StaleError: The case changed since `version`.
        EngineError: What is told of paper cannot be (`engine.commands.paper`).
    """
    if command.amount < 1:
        raise NotReadyError(code="no-amount")
    _one_of(command.channel, CHANNELS)
    facts: dict[str, Json] = {
        "name": name_of(command.name, "no-component"),
        "amount": command.amount,
        "channel": command.channel,
        "receipt": command.receipt.strip()[: reasons.NAME_CHARS],
    }
    running, seat = _loaded(command, transaction)
    sheet = paper.told(command.paper, paper.of_case(running.case), transaction)
    values: dict[str, Json] = {}
    known = stands(transaction, running.case)
    owed = {one.name: one.amount for one in dossier_left.owed(known)}
    if command.amount > owed.get(str(facts["name"]), 0):
        if not command.reason.strip():
            raise NotReadyError(code="not-owed")
        values["reason"] = reasons.reason_of(command.reason)
    told: _Told = (EventType.FEE_PAID, {**facts, **sheet}, values)
    return _noted(transaction, running, seat, told)


def add(command: AddComponents, transaction: Transaction) -> Result:
    """Record what came in later.

    Raises:
        NotReadyError: There is none, or the case is over.
        EngineError: As `pay`.
    """
    facts: dict[str, Json] = {"components": told_of(command.components)}
    values = enclosing.values_of(command.enclosed, command.case, transaction)
    told: _Told = (EventType.COMPONENT_ADDED, facts, values)
    return _note(command, transaction, told, under_way=True)


def give_back(command: ReturnComponents, transaction: Transaction) -> Result:
    """Record what was given back.

    Raises:
        NotReadyError: There is none, or more of one than came in and is still here
            (`not-received`).
        EngineError: As `pay`.
    """
    facts: dict[str, Json] = {"components": told_of(command.components)}
    running, seat = _loaded(command, transaction)
    _check_here(stands(transaction, running.case), command.components)
    told: _Told = (EventType.COMPONENT_RETURNED, facts, {})
    return _noted(transaction, running, seat, told)


def issue(command: IssueResult, transaction: Transaction) -> Result:
    """Record the result; a second one takes the place of the first, with a reason.

    So does one that is recorded while work before it is open: a deviation.

    Raises:
        NotReadyError: The number is missing, the date lies in the future or before the
            receipt, or there is no reason where one is needed (`no-why`).
        EngineError: As `pay`.
    """
    if command.date > iso8601.day(transaction.now):
        raise NotReadyError(code="future-day")
    if not _HASH.fullmatch(command.file):
        raise NotReadyError(code="no-choice")
    facts: dict[str, Json] = {
        "number": name_of(command.number, "no-result-number"),
        "date": command.date.isoformat(),
        "kind": command.kind.strip()[: reasons.NAME_CHARS],
        "file": command.file,
        "electronic": command.electronic,
        "code": command.code.strip()[: reasons.NAME_CHARS],
    }
    running, seat = _loaded(command, transaction)
    known, values = stands(transaction, running.case), dict[str, Json]()
    if known.received_at and command.date < iso8601.day(known.received_at):
        raise NotReadyError(code="before-receipt")
    if command.reason.strip() or known.result is not None or _ahead(running):
        values["reason"] = reasons.reason_of(command.reason)
    return _noted(transaction, running, seat, (EventType.RESULT_ISSUED, facts, values))


def hand_over(command: ReturnResult, transaction: Transaction) -> Result:
    """Record that the result was handed over, once.

    Raises:
        NotReadyError: There is no result yet and the case goes on (`no-result`), work
            before the result is open (`not-decided`), or it was handed over already
            (`returned-already`).
        EngineError: As `pay`.
    """
    _one_of(command.how, dossier_record.WAYS)
    facts: dict[str, Json] = {"how": command.how}
    if command.originals:
        facts["originals"] = told_of(command.originals)
    running, seat = _loaded(command, transaction)
    known = stands(transaction, running.case)
    _check_here(known, command.originals)
    if known.returned_at is not None:
        raise NotReadyError(code="returned-already")
    if known.result is None and known.ending is None:
        raise NotReadyError(code="no-result")
    if _ahead(running):
        raise NotReadyError(code="not-decided")
    taker = name_of(command.taken_by, "no-applicant")
    values: dict[str, Json] = {"taken_by": taker}
    return _noted(
        transaction, running, seat, (EventType.RESULT_RETURNED, facts, values)
    )


def ask_back(command: AskWithdrawal, transaction: Transaction) -> Result:
    """Record the wish to withdraw. Raises EngineError: as `add`."""
    values: dict[str, Json] = {"reason": reasons.reason_of(command.reason)}
    told: _Told = (EventType.WITHDRAWAL_ASKED, {}, values)
    return _note(command, transaction, told, under_way=True)


def told_of(components: Sequence[Component]) -> list[Json]:
    """Components as an event tells them.

    Raises:
        NotReadyError: There is none or too many of them, or one is not complete.
    """
    if not 0 < len(components) <= _MOST:
        raise NotReadyError(code="no-components")
    for one in components:
        name_of(one.name, "no-component")
        _one_of(one.kind, KINDS)
        _one_of(one.source, SOURCES)
        if one.quantity < 1:
            raise NotReadyError(code="no-components")
    return [asdict(one) for one in components]


def stands(transaction: Transaction, case: Case) -> Dossier:
    """What is told of a case before the act."""
    found = transaction.uow.dossiers.get(case.id)
    return Dossier() if found is None else found.dossier


def _check_here(known: Dossier, given: Sequence[Component]) -> None:
    """Nothing is given back that did not come in, or was given back before."""
    wanting = dossier_left.missing(known, given)
    if wanting is not None:
        raise NotReadyError(code="not-received", name=wanting.name)


def _ahead(running: Running) -> tuple[str, ...]:
    """The open work that stands before the result."""
    return issuing.ahead(
        running.model,
        drawn_facts.drawn(running.edition.recording),
        (one.element for one in running.work()),
        closed=running.case.closed_at is not None,
    )


def _note(
    command: AboutCase, transaction: Transaction, told: _Told, *, under_way: bool
) -> Result:
    running, seat = _loaded(command, transaction, under_way=under_way)
    return _noted(transaction, running, seat, told)


def _loaded(
    command: AboutCase, transaction: Transaction, *, under_way: bool = False
) -> tuple[Running, Seat]:
    case = transaction.uow.cases.lock(command.case).case
    transaction.check(policy.Action.DOSSIER_NOTE, case_thing(case))
    if command.version not in (None, case.version):
        raise StaleError(expected=command.version, found=case.version)
    if under_way and case.closed_at is not None:
        raise NotReadyError(code="case-closed")
    return Running(transaction, case, case.version), seat_at(transaction, case)


def seat_at(transaction: Transaction, case: Case) -> Seat:
    """A position of the actor in an agency of the case.

    Raises:
        NotAllowedError: There is none.
    """
    for agency in case.agencies.in_order():
        for one in transaction.person.seats:
            if one.position.agency == agency and one.serves(case.procedure):
                return one
    raise NotAllowedError(code="not-your-position")


def _noted(
    transaction: Transaction,
    running: Running,
    seat: Seat,
    told: _Told,
) -> Result:
    kind, facts, values = told
    doer = transaction.doer(seat)
    now = transaction.now
    event = Event(type=kind, at=now, doer=doer, facts=facts, values=values)
    running.remark(event)
    running.save()
    case = running.case
    return {"case": case.id.hex, "code": case.code, "version": case.version}


def _one_of(value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise NotReadyError(code="no-choice")
