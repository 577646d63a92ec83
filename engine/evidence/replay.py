"""Replay: the moments of a case, each with what happened and what stood open after it.

Pure: the sealed events of a case and the model it ran on go in, moments come out. Texts
are made elsewhere; a moment holds ids, codes and the values that are still stored. A
history whose chain breaks is told up to the break, and the break is named.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from engine import expressions
from engine.domain import clock_text
from engine.domain.events import Doer, EventType, Sealed
from engine.domain.model import Flow, Model, Node, NodeKind
from engine.domain.run import Choice, Closed, Decision, End, Json, Picture, Visit
from engine.domain.working_time import Calendar, remaining
from engine.errors import EvidenceError, ExpressionError
from engine.evidence import record, retrace
from engine.evidence.moment import Branch, Moment, Proof, Sealing, Stand, Token, Why
from engine.evidence.retrace import Body, Step
from engine.evidence.sequencer import Place, Signed
from engine.ports import Outside, Runtime

#: In names of stored values that nobody entered: `answer:<element>:1`.
_OWN: Final = ":"
#: Acts by which a person steps into the course of a case, and the stop of one that does
#: not come to rest.
INTERVENTIONS: Final = frozenset(
    {
        EventType.TASK_RELEASED,
        EventType.TASK_REASSIGNED,
        EventType.TASK_RETURNED,
        EventType.TASK_RECALLED,
        EventType.CASE_STOPPED,
        EventType.CASE_WITHDRAWN,
        EventType.CASE_SUSPENDED,
        EventType.SUSPENSION_ENDED,
        EventType.CASE_TRANSFERRED,
        EventType.INCIDENT_RETRIED,
        EventType.CASE_HALTED,
        EventType.CASE_RESUMED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A case from its first event on."""

    moments: tuple[Moment, ...]
    #: The opened events of the moments, in the same order.
    steps: tuple[Step, ...]
    #: Events that the history holds; more than the moments when it breaks.
    events: int
    #: Why it ends before the last event: what was found wrong there.
    broken: EvidenceError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What the log holds of a case."""

    #: By sequence number.
    places: Mapping[int, Place] = field(default_factory=dict)
    #: The newest signed head of each year.
    heads: Mapping[int, Signed] = field(default_factory=dict)
    #: Number and leaf hash of the last event, as the row of the case witnesses them.
    last: tuple[int, bytes] | None = None

    def proof(self, sealed: Sealed) -> Proof:
        """How far the log covers an event."""
        place = self.places.get(sealed.seq)
        if place is None:
            return Proof(leaf=sealed.leaf, sealing=Sealing.PENDING)
        head = self.heads.get(place.year)
        if head is None or head.size <= place.index:
            return Proof(leaf=sealed.leaf, sealing=Sealing.PLACED, place=place)
        return Proof(
            leaf=sealed.leaf,
            sealing=Sealing.SIGNED,
            place=place,
            signed_at=head.at,
            size=head.size,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a history is followed on."""

    runtime: Runtime
    model: Model
    outside: Outside
    calendar: Calendar


def replay(events: Sequence[Sealed], ground: Ground, log: Covered) -> Replay:
    """Tell a case moment by moment, up to the first event that is wrong.

    Raises:
        EvidenceError: What is wrong cannot be said of one event.
    """
    opened, broken = _sound(events, log)
    pictures: list[tuple[Step, Picture]] = []
    given = retrace.trail(ground.runtime, ground.model, opened, ground.outside)
    try:
        # Without a first event there is nothing to follow.
        for each in given if opened else ():
            pictures.append(each)  # noqa: PERF402 - what was given before is kept
    except EvidenceError as error:
        broken = error
    proofs = [log.proof(sealed) for sealed in events[: len(pictures)]]
    return Replay(
        moments=tuple(_moments(pictures, proofs, ground)),
        steps=tuple(step for step, _ in pictures),
        events=len(events),
        broken=broken,
    )


def _sound(
    events: Sequence[Sealed], log: Covered
) -> tuple[tuple[Step, ...], EvidenceError | None]:
    """The events up to the first whose bytes are wrong, opened, and what is wrong."""
    try:
        return retrace.opened(events), _cut_off(events, log)
    except EvidenceError as error:
        if "seq" not in error.params:
            raise
        good = events[: int(str(error.params["seq"])) - 1]
        return retrace.opened(good), error


def _cut_off(events: Sequence[Sealed], log: Covered) -> EvidenceError | None:
    """A chain whose end was cut off or written anew is valid in itself."""
    there = (events[-1].seq, events[-1].leaf) if events else (0, bytes(32))
    if log.last is None or log.last == there:
        return None
    if there[0] < log.last[0]:
        missing = there[0] + 1
        return EvidenceError(f"Event {missing} is missing.", seq=missing)
    message = "The case does not point to its last event."
    return EvidenceError(message, seq=there[0])


