"""The fixed choices of radio, select and checklist."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from engine.forms import source
from engine.forms.field import Option

MOST_OPTIONS: Final = 500


def read(component: source.Source) -> tuple[Option, ...]:
    """Return the choices under `values`, which must be there and differ."""
    values = component.raw("values")
    if not isinstance(values, list) or not 0 < len(values) <= MOST_OPTIONS:
        component.refuse(
            "options-missing",
            f"values must list 1 to {MOST_OPTIONS} options (label and value).",
        )
        return ()
    options = tuple(_option(component, each) for each in values)
    stored = Counter(each.value for each in options if each.value)
    for value in sorted(each for each, count in stored.items() if count > 1):
        component.refuse("option-twice", f"The option value {value} occurs twice.")
    return options


def _option(component: source.Source, written: object) -> Option:
    if not isinstance(written, Mapping):
        component.refuse("option-invalid", "Each option must have a label and a value.")
        return Option("", "")
    report = source.Report()
    option = source.Source(written, report, element=component.element, path="values.")
    option.only(frozenset({"label", "value"}))
    value = option.text("value")
    if not value:
        option.refuse("option-invalid", "Each option needs a value that is a text.")
    if value != written.get("value", ""):
        option.refuse("option-invalid", "An option value must not need trimming.")
    for finding in report.findings:
        component.refuse(finding.code, finding.message)
    return Option(value, option.text("label") or value)
