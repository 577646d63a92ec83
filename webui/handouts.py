"""The programs that check bundles, as they are handed out: never inside a bundle."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast
from uuid import UUID

from engine.domain.events import EventType, StreamKind
from engine.errors import NotFoundError
from engine.evidence import days, record, verifier
from webui import context

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The keys of a log as a file, to be trusted once its hash was compared."""

    lines: tuple[str, ...]

    @property
    def content(self) -> bytes:
        """The file, as `quytrinh evidence keys` prints it."""
        return "".join(f"{line}\n" for line in self.lines).encode()

    @property
    def spoken(self) -> str:
        """SHA-256 of the file in groups of four, to be read out by telephone."""
        digest = hashlib.sha256(self.content).hexdigest()
        return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def keys(application: context.Application, tenant: UUID) -> Keys:
    """The verifier keys that the log announced last; none before the first head."""
    stream = days.stream_of(tenant)
    with application.store.read(tenant) as uow:
        known = uow.history.known(StreamKind.LOG, stream)
        told = () if known is None else uow.history.read(stream, known.month)
    announced = [one for one in told if one.type == EventType.KEY_ROTATED.value]
    if not announced:
        return Keys(lines=())
    facts = cast("dict[str, Any]", record.parse(announced[-1].body)["facts"])
    return Keys(lines=tuple(map(str, facts["keys"])))


def every() -> tuple[Handout, ...]:
    """All of them."""
    return tuple(get(name) for name in _KINDS)
