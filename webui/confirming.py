"""The page before an act that nobody takes back: what was entered, what follows.

Only the form of the task page asks for it (`check`); a program that sends answers has
its own. The answers are checked first, so that nobody confirms what is refused.
"""

from collections.abc import Iterator

import flask

from engine.errors import AnswersInvalidError
from engine.forms import answers
from engine.forms.answers import FieldError
from webui import desk, fields, i18n, submission, uploads

Page = tuple[str, int]


def page(found: desk.Desk, sent: submission.Submission) -> Page | None:
    """The page, where something follows that is to be confirmed; None: go on."""
    asked = flask.request.form.get("check", "")
    if asked == "again":
        return _again(found, sent)
    if not asked or not found.active:
        return None
    follows = found.follows(sent.outcome)
    if not follows:
        return None
    paper, wrong = found.paper(), _wrong(found, sent)
    if wrong or paper.errors:
        return desk.refused(found, sent, AnswersInvalidError(wrong))
    text = flask.render_template(
        "tasks/confirm.html",
        desk=found,
        task=found.task,
        item=found.dossier.item,
        sent=sent,
        outcome=_name(found, sent.outcome),
        sentences=follows.sentences(),
        entered=[*paper.told, *submission.texts(found.form, sent.sheet)],
        carried=[*_carried(sent), *paper.carried()],
        draft=flask.request.form.get("draft", ""),
        seen=flask.request.form.get("seen", ""),
    )
    return text, 200


def _again(found: desk.Desk, sent: submission.Submission) -> Page:
    """The form with everything typed, to change it."""
    return desk.page(found, submission.drafted(found.form, found.known, sent.sheet))


def _wrong(found: desk.Desk, sent: submission.Submission) -> tuple[FieldError, ...]:
    own = {key: sent.typed[key] for key in sent.form.keys if key in sent.typed}
    checked = answers.validate(
        found.form, own, language=i18n.language(), known=found.known
    )
    refused = {error.key for error in sent.uploads.errors}
    others = (one for one in checked.errors if one.key not in refused)
    return (*sent.uploads.errors, *others)


def _carried(sent: submission.Submission) -> Iterator[tuple[str, str]]:
    """Everything typed as hidden inputs: name and value."""
    for key, values in sent.sheet.typed.items():
        for value in values:
            yield f"{fields.PREFIX}{key}", value
    for key, kept in sent.uploads.files.items():
        for one in kept:
            yield f"{uploads.TOKEN}{key}", one.token


def _name(found: desk.Desk, outcome: str) -> str:
    flows = found.dossier.package.model.flows
    return flows[outcome].name if outcome in flows else ""
