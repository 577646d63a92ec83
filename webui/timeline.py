"""What happened in a case so far: sealed events as lines that a person reads.

Pure: events, the package they ran on and the organisation go in, lines come out. Only
what the events say is told; the step's name and the labels of answers come from the
version that the case runs on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine.decisions import library
from engine.domain import clock_text, iso8601, side_work
from engine.domain.events import EventType
from engine.domain.model import Model
from engine.domain.organisation import Organisation
from engine.domain.run import Choice, Decision, Json
from engine.domain.working_time import Calendar, remaining
from engine.erasure import REMARKS, Order, Remark, Value, orders
from engine.evidence import record
from engine.evidence.retrace import Step
from engine.forms import document
from engine.forms.form import Form, show
from engine.package import Package
from webui import clock_lines, paper_lines, side_lines

#: In names of stored values that are not answers: `keys:<element>:1`.
_MARK: Final = ":"
#: Acts that a document orders.
_ORDERED: Final = REMARKS | {
    EventType.CASE_STOPPED,
    EventType.CASE_WITHDRAWN,
    EventType.CASE_SUSPENDED,
}
_SENT_BACK: Final = frozenset({EventType.TASK_RETURNED, EventType.TASK_RECALLED})
#: The label of why somebody did what no drawing asks for.
_WHY: Final = {"vi": "Lý do", "en": "Reason"}
#: Acts whose only value is why they were done.
EXPLAINED: Final = _SENT_BACK | {
    EventType.TASK_REASSIGNED,
    EventType.CASE_STOPPED,
    EventType.CASE_WITHDRAWN,
    EventType.CASE_SUSPENDED,
    EventType.SUSPENSION_ENDED,
}
_NOTHING: Final = Form(hash="", parts=(), order=())
_NO_ORDERS: Final[Mapping[str, Order]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of a step."""

    label: str
    #: As a person reads it; empty when nothing was entered.
    text: str
    #: It was stored once and has been erased since; its commitment still stands.
    erased: bool = False
    #: The order under which it was; None: it is gone without one.
    order: Order | None = None
    #: Ids of attached files, where the answer is files.
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One act."""

    seq: int
    at: datetime
    type: EventType
    #: The element that the act is about; empty for the receipt of the dossier.
    element: str = ""
    occurrence: int = 0
    #: Name of the step, or of the message.
    name: str = ""
    #: Dossier code of the case that sent the message or signal.
    sender: str = ""
    #: Name of the flow that the person chose.
    outcome: str = ""
    account: UUID | None = None
    #: The holder of the position, where somebody stood in.
    behalf: UUID | None = None
    position: str = ""
    agency: str = ""
    answers: tuple[Answer, ...] = ()
    #: The rows of decision tables that decided on the way.
    rules: tuple[library.Matched, ...] = ()
    #: When the work was opened, and when it was due.
    began: datetime | None = None
    due: datetime | None = None
    #: Working minutes from its opening to the act.
    spent: int | None = None
    #: Name of the step that it was sent back to.
    target: str = ""
    #: Of what a document orders: the rule and the document.
    basis: str = ""
    order: str = ""
    #: What it moved on the legal clock, in words.
    moved: tuple[str, ...] = ()
    #: It was done on paper, and entered at `at`.
    paper: paper_lines.Paper | None = None

    @property
    def real(self) -> datetime:
        """When it really happened (docs/manual/clock.md, rule 1)."""
        return self.at if self.paper is None else self.paper.at

    @property
    def late(self) -> bool:
        """Whether the work was really done after its due instant."""
        return self.due is not None and self.real > self.due


@dataclass(frozen=True, slots=True)
class Marks:
    """What a diagram shows of a case: ids of elements and of flows."""

    done: tuple[str, ...]
    current: tuple[str, ...]
    taken: tuple[str, ...]

    def plain(self) -> dict[str, list[str]]:
        """The marks as the page's script reads them."""
        return {
            "done": [*self.done],
            "current": [*self.current],
            "taken": [*self.taken],
            "deviating": [],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What the lines of one case are read with."""

    package: Package
    organisation: Organisation
    calendar: Calendar
    language: str = "vi"


def lines(steps: Sequence[Step], reader: Reader) -> tuple[Line, ...]:
    """Tell every act of a case, the oldest first."""
    opened: dict[tuple[str, int], tuple[datetime, datetime | None]] = {}
    gone = erasures(steps)
    beside = side_lines.names(steps, reader.package.model)
    told = []
    for step in steps:
        line = _line(step, reader, opened)
        if line.element in beside:
            # "Cho ý kiến" and the like say it already; only the step is missing.
            says = step.type in side_work.EVENTS
            line = replace(line, name=beside[line.element][says])
        told.append(replace(line, answers=_answers(step, reader, gone)))
        for element, occurrence, _, _, due in step.body.get("effect", {}).get(
            "opened", ()
        ):
            moment = None if due is None else datetime.fromisoformat(due)
            opened[element, occurrence] = (step.onward, moment)
        opened |= side_lines.opened(step)
    return tuple(told)


def erasures(steps: Sequence[Step]) -> Mapping[Value, Order]:
    """Under which order each value that is gone was erased."""
    return orders(
        Remark(type=step.type, at=step.at, facts=step.body["facts"])
        for step in steps
        if step.type in REMARKS
    )


def accounts(steps: Sequence[Step]) -> frozenset[UUID]:
    """Everybody who acted, for their names."""
    found = (
        step.body["doer"].get(name)
        for step in steps
        for name in ("account", "on_behalf_of")
    )
    hands = filter(None, map(paper_lines.hand, steps))
    return frozenset((*(UUID(one) for one in found if one), *hands))


def marks(steps: Sequence[Step], current: Sequence[str]) -> Marks:
    """Say what is done, what is open and which ways were taken.

    Args:
        steps: The acts so far.
        current: Elements at which a token waits now.
    """
    done: dict[str, None] = {}
    taken: dict[str, None] = {}
    for step in steps:
        effect = step.body.get("effect", {})
        done.update(dict.fromkeys(effect.get("completed", ())))
        taken.update(dict.fromkeys(effect.get("taken", ())))
    here = tuple(dict.fromkeys(current))
    return Marks(tuple(one for one in done if one not in here), here, tuple(taken))


def data_answers(
    form: Form | None,
    values: Mapping[str, Json],
    committed: Sequence[str],
    language: str,
    gone: Mapping[str, Order] = _NO_ORDERS,
) -> tuple[Answer, ...]:
    """Label what was entered with a form; without one the names stand for themselves.

    Args:
        form: The form; None when the values came without one.
        values: What is still stored.
        committed: Names of everything that was once entered.
        language: Of labels and values.
        gone: Under which order a name was erased.
    """
    known = {field.key: field for field in form.fields} if form else {}
    names = [key for key in known if key in committed]
    if form is None:
        names = [one for one in sorted(committed) if _MARK not in one]
    told = []
    for name in names:
        field, value = known.get(name), values.get(name)
        label = field.name(language) if field else name
        if name not in values:
            order = gone.get(name)
            told.append(Answer(label=label, text="", erased=True, order=order))
        elif field is None:
            told.append(Answer(label=label, text=_plain(value)))
        elif field.type == "filepicker" and isinstance(value, list):
            told.append(Answer(label=label, text="", files=tuple(map(str, value))))
        else:
            told.append(Answer(label=label, text=show(field, value, language)))
    return tuple(told)


def _line(
    step: Step,
    reader: Reader,
    opened: Mapping[tuple[str, int], tuple[datetime, datetime | None]],
) -> Line:
    body, model = step.body, reader.package.model
    element, occurrence = body.get("visit", ("", 0))
    if step.type is EventType.ACTIVITY_BEGUN:
        # The visit is that of the ad-hoc work around; what was begun is told.
        element, occurrence = body["facts"]["activity"], 0
    node = model.nodes.get(element)
    began, due = opened.get((element, occurrence), (None, None))
    if step.type in side_work.ASKED:
        # Asking ends nothing: the step that asks goes on.
        began, due = None, None
    flow = model.flows.get(body.get("outcome", ""))
    real = clock_text.real(step.at, body["facts"])
    return Line(
        seq=step.seq,
        at=step.at,
        type=step.type,
        element=element,
        occurrence=occurrence,
        name=(node.name or node.id) if node else str(body["facts"].get("name", "")),
        sender=str(body["facts"].get("sender", {}).get("code", "")),
        outcome=flow.name if flow else "",
        account=_account(body, "account"),
        behalf=_account(body, "on_behalf_of"),
        position=_position(body, reader.organisation),
        agency=_agency(body, reader.organisation),
        rules=tuple(_rules(step, reader.package)),
        began=began,
        due=due,
        spent=None if began is None else _spent(began, real, reader),
        target=_target(step, model),
        moved=tuple(clock_lines.moves(step, reader.language)),
        basis=str(body["facts"].get("basis", "")) if step.type in _ORDERED else "",
        order=_order(step) if step.type in _ORDERED else "",
        paper=paper_lines.read(step, reader.organisation),
    )


def _spent(began: datetime, real: datetime, reader: Reader) -> int:
    """Working minutes; a sheet tells minutes, so it may lie before the beginning."""
    return remaining(min(began, real), real, reader.calendar)


def _target(step: Step, model: Model) -> str:
    """Name of the step that work was returned to, or that was recalled."""
    target = str(step.body["facts"].get("target", ""))
    node = model.nodes.get(target) if step.type in _SENT_BACK else None
    return (node.name or node.id) if node else ""


def _order(step: Step) -> str:
    facts = step.body["facts"]
    return str(facts.get("order", facts.get("document", "")))


def _answers(
    step: Step, reader: Reader, gone: Mapping[Value, Order]
) -> tuple[Answer, ...]:
    forms, model = reader.package.forms, reader.package.model
    committed = [*step.body.get("commitments", {})]
    if step.type is EventType.CASE_OPENED:
        # Only what was asked; the engine adds its own values, such as the code.
        form = forms.get(model.facts.start_form) or _NOTHING
    elif step.type is EventType.TASK_COMPLETED:
        node = model.nodes[step.body["visit"][0]]
        form = document.beside(forms.get(node.work.form))
    elif step.type is EventType.CASE_REMARKED:
        form = document.remark()
    else:
        form = None
    here = {one.name: order for one, order in gone.items() if one.seq == step.seq}
    told = data_answers(form, step.values, committed, reader.language, here)
    if step.type in EXPLAINED:
        why = _WHY.get(reader.language, _WHY["vi"])
        told = tuple(replace(one, label=why) for one in told)
    if step.type in side_work.EVENTS:
        named = (
            replace(one, label=side_lines.label(one.label, reader.language))
            for one in told
        )
        facts = side_lines.told(step, reader.organisation, reader.language)
        told = (*(Answer(label=label, text=text) for label, text in facts), *named)
    if step.type in clock_lines.LABELLED:
        language = reader.language
        told = tuple(
            replace(one, label=clock_lines.label(one.label, language)) for one in told
        )
        facts = clock_lines.told(step, language)
        told += tuple(Answer(label=label, text=text) for label, text in facts)
    return (*told, *_results(step, reader, here))


def _results(step: Step, reader: Reader, gone: Mapping[str, Order]) -> Iterator[Answer]:
    """Answers of functions and tables that were erased; others are no one's entry."""
    for choice, element, occurrence, value in step.body.get("effect", {}).get(
        "decisions", ()
    ):
        made = Decision(Choice(choice), element, occurrence, value)
        name = record.decision_name(made)
        if made.choice is not Choice.ANSWER or name in step.values:
            continue
        if name in step.body.get("commitments", {}):
            node = reader.package.model.nodes.get(element)
            label = (node.name or node.id) if node else element
            yield Answer(label=label, text="", erased=True, order=gone.get(name))


def _rules(step: Step, package: Package) -> Iterator[library.Matched]:
    """What the act led through: the rules that the record names (semantics, rule 37).

    A rule is found in the version that the case runs on; one whose name was erased
    with the answer is not told.
    """
    for choice, element, occurrence, value in step.body.get("effect", {}).get(
        "decisions", ()
    ):
        if choice != Choice.ANSWER.value or element not in package.model.nodes:
            continue
        made = Decision(Choice.ANSWER, element, occurrence, value)
        answer = step.values.get(record.decision_name(made), value)
        if not isinstance(answer, dict):
            continue
        decision = package.model.nodes[element].decision
        for rule in answer.get("rules", ()):
            found = package.decisions.matched(decision, rule)
            if found is not None:
                yield replace(found, answer=_plain(answer.get("answer")))


def _account(body: Mapping[str, Any], name: str) -> UUID | None:
    account = body["doer"].get(name)
    return UUID(account) if account else None


def _position(body: Mapping[str, Any], organisation: Organisation) -> str:
    position = body["doer"].get("position")
    found = organisation.positions.get(UUID(position)) if position else None
    return found.name if found else ""


def _agency(body: Mapping[str, Any], organisation: Organisation) -> str:
    agency = body["doer"].get("agency")
    found = organisation.agencies.get(UUID(agency)) if agency else None
    if found is None:
        return ""
    # A history shows the name of its day (docs/manual/people.md, rule 9).
    return found.on(iso8601.day(datetime.fromisoformat(body["at"]))).name


def _plain(value: Json) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_plain(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
