"""Work that goes back: returned by who has it, recalled by who did it."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine.commands.recall_task import RecallTask
from engine.commands.return_task import ReturnTask
from engine.domain.run import Json
from engine.errors import EngineError
from engine.forms import answers
from webui import attempts, desk, i18n, on_paper, submission
from webui.i18n import translate

blueprint = flask.Blueprint("returning", __name__)

_PATH: Final = "/viec/<uuid:case>/<element>/<int:occurrence>"
Page = tuple[str, int] | Response


@blueprint.post(f"{_PATH}/tra-lai")
def give_back(case: UUID, element: str, occurrence: int) -> Page:
    """Return the work to an earlier step; what was typed is kept for the next time."""
    found = desk.read(case, element, occurrence)
    sent = submission.read(found.form, found.dossier.files, files=False)
    request, paper = flask.request.form, found.paper()
    done = paper.refusal or attempts.attempt(
        ReturnTask(
            case=case,
            element=element,
            occurrence=occurrence,
            target=request.get("return-target", ""),
            reason=request.get("return-reason", ""),
            answers=_typed(sent),
            version=request.get("version", type=int),
            paper=paper.act,
        ),
        sent.key,
    )
    if isinstance(done, EngineError):
        return desk.refused(desk.read(case, element, occurrence), sent, done)
    on_paper.attach(found.dossier.item, paper)
    target = found.dossier.package.model.nodes[str(done["target"])]
    flask.flash(
        translate(
            "%(code)s was returned to “%(step)s”.",
            code=found.task.code,
            step=target.name or target.id,
        )
    )
    return flask.redirect(flask.url_for("worklist.show"), 303)


@blueprint.post(f"{_PATH}/thu-hoi")
def recall(case: UUID, element: str, occurrence: int) -> Page:
    """Take back what one has done; the page says why when that is not possible."""
    found = desk.read(case, element, occurrence)
    done = attempts.attempt(
        RecallTask(case=case, element=element, occurrence=occurrence),
        flask.request.form.get("key"),
    )
    if isinstance(done, EngineError):
        return desk.page(found, submission.fresh(found.form, found.known), done)
    flask.flash(translate("“%(step)s” is yours again.", step=found.task.step))
    return flask.redirect(_again(case, element, found), 303)


def _again(case: UUID, element: str, found: desk.Desk) -> str:
    """The page of the step that was opened again."""
    fresh = desk.latest(case, element)
    if fresh is None:
        return flask.url_for("cases.show", case=found.task.case)
    return flask.url_for(
        "tasks.show", case=case, element=element, occurrence=fresh.occurrence
    )


def _typed(sent: submission.Submission) -> Mapping[str, Json]:
    """What can be read of what was typed."""
    given = sent.answers
    own = {key: given[key] for key in sent.form.keys if key in given}
    read = answers.validate(sent.form, own, language=i18n.language()).values
    return {key: value for key, value in read.items() if value not in (None, "", [])}
