"""Form fields as pages show them, and what a page sends back.

Names in HTML begin with `f.`, so that an answer never clashes with the page's own
inputs (`key`, `outcome`, the token against forged requests). What was typed is shown
again exactly as typed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from werkzeug.datastructures import MultiDict

from engine.domain.run import Json
from engine.forms import messages, wording
from engine.forms.answers import FieldError
from engine.forms.field import Field
from engine.forms.form import Form, show

PREFIX: Final = "f."
#: Types that are a group of controls under one legend.
_SETS: Final = frozenset({"checklist", "radio", "checkbox", "filepicker"})
#: Longest answers that still fit a short and a medium input.
_SHORT: Final = 8
_MEDIUM: Final = 40
#: Checks of answers that are never long.
_SHORT_CHECKS: Final = frozenset({"cccd", "email", "phone"})
#: What a ticked box sends: a word for programs, which nobody typed.
_TICKED: Final = ["true"]
_INPUTS: Final[Mapping[str, str]] = {"email": "email", "phone": "tel"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget:
    """One component of a form on a page."""

    field: Field
    #: Id of the control, and of the place that the error summary links to.
    id: str
    name: str
    label: str
    #: What to know before answering; the condition under which it is asked.
    hint: str
    #: What stands in the inputs.
    typed: tuple[str, ...]
    #: What is wrong with it, as a sentence; empty when nothing is.
    error: str
    #: A read-only value as a person reads it.
    text: str
    #: Width of the input: `short`, `date`, `medium` or full.
    size: str
    #: Keyboard that a telephone shows.
    inputmode: str

    @property
    def template(self) -> str:
        """The file that draws it."""
        shape = "readonly" if self.field.readonly else self.field.type
        return f"fields/{shape}.html"

    @property
    def optional(self) -> bool:
        """Whether it may be left empty; said of fields that are typed into."""
        field = self.field
        return bool(field.key) and not field.required and field.type not in _SETS

    @property
    def value(self) -> str:
        """What stands in a single input."""
        return self.typed[0] if self.typed else ""


def widgets(
    form: Form,
    *,
    known: Mapping[str, Json],
    typed: Mapping[str, Sequence[str]] | None = None,
    errors: Sequence[FieldError] = (),
    language: str = messages.VIETNAMESE,
) -> tuple[tuple[Widget, ...], ...]:
    """Every component of a form, in rows: what stands side by side is one row.

    Args:
        form: The form.
        known: What the case holds: first values of fields, and read-only ones.
        typed: What a request brought; it wins over `known`. None on a fresh page.
        errors: What is wrong with it.
        language: Of labels.
    """
    sheet = _Sheet(
        form=form,
        known=known,
        values=form.typed(known) if typed is None else typed,
        wrong={error.key: error.message for error in errors},
        language=language,
    )
    seen = [
        sheet.widget(part)
        for part in form.parts
        if typed is not None or _may_show(form, part, known)
    ]
    rows = groupby(seen, key=_row)
    return tuple(row for _, group in rows for row in _together(tuple(group)))


def sent(values: MultiDict[str, str]) -> dict[str, list[str]]:
    """The answers of a request, by key of the field."""
    return {
        name.removeprefix(PREFIX): values.getlist(name)
        for name in values
        if name.startswith(PREFIX)
    }


def summary(form: Form, errors: Sequence[FieldError]) -> list[tuple[str, str]]:
    """What is wrong, for the top of the page: id of the place, sentence."""
    first = next((part.key for part in form.fields), "")
    keys = {field.key for field in form.fields}
    return [
        (identity(error.key if error.key in keys else first), error.message)
        for error in errors
    ]


def kept(
    form: Form, typed: Mapping[str, Sequence[str]], language: str
) -> list[tuple[str, str]]:
    """Label and text of everything typed, to be copied when it was not stored."""
    return [
        (field.name(language), _readable(field, typed[field.key], language))
        for field in form.fields
        if any(typed.get(field.key, ()))
    ]


def identity(key: str) -> str:
    """The id of a field's control."""
    return f"f-{key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """A form on one page."""

    form: Form
    known: Mapping[str, Json]
    values: Mapping[str, Sequence[str]]
    wrong: Mapping[str, str]
    language: str

    def widget(self, part: Field) -> Widget:
        """One of its components."""
        asked = bool(part.key)
        condition = wording.shown_if(self.form, part, self.language) if asked else ""
        value = self.known.get(part.key, part.default)
        return Widget(
            field=part,
            id=identity(part.key or part.id),
            name=f"{PREFIX}{part.key}",
            label=part.name(self.language),
            hint=" ".join(filter(None, (part.description, condition))),
            typed=tuple(self.values.get(part.key, ())),
            error=self.wrong.get(part.key, "") if asked else "",
            text=show(part, value, self.language) if asked and part.readonly else "",
            size=_size(part),
            inputmode=_inputmode(part),
        )


def _may_show(form: Form, part: Field, known: Mapping[str, Json]) -> bool:
    """Leave out what is hidden for good: by values that this page does not ask."""
    asked = {field.key for field in form.fields if not field.readonly}
    reads = {key for condition in part.hide for key in condition.keys}
    return bool(reads & asked) or part.id not in form.hidden(known)


def _row(widget: Widget) -> tuple[str, str]:
    return widget.field.group, widget.field.layout.row


def _together(group: tuple[Widget, ...]) -> Iterator[tuple[Widget, ...]]:
    """A row of its own for each, unless the designer named a common row."""
    if group[0].field.layout.row:
        yield group
    else:
        yield from ((widget,) for widget in group)


def _size(part: Field) -> str:
    if part.type == "datetime":
        return "date"
    if part.type == "number":
        return "short"
    longest = part.max_length
    if part.type != "textfield" or longest is None or longest > _MEDIUM:
        return "medium" if part.check in _SHORT_CHECKS or part.type == "select" else ""
    return "short" if longest <= _SHORT else "medium"


def _inputmode(part: Field) -> str:
    if part.type == "number":
        return "decimal" if part.decimals else "numeric"
    # Not for dates: the keypad of many telephones has no slash.
    if part.check.startswith("cccd"):
        return "numeric"
    return _INPUTS.get(part.check, "")


def _readable(field: Field, typed: Sequence[str], language: str) -> str:
    if field.type == "checkbox" and [*typed] == _TICKED:
        return show(field, value=True, language=language)
    options = {option.value: option.label for option in field.options}
    return "\n".join(options.get(item, item) for item in typed if item)
