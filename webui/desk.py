"""A task page: one piece of work with everything that helps to do it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from uuid import UUID

import flask

from engine import unsent
from engine.domain import explained, iso8601, policy, returning, working_time
from engine.domain.case import ACTIVE, TaskStatus
from engine.domain.events import EventType
from engine.domain.model import Node, four_eyes_pairs
from engine.domain.run import Json, Status, Visit
from engine.errors import EngineError, NotFoundError
from engine.forms import document
from engine.forms.form import Form
from engine.queries import TaskItem
from webui import (
    accesses,
    adhoc,
    coming,
    consequences,
    context,
    dossier,
    errors,
    filed,
    formats,
    i18n,
    on_paper,
    side_view,
    submission,
    sums,
    timeline,
    worklist,
)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One piece of work on somebody's desk."""

    task: TaskItem
    dossier: dossier.Dossier

    @cached_property
    def node(self) -> Node:
        """The step in the model."""
        return self.dossier.package.model.nodes[self.task.element]

    @cached_property
    def form(self) -> Form:
        """What is asked, a comment and files; a step without a form asks for these."""
        return document.beside(self.dossier.package.forms.get(self.node.work.form))

    @cached_property
    def inside(self) -> adhoc.Inside | None:
        """What stands inside of ad-hoc work; None for an ordinary task."""
        return adhoc.read(self.dossier, self.task)

    @cached_property
    def known(self) -> Mapping[str, Json]:
        """What the case holds, for first values and conditions.

        A comment is one person's about one step: nobody finds another one's in the box.
        """
        if not self.node.work.form:
            return {}
        picture = self.dossier.picture
        return {**picture.data, **picture.locals.get(self.visit, {})}

    @property
    def visit(self) -> Visit:
        """The visit to the step."""
        return Visit(self.task.element, self.task.occurrence)

    @cached_property
    def draft(self) -> unsent.Draft | None:
        """What the reader typed for it before, or answered before it came back."""
        if not self.may(policy.Action.TASK_COMPLETE):
            return None
        drafts, reader = context.application().drafts, context.current_actor().account
        return drafts.find(reader, self.task.case, self.visit)

    def paper(self) -> on_paper.Panel:
        """What is entered as done on paper."""
        hands = on_paper.doers(self.task.performer, self.task.agency)
        draft = self.draft
        if flask.request.method == "GET" and draft is not None and draft.sheet:
            return on_paper.drafted(hands, draft.sheet)
        mine = self.in_my_position
        return on_paper.read(hands, self.dossier.files, self.task.case, files=mine)

    @property
    def aside(self) -> list[tuple[str, str]]:
        """Label and text of what an older page typed beside the draft."""
        if self.draft is None or self.draft.aside is None:
            return []
        return submission.texts(self.form, self.draft.aside)

    @property
    def fresh(self) -> submission.Shown:
        """The form as it opens: as typed before, else with what is known."""
        if self.draft is not None and self.draft.sheet is not None:
            return submission.drafted(self.form, self.known, self.draft.sheet)
        known = {**self.known, **(self.draft.answers if self.draft else {})}
        return submission.fresh(self.form, known, self.dossier.files)

    def since(self, seq: int) -> list[timeline.Line]:
        """What happened in the case after an act that a page has seen."""
        return [line for line in self.dossier.lines if 0 < seq < line.seq]

    def follows(self, outcome: str) -> consequences.Consequences:
        """What completing it sets off that nobody takes back."""
        others = len(self.dossier.open_tasks) + len(self.dossier.waits())
        return consequences.of(
            self.dossier.package.model, self.node, outcome, alone=others == 1
        )

    @cached_property
    def papers(self) -> tuple[filed.File, ...]:
        """The files of the case, the present ones first, with those they replaced."""
        return filed.of_case(self.dossier)

    @cached_property
    def returns(self) -> list[tuple[str, str]]:
        """The steps that it may be returned to: id and name, the last one first."""
        model, done = self.dossier.package.model, self.dossier.tasks
        found = returning.targets(
            model,
            (one.element for one in done if one.status is TaskStatus.DONE),
            self.task.element,
        )
        return [(one, model.nodes[one].name or one) for one in reversed(found)]

    @cached_property
    def sides(self) -> list[side_view.Question]:
        """What was asked beside it, the newest first."""
        step = (self.task.element, self.task.occurrence)
        reader = context.current_actor().account.id
        return side_view.beside(self.dossier, step, reader)

    @property
    def recallable(self) -> bool:
        """Whether the reader has done it, and may ask for it again."""
        mine = self.task.assignee == context.current_actor().account.id
        done = self.task.status is TaskStatus.DONE and mine
        over = self.dossier.item.status is Status.COMPLETED
        return done and not over and self.in_my_position

    @property
    def active(self) -> bool:
        """Whether it still has to be done."""
        return self.task.status in ACTIVE

    @property
    def taken_by_other(self) -> bool:
        """Whether somebody else holds it."""
        mine = context.current_actor().account.id
        return self.task.status is TaskStatus.CLAIMED and self.task.assignee != mine

    def may(self, action: policy.Action) -> bool:
        """Whether the reader may do something with it now."""
        return self.active and context.may(action, worklist.thing_of(self.task))

    @property
    def in_my_position(self) -> bool:
        """Whether it is for a position of the reader, whoever holds it now."""
        work = replace(worklist.thing_of(self.task), assignee=None)
        return context.may(policy.Action.TASK_COMPLETE, work)

    @cached_property
    def partner(self) -> str:
        """The step of its pair that the reader had a hand in; empty: none.

        A help for the eye: what counts is what completing it checks (people.md, 3).
        """
        model = self.dossier.package.model
        pairs = four_eyes_pairs(model).get(self.task.element, ())
        whom = context.current_actor().account.id
        done = (
            line
            for line in self.dossier.lines
            if line.type is EventType.TASK_COMPLETED and line.element in pairs
        )
        for line in done:
            if whom in (line.account, line.behalf, line.paper and line.paper.by):
                return line.name
        return ""

    @property
    def outcomes(self) -> tuple[coming.Outcome, ...]:
        """The choices, the usual one first."""
        return coming.outcomes(self.dossier.package.model, self.node)

    @cached_property
    def ways(self) -> tuple[coming.Way, ...]:
        """What comes next."""
        model = self.dossier.package.model
        return coming.ways(model, self.task.element, i18n.language())

    @cached_property
    def earlier(self) -> tuple[timeline.Line, ...]:
        """What earlier steps brought to light, the newest first."""
        told = (EventType.CASE_OPENED, EventType.TASK_COMPLETED)
        lines = self.dossier.lines
        return tuple(
            line
            for line in reversed(lines)
            if line.type in told and (line.answers or line.rules)
        )

    @cached_property
    def remarks(self) -> tuple[timeline.Line, ...]:
        """What was noted in the case at any time, the newest first."""
        lines = reversed(self.dossier.lines)
        return tuple(one for one in lines if one.type is EventType.CASE_REMARKED)

    @property
    def may_remark(self) -> bool:
        """Whether the reader may note something in the case."""
        thing = dossier.thing_of(self.dossier.item)
        return context.may(policy.Action.CASE_REMARK, thing)

    @cached_property
    def done(self) -> timeline.Line | None:
        """The act that finished it."""
        here = (self.task.element, self.task.occurrence)
        for line in self.dossier.lines:
            acted = line.element, line.occurrence
            if line.type is EventType.TASK_COMPLETED and acted == here:
                return line
        return None

    @property
    def marks(self) -> timeline.Marks:
        """The diagram with this step as the current one."""
        return timeline.marks(self.dossier.steps, [self.task.element])

    @cached_property
    def sum(self) -> list[sums.Entry]:
        """Why it is due when it is due; empty without a limit."""
        limit = self.node.work.limit
        if limit is None:
            return []
        began = self.dossier.began(self.visit) or self.task.opened_at
        due = working_time.add(began, limit, context.calendar(self.task.agency))
        names = (i18n.translate("Step began"), i18n.translate("Task due"))
        first = sums.entries(began, limit, due, names=names)
        here = (self.task.element, self.task.occurrence)
        since = explained.explain(self.dossier.moves, here, self.task.opened_at)
        return first + sums.moved(since, (names[1], self.task.due_at))


