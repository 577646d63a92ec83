"""The Flask application: joins the parts of the web in one place."""

import importlib
import importlib.util

import flask
import jinja2
from werkzeug.middleware.proxy_fix import ProxyFix

from engine import limits
from webui import (
    accounts,
    assets,
    config,
    context,
    errors,
    formats,
    i18n,
    security,
    sessions,
    shell,
)

#: Modules that carry a `blueprint`.
BLUEPRINTS = (
    "webui.shell",
    "webui.accounts",
    "webui.worklist",
    "webui.tasks",
    "webui.cases",
    "webui.procedures",
    "webui.exchanges",
    "webui.organisation",
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
    for part in (assets, errors, security, sessions, accounts, i18n, formats, shell):
        part.install(app)
    for name in BLUEPRINTS:
        if importlib.util.find_spec(name):
            app.register_blueprint(importlib.import_module(name).blueprint)
    if settings.proxies:
        trusted = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted
        )
    return app
