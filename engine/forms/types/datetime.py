"""A date, typed `d/m/yyyy` and stored as ISO 8601 `yyyy-mm-dd`."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import ClassVar, Final

from engine.forms import registry, source
from engine.forms.field import JSON, Field, Scalar

_VIETNAMESE: Final = re.compile(
    r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})",
)
_ISO: Final = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
#: Before this a year is a slip of the finger: `0026` for 2026.
_FIRST_YEAR: Final = 1000


@registry.component("datetime")
class Date(registry.ComponentType):
    """A date answer; times of day are not supported."""

    properties: ClassVar = frozenset({"subtype", "dateLabel"})
    rules: ClassVar = frozenset({"required"})
    label_property: ClassVar = "dateLabel"
    kind: ClassVar = "date"

    def compile(self, field: Field, component: source.Source) -> Field:
        """Accept the subtype date only."""
        if component.text("subtype") not in ("", "date"):
            component.refuse(
                "subtype-unsupported", "Only the subtype date is supported."
            )
        return field

    def parse(self, field: Field, items: Sequence[Scalar]) -> JSON:
        """Return the ISO date, or `None` for nothing typed."""
        del field
        text = registry.typed(items)
        if not text:
            return None
        match = _VIETNAMESE.fullmatch(text) or _ISO.fullmatch(text)
        if match is None:
            raise registry.RefusedError("date-form")
        year, month, day = (int(match[part]) for part in ("year", "month", "day"))
        if year < _FIRST_YEAR:
            raise registry.RefusedError("date-form")
        try:
            return dt.date(year, month, day).isoformat()
        except ValueError:
            raise registry.RefusedError("date-missing") from None

    def write(self, field: Field, value: JSON) -> tuple[str, ...]:
        """Return the date as `dd/mm/yyyy`."""
        match = _ISO.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            return super().write(field, value)
        return (f"{match['day']}/{match['month']}/{match['year']}",)
