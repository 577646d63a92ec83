"""The audit programme: audits, samples, checklists, findings and their actions.

Clauses 9.2 and 10.2 of ISO 9001:2015. Auditors read everything; the team of an audit
writes into its stream, and into nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine.commands.audits import AnswerChecklist
from engine.commands.open_action import OpenAction
from engine.domain import policy
from engine.domain.programme import Answer, Audit
from engine.errors import EngineError, NotFoundError
from engine.evidence import redraw
from engine.queries import CaseItem
from webui import (
    asking,
    attempts,
    audit_sheets,
    audit_words,
    checklists,
    context,
    errors,
    programmes,
    ranges,
    shortlists,
    submission,
)
from webui.asking import Asking
from webui.i18n import translate

blueprint = flask.Blueprint("audits", __name__)

_CONDUCT: Final = policy.Action.AUDIT_CONDUCT
_ROOT: Final = "/kiem-chung/danh-gia"
_ONE: Final = f"{_ROOT}/<uuid:audit>"


@blueprint.get(_ROOT)
def listing() -> str:
    """The programme, the newest audit first; or the audits that a figure counts."""
    context.demand(policy.Action.AUDIT_VIEW)
    asked, short = shortlists.asked(), shortlists.chosen(shortlists.AUDITS)
    with context.application().store.read(context.current_actor().tenant) as uow:
        found = shortlists.audits_of(programmes.every(uow), asked)
    if short is not None:
        found = short.of(found)
    return flask.render_template(
        "audits/programme.html",
        audits=found,
        asked=asked,
        short=short,
        sampled=shortlists.sampled(found)
        if short is shortlists.AUDITS["lay-mau"]
        else [],
    )


@blueprint.route(f"{_ROOT}/lap", methods=asking.BOTH)
def planning() -> asking.Page:
    """Put an audit on the programme."""
    return asking.page(
        audit_sheets.planning,
        Asking(
            action=_CONDUCT, onwards="audits.listing", name=translate("Internal audits")
        ),
    )


@blueprint.get(_ONE)
def show(audit: UUID) -> str:
    """One audit: scope, team, samples, findings."""
    context.demand(policy.Action.AUDIT_VIEW)
    found = _audit(audit)
    app = context.application()
    return flask.render_template(
        "audits/audit.html",
        audit=found,
        names=programmes.names(app, found),
        agencies=context.organisation_now().agencies,
        mine=_is_mine(found),
        findings=programmes.nonconformities(app, [found]),
        said=audit_words,
        key=submission.new_key(),
    )


@blueprint.route(f"{_ONE}/lay-mau", methods=asking.BOTH)
def drawing(audit: UUID) -> asking.Page:
    """Draw a sample."""
    return asking.page(lambda: audit_sheets.drawing(_audit(audit)), _back(audit))


@blueprint.get(f"{_ONE}/mau/<int:n>")
def sample(audit: UUID, n: int) -> str:
    """A sample, and whether drawing it again gives the same cases."""
    context.demand(policy.Action.AUDIT_VIEW)
    found = _audit(audit)
    drawn = next((one for one in found.samples if one.number == n), None)
    if drawn is None:
        raise NotFoundError(code="no-sample")
    with context.application().store.read(context.current_actor().tenant) as uow:
        again = redraw.redraw(drawn, uow)
    return flask.render_template(
        "audits/sample.html",
        audit=found,
        drawn=drawn,
        again=again,
        agencies=context.organisation_now().agencies,
        said=audit_words,
        answered=_answered(found),
        key=submission.new_key(),
    )


@blueprint.route(f"{_ONE}/ho-so/<uuid:case>", methods=asking.BOTH)
def checklist(audit: UUID, case: UUID) -> asking.Page:
    """The checklist of a sampled case."""
    context.demand(policy.Action.AUDIT_VIEW)
    found = _audit(audit)
    item = _sampled(found, case)
    if flask.request.method == "GET":
        return _checklist(found, item)
    context.demand(_CONDUCT)
    for number, command in enumerate(_given(found, item)):
        key = f"{flask.request.form.get('key', '')}-{number}"
        done = attempts.attempt(command, key)
        if isinstance(done, EngineError):
            return _checklist(_audit(audit), item, done)
    flask.flash(translate("The answers were recorded."))
    return flask.redirect(
        flask.url_for("audits.checklist", audit=audit, case=case), 303
    )


@blueprint.route(f"{_ONE}/ho-so/<uuid:case>/phat-hien", methods=asking.BOTH)
def finding(audit: UUID, case: UUID) -> asking.Page:
    """Raise a finding about a step of a sampled case."""
    context.demand(_CONDUCT)
    found = _audit(audit)
    shown = checklists.sheet(found, _sampled(found, case))
    seq = flask.request.args.get("buoc", 0, type=int)
    return asking.page(
        lambda: audit_sheets.finding(found, shown, seq),
        Asking(
            action=_CONDUCT,
            onwards="audits.checklist",
            name=shown.item.code,
            to={"audit": audit, "case": case},
        ),
    )


@blueprint.post(f"{_ONE}/phat-hien/<int:n>/hanh-dong")
def action(audit: UUID, n: int) -> Response:
    """Open the corrective action of a finding."""
    context.demand(_CONDUCT)
    done = context.application().engine.execute(
        OpenAction(audit=audit, finding=n),
        context.current_actor(),
        key=flask.request.form.get("key") or None,
    )
    flask.flash(translate("Corrective action %(code)s was opened.", code=done["code"]))
    return flask.redirect(flask.url_for("audits.show", audit=audit), 303)


@blueprint.route(f"{_ONE}/ket-luan", methods=asking.BOTH)
def concluding(audit: UUID) -> asking.Page:
    """End an audit."""
    return asking.page(lambda: audit_sheets.conclusion(_audit(audit)), _back(audit))


@blueprint.get("/kiem-chung/khong-phu-hop")
def findings() -> str:
    """Findings with the state of their corrective action: all, or a figure's."""
    context.demand(policy.Action.AUDIT_VIEW)
    asked = shortlists.asked()
    return flask.render_template(
        "audits/findings.html",
        findings=_findings(),
        said=audit_words,
        asked=asked,
        short=shortlists.chosen(shortlists.FINDINGS),
        query=flask.request.args.to_dict(),
    )


