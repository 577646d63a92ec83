"""Text for searching: what people type when they leave out the marks."""

import unicodedata
from typing import Final
from uuid import UUID

#: Letters that Unicode does not take apart into a letter and a mark.
_LETTERS: Final = str.maketrans({"đ": "d", "ð": "d"})


def fold(text: str) -> str:
    """Fold a text for searching: no diacritics, no case, single blanks.

    Unicode NFD takes "ệ" apart into "e" and two marks, which are dropped; "đ" is a
    letter of its own and becomes "d".
    """
    parts = unicodedata.normalize("NFD", text.casefold())
    letters = "".join(part for part in parts if not unicodedata.combining(part))
    return " ".join(letters.translate(_LETTERS).split())


def uuid(ref: str) -> UUID | None:
    """The id that a text writes, if it does."""
    try:
        return UUID(ref)
    except ValueError:
        return None


def pattern(text: str) -> str:
    """The LIKE pattern that finds a folded text; escaped with a backslash."""
    escaped = fold(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
