"""The physical file goes from one position to another, and both say so (rule 4)."""

from dataclasses import dataclass
from uuid import UUID

from engine.commands import dossier_acts
from engine.commands.doing import case_thing
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.case import Case
from engine.domain.dossier_record import Component
from engine.domain.events import Event, EventType
from engine.domain.organisation import Seat
from engine.domain.run import Json
from engine.errors import NotAllowedError, NotFoundError, NotReadyError


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFile:
    """Give the file to a position, which is still to accept it."""

    case: UUID
    taker: UUID
    originals: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptFile:
    """Take the file that was offered."""

    case: UUID


def offer(command: OfferFile, transaction: Transaction) -> Result:
    """Offer it; a later offer takes the place of one that nobody has accepted.

    Raises:
        NotAllowedError: The actor works at no agency of the case, or the file is with
            another position (`not-holding`).
        NotFoundError: There is no such position.
    """
    case = _locked(transaction, command.case)
    seats = _seats(transaction, case)
    known = dossier_acts.stands(transaction, case)
    held = [one for one in seats if one.position.id.hex == known.holder]
    if known.holder and not held:
        raise NotAllowedError(code="not-holding")
    giver = held[0] if held else seats[0]
    posts = transaction.uow.accounts.organisation().positions
    if command.taker not in posts or command.taker == giver.position.id:
        raise NotFoundError(code="no-position")
    facts: dict[str, Json] = {
        "giver": giver.position.id.hex,
        "taker": command.taker.hex,
        "originals": dossier_acts.told_of(command.originals)
        if command.originals
        else [],
    }
    return _done(transaction, case, giver, (EventType.HANDOVER_OFFERED, facts))


def accept(command: AcceptFile, transaction: Transaction) -> Result:
    """Accept it.

    Raises:
        NotReadyError: Nobody has offered it (`not-offered`).
        NotAllowedError: It was offered to another position.
    """
    case = _locked(transaction, command.case)
    waiting = dossier_acts.stands(transaction, case).handover
    if waiting is None:
        raise NotReadyError(code="not-offered")
    for seat in transaction.person.seats:
        mine = seat.position.id.hex == waiting.taker
        if mine and seat.serves(case.procedure):
            facts: dict[str, Json] = {"giver": waiting.giver, "taker": waiting.taker}
            return _done(transaction, case, seat, (EventType.HANDOVER_ACCEPTED, facts))
    raise NotAllowedError(code="not-your-position")


def _locked(transaction: Transaction, known: UUID) -> Case:
    case = transaction.uow.cases.lock(known).case
    transaction.check(policy.Action.DOSSIER_NOTE, case_thing(case))
    return case


def _seats(transaction: Transaction, case: Case) -> list[Seat]:
    first = dossier_acts.seat_at(transaction, case)
    others = (one for one in transaction.person.seats if one is not first)
    return [first, *(one for one in others if one.serves(case.procedure))]


def _done(
    transaction: Transaction,
    case: Case,
    seat: Seat,
    told: tuple[EventType, dict[str, Json]],
) -> Result:
    running = Running(transaction, case, case.version)
    kind, facts = told
    doer = transaction.doer(seat)
    running.remark(Event(type=kind, at=transaction.now, doer=doer, facts=facts))
    running.save()
    return {"case": case.id.hex, "code": case.code, "version": running.case.version}
