"""How a page asks for a job, and where the job is then found."""

from collections.abc import Mapping
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine.commands.ask_job import AskJob
from engine.domain.run import Json
from webui import context
from webui.jobs.kind import Kind


def ask(kind: Kind, asked: Mapping[str, Json]) -> Response:
    """Ask for a job as whoever is signed in, once for each form; go to its page.

    Raises:
        NotAllowedError: The actor may not ask for this.
        TooLargeError: Too many jobs of the actor are not over.
    """
    context.demand(kind.action)
    done = context.application().engine.execute(
        AskJob(kind=kind.name, asked=asked),
        context.current_actor(),
        key=flask.request.form.get("key") or None,
    )
    return flask.redirect(flask.url_for("jobs.show", job=UUID(str(done["job"]))), 303)
