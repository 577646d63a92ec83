"""Signed heads of the log: C2SP `tlog-checkpoint` texts in C2SP `signed-note`s.

Reading and checking them stands in `engine.evidence.verifier`; this is the writing.
"""

import base64
from collections.abc import Iterable

from engine.evidence.verifier import Checkpoint, key_id

_ED25519 = b"\x01"


def text(head: Checkpoint) -> bytes:
    """The text that is signed."""
    root = base64.b64encode(head.root).decode()
    return f"{head.origin}\n{head.size}\n{root}\n".encode()


def origin(log: str, year: int) -> str:
    """The origin of the log of a year."""
    return f"{log}/{year}"


def log_of(origin: str) -> str:
    """The log that an origin belongs to; also the name of the keys that sign it."""
    return origin.rpartition("/")[0]


def note(text: bytes, signatures: Iterable[tuple[str, bytes, bytes]]) -> bytes:
    """The signed note of a text.

    Args:
        text: what was signed, with its line end.
        signatures: name, raw public key and Ed25519 signature of each signer.
    """
    lines = [text, b"\n"]
    for name, public, signature in signatures:
        encoded = base64.b64encode(key_id(name, public) + signature).decode()
        lines.append(f"— {name} {encoded}\n".encode())
    return b"".join(lines)


def key_line(name: str, public: bytes) -> str:
    """The verifier key of an Ed25519 public key, as it is handed out."""
    encoded = base64.b64encode(_ED25519 + public).decode()
    return f"{name}+{key_id(name, public).hex()}+{encoded}"
