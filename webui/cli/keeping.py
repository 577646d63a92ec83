"""Keep a foreign history: its bytes in the data folder, its import in the log."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.commands.import_history import ImportHistory
from engine.errors import EngineError
from webui import config
from webui.cli import common

#: What the record says of the comparison.
MEASURES: Final = ("cases", "events", "variants", "fitting", "cost", "unmapped")
_FOLDER: Final = "imports"


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What is kept."""

    content: bytes
    map_content: bytes
    model: str
    measures: Mapping[str, int]


def keep(kept: Import, login: str | None) -> dict[str, str]:
    """Store the file and its map by their hashes, then record the import.

    Raises:
        EngineError: The files cannot be written, or the account may not.
    """
    folder = config.folder_of(os.environ) / _FOLDER
    digest = _stored(folder, kept.content)
    command = ImportHistory(
        digest=digest,
        map_digest=_stored(folder, kept.map_content) if kept.map_content else "",
        size=len(kept.content),
        model=kept.model,
        measures=kept.measures,
    )
    with common.application() as app:
        done = app.engine.execute(command, common.actor_of(app, login))
    return {"path": str(folder / digest), "since": str(done["since"])}


def _stored(folder: Path, content: bytes) -> str:
    """Write bytes under their hash, for their owner alone; what is there stays."""
    digest = hashlib.sha256(content).hexdigest()
    path, part = folder / digest, folder / f"{digest}.{os.getpid()}.part"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
    except OSError as error:
        message = f"{path.name}: {error.strerror}."
        raise EngineError(message, code="file") from error
    return digest
