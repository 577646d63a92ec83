"""Which papers a case has now, and why others are missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.domain.dossier_record import Ending
from engine.domain.events import EventType
from engine.domain.paper_forms import Form, Kind
from engine.evidence.papers.source import Numbered, Source

#: What has a paper of its own, by what it is about.
_ABOUT: Final = {
    EventType.SUPPLEMENT_REQUESTED: Kind.SUPPLEMENT,
    EventType.DEADLINE_EXTENDED: Kind.APOLOGY,
    EventType.CASE_STOPPED: Kind.STOP,
    EventType.CASE_WITHDRAWN: Kind.STOP,
}
#: Why there is none, by form; `no-form`: the set has no such form.
_MISSING: Final = {
    Kind.SUPPLEMENT: "nothing-asked",
    Kind.REFUSAL: "not-refused",
    Kind.APOLOGY: "not-extended",
    Kind.STOP: "not-stopped",
}
#: What answers a request for more time.
_ANSWERS: Final = frozenset({EventType.DEADLINE_EXTENDED, EventType.EXTENSION_REFUSED})
_CASE_KINDS: Final = tuple(one for one in Kind if one is not Kind.BOOK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A paper that can be printed, or the reason why it cannot."""

    kind: Kind
    #: None: the set of the case has no such form.
    form: Form | None
    #: Number of the event that it is about; 0: there is none.
    about: int = 0
    given: Numbered | None = None
    #: The number that was typed with the act: the paper bears it and gets no other.
    typed: str = ""
    #: What it tells of is only asked for: it may be looked at, not issued.
    draft: bool = False
    #: `nothing-asked` and the like; empty: it can be printed.
    why_not: str = ""


def offers(source: Source) -> tuple[Offer, ...]:
    """Every paper of a case, those that can be printed with what they are about."""
    return tuple(one for kind in _CASE_KINDS for one in _of(source, kind))


def find(source: Source, kind: Kind, about: int) -> Offer | None:
    """A paper that can be printed now; None: there is none."""
    for one in _of(source, kind):
        if one.about == about and not one.why_not:
            return one
    return None


def _of(source: Source, kind: Kind) -> Iterator[Offer]:
    form = source.forms.forms.get(kind)
    if form is None:
        yield Offer(kind=kind, form=None, why_not="no-form")
        return
    found = tuple(_events(source, kind))
    for about in found:
        given = source.numbered(kind, about)
        typed = "" if given else source.typed(kind, about)
        yield Offer(kind=kind, form=form, about=about, given=given, typed=typed)
    asked = _asked(source) if kind is Kind.APOLOGY else 0
    if asked:
        yield Offer(kind=kind, form=form, about=asked, draft=True)
    elif not found:
        yield Offer(kind=kind, form=form, why_not=_MISSING[kind])


def _events(source: Source, kind: Kind) -> Iterator[int]:
    """Numbers of the events that a kind of paper is about."""
    if kind in (Kind.RECEIPT, Kind.SLIP):
        yield 1
        return
    for step in source.steps:
        if _ABOUT.get(step.type) is kind:
            yield step.seq
    if kind is Kind.REFUSAL and source.record.ending is Ending.REFUSED:
        yield next(
            step.seq
            for step in reversed(source.steps)
            if step.body.get("effect", {}).get("status") == "completed"
        )


def _asked(source: Source) -> int:
    """The event that asks for more time and waits for its answer; 0: there is none.

    The form of 2025 also asks for the time; the one of 2018 only tells of it.
    """
    asked = 0
    for step in source.steps:
        if step.type is EventType.EXTENSION_ASKED:
            asked = step.seq
        elif step.type in _ANSWERS:
            asked = 0
    waits = source.forms.asks_for_time and source.record.ended_at is None
    return asked if waits else 0
