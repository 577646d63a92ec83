"""A moment of a case in words: what the replay says of one event."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.domain import iso8601
from engine.domain.events import EventType
from engine.domain.model import Model, Node, NodeKind
from engine.domain.run import Choice, Decision, Json
from engine.domain.working_time import Calendar
from engine.evidence.moment import (
    Branch,
    Moment,
    Proof,
    Sealing,
    Stand,
    Token,
    Why,
)
from webui import formats, paper_lines, timeline, verdicts, words
from webui.i18n import translate

#: Events that are called by their step alone.
_STEPS: Final = frozenset({EventType.TASK_COMPLETED})


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One moment as its page tells it."""

    number: int
    title: str
    at: datetime
    #: When it really happened; what was done on paper is entered later, at `at`.
    real: datetime
    paper: paper_lines.Paper | None
    #: Name of who did it on paper.
    hand: str
    #: It is the first of its day.
    new_day: bool
    person: str
    #: With position and agency.
    who: str
    behalf: str
    #: Working time of the step against its limit, and since the act before.
    spent: str
    since: str
    outcome: str
    answers: tuple[timeline.Answer, ...]
    #: What whoever completed the step said beside it; it is among the answers, too.
    comment: timeline.Answer | None
    #: The rule and the document that order an erasure or a hold.
    order: str
    rules: tuple[str, ...]
    #: What stood open after it.
    standing: tuple[str, ...]
    #: Word and tone of its tag; empty when there is nothing to say.
    tag: tuple[str, str]
    intervention: bool
    deviating: bool
    verdicts: tuple[verdicts.Said, ...]
    proof: str
    leaf: str
    #: What the diagram shows of it.
    marks: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """What moments are told with."""

    model: Model
    calendar: Calendar
    names: Mapping[UUID, str]
    #: Ids that the diagram draws.
    drawn: frozenset[str]
    #: Whether the reader may see what was entered.
    opens: bool = True
    #: By number of the event.
    judged: Mapping[int, tuple[verdicts.Said, ...]] = field(default_factory=dict)
    #: Comments of steps, by number of the event.
    comments: Mapping[int, timeline.Answer] = field(default_factory=dict)

    def views(
        self, told: Sequence[Moment], lines: Sequence[timeline.Line]
    ) -> tuple[View, ...]:
        """Every moment in words."""
        return tuple(self._views(told, lines))

    def _views(
        self, told: Sequence[Moment], lines: Sequence[timeline.Line]
    ) -> Iterator[View]:
        day = ""
        for moment, line in zip(told, lines, strict=True):
            here = formats.day(moment.at)
            yield self._view(moment, line, new_day=here != day)
            day = here

    def _view(self, moment: Moment, line: timeline.Line, *, new_day: bool) -> View:
        judged = self.judged.get(moment.seq, ())
        deviating = _deviates(moment, judged)
        return View(
            number=moment.seq,
            title=self._title(moment, line),
            at=moment.at,
            real=moment.real,
            paper=line.paper,
            hand="" if line.paper is None else self.names.get(line.paper.by, "–"),
            new_day=new_day,
            person=self._acting(moment, line),
            who=", ".join(
                filter(None, (self._person(line), line.position, line.agency))
            ),
            behalf=self._behalf(moment),
            spent=self._spent(moment),
            since="" if moment.since is None else self._span(moment.since),
            outcome=line.outcome,
            answers=line.answers if self.opens else (),
            comment=self.comments.get(moment.seq) if self.opens else None,
            order="; ".join(filter(None, (line.basis, line.order))),
            rules=(*self._rules(moment, line), *line.moved),
            standing=tuple(map(self._standing, moment.tokens)),
            tag=_tag(moment, judged),
            intervention=moment.intervention,
            deviating=deviating,
            verdicts=judged,
            proof=_proof(moment.proof),
            leaf=moment.proof.leaf.hex(),
            marks=self._marks(moment, deviating=deviating),
        )

    def _title(self, moment: Moment, line: timeline.Line) -> str:
        name = line.name
        if moment.type is EventType.MESSAGE_RECEIVED and moment.element:
            # The wait is called in words, a message by a technical name.
            name = self._name(moment.element)
        if moment.visit is not None and moment.visit.occurrence > 1:
            name = translate(
                "%(step)s, time %(n)s", step=name, n=moment.visit.occurrence
            )
        if moment.type in _STEPS and name:
            return name
        event = translate(words.EVENT.get(moment.type, moment.type.value))
        return f"{event}: {name}" if name else event

    def _person(self, line: timeline.Line) -> str:
        if line.account is None:
            return translate("the system")
        return self.names.get(line.account, "–")

    def _acting(self, moment: Moment, line: timeline.Line) -> str:
        """Who did it; who stood in, and for whom."""
        name, whom = self._person(line), self._behalf(moment)
        if not whom:
            return name
        return translate("%(name)s for %(whom)s", name=name, whom=whom)

    def _behalf(self, moment: Moment) -> str:
        whom = moment.doer.on_behalf_of
        return self.names.get(whom, "–") if whom else ""

    def _spent(self, moment: Moment) -> str:
        if moment.spent is None:
            return ""
        span = self._span(moment.spent)
        node = self._node(moment.element)
        limit = words.limit(node.work.limit) if node else ""
        if not limit:
            return span
        return translate("%(span)s of %(limit)s", span=span, limit=limit)

    def _span(self, minutes: int) -> str:
        if not minutes:
            return translate("under a minute of working time")
        return formats.words(minutes, self.calendar)

    def _node(self, element: str) -> Node | None:
        return self.model.nodes.get(element)

    def _name(self, element: str) -> str:
        node = self._node(element)
        if node is None:
            return element
        whole = self._node(node.part_of) if node.part_of else node
        return (whole.name if whole else "") or node.name or node.id

    def _rules(self, moment: Moment, line: timeline.Line) -> Iterator[str]:
        for branch in moment.branches:
            yield self._branch(branch)
        for rule in line.rules:
            yield translate(
                "Decision table “%(table)s”, row %(row)s",
                table=rule.table,
                row=rule.row,
            )
        for made in moment.decisions:
            said = self._decided(made)
            if said:
                yield said

    def _branch(self, branch: Branch) -> str:
        flow = self.model.flows[branch.flow]
        way = flow.name or self._name(flow.target)
        text = f"“{self._name(branch.element)}” → {way}"
        if branch.why is Why.OUTCOME:
            return f"{text}: {translate('chosen by whoever did the step')}"
        if branch.why is Why.DEFAULT:
            return f"{text}: {translate('no other condition held')}"
        if branch.why is Why.CONDITION:
            inputs = branch.inputs if self.opens else {}
            return f"{text}: {branch.condition}{_read(inputs)}"
        return text

    def _decided(self, made: Decision) -> str:
        text = _DECIDED.get((made.choice, made.value is True)) or ""
        if not text:
            return ""
        value = made.value
        if made.choice is Choice.DUE and isinstance(value, str):
            value = formats.moment(iso8601.parse_instant(value))
        return translate(text, step=self._name(made.element), value=value)

    def _standing(self, token: Token) -> str:
        name = self._name(token.element)
        if token.stand is Stand.READY:
            return translate("%(step)s: to be done", step=name)
        if token.stand is Stand.INCIDENT:
            return translate("%(step)s: stopped", step=name)
        if token.due is not None:
            return translate(
                "%(step)s: waits until %(at)s",
                step=name,
                at=formats.moment(token.due),
            )
        return translate("%(step)s: waits", step=name)

    def _marks(self, moment: Moment, *, deviating: bool) -> dict[str, Json]:
        stands: dict[Stand, list[Json]] = {one: [] for one in Stand}
        for token in moment.tokens:
            place = self.shown(token.element)
            beside = token.stand is Stand.WAITING and self._beside(token.element)
            if place and not beside and place not in stands[token.stand]:
                stands[token.stand].append(place)
        done: list[Json] = [self.shown(one) for one in moment.completed]
        return {
            "at": self.shown(moment.element),
            "done": [one for one in dict.fromkeys(done) if one],
            "taken": [*dict.fromkeys(moment.taken)],
            "ready": stands[Stand.READY],
            "waiting": stands[Stand.WAITING],
            "stopped": stands[Stand.INCIDENT],
            "deviating": deviating,
        }

    def shown(self, element: str) -> str:
        """The drawn element that stands for one: itself, or what is drawn around it."""
        seen = set[str]()
        while element and element not in self.drawn and element not in seen:
            seen.add(element)
            node = self._node(element)
            if node is None:
                return ""
            element = node.part_of or self._around(node.scope)
        return element if element in self.drawn else ""

    def _around(self, scope: str) -> str:
        """The activity that runs a scope: a sub-process, or a call of a process."""
        return next(
            (one.id for one in self.model.nodes.values() if one.body == scope), ""
        )

    def _beside(self, element: str) -> bool:
        """Whether it only may happen beside the steps."""
        node = self._node(element)
        return node is not None and (
            bool(node.attached_to) or node.kind is NodeKind.START_EVENT
        )


