"""What the record tells of a dossier: what came in, was paid, issued, returned, rated.

A dossier is a fold of the events of its case (docs/manual/dossiers.md): `take` adds one
event. Papers, registers, the state on the portal and every figure are views of it, so
none of them is typed by anybody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any, Final

from engine.domain import clock_text, iso8601
from engine.domain.clock_state import Cause, Kind
from engine.domain.events import EventType

Facts = Mapping[str, Any]

#: How a result may be collected and handed over.
WAYS: Final = ("direct", "post", "online")
_SUPPLEMENT: Final = Cause.SUPPLEMENT.value
_BEGUN: Final = Kind.BEGUN.value


class Ending(Enum):
    """How a dossier ended."""

    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


class Paid(Enum):
    """Whether what was to be paid has been."""

    #: Nothing is to be paid.
    NONE = "none"
    DUE = "due"
    PART = "part"
    PAID = "paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A document of a dossier (thành phần hồ sơ)."""

    name: str
    #: `original`, `copy` or `e-copy`.
    kind: str = "original"
    quantity: int = 1
    digitised: bool = False
    #: `applicant`; or `store` or `population`: taken from data instead of paper.
    source: str = "applicant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What is to be paid, in đồng."""

    name: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What was paid, in đồng."""

    name: str
    amount: int
    #: `counter`, `bank`, `gateway` or `npsp`.
    channel: str
    receipt: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultDocument:
    """The document that answers the dossier."""

    number: str
    #: As written on it, `yyyy-mm-dd`.
    date: str
    kind: str = ""
    #: SHA-256 of its file, hex; empty: on paper only.
    file: str = ""
    electronic: bool = False
    #: Code of the result on the portal.
    code: str = ""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A supplement that was asked for; `ended`: when it was brought."""

    wait: str
    began: datetime
    ended: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """The physical file on its way from one position to another."""

    #: Ids of the positions, hex.
    giver: str
    taker: str
    at: datetime
    originals: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A dossier as far as its record has been read."""

    channel: str = ""
    #: When it really came in, and what was promised last; None: nothing, or the clock
    #: stands still.
    received_at: datetime | None = None
    due_at: datetime | None = None
    #: What was promised at the receipt.
    promised_at: datetime | None = None
    sets: int = 1
    components: tuple[Component, ...] = ()
    #: Originals given back.
    given_back: tuple[Component, ...] = ()
    fees: tuple[Fee, ...] = ()
    payments: tuple[Payment, ...] = ()
    #: `owner` or `representative`; `direct`, `post` or `online`.
    submitter: str = "owner"
    collect: str = "direct"
    #: When supplements were asked for and brought; and the waits that are open, with
    #: their causes.
    supplements: tuple[Span, ...] = ()
    waits: tuple[tuple[str, str], ...] = ()
    #: Something was done since it was received.
    handled: bool = False
    #: The applicant asked to have it back.
    withdrawal_asked: bool = False
    result: ResultDocument | None = None
    returned_at: datetime | None = None
    ending: Ending | None = None
    ended_at: datetime | None = None
    #: How the drawing said that it would end, by an end event reached before the end.
    said: Ending | None = None
    #: 1 to 5.
    score: int | None = None
    #: The position that has the physical file, hex, and the hand-over that nobody has
    #: accepted yet; empty and None: nobody has said.
    holder: str = ""
    handover: Handover | None = None

    @property
    def paid(self) -> Paid:
        """The state of payment."""
        wanted = sum(one.amount for one in self.fees)
        got = sum(one.amount for one in self.payments)
        if not wanted and not got:
            return Paid.NONE
        if not got:
            return Paid.DUE
        return Paid.PAID if got >= wanted else Paid.PART

    @property
    def stands(self) -> bool:
        """Whether its clock stands still: something was promised and is not now."""
        return self.ended_at is None and bool(self.waits) and self.due_at is None

    @property
    def rates(self) -> bool:
        """Whether its applicant may say once how it was dealt with."""
        over = self.ending is not None or self.returned_at is not None
        return over and self.score is None

    def waits_for(self, cause: str) -> bool:
        """Whether a wait of a cause is open."""
        return any(one == cause for _, one in self.waits)


def take(
    dossier: Dossier, kind: str, at: datetime, facts: Facts, *, ends: bool = False
) -> Dossier:
    """The dossier after one more event.

    Args:
        dossier: What was told before.
        kind: The type of the event, as recorded.
        at: Its instant.
        facts: Its facts.
        ends: Whether the case is completed with it.
    """
    onward, at = clock_text.onward(at, facts), clock_text.real(at, facts)
    tell = _TELL.get(kind)
    if tell is not None:
        dossier = tell(dossier, at, facts)
    if kind not in _IDLE:
        dossier = replace(dossier, handled=True)
    for change in facts.get("clock", ()):
        begins = change["change"] == _BEGUN
        dossier = _clocked(dossier, onward if begins else at, change)
    if kind in _BY_STEPS and "result" in facts:
        dossier = _issued(dossier, at, facts["result"])
    if kind in _BY_STEPS and "returned" in facts:
        dossier = _returned(dossier, at, facts["returned"])
    if "ending" in facts:
        dossier = replace(dossier, said=Ending(facts["ending"]))
    if not ends:
        return dossier
    ending = _ENDING.get(kind) or dossier.said or Ending.DONE
    return replace(dossier, ending=ending, ended_at=onward, waits=(), handover=None)


def tells(kind: str, facts: Facts, *, handled: bool) -> bool:
    """Whether an event that ends no case may change the dossier.

    Args:
        kind: The type of the event, as recorded.
        facts: Its facts.
        handled: Something was done already since it was received.
    """
    if kind in _TELL or (not handled and kind not in _IDLE):
        return True
    return any(name in facts for name in ("clock", *_DRAWN))


def _clocked(dossier: Dossier, at: datetime, change: Facts) -> Dossier:
    due = change["due"][1]
    dossier = replace(
        dossier, due_at=None if due is None else iso8601.parse_instant(due)
    )
    wait, cause = change.get("wait", ""), change["cause"]
    if not wait:
        return dossier
    others = tuple(one for one in dossier.waits if one[0] != wait)
    if change["change"] == _BEGUN:
        if cause == _SUPPLEMENT:
            asked = Span(wait=wait, began=at)
            dossier = replace(dossier, supplements=(*dossier.supplements, asked))
        return replace(dossier, waits=(*others, (wait, cause)))
    brought = tuple(
        replace(one, ended=at) if one.wait == wait else one
        for one in dossier.supplements
    )
    return replace(dossier, waits=others, supplements=brought)


def _opened(dossier: Dossier, at: datetime, facts: Facts) -> Dossier:
    due = None if facts.get("due") is None else iso8601.parse_instant(facts["due"])
    return replace(
        dossier,
        channel=facts["channel"],
        received_at=at,
        due_at=due,
        promised_at=due,
        sets=facts.get("sets", 1),
        components=tuple(Component(**one) for one in facts.get("components", ())),
        fees=tuple(Fee(**one) for one in facts.get("fees", ())),
        submitter=facts.get("submitter", "owner"),
        collect=facts.get("collect", "direct"),
    )


def _paid(dossier: Dossier, at: datetime, facts: Facts) -> Dossier:
    if "amount" not in facts:
        return dossier
    payment = Payment(
        name=facts.get("name", ""),
        amount=facts["amount"],
        channel=facts["channel"],
        receipt=facts.get("receipt", ""),
        at=at,
    )
    return replace(dossier, payments=(*dossier.payments, payment))


def _component(dossier: Dossier, _: datetime, facts: Facts) -> Dossier:
    added = tuple(Component(**one) for one in facts["components"])
    return replace(dossier, components=dossier.components + added)


def _given_back(dossier: Dossier, _: datetime, facts: Facts) -> Dossier:
    given = tuple(Component(**one) for one in facts["components"])
    return replace(dossier, given_back=dossier.given_back + given)


def _issued(dossier: Dossier, at: datetime, facts: Facts) -> Dossier:
    result = ResultDocument(
        number=facts["number"],
        date=facts["date"],
        kind=facts.get("kind", ""),
        file=facts.get("file", ""),
        electronic=facts.get("electronic", False),
        code=facts.get("code", ""),
        at=at,
    )
    return replace(dossier, result=result)


def _returned(dossier: Dossier, at: datetime, facts: Facts) -> Dossier:
    given = tuple(Component(**one) for one in facts.get("originals", ()))
    dossier = replace(dossier, given_back=dossier.given_back + given)
    return replace(dossier, returned_at=at)


def _rated(dossier: Dossier, _: datetime, facts: Facts) -> Dossier:
    return replace(dossier, score=facts["score"])


def _offered(dossier: Dossier, at: datetime, facts: Facts) -> Dossier:
    given = tuple(Component(**one) for one in facts.get("originals", ()))
    offer = Handover(giver=facts["giver"], taker=facts["taker"], at=at, originals=given)
    return replace(dossier, handover=offer, holder=facts["giver"])


def _accepted(dossier: Dossier, _: datetime, facts: Facts) -> Dossier:
    return replace(dossier, handover=None, holder=facts["taker"])


def _withdrawing(dossier: Dossier, _: datetime, __: Facts) -> Dossier:
    return replace(dossier, withdrawal_asked=True)


def _gone_back(dossier: Dossier, _: datetime, __: Facts) -> Dossier:
    """What a step said of the end is unsaid when a person sends the case back."""
    return replace(dossier, said=None)


_TELL: Final[Mapping[str, Callable[[Dossier, datetime, Facts], Dossier]]] = {
    EventType.CASE_OPENED.value: _opened,
    EventType.FEE_PAID.value: _paid,
    EventType.PAYMENT_RECEIVED.value: _paid,
    EventType.COMPONENT_ADDED.value: _component,
    EventType.COMPONENT_RETURNED.value: _given_back,
    EventType.RESULT_ISSUED.value: _issued,
    EventType.RESULT_RETURNED.value: _returned,
    EventType.CASE_RATED.value: _rated,
    EventType.WITHDRAWAL_ASKED.value: _withdrawing,
    EventType.HANDOVER_OFFERED.value: _offered,
    EventType.HANDOVER_ACCEPTED.value: _accepted,
    EventType.TASK_RETURNED.value: _gone_back,
    EventType.TASK_RECALLED.value: _gone_back,
}
#: What is told of a dossier beside its steps; each stands in the stream of the case.
ACTS: Final = frozenset(
    {
        EventType.FEE_PAID,
        EventType.COMPONENT_ADDED,
        EventType.COMPONENT_RETURNED,
        EventType.RESULT_ISSUED,
        EventType.RESULT_RETURNED,
        EventType.CASE_RATED,
        EventType.CASE_REMARKED,
        EventType.WITHDRAWAL_ASKED,
        EventType.HANDOVER_OFFERED,
        EventType.HANDOVER_ACCEPTED,
    }
)
#: What the drawing records, by its steps and ends (docs/manual/dossiers.md, rule 7).
_DRAWN: Final = ("ending", "result", "returned")
_BY_STEPS: Final = frozenset({EventType.TASK_COMPLETED.value})
#: What is not handling: receiving it, taking work, looking after the file and record.
_IDLE: Final = frozenset(
    {
        EventType.CASE_OPENED.value,
        EventType.TASK_CLAIMED.value,
        EventType.TASK_RELEASED.value,
        EventType.HANDOVER_OFFERED.value,
        EventType.HANDOVER_ACCEPTED.value,
        EventType.FEE_PAID.value,
        EventType.CASE_RATED.value,
        EventType.CASE_REMARKED.value,
        EventType.TASK_REASSIGNED.value,
        EventType.CASE_CONTINUED.value,
        EventType.CASE_HALTED.value,
        EventType.CASE_RESUMED.value,
        EventType.DUE_CHANGED.value,
        EventType.PERSONAL_ERASED.value,
        EventType.HOLD_PLACED.value,
        EventType.HOLD_LIFTED.value,
        EventType.PAPER_NUMBERED.value,
    }
)
#: How acts that end a case end it.
_ENDING: Final = {
    EventType.CASE_STOPPED.value: Ending.STOPPED,
    EventType.CASE_WITHDRAWN.value: Ending.WITHDRAWN,
}
