"""The papers that go to the applicant: one dataclass a paper, made from the record."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from engine.domain import clock_text
from engine.domain.dossier_record import Component, Dossier, Ending, Fee
from engine.domain.events import EventType
from engine.domain.model import TimeLimit, is_work
from engine.domain.paper_forms import Kind
from engine.domain.run import End
from engine.evidence.chained import Step
from engine.evidence.papers.source import (
    Contact,
    Head,
    Party,
    Source,
    issuer,
    real,
)

#: Values that say why something was refused, in the order in which they count.
_WHY: Final = ("reason", "ly_do_tu_choi", "ly_do")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Receipt and appointment (form 01 of both sets)."""

    head: Head
    code: str
    desk: str
    contact: Contact
    procedure: str
    components: tuple[Component, ...]
    sets: int
    limit: TimeLimit | None
    received: datetime
    #: What was promised at the receipt; None: no time limit.
    promised: datetime | None
    #: No confirmed calendar covers that day yet.
    provisional: bool = False
    #: `direct`, `post` or `online`.
    collect: str
    fees: tuple[Fee, ...]
    #: Year and number in the tracking book; 0: it is not numbered yet.
    book: int
    line: int
    receiver: Party
    #: With the dossier code it opens the citizen's page; empty: it was shown already.
    lookup: str
    qr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplement:
    """Request to add to and mend a dossier (form 02 of both sets)."""

    head: Head
    #: Empty: it was sent back before it was received.
    code: str
    contact: Contact
    procedure: str
    #: Documents and points, in order.
    items: tuple[str, ...]
    reason: str
    #: The rule that asks for it, and by which day; empty and None: none was named.
    basis: str = ""
    until: date | None = None
    #: Which request of the dossier it is; 0: before receipt.
    round: int
    asked: datetime
    official: Party
    qr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Refusal to receive or to handle a dossier (form 03 of both sets)."""

    head: Head
    #: Empty: it was never received.
    code: str
    desk: str
    contact: Contact
    procedure: str
    reason: str
    at: datetime
    official: Party
    qr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Apology:
    """Apology with the new date (form 04); of what is only asked for a draft."""

    head: Head
    code: str
    contact: Contact
    procedure: str
    #: The agency that received the dossier, which may not be the one that writes.
    desk: str
    received: datetime
    #: What was promised before; None: the clock stood still.
    old: datetime | None
    #: What is promised or asked for now: an instant, or so much more time.
    new: datetime | None
    longer: TimeLimit | None
    #: Of both: no confirmed calendar covers that day yet.
    provisional: tuple[bool, bool] = (False, False)
    #: It was granted, not only asked for: else it is a draft.
    granted: bool
    reason: str
    #: Who granted it, or asked for it.
    official: Party
    qr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Notice that the handling of a dossier stops (form 05 of the set of 2025)."""

    head: Head
    code: str
    contact: Contact
    procedure: str
    received: datetime
    stopped: datetime
    #: The applicant asked for it back; else the agency stops.
    withdrawn: bool
    basis: str
    order: str
    reason: str
    #: Steps that were open when it stopped.
    stage: tuple[str, ...]
    #: In đồng: to be paid, and paid.
    wanted: int
    paid: int
    #: Originals that were handed in and are not given back yet.
    originals: tuple[Component, ...]
    official: Party
    qr: str


def receipt(source: Source, now: datetime, lookup: str = "") -> Receipt:
    """The receipt of a dossier.

    Args:
        source: Its record.
        now: When it is printed.
        lookup: The look-up code, of which only a hash is kept: there when the dossier
            has just been received.
    """
    step, at_once = source.steps[0], source.until(1)
    given = source.numbered(Kind.RECEIPT, 1)
    return Receipt(
        head=_head(source, Kind.RECEIPT, 1, now),
        code=source.code,
        desk=source.office(source.agency("receiving")),
        contact=source.contact,
        procedure=source.procedure[1],
        components=at_once.components,
        sets=at_once.sets,
        limit=source.model.facts.limit,
        received=source.received,
        promised=at_once.promised_at,
        provisional=source.provisional(at_once.promised_at, step.at),
        collect=at_once.collect,
        fees=at_once.fees,
        book=given.year if given else 0,
        line=given.number if given else 0,
        receiver=source.did(step),
        lookup=lookup,
        qr=source.qr,
    )


