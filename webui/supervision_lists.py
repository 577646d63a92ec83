"""What stands behind a number of supervision: open work, to be given on, or cases."""

from typing import Any, Final
from uuid import UUID

import flask

from engine import limits
from engine.domain import policy
from engine.domain.supervision import Pick
from engine.errors import NotReadyError
from webui import (
    context,
    erased,
    shell,
    supervision_asking,
    worklist,
    worklist_bulk,
)
from webui.i18n import translate
from webui.supervision_asking import PAGE, Asked

blueprint = flask.Blueprint("supervision_lists", __name__)

_PICKED: Final = ("vai", "nguoi", "buoc", "han", "trang-thai", "tuoi")
_CHOSEN: Final = ("loai", "ket-thuc", "thang", "buoc")


@blueprint.get("/giam-sat/viec")
def work() -> str:
    """The open work behind a number, to look at and to give to somebody else."""
    context.demand(policy.Action.SUPERVISION_VIEW)
    arguments = flask.request.args
    asked = supervision_asking.asked()
    pick = supervision_asking.pick(arguments)
    source, tenant = context.application().supervision, context.current_actor().tenant
    page = supervision_asking.page_of(arguments)
    part = (PAGE, page * PAGE)
    found = source.work(tenant, asked.of, pick, asked.at, part)
    erased.prepare(found)
    count = source.work_count(tenant, asked.of, pick, asked.at)
    query = asked.query(**_kept(_PICKED))
    return flask.render_template(
        "supervision/work.html",
        asked=asked,
        rows=[worklist.row_of(one) for one in found],
        count=count,
        said=_said(asked, pick),
        page=page + 1,
        more=(page + 1) * PAGE < count,
        most=limits.BULK_ROWS,
        query=query,
        address=lambda number: flask.url_for(".work", **query, trang=number),
    )


@blueprint.post("/giam-sat/chuyen")
def reassign() -> str:
    """Ask to whom all of the work behind a number is to go.

    Raises:
        NotReadyError: There is none.
    """
    context.demand(policy.Action.SUPERVISION_VIEW)
    form = flask.request.form
    asked = supervision_asking.asked(form)
    pick = supervision_asking.pick(form)
    found = context.application().supervision.work(
        context.current_actor().tenant,
        asked.of,
        pick,
        asked.at,
        (limits.BULK_ROWS, 0),
    )
    if not found:
        raise NotReadyError(code="nothing-chosen")
    return worklist_bulk.whom(found, shell.local(form.get("next", "/giam-sat")))


@blueprint.get("/giam-sat/ho-so")
def cases() -> str:
    """The cases behind a number."""
    context.demand(policy.Action.SUPERVISION_VIEW)
    arguments = flask.request.args
    asked = supervision_asking.asked()
    behind = supervision_asking.behind(arguments, asked.months)
    source, tenant = context.application().supervision, context.current_actor().tenant
    found = source.cases(tenant, asked.of, behind, asked.at)
    query = asked.query(**_kept(_CHOSEN))
    groups = dict(supervision_asking.GROUPS.values())
    ended = dict(supervision_asking.ENDED.values())
    title = ended[behind.ended] if behind.group is None else groups[behind.group]
    return flask.render_template(
        "supervision/cases.html",
        asked=asked,
        title=title,
        behind=behind,
        cases=found[:PAGE],
        agencies=context.organisation_now().agencies,
        page=supervision_asking.page_of(arguments) + 1,
        more=len(found) > PAGE,
        address=lambda number: flask.url_for(".cases", **query, trang=number),
    )


def _kept(names: tuple[str, ...]) -> dict[str, Any]:
    """Parts of the address that stay."""
    given = flask.request.args
    return {name: given[name] for name in names if given.get(name)}


def _said(asked: Asked, pick: Pick) -> str:
    """What is chosen, in words."""
    parts = []
    if asked.unit:
        parts.append(context.organisation_now().agencies[UUID(asked.unit)].name)
    if asked.procedure and asked.of.procedure is not None:
        parts.append(asked.procedures[asked.of.procedure][1])
    if pick.performer is not None:
        parts.append(pick.performer or translate("Anybody of the unit"))
    if pick.account is not None:
        tenant = context.current_actor().tenant
        names = context.application().queries.names(tenant, [pick.account])
        parts.append(names.get(pick.account, "–"))
    known = dict(supervision_asking.LATENESS.values())
    if pick.lateness is not None:
        parts.append(translate(known[pick.lateness]))
    if pick.free is not None:
        parts.append(translate(dict(supervision_asking.FREE.values())[pick.free]))
    if pick.age is not None:
        parts.append(translate(supervision_asking.AGES[pick.age]))
    return " · ".join(parts)
