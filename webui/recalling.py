"""What its doer may take back now: for the links that lead there.

The page of a step that is done says more, and the command decides
(`engine.commands.recall_task`): here nothing is played again, so that every page of a
case can ask.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

import flask

from engine.domain import policy
from engine.domain.case import ACTIVE, TaskStatus
from engine.domain.events import EventType
from engine.domain.run import Status, Visit
from engine.evidence import retrace
from engine.queries import TaskItem
from webui import context, dossier, worklist

#: Where the page of a step offers it.
ANCHOR: Final = "thu-hoi"
#: Sessions keep a message as two texts: this tone carries where its link leads.
_TONE: Final = "recall:"
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
        and _untouched(of, step)
    )


def flash(said: str, of: dossier.Dossier, task: TaskItem) -> None:
    """Say once that a step is done, with a link to where it is taken back."""
    if Visit(task.element, task.occurrence) not in visits(of):
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


def _untouched(of: dossier.Dossier, step: retrace.Step) -> bool:
    """Whether what it opened waits as it was opened, and nothing has left the case."""
    effect: Mapping[str, Any] = step.body["effect"]
    if effect["thrown"] or effect["more"]:
        return False
    opened = {(one[0], one[1]) for one in effect["opened"]}
    free = {
        (one.element, one.occurrence)
        for one in of.tasks
        if one.status in ACTIVE and one.status is not TaskStatus.CLAIMED
    }
    return opened <= free if opened else _waits(of, effect["decisions"])


def _waits(of: dossier.Dossier, decisions: Collection[Any]) -> bool:
    """Whether the case waits at what an act led to."""
    reached = {(one[1], one[2]) for one in decisions}
    return any((one.element, one.occurrence) in reached for one in of.picture.waiting)
