"""What a page with a form sends: answers, files, the outcome, the request's key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import flask
from werkzeug.datastructures import FileStorage, MultiDict

from engine import unsent
from engine.commands.transaction import Result
from engine.domain import comments, enclosed
from engine.domain.run import Json
from engine.errors import AnswersInvalidError, EngineError
from engine.forms import answers
from engine.forms.answers import FieldError
from engine.forms.form import Form
from webui import attempts, context, fields, i18n, uploads

_KEY_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One request of a form page."""

    form: Form
    #: By key of the field, as typed; files by their hash.
    typed: Mapping[str, Sequence[str]]
    uploads: uploads.Uploads
    outcome: str = ""
    key: str = ""

    @property
    def answers(self) -> dict[str, Json]:
        """What the command gets."""
        return {
            key: [*values]
            for key, values in self.typed.items()
            if key not in (comments.BESIDE, enclosed.BESIDE)
        }

    @property
    def enclosed(self) -> tuple[str, ...]:
        """Files that go with the act, beside its form."""
        return tuple(self.typed.get(enclosed.BESIDE, ()))

    @property
    def comment(self) -> str:
        """What is said beside a form of a step."""
        return "".join(self.typed.get(comments.BESIDE, ()))

    @property
    def sheet(self) -> unsent.Sheet:
        """What is kept of it as a draft."""
        files = self.uploads.files
        return unsent.Sheet(
            typed={key: self.typed[key] for key in self.typed if key not in files},
            files={key: [one.file for one in kept] for key, kept in files.items()},
            saved_at=context.now(),
        )

    def send(self, command: object) -> Result | EngineError:
        """Execute the command, unless the page itself refuses what came.

        A step without a form takes any answers from programs; our page asks for some,
        and nothing else is taken from it.
        """
        strange = self.typed.keys() - set(self.form.keys)
        if not strange and not self.uploads.errors:
            return attempts.attempt(command, self.key)
        return self.refusal()

    def refusal(self) -> AnswersInvalidError:
        """What the form finds wrong; nothing may be, where the page refuses more."""
        checked = answers.validate(self.form, self.typed, language=i18n.language())
        refused = {error.key for error in self.uploads.errors}
        others = (one for one in checked.errors if one.key not in refused)
        return AnswersInvalidError((*self.uploads.errors, *others))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A form as a page shows it: fresh, or again after a refusal."""

    form: Form
    rows: tuple[tuple[fields.Widget, ...], ...]
    attached: Mapping[str, tuple[uploads.Attached, ...]] = field(default_factory=dict)
    #: Id of the place and sentence, for the summary on top.
    summary: Sequence[tuple[str, str]] = ()
    #: Label and text of everything typed.
    kept: Sequence[tuple[str, str]] = ()


def read(
    form: Form,
    held: uploads.Notes | None = None,
    case: UUID | None = None,
    *,
    files: bool = True,
) -> Submission:
    """What the present request sends for a form.

    Args:
        form: The form.
        held: The case's files so far.
        case: The case; None at the receipt.
        files: Whether files are stored; not from somebody who may not answer the form.
    """
    request = flask.request
    sent = request.files if files else MultiDict[str, FileStorage]()
    came = uploads.read(form, request.form, sent, held or {}, case)
    return Submission(
        form=form,
        typed={**fields.sent(request.form), **came.answers()},
        uploads=came,
        outcome=request.form.get("outcome", ""),
        key=request.form.get("key", ""),
    )


def fresh(
    form: Form, known: Mapping[str, Json], held: uploads.Notes | None = None
) -> Shown:
    """A form before anything was sent; files that were answered before stand in it."""
    rows = fields.widgets(form, known=known, language=i18n.language())
    attached = {
        one.key: _held(known.get(one.key), held or {})
        for one in form.fields
        if one.type == "filepicker"
    }
    return Shown(form=form, rows=rows, attached=attached)


def drafted(form: Form, known: Mapping[str, Json], sheet: unsent.Sheet) -> Shown:
    """A form as it was typed before."""
    rows = fields.widgets(
        form, known=known, typed=sheet.typed, language=i18n.language()
    )
    return Shown(
        form=form,
        rows=rows,
        attached={key: uploads.kept(files) for key, files in sheet.files.items()},
    )


def texts(form: Form, sheet: unsent.Sheet) -> list[tuple[str, str]]:
    """Label and text of everything on a sheet, names of files among them."""
    names = {key: [one[1] for one in kept] for key, kept in sheet.files.items()}
    return fields.kept(form, {**sheet.typed, **names}, i18n.language())


def _held(value: Json, held: uploads.Notes) -> tuple[uploads.Attached, ...]:
    hashes = (
        [one for one in value if isinstance(one, str)]
        if isinstance(value, list)
        else []
    )
    return tuple(
        uploads.Attached(sha256=sha256, name=name, type=kind, size=size)
        for sha256 in hashes
        if sha256 in held
        for name, kind, size in (held[sha256],)
    )


def again(sent: Submission, refusal: EngineError, known: Mapping[str, Json]) -> Shown:
    """A form after a refusal: everything typed, and what is wrong with it."""
    wrong: tuple[FieldError, ...] = ()
    if isinstance(refusal, AnswersInvalidError):
        wrong = tuple(one for one in refusal.fields if isinstance(one, FieldError))
    language = i18n.language()
    files = {
        one.sha256: one.name for kept in sent.uploads.files.values() for one in kept
    }
    rows = fields.widgets(
        sent.form, known=known, typed=sent.typed, errors=wrong, language=language
    )
    return Shown(
        form=sent.form,
        rows=rows,
        attached=sent.uploads.files,
        summary=fields.summary(sent.form, wrong),
        kept=[
            (label, files.get(text, text))
            for label, text in fields.kept(sent.form, sent.typed, language)
        ],
    )


def new_key() -> str:
    """A key that makes a form that is sent twice one act."""
    return context.application().engine.tools.ids.random(_KEY_BYTES).hex()
