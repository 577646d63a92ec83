"""The page of the systems that are told by HTTPS.

The secret of a system is worked out from the server's own and shown once, when the
system is entered or gets another; no table holds it.
"""

from dataclasses import dataclass, replace
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine import limits
from engine.domain import notices, policy
from engine.domain.notices import Kind
from engine.errors import NotFoundError, TooLargeError
from engine.notices import Hook
from webui import context, notice_words, sending
from webui.i18n import translate

blueprint = flask.Blueprint("notice_hooks", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """What was typed for a system, and what is wrong with it."""

    url: str = ""
    agency: str = ""
    kinds: frozenset[Kind] = frozenset(notices.HOOK_KINDS)
    fault: str = ""


@blueprint.get("/he-thong/thong-bao/he-thong-nhan")
def listing() -> str:
    """The systems, and a form for one more."""
    context.demand(policy.Action.NOTICE_MANAGE)
    return _page(_Typed())


@blueprint.post("/he-thong/thong-bao/he-thong-nhan")
def add() -> str | tuple[str, int]:
    """Enter a system; its secret is shown now and never again.

    Raises:
        TooLargeError: There are too many.
    """
    context.demand(policy.Action.NOTICE_MANAGE)
    sent, application = flask.request.form, context.application()
    chosen = set(sent.getlist("kind"))
    kinds = frozenset(one for one in notices.HOOK_KINDS if one.value in chosen)
    agencies = {str(key): key for key in context.organisation_now().agencies}
    url, agency = sent.get("url", "").strip(), sent.get("agency", "")
    fault = sending.url_fault(url)
    if fault or (agency and agency not in agencies):
        said = translate(notice_words.URL_FAULT[fault or "url"])
        return _page(_Typed(url=url, agency=agency, kinds=kinds, fault=said)), 422
    tenant = context.current_actor().tenant
    if len(application.post.hooks(tenant)) >= limits.NOTICE_HOOKS:
        raise TooLargeError(code="notice-hooks", limit=limits.NOTICE_HOOKS)
    hook = Hook(
        id=application.engine.tools.ids.uuid(),
        agency=agencies.get(agency),
        url=url,
        kinds=kinds,
    )
    application.post.keep_hook(tenant, hook, context.now())
    return _page(_Typed(), hook)


@blueprint.post("/he-thong/thong-bao/he-thong-nhan/<uuid:hook>/khoa-moi")
def renew(hook: UUID) -> str:
    """Give a system another secret; the one before signs nothing any more."""
    found = _found(hook)
    changed = replace(found, generation=found.generation + 1)
    tenant = context.current_actor().tenant
    context.application().post.keep_hook(tenant, changed, context.now())
    return _page(_Typed(), changed)


@blueprint.post("/he-thong/thong-bao/he-thong-nhan/<uuid:hook>/bo")
def drop(hook: UUID) -> Response:
    """Tell a system nothing any more."""
    found = _found(hook)
    tenant = context.current_actor().tenant
    context.application().post.drop_hook(tenant, found.id)
    flask.flash(translate("The system is told nothing any more."))
    return flask.redirect(flask.url_for("notice_hooks.listing"), 303)


def _found(hook: UUID) -> Hook:
    """A system of this tenant.

    Raises:
        NotFoundError: There is none.
    """
    context.demand(policy.Action.NOTICE_MANAGE)
    tenant = context.current_actor().tenant
    found = context.application().post.hook(tenant, hook)
    if found is None:
        raise NotFoundError
    return found


def _page(typed: _Typed, made: Hook | None = None) -> str:
    tenant = context.current_actor().tenant
    agencies = context.organisation_now().agencies
    secret = ""
    if made is not None:
        own = context.settings().secret
        secret = sending.secret_of(own, tenant, made.id, made.generation)
    return flask.render_template(
        "notices/hooks.html",
        hooks=context.application().post.hooks(tenant),
        made=made,
        secret=secret,
        typed=typed,
        kinds=notices.HOOK_KINDS,
        words=notice_words,
        units=sorted((one.name, str(key)) for key, one in agencies.items()),
        names={key: one.name for key, one in agencies.items()},
    )
