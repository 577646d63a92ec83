"""What has stopped: retrying a case, and the state of the background work."""

from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine.commands.retry_incident import RetryIncident
from engine.domain import policy
from webui import context, dossier
from webui.i18n import translate

blueprint = flask.Blueprint("incidents", __name__)


@blueprint.post("/ho-so/<uuid:case>/lam-lai")
def retry(case: UUID) -> Response:
    """Let what stopped a case begin anew."""
    item = dossier.find(case, policy.Action.CASE_RETRY)
    key = flask.request.form.get("key") or None
    context.application().engine.execute(
        RetryIncident(case=item.id), context.current_actor(), key=key
    )
    flask.flash(translate("What had stopped was begun anew. See below how it went."))
    sees = policy.Action.CASE_VIEW
    seen = policy.allowed(context.current_actor(), sees, dossier.thing_of(item))
    page = flask.url_for("incidents.system")
    if seen:
        page = flask.url_for("cases.show", case=case)
    return flask.redirect(page, 303)


@blueprint.get("/he-thong")
def system() -> str:
    """What the background work cannot do by itself."""
    context.demand(policy.Action.SYSTEM_VIEW)
    application, tenant = context.application(), context.current_actor().tenant
    return flask.render_template(
        "system.html", failures=application.wakes.standing(tenant)
    )
