"""A session that ended while somebody typed: what was typed comes back to that person.

A form carries, signed, for whom it was made and what it is about. When the session is
over, or is another one by now, the form is not acted on, since its token against forged
requests proves nothing any more; what was typed is kept as the draft of the person whom
the form was made for, and nobody else ever sees it. Signing in leads back to the form.
A new password makes old forms worthless, as it does old sessions.
"""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

import flask
import flask_security
import flask_wtf.csrf
import itsdangerous
from flask.sansio.app import App
from werkzeug.wrappers import Response

from engine import limits, unsent
from engine.domain import policy
from engine.domain.organisation import Account, Actor
from engine.domain.run import Visit
from webui import context, errors, fields, uploads
from webui.i18n import translate

_SALT: Final = "quytrinh.form"
_LIFE: Final = timedelta(seconds=limits.SESSION_LIFETIME)
#: Forms about a task, by their endpoints.
_ABOUT: Final = frozenset({"tasks.complete", "drafting.save", "returning.give_back"})


@dataclass(frozen=True, slots=True)
class _Made:
    """For whom a form was made, and about which work."""

    account: Account
    case: UUID
    visit: Visit


def install(app: App) -> None:
    """Catch forms whose session is over, before they are refused as forged."""
    app.register_error_handler(flask_wtf.csrf.CSRFError, _late)
    app.jinja_env.globals["form_of"] = form_of


def form_of(case: UUID, element: str, occurrence: int) -> str:
    """For whom and what a form is made: the value of its hidden input `made`."""
    user = flask_security.current_user
    return str(_signer().dumps([user.fs_uniquifier, case.hex, element, occurrence]))


def _late(error: flask_wtf.csrf.CSRFError) -> Response:
    made = _made()
    draft = None if made is None else _keep(made)
    if made is None or draft is None:
        return errors.forged(error)
    if flask.request.accept_mimetypes.best == "application/json":
        said = translate("Your session has ended. What you typed is kept.")
        answer = flask.jsonify(revision=draft.revision, said=said, kept=True)
        answer.status_code = HTTPStatus.UNAUTHORIZED
        return answer
    page = flask.url_for(
        "tasks.show",
        case=made.case,
        element=made.visit.element,
        occurrence=made.visit.occurrence,
    )
    user = flask_security.current_user
    if not user.is_authenticated:
        flask.flash(
            translate(
                "Your session has ended. What you typed is kept: sign in again as"
                " %(who)s and it stands in the form.",
                who=made.account.name,
            )
        )
        return flask.redirect(flask.url_for("accounts.sign_in", next=page), 303)
    if user.account.id != made.account.id:
        return errors.forged(error)
    flask.flash(
        translate("You have signed in since. What you typed is kept: send it again.")
    )
    return flask.redirect(page, 303)


def _made() -> _Made | None:
    """What the form says of itself; None when it is not ours, or about other work."""
    request = flask.request
    # A form from elsewhere was refused before; who is told so by no browser is, too.
    if request.endpoint not in _ABOUT or not flask.g.get("same_origin"):
        return None
    try:
        told = _signer().loads(
            request.form.get("made", ""), max_age=int(_LIFE.total_seconds())
        )
    except itsdangerous.BadSignature:
        return None
    uniquifier, case, element, occurrence = told
    here = request.view_args or {}
    about = {"case": UUID(case), "element": element, "occurrence": occurrence}
    found = context.application().sign_in.by_uniquifier(context.tenant(), uniquifier)
    if found is None or here != about:
        return None
    return _Made(found.account, UUID(case), Visit(element, occurrence))


def _keep(made: _Made) -> unsent.Draft | None:
    """Keep what was typed as a draft, if its person may still do the work."""
    request, account = flask.request, made.account
    typed = fields.sent(request.form)
    size = sum(len(text.encode()) for texts in typed.values() for text in texts)
    if size > limits.ANSWERS_BYTES or not _may(made):
        return None
    sheet = unsent.Sheet(typed=typed, files=_files(made), saved_at=context.now())
    base = request.form.get("draft", 0, type=int)
    drafts = context.application().drafts
    return drafts.write(account, made.case, made.visit, sheet, base)


def _files(made: _Made) -> dict[str, list[unsent.File]]:
    """Files that were uploaded before, and those that came with this very form."""
    request, account = flask.request, made.account
    found: dict[str, list[unsent.File]] = {}
    for name in request.form:
        if name.startswith(uploads.TOKEN):
            kept = uploads.opened(request.form.getlist(name), account)
            found[name.removeprefix(uploads.TOKEN)] = [one.file for one in kept]
    for name, sent in request.files.items(multi=True):
        if not sent.filename or not name.startswith(fields.PREFIX):
            continue
        content = sent.stream.read(limits.ATTACHMENT_BYTES + 1)
        try:
            one = uploads.keep(sent.filename, content, account, made.case)
        except uploads.UploadRefusedError:
            continue
        found.setdefault(name.removeprefix(fields.PREFIX), []).append(one.file)
    return found


def _may(made: _Made) -> bool:
    application, today = context.application(), context.today()
    if not made.account.active or today > made.account.valid_to:
        return False
    actor: Actor = application.directory.actor(made.account, today)
    about = (made.case, made.visit.element, made.visit.occurrence)
    task = application.queries.task(actor, *about)
    if task is None:
        return False
    thing = policy.Thing(
        tenant=actor.tenant,
        agencies=task.agencies.all(),
        procedure=task.procedure_id,
        performer=task.performer,
        agency=task.agency,
        assignee=task.assignee,
    )
    return policy.allowed(actor, policy.Action.TASK_COMPLETE, thing)


def _signer() -> itsdangerous.URLSafeTimedSerializer:
    return itsdangerous.URLSafeTimedSerializer(context.settings().secret, _SALT)