@blueprint.get("/kiem-chung/khong-phu-hop.csv")
def findings_table() -> flask.Response:
    """The same list as a spreadsheet."""
    context.demand(policy.Action.AUDIT_VIEW)
    return ranges.spreadsheet(
        "khong-phu-hop",
        [translate(one) for one in audit_words.FINDING_HEADS],
        _finding_rows(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a corrective action was opened: its audit, and the step that it is about."""

    audit: UUID
    number: int
    case: UUID
    seq: int


@blueprint.app_template_global("cause_of")
def cause_of(facts: Mapping[str, Any]) -> Cause | None:
    """What the first event of a case names as its finding; None: it names none."""
    if "finding" not in facts:
        return None
    audit, number = facts["finding"]
    case, seq = facts["about"]
    return Cause(audit=UUID(audit), number=number, case=UUID(case), seq=seq)


def _findings() -> tuple[programmes.Nonconformity, ...]:
    app = context.application()
    with app.store.read(context.current_actor().tenant) as uow:
        audits = programmes.every(uow)
    found = programmes.nonconformities(app, audits)
    found = shortlists.findings_of(found, shortlists.asked())
    short = shortlists.chosen(shortlists.FINDINGS)
    return found if short is None else short.of(found)


def _finding_rows() -> Iterator[tuple[object, ...]]:
    for one in _findings():
        found = one.finding
        yield (
            f"{one.audit.code}/{found.number}",
            translate(audit_words.GRADE[found.grade][0]),
            *(found.clause, found.evidence.code, found.evidence.element, found.text),
            translate(audit_words.STATE[one.state][0]),
            found.action_code,
        )


def _audit(audit: UUID) -> Audit:
    with context.application().store.read(context.current_actor().tenant) as uow:
        return programmes.one(uow, audit)


def _back(audit: UUID) -> Asking:
    return Asking(
        action=_CONDUCT,
        onwards="audits.show",
        name=translate("The audit"),
        to={"audit": audit},
    )


def _is_mine(audit: Audit) -> bool:
    """Whether the reader works on an audit that is not concluded."""
    me = context.current_actor().account.id
    return context.may(_CONDUCT) and me in audit.team and audit.concluded_at is None


def _sampled(audit: Audit, case: UUID) -> CaseItem:
    """A case of the samples, as the reader may see it."""
    actor = context.current_actor()
    item = context.application().queries.case(actor, case.hex)
    if case not in audit.cases or item is None:
        raise NotFoundError
    thing = policy.Thing(tenant=actor.tenant, agencies=item.agencies.all())
    context.demand(policy.Action.CASE_VIEW, thing)
    return item


def _answered(audit: Audit) -> dict[UUID, int]:
    """How many questions of each case have an answer."""
    found: dict[UUID, int] = {}
    for case, _ in audit.answers:
        found[case] = found.get(case, 0) + 1
    return found


def _given(audit: Audit, item: CaseItem) -> Iterator[AnswerChecklist]:
    """The answers of the form that are new, or not those that stand."""
    form = flask.request.form
    known = {each.value for each in Answer}
    for question in checklists.sheet(audit, item).questions:
        value = form.get(f"a.{question.id}", "")
        note = form.get(f"n.{question.id}", "").strip()
        before = question.given
        if value in known and (
            before is None or (before.answer.value, before.note) != (value, note)
        ):
            yield AnswerChecklist(
                audit=audit.id,
                case=item.id,
                question=question.id,
                answer=Answer(value),
                text=question.text if question.id.startswith("free:") else "",
                note=note,
            )
    own, value = form.get("own", "").strip(), form.get("own_answer", "")
    if own and value in known:
        yield AnswerChecklist(
            audit=audit.id,
            case=item.id,
            question=checklists.next_own(audit, item.id),
            answer=Answer(value),
            text=own,
            note=form.get("own_note", ""),
        )


def _checklist(
    audit: Audit, item: CaseItem, refusal: EngineError | None = None
) -> tuple[str, int]:
    text = flask.render_template(
        "audits/checklist.html",
        audit=audit,
        shown=checklists.sheet(audit, item),
        item=item,
        mine=_is_mine(audit),
        said=audit_words,
        refusal="" if refusal is None else errors.text_of(refusal),
        failed=refusal is not None,
        typed=flask.request.form,
        key=submission.new_key(),
    )
    return text, 200 if refusal is None else errors.status_of(refusal)
