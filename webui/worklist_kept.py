"""Lists that people keep: a name for what is chosen, one's own or shared."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import flask
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engine.domain import policy
from engine.queries import SavedFilter
from webui import context, system, worklist_asking
from webui.i18n import translate

blueprint = flask.Blueprint("worklist_kept", __name__)
_NAME_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page shows of the lists that are kept."""

    filters: tuple[SavedFilter, ...]
    #: The units that a list can be shared with: id and name.
    units: tuple[tuple[UUID, str], ...]
    me: UUID


def shown() -> Shown:
    """The lists that the reader keeps or that are shared with the reader."""
    actor = context.current_actor()
    agencies = context.organisation_now().agencies
    return Shown(
        filters=context.application().kept.filters(actor),
        units=tuple(
            (one, agencies[one].name)
            for one in sorted(actor.agencies)
            if one in agencies
        ),
        me=actor.account.id,
    )


@blueprint.post("/viec/bo-loc")
def keep() -> Response:
    """Keep what is chosen under a name."""
    context.demand(policy.Action.WORKLIST_VIEW)
    actor, form = context.current_actor(), flask.request.form
    name = form.get("ten", "").strip()[:_NAME_CHARS]
    # Only what a list can ask for is kept, never another address.
    query = flask.request.form.get("query", "")[:2_000]
    asked = worklist_asking.asked(_arguments(query), actor)
    if not name:
        flask.flash(translate("Give the list a name."), "late")
        return flask.redirect(asked.address(), 303)
    made = SavedFilter(
        id=system.SystemIds().uuid(),
        account=actor.account.id,
        name=name,
        query=urlencode(asked.query()),
        agency=_unit(form.get("don-vi-chung", "")),
    )
    context.application().kept.keep(actor.tenant, made, context.now())
    flask.flash(translate("The list “%(name)s” is kept.", name=name))
    return flask.redirect(asked.address(), 303)


@blueprint.post("/viec/bo-loc/<uuid:kept>/xoa")
def drop(kept: UUID) -> Response:
    """Forget a list of one's own."""
    context.demand(policy.Action.WORKLIST_VIEW)
    actor = context.current_actor()
    context.application().kept.drop(actor.tenant, actor.account.id, kept)
    return flask.redirect(flask.url_for("worklist.show"), 303)


def _unit(text: str) -> UUID | None:
    """A unit of one's own; anything else shares with nobody."""
    own = context.current_actor().agencies
    return next((one for one in own if str(one) == text), None)


def _arguments(query: str) -> MultiDict[str, str]:
    """A query as the values of an address."""
    return MultiDict(parse_qsl(query, max_num_fields=500))
