"""Patterns that designers write, run in linear time.

A form-js pattern is searched for anywhere in the text, as `RegExp.test` does
(ECMA-262, 22.2.6.16). RE2 has no back-references and no look-around, so no pattern can
hang the server; whoever writes one learns it at upload.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import re2

PATTERN_CHARS: Final = 500
_PROGRAM_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern and the text it was made from."""

    source: str
    program: Any = field(compare=False, repr=False)

    def found_in(self, text: str) -> bool:
        """Say whether the pattern occurs in a text."""
        return self.program.search(text) is not None


def compile(source: str) -> Pattern | str:  # noqa: A001
    """Return the pattern, or the reason why it cannot be used."""
    if len(source) > PATTERN_CHARS:
        return f"it is longer than {PATTERN_CHARS} characters"
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _PROGRAM_BYTES
    try:
        return Pattern(source, re2.compile(source, options))
    except re2.error as error:
        reason = error.args[0] if error.args else b""
        text = reason.decode() if isinstance(reason, bytes) else str(reason)
        return f"{text or 'it is not a regular expression'} (RE2 syntax)"
