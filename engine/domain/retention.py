"""How long the record of a closed case is kept, as `qt:retention` says.

Written as ISO 8601 (`P10Y`), in words (`10 năm`, `6 tháng`, `10 years`) or as kept for
ever (`Vĩnh viễn`, `permanent`). What is not understood is kept: nothing is ever erased
for want of a rule.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.domain import iso8601
from engine.errors import DurationError

_WORDS: Final = re.compile(r"(\d{1,3})\s*(năm|tháng|years?|months?)", re.IGNORECASE)
_FOR_EVER: Final = frozenset({"vĩnh viễn", "permanent", "forever"})


@dataclass(frozen=True, slots=True)
class Retention:
    """A period of keeping."""

    #: ISO 8601; empty: for ever, or not known.
    period: str = ""
    #: Whether the text was understood.
    known: bool = True

    def over(self, closed: datetime, now: datetime) -> bool:
        """Whether a case that closed then need not be kept any longer."""
        if not self.period:
            return False
        return iso8601.add(closed, iso8601.parse_duration(self.period)) <= now


def read(text: str) -> Retention:
    """The period that a procedure states."""
    plain = text.strip()
    if plain.lower() in _FOR_EVER:
        return Retention()
    words = _WORDS.fullmatch(plain)
    if words:
        unit = "Y" if words[2].lower()[0] in "ny" else "M"
        return Retention(f"P{int(words[1])}{unit}")
    try:
        iso8601.parse_duration(plain)
    except DurationError:
        return Retention(known=False)
    return Retention(plain)
