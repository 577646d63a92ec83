"""What an uploaded diagram leaves to the designer: questions with choices and fields.

The answers go into the package as `answers.json`, so that the version says what was
decided, and its diagram stays as it was drawn. Some choices are typed out (a number, a
time, a condition, the name of a decision): they are checked at their field before the
file is, and what was typed stands there again.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from engine import expressions, limits
from engine.domain import iso8601
from engine.errors import EngineError, ModelInvalidError
from engine.package import Find
from models_bpmn import catalogue, packages
from models_bpmn.importer.desk import Decision
from webui import bootstrap, i18n
from webui.i18n import translate

#: The fields of the form that hold answers begin so.
PREFIX: Final = "decision:"
_TYPED: Final = "typed:"
_OPEN: Final = "…"
_NAME: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer that may be given."""

    value: str
    label: str
    chosen: bool
    #: Name of the field to type into; empty: there is nothing to type.
    typed: str = ""
    #: What was typed, what is wrong with it, and how it is written.
    text: str = ""
    error: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question about one element."""

    #: Name of the form field.
    field: str
    text: str
    choices: list[Choice]

    @property
    def error(self) -> str:
        """What is wrong with the answer; empty when nothing is."""
        return next((one.error for one in self.choices if one.error), "")


def answered(files: Mapping[str, bytes], sent: Mapping[str, str]) -> dict[str, bytes]:
    """The files with what was answered on the page; what is typed wrongly is not."""
    given = {}
    for name, value in sent.items():
        identity = name.removeprefix(PREFIX)
        if not name.startswith(PREFIX):
            continue
        if value.endswith(_OPEN):
            text = sent.get(_field(identity, value), "").strip()
            if _wrong(value, text):
                continue
            given[identity] = value.removesuffix(_OPEN) + text
        else:
            given[identity] = value
    if not given:
        return dict(files)
    kept = files.get(catalogue.ANSWERS)
    known = {} if kept is None else catalogue.read_answers(kept)
    written = json.dumps({**known, **given}, ensure_ascii=False, sort_keys=True)
    return {**files, catalogue.ANSWERS: written.encode()}


def mistakes(sent: Mapping[str, str]) -> bool:
    """Whether something that was chosen to be typed is not typed rightly."""
    return any(
        name.startswith(PREFIX)
        and value.endswith(_OPEN)
        and _wrong(value, sent.get(_field(name.removeprefix(PREFIX), value), ""))
        for name, value in sent.items()
    )


def asked(
    files: Mapping[str, bytes], sent: Mapping[str, str], find: Find
) -> list[Question]:
    """The questions about a package; none when it is refused for another reason."""
    maker = packages.Maker(bootstrap.registry().names())
    try:
        found = maker.analyse(files, intent=False, find=find)
        known = catalogue.answers(catalogue.package(files))
    except ModelInvalidError:
        return []
    # An answer that is wrong on the page leaves its question open.
    return [
        _question(one, known.get(one.id, ""), sent)
        for one in (found.asked if found.decisions else ())
    ]


def _question(one: Decision, known: str, sent: Mapping[str, str]) -> Question:
    labels = one.labels(i18n.language())
    chosen = known if one.fits(known) else one.default
    shown = sent.get(PREFIX + one.id, "")
    if shown in one.choices and shown.endswith(_OPEN):
        chosen = shown
    elif chosen not in one.choices:
        # Typed earlier: the field holds it again.
        chosen = f"{chosen.partition(':')[0]}:{_OPEN}"
    return Question(
        field=PREFIX + one.id,
        text=one.question(i18n.language()),
        choices=[
            _choice(one, value, labels[value], chosen, known, sent)
            for value in one.choices
        ],
    )


def _choice(  # noqa: PLR0913, PLR0917 - one part of a choice each
    one: Decision,
    value: str,
    label: str,
    chosen: str,
    known: str,
    sent: Mapping[str, str],
) -> Choice:
    if not value.endswith(_OPEN):
        return Choice(value=value, label=label, chosen=value == chosen)
    field, prefix = _field(one.id, value), value.removesuffix(_OPEN)
    before = known.removeprefix(prefix) if known.startswith(prefix) else ""
    text = sent.get(field, before).strip()
    picked = sent.get(PREFIX + one.id) == value
    kind = prefix.removesuffix(":")
    return Choice(
        value=value,
        label=label.replace(_OPEN, "").strip(),
        chosen=value == chosen,
        typed=field,
        text=text,
        error=_wrong(value, text) if picked else "",
        hint=translate(_HINTS[kind]),
    )


def _field(identity: str, value: str) -> str:
    """The name of the field that a choice is typed into."""
    return f"{_TYPED}{value.partition(':')[0]}:{identity}"


def _wrong(value: str, text: str) -> str:
    """What is wrong with a typed answer, in words; empty when it is right."""
    text = text.strip()
    if not text:
        return translate("Type it here, or choose another answer.")
    check = _CHECKS.get(value.partition(":")[0])
    return check(text) if check is not None else ""


def _count(text: str) -> str:
    most = limits.MULTI_INSTANCE_ITEMS
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most:
        return ""
    return translate("Type a whole number from 1 to %(most)s.", most=most)


def _time(text: str) -> str:
    try:
        iso8601.parse_duration(text)
    except EngineError:
        return translate("This is no length of time. Examples: P3D, PT4H, P1M.")
    return ""


def _expression(text: str) -> str:
    try:
        expressions.compile(text)
    except EngineError as refusal:
        return translate(
            "The condition cannot be read: %(why)s Example: so_tien > 100.",
            why=refusal.message,
        )
    return ""


def _name(text: str) -> str:
    if len(text) > _NAME or not text.isprintable():
        return translate("Type the id or the name of a decision of the package.")
    return ""


_CHECKS: Final[Mapping[str, Callable[[str], str]]] = {
    "count": _count,
    "time": _time,
    "expression": _expression,
    "decision": _name,
}
_HINTS: Final[Mapping[str, str]] = {
    "count": "A whole number, for example 3",
    "time": "For example P3D (3 days), PT4H (4 hours), P1M (1 month)",
    "expression": "For example so_tien > 100 and dat == true",
    "decision": "The id or the name of a decision in the package",
}
