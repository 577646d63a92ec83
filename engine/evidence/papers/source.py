"""One case as its papers read it: who, where, what was entered, which numbers.

Names of agencies are those of the day of the paper, names of people those of their
accounts. What was entered and erased is told as erased, with the order that says so.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from engine import erasure
from engine.domain import (
    calendars,
    clock_text,
    dossier_record,
    iso8601,
    on_paper,
    paper_forms,
    receipt,
)
from engine.domain.clock_state import Change
from engine.domain.events import EventType, Sealed
from engine.domain.model import Model
from engine.domain.organisation import Agency, Organisation, Reach
from engine.domain.run import Json, Status
from engine.evidence.chained import Body, Step

#: Names of opening answers, the first that was asked counts.
ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    "address": ("address", "dia_chi"),
    "phone": ("phone", "dien_thoai", "so_dien_thoai"),
    "email": ("email", "thu_dien_tu"),
    "number": ("so_dinh_danh", "ma_so_thue", "id_number"),
    "representative": ("representative", "nguoi_dai_dien", "nguoi_duoc_uy_quyen"),
}
#: Levels of agencies that have a territory, whose name is the place of a paper.
_PLACES: Final = frozenset({"commune", "province"})
#: What is given from above in the name of the agency that handles the dossier.
_FROM_ABOVE: Final = frozenset({paper_forms.Kind.APOLOGY, paper_forms.Kind.STOP})
_TERRITORY: Final = re.compile(
    r"\b(?:xã|phường|đặc khu|thị trấn|tỉnh|thành phố)\s+(?P<name>\w.*)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands above a paper."""

    #: The agency above the one that writes; empty: there is none.
    above: str = ""
    office: str
    #: Where it is written; empty: the organisation tells no territory.
    place: str = ""
    #: Number and symbol; empty: the form has none.
    number: str = ""
    #: Where it is and its telephone, as they were on the day; empty: nobody has said.
    address: str = ""
    phone: str = ""
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who a paper is for; what was not asked is empty."""

    name: str = ""
    number: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    representative: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody in a position; `behalf`: whose, where another's."""

    agency: str = ""
    position: str = ""
    person: str = ""
    behalf: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """The number that a paper was given, once and for all."""

    number: int
    year: int
    at: datetime
    agency: UUID


@dataclass(frozen=True, kw_only=True)
class Source:
    """The record of a case, opened, with what its names stand for."""

    #: The first event as it is sealed, and all of them opened.
    first: Sealed
    steps: Sequence[Step]
    model: Model
    #: Code and name of the procedure.
    procedure: tuple[str, str]
    organisation: Organisation
    names: Mapping[UUID, str]
    #: Name of the log, and the address that the QR code opens.
    log: str
    base: str = ""
    #: The calendars that its dates were counted on; None: they are not asked.
    register: calendars.Register | None = None

    @property
    def facts(self) -> Body:
        """What was recorded at the receipt."""
        facts: Body = self.steps[0].body["facts"]
        return facts

    @property
    def code(self) -> str:
        """The dossier code."""
        return str(self.facts["code"])

    @property
    def received(self) -> datetime:
        """When it really came in."""
        return real(self.steps[0])

    @property
    def forms(self) -> paper_forms.FormSet:
        """The forms for it, by the day of its receipt."""
        return paper_forms.set_for(iso8601.day(self.received))

    @property
    def qr(self) -> str:
        """The text of the QR code on its papers."""
        return receipt.text(receipt.of(self.first, self.code, self.log), self.base)

    @cached_property
    def record(self) -> dossier_record.Dossier:
        """The dossier as it stands."""
        return self.until(self.steps[-1].seq)

    @cached_property
    def moves(self) -> tuple[tuple[datetime, Change], ...]:
        """What moved the clock, each with its real instant."""
        return tuple(
            one
            for step in self.steps
            for one in clock_text.moves(step.at, step.body["facts"])
        )

    @cached_property
    def _orders(self) -> Mapping[erasure.Value, erasure.Order]:
        return erasure.orders(
            erasure.Remark(type=step.type, at=step.at, facts=step.body["facts"])
            for step in self.steps
            if step.type in erasure.REMARKS
        )

    def until(self, seq: int) -> dossier_record.Dossier:
        """The dossier as it stood after an event."""
        told = dossier_record.Dossier()
        for step in self.steps[:seq]:
            body = step.body
            status = body.get("effect", {}).get("status")
            told = dossier_record.take(
                told,
                body["type"],
                step.at,
                body["facts"],
                ends=status == Status.COMPLETED.value,
            )
        return told

    def said(self, step: Step, name: str) -> str:
        """A value that was entered; of an erased one, by which order; else empty."""
        if name in step.values:
            return plain(step.values[name])
        if name not in step.body.get("commitments", {}):
            return ""
        return gone(self._orders.get(erasure.Value(step.seq, name)))

    @cached_property
    def contact(self) -> Contact:
        """Who handed it in, and how to reach them."""
        step = self.steps[0]
        found = {
            field: next(filter(None, (self.said(step, one) for one in names)), "")
            for field, names in ASKED.items()
        }
        name = self.model.facts.applicant
        return Contact(name=self.said(step, name) if name else "", **found)

    def agency(self, role: str) -> UUID:
        """An agency of the case: `receiving`, `handling`, `deciding`, `helping`."""
        return UUID(self.facts["agencies"][role])

    def provisional(self, due: datetime | None, at: datetime) -> bool:
        """Whether nothing confirmed covered a due date yet as it was told.

        Args:
            due: The date (docs/manual/clock.md, rule 4).
            at: When it was told.
        """
        if due is None or self.register is None:
            return False
        known = self.register.in_force(self.agency("handling"), at)
        return not known.covers(known.local(due).date())

    def party(self, doer: Mapping[str, Any], at: datetime) -> Party:
        """Who did something at an instant, as the record names them."""
        position, agency = doer.get("position"), doer.get("agency")
        held = self.organisation.positions.get(UUID(position)) if position else None
        return Party(
            agency=self.office(UUID(agency), at) if agency else "",
            position=held.name if held else "",
            person=self._name(doer, "account"),
            behalf=self._name(doer, "on_behalf_of"),
        )

    def did(self, step: Step) -> Party:
        """Who did an act: on paper, where it was done so and entered later."""
        doer, sheet = step.body["doer"], on_paper.of(step.body["facts"])
        if sheet is not None:
            held = self.organisation.positions.get(sheet.position)
            place = {"agency": held.agency.hex} if held else {}
            doer = {"account": sheet.by.hex, "position": sheet.position.hex, **place}
        return self.party(doer, real(step))

    def office(self, agency: UUID, at: datetime | None = None) -> str:
        """What an agency was called at an instant, by default at the receipt."""
        found = self.organisation.agencies.get(agency)
        return found.on(iso8601.day(at or self.received)).name if found else ""

    def step_name(self, element: str) -> str:
        """What a step is called in the drawing."""
        node = self.model.nodes.get(element)
        return (node.name or node.id) if node else element

    def numbered(self, kind: paper_forms.Kind, about: int) -> Numbered | None:
        """The number of a paper about an event; None: it was given none yet."""
        return numbered(self.steps, kind, about)

    def typed(self, kind: paper_forms.Kind, about: int) -> str:
        """The number that was typed with the act that a paper tells of; else empty."""
        step = self.steps[about - 1]
        granted = step.type is EventType.DEADLINE_EXTENDED
        if kind is not paper_forms.Kind.APOLOGY or not granted:
            return ""
        return str(step.body["facts"].get("letter", ""))

    def head(
        self, kind: paper_forms.Kind, agency: UUID, given: Numbered | None, at: datetime
    ) -> Head:
        """The head of a paper of an agency, as its number was given, else as of now."""
        day = iso8601.day(given.at if given else at)
        symbol = self.forms.forms[kind].symbol
        number = f"{given.number}/{symbol}" if given and symbol else ""
        return head(self.organisation, agency, number, day)

    def _name(self, doer: Mapping[str, Any], field: str) -> str:
        account = doer.get(field)
        return self.names.get(UUID(account), "") if account else ""


