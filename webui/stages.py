"""Where a case is: who has it, what it waits for, the steps so far."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from engine.decisions import library
from engine.domain import clocked, dossier_record, side_work
from engine.domain.clock_state import Cause
from engine.domain.events import EventType
from engine.domain.model import Model, Node, is_work
from engine.domain.run import Visit
from engine.domain.working_time import remaining
from engine.queries import TaskItem
from models_bpmn import outline
from webui import (
    coming,
    context,
    dossier,
    formats,
    i18n,
    on_paper,
    recalling,
    timeline,
    words,
)
from webui.i18n import translate

#: Acts that the steps so far tell; claims and the like stand in the history.
_TOLD = frozenset(
    {
        EventType.CASE_OPENED,
        EventType.TASK_COMPLETED,
        EventType.ACTIVITY_BEGUN,
        EventType.TIMER_FIRED,
        EventType.MESSAGE_RECEIVED,
        EventType.SIGNAL_RECEIVED,
        EventType.PERSONAL_ERASED,
        EventType.HOLD_PLACED,
        EventType.HOLD_LIFTED,
        EventType.TASK_RETURNED,
        EventType.TASK_RECALLED,
        EventType.CASE_STOPPED,
        EventType.CASE_WITHDRAWN,
        EventType.CASE_SUSPENDED,
        EventType.SUSPENSION_ENDED,
        EventType.CASE_TRANSFERRED,
        *clocked.EVENTS,
        *side_work.EVENTS,
        *dossier_record.ACTS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the steps so far, the newest first."""

    at: datetime | None
    #: `is-next`, `is-now`, `is-wait`, or empty for what is done.
    state: str
    what: str
    who: str = ""
    spent: str = ""
    #: Against the time limit.
    note: str = ""
    late: bool = False
    outcome: str = ""
    answers: tuple[timeline.Answer, ...] = ()
    #: The answers are all that it says: they are shown at once.
    shown: bool = False
    #: Rows of decision tables that decided on the way.
    rules: tuple[library.Matched, ...] = ()
    task: TaskItem | None = None
    #: Both times and both people of what was done on paper, and why it was.
    paper: tuple[str, ...] = ()
    #: SHA-256 of the scanned sheet; empty: none.
    scan: str = ""
    #: The visit that the reader has done and may take back.
    recall: Visit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A step of the procedure as ordered text, with what the case did there."""

    step: outline.Step
    #: `is-done`, `is-current`, or empty.
    state: str
    limit: str
    performer: str
    #: What kind of step it is, where nobody works on it.
    kind: str
    #: How often the case came here; 0 where only the procedure is shown.
    visits: int


def entries(of: dossier.Dossier) -> list[Entry]:
    """Next steps, present steps, then everything that happened."""
    present = [*_present(of), *_waits(of), *_outside(of), *_incidents(of)]
    mine = recalling.visits(of)
    done = [_done(of, line, mine) for line in reversed(of.lines) if line.type in _TOLD]
    return [*_coming(of), *present, *done]


def passed(of: dossier.Dossier) -> list[Passed]:
    """The procedure in words, marked by the record."""
    marks = of.marks()
    visits = Counter(task.element for task in of.tasks)
    return [
        _passed(of.package.model, step, marks, visits[step.node])
        for step in outline.outline(of.package.model, i18n.language())
    ]


def unmarked(model: Model) -> list[Passed]:
    """The procedure in words."""
    marks = timeline.Marks((), (), ())
    steps = outline.outline(model, i18n.language())
    return [_passed(model, step, marks, 0) for step in steps]


def _passed(
    model: Model, step: outline.Step, marks: timeline.Marks, visits: int
) -> Passed:
    node = model.nodes[step.node]
    state = "is-done" if step.node in marks.done else ""
    return Passed(
        step=step,
        state="is-current" if step.node in marks.current else state,
        limit=words.limit(node.work.limit),
        performer=node.work.performer or step.lane,
        kind="" if is_work(node) else step.kind,
        visits=visits,
    )


def here(of: dossier.Dossier) -> str:
    """Where the case is, for the identity bar."""
    now = [
        translate("Now at %(step)s · %(who)s", step=task.step, who=_holder(task))
        for task in of.open_tasks
    ]
    waits = (*_waits(of), *_outside(of), *_incidents(of))
    now += [entry.what for entry in waits]
    if of.suspended is not None:
        since = formats.moment(of.suspended)
        now.insert(0, translate("Suspended since %(at)s", at=since))
    return "; ".join(now)


def _present(of: dossier.Dossier) -> list[Entry]:
    calendar, now = context.calendar(), context.now()
    found = []
    for task in reversed(of.open_tasks):
        minutes = remaining(task.opened_at, now, calendar)
        left = task.due_at and formats.left(now, task.due_at, calendar)
        found.append(
            Entry(
                at=task.opened_at,
                state="is-now",
                what=task.step,
                who=_holder(task),
                spent=translate(
                    "so far %(span)s", span=formats.words(max(minutes, 0), calendar)
                ),
                note=left.words if left else "",
                late=bool(left and left.tone == "late"),
                task=task,
            )
        )
    return found


def _holder(task: TaskItem) -> str:
    who = task.assignee_name or translate("not taken yet: %(who)s", who=task.performer)
    agency = context.agency_name(task.agency)
    return f"{who}, {agency}" if agency else who


def _waits(of: dossier.Dossier) -> list[Entry]:
    nodes = of.package.model.nodes
    found = []
    for wait in of.waits():
        node = nodes[wait.element]
        if wait.kind == "timer":
            who = translate("until %(at)s", at=formats.moment(wait.due))
        else:
            who = node.event.partner or (node.lanes[-1] if node.lanes else "")
        found.append(
            Entry(
                at=dossier.since(of.steps, wait.element, wait.occurrence),
                state="is-wait",
                what=translate("Waits: %(what)s", what=_called(node, wait.name)),
                who=who,
            )
        )
    return found


def _outside(of: dossier.Dossier) -> list[Entry]:
    """What acts let the case wait for."""
    waits = () if of.clock is None else of.clock.open_waits
    return [
        Entry(
            at=one.began,
            state="is-wait",
            what=translate(words.CAUSE[one.cause]),
            note=translate(words.WAITS[one.policy]),
        )
        for one in waits
        if one.cause is not Cause.SUSPENSION and not one.key.startswith("at:")
    ]


def _called(node: Node, message: str) -> str:
    return node.name or message or node.id


def _incidents(of: dossier.Dossier) -> list[Entry]:
    nodes = of.package.model.nodes
    halted = Entry(
        at=of.steps[-1].at,
        state="is-wait",
        what=translate("Stopped: the case goes round and does not come to rest"),
        who=translate(
            "It repeated its automatic steps %(n)s times. Tell the designer of the"
            " procedure; somebody who supervises may let it go on.",
            n=of.steps[-1].body["facts"].get("steps", ""),
        )
        if of.halted
        else "",
        late=True,
    )
    return [halted] * of.halted + [
        Entry(
            at=None,
            state="is-wait",
            what=translate(
                "Stopped: %(what)s", what=nodes[one.element].name or one.element
            ),
            who=one.message,
            late=True,
        )
        for one in of.picture.incidents
    ]


def _coming(of: dossier.Dossier) -> list[Entry]:
    """The steps that may follow the present ones."""
    model, present = of.package.model, of.marks().current
    following: dict[str, coming.Way] = {}
    for element in present:
        for way in coming.ways(model, element, i18n.language()):
            if way.step:
                following.setdefault(way.step, way)
    names = {model.nodes[element].name for element in present}
    shown = [way for name, way in following.items() if name not in names]
    if not shown:
        return []
    either = translate("or")
    performers = dict.fromkeys(way.performer for way in shown if way.performer)
    return [
        Entry(
            at=None,
            state="is-next",
            what=f" {either} ".join(way.step for way in shown),
            who="; ".join(performers),
            spent=shown[0].limit if len(shown) == 1 else "",
        )
    ]


def _spent(minutes: int) -> str:
    if not minutes:
        return translate("under a minute of working time")
    return formats.words(minutes, context.calendar())


def _what(line: timeline.Line) -> str:
    if line.type is EventType.ACTIVITY_BEGUN:
        return translate("Begun: %(step)s", step=line.name)
    if line.type in side_work.EVENTS:
        return f"{translate(words.EVENT[line.type])}: {line.name}"
    if line.target:
        return f"{translate(words.EVENT[line.type])}: {line.target}"
    if line.order:
        ordered = "; ".join(filter(None, (line.basis, line.order)))
        return f"{translate(words.EVENT[line.type])}: {ordered}"
    return line.name if line.element else translate(words.EVENT[line.type])


def _named(of: dossier.Dossier, line: timeline.Line) -> str:
    """Who did it; who stood in, and for whom."""
    name = of.names.get(line.account, "") if line.account else ""
    whom = of.names.get(line.behalf, "") if line.behalf else ""
    if not whom:
        return name
    return translate("%(name)s for %(whom)s", name=name, whom=whom)


def _done(of: dossier.Dossier, line: timeline.Line, mine: Collection[Visit]) -> Entry:
    visit = Visit(line.element, line.occurrence)
    recall = line.type is EventType.TASK_COMPLETED and visit in mine
    who = ", ".join(
        filter(None, (_named(of, line), line.position, line.agency))
        if line.account
        else ()
    )
    spent = note = ""
    if line.spent is not None:
        spent = _spent(line.spent)
        if line.due is not None:
            late, kept = translate("after the due time"), translate("in time")
            note = late if line.late else kept
    note = "; ".join(filter(None, (note, *line.moved)))
    return Entry(
        at=line.at,
        state="",
        what=_what(line),
        who=who,
        spent=spent,
        note=note,
        late=line.late,
        outcome=line.outcome,
        answers=line.answers,
        shown=line.type is EventType.CASE_REMARKED,
        rules=line.rules,
        paper=tuple(on_paper.sentences(line, of.names)),
        scan=line.paper.scan if line.paper else "",
        recall=visit if recall else None,
    )
