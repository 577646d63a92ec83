"""Parts of the sheets on which something is told of a dossier."""

from collections.abc import Callable
from typing import Any, Final

from engine.commands import reasons
from engine.queries import CaseItem
from webui import sheets
from webui.i18n import translate

SHORT: Final = reasons.NAME_CHARS


def sheet(
    item: CaseItem,
    title: str,
    parts: tuple[Any, ...],
    make: Callable[[sheets.Values], object],
    known: sheets.Values | None = None,
) -> sheets.Sheet:
    """A sheet about a case, named and sent by what it does."""
    return sheets.Sheet(
        title=title,
        about=translate("Case %(code)s", code=item.code),
        submit=title,
        done=translate("Recorded in case %(code)s.", code=item.code),
        form=sheets.form(*parts),
        make=lambda values, _: make(values),
        known=known or {},
    )


def number(key: str, label: str) -> dict[str, Any]:
    """A whole number from 1."""
    rules = {"required": True, "min": 1}
    return {"type": "number", "key": key, "label": label, "validate": rules}


def optional(key: str, label: str) -> dict[str, Any]:
    """A line that may stay empty."""
    made = dict(sheets.text(key, label, longest=SHORT))
    return {**made, "validate": {"maxLength": SHORT}}


def choice(
    key: str, label: str, table: dict[str, str], kind: str = "radio"
) -> dict[str, Any]:
    """Values of a table to choose from, in the reader's language."""
    named = {value: translate(name) for value, name in table.items()}
    return dict(sheets.choice(kind, key, label, named))


def why(label: str, hint: str = "", *, required: bool = True) -> dict[str, Any]:
    """A reason."""
    made = dict(sheets.text("reason", label, longest=reasons.REASON_CHARS, hint=hint))
    rules = {"maxLength": reasons.REASON_CHARS, "required": required}
    return {**made, "type": "textarea", "validate": rules}


def files(key: str, label: str, *, several: bool = True) -> dict[str, Any]:
    """Files of the reader's device."""
    return {"type": "filepicker", "key": key, "label": label, "multiple": several}


def sent(values: sheets.Values, key: str) -> tuple[str, ...]:
    """SHA-256 of the files that were sent for a field."""
    found = values.get(key)
    return tuple(map(str, found)) if isinstance(found, list) else ()
