"""Who is named in a text: `@` and a login, or `@` and a whole name.

An address of mail names nobody: its `@` stands behind a letter. A name that two people
have names neither, because nobody could tell which.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

#: So many of a text count.
MOST: Final = 20
_MARK: Final = re.compile(r"(?<![\w@.+-])@(?=\w)")
_WORD: Final = re.compile(r"[\w.-]*\w")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can be named."""

    id: UUID
    login: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Whom a text names."""

    #: Account -> how the text wrote it.
    people: dict[UUID, str]
    #: What names nobody, or more than one.
    strangers: tuple[str, ...] = ()


def named(text: str, people: Iterable[Person]) -> Named:
    """Find whom a text names."""
    text = unicodedata.normalize("NFC", text)
    known: dict[str, set[UUID]] = {}
    for one in people:
        for name in (one.login, one.name):
            known.setdefault(_plain(name), set()).add(one.id)
    # "@Lê An Bình" is not "@Lê An".
    longest = sorted(known, key=len, reverse=True)
    found: dict[UUID, str] = {}
    strangers: dict[str, None] = {}
    for mark in list(_MARK.finditer(text))[:MOST]:
        rest = text[mark.end() :]
        name = next((one for one in longest if _begins(rest, one)), "")
        ids = known.get(name, set())
        if len(ids) == 1:
            found[next(iter(ids))] = rest[: len(name)]
        else:
            word = _WORD.match(rest)
            strangers[rest[: len(name)] if name else word[0] if word else ""] = None
    return Named(people=found, strangers=tuple(filter(None, strangers)))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).lower().strip()


def _begins(rest: str, name: str) -> bool:
    """Whether a text begins with a name that ends there."""
    if not name or rest[: len(name)].lower() != name:
        return False
    after = rest[len(name) : len(name) + 2]
    # "@an.binh" is another login than "@an", but "@an." ends a sentence.
    return not re.match(r"\w|[.-]\w", after)
