"""A page that asks one sheet (`webui.sheets`), checks it and carries it out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine.commands.transaction import Result
from engine.domain import policy
from engine.errors import AnswersInvalidError, EngineError, ExistsError
from engine.forms import answers
from engine.forms.answers import FieldError
from engine.queries import CaseItem
from webui import attempts, context, errors, i18n, on_paper, sheets, submission, uploads
from webui.i18n import translate

#: What a view that asks gives: a page with its status, or the way onwards.
Page = Response | tuple[str, int]
#: Makes the sheet, once the right to it is given.
Made = Callable[[], sheets.Sheet]
BOTH: Final = ("GET", "POST")
_HEX: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What surrounds a sheet."""

    action: policy.Action
    #: Endpoint that follows, and what its page is called.
    onwards: str
    name: str
    #: What the endpoint's address holds.
    to: Mapping[str, Any] = field(default_factory=dict)
    #: What is done once the command is durable.
    after: Callable[[Result], None] | None = None
    #: The case that the files of the sheet become files of.
    case: CaseItem | None = None
    #: Of an act that may have been done on paper: what is entered of that, read once.
    paper: Callable[[], on_paper.Panel] | None = None
    #: The page, and what it shows beside the sheet.
    template: str = "fields/sheet.html"
    more: Mapping[str, Any] = field(default_factory=dict)


def of_case(action: policy.Action, case: UUID) -> Asking:
    """What surrounds a sheet about a case, whose page follows."""
    name = translate("Case")
    return Asking(action=action, onwards="cases.show", name=name, to={"case": case})


def on_sheets(
    asking: Asking,
    item: CaseItem,
    held: uploads.Notes,
    hands: Callable[[], tuple[on_paper.Hand, ...]],
) -> Asking:
    """The same where the act may have been done on paper, by one of some hands."""
    paper = on_paper.of_case(item, held, hands)
    return replace(asking, paper=paper, after=lambda _: on_paper.attach(item, paper()))


def page(made: Made, asking: Asking) -> Page:
    """Show a form, or carry out what it says."""
    context.demand(asking.action)
    sheet = made()
    if flask.request.method == "GET":
        return _shown(sheet, submission.fresh(sheet.form, sheet.known), asking)
    sent = _read(sheet, asking.case)
    done = _send(sheet, sent, asking)
    if isinstance(done, EngineError):
        again = submission.again(sent, done, {})
        return _shown(sheet, again, asking, done)
    if asking.case is not None:
        uploads.attach(asking.case, sent.uploads)
    if asking.after is not None:
        asking.after(done)
    flask.flash(sheet.done)
    return flask.redirect(flask.url_for(asking.onwards, **asking.to), 303)


def _read(sheet: sheets.Sheet, case: CaseItem | None) -> submission.Submission:
    """What was sent, with its files where the sheet asks for some."""
    if case is None:
        return submission.read(sheet.form)
    return submission.read(sheet.form, uploads.of_case(case.id), case.id)


def _send(
    sheet: sheets.Sheet, sent: submission.Submission, asking: Asking
) -> EngineError | Result:
    """Check the answers, make the command and execute it."""
    checked = answers.validate(sheet.form, sent.typed, language=i18n.language())
    paper = asking.paper() if asking.paper else None
    if not checked.ok or sent.uploads.errors:
        return sent.refusal()
    if paper is not None and paper.refusal is not None:
        return paper.refusal
    key = _key(sent.key)
    command = sheet.make(checked.values, key)
    if isinstance(command, EngineError):
        return command
    if paper is not None:
        command = replace(cast("Any", command), paper=paper.act)
    done = attempts.attempt(command, key.hex)
    field, message = sheet.clash
    if isinstance(done, ExistsError) and field:
        return AnswersInvalidError((FieldError(field, done.code, {}, message),))
    told = sheet.beside(done) if isinstance(done, EngineError) else None
    return done if told is None else AnswersInvalidError((told,))


def _shown(
    sheet: sheets.Sheet,
    shown: submission.Shown,
    asking: Asking,
    refusal: EngineError | None = None,
) -> tuple[str, int]:
    paper = asking.paper() if asking.paper else None
    summary = [*(paper.summary if paper else ()), *shown.summary]
    text = flask.render_template(
        asking.template,
        sheet=sheet,
        rows=shown.rows,
        paper=paper,
        attached=shown.attached,
        files=any(one.type == "filepicker" for one in sheet.form.fields),
        case=asking.case,
        summary=summary,
        failed=refusal is not None,
        refusal="" if refusal is None else errors.text_of(refusal),
        back=flask.url_for(asking.onwards, **asking.to),
        back_name=asking.name,
        key=context.application().engine.tools.ids.uuid().hex,
        **asking.more,
    )
    return text, 200 if refusal is None else errors.status_of(refusal)


def _key(text: str) -> UUID:
    """The form's key: sent twice, it makes one record, whose id it is."""
    if _HEX.fullmatch(text):
        return UUID(text)
    return context.application().engine.tools.ids.uuid()
