"""Whether the signer of this installation would sign, and why not, in words.

A key that others may read signs nothing from that moment on; until then only the log of
the server told so. The signer is asked for its keys, which it refuses for the same
reasons as a signature; where none of ours runs, its folder is read.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final
from uuid import UUID

from engine.errors import SignerRefusedError
from engine.evidence.keeper import Keeper
from webui import sequencing, signer
from webui.i18n import translate

#: What a keeper says of a key that others may read (`engine.evidence.keeper`).
_LOOSE: Final = re.compile(r"(\S+) may be read by others\b")
_FOREIGN: Final = re.compile(r"(\S+) belongs to another user\b")


def refusal(data: Path, tenant: UUID) -> str:
    """Why nothing is signed, as the signer says it; empty: it would sign."""
    asked = _asked(data)
    if asked is None:
        return ""
    try:
        asked(sequencing.log_name(tenant))
    except SignerRefusedError as error:
        return error.message
    except OSError as error:
        # A folder that belongs to another user: its signer answers for itself.
        return error.strerror or "OSError"
    return ""


def _asked(data: Path) -> Callable[[str], tuple[str, ...]] | None:
    """Who tells the keys of a log; None: there is no signer yet."""
    path = os.environ.get(signer.SOCKET_VARIABLE)
    if path:
        return signer.Remote(Path(path)).keys
    folder = data / "signer"
    return Keeper(folder).keys if folder.is_dir() else None


def loose(refused: str) -> str:
    """The key file that others may read, where that is the refusal; else empty.

    That alone is a fault wherever it is seen: a signer that does not answer, or whose
    keys belong to another user than whoever asks, may sign all the same.
    """
    found = _LOOSE.search(refused)
    return found[1] if found else ""


def words(refused: str, speak: Callable[[str], str] = translate) -> str:
    """A refusal in the language of this request, or of `speak`, with what to do."""
    file = loose(refused)
    foreign = _FOREIGN.search(refused)
    if file:
        said = speak(
            "The signer refuses: others may read the key file %(file)s. Nothing is"
            " signed until its owner runs chmod 600 on it."
        )
        return said % {"file": file}
    if foreign:
        said = speak(
            "The key file %(file)s belongs to another user: a signer that does not run"
            " as its owner signs nothing."
        )
        return said % {"file": foreign[1]}
    return speak("The signer refuses: %(why)s") % {"why": refused}
