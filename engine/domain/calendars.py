"""Calendars as controlled documents: editions, and which of them is in force.

An edition is drafted, and confirmed by somebody who did not write it, with the number
and date of a document (ISO 9001:2015, 7.5.2). From the instant of its confirmation it
is in force, until a later edition of the same agency is. The tenant has one calendar
for everybody; an agency may have additions of its own, which hold for it and for the
units under it. A confirmed edition never changes, so a sum can be made again at any
time by the edition that was in force.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final
from uuid import UUID, uuid5

from engine.domain.calendar_content import Content
from engine.domain.office_hours import Calendar, Season

_NAME: Final = "calendar"
_JOINT: Final = "+"
_DAY: Final = timedelta(days=1)
#: Nothing is covered: every date is provisional.
_NEVER: Final = (date.max, date.min)
#: The agency above an agency at an instant; None: there is none.
Above = Callable[[UUID, datetime], UUID | None]


class EditionStatus(Enum):
    """The life of an edition; which confirmed one is in force, time tells."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    #: A later draft took its place before anybody confirmed it.
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An edition of the calendar of a tenant, or of the additions of an agency."""

    id: UUID
    #: None: for everybody.
    agency: UUID | None
    content: Content
    #: Where the content came from, for example a library with its version.
    source: str
    #: Everybody who wrote on it since the edition in force; empty: the installation.
    authors: tuple[UUID, ...]
    proposed_at: datetime
    status: EditionStatus = EditionStatus.DRAFT
    #: Number and date of the document that confirms it.
    document: str = ""
    document_date: date | None = None
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = None

    def confirm(self, document: str, dated: date, by: UUID, at: datetime) -> "Edition":
        """The edition as it is in force from an instant on."""
        return replace(
            self,
            status=EditionStatus.CONFIRMED,
            document=document,
            document_date=dated,
            confirmed_by=by,
            confirmed_at=at,
        )


class Register:
    """The editions of a tenant, and the calendar that each agency counts on.

    Shared between transactions: what it works out once it keeps.
    """

    def __init__(
        self,
        editions: Iterable[Edition],
        above: Above,
        seed: Calendar,
    ) -> None:
        """Keep the confirmed editions.

        Args:
            editions: Of the tenant; those not confirmed are left out.
            above: The agency above each agency, as it is at an instant.
            seed: Counted on, provisionally, where nothing is confirmed.
        """
        known: dict[UUID | None, list[tuple[datetime, Edition]]] = {}
        for one in editions:
            if one.confirmed_at is not None:
                known.setdefault(one.agency, []).append((one.confirmed_at, one))
        for scope in known.values():
            scope.sort(key=lambda pair: (pair[0], pair[1].id))
        self._known = known
        self._by_id = {one.id.hex: one for all_ in known.values() for _, one in all_}
        self._above = above
        self._seed = replace(seed, confirmed=_NEVER)
        self._made: dict[str, Calendar] = {}

    def in_force(self, agency: UUID | None, instant: datetime) -> Calendar:
        """The calendar that an agency counts on at an instant (None: everybody's).

        Its `edition` names it for `edition`.
        """
        return self.edition(self.named(self._line(agency, instant), instant))

    def named(self, line: Iterable[UUID], instant: datetime) -> str:
        """The name of the calendar in force at an instant.

        Args:
            line: An agency and those above it, the nearest first.
            instant: When.
        """
        base = self._latest(None, instant)
        name = self._seed.edition if base is None else base.id.hex
        if len(self._known) == (None in self._known):
            # No agency has additions of its own.
            return name
        found = (self._latest(agency, instant) for agency in line)
        added = next((one for one in found if one is not None), None)
        return name if added is None else f"{name}{_JOINT}{added.id.hex}"

    def edition(self, name: str) -> Calendar:
        """A calendar by the name that an event recorded.

        Raises:
            LookupError: No such edition was ever confirmed.
        """
        made = self._made.get(name)
        if made is None:
            base, _, added = name.partition(_JOINT)
            made = self._seed
            if base != self._seed.edition:
                made = calendar_of(self._by_id[base])
            if added:
                made = joined(made, self._by_id[added])
            self._made[name] = made
        return made

    def document(self, name: str) -> tuple[Edition, ...]:
        """The editions that a calendar is made of, everybody's first."""
        parts = name.split(_JOINT)
        return tuple(self._by_id[one] for one in parts if one in self._by_id)

    def current(self, agency: UUID | None, instant: datetime) -> Edition | None:
        """The edition of just this agency that is in force; None: there is none."""
        return self._latest(agency, instant)

    def before(self, edition: Edition, instant: datetime) -> Content | None:
        """What was in force of the same agency before an edition; None: nothing."""
        for at, one in reversed(self._known.get(edition.agency, ())):
            if at <= instant and one.id != edition.id:
                return one.content
        return None

    def held(self, name: str, instant: datetime) -> bool:
        """Whether the editions of a calendar were in force at an instant."""
        base, _, added = name.partition(_JOINT)
        latest = self._latest(None, instant)
        if base != (self._seed.edition if latest is None else latest.id.hex):
            return False
        own = self._by_id.get(added)
        return not added or (
            own is not None and self._latest(own.agency, instant) is own
        )

    @property
    def seed(self) -> Calendar:
        """What is counted on where nothing is confirmed."""
        return self._seed

    def expecting(self, draft: Edition, instant: datetime) -> "Register":
        """The same, as it would be had a draft been confirmed at an instant."""
        confirmed = replace(draft, status=EditionStatus.CONFIRMED, confirmed_at=instant)
        editions = [*self._by_id.values(), confirmed]
        return Register(editions, self._above, self._seed)

    def _line(self, agency: UUID | None, instant: datetime) -> Iterator[UUID]:
        """An agency and those above it, the nearest first."""
        seen: set[UUID] = set()
        while agency is not None and agency not in seen:
            yield agency
            seen.add(agency)
            agency = self._above(agency, instant)

    def _latest(self, agency: UUID | None, instant: datetime) -> Edition | None:
        for at, one in reversed(self._known.get(agency, ())):
            if at <= instant:
                return one
        return None


def alone(seed: Calendar) -> Register:
    """A register in which nothing is confirmed."""
    return Register((), _nobody, seed)


def _nobody(_: UUID, __: datetime) -> None:
    """No agency stands above another."""


def calendar_of(edition: Edition) -> Calendar:
    """The calendar of an edition for everybody.

    Raises:
        ValueError: It is no such edition: it names no weekly hours.
    """
    content = edition.content
    return Calendar(
        name=content.name,
        edition=edition.id.hex,
        week=content.week,
        seasons=content.seasons,
        special=content.special,
        cutoff=content.cutoff,
        confirmed=(content.first, content.last),
    )


def joined(base: Calendar, edition: Edition) -> Calendar:
    """Everybody's calendar with the additions of an agency over it.

    The agency's days go before everybody's; its weekly hours hold in its period.
    """
    content = edition.content
    return replace(
        base,
        name=content.name,
        edition=f"{base.edition}{_JOINT}{edition.id.hex}",
        seasons=_seasons(base, content),
        special={**base.special, **content.special},
        cutoff=content.cutoff or base.cutoff,
    )


def _seasons(base: Calendar, content: Content) -> tuple[Season, ...]:
    if not content.week:
        return base.seasons
    first, after = content.first, content.last + _DAY
    own = [one for one in content.seasons if first < one.since < after]
    begins = Season(since=first, week=content.week, name=content.name)
    back = Season(since=after, week=base.week_of(after), name=base.name)
    return (
        *(one for one in base.seasons if one.since < first),
        begins,
        *own,
        back,
        *(one for one in base.seasons if one.since > after),
    )


def stream_of(tenant: UUID) -> UUID:
    """The stream in which a tenant tells of its calendars."""
    return uuid5(tenant, _NAME)
