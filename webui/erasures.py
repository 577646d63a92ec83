"""The register of erasures: a file beside the database, one JSON line an order.

A backup from before an erasure brings erased values back. The register is no part of
such a backup: at every start the server erases again what it names.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, cast
from uuid import UUID

from engine.commands.erase_personal import ErasePersonal, RepeatErasure
from engine.commands.transaction import Result
from engine.domain.organisation import Actor
from engine.erasure import Erasure, Value
from engine.errors import ConfigurationError
from webui import context, uploads


class FileRegister:
    """The register in one file that only grows."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, erasure: Erasure) -> None:
        """Keep an order durably, before it is carried out."""
        row = {
            "tenant": erasure.tenant.hex,
            "case": erasure.case.hex,
            "month": erasure.month,
            "values": [[one.seq, one.name] for one in erasure.values],
            "files": list(erasure.files),
            "basis": erasure.basis,
            "order": erasure.order,
        }
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            _drop_half(file)
            file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def all(self) -> Iterator[Erasure]:
        """Every order, the oldest first.

        Raises:
            ConfigurationError: A line cannot be read; it is named.
        """
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                # A line without its end was never acted upon.
                if line.endswith(b"\n"):
                    yield self._read(line, number)

    def _read(self, line: bytes, number: int) -> Erasure:
        try:
            row = json.loads(line)
            return Erasure(
                tenant=UUID(row["tenant"]),
                case=UUID(row["case"]),
                month=int(row["month"]),
                values=tuple(Value(int(seq), str(name)) for seq, name in row["values"]),
                files=tuple(map(str, row["files"])),
                basis=str(row["basis"]),
                order=str(row["order"]),
            )
        except (ValueError, LookupError, TypeError) as error:
            message = f"{self._path}: line {number} of the register cannot be read."
            raise ConfigurationError(message) from error


def _drop_half(file: BinaryIO) -> None:
    """Take away a line without its end: a full disk or a crash left it.

    Else the next line would be written behind it, and neither could be read.
    """
    content = file.read()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        file.truncate(whole)


class Keeps(context.Application, Protocol):
    """An installation that keeps attachments."""

    @property
    def attachments(self) -> uploads.Attachments:
        """Where the bytes of files are kept."""


def erase(application: Keeps, command: ErasePersonal, actor: Actor) -> Result:
    """Erase, then remove the bytes of the attachments."""
    done = application.engine.execute(command, actor)
    forget(application, actor.tenant, done)
    return done


def repeat(application: Keeps) -> int:
    """Erase again what a restored database brought back; the number of values."""
    made = 0
    for erasure in application.engine.tools.erasures.all():
        done = application.engine.run(RepeatErasure(erasure), erasure.tenant)
        forget(application, erasure.tenant, done)
        made += cast("int", done["erased"])
        # Also where only the files had come back, or had never gone.
        for name in erasure.files:
            application.attachments.forget(erasure.tenant, name)
    return made


def forget(application: Keeps, tenant: UUID, done: Result) -> None:
    """Remove the bytes of attachments that an erasure named, and what jobs made of it.

    A bundle of the case may hold what was erased: every job about it loses its files.
    """
    for name in cast("list[str]", done["files"]):
        application.attachments.forget(tenant, name)
    for job in application.jobs.about(tenant, UUID(str(done["case"]))):
        application.results.forget(tenant, job)
