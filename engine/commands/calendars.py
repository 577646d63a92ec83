"""Draft and confirm editions of calendars, and move what open cases are due by them.

The commands share one file because they are the life of one document: whoever confirms
did not write on it (ISO 9001:2015, 7.5.2), and every edition is an event with all that
it says.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from engine.commands.running import Running
from engine.commands.streams import append
from engine.commands.transaction import Result, Transaction
from engine.domain import (
    calendar_content,
    calendar_days,
    calendars,
    iso8601,
    policy,
)
from engine.domain.calendar_content import Content
from engine.domain.calendars import Edition, EditionStatus
from engine.domain.events import Event, EventType, StreamKind
from engine.domain.run import Json, Status
from engine.errors import NotFoundError, NotReadyError, StaleError, TooLargeError

#: The longest number of a document, and the longest name of a source, in characters.
TEXT_CHARS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeCalendar:
    """Draft an edition; it takes the place of the draft that is there."""

    #: None: for everybody.
    agency: UUID | None
    content: Content
    #: Where it came from.
    source: str
    #: The draft that was changed; None: there is none yet.
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmCalendar:
    """Put a draft in force from now on."""

    edition: UUID
    #: Number and date of the document that orders it.
    document: str
    dated: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecountDue:
    """Count anew what an open case is due, by the edition that is in force now."""

    case: UUID


def propose(command: ProposeCalendar, transaction: Transaction) -> Result:
    """Store and record a draft with everything that it says.

    Raises:
        NotAllowedError: The actor drafts no calendars.
        NotFoundError: There is no such agency.
        NotReadyError: A calendar for everybody has no weekly hours (`calendar-hours`),
            or a special day makes no sense (`engine.domain.calendar_days`).
        StaleError: Somebody else changed the draft in the meantime.
    """
    thing = policy.Thing(tenant=transaction.tenant)
    transaction.check(policy.Action.CALENDAR_PROPOSE, thing)
    _check_text(command.source)
    known = transaction.uow.accounts.organisation().agencies
    if command.agency is None and not command.content.week:
        raise NotReadyError(code="calendar-hours")
    if command.agency is not None and command.agency not in known:
        raise NotFoundError(code="no-agency")
    editions = transaction.uow.calendars
    editions.lock()
    before = _draft(transaction, command.agency)
    if command.replaces != (before.id if before else None):
        raise StaleError
    if before is not None:
        editions.change(replace(before, status=EditionStatus.REPLACED))
    made = Edition(
        id=transaction.tools.ids.uuid(),
        agency=command.agency,
        content=command.content,
        source=command.source.strip(),
        authors=_authors(transaction, before),
        proposed_at=transaction.now,
    )
    _check_days(transaction, made)
    editions.add(made)
    facts: dict[str, Json] = {
        "edition": made.id.hex,
        "of": None if made.agency is None else made.agency.hex,
        "replaces": None if before is None else before.id.hex,
        "source": made.source,
        "content": calendar_content.plain(made.content),
    }
    _append(transaction, EventType.CALENDAR_PROPOSED, facts)
    return {"edition": made.id.hex}


def confirm(command: ConfirmCalendar, transaction: Transaction) -> Result:
    """Confirm a draft with its document; from now on it is in force.

    Raises:
        NotAllowedError: The actor confirms no calendars, or wrote on this one.
        NotFoundError: There is no such edition.
        NotReadyError: It is no draft any more, its document is missing or of a day to
            come, or a special day makes no sense beside the calendar in force now.
    """
    editions = transaction.uow.calendars
    editions.lock()
    draft = editions.get(command.edition)
    thing = policy.Thing(tenant=transaction.tenant, authors=frozenset(draft.authors))
    policy.check(transaction.person, policy.Action.CALENDAR_CONFIRM, thing)
    if draft.status is not EditionStatus.DRAFT:
        raise NotReadyError(code="calendar-not-draft")
    _check_text(command.document)
    if command.dated > iso8601.day(transaction.now):
        raise NotReadyError(code="calendar-document-day")
    _check_days(transaction, draft)
    account, document = transaction.person.account.id, command.document.strip()
    editions.change(draft.confirm(document, command.dated, account, transaction.now))
    facts: dict[str, Json] = {
        "edition": draft.id.hex,
        "of": None if draft.agency is None else draft.agency.hex,
        "document": document,
        "dated": command.dated.isoformat(),
    }
    _append(transaction, EventType.CALENDAR_CONFIRMED, facts)
    return {"edition": draft.id.hex, "document": document}


def recount(command: RecountDue, transaction: Transaction) -> Result:
    """Move what one open case and its open work are due, with an event that says why.

    A closed case never changes, and a case that is due as before records nothing.

    Raises:
        NotAllowedError: The actor confirms no calendars.
        NotFoundError: There is no such case.
    """
    thing = policy.Thing(tenant=transaction.tenant)
    transaction.check(policy.Action.CALENDAR_CONFIRM, thing)
    case = transaction.uow.cases.lock(command.case).case
    if case.status is Status.COMPLETED:
        return {"case": case.id.hex, "moved": False}
    running = Running(transaction, case, case.version)
    change = running.clock.recount(transaction.now)
    if change is None:
        return {"case": case.id.hex, "moved": False}
    documents: list[Json] = [
        {"edition": one.id.hex, "document": one.document}
        for one in transaction.calendars().document(change.calendar)
    ]
    event = Event(
        type=EventType.DUE_CHANGED,
        at=transaction.now,
        doer=transaction.doer(),
        facts={"calendar": change.calendar, "documents": documents},
    )
    running.move([change], event)
    running.save()
    return {"case": case.id.hex, "moved": True}


def _check_days(transaction: Transaction, edition: Edition) -> None:
    """Pass when the special days make sense beside everybody's calendar in force.

    Raises:
        NotReadyError: As `engine.domain.calendar_days.check`.
    """
    known, now = transaction.calendars(), transaction.now
    before = known.current(edition.agency, now)
    calendar_days.check(edition, known.in_force(None, now), before)


def _draft(transaction: Transaction, agency: UUID | None) -> Edition | None:
    for one in transaction.uow.calendars.editions(agency):
        if one.status is EditionStatus.DRAFT:
            return one
    return None


def _authors(transaction: Transaction, before: Edition | None) -> tuple[UUID, ...]:
    """Everybody who wrote on a draft; the installation itself is nobody."""
    names = () if before is None else before.authors
    if transaction.actor is None:
        return names
    return tuple(dict.fromkeys((*names, transaction.actor.account.id)))


def _check_text(text: str) -> None:
    if not text.strip():
        raise NotReadyError(code="no-text")
    if len(text) > TEXT_CHARS:
        raise TooLargeError(limit=TEXT_CHARS)


def _append(transaction: Transaction, kind: EventType, facts: dict[str, Json]) -> None:
    event = Event(type=kind, at=transaction.now, doer=transaction.doer(), facts=facts)
    stream = calendars.stream_of(transaction.tenant)
    append(transaction, StreamKind.CALENDAR, stream, event)
