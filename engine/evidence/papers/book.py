"""The tracking book: the dossiers that an agency received, a line each.

A book belongs to one agency and one year or part of it; its lines are views of the
record of each dossier as it stands when the book is printed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from engine.domain.dossier_record import Ending
from engine.domain.organisation import Organisation
from engine.domain.paper_forms import Kind
from engine.domain.timeliness import Class, classify
from engine.evidence.papers.source import Contact, Head, Source, head


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the book."""

    #: Number of its receipt; 0: none was printed. Lines are counted from 1 in each
    #: book, in the order of receipt, so that none is without a number.
    number: int
    code: str
    procedure: str
    sets: int
    contact: Contact
    #: The agency that leads.
    lead: str
    received: datetime
    promised: datetime | None
    #: No confirmed calendar covers that day yet.
    provisional: bool = False
    #: When it was handed over; else when it ended.
    returned: datetime | None
    #: `direct`, `post` or `online`.
    collect: str
    ending: Ending | None
    result: Class | None
    #: Supplements that were asked for.
    supplements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Tracking book (form 06 of 2018, 07 of 2025)."""

    head: Head
    office: str
    year: int
    #: First and last day, both included.
    first: date
    last: date
    entries: tuple[Entry, ...]


def entry(source: Source, now: datetime) -> Entry:
    """The line of one dossier."""
    told, given = source.record, source.numbered(Kind.RECEIPT, 1)
    promised = told.due_at or told.promised_at
    found = classify(told.due_at, told.ended_at, now)
    return Entry(
        number=given.number if given else 0,
        code=source.code,
        procedure=source.procedure[1],
        sets=told.sets,
        contact=source.contact,
        lead=source.office(source.agency("handling")),
        received=source.received,
        promised=promised,
        provisional=not told.ended_at and source.provisional(promised, now),
        returned=told.returned_at or told.ended_at,
        collect=told.collect,
        ending=told.ending,
        result=found.by_minute if found and told.ended_at else None,
        supplements=len(told.supplements),
    )


def book(
    organisation: Organisation,
    agency: UUID,
    days: tuple[date, date],
    entries: Iterable[Entry],
    today: date,
) -> Book:
    """The book of an agency over some days, in the order of receipt."""
    first, last = days
    above = head(organisation, agency, "", today)
    return Book(
        head=above,
        office=above.office,
        year=first.year,
        first=first,
        last=last,
        entries=tuple(sorted(entries, key=lambda one: (one.received, one.code))),
    )
