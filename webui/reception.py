"""The reception desk: opening a case of a procedure from its start form."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import flask
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response

from engine.domain import policy, working_time
from engine.domain.case import Agencies
from engine.domain.events import EventType
from engine.domain.procedure import Version, VersionKind
from engine.errors import (
    AnswersInvalidError,
    EngineError,
    NotAllowedError,
    NotFoundError,
)
from engine.forms import document
from engine.forms.form import Form
from engine.package import Package
from engine.queries import CaseItem, ProcedureItem
from webui import (
    context,
    counter,
    dossier,
    errors,
    formats,
    instants,
    on_paper,
    placing,
    submission,
    sums,
    uploads,
    words,
    worklist,
)
from webui.i18n import translate

_DIRECT: Final = "direct"
#: Says what the desk sent back just now: agency, day, and number of the event.
_REFUSED: Final = "da-tra"
#: The form of a procedure that asks nothing at the receipt.
_NOTHING: Final = document.compile({"type": "default", "components": []})


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A procedure at the reception desk."""

    item: ProcedureItem
    version: Version
    package: Package
    form: Form


def read(code: str) -> Desk:
    """A procedure that the reader may open cases of.

    Raises:
        NotFoundError: There is no such procedure, or no version is in force.
        NotAllowedError: The reader receives no dossiers.
    """
    context.demand(policy.Action.CASE_OPEN)
    application, actor = context.application(), context.current_actor()
    found = [one for one in application.queries.procedures(actor) if one.code == code]
    if not found:
        raise NotFoundError(code="no-procedure")
    if found[0].version is None:
        raise NotFoundError(code="not-in-force")
    if found[0].kind is VersionKind.DOCUMENT:
        raise NotFoundError(code="a-document")
    version, package = dossier.edition(found[0].version)
    return Desk(
        item=found[0],
        version=version,
        package=package,
        form=package.forms.get(package.model.facts.start_form, _NOTHING),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """The dossier that was received just now."""

    item: CaseItem
    #: Shown this once; empty: it was shown before.
    lookup: str


def received() -> Received | None:
    """What the desk received just now, where the next one begins."""
    text = flask.request.args.get("da-nhan", "")
    try:
        item = dossier.find(UUID(text)) if text else None
    except ValueError:
        item = None
    if item is None:
        return None
    return Received(item=item, lookup=counter.once(item.id.hex))


def sent_back() -> str:
    """Where the form of what the desk sent back just now is printed; else empty."""
    agency, _, rest = flask.request.args.get(_REFUSED, "").partition("/")
    day, _, seq = rest.partition("/")
    try:
        return flask.url_for(
            "registers.sent_back",
            agency=UUID(agency),
            day=instants.day(day).isoformat(),
            seq=int(seq),
        )
    except (ValueError, BuildError):
        return ""


def page(
    desk: Desk,
    shown: submission.Shown,
    refusal: EngineError | None = None,
    wrong: Mapping[str, str] | None = None,
) -> tuple[str, int]:
    """The page, fresh or after a refusal; `wrong`: what stands beside which field."""
    text = flask.render_template(
        "procedures/open.html",
        desk=desk,
        shown=shown,
        rows=shown.rows,
        attached=shown.attached,
        failed=refusal is not None,
        refusal="" if refusal is None else errors.text_of(refusal),
        channel=flask.request.form.get("channel", _DIRECT),
        counter=counter.read(desk.package.model.facts),
        marked=counter.marks_all(),
        wrong=wrong or {},
        tables=counter.TABLES,
        received=received(),
        sent_back=sent_back(),
        partners=partners(desk),
        paper=paper(desk),
        promise=promise(desk),
        unstaffed=placing.unstaffed(
            context.organisation_now(), placing.performers_of(desk.package.model)
        ),
        key=submission.new_key(),
    )
    return text, 200 if refusal is None else errors.status_of(refusal)


def channel() -> str:
    """How the dossier came in; anything unknown is no request of our page."""
    chosen = flask.request.form.get("channel", _DIRECT)
    if chosen not in words.CHANNEL:
        flask.abort(400)
    return chosen


def paper(desk: Desk) -> on_paper.Panel:
    """What is entered as received on paper, by whoever works at this desk."""
    found = agencies(desk)
    return on_paper.read(on_paper.doers("", found.receiving) if found else ())


def refused(
    desk: Desk, sent: submission.Submission, refusal: EngineError
) -> tuple[str, int]:
    """The page after a refusal, with everything that was typed."""
    shown = submission.again(sent, refusal, {})
    wrong = counter.read(desk.package.model.facts).errors
    summary = [*paper(desk).summary, *shown.summary, *wrong.items()]
    return page(desk, replace(shown, summary=summary), refusal, wrong)


def marked(desk: Desk, sent: submission.Submission) -> tuple[str, int]:
    """The page with every document ticked and all that was typed; nothing is done."""
    return page(desk, submission.again(sent, AnswersInvalidError(()), {}))


def agencies(desk: Desk) -> Agencies | None:
    """The agencies that take part; None for somebody without a position."""
    actor = context.current_actor()
    if not actor.positions:
        return None
    return placing.agencies_for(
        context.application().directory.organisation(actor.tenant),
        actor.positions[0].agency,
        placing.performers_of(desk.package.model),
    )


def promise(desk: Desk) -> list[sums.Entry]:
    """What would be promised if it were received now, with its sum."""
    facts, found = desk.package.model.facts, agencies(desk)
    if facts.limit is None or found is None:
        return []
    now, calendar = context.now(), context.calendar(found.handling)
    cutoff = facts.cutoff or calendar.cutoff
    due = working_time.add(now, facts.limit, calendar, cutoff=cutoff)
    names = (translate("If received now"), translate("Result promised"))
    return sums.entries(now, facts.limit, due, names=names)


def partners(desk: Desk) -> list[str]:
    """Names of the other agencies that will work on the case."""
    found = agencies(desk)
    if found is None:
        return []
    others = dict.fromkeys((found.handling, found.deciding))
    return [context.agency_name(one) for one in others if one != found.receiving]


def onwards(case: UUID, desk: Desk, sent: submission.Submission) -> str:
    """To the first task for the receiver, else to the case; say what was promised.

    Whoever receives one after the other goes to the next one instead.
    """
    application, actor = context.application(), context.current_actor()
    item = dossier.find(case)
    uploads.attach(item, sent.uploads)
    on_paper.attach(item, paper(desk))
    if sent.key:
        counter.remember(case.hex, counter.code(sent.key))
    said = translate("Case %(code)s was received.", code=item.code)
    if item.due_at:
        promised = translate("Result on %(at)s.", at=formats.moment(item.due_at))
        said = f"{said} {promised}"
    flask.flash(said)
    if flask.request.form.get("then") == "next":
        code = desk.item.code
        here = flask.url_for("procedures.open_form", code=code)
        return f"{here}?{urlencode({'da-nhan': str(case)})}"
    tasks = application.queries.case_tasks(actor, case)
    for task in dossier.mine(actor, tasks):
        return flask.url_for("tasks.show", **worklist.row_of(task).address)
    return flask.url_for("cases.show", case=case)


def refuse(
    desk: Desk, kind: EventType, sent: submission.Submission
) -> Response | tuple[str, int]:
    """Do not receive what lies on the desk; give the number of the form."""
    asked, agency = counter.read(desk.package.model.facts), counter.desk_agency()
    if agency is None:
        raise NotAllowedError(code="no-position")
    field = desk.package.model.facts.applicant
    name = " ".join(sent.typed.get(field, ())) or asked.contact["nguoi_dai_dien"]
    about = (desk.item.code, name, agency)
    done = counter.send_back(kind, asked, about, sent.key)
    if isinstance(done, EngineError):
        why = translate("Write why it is not received.")
        wrong = {} if asked.reason.strip() else {"reason": why}
        shown = submission.again(sent, done, {})
        return page(desk, replace(shown, summary=[*wrong.items()]), done, wrong)
    said = translate("Not received. Form number %(number)s.", number=done["number"])
    flask.flash(said)
    here = flask.url_for("procedures.open_form", code=desk.item.code)
    paper = f"{agency.hex}/{context.today()}/{done['seq']}"
    return flask.redirect(f"{here}?{urlencode({_REFUSED: paper})}", 303)
