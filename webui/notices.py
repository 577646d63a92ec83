"""The pages "Thông báo": one's own notices, and what one wants to be told."""

from typing import Final
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine.domain import notices, policy
from engine.domain.notices import Choice, Kind, Way
from engine.errors import NotFoundError
from webui import context, digests, notice_config, notice_letters, notice_words
from webui.i18n import translate

blueprint = flask.Blueprint("notices", __name__)

_PAGE: Final = 50
_MOST_PAGES: Final = 1_000
#: The bell counts up to here.
_MOST: Final = 100
#: Ways that a person chooses.
_OWN: Final = (Way.PAGE, Way.MAIL)


@blueprint.app_template_global("unread_notices")
def unread() -> str:
    """How many notices of whoever is signed in are not read; empty: none."""
    actor = context.signed_in()
    if actor is None:
        return ""
    bell = context.application().bell
    count = bell.unread(actor.tenant, actor.account.id, _MOST)
    return f"{_MOST - 1}+" if count >= _MOST else str(count or "")


@blueprint.get("/thong-bao")
def listing() -> str:
    """One's own notices, the newest first."""
    context.demand(policy.Action.NOTICE_VIEW)
    actor = context.current_actor()
    page = min(max(flask.request.args.get("trang", 1, type=int), 1), _MOST_PAGES)
    found = context.application().bell.listed(
        actor.tenant, actor.account.id, _PAGE + 1, (page - 1) * _PAGE
    )
    agencies = context.organisation_now().agencies
    return flask.render_template(
        "notices/list.html",
        lines=found[:_PAGE],
        words=notice_words,
        units={key: one.name for key, one in agencies.items()},
        unread=any(one.read_at is None for one in found),
        page=page,
        more=len(found) > _PAGE,
        page_address=lambda number: flask.url_for("notices.listing", trang=number),
    )


@blueprint.post("/thong-bao/da-doc")
def read_all() -> Response:
    """Note that all were read."""
    context.demand(policy.Action.NOTICE_VIEW)
    actor = context.current_actor()
    bell = context.application().bell
    bell.read(actor.tenant, actor.account.id, context.now())
    return flask.redirect(flask.url_for("notices.listing"), 303)


@blueprint.post("/thong-bao/<uuid:notice>/mo")
def follow(notice: UUID) -> Response:
    """Note that one was read, and go to what it is about.

    Raises:
        NotFoundError: It is nobody's, or somebody else's.
    """
    context.demand(policy.Action.NOTICE_VIEW)
    actor, bell = context.current_actor(), context.application().bell
    found = bell.notice(actor.tenant, actor.account.id, notice)
    if found is None:
        raise NotFoundError
    bell.read(actor.tenant, actor.account.id, context.now(), notice)
    return flask.redirect(notice_letters.path(found.kind, found.about), 303)


@blueprint.get("/thong-bao/cai-dat")
def choices() -> str:
    """What one is told, and how."""
    context.demand(policy.Action.NOTICE_VIEW)
    actor = context.current_actor()
    chosen = context.application().bell.choice(actor.tenant, actor.account.id)
    return _form(chosen, "")


@blueprint.post("/thong-bao/cai-dat")
def choose() -> Response | tuple[str, int]:
    """Store it."""
    context.demand(policy.Action.NOTICE_VIEW)
    actor, sent = context.current_actor(), flask.request.form
    pairs = [one.partition(":") for one in sent.getlist("way")]
    hour = sent.get("hour", "", type=str)
    hours = {str(one): one for one in digests.HOURS}
    chosen = Choice(
        account=actor.account.id,
        mail=sent.get("mail", "").strip(),
        ways=notices.changed((kind, way) for kind, _, way in pairs),
        digest_hour=hours.get(hour, notices.DIGEST_HOUR),
    )
    if chosen.mail and not notice_config.is_mail(chosen.mail):
        return _form(chosen, translate("This is no mail address.")), 422
    context.application().bell.choose(actor.tenant, chosen)
    flask.flash(translate("What you are told was changed."))
    return flask.redirect(flask.url_for("notices.choices"), 303)


def _form(chosen: Choice, fault: str) -> str:
    return flask.render_template(
        "notices/choices.html",
        chosen=chosen,
        fault=fault,
        kinds=tuple(Kind),
        ways=_OWN,
        digest=Kind.DIGEST,
        page_way=Way.PAGE,
        words=notice_words,
        hours=digests.HOURS,
        sends=context.settings().mail,
    )
