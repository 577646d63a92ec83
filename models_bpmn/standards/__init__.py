"""The editions of ISO 9001 as dated data: numbers and short titles in our own words.

An edition is one file beside this one; it holds no text of the standard. Adding an
edition is adding its file.
"""

import functools
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Final

from engine.domain.standard import Clause, Edition
from engine.errors import NotFoundError

_FOLDER: Final = Path(__file__).parent


@functools.cache
def editions() -> tuple[Edition, ...]:
    """Every edition, the oldest first."""
    return tuple(_read(path) for path in sorted(_FOLDER.glob("*.toml")))


def edition(name: str) -> Edition:
    """An edition by its year.

    Raises:
        NotFoundError: There is none of this name.
    """
    for one in editions():
        if one.edition == name:
            return one
    raise NotFoundError


def in_force(day: date) -> Edition:
    """The newest edition in force on a day; drafts never are.

    Raises:
        NotFoundError: None was in force yet.
    """
    known = [one for one in editions() if not one.draft and one.valid_from <= day]
    if not known:
        raise NotFoundError
    return max(known, key=lambda one: one.valid_from)


def _read(path: Path) -> Edition:
    document: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    return Edition(
        edition=document["edition"],
        name=document["name"],
        draft=document["status"] == "draft",
        valid_from=document.get("valid_from", date.max),
        clauses=tuple(
            Clause(
                number=one["number"],
                vi=one["vi"],
                en=one["en"],
                kept=one.get("kept", ""),
                was=tuple(one.get("was", ())),
            )
            for one in document["clauses"]
        ),
    )
