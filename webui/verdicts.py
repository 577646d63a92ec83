"""Verdicts on a case as a person reads them: reasons in words, names for ids."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.domain import side_work
from engine.domain.events import EventType
from engine.domain.model import Model
from engine.domain.organisation import Organisation
from engine.domain.run import Json
from engine.errors import EngineError
from engine.judging.ruling import (
    QUESTIONS,
    Answer,
    Deviation,
    Judged,
    Judgement,
    Question,
    Ruling,
    Verdict,
)
from engine.queries import CaseItem
from webui import context, formats, judging, verdict_words, words
from webui.i18n import translate

#: Parameters that are instants, as the record writes them.
_INSTANTS: Final = frozenset(
    {"due", "recorded", "before", "published", "retired", "at", "since"}
)
ANSWERS: Final = {
    Answer.CONFORMS: "This case conforms.",
    Answer.WITH_DEVIATIONS: "This case conforms with %(n)s deviations.",
    Answer.DOES_NOT_CONFORM: "This case does not conform.",
}
_TONES: Final = {
    Answer.CONFORMS: "good",
    Answer.WITH_DEVIATIONS: "soon",
    Answer.DOES_NOT_CONFORM: "late",
}
_NOBODY: Final = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One verdict in words."""

    question: str
    verdict: str
    #: Of the tag: `good`, `soon`, `late` or `wait`.
    tone: str
    reason: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One event with its verdicts."""

    seq: int
    at: datetime | None
    what: str
    step: str
    said: tuple[Said, ...]

    @property
    def remarks(self) -> tuple[Said, ...]:
        """The verdicts that are not PASS."""
        return tuple(one for one in self.said if not one.holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A deviation in words."""

    seq: int
    at: datetime
    kind: str
    step: str
    agency: str
    cause: str
    approver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The verdicts on a case."""

    answer: str
    tone: str
    rows: tuple[Row, ...]
    deviations: tuple[Noted, ...]


def of_case(item: CaseItem) -> Told | None:
    """The verdicts on a case; None when what it is judged by does not verify."""
    application, actor = context.application(), context.current_actor()
    try:
        with judging.court(application, actor.tenant) as (court, desk):
            events, head = desk.case(item.id)
            found = court.case(events, head)
            norm, organisation = desk.norm(events), desk.organisation()
    except EngineError:
        return None
    names = application.queries.names(actor.tenant, accounts(found))
    return in_words(found, norm.model if norm else None, organisation, names)


def in_words(
    found: Judgement,
    model: Model | None,
    organisation: Organisation,
    names: Mapping[UUID, str],
) -> Told:
    """Verdicts as a person reads them, with the names that are known."""
    return _Reader(model, organisation, names).tell(found)


def accounts(found: Judgement) -> frozenset[UUID]:
    """Everybody whom a reason or a deviation names."""
    named: set[str] = {one.approver for one in found.deviations}
    for event in found.events:
        for ruling in event.rulings:
            for name in ("account", "holder"):
                named.add(str(ruling.params.get(name, "")))
    return frozenset(UUID(one) for one in named if _is_id(one))


def _is_id(text: str) -> bool:
    try:
        return UUID(text).hex == text
    except ValueError:
        return False


class _Reader:
    """Puts verdicts into words, with the names of what they name."""

    def __init__(
        self,
        model: Model | None,
        organisation: Organisation,
        names: Mapping[UUID, str],
    ) -> None:
        self._model = model
        self._organisation = organisation
        self._names = names

    def tell(self, found: Judgement) -> Told:
        """The whole case."""
        number = len(found.deviations)
        return Told(
            answer=translate(ANSWERS[found.answer], n=number),
            tone=_TONES[found.answer],
            rows=tuple(self._row(event) for event in found.events),
            deviations=tuple(self._noted(one) for one in found.deviations),
        )

    def _row(self, event: Judged) -> Row:
        return Row(
            seq=event.seq,
            at=datetime.fromisoformat(event.at) if event.at else None,
            what=_what(event.type),
            step=self._step(event.element),
            said=tuple(self._said(QUESTIONS, event.rulings)),
        )

    def _said(
        self, questions: Sequence[Question], rulings: Sequence[Ruling]
    ) -> Iterator[Said]:
        for question, ruling in zip(questions, rulings, strict=True):
            word, tone = verdict_words.VERDICT[ruling.verdict]
            yield Said(
                question=translate(verdict_words.QUESTION[question]),
                verdict=translate(word),
                tone=tone,
                reason=self._reason(ruling),
                holds=ruling.verdict is Verdict.PASS,
            )

    def _reason(self, ruling: Ruling) -> str:
        told = {name: self._name(name, one) for name, one in ruling.params.items()}
        return translate(verdict_words.reason(ruling), **told)

    def _name(self, name: str, value: Json) -> str:
        text = _NOBODY if value is None else str(value)
        if name in _INSTANTS:
            return _moment(text)
        if name in ("element", "partner"):
            return self._step(text)
        if not _is_id(text):
            return text
        if name in ("account", "holder"):
            return self._names.get(UUID(text), text)
        if name == "position":
            position = self._organisation.positions.get(UUID(text))
            return position.name if position else text
        return self._agency(text)

    def _step(self, element: str) -> str:
        if side_work.is_side(element):
            kind = "Co-signature" if element.startswith("~k") else "Opinion"
            return f"{translate(kind)} {element[2:]}"
        node = self._model.nodes.get(element) if self._model else None
        return (node.name or element) if node else element

    def _agency(self, text: str) -> str:
        agency = self._organisation.agencies.get(UUID(text)) if _is_id(text) else None
        return agency.name if agency else text

    def _noted(self, one: Deviation) -> Noted:
        approver = one.approver
        return Noted(
            seq=one.seq,
            at=datetime.fromisoformat(one.at),
            kind=translate(verdict_words.KIND[one.kind]),
            step=self._step(one.element) or translate("the whole case"),
            agency=self._agency(one.agency),
            cause=one.cause or _NOBODY,
            approver=self._name("account", approver) if approver else _NOBODY,
        )


def _what(kind: str) -> str:
    """An act in words; what no case knows stays as it is written."""
    try:
        return translate(words.EVENT[EventType(kind)])
    except (ValueError, KeyError):
        return kind


def _moment(text: str) -> str:
    try:
        return formats.moment(datetime.fromisoformat(text))
    except ValueError:
        return text
