"""A dossier is sent back at the desk before it is received (rule 3).

It is no case: forms 02 and 03 of the circulars are numbered in the stream of the agency
and day, and the name and reasons are values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID, uuid5

from engine.commands import numbers, reasons
from engine.commands.asking import name_of
from engine.commands.streams import append
from engine.commands.transaction import Result, Transaction
from engine.domain import iso8601, policy
from engine.domain.events import Event, EventType, StreamKind
from engine.domain.run import Json
from engine.errors import NotAllowedError, NotFoundError, NotReadyError
from engine.forms import plain

#: The kinds of being sent back, and the letters of their numbers.
_KINDS: Final = {
    EventType.RECEPTION_INCOMPLETE: "HDHS",
    EventType.RECEPTION_REFUSED: "TCHS",
}
_MOST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack:
    """Do not receive a dossier."""

    kind: EventType
    #: Code of the procedure; empty where none of ours is meant.
    procedure: str
    agency: UUID
    #: Documents that are missing or to be completed.
    missing: tuple[str, ...] = ()
    reason: str
    name: str
    #: Address, telephone and e-mail, as far as they were given.
    contact: Mapping[str, str] = field(default_factory=dict)


def stream_of(agency: UUID, day: date) -> UUID:
    """The stream of what a desk sent back on a day in Vietnam."""
    return uuid5(agency, f"reception/{day.isoformat()}")


def handle(command: SendBack, transaction: Transaction) -> Result:
    """Record it, and give the number of the form.

    Raises:
        NotAllowedError: The actor receives no dossiers in this agency.
        NotFoundError: There is no such procedure.
        NotReadyError: Name or reason are missing; or what is missing is not named.
    """
    transaction.check(policy.Action.CASE_OPEN, policy.Thing(tenant=transaction.tenant))
    if command.kind not in _KINDS:
        raise NotReadyError(code="no-choice")
    procedure = _procedure(command, transaction)
    here = (
        one
        for one in transaction.person.seats
        if one.position.agency == command.agency and one.serves(procedure)
    )
    seat = next(here, None)
    if seat is None:
        raise NotAllowedError(code="no-position")
    facts = _facts(command, transaction)
    event = Event(
        type=command.kind,
        at=transaction.now,
        doer=transaction.doer(seat),
        facts=facts,
        values=_values(command),
    )
    day = iso8601.day(transaction.now)
    stream = stream_of(command.agency, day)
    seq = append(transaction, StreamKind.RECEPTION, stream, event)
    return {"number": facts["number"], "stream": stream.hex, "seq": seq}


def _procedure(command: SendBack, transaction: Transaction) -> UUID | None:
    """The procedure that is meant; None: none of ours."""
    if not command.procedure:
        return None
    found = transaction.uow.procedures.by_code(command.procedure)
    if found is None:
        raise NotFoundError(code="no-procedure")
    return found.id


def _facts(command: SendBack, transaction: Transaction) -> dict[str, Json]:
    incomplete = command.kind is EventType.RECEPTION_INCOMPLETE
    if (incomplete and not command.missing) or len(command.missing) > _MOST:
        raise NotReadyError(code="no-components")
    letters = _KINDS[command.kind]
    given = numbers.give(transaction, letters, command.agency)
    return {
        "number": f"{given.number}/{letters}",
        "code": given.code,
        "agency": command.agency.hex,
        "procedure": command.procedure,
        "missing": [name_of(one, "no-component") for one in command.missing],
    }


def _values(command: SendBack) -> dict[str, Json]:
    told: dict[str, Json] = {
        "name": name_of(command.name, "no-applicant"),
        "reason": reasons.reason_of(command.reason),
    }
    known = {key: text.strip() for key, text in command.contact.items()}
    told |= {key: text for key, text in known.items() if text}
    return {**plain.check(told)}
