"""Numbers of papers: how they are written, and which counter counts them.

They count up for each agency, year and symbol. A number that somebody typed is one of a
counter when it is written as the papers of the register bear it: `12/XLGH`, with the
symbol of a form.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from engine.domain.paper_forms import SETS

#: What an event tells of a number that was typed with its act: counter and number.
FACT: Final = "typed"
_TYPED: Final = re.compile(r"0*(?P<number>[1-9][0-9]{0,8}) */ *(?P<symbol>[^\W\d_]+)")
_CODE: Final = re.compile(
    r"(?P<prefix>[^\W\d_]+/[0-9a-f]{32}/[0-9]{4}/)(?P<number>[1-9][0-9]{0,8})"
)


_SYMBOLS: Final = frozenset(
    form.symbol for one in SETS for form in one.forms.values() if form.symbol
)


class Typed(NamedTuple):
    """A number as it was typed."""

    number: int
    symbol: str


class Counted(NamedTuple):
    """A number of a counter."""

    prefix: str
    number: int


def read(text: str) -> Typed | None:
    """A number of the register as it was typed; None: it is of another register."""
    found = _TYPED.fullmatch(text)
    if found is None or found["symbol"].upper() not in _SYMBOLS:
        return None
    return Typed(int(found["number"]), found["symbol"].upper())


def prefix(symbol: str, agency: UUID, year: int) -> str:
    """The counter of the papers of an agency in a year."""
    return f"{symbol}/{agency.hex}/{year}/"


def told(facts: Mapping[str, Any]) -> Counted | None:
    """The number of a counter that an event tells was typed; None: it tells of none."""
    code = facts.get(FACT)
    found = _CODE.fullmatch(code) if isinstance(code, str) else None
    return None if found is None else Counted(found["prefix"], int(found["number"]))
