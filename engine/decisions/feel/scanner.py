"""The characters of a FEEL text: white space, literals, words and known names."""

import re
import sys
import unicodedata
from decimal import Decimal
from typing import Final

from engine import limits
from engine.decisions.errors import FeelError
from engine.decisions.feel.names import Names
from engine.decisions.feel.scalars import number

#: Words that name nothing by themselves.
RESERVED: Final = frozenset(
    {
        *("if", "then", "else", "for", "in", "return", "some", "every", "satisfies"),
        *("and", "or", "between", "instance", "of", "function", "external"),
        *("true", "false", "null"),
    }
)
# Comments end on their own line or with a star and a slash (grammar rule 61).
_SPACE: Final = re.compile(r"(?:\s++|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)*+")
_NUMBER: Final = re.compile(r"(?:\d++(?:\.\d++)?|\.\d++)(?:[eE][+-]?\d{1,4})?")
_STRING: Final = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_PLAIN: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_WORD: Final = re.compile(r"[^\W\d]\w*+")
_SIGNS: Final = ("**", "..", "<=", ">=", "!=")


class Scanner:
    """A text and how far it has been read."""

    def __init__(self, text: str, names: Names) -> None:
        if len(text) > limits.EXPRESSION_CHARS:
            raise FeelError("too-long", 0, limit=limits.EXPRESSION_CHARS)
        for column, character in enumerate(text, start=1):
            if not (character.isprintable() or character in "\t\r\n\N{NO-BREAK SPACE}"):
                point = f"U+{ord(character):04X}"
                raise FeelError("character", column, character=point)
        self.text = unicodedata.normalize("NFC", text)
        self.at = 0
        self.names = names
        self._skip()

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def refusal(self, reason: str, **words: object) -> FeelError:
        """The error of the place that is read now."""
        return FeelError(reason, self.at + 1, **words)

    def unexpected(self) -> FeelError:
        """The error of something that cannot stand here."""
        if self.ended:
            return self.refusal("end")
        rest = self.text[self.at : self.at + 20].split()
        return self.refusal("unexpected", found=rest[0] if rest else "")

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self.at >= len(self.text)

    def to(self, end: int) -> None:
        """Read on to a position and over the blanks after it."""
        self.at = end
        self._skip()

    def sign(self) -> str:
        """The sign that stands here, without reading it."""
        two = self.text[self.at : self.at + 2]
        return two if two in _SIGNS else two[:1]

    def took(self, sign: str) -> bool:
        """Read a sign when it stands here."""
        if self.sign() != sign:
            return False
        self.to(self.at + len(sign))
        return True

    def need(self, sign: str) -> None:
        """Read a sign that must stand here.

        Raises:
            FeelError: It does not.
        """
        if not self.took(sign):
            if self.ended:
                raise self.refusal("end-before", needed=sign)
            raise self.unexpected()

    def word(self) -> str:
        """The word that stands here, without reading it; empty when none does."""
        found = _WORD.match(self.text, self.at)
        return found[0] if found else ""

    def took_word(self, word: str) -> bool:
        """Read a word when it stands here."""
        if self.word() != word:
            return False
        self.to(self.at + len(word))
        return True

    def need_word(self, word: str) -> None:
        """Read a word that must stand here.

        Raises:
            FeelError: It does not.
        """
        if not self.took_word(word):
            if self.ended:
                raise self.refusal("end-before", needed=word)
            raise self.unexpected()

    def name(self) -> str:
        """Read a name: the longest known one, else one word; empty when none is."""
        known = self.names.longest(self.text, self.at)
        word = self.word()
        if known and (known[0] not in RESERVED) and known[1] >= self.at + len(word):
            self.to(known[1])
            return known[0]
        if not word or word in RESERVED:
            return ""
        self.to(self.at + len(word))
        return word

    def number(self) -> Decimal | None:
        """Read a number when one stands here."""
        found = _NUMBER.match(self.text, self.at)
        if found is None:
            return None
        value = number(found[0])
        if value is None or self.text[found.end() :][:1].isalpha():
            raise self.unexpected()
        self.to(found.end())
        return value

    def string(self) -> str | None:
        """Read a text in quotes when one stands here.

        Raises:
            FeelError: The quotes are not closed.
        """
        if self.sign() != '"':
            return None
        found = _STRING.match(self.text, self.at)
        if found is None:
            raise self.refusal("end-before", needed='"')
        self.to(found.end())
        return _ESCAPE.sub(_unescaped, found[1])


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code is None:
        return _PLAIN.get(found[3], found[0])
    point = int(code, 16)
    # Half a pair is no character; it would break every store it came to.
    half = unicodedata.category(chr(min(point, sys.maxunicode))) == "Cs"
    return "\ufffd" if half or point > sys.maxunicode else chr(point)