def issuer(source: Source, kind: paper_forms.Kind, about: int) -> UUID:
    """The agency whose paper it is: where it was done, else where it came in.

    Who grants more time, or stops the case, from above writes for the agency that
    handles the dossier, which apologises or gives notice (Decree 118/2025/NĐ-CP).
    """
    step = source.steps[about - 1]
    agency = step.body["doer"].get("agency")
    if kind in _FROM_ABOVE and agency not in _near(source):
        agency = None
    if kind is paper_forms.Kind.RECEIPT or agency is None:
        desk = kind in (paper_forms.Kind.RECEIPT, paper_forms.Kind.SUPPLEMENT)
        return source.agency("receiving" if desk else "handling")
    return UUID(agency)


def _near(source: Source) -> frozenset[str]:
    """The agencies of the case, with those that follow them."""
    named = map(UUID, filter(None, source.facts["agencies"].values()))
    line = (
        one.hex
        for agency in named
        for one in (agency, *source.organisation.successors(agency, date.max))
    )
    return frozenset(line)


def real(step: Step) -> datetime:
    """When an act really happened (docs/manual/clock.md, rule 1)."""
    return clock_text.real(step.at, step.body["facts"])


def numbered(
    steps: Sequence[Step], kind: paper_forms.Kind, about: int
) -> Numbered | None:
    """The number that the record gives a paper about an event."""
    for step in steps:
        facts = step.body["facts"]
        named = (facts.get("form"), facts.get("about")) == (kind.value, about)
        if step.type is EventType.PAPER_NUMBERED and named:
            return Numbered(
                number=facts["number"],
                year=facts["year"],
                at=step.at,
                agency=UUID(facts["agency"]),
            )
    return None


def head(organisation: Organisation, agency: UUID, number: str, day: date) -> Head:
    """The head of a paper of an agency."""
    line = tuple(_upwards(organisation, agency, day))
    place = next((one.name for one in line if one.level in _PLACES), "")
    found = _TERRITORY.search(place)
    # A unit that has none of its own is reached where the agency above it is.
    known = (one.reach(day) for one in line)
    reach = next((one for one in known if one.address or one.phone), Reach(since=day))
    return Head(
        above=line[1].name if len(line) > 1 else "",
        office=line[0].name if line else "",
        place=found["name"] if found else "",
        number=number,
        address=reach.address,
        phone=reach.phone,
        day=day,
    )


def _upwards(
    organisation: Organisation, agency: UUID | None, day: date
) -> Iterator[Agency]:
    """An agency and those above it, as they were on a day."""
    seen: set[UUID] = set()
    while agency is not None and agency not in seen:
        found = organisation.agencies.get(agency)
        if found is None:
            return
        seen.add(agency)
        yield found.on(day)
        agency = found.on(day).parent


def gone(order: erasure.Order | None) -> str:
    """What stands in the place of an erased value (docs/manual/evidence.md, 5)."""
    if order is None:
        return "không còn, không có quyết định xóa"
    day = f"{iso8601.day(order.at):%d/%m/%Y}"
    return f"đã xóa theo {order.basis} ({order.order}), ngày {day}"


def plain(value: Json) -> str:
    """A value as a paper shows it."""
    if isinstance(value, list):
        return ", ".join(map(plain, value))
    return "" if value is None else str(value)