def _moments(
    pictures: Sequence[tuple[Step, Picture]], proofs: Sequence[Proof], ground: Ground
) -> Iterator[Moment]:
    opened: dict[Visit, tuple[datetime, datetime | None]] = {}
    before: datetime | None = None
    for (step, picture), proof in zip(pictures, proofs, strict=True):
        made = _moment(step, picture, proof, ground.model)
        if made.visit is not None and made.visit in opened:
            began, due = opened[made.visit]
            # A sheet tells the minute, and so may lie before the beginning.
            spent = remaining(min(began, made.real), made.real, ground.calendar)
            made = replace(made, began=began, due=due, spent=spent)
        if before is not None and before <= made.real:
            since = remaining(before, made.real, ground.calendar)
            made = replace(made, since=since)
        yield made
        before = made.real
        for element, occurrence, _, _, due in _effect(step).get("opened", ()):
            known = Visit(element, occurrence)
            opened[known] = (step.onward, retrace.instant_of(due))


def _moment(step: Step, picture: Picture, proof: Proof, model: Model) -> Moment:
    body, effect = step.body, _effect(step)
    facts: Body = body.get("facts", {})
    committed = [*body.get("commitments", {})]
    return Moment(
        seq=step.seq,
        at=step.at,
        real=clock_text.real(step.at, facts),
        type=step.type,
        doer=_doer(body["doer"]),
        visit=Visit(*body["visit"]) if "visit" in body else None,
        subject=str(facts.get("activity", facts.get("name", ""))),
        outcome=body.get("outcome", ""),
        completed=tuple(effect.get("completed", ())),
        opened=tuple(Visit(*one[:2]) for one in effect.get("opened", ())),
        closed=tuple(
            Closed(element, occurrence, End(end))
            for element, occurrence, end in effect.get("closed", ())
        ),
        taken=tuple(effect.get("taken", ())),
        tokens=tuple(_tokens(picture)),
        entered={k: v for k, v in step.values.items() if _OWN not in k},
        erased=tuple(
            name for name in committed if name not in step.values and _OWN not in name
        ),
        branches=tuple(_branches(step, picture.data, model)),
        decisions=tuple(_decisions(step)),
        intervention=_intervenes(step),
        proof=proof,
    )


def _effect(step: Step) -> Body:
    effect: Body = step.body.get("effect", {})
    return effect


def _doer(written: Mapping[str, str]) -> Doer:
    known = {name: UUID(value) for name, value in written.items()}
    return Doer(
        account=known.get("account"),
        position=known.get("position"),
        agency=known.get("agency"),
        on_behalf_of=known.get("on_behalf_of"),
    )


def _intervenes(step: Step) -> bool:
    """Whether somebody stepped in; a signal that a person sends is such an act."""
    by_hand = step.type is EventType.SIGNAL_RECEIVED and "account" in step.body["doer"]
    return step.type in INTERVENTIONS or by_hand


def _tokens(picture: Picture) -> Iterator[Token]:
    for visit in picture.ready:
        yield Token(
            element=visit.element, occurrence=visit.occurrence, stand=Stand.READY
        )
    for wait in picture.waiting:
        yield Token(
            element=wait.element,
            occurrence=wait.occurrence,
            stand=Stand.WAITING,
            kind=wait.kind,
            name=wait.name,
            due=wait.due,
        )
    for one in picture.incidents:
        yield Token(
            element=one.element,
            occurrence=one.occurrence,
            stand=Stand.INCIDENT,
            message=one.message,
        )


def _recorded(step: Step) -> Iterator[Decision]:
    for choice, element, occurrence, value in _effect(step).get("decisions", ()):
        made = Decision(Choice(choice), element, occurrence, value)
        if made.choice in record.COMMITTED:
            made = replace(made, value=step.values.get(record.decision_name(made)))
        yield made


def _decisions(step: Step) -> Iterator[Decision]:
    return (one for one in _recorded(step) if one.choice is not Choice.FLOWS)


def _branches(step: Step, data: Mapping[str, Json], model: Model) -> Iterator[Branch]:
    for made in _recorded(step):
        if made.choice is not Choice.FLOWS or not isinstance(made.value, list):
            continue
        for flow in map(str, made.value):
            if flow in model.flows and made.element in model.nodes:
                node, way = model.nodes[made.element], model.flows[flow]
                yield _branch(made, node, way, data)


def _branch(made: Decision, node: Node, flow: Flow, data: Mapping[str, Json]) -> Branch:
    plain = Branch(
        element=made.element, occurrence=made.occurrence, flow=flow.id, why=Why.ALWAYS
    )
    if node.by_outcome and node.kind is NodeKind.EXCLUSIVE_GATEWAY:
        return replace(plain, why=Why.OUTCOME)
    if node.default == flow.id:
        return replace(plain, why=Why.DEFAULT)
    if not flow.condition:
        return plain
    inputs = _read(flow.condition, data)
    return replace(
        plain, why=Why.CONDITION, condition=flow.condition, inputs=inputs or {}
    )


def _read(condition: str, data: Mapping[str, Json]) -> Mapping[str, Json] | None:
    """What a condition that held read; None when the data does not say so any more.

    The data is that after the act. A value that a later step of the same act changed,
    that was erased or that only an instance sees, would be told wrongly: then the
    condition does not hold on it, and nothing is told.
    """
    try:
        checked = expressions.compile(condition)
        held = checked.holds(data)
    except ExpressionError:
        return None
    names = sorted(checked.names & data.keys())
    return {name: data[name] for name in names} if held else None
