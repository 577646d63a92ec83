"""Checking the answers to a form: values to store, or each wrong field by name.

Nothing that a request sends is trusted: unknown names are refused, read-only fields are
never taken from it, hidden fields are neither checked nor stored, and choices must be
among the options. What was typed is kept as it was typed, so that a page can show it
again beside the messages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine import limits
from engine.forms import form as forms
from engine.forms import messages, registry
from engine.forms.field import JSON, Field

#: What a request or a program sends: texts of a web form, or plain JSON.
Raw = Mapping[str, object]

_KIB: Final = 1024
#: Cost of an item whose length says nothing: a number, a yes or no.
_ITEM_BYTES: Final = 16
_NAME_CHARS: Final = 100
#: Unknown names that one answer lists; who sends more is not filling in our page.
_MOST_STRANGERS: Final = 20


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong answer: which field, why, and the sentence that says so."""

    key: str
    code: str
    params: Mapping[str, JSON] = field(default_factory=dict)
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What came of checking; `values` may be stored only when there are no errors."""

    #: By key. Empty answers are None, False or an empty list; hidden fields are absent.
    values: Mapping[str, JSON]
    #: In form order; unknown names and sizes first.
    errors: tuple[FieldError, ...]
    #: What was typed for the fields of the form, as it was typed.
    typed: Mapping[str, tuple[str, ...]]

    @property
    def ok(self) -> bool:
        """Whether every answer is right."""
        return not self.errors

    def error(self, key: str) -> FieldError | None:
        """Return what is wrong with a field."""
        return next((each for each in self.errors if each.key == key), None)


def validate(
    form: forms.Form,
    raw: Raw,
    *,
    language: str = messages.VIETNAMESE,
    known: Mapping[str, JSON] | None = None,
    allow: frozenset[str] = frozenset(),
) -> Answers:
    """Check what was sent against a form.

    Args:
        form: The form.
        raw: By key, the items of a web form or plain JSON values.
        language: Of the messages.
        known: What the case already holds; only read-only fields take values from it.
        allow: Further names that the request may carry, such as its token.
    """
    if _size(raw) > limits.ANSWERS_BYTES:
        params: dict[str, JSON] = {"limit": limits.ANSWERS_BYTES // _KIB}
        return Answers(
            values={},
            errors=(_error("", "answers-too-large", params, language),),
            typed=_typed(form, raw),
        )
    check = _Check(form, raw, known or {})
    check.run()
    strangers = sorted(str(key) for key in raw.keys() - set(form.keys) - allow)[
        :_MOST_STRANGERS
    ]
    unknown = (
        _error(key, "unknown-field", {"label": key[:_NAME_CHARS]}, language)
        for key in strangers
    )
    wrong = (
        _error(
            each.key,
            check.refused[each.key].code,
            {**check.refused[each.key].params, "label": each.name(language)},
            language,
        )
        for each in form.fields
        if each.key in check.refused
    )
    values = {key: check.values[key] for key in form.keys if key in check.values}
    return Answers(values=values, errors=(*unknown, *wrong), typed=_typed(form, raw))


class _Check:
    """One pass over the fields, in the order in which conditions need them."""

    def __init__(self, form: forms.Form, raw: Raw, known: Mapping[str, JSON]) -> None:
        self._fields = {each.key: each for each in form.fields}
        self._order = form.order
        self._raw = raw
        self._known = known
        self.values: dict[str, JSON] = {}
        self.refused: dict[str, registry.RefusedError] = {}
        #: What conditions see: answers, and what the case holds of read-only fields.
        self._seen: dict[str, JSON] = {}
        self._unsure: set[str] = set()

    def run(self) -> None:
        for key in self._order:
            asked = self._fields[key]
            reads = {name for each in asked.hide for name in each.keys}
            if reads & self._unsure:
                # Whether it is asked at all depends on an answer that is wrong.
                self._unsure.add(key)
            elif forms.is_hidden(asked, self._seen):
                continue
            elif asked.readonly:
                self._keep(asked)
            else:
                self._take(asked)

    def _keep(self, asked: Field) -> None:
        value = self._known.get(asked.key, asked.default)
        self._seen[asked.key] = value
        if asked.key not in self._known and value is not None:
            self.values[asked.key] = value

    def _take(self, asked: Field) -> None:
        behaviour = registry.types()[asked.type]
        try:
            value = behaviour.answer(asked, self._raw.get(asked.key))
        except registry.RefusedError as error:
            self.refused[asked.key] = error
            self._unsure.add(asked.key)
            return
        self.values[asked.key] = self._seen[asked.key] = value


def _typed(form: forms.Form, raw: Raw) -> dict[str, tuple[str, ...]]:
    kinds = registry.types()
    typed: dict[str, tuple[str, ...]] = {}
    for asked in form.fields:
        sent = raw.get(asked.key)
        if asked.readonly or sent is None:
            continue
        listed: Sequence[object] = sent if isinstance(sent, list | tuple) else [sent]
        written = [
            each if isinstance(each, str) else kinds[asked.type].write(asked, each)
            for each in listed
            if isinstance(each, bool | int | float | str)
        ]
        typed[asked.key] = tuple(
            text
            for each in written
            for text in ((each,) if isinstance(each, str) else each)
        )
    return typed


def _size(raw: Raw) -> int:
    """Estimate the bytes of an answer; stop at what is too large or nested."""
    size = 0
    for key, sent in raw.items():
        size += len(str(key).encode("utf-8", "replace"))
        for each in sent if isinstance(sent, list | tuple) else (sent,):
            size += (
                len(each.encode("utf-8", "replace"))
                if isinstance(each, str)
                else _ITEM_BYTES + (each.bit_length() if isinstance(each, int) else 0)
            )
    return size


def _error(
    key: str, code: str, params: Mapping[str, JSON], language: str
) -> FieldError:
    return FieldError(key, code, params, messages.message(code, params, language))
