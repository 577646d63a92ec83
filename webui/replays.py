"""Replay: what happened in a case, moment by moment, over its diagram."""

from uuid import UUID

import flask

from engine import queries
from engine.domain import policy
from engine.errors import NotFoundError
from webui import accesses, besides, context, dossier, replaying

blueprint = flask.Blueprint("replays", __name__)


@blueprint.get("/ho-so/<uuid:case>/phat-lai")
def show(case: UUID) -> str:
    """A case moment by moment; `?buoc=7` shows the seventh without scripts."""
    item = replaying.find(case)
    accesses.viewed(case)
    told = replaying.read(item)
    asked = flask.request.args.get("buoc", 1, type=int)
    return flask.render_template(
        "replays/show.html",
        told=told,
        item=item,
        files=told.files,
        shown=min(max(asked, 1), max(len(told.views), 1)),
        flags=replaying.flag_words(),
    )


@blueprint.get("/ho-so/<uuid:case>/phat-lai.html")
def offline(case: UUID) -> flask.Response:
    """The same as one file for reading without a network."""
    item = dossier.find(case, policy.Action.EVIDENCE_EXPORT)
    accesses.printed(case, "replay")
    told = replaying.read(item)
    if not told.views:
        raise NotFoundError
    page = flask.Response(replaying.render_offline(told), mimetype="text/html")
    page.headers.set(
        "Content-Disposition", "attachment", filename=f"phat-lai-{item.code}.html"
    )
    return page


@blueprint.get("/phat-lai/so-sanh")
def beside() -> str:
    """Two cases of one procedure side by side: `?a=` and `?b=` are their codes."""
    context.demand(policy.Action.HISTORY_VIEW)
    asked = [flask.request.args.get(name, "").strip()[:100] for name in ("a", "b")]
    found = [_named(ref) if ref else None for ref in asked]
    first, second = found
    both = first is not None and second is not None
    alike = (
        first is not None
        and second is not None
        and first.procedure_code == second.procedure_code
    )
    return flask.render_template(
        "replays/beside.html",
        asked=asked,
        found=found,
        both=both,
        alike=alike,
        sides=_sides(first, second) if first and second and alike else None,
    )


def _named(ref: str) -> queries.CaseItem | None:
    """A case by its code or id, where the reader may see its history."""
    item = context.application().queries.case(context.current_actor(), ref)
    if item is None or not context.may(
        policy.Action.HISTORY_VIEW, dossier.thing_of(item)
    ):
        return None
    return item


def _sides(first: queries.CaseItem, second: queries.CaseItem) -> besides.Sides:
    for item in (first, second):
        accesses.viewed(item.id)
    return besides.read(replaying.read(first), replaying.read(second))
