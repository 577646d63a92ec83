"""Evidence of several cases in one file: the form that asks for the job."""

from typing import Final
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine.domain import policy
from engine.domain.run import Json
from engine.errors import NotFoundError
from webui import context, programmes, submission
from webui.jobs import asking, bundle, registry

blueprint = flask.Blueprint("bundles", __name__)

_FIRST_YEAR: Final = 2000
_YEARS: Final = 10


@blueprint.get("/kiem-chung/xuat-nhieu")
def form() -> str:
    """Which cases, and how much of them."""
    context.demand(policy.Action.EVIDENCE_EXPORT)
    asked = flask.request.args
    year = context.today().year
    return flask.render_template(
        "evidence/several.html",
        procedures=context.application().queries.procedures(context.current_actor()),
        procedure=asked.get("quy-trinh", ""),
        years=range(year, year - _YEARS, -1),
        year=asked.get("nam", year, type=int),
        key=submission.new_key(),
    )


@blueprint.post("/kiem-chung/xuat-nhieu")
def export() -> Response:
    """Ask for the bundles of a procedure, of a year, or both.

    Raises:
        NotFoundError: There is no such procedure, or neither was named.
    """
    context.demand(policy.Action.EVIDENCE_EXPORT)
    asked = flask.request.form
    code, year = asked.get("procedure", ""), asked.get("year", type=int)
    known = context.application().queries.procedures(context.current_actor())
    if code not in {"", *(one.code for one in known)} or not (code or year):
        raise NotFoundError(code="no-cases")
    within = year is not None and _FIRST_YEAR <= year <= context.today().year
    return _ask({"procedure": code, "year": year if within else None})


@blueprint.post("/kiem-chung/danh-gia/<uuid:audit>/mau/<int:n>/xuat")
def sample(audit: UUID, n: int) -> Response:
    """Ask for the bundle of a sample.

    Raises:
        NotFoundError: There is no such audit or sample.
    """
    context.demand(policy.Action.AUDIT_VIEW)
    with context.application().store.read(context.current_actor().tenant) as uow:
        found = programmes.one(uow, audit)
    if n not in {one.number for one in found.samples}:
        raise NotFoundError(code="no-sample")
    return _ask({"audit": audit.hex, "sample": n, "code": found.code})


def _ask(which: dict[str, Json]) -> Response:
    form = flask.request.form
    return asking.ask(
        registry.KINDS[bundle.Bundle.name],
        {
            **which,
            "values": "without_values" not in form,
            "attachments": "attachments" in form,
        },
    )
