"""The Flask application: joins the parts of the web in one place."""

from typing import Final

import flask
import jinja2
from werkzeug.middleware.proxy_fix import ProxyFix

from engine import limits
from webui import (
    accesses,
    accounts,
    aims,
    assets,
    audits,
    behind,
    beside,
    blanks,
    bundles,
    calendars,
    case_lists,
    cases,
    config,
    conformity,
    context,
    counter,
    dossier_pages,
    drafting,
    erased,
    errors,
    evidence,
    exchanges,
    expiry,
    extending,
    filed,
    formats,
    handovers,
    head_requests,
    i18n,
    incidents,
    incoming,
    lookups,
    matrix,
    measures,
    notice_hooks,
    notice_post,
    notice_wording,
    notices,
    orders,
    organisation,
    outages,
    own_account,
    papers,
    personal,
    procedures,
    proving,
    recalling,
    registers,
    remarking,
    reorganising,
    replays,
    reports,
    returning,
    reviews,
    security,
    sessions,
    shell,
    standing,
    supervision,
    supervision_lists,
    supervision_map,
    tasks,
    trials,
    waits,
    worklist,
    worklist_bulk,
    worklist_feed,
    worklist_files,
    worklist_kept,
)
from webui.jobs import pages as jobs

#: What every request passes, in this order: a request is named before it is refused.
PARTS: Final = (
    *(assets, errors, expiry, sessions, security, accounts, own_account),
    *(i18n, formats, shell, standing, erased, counter, head_requests),
)
#: One blueprint a noun.
BLUEPRINTS: Final = (
    shell.blueprint,
    accounts.blueprint,
    own_account.blueprint,
    worklist.blueprint,
    worklist_bulk.blueprint,
    worklist_feed.blueprint,
    worklist_files.blueprint,
    worklist_kept.blueprint,
    tasks.blueprint,
    drafting.blueprint,
    incoming.blueprint,
    filed.blueprint,
    cases.blueprint,
    case_lists.blueprint,
    dossier_pages.blueprint,
    handovers.blueprint,
    lookups.blueprint,
    papers.blueprint,
    blanks.blueprint,
    registers.blueprint,
    replays.blueprint,
    incidents.blueprint,
    orders.blueprint,
    waits.blueprint,
    extending.blueprint,
    beside.blueprint,
    remarking.blueprint,
    returning.blueprint,
    recalling.blueprint,
    evidence.blueprint,
    procedures.blueprint,
    trials.blueprint,
    proving.blueprint,
    exchanges.blueprint,
    organisation.blueprint,
    standing.blueprint,
    outages.blueprint,
    reorganising.blueprint,
    audits.blueprint,
    matrix.blueprint,
    measures.blueprint,
    behind.blueprint,
    reports.blueprint,
    supervision.blueprint,
    supervision_lists.blueprint,
    supervision_map.blueprint,
    aims.blueprint,
    reviews.blueprint,
    conformity.blueprint,
    accesses.blueprint,
    personal.blueprint,
    bundles.blueprint,
    calendars.blueprint,
    jobs.blueprint,
    notices.blueprint,
    notice_post.blueprint,
    notice_hooks.blueprint,
    notice_wording.blueprint,
)
#: A form with attachments; a larger body is refused before it is read.
BODY = limits.ATTACHMENT_BYTES + limits.ANSWERS_BYTES


def create_app(
    application: context.Application, settings: config.Config
) -> flask.Flask:
    """Make the web application of an installation."""
    app = flask.Flask("webui", static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret,
        MAX_CONTENT_LENGTH=BODY,
        MAX_FORM_MEMORY_SIZE=limits.PACKAGE_BYTES,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    context.install(app, application, settings)
    for part in PARTS:
        part.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if settings.proxies:
        trusted = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted
        )
    return app
