"""Cases: the list, where one is and what happened, its sealed history."""

import json
from typing import Final
from uuid import UUID

import flask

from engine.domain import explained, policy, side_work
from engine.domain.events import EventType
from engine.errors import NotFoundError
from models_bpmn.importer import layout
from webui import (
    accesses,
    case_lists,
    clock_lines,
    context,
    dossier,
    erased,
    extending,
    filed,
    i18n,
    on_paper,
    orders,
    remarking,
    stages,
    submission,
    sums,
    timeline,
    uploads,
    waits,
)

blueprint = flask.Blueprint("cases", __name__)

_PAGE: Final = 50
_MOST_PAGES: Final = 10_000
_DIAGRAM: Final = "application/xml; charset=utf-8"
#: Acts whose values stand in the history itself.
_EXPLAINED: Final = (
    timeline.EXPLAINED
    | clock_lines.LABELLED
    | side_work.EVENTS
    | {EventType.CASE_REMARKED}
)


@blueprint.get("/ho-so")
def listing() -> str:
    """The cases that the reader may see, the newest first."""
    context.demand(policy.Action.CASE_LIST)
    asked = flask.request.args
    page = min(max(asked.get("trang", 1, type=int), 1), _MOST_PAGES)
    wanted = case_lists.wanted(_PAGE + 1, (page - 1) * _PAGE)
    queries, actor = context.application().queries, context.current_actor()
    found = queries.cases(actor, wanted)
    erased.prepare(found[:_PAGE])
    return flask.render_template(
        "cases/list.html",
        cases=found[:_PAGE],
        wanted=wanted,
        statuses=case_lists.STATUS,
        portal=case_lists.PORTAL,
        query=case_lists.query(),
        page=page,
        more=len(found) > _PAGE,
        procedures=queries.procedures(actor),
    )


@blueprint.get("/ho-so/<uuid:case>")
def show(case: UUID) -> str:
    """Where a case is, who has it, what was promised, what happened."""
    found = dossier.read(dossier.find(case))
    accesses.viewed(case)
    return flask.render_template(
        "cases/case.html",
        dossier=found,
        item=found.item,
        files=found.files,
        entries=stages.entries(found),
        passed=stages.passed(found),
        whereabouts=stages.here(found),
        sum=_sum(found),
        decision=extending.decision(found),
        mine=dossier.mine(context.current_actor(), found.tasks),
        orders=[
            *waits.offered(found),
            *extending.offered(found),
            *orders.offered(found),
            *remarking.offered(found.item),
        ],
        key=submission.new_key(),
    )


@blueprint.get("/ho-so/<uuid:case>/so-do.bpmn")
def diagram(case: UUID) -> flask.Response:
    """The diagram that the case runs on."""
    _, package = dossier.edition(dossier.find(case).version)
    return flask.Response(layout.drawn(package.diagram), content_type=_DIAGRAM)


@blueprint.get("/ho-so/<uuid:case>/lich-su")
def history(case: UUID) -> str:
    """The sealed events of a case."""
    item = dossier.find(case)
    context.demand(policy.Action.HISTORY_VIEW, dossier.thing_of(item))
    found = dossier.read(item)
    accesses.viewed(case)
    return flask.render_template(
        "cases/history.html",
        dossier=found,
        item=found.item,
        whereabouts=stages.here(found),
        lines=list(zip(found.lines, found.sealed, strict=True)),
        paper=lambda line: on_paper.sentences(line, found.names),
        explained=_EXPLAINED,
    )


@blueprint.get("/ho-so/<uuid:case>/lich-su.json")
def history_json(case: UUID) -> flask.Response:
    """The sealed events as they are stored, without personal values."""
    item = dossier.find(case)
    context.demand(policy.Action.HISTORY_VIEW, dossier.thing_of(item))
    found = dossier.read(item)
    events = [
        {"seq": one.seq, "leaf": one.leaf.hex(), "body": json.loads(one.body)}
        for one in found.sealed
    ]
    return flask.jsonify(case=item.id.hex, code=item.code, events=events)


@blueprint.get("/ho-so/<uuid:case>/tep/<sha>")
def attachment(case: UUID, sha: str) -> flask.Response:
    """A file that was attached to an answer of this case, as a download."""
    found = dossier.read(dossier.find(case))
    if sha not in filed.known(found):
        raise NotFoundError
    name, kind, _ = found.files.get(sha, (sha, "", 0))
    tenant = context.current_actor().tenant
    accesses.taken(case, sha)
    return uploads.download(name, kind, uploads.attachments().get(tenant, sha))


def _sum(found: dossier.Dossier) -> list[sums.Entry]:
    due, limit = found.due, found.package.model.facts.limit
    if due is None or limit is None:
        return []
    names = (i18n.translate("Received"), i18n.translate("Result promised"))
    first = sums.entries(found.received, limit, due, names=names)
    since = explained.explain(found.moves)
    end = (names[1], found.item.due_at)
    return first + sums.moved(since, end, extending.granted(found))