def read(case: UUID, element: str, occurrence: int) -> Desk:
    """A piece of work that the reader may see.

    Raises:
        NotFoundError: There is none, or the reader may not know of it.
        NotAllowedError: The reader's role does not open work.
    """
    item = dossier.find(case, policy.Action.TASK_VIEW)
    actor = context.current_actor()
    task = context.application().queries.task(actor, case, element, occurrence)
    if task is None:
        raise NotFoundError(code="no-task")
    accesses.viewed(case)
    return Desk(task=task, dossier=dossier.read(item))


def latest(case: UUID, element: str) -> TaskItem | None:
    """The work of a step that is open now."""
    tasks = context.application().queries.case_tasks(context.current_actor(), case)
    open_ = [one for one in tasks if one.element == element and one.status in ACTIVE]
    return max(open_, key=lambda one: one.occurrence, default=None)


def page(
    desk: Desk, shown: submission.Shown, refusal: EngineError | None = None
) -> tuple[str, int]:
    """The page, fresh or after a refusal."""
    text = flask.render_template(
        "tasks/task.html",
        desk=desk,
        task=desk.task,
        item=desk.dossier.item,
        files=desk.dossier.files,
        shown=shown,
        rows=shown.rows,
        attached=shown.attached,
        failed=refusal is not None,
        refusal="" if refusal is None else why(desk, refusal),
        key=submission.new_key(),
        draft=desk.draft,
        draft_said="" if desk.draft is None else saved(desk.draft.saved_at),
        paper=desk.paper() if desk.may(policy.Action.TASK_COMPLETE) else None,
        seen=desk.dossier.lines[-1].seq,
        since=desk.since(flask.request.form.get("seen", 0, type=int)),
        previews=filed.SHOWN,
    )
    return text, 200 if refusal is None else errors.status_of(refusal)


def saved(at: datetime) -> str:
    """When a draft was saved: the time, with its day unless it is today."""
    today = iso8601.day(at) == context.today()
    when = formats.clock(at) if today else formats.moment(at)
    return i18n.translate("Draft saved at %(at)s", at=when)


def why(desk: Desk, refusal: EngineError) -> str:
    """What a refusal says; where somebody else has the work, who has it since when."""
    taken = worklist.taken(desk.task) if refusal.code in worklist.TAKEN else ""
    return taken or errors.text_of(refusal)


def refused(
    desk: Desk, sent: submission.Submission, why: EngineError
) -> tuple[str, int]:
    """The page after a refusal, with everything that was typed."""
    shown = submission.again(sent, why, desk.known)
    summary = [*desk.paper().summary, *shown.summary]
    return page(desk, replace(shown, summary=summary), why)
