"""The worklist: what is late, what comes next, how much there is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import flask

from engine import limits
from engine.domain import policy, side_work, urgency
from engine.domain.case import TaskStatus
from engine.domain.events import EventType
from engine.domain.urgency import Edges, Urgency
from engine.evidence import retrace
from engine.queries import Facets, Line, Part, TaskItem
from webui import context, erased, formats, words, worklist_asking, worklist_kept
from webui.i18n import translate
from webui.worklist_asking import WHY, Asked, Cursor

blueprint = flask.Blueprint("worklist", __name__)
blueprint.record_once(lambda state: words.install(state.app))

#: Urgency -> the tone of its tag.
TONES: Final[Mapping[Urgency, str]] = {
    Urgency.SERIOUS: "late",
    Urgency.LATE: "late",
    Urgency.SOON: "soon",
    Urgency.LATER: "",
    Urgency.PAUSED: "calm",
    Urgency.NONE: "calm",
}


_TAKING: Final = frozenset({EventType.TASK_CLAIMED, EventType.TASK_REASSIGNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: a piece of work, and what the reader may do with it."""

    task: TaskItem
    urgency: Urgency
    left: formats.Left | None
    mine: bool
    claimable: bool
    #: Why taking it failed just now.
    refusal: str = ""

    @property
    def words(self) -> str:
        """The time left; that it is working time stands above the column."""
        if self.urgency is Urgency.PAUSED and self.task.waiting:
            return translate(words.CAUSE[self.task.waiting[0]])
        if self.left is None:
            return translate("no due date")
        span = formats.words(abs(self.left.minutes), context.calendar())
        if self.urgency in (Urgency.SERIOUS, Urgency.LATE):
            return translate("Overdue by %(span)s", span=span)
        return translate("%(span)s left", span=span)

    @property
    def tone(self) -> str:
        """The tone of its tag."""
        return TONES[self.urgency]

    @property
    def key(self) -> str:
        """What names it among the rows that are chosen."""
        return f"{self.task.case}/{self.task.element}/{self.task.occurrence}"

    @property
    def address(self) -> dict[str, Any]:
        """Where it is, for `url_for`."""
        task = self.task
        return {
            "case": task.case,
            "element": task.element,
            "occurrence": task.occurrence,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows of the same urgency."""

    #: `late`, `soon`, `calm` or nothing, as the tags of its rows.
    tone: str
    name: str
    rows: tuple[Row, ...]
    #: How many there are on all pages.
    count: int
    #: Why they have no due date, where the name does not say so.
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A list as it was read."""

    asked: Asked
    at: Edges
    facets: Facets
    lines: tuple[Line, ...]
    #: Whether rows follow, and whether some come before.
    more: bool
    earlier: bool

    def forth(self) -> str:
        """The address of the next page."""
        cursor = Cursor(at=self.at.now, place=self.lines[-1].place)
        return self.asked.address(sau=cursor.text())

    def back(self) -> str:
        """The address of the page before."""
        cursor = Cursor(at=self.at.now, place=self.lines[0].place)
        return self.asked.address(truoc=cursor.text())


def row_of(task: TaskItem, refusal: str = "", how: Urgency | None = None) -> Row:
    """A piece of work as the reader sees it."""
    actor, now = context.current_actor(), context.now()
    calendar, due = context.calendar(task.agency), task.due_at
    if how is None:
        at = urgency.edges(now, calendar)
        how = urgency.of(task.opened_at, due, at, paused=task.paused)
    return Row(
        task=task,
        urgency=how,
        left=None if due is None else formats.left(now, due, calendar),
        mine=task.assignee == actor.account.id,
        claimable=task.status is TaskStatus.OPEN
        and policy.allowed(actor, policy.Action.TASK_CLAIM, thing_of(task)),
        refusal=refusal,
    )


#: Refusals that mean: somebody else has it.
TAKEN: Final = frozenset({"already-taken", "claimed-by-other"})


def taken(task: TaskItem) -> str:
    """Who else has a piece of work, since when; empty: nobody else has."""
    me = context.current_actor()
    if task.assignee in (None, me.account.id) or task.status is not TaskStatus.CLAIMED:
        return ""
    since = _since(me.tenant, task)
    return translate(
        "%(name)s took this task at %(moment)s.",
        name=task.assignee_name,
        moment=formats.moment(since),
    )


def _since(tenant: UUID, task: TaskItem) -> datetime | None:
    """When the work came to who has it, as the record of the case tells."""
    with context.application().store.read(tenant) as uow:
        case = uow.cases.get(task.case)
        events = uow.history.read(case.id, case.month)
    found = [
        step.at
        for step in retrace.opened(events)
        if step.type in _TAKING
        and step.body["visit"] == [task.element, task.occurrence]
    ]
    return found[-1] if found else None


def thing_of(task: TaskItem) -> policy.Thing:
    """A piece of work as policy asks about it."""
    beside = side_work.is_side(task.element)
    return policy.Thing(
        tenant=context.current_actor().tenant,
        agencies=task.agencies.all(),
        procedure=task.procedure_id,
        performer=task.performer,
        agency=task.agency,
        assignee=task.assignee,
        asked=frozenset({(task.performer, task.agency)} if beside else ()),
    )


def read(asked: Asked) -> Read:
    """Read a page of a list and its counts, in two statements."""
    lists, actor = context.application().worklists, context.current_actor()
    here = asked.after or asked.before
    # The pages of a list are those of one moment: rows that become overdue meanwhile
    # are neither shown twice nor left out.
    now = min(here.at, context.now()) if here else context.now()
    at = context.edges(now)
    chosen = asked.choice()
    part = Part(
        after=asked.after.place if asked.after else None,
        before=asked.before.place if asked.before and not asked.after else None,
        limit=limits.WORKLIST_PAGE + 1,
    )
    found = lists.page(actor, chosen, at, part)
    over = len(found) > limits.WORKLIST_PAGE
    lines = (
        found[-limits.WORKLIST_PAGE :] if part.before else found[:-1] if over else found
    )
    return Read(
        asked=asked,
        at=at,
        facets=lists.facets(actor, chosen, at),
        lines=lines,
        more=bool(lines) and (over or part.before is not None),
        earlier=bool(lines)
        and (part.after is not None or (over and bool(part.before))),
    )


def grouped(rows: Sequence[Row], facets: Facets) -> Iterator[Group]:
    """The groups that are not empty on this page, the most urgent first."""
    for one, name in worklist_asking.URGENCIES.values():
        of_group = tuple(row for row in rows if row.urgency is one)
        if of_group:
            # The page was read a moment before it was counted.
            count, why = max(facets.urgencies.get(one, 0), len(of_group)), WHY.get(one)
            yield Group(
                tone=TONES[one],
                name=translate(name),
                rows=of_group,
                count=count,
                why=translate(why) if why else "",
            )


@blueprint.get("/viec")
def show() -> str:
    """The work of the reader, by urgency."""
    context.demand(policy.Action.WORKLIST_VIEW)
    actor = context.current_actor()
    asked = worklist_asking.asked(flask.request.args, actor)
    found = read(asked)
    erased.prepare([line.task for line in found.lines])
    rows = [row_of(line.task, how=line.urgency) for line in found.lines]
    return flask.render_template(
        "worklist/list.html",
        asked=asked,
        found=found,
        facets=found.facets,
        urgency=Urgency,
        kept=worklist_kept.shown(),
        groups=list(grouped(rows, found.facets)),
        scopes=scopes(asked, found.facets),
        filters=list(worklist_asking.filters(asked, found.facets)),
    )


def scopes(asked: Asked, facets: Facets) -> list[worklist_asking.Option]:
    """Whose work can be shown, and how much each has."""
    named = worklist_asking.SCOPES
    return [
        worklist_asking.Option(
            value=key,
            label=translate(named[key][1]),
            count=facets.scopes.get(named[key][0], 0),
            chosen=key == asked.scope,
        )
        for key in worklist_asking.scopes_of(context.current_actor())
    ]
