"""Evidence of a case for others: the bundle, and the programs that check it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import flask

from engine.domain import clock_text, policy
from engine.errors import NotFoundError
from engine.evidence import record
from engine.queries import CaseItem
from webui import context, dossier, exporting, handouts, uploads, verdicts

blueprint = flask.Blueprint("evidence", __name__)

_BUNDLE = "application/vnd.etsi.asic-e+zip"


@blueprint.get("/ho-so/<uuid:case>/bang-chung")
def show(case: UUID) -> str:
    """What proves the case, and the form that hands it out."""
    item = dossier.find(case, policy.Action.EVIDENCE_EXPORT)
    tenant = context.current_actor().tenant
    log = context.application().log
    heads = [log.newest(tenant, year) for year in log.years(tenant)]
    return flask.render_template(
        "evidence/case.html",
        item=item,
        dossier=_head(item),
        whereabouts="",
        heads=[one for one in heads if one is not None],
        programs=handouts.every(),
        keys=handouts.keys(context.application(), tenant),
        judged=verdicts.of_case(item),
        opens=context.may(policy.Action.VALUES_OPEN, dossier.thing_of(item)),
    )


@dataclass(frozen=True, slots=True)
class _Head:
    """What the head of the page asks; the record itself may be spoiled here."""

    channel: str
    #: When it really came in.
    received: datetime
    #: Told on the other pages of the case: both are read from the whole record.
    portal_late: None = None
    more_time: None = None


def _head(item: CaseItem) -> _Head:
    """How and when the dossier came in, where its first event can still be read."""
    application, tenant = context.application(), context.current_actor().tenant
    with application.store.read(tenant) as uow:
        events = uow.history.read(item.id, item.month)
    try:
        body: Any = record.parse(events[0].body)
        facts = body["facts"]
        received = clock_text.real(item.opened_at, facts)
        return _Head(str(facts["channel"]), received)
    except (LookupError, TypeError, ValueError):
        return _Head("direct", item.opened_at)


@blueprint.post("/ho-so/<uuid:case>/bang-chung")
def export(case: UUID) -> flask.Response:
    """The bundle as a download; that it was handed out is recorded first."""
    item = dossier.find(case, policy.Action.EVIDENCE_EXPORT)
    asked = flask.request.form
    made = exporting.Export(
        app=cast("exporting.Application", context.application()),
        actor=context.current_actor(),
        options=exporting.Options(
            values="without_values" not in asked,
            attachments="attachments" in asked,
        ),
    ).make([item])
    answer = uploads.download(made.name, _BUNDLE, made.content)
    answer.headers["Content-Type"] = _BUNDLE
    return answer


@blueprint.get("/bang-chung/khoa.txt")
def keys() -> flask.Response:
    """The keys that sign the log, as a download; whoever got it compares its hash.

    Raises:
        NotFoundError: The log has no key yet.
    """
    tenant = context.current_actor().tenant
    found = handouts.keys(context.application(), tenant)
    if not found.lines:
        raise NotFoundError
    return uploads.download("khoa-tin-cay.txt", "text/plain", found.content)


@blueprint.get("/bang-chung/verifier.py", defaults={"name": "verifier.py"})
@blueprint.get("/bang-chung/verify.html", defaults={"name": "verify.html"})
def program(name: str) -> flask.Response:
    """A program that checks bundles, as a download."""
    context.current_actor()
    handout = handouts.get(name)
    answer = uploads.download(handout.name, handout.kind, handout.content)
    answer.headers["Content-Type"] = handout.kind
    return answer
