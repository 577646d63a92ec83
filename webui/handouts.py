"""The programs that check bundles, as they are handed out: never inside a bundle."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from engine.errors import NotFoundError
from engine.evidence import verifier

_FOLDER: Final = Path(verifier.__file__).parent
#: Media types by name.
_KINDS: Final[Mapping[str, str]] = {
    "verifier.py": "text/x-python; charset=utf-8",
    "verify.html": "text/html; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout:
    """A program as a file."""

    name: str
    kind: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256, hex, to be compared with what was published."""
        return hashlib.sha256(self.content).hexdigest()


@lru_cache(maxsize=len(_KINDS))
def get(name: str) -> Handout:
    """A program by its name.

    Raises:
        NotFoundError: There is none of this name.
    """
    if name not in _KINDS:
        raise NotFoundError
    content = (_FOLDER / name).read_bytes()
    return Handout(name=name, kind=_KINDS[name], content=content)


def every() -> tuple[Handout, ...]:
    """All of them."""
    return tuple(get(name) for name in _KINDS)
