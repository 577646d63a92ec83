"""Days that people type into filters: what stands there, what counts, what is wrong.

A browser shows its own field for a date in its own language (`mm/dd/yyyy`); here a day
is a line of text, read as everywhere in the product. A day that cannot be read stays as
it was typed, with what is wrong beside it and the day that counts in its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import flask

from webui import formats, instants
from webui.i18n import translate

#: Before there were any records, and after there will be any.
FIRST: Final = date(2000, 1, 1)
LAST: Final = date(2199, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A field for a day."""

    name: str
    #: What stands in the field.
    text: str
    #: The day that counts.
    day: date
    error: str = ""


def typed(
    name: str,
    otherwise: date,
    *,
    last: date = LAST,
    values: Mapping[str, str] | None = None,
) -> Typed:
    """The day that the address, or a form, gives under a name.

    Args:
        name: Name of the field.
        otherwise: The day that counts where none, or a wrong one, was typed.
        last: The last day that may be typed.
        values: A form; None: the address.
    """
    sent = (flask.request.args if values is None else values).get(name, "").strip()
    if not sent:
        return Typed(name=name, text=formats.day(otherwise), day=otherwise)
    try:
        day = instants.day(sent)
    except ValueError:
        said = translate("Enter the day as 20/11/2026.")
        return _wrong(name, sent, otherwise, said)
    if FIRST <= day <= last:
        return Typed(name=name, text=formats.day(day), day=day)
    said = translate(
        "Enter a day from %(first)s to %(last)s.",
        first=formats.day(FIRST),
        last=formats.day(last),
    )
    return _wrong(name, sent, otherwise, said)


def span(first: Typed, last: Typed) -> tuple[Typed, Typed]:
    """Two days as a span; the last is not before the first."""
    if first.day <= last.day:
        return first, last
    said = translate("The last day is before the first.")
    error = last.error or _with_day(said, first.day)
    return first, replace(last, day=first.day, error=error)


def _wrong(name: str, sent: str, otherwise: date, said: str) -> Typed:
    error = _with_day(said, otherwise)
    return Typed(name=name, text=sent, day=otherwise, error=error)


def _with_day(said: str, day: date) -> str:
    """What is wrong, and which day counts in its place."""
    counts = translate("What is shown takes %(day)s.", day=formats.day(day))
    return f"{said} {counts}"
