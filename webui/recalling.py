"""What its doer may take back now: for the links that lead there.

The page of a step that is done says more, and the command decides
(`engine.commands.recall_task`): here nothing is played again, so that every page of a
case can ask.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import flask

from engine.domain import policy
from engine.domain.case import ACTIVE, TaskStatus
from engine.domain.events import EventType
from engine.domain.run import Status, Visit, Wait
from engine.evidence import retrace
from engine.queries import CaseItem, TaskItem
from webui import context, dossier, worklist

#: Where the page of a step offers it.
ANCHOR: Final = "thu-hoi"
#: Sessions keep a message as two texts: this tone carries where its link leads.
_TONE: Final = "recall:"
#: What a case waits for besides people, asked only when it matters.
_Waiting = Callable[[], Collection[Wait]]
blueprint = flask.Blueprint("recalling", __name__)


def visits(of: dossier.Dossier) -> frozenset[Visit]:
    """The steps that the reader has done and nobody has gone on with."""
    if of.item.status is Status.COMPLETED or of.suspended is not None:
        return frozenset()
    mine = {Visit(one.element, one.occurrence) for one in of.tasks if _mine(one)}
    return frozenset(
        visit
        for step in of.steps
        if step.type is EventType.TASK_COMPLETED
        and (visit := Visit(*step.body["visit"])) in mine
        and _untouched(step, of.tasks, lambda: of.picture.waiting)
    )


def flash(
    said: str, item: CaseItem, tasks: Collection[TaskItem], task: TaskItem
) -> None:
    """Say once that a step is done, with a link to where it is taken back."""
    if not _just_done(item, tasks, Visit(task.element, task.occurrence)):
        flask.flash(said)
        return
    where = flask.url_for(
        "tasks.show",
        case=task.case,
        element=task.element,
        occurrence=task.occurrence,
        _anchor=ANCHOR,
    )
    flask.flash(said, f"{_TONE}{where}")


def _just_done(item: CaseItem, tasks: Collection[TaskItem], visit: Visit) -> bool:
    """Whether a visit that the reader has just completed could be taken back.

    Whoever goes on to other work does not wait for the case to be followed, but where
    it waits for something else than people.
    """
    if item.status is Status.COMPLETED:
        return False
    mine = (one for one in tasks if Visit(one.element, one.occurrence) == visit)
    if not any(map(_mine, mine)):
        return False
    with context.application().store.read(context.tenant()) as uow:
        steps = retrace.opened(uow.history.read(item.id, item.month))
    return any(
        step.type is EventType.TASK_COMPLETED
        and Visit(*step.body["visit"]) == visit
        and _untouched(step, tasks, lambda: dossier.read(item).picture.waiting)
        for step in steps
    )


@blueprint.app_template_filter("recall_of")
def recall_of(tone: str) -> str:
    """Where what a message tells of is taken back; empty: nowhere."""
    return tone.removeprefix(_TONE) if tone.startswith(_TONE) else ""


def _mine(task: TaskItem) -> bool:
    """Whether the reader has done it, in a position that the reader still holds."""
    actor = context.current_actor()
    done = task.status is TaskStatus.DONE and task.assignee == actor.account.id
    seat = actor.seat_for(task.performer, task.agency, task.procedure_id)
    if not done or seat is None:
        return False
    return context.may(policy.Action.TASK_COMPLETE, worklist.thing_of(task))


def _untouched(
    step: retrace.Step, tasks: Collection[TaskItem], waiting: _Waiting
) -> bool:
    """Whether what it opened waits as it was opened, and nothing has left the case."""
    effect: Mapping[str, Any] = step.body["effect"]
    if effect["thrown"] or effect["more"]:
        return False
    opened = {(one[0], one[1]) for one in effect["opened"]}
    free = {
        (one.element, one.occurrence)
        for one in tasks
        if one.status in ACTIVE and one.status is not TaskStatus.CLAIMED
    }
    if opened:
        return opened <= free
    # It led to where the case waits.
    reached = {(one[1], one[2]) for one in effect["decisions"]}
    return any((one.element, one.occurrence) in reached for one in waiting())
