"""The organisation: agencies, their positions, and who holds them today. Read only."""

from dataclasses import dataclass
from uuid import UUID

import flask

from engine.domain import policy
from engine.domain.organisation import Agency, Organisation, Position
from webui import context

blueprint = flask.Blueprint("organisation", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A position with those who hold it today."""

    position: Position
    holders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """An agency with its positions; `depth` counts the agencies above it."""

    agency: Agency
    depth: int
    places: tuple[Place, ...]


@blueprint.get("/to-chuc")
def show() -> str:
    """The tree of agencies."""
    context.demand(policy.Action.ORGANISATION_VIEW)
    application, actor = context.application(), context.current_actor()
    organisation = application.directory.organisation(actor.tenant)
    names = application.queries.names(
        actor.tenant, {holder.account for holder in organisation.holders}
    )
    return flask.render_template(
        "organisation/tree.html", branches=_branches(organisation, dict(names))
    )


def _branches(organisation: Organisation, names: dict[UUID, str]) -> list[Branch]:
    """Every agency under the one above it, by name."""
    below: dict[UUID | None, list[Agency]] = {}
    for agency in sorted(organisation.agencies.values(), key=lambda one: one.name):
        known = agency.parent if agency.parent in organisation.agencies else None
        below.setdefault(known, []).append(agency)
    found: list[Branch] = []
    waiting = [(agency, 0) for agency in reversed(below.get(None, []))]
    while waiting:
        agency, depth = waiting.pop()
        places = _places(organisation, agency, names)
        found.append(Branch(agency=agency, depth=depth, places=places))
        waiting.extend((one, depth + 1) for one in reversed(below.get(agency.id, [])))
    return found


def _places(
    organisation: Organisation, agency: Agency, names: dict[UUID, str]
) -> tuple[Place, ...]:
    today = context.today()
    return tuple(
        Place(
            position=position,
            holders=tuple(
                names.get(holder.account, "–")
                for holder in organisation.holders
                if holder.position == position.id
                and holder.valid_from <= today <= holder.valid_to
            ),
        )
        for position in sorted(
            organisation.positions.values(), key=lambda one: one.name
        )
        if position.agency == agency.id
    )
