"""The bytes of attachments, in a folder, under their hash.

The name a person gave is data in the table `attachment` and never part of a path. A
file is written beside the others, brought to the disk and then renamed, so that what
stands under a hash is whole.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from engine.errors import EvidenceError, NotFoundError

_HASH_CHARS: Final = 64
_NEW: Final = ".new"
#: When it was last looked for files that nothing names.
_ROUND: Final = ".round"


class Files:
    """A content-addressed folder; each tenant has its own part of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, tenant: UUID, content: bytes) -> str:
        """Store bytes and give their SHA-256 in hex; a second time only their age."""
        name = hashlib.sha256(content).hexdigest()
        place = self._place(tenant, name)
        if place.exists():
            with contextlib.suppress(FileNotFoundError):
                os.utime(place)
                return name
        new = self._new(tenant)
        for folder in (place.parent, new):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, beside = tempfile.mkstemp(dir=new)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).rename(place)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
        _sync_folder(place.parent)
        return name

    def get(self, tenant: UUID, name: str) -> bytes:
        """The bytes with a hash.

        Raises:
            NotFoundError: This tenant has none.
            EvidenceError: They are not what was stored.
        """
        try:
            content = self._place(tenant, name).read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError from error
        if hashlib.sha256(content).hexdigest() != name:
            raise EvidenceError(code="file-damaged", name=name)
        return content

    def holds(self, tenant: UUID, name: str) -> bool:
        """Whether this tenant has a file with a hash; no name outside is asked for."""
        try:
            return self._place(tenant, name).is_file()
        except NotFoundError:
            return False

    def erase(self, tenant: UUID, name: str) -> None:
        """Remove bytes; the hash stays where it was recorded."""
        self._place(tenant, name).unlink(missing_ok=True)

    def tidy(self, tenant: UUID, before: datetime) -> int:
        """Remove what servers that died had begun to write before an instant."""
        begun = self._new(tenant).glob("*") if self._new(tenant).is_dir() else ()
        old = [one for one in begun if one.stat().st_mtime < before.timestamp()]
        for one in old:
            one.unlink(missing_ok=True)
        return len(old)

    def old(self, tenant: UUID, before: datetime) -> Iterator[str]:
        """The hashes of files that were last stored, or kept, before an instant."""
        own = self._folder / tenant.hex
        for folder in sorted(own.glob("[0-9a-f][0-9a-f]")):
            with os.scandir(folder) as found:
                for one in found:
                    whole = len(one.name) == _HASH_CHARS
                    if whole and one.stat().st_mtime < before.timestamp():
                        yield one.name

    def erase_old(self, tenant: UUID, name: str, before: datetime) -> bool:
        """Remove bytes, unless they were stored once more since; whether they went."""
        place = self._place(tenant, name)
        with contextlib.suppress(FileNotFoundError):
            if place.stat().st_mtime < before.timestamp():
                place.unlink()
                return True
        return False

    def begin_round(self, tenant: UUID, now: datetime, before: datetime) -> bool:
        """Whether the last round through all files began before an instant.

        The next one begins now then; of two servers at least one sees to it.
        """
        mark = self._folder / tenant.hex / _ROUND
        if not mark.parent.is_dir():
            return False
        if mark.exists() and mark.stat().st_mtime >= before.timestamp():
            return False
        mark.touch(mode=0o600)
        os.utime(mark, (now.timestamp(), now.timestamp()))
        return True

    def _new(self, tenant: UUID) -> Path:
        """Where a file is written before it has its name."""
        return self._folder / tenant.hex / _NEW

    def _place(self, tenant: UUID, name: str) -> Path:
        if len(name) != _HASH_CHARS or not set(name) <= set("0123456789abcdef"):
            raise NotFoundError
        return self._folder / tenant.hex / name[:2] / name


def _sync_folder(folder: Path) -> None:
    """Bring a new name to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
