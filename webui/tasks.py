"""Work: look at it, take it, give it back, do it."""

from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine.commands.begin_activity import BeginActivity
from engine.commands.claim_task import ClaimTask
from engine.commands.complete_task import CompleteTask
from engine.commands.release_task import ReleaseTask
from engine.domain import comments, side_work
from engine.domain.case import ACTIVE, TaskStatus
from engine.domain.run import Status
from engine.errors import EngineError
from engine.queries import TaskItem, WorkFilter
from webui import (
    attempts,
    confirming,
    context,
    desk,
    dossier,
    i18n,
    mentioning,
    on_paper,
    recalling,
    shell,
    submission,
    uploads,
    worklist,
)
from webui.i18n import translate

blueprint = flask.Blueprint("tasks", __name__)
blueprint.record_once(lambda state: uploads.install(state.app))

_PATH = "/viec/<uuid:case>/<element>/<int:occurrence>"
Page = tuple[str, int] | Response


@blueprint.get(_PATH)
def show(case: UUID, element: str, occurrence: int) -> Page:
    """The task page."""
    if side_work.is_side(element):
        there = flask.url_for("beside.answer", case=case, element=element)
        return flask.redirect(there, 303)
    found = desk.read(case, element, occurrence)
    return desk.page(found, found.fresh)


@blueprint.post(_PATH)
def complete(case: UUID, element: str, occurrence: int) -> Page:
    """Finish the work; a refusal shows the page again with everything typed."""
    found = desk.read(case, element, occurrence)
    mine = found.in_my_position
    sent = submission.read(found.form, found.dossier.files, case, files=mine)
    paper = found.paper()
    asked = confirming.page(found, sent)
    if asked is not None:
        return asked
    done = paper.refusal or sent.send(
        CompleteTask(
            case=case,
            element=element,
            occurrence=occurrence,
            answers=sent.answers,
            outcome=sent.outcome,
            comment=sent.comment,
            enclosed=sent.enclosed,
            language=i18n.language(),
            paper=paper.act,
        )
    )
    if isinstance(done, EngineError):
        return desk.refused(desk.read(case, element, occurrence), sent, done)
    uploads.attach(found.dossier.item, sent.uploads)
    on_paper.attach(found.dossier.item, paper)
    context.application().drafts.done(context.tenant(), case, found.visit)
    mentioning.warn(case, _words(found, sent))
    return flask.redirect(_onwards(found), 303)


@blueprint.post(f"{_PATH}/bat-dau")
def begin(case: UUID, element: str, occurrence: int) -> Page:
    """Begin an activity inside ad-hoc work; a refusal shows the page with why."""
    activity = flask.request.form.get("activity", "")
    begun = attempts.attempt(
        BeginActivity(
            case=case, element=element, occurrence=occurrence, activity=activity
        ),
        flask.request.form.get("key"),
    )
    found = desk.read(case, element, occurrence)
    if isinstance(begun, EngineError):
        return desk.page(found, found.fresh, begun)
    name = found.dossier.package.model.nodes[activity].name or activity
    flask.flash(translate("Begun: %(step)s", step=name))
    return flask.redirect(_back(case, element, occurrence), 303)


@blueprint.post(f"{_PATH}/nhan")
def claim(case: UUID, element: str, occurrence: int) -> Page:
    """Take the work; in a list the row alone changes."""
    taken = attempts.attempt(
        ClaimTask(case=case, element=element, occurrence=occurrence)
    )
    refusal = taken if isinstance(taken, EngineError) else None
    if "HX-Request" in flask.request.headers:
        return _row(case, element, occurrence, refusal)
    if refusal is not None:
        raise refusal
    flask.flash(translate("You have taken the task."))
    return flask.redirect(_back(case, element, occurrence), 303)


@blueprint.post(f"{_PATH}/tra")
def release(case: UUID, element: str, occurrence: int) -> Response:
    """Give the work back to everybody in the position."""
    command = ReleaseTask(case=case, element=element, occurrence=occurrence)
    context.application().engine.execute(command, context.current_actor())
    flask.flash(translate("The task is open to everybody in the position again."))
    return flask.redirect(_back(case, element, occurrence), 303)


def _row(
    case: UUID, element: str, occurrence: int, refusal: EngineError | None
) -> tuple[str, int]:
    found = desk.read(case, element, occurrence)
    said = "" if refusal is None else desk.why(found, refusal)
    text = flask.render_template(
        "worklist/row.html", row=worklist.row_of(found.task, said)
    )
    return text, 200


def _back(case: UUID, element: str, occurrence: int) -> str:
    here = flask.url_for(
        "tasks.show", case=case, element=element, occurrence=occurrence
    )
    return shell.local(flask.request.form.get("next", here))


def _words(found: desk.Desk, sent: submission.Submission) -> str:
    """What was said beside the answers, or instead of them."""
    if found.node.work.form:
        return sent.comment
    return str(sent.answers.get(comments.ALONE) or "")


def _onwards(found: desk.Desk) -> str:
    """To the next task for the same person in this case, else in the worklist."""
    actor, queries = context.current_actor(), context.application().queries
    item = queries.case(actor, str(found.task.case)) or found.dossier.item
    tasks = queries.case_tasks(actor, item.id)
    said = _said(found, tasks, ended=item.status is Status.COMPLETED)
    recalling.flash(said, item, tasks, found.task)
    # What the reader holds elsewhere, then what waits for the reader's positions: each
    # the earliest due first.
    held = queries.work(actor, WorkFilter(mine=True, limit=1))
    free = held or queries.work(actor, WorkFilter(limit=1))
    for task in (*dossier.mine(actor, tasks), *free):
        flask.flash(_next(task))
        return flask.url_for("tasks.show", **worklist.row_of(task).address)
    return flask.url_for("worklist.show")


def _next(task: TaskItem) -> str:
    if task.status is TaskStatus.CLAIMED:
        return translate("Done. The next task: %(step)s, %(code)s", **_named(task))
    return translate(
        "Done. The next task of your position, not taken yet: %(step)s, %(code)s",
        **_named(task),
    )


def _named(task: TaskItem) -> dict[str, str]:
    return {"step": task.step, "code": task.code}


def _said(found: desk.Desk, tasks: tuple[TaskItem, ...], *, ended: bool) -> str:
    """What happened and what comes next."""
    done = translate(
        "%(code)s: “%(step)s” is done.", code=found.task.code, step=found.task.step
    )
    waiting = ", ".join(
        f"{task.step} ({task.assignee_name or task.performer})"
        for task in tasks
        if task.status in ACTIVE
    )
    if ended:
        then = translate("The case is finished.")
    elif waiting:
        then = translate("Next: %(steps)s.", steps=waiting)
    else:
        then = translate("The case now waits for something from outside.")
    return f"{done} {then}"
