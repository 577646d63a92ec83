"""The text of an expression before it has a meaning: characters, names, syntax tree.

What a reviewer approves must be what runs, so text that can look like something else is
refused: invisible and direction-changing characters, escapes, look-alike letters.
"""

import ast
import keyword
import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from engine import limits
from engine.errors import ExpressionError
from engine.expressions.values import Code

#: Words of JSON and FEEL for Python's three constants; data cannot shadow them.
LITERALS: Final[Mapping[str, bool | None]] = MappingProxyType(
    {"true": True, "false": False, "null": None}
)
#: Words that cannot name data.
RESERVED: Final = frozenset(keyword.kwlist) | frozenset(LITERALS)

_QUOTED: Final = re.compile(r"'[^']*+'|\"[^\"]*+\"")
# Python still reads "1or x", and prints a warning; numbers are decimal in the language.
_GLUED: Final = re.compile(r"(?<!\w)\d[\d_]*+(?:\.[\d_]*+)?+(?:[eE][+-]?+\d++)?+(?=\w)")

#: As much of a refused text as an error repeats when the text may be long.
EXCERPT: Final = 60


def name_problem(name: str) -> tuple[Code, str] | None:
    """Say why `name` is no name of the data, or return None when it is one."""
    if name.startswith("_"):
        return "name-hidden", "a name that starts with '_' is not readable"
    # The parser folds look-alike letters (PEP 3131), which would hide such a name.
    if unicodedata.normalize("NFKC", name) != name:
        return "name-disguised", "the name is written with look-alike letters"
    return None


class Source:
    """A text within the limits, and where the nodes of its tree stand in it."""

    def __init__(self, text: str) -> None:
        _check_characters(text)
        #: As it was written.
        self.text = text
        # One line, so that a condition broken over lines in a file still reads as one
        # and a column is an index into the text.
        line = text.translate({9: " ", 10: " ", 13: " "})
        self._line = line.lstrip(" ")
        self._shift = len(line) - len(self._line)
        self._encoded = self._line.encode()

    def tree(self) -> ast.expr:
        """Parse the text with Python's parser, which runs nothing."""
        if not self._line:
            raise self.refusal("empty", "the expression is empty")
        glued = _GLUED.search(_QUOTED.sub(_blank, self._line))
        if glued:
            at = glued.end() + 1 + self._shift
            raise self.refusal("syntax", "a number runs into a letter", at)
        try:
            body = ast.parse(self._line, mode="eval").body
        except SyntaxError as error:
            at = (error.offset or 1) + self._shift
            raise self.refusal("syntax", error.msg, at) from None
        except (RecursionError, MemoryError):
            raise self.refusal("too-deep", "it is nested too deeply") from None
        # In a text made one line, a comment would hide the lines after it.
        if "#" in self._after(body):
            raise self.refusal("construct", "a comment is not allowed")
        return body

    def refusal(self, code: Code, reason: str, column: int = 0) -> ExpressionError:
        """Return the error that says why this text is refused."""
        return ExpressionError(self.text, reason, code=code, column=column)

    def column(self, node: ast.expr) -> int:
        """Return where a node begins, counted from 1 in characters."""
        before = self._encoded[: node.col_offset]
        return len(before.decode()) + 1 + self._shift

    def written(self, node: ast.expr) -> str:
        """Return a node as it was written."""
        return self._encoded[node.col_offset : node.end_col_offset].decode()

    def _after(self, node: ast.expr) -> str:
        return self._encoded[node.end_col_offset :].decode()


def _blank(quoted: re.Match[str]) -> str:
    return " " * len(quoted.group())


def _check_characters(text: str) -> None:
    if len(text) > limits.EXPRESSION_CHARS:
        reason = f"it is longer than {limits.EXPRESSION_CHARS} characters"
        raise ExpressionError(text[:EXCERPT], reason, code="too-long")
    for column, character in enumerate(text, start=1):
        # An escape hides what a text holds and can make one that is not Unicode.
        if character == "\\" or not (character.isprintable() or character in "\t\r\n"):
            reason = f"the character U+{ord(character):04X} is not allowed"
            raise ExpressionError(text, reason, code="character", column=column)
    if not unicodedata.is_normalized("NFC", text):
        # A decomposed "ộ" never equals a composed one (Unicode Annex 15).
        reason = "the text is not in Unicode normalisation form C"
        raise ExpressionError(text, reason, code="not-normalised")