_DECIDED: Final = {
    (Choice.INSTANCES, False): "%(step)s: done %(value)s times over",
    (Choice.LOOP, True): "%(step)s: another round",
    (Choice.LOOP, False): "%(step)s: no further round",
    (Choice.DONE, True): "%(step)s: enough, the rest is left",
    (Choice.ENOUGH, True): "%(step)s: enough, the rest is left",
    (Choice.DUE, False): "%(step)s: set for %(value)s",
    (Choice.HOLDS, False): "%(step)s: its condition holds",
    (Choice.ACTIVATES, True): "%(step)s: enough ways have arrived",
}


def messages() -> tuple[str, ...]:
    """Message ids that stand in tables, for the test of the catalogues."""
    return (*_DECIDED.values(), *_PROOF.values(), *_TAGS)


def _read(inputs: Mapping[str, Json]) -> str:
    if not inputs:
        return ""
    told = ", ".join(f"{name} = {_plain(value)}" for name, value in inputs.items())
    return f" ({translate('with %(values)s', values=told)})"


def _plain(value: Json) -> str:
    if value is True or value is False:
        return translate("yes") if value else translate("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "–" if value is None else str(value)


#: Tones of a verdict that does not hold, and of a deviation.
_FAILED: Final = "late"
_DEVIATING: Final = "soon"
_TAGS: Final = ("Stepped in", "After the due time")


def _deviates(moment: Moment, judged: Sequence[verdicts.Said]) -> bool:
    """Whether it is not as planned; an intervention says so by its own mark."""
    failed = any(one.tone == _FAILED for one in judged)
    other = moment.late or any(one.tone == _DEVIATING for one in judged)
    return failed or (other and not moment.intervention)


def _tag(moment: Moment, judged: Sequence[verdicts.Said]) -> tuple[str, str]:
    """What is worth a word: a verdict, an intervention, lateness; else nothing."""
    for tone in (_FAILED, "", _DEVIATING):
        if not tone and moment.intervention:
            return translate(_TAGS[0]), "step-in"
        found = [one for one in judged if tone and one.tone == tone]
        if found:
            names = ", ".join(one.question.lower() for one in found)
            return f"{found[0].verdict}: {names}", tone
    if moment.late:
        return translate(_TAGS[1]), "late"
    if judged and all(one.holds for one in judged):
        return translate("%(n)s passed", n=len(judged)), "good"
    return "", ""


_PROOF: Final = {
    Sealing.SIGNED: "Sealed; number %(number)s in the log of %(year)s, covered by the"
    " head signed at %(at)s.",
    Sealing.PLACED: "Sealed; number %(number)s in the log of %(year)s, waits for the"
    " next signed head.",
    Sealing.PENDING: "Sealed in the chain of the case; waits for its place in the log.",
}


def _proof(proof: Proof) -> str:
    text = _PROOF[proof.sealing]
    if proof.place is None:
        return translate(text)
    return translate(
        text,
        number=formats.number(proof.place.index + 1),
        year=proof.place.year,
        at=formats.moment(proof.signed_at),
    )