def supplement(source: Source, seq: int, now: datetime) -> Supplement:
    """A request for a supplement of a case under way, by the number of its event."""
    step = source.steps[seq - 1]
    facts = step.body["facts"]
    return Supplement(
        head=_head(source, Kind.SUPPLEMENT, seq, now),
        code=source.code,
        contact=source.contact,
        procedure=source.procedure[1],
        items=items(facts.get("components", ()), source.said(step, "missing")),
        reason=source.said(step, "reason"),
        basis=str(facts.get("basis", "")),
        until=date.fromisoformat(facts["until"]) if "until" in facts else None,
        round=facts.get("round", 1),
        asked=real(step),
        official=source.did(step),
        qr=source.qr,
    )


def refusal(source: Source, seq: int, now: datetime) -> Refusal:
    """The refusal that ended a case, by the number of its event."""
    step = source.steps[seq - 1]
    return Refusal(
        head=_head(source, Kind.REFUSAL, seq, now),
        code=source.code,
        desk=source.office(source.agency("receiving")),
        contact=source.contact,
        procedure=source.procedure[1],
        reason=_why(source, seq),
        at=real(step),
        official=source.did(step),
        qr=source.qr,
    )


def apology(source: Source, seq: int, now: datetime) -> Apology:
    """The apology for more time that was given by an event; of a request the draft."""
    step = source.steps[seq - 1]
    facts = step.body["facts"]
    granted = step.type is EventType.DEADLINE_EXTENDED
    by = clock_text.by_of(facts["by"])
    before = source.until(seq - 1)
    after = source.until(seq).due_at if granted else None
    new = after or (None if isinstance(by, TimeLimit) else by)
    return Apology(
        head=_head(source, Kind.APOLOGY, seq, now),
        code=source.code,
        contact=source.contact,
        procedure=source.procedure[1],
        desk=source.office(source.agency("receiving")),
        received=source.received,
        old=before.due_at,
        new=new,
        provisional=(
            source.provisional(before.due_at, step.at),
            source.provisional(new, step.at),
        ),
        longer=by if isinstance(by, TimeLimit) and after is None else None,
        granted=granted,
        reason=source.said(step, "reason"),
        official=source.did(step),
        qr=source.qr,
    )


def stop(source: Source, seq: int, now: datetime) -> Stop:
    """The notice about the event that stopped a case."""
    step = source.steps[seq - 1]
    facts, told = step.body["facts"], source.until(seq)
    return Stop(
        head=_head(source, Kind.STOP, seq, now),
        code=source.code,
        contact=source.contact,
        procedure=source.procedure[1],
        received=source.received,
        stopped=real(step),
        withdrawn=told.ending is Ending.WITHDRAWN,
        basis=str(facts.get("basis", "")),
        order=str(facts.get("document", "")),
        reason=source.said(step, "reason"),
        stage=tuple(_cancelled(source, step)),
        wanted=sum(one.amount for one in told.fees),
        paid=sum(one.amount for one in told.payments),
        originals=tuple(_kept(told)),
        official=source.did(step),
        qr=source.qr,
    )


def items(components: Iterable[object], missing: str) -> tuple[str, ...]:
    r"""What is missing, point by point: documents by name, then the words, a line each.

    >>> items(["Bản vẽ"], "Ký từng trang\n\n Ghi ngày ")
    ('Bản vẽ', 'Ký từng trang', 'Ghi ngày')
    """
    lines = (line.strip() for line in missing.splitlines())
    return (*map(str, components), *filter(None, lines))


def _head(source: Source, kind: Kind, seq: int, now: datetime) -> Head:
    given, agency = source.numbered(kind, seq), issuer(source, kind, seq)
    typed = source.typed(kind, seq)
    if given is None and typed:
        at = real(source.steps[seq - 1])
        return replace(source.head(kind, agency, None, at), number=typed)
    return source.head(kind, agency, given, now)


def _why(source: Source, seq: int) -> str:
    """The last reason that was given before a case ended."""
    for step in reversed(source.steps[:seq]):
        for name in _WHY:
            said = source.said(step, name)
            if said:
                return said
    return ""


def _cancelled(source: Source, step: Step) -> Iterable[str]:
    """Names of the work that an act took away."""
    for element, _, end in step.body["effect"]["closed"]:
        node = source.model.nodes.get(element)
        if node is not None and is_work(node) and End(end) is not End.COMPLETED:
            yield source.step_name(element)


def _kept(told: Dossier) -> Iterable[Component]:
    """Originals that came in and were not given back, by name."""
    given: dict[str, int] = {}
    for one in told.given_back:
        given[one.name] = given.get(one.name, 0) + one.quantity
    for one in told.components:
        if one.kind == "original" and one.quantity > given.get(one.name, 0):
            yield one
