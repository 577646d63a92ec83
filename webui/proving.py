"""“Kiểm chứng”: the state of the log, and what the last check of everything found."""

from collections.abc import Mapping
from typing import Any, Final

import flask

from engine.domain import policy
from engine.errors import NotFoundError
from engine.evidence import sequencer
from engine.evidence.sequencer import Signed
from webui import context, daily_check, i18n, sequencing

blueprint = flask.Blueprint("proving", __name__)

#: The parts of the check, as people read them.
LAYERS: Final = {
    "log": "Every event has its place in the log",
    "chains": "The events of each stream are unbroken",
    "heads": "No end of a case was cut off",
    "checkpoints": "The log is the one that was signed",
    "signatures": "The signatures are those of announced keys",
    "days": "The sealed days agree, and no dossier number is missing",
    "records": "What stands beside the events is what they say",
    "versions": "The procedures are those that were approved",
    "waiting": "Nothing waits too long for its place",
    "signer": "The signer remembers the same log",
    "guards": "The database protects the history",
    "stamps": "The time stamps are right",
}
RESULTS: Final = {
    "PASS": ("Passes", "good"),
    "FAIL": ("Fails", "late"),
    "NOT CHECKED": ("Not checked", "wait"),
}


@blueprint.get("/kiem-chung")
def show() -> str:
    """Whether the record is whole, since when, and which head is signed."""
    context.demand(policy.Action.LOG_VIEW)
    application, tenant = context.application(), context.current_actor().tenant
    lag = application.log.lag(tenant)
    waited = 0.0 if lag.since is None else (context.now() - lag.since).total_seconds()
    return flask.render_template(
        "evidence/log.html",
        log=sequencing.log_name(tenant),
        heads=[_head(one) for one in application.log.years(tenant)],
        lag=lag,
        late=waited > sequencer.LATE,
        check=_checked(),
        layers=LAYERS,
        results=RESULTS,
    )


@blueprint.get("/kiem-chung/dau-nhat-ky/<int:year>")
def head(year: int) -> flask.Response:
    """The newest signed head of a log, for whoever keeps it elsewhere.

    Raises:
        NotFoundError: None is signed.
    """
    context.demand(policy.Action.LOG_VIEW)
    tenant = context.current_actor().tenant
    signed = context.application().log.newest(tenant, year)
    if signed is None:
        raise NotFoundError
    answer = flask.Response(signed.note, mimetype="text/plain")
    name = f"dau-nhat-ky-{year}-{signed.size}.txt"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _head(year: int) -> tuple[int, int, Signed | None]:
    """A year, the size of its log, and its newest signed head."""
    log, tenant = context.application().log, context.current_actor().tenant
    return year, log.head(tenant, year).size, log.newest(tenant, year)


def _checked() -> Mapping[str, Any] | None:
    """The last check, in the language of the reader."""
    tenant = context.current_actor().tenant
    found = daily_check.Results(context.settings().data).read(tenant)
    if found is None:
        return None
    message = f"message_{i18n.language()}"
    told = [{**one, "message": one[message]} for one in found["layers"]]
    first = found["first"] and found["first"][message]
    return {**found, "layers": told, "first": first}
