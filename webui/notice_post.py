"""The pages of whoever administers: what was sent, where to, and what became of it."""

from typing import Any, Final
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine.domain import policy
from engine.errors import NotFoundError
from engine.notices import Delivery
from webui import context, notice_words, sending
from webui.i18n import translate

blueprint = flask.Blueprint("notice_post", __name__)

_PAGE: Final = 50
_MOST_PAGES: Final = 10_000


@blueprint.get("/he-thong/thong-bao")
def listing() -> str:
    """What is on its way, or has not arrived; or everything."""
    context.demand(policy.Action.NOTICE_MANAGE)
    args = flask.request.args
    page = min(max(args.get("trang", 1, type=int), 1), _MOST_PAGES)
    stuck = "tat-ca" not in args
    found = context.application().post.deliveries(
        context.current_actor().tenant, _PAGE + 1, (page - 1) * _PAGE, stuck=stuck
    )
    shown = found[:_PAGE]
    more: dict[str, Any] = {} if stuck else {"tat-ca": ""}
    return flask.render_template(
        "notices/post.html",
        lines=[(one, *notice_words.state(one)) for one in shown],
        to=_receivers(shown),
        words=notice_words,
        stuck=stuck,
        sends=context.settings().mail,
        page=page,
        more=len(found) > _PAGE,
        page_address=lambda number: flask.url_for(
            "notice_post.listing", trang=number, **more
        ),
    )


@blueprint.get("/he-thong/thong-bao/<uuid:delivery>")
def show(delivery: UUID) -> str:
    """Every attempt of one."""
    found = _found(delivery)
    tries = context.application().post.tries(context.current_actor().tenant, found.id)
    return flask.render_template(
        "notices/delivery.html",
        one=found,
        state=notice_words.state(found),
        to=_receivers((found,)).get(found.id, ""),
        tries=tries,
        words=notice_words,
    )


@blueprint.post("/he-thong/thong-bao/<uuid:delivery>/gui-lai")
def again(delivery: UUID) -> Response:
    """Have one tried at once."""
    found = _found(delivery)
    done = context.application().post.again(
        context.current_actor().tenant, found.id, context.now()
    )
    told = "It is tried again within seconds." if done else "It has arrived already."
    flask.flash(translate(told))
    return flask.redirect(flask.url_for("notice_post.show", delivery=delivery), 303)


def messages() -> tuple[str, ...]:
    """Message ids that are chosen at run time, for the test of the catalogues."""
    return ("It is tried again within seconds.", "It has arrived already.")


def _found(delivery: UUID) -> Delivery:
    """A delivery of this tenant.

    Raises:
        NotFoundError: There is none.
    """
    context.demand(policy.Action.NOTICE_MANAGE)
    tenant = context.current_actor().tenant
    found = context.application().post.delivery(tenant, delivery)
    if found is None:
        raise NotFoundError
    return found


def _receivers(shown: tuple[Delivery, ...]) -> dict[UUID, str]:
    """Whom each is for: a person's name, or the host of a system."""
    application, tenant = context.application(), context.current_actor().tenant
    people = {one.account for one in shown if one.account}
    names = application.queries.names(tenant, people)
    hosts = {one.id: sending.host_of(one.url) for one in application.post.hooks(tenant)}
    return {
        one.id: names.get(one.account, "") if one.account else _host(one, hosts)
        for one in shown
    }


def _host(one: Delivery, hosts: dict[UUID, str]) -> str:
    return hosts.get(one.hook, "") if one.hook else ""
