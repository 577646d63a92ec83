"""“Kiểm chứng”: the state of the log, and what the last check of everything found."""

from collections.abc import Mapping
from typing import Any, Final

import flask
from werkzeug.wrappers import Response

from engine.domain import policy
from engine.domain.events import StreamKind
from engine.domain.run import Json
from engine.errors import NotFoundError
from engine.evidence import promise, sequencer
from engine.evidence.sequencer import Signed
from engine.queries import CaseItem
from webui import (
    accesses,
    context,
    daily_check,
    handouts,
    i18n,
    sequencing,
    signer_state,
)
from webui.i18n import translate

blueprint = flask.Blueprint("proving", __name__)

#: Events that are checked while somebody waits for the page.
AT_ONCE: Final = 50_000
#: The parts of the check, as people read them.
LAYERS: Final = {
    "log": "Every event has its place in the log",
    "chains": "The events of each stream are unbroken",
    "heads": "No end of a case was cut off",
    "checkpoints": "The log is the one that was signed",
    "signatures": "The signatures are those of announced keys",
    "days": "The sealed days agree, and no dossier number is missing",
    "records": "What stands beside the events is what they say",
    "instants": "No event names an instant that the log had passed",
    "versions": "The procedures are those that were approved",
    "organisation": "The organisation stands as its events say",
    "procedures": "The procedures stand as their events say",
    "registers": "The registers stand as the events say",
    "cases": "Every case stands as its events say",
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
    promised = sequencing.promise(application, tenant)
    refused = signer_state.refusal(context.settings().data, tenant)
    return flask.render_template(
        "evidence/log.html",
        refused=signer_state.words(refused) if refused else "",
        log=sequencing.log_name(tenant),
        heads=[_head(one) for one in application.log.years(tenant)],
        lag=lag,
        late=waited > sequencer.LATE,
        unsigned=promised.waits > sequencer.LATE,
        promise=promised,
        promised=promise.SECONDS,
        check=_checked(),
        asked=daily_check.Results(context.settings().data).is_asked(tenant),
        keys=handouts.keys(application, tenant),
        layers=LAYERS,
        results=RESULTS,
    )


@blueprint.post("/kiem-chung/kiem-tra")
def check() -> Response:
    """Check everything now; that somebody had it checked is recorded.

    A large log is checked beside the work of the server, and the page tells when.
    """
    context.demand(policy.Action.LOG_CHECK)
    application, tenant = context.application(), context.current_actor().tenant
    data = context.settings().data
    results = daily_check.Results(data)
    if sum(one.size for one in daily_check.heads(application, tenant)) > AT_ONCE:
        results.ask(tenant)
        accesses.checked({"asked": True})
        flask.flash(translate("The check begins within a minute; look here again."))
    else:
        asked = daily_check.asked(application, tenant, data)
        made = daily_check.check(application, asked)
        results.write(tenant, asked.now, made)
        accesses.checked(_facts(made))
        flask.flash(translate("Everything was checked. The result stands below."))
    return flask.redirect(flask.url_for("proving.show"), 303)


def _facts(made: daily_check.Checked) -> dict[str, Json]:
    """What the record keeps of a check: what was looked at, and what came out."""
    report = made.report
    heads: list[Json] = [[one.year, one.size, one.root] for one in made.covered]
    first = report.first
    wrong = {} if first is None else {"first": f"{first.code} {first.event}".strip()}
    return {"ok": report.ok, "events": report.events, "heads": heads, **wrong}


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
    wrong = found["first"] or {}
    now = sum(one.size for one in daily_check.heads(context.application(), tenant))
    since = now - sum(one.size for one in found["covered"])
    return {
        **found,
        "layers": told,
        "first": wrong.get(message, ""),
        "case": _case(str(wrong.get("event", ""))),
        "since": max(0, since),
    }


def _case(event: str) -> CaseItem | None:
    """The case that an event of a finding belongs to, if the reader may see it."""
    kind, _, rest = event.partition(":")
    if kind != StreamKind.CASE.value or not context.may(policy.Action.CASE_VIEW):
        return None
    ref = rest.partition(" ")[0]
    return context.application().queries.case(context.current_actor(), ref)
