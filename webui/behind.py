"""The records behind figures, one by one, each with the event that holds it."""

from dataclasses import dataclass
from typing import Final

import flask

from engine.domain import policy
from engine.domain.figures import Wanted
from engine.domain.iso8601 import day
from engine.domain.procedure import Procedure, Version
from engine.ports import UnitOfWork
from engine.recorded import Kind
from webui import context, ranges

blueprint = flask.Blueprint("behind", __name__)

#: Name in the address -> kind, message id.
STEPS: Final = {
    "da-lam": (Kind.DONE, "Steps that were done"),
    "co-han": (Kind.DUE, "Steps done that had a due time"),
    "dung-han": (Kind.ON_TIME, "Steps done on time"),
    "tre-han": (Kind.LATE, "Steps done late"),
    "lam-lai": (Kind.AGAIN, "Steps done again"),
}
#: Name in the address -> the least score, message id.
RATINGS: Final = {
    "tat-ca": (1, "Ratings by applicants"),
    "hai-long": (4, "Applicants who were satisfied"),
}
#: Name in the address -> the least number, message id.
VERSIONS: Final = {
    "ban-hanh": (1, "Versions of procedures put in force"),
    "sua-doi": (2, "Of them, changes of procedures in force before"),
}
#: Records that a page shows.
_LISTED: Final = 500
_CHARS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A version that was put in force, with its procedure."""

    procedure: Procedure
    version: Version


@blueprint.get("/kiem-chung/so-lieu/buoc")
def steps() -> str:
    """The steps behind a figure, each with the event by which it was done."""
    context.demand(policy.Action.FIGURES_VIEW)
    asked, given = ranges.wanted(), flask.request.args
    kind, name = STEPS.get(given.get("loai", ""), STEPS["da-lam"])
    element = given.get("buoc", "")[:_CHARS]
    found = context.application().singles.steps(
        context.current_actor().tenant, asked, kind, element, _LISTED + 1
    )
    return flask.render_template(
        "audits/steps.html",
        asked=asked,
        name=name,
        steps=found[:_LISTED],
        more=len(found) > _LISTED,
        listed=_LISTED,
        query=lambda **more: ranges.query(asked, **more),
    )


@blueprint.get("/kiem-chung/so-lieu/hai-long")
def ratings() -> str:
    """The ratings behind the figure of satisfaction."""
    context.demand(policy.Action.FIGURES_VIEW)
    asked = ranges.wanted()
    least, name = RATINGS.get(flask.request.args.get("loai", ""), RATINGS["tat-ca"])
    tenant = context.current_actor().tenant
    found = context.application().singles.ratings(tenant, asked)
    return flask.render_template(
        "audits/ratings.html",
        asked=asked,
        name=name,
        ratings=[one for one in found if one.score >= least],
        query=lambda **more: ranges.query(asked, **more),
    )


@blueprint.get("/kiem-chung/xem-xet/phien-ban")
def versions() -> str:
    """The versions that were put in force in the period."""
    context.demand(policy.Action.AUDIT_VIEW)
    asked = ranges.wanted()
    least, name = VERSIONS.get(flask.request.args.get("loai", ""), VERSIONS["ban-hanh"])
    tenant = context.current_actor().tenant
    with context.application().store.read(tenant) as uow:
        found = published(uow, asked)
    return flask.render_template(
        "audits/versions.html",
        asked=asked,
        name=name,
        versions=[one for one in found if one.version.number >= least],
        query=lambda **more: ranges.query(asked, **more),
    )


def published(uow: UnitOfWork, asked: Wanted) -> tuple[Published, ...]:
    """The versions that were put in force in a period, by procedure and number."""
    return tuple(
        Published(procedure=uow.procedures.get(procedure), version=version)
        for procedure in uow.procedures.all()
        for version in uow.procedures.versions(procedure)
        if version.published_at is not None
        and asked.first <= day(version.published_at) <= asked.last
    )


def messages() -> tuple[str, ...]:
    """Every message id of a table, for the test of the catalogues."""
    named = (*STEPS.values(), *RATINGS.values(), *VERSIONS.values())
    return tuple(name for _, name in named)
