"""Procedures as controlled documents (ISO 9001:2015, 7.5): versions, life cycles.

A version's bytes never change once it is published; a running case stays on the version
it began with. The person who publishes is never the person who wrote it.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from uuid import UUID

from engine.errors import NotReadyError


class VersionStatus(Enum):
    """The life of a version."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class VersionKind(Enum):
    """What a version is for."""

    #: Cases run on it.
    PROCEDURE = "procedure"
    #: A controlled document (ISO 9001:2015, 7.5): approved and read, nothing runs.
    DOCUMENT = "document"


class VersionMove(Enum):
    """What may happen to a version."""

    PUBLISH = "publish"
    RETIRE = "retire"


VERSION_MOVES: dict[tuple[VersionStatus, VersionMove], VersionStatus] = {
    (VersionStatus.DRAFT, VersionMove.PUBLISH): VersionStatus.PUBLISHED,
    (VersionStatus.PUBLISHED, VersionMove.RETIRE): VersionStatus.RETIRED,
}


_UNFIT = re.compile(r"[^\w.-]+")
_CODE_CHARS = 100


def code_of(written: str, process: str) -> str:
    """The code of a procedure: as written, else its process id, fit for an address."""
    fit = _UNFIT.sub("-", process).lstrip("._-")[:_CODE_CHARS]
    return written or fit or "process"


class Binding(Enum):
    """Which version of a published procedure a call means."""

    #: The one that was in force when the caller was uploaded.
    PINNED = "pinned"
    #: The one in force: a new one gives the caller a new version too.
    LATEST = "latest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of a published procedure, as a version was linked with it."""

    #: Id and name of the call activity.
    element: str
    name: str = ""
    #: The version that is called: its procedure's code, its number and hash.
    code: str
    number: int
    hash: str
    binding: Binding = Binding.PINNED


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A procedure; its versions say what it is."""

    tenant: UUID
    id: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a procedure."""

    tenant: UUID
    id: UUID
    procedure: UUID
    number: int
    status: VersionStatus
    #: SHA-256, hex, over the package's bytes; the identity of what runs.
    hash: str
    name: str
    #: True: a controlled procedure with every part that the decree asks for;
    #: False: a working flow.
    controlled: bool
    author: UUID
    created_at: datetime
    publisher: UUID | None = None
    published_at: datetime | None = None
    kind: VersionKind = VersionKind.PROCEDURE

    def move(self, move: VersionMove) -> "Version":
        """The version after a move.

        Raises:
            NotReadyError: The table has no such move; nothing changes.
        """
        target = VERSION_MOVES.get((self.status, move))
        if target is None:
            raise NotReadyError(status=self.status.value, move=move.value)
        return replace(self, status=target)
