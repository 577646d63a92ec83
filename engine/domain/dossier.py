"""Dossiers as lists show them: their code and their applicant.

Codes are configurable, unique in the tenant and never given twice.

A pattern is text with fields in braces: `{agency}` (the receiving agency's code),
`{yymmdd}` or `{yyyymmdd}` (day of receipt, local), `{procedure}` and, last, `{n:4}`: a
counter of that many digits which runs for each text before it.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from engine.domain.model import Facts
from engine.domain.run import Json
from engine.errors import ConfigurationError

#: The value that every case has from the start, for correlation and for forms.
CODE_KEY: Final = "ma_ho_so"
DEFAULT_PATTERN = "{agency}-{yymmdd}-{n:4}"
#: Characters of an answer that is searched, and of all of them.
_WORD_CHARS = 100
_WORDS_CHARS = 1_000
_COUNTER = re.compile(r"\{n:([1-9])\}$")
_FIELD = re.compile(r"\{(\w+)\}")


def prefix(pattern: str, *, agency: str, procedure: str, day: date) -> str:
    """The text before the counter.

    Raises:
        ConfigurationError: The pattern has an unknown field or no counter at its end.
    """
    fields = {
        "agency": agency,
        "procedure": procedure,
        "yymmdd": day.strftime("%y%m%d"),
        "yyyymmdd": day.strftime("%Y%m%d"),
    }
    text, found = _COUNTER.subn("", pattern)
    plain = _FIELD.sub("", text)
    known = set(_FIELD.findall(text)) <= fields.keys()
    if not found or not known or "{" in plain or "}" in plain:
        raise ConfigurationError(
            f"The dossier-code pattern “{pattern}” is not valid.", pattern=pattern
        )
    return _FIELD.sub(lambda match: fields[match.group(1)], text)


def code(pattern: str, before: str, number: int) -> str:
    """The code with a number of the counter, padded to the pattern's width."""
    found = _COUNTER.search(pattern)
    width = int(found.group(1)) if found else 1
    return f"{before}{number:0{width}d}"


def words(values: Mapping[str, Json]) -> str:
    """What a case is searched by besides its code: the short opening answers.

    A long text is no name, number or address; what is erased is not there any more.
    """
    short = (
        str(value)
        # In the order of the record, which a rebuild reads.
        for name, value in sorted(values.items())
        if name != CODE_KEY
        and isinstance(value, str | int)
        and not isinstance(value, bool)
        and len(str(value)) <= _WORD_CHARS
    )
    return " ".join(dict.fromkeys(short))[:_WORDS_CHARS]


def applicant(facts: Facts, values: Mapping[str, Json]) -> str:
    """The applicant's name among the opening answers; empty when it is not there."""
    found = values.get(facts.applicant) if facts.applicant else None
    return found if isinstance(found, str) else ""
