"""What people have begun and not sent: forms as they stand, files on their way.

Nothing else knows it, so it is primary data; it is nobody's evidence either, and goes
when the work is done or its time is over.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Protocol
from uuid import UUID

from engine.domain.organisation import Account
from engine.domain.run import Json, Visit

#: SHA-256, name, media type and size.
File = tuple[str, str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A form as it was typed."""

    #: By key of the field, as it stands in the inputs.
    typed: Mapping[str, Sequence[str]]
    #: By key of the field.
    files: Mapping[str, Sequence[File]] = field(default_factory=dict)
    saved_at: datetime

    @property
    def content(self) -> dict[str, Any]:
        """What was typed, without the instant: to be compared and stored."""
        return {
            "typed": {key: [*values] for key, values in self.typed.items()},
            "files": {
                key: [[*one] for one in kept] for key, kept in self.files.items()
            },
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What one account has typed for a piece of work."""

    #: Counted at each saving, from 1; 0: it stands at an earlier visit.
    revision: int
    #: Answers that were read, where the engine kept them (a step that came back).
    answers: Mapping[str, Json]
    saved_at: datetime
    #: As it was typed; None: `answers` say it.
    sheet: Sheet | None = None
    #: What an older page typed beside it.
    aside: Sheet | None = None


class Drafts(Protocol):
    """Drafts, one for each account and piece of work."""

    def find(self, account: Account, case: UUID, visit: Visit) -> Draft | None:
        """What the account typed before; None when it saved nothing."""

    def write(
        self, account: Account, case: UUID, visit: Visit, sheet: Sheet, base: int
    ) -> Draft:
        """Keep a sheet, unless another page has saved since the revision `base`.

        Returns:
            The draft as it stands; the sheet then stands in it, or aside of it.
        """

    def choose(
        self, account: Account, case: UUID, visit: Visit, *, aside: bool
    ) -> None:
        """Let what stands aside take the place of the draft, or forget it."""

    def done(self, tenant: UUID, case: UUID, visit: Visit) -> None:
        """Forget what anybody typed for work that is done."""

    def clear(self, tenant: UUID) -> int:
        """Forget what was typed for work that is done, or in a case that is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that somebody is sending, or has sent."""

    id: UUID
    account: UUID
    #: The case that it is meant for; none at the receipt.
    case: UUID | None
    name: str
    #: Media type; empty until it is whole.
    type: str
    size: int
    #: Bytes that came.
    received: int
    #: SHA-256 of the whole, once it is.
    sha256: str | None
    #: Since when a record may name it.
    began_at: datetime
    #: When it was last looked at: its time counts from here.
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much may wait for the forms that use it."""

    #: Files of one account, and their bytes.
    files: int
    own: int
    #: Bytes of all accounts of the tenant.
    all: int


class Full(Enum):
    """Whose room is used up."""

    OWN = "own"
    ALL = "all"


class Uploads(Protocol):
    """Files that no answer refers to yet."""

    def begin(self, tenant: UUID, new: Upload, room: Room) -> Full | None:
        """Note a file that begins to come, or one that came at once, if there is room.

        Returns:
            Whose room it does not fit in; None: it is noted.
        """

    def find(self, tenant: UUID, account: UUID, identity: UUID) -> Upload | None:
        """A file that an account sends; None also for somebody else's."""

    def underway(self, tenant: UUID, account: UUID) -> tuple[int, int]:
        """How many files of an account are not whole, and their bytes in all."""

    def add(
        self, tenant: UUID, known: Upload, part: bytes, now: datetime
    ) -> Upload | None:
        """Add a part at the end of what came; None: it stands elsewhere by now."""

    def content(self, tenant: UUID, identity: UUID) -> bytes:
        """What came so far, joined."""

    def whole(self, tenant: UUID, identity: UUID, sha256: str, kind: str) -> None:
        """Say that a file is whole, under which hash and of which media type."""

    def forget(self, tenant: UUID, identity: UUID) -> None:
        """Remove a file that does not come any more, with its parts."""

    def used(self, tenant: UUID, account: UUID, names: Collection[str]) -> None:
        """Remove the rows of an account's files that a case holds by now."""

    def keep(self, tenant: UUID, identity: UUID, now: datetime) -> None:
        """Count the time of a file from now."""

    def abandoned(self, tenant: UUID, before: datetime) -> tuple[Upload, ...]:
        """Files that nobody has touched since an instant, the oldest first."""

    def drafted(self, tenant: UUID, sha256: str) -> bool:
        """Whether a draft refers to bytes."""

    def wanted(self, tenant: UUID, sha256: str) -> bool:
        """Whether an upload or a draft refers to bytes."""

    def recorded(self, tenant: UUID, known: Upload) -> bool:
        """Whether a record names the bytes since they came."""
