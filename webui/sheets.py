"""Forms made in code: what they ask, and the command that they become."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from engine.domain.run import Json
from engine.errors import AnswersInvalidError, EngineError
from engine.forms import document
from engine.forms.answers import FieldError
from engine.forms.field import Option
from engine.forms.form import Form
from webui import founding
from webui.i18n import translate

Values = Mapping[str, Json]
#: What the answers become: a command, or what is wrong with them together.
Make = Callable[[Values, UUID], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One form: what it asks, what it becomes, what is said afterwards."""

    title: str
    about: str
    submit: str
    done: str
    form: Form
    make: Make
    #: What stands in the fields before anything is typed.
    known: Values = field(default_factory=dict)
    #: The heading under which an option of a list stands, by its value.
    groups: Mapping[str, str] = field(default_factory=dict)
    #: What lines of text offer to choose from, by their key: values and labels.
    offered: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: The field that a record with the same name is told beside.
    clash: tuple[str, str] = ("", "")
    #: The field that a refusal of the command is told beside, and what is said there;
    #: None: it stands above the form.
    beside: Callable[[EngineError], FieldError | None] = lambda _: None


def wrong(key: str, message: str) -> AnswersInvalidError:
    """What is wrong with one field, as a refusal."""
    return AnswersInvalidError((FieldError(key, "wrong", {}, message),))


def day(value: Json) -> date:
    """The day that a checked date field gives."""
    return date.fromisoformat(str(value))


def form(*components: Mapping[str, Any]) -> Form:
    """A form of these components."""
    named: list[Any] = [{"id": one["key"], **one} for one in components]
    return document.compile(
        {
            "type": "default",
            "schemaVersion": document.SCHEMA_VERSION,
            "components": named,
        }
    )


def with_options(form: Form, keys: Collection[str], offered: Mapping[str, str]) -> Form:
    """A form whose lists offer what a tenant has, more than anybody would draw.

    Args:
        form: The form, compiled with at least one option for each of them.
        keys: The lists.
        offered: Values and labels.
    """
    options = tuple(Option(value, label) for value, label in offered.items())
    parts = (
        replace(one, options=options) if one.key in keys else one for one in form.parts
    )
    return replace(form, parts=tuple(parts))


def text(
    key: str,
    label: str,
    *,
    longest: int = founding.NAME_CHARS,
    pattern: str = "",
    hint: str = "",
) -> Mapping[str, Any]:
    """A line of text; one that has a pattern may stay empty."""
    rules: dict[str, Any] = {"maxLength": longest, "required": not pattern}
    if pattern:
        rules["pattern"] = pattern
    return {
        "type": "textfield",
        "key": key,
        "label": label,
        "description": hint,
        "validate": rules,
    }


def date_field(
    key: str, label: str, *, required: bool = True, hint: str = ""
) -> Mapping[str, Any]:
    """A day."""
    return {
        "type": "datetime",
        "subtype": "date",
        "key": key,
        "dateLabel": label,
        "description": hint or translate("Day/month/year, for example 20/11/2026"),
        "validate": {"required": required},
    }


def choice(
    kind: str,
    key: str,
    label: str,
    offered: Mapping[str, str],
    *,
    required: bool = True,
) -> Mapping[str, Any]:
    """Values to choose from: `radio` for one, `checklist` for several."""
    return {
        "type": kind,
        "key": key,
        "label": label,
        "values": [{"value": value, "label": name} for value, name in offered.items()],
        "validate": {"required": required},
    }
