"""Drafts of the work on a task: kept every few seconds, or when somebody asks.

A page tells the revision that it began from. When another page has saved since, that
text stays, the older page's is kept beside it, and somebody chooses between the two.
"""

from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine import limits, unsent
from engine.domain import policy
from engine.errors import NotAllowedError, NotReadyError, TooLargeError
from webui import context, desk, formats, shell, submission
from webui.i18n import translate

blueprint = flask.Blueprint("drafting", __name__)

_PATH = "/viec/<uuid:case>/<element>/<int:occurrence>/nhap"


@blueprint.post(_PATH)
def save(case: UUID, element: str, occurrence: int) -> Response:
    """Keep what stands in the form; a script gets JSON, a person the page again."""
    found = _mine(case, element, occurrence)
    sent = submission.read(found.form, found.dossier.files, case)
    sheet = found.paper().onto(sent.sheet)
    draft = keep(found, sheet)
    said = state(draft, sheet)
    if flask.request.accept_mimetypes.best == "application/json":
        kept = draft.sheet is not None and draft.sheet.content == sheet.content
        return flask.jsonify(revision=draft.revision, said=said, kept=kept)
    for error in sent.uploads.errors:
        flask.flash(error.message, "late")
    flask.flash(said)
    return flask.redirect(_page(case, element, occurrence), 303)


@blueprint.post(f"{_PATH}/chon")
def choose(case: UUID, element: str, occurrence: int) -> Response:
    """Take the text of the other page, or forget it."""
    found = _mine(case, element, occurrence)
    aside = flask.request.form.get("aside") == "1"
    context.application().drafts.choose(
        context.current_actor().account, case, found.visit, aside=aside
    )
    return flask.redirect(_page(case, element, occurrence), 303)


def keep(found: desk.Desk, sheet: unsent.Sheet) -> unsent.Draft:
    """Keep a sheet as the draft of whoever asks.

    Raises:
        TooLargeError: It holds more than a form takes.
    """
    texts = (text for texts in sheet.typed.values() for text in texts)
    if sum(len(text.encode()) for text in texts) > limits.ANSWERS_BYTES:
        raise TooLargeError(limit=limits.ANSWERS_BYTES)
    return context.application().drafts.write(
        context.current_actor().account,
        found.task.case,
        found.visit,
        sheet,
        base(),
    )


def base() -> int:
    """The revision that the page began from."""
    return flask.request.form.get("draft", 0, type=int)


def state(draft: unsent.Draft, sheet: unsent.Sheet | None = None) -> str:
    """What is said of a draft beside the buttons."""
    if sheet is not None and draft.sheet != sheet and draft.aside is not None:
        return translate(
            "Another window saved a newer draft at %(at)s. Yours is kept beside it:"
            " open the task again to choose.",
            at=formats.clock(draft.saved_at),
        )
    return desk.saved(draft.saved_at)


def _mine(case: UUID, element: str, occurrence: int) -> desk.Desk:
    """Work that the reader may do, so that what is typed for it is of use.

    Raises:
        NotReadyError: It is done or not needed any more.
        NotAllowedError: Somebody else does it.
    """
    found = desk.read(case, element, occurrence)
    if not found.active:
        raise NotReadyError(element=element, status=found.task.status.value)
    if not found.may(policy.Action.TASK_COMPLETE):
        raise NotAllowedError(code="claimed-by-other")
    return found


def _page(case: UUID, element: str, occurrence: int) -> str:
    here = flask.url_for(
        "tasks.show", case=case, element=element, occurrence=occurrence
    )
    return shell.local(here)
