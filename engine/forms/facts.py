"""What a form records of the dossier: answers that are facts (`qt:fact`).

A step whose form names them tells `facts.result` and `facts.returned` when it is
completed, in the shape of `result.issued` and `result.returned`
(docs/manual/dossiers.md, rule 7). What is told follows from the answers and the form
alone, so that whoever judges the record works it out again.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from engine.domain import dossier_record, issuing
from engine.forms import messages
from engine.forms.answers import Answers, FieldError
from engine.forms.field import JSON, Field
from engine.forms.form import Form

NUMBER: Final = "result.number"
DATE: Final = "result.date"
HOW: Final = "returned.how"
#: Fact → the component types whose answers it may be.
FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    NUMBER: ("textfield",),
    DATE: ("datetime",),
    "result.kind": ("textfield", "radio", "select"),
    "result.file": ("filepicker",),
    "result.electronic": ("checkbox",),
    "result.code": ("textfield",),
    HOW: ("radio", "select"),
}
#: Without both of them nothing is known of a result.
NEEDED: Final = (NUMBER, DATE)
#: Facts stay for ever, so they are names and numbers, never prose.
_CHARS: Final = 200
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def named(form: Form) -> tuple[Field, ...]:
    """The fields of a form that are facts, in document order."""
    return tuple(one for one in form.fields if one.fact in FACTS)


def drawn(recording: Mapping[str, Form]) -> issuing.Drawn:
    """The steps that issue the result and that hand it over, by their forms."""
    return issuing.Drawn(
        issuing=frozenset(
            step for step, form in recording.items() if form.field_of(NUMBER)
        ),
        handing=frozenset(
            step for step, form in recording.items() if form.field_of(HOW)
        ),
    )


def told(form: Form | None, values: Mapping[str, JSON]) -> dict[str, JSON]:
    """What answers tell of the dossier: `result`, `returned`, both or nothing.

    Nothing is told of a result whose number or date is missing.

    Args:
        form: The form of the step; None: it has none.
        values: The answers, as they were stored.
    """
    if form is None:
        return {}
    said: dict[str, dict[str, JSON]] = {}
    for one in named(form):
        value = _value(one, values.get(one.key))
        if value:
            about, _, name = one.fact.partition(".")
            said.setdefault(about, {})[name] = value
    if not said.get("result", {}).keys() >= {"number", "date"}:
        said.pop("result", None)
    return {**said}


def checked(form: Form, found: Answers, today: date, language: str) -> Answers:
    """Answers as facts allow them: a result is told whole, of today at the latest."""
    if found.errors or form.field_of(NUMBER) is None:
        return found
    return replace(found, errors=tuple(_faults(form, found.values, today, language)))


def _faults(
    form: Form, values: Mapping[str, JSON], today: date, language: str
) -> Iterator[FieldError]:
    whole = [one for one in named(form) if one.fact in NEEDED]
    begun = any(values.get(one.key) for one in whole)
    for one in named(form):
        value = values.get(one.key)
        code, params = _fault(one, value, today)
        if not value and begun and one in whole and one.key in values:
            code, params = "required", {}
        if code:
            said = {**params, "label": one.name(language)}
            text = messages.message(code, said, language)
            yield FieldError(one.key, code, said, text)


def _fault(field: Field, value: JSON, today: date) -> tuple[str, dict[str, JSON]]:
    if field.fact == DATE and isinstance(value, str) and value > today.isoformat():
        return "future-day", {}
    if isinstance(value, str) and len(value) > _CHARS:
        return "too-long", {"limit": _CHARS, "length": len(value)}
    if isinstance(value, list) and value and not _value(field, value):
        return "malformed", {}
    return "", {}


def _value(field: Field, value: JSON) -> JSON:
    """An answer as the record tells it: a choice by its label, a file by its hash."""
    if isinstance(value, list):
        first = value[0] if value else ""
        return first if _SHA256.fullmatch(str(first)) else ""
    if field.fact == HOW:
        return value if value in dossier_record.WAYS else ""
    chosen = field.option(value)
    return value if chosen is None else chosen.label
