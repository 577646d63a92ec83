"""The keeper of the signing keys: signs heads of the log, and never a rewritten past.

It runs in a process of its own (`quytrinh signer`), as a user who owns the keys and
nothing else. Beside the keys it remembers the last head of each origin and signs only
what grew from it, so that not even whoever takes over the rest can have another past
signed (docs/manual/evidence.md, 2.4).

The folder holds `keys/<log, quoted>/<name>.pem` (PKCS #8) and `heads/<origin, quoted>`
(the last signed note). A log with several keys is signed by each: so keys rotate.
"""

import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.errors import SignerRefusedError
from engine.evidence import checkpoint, verifier
from engine.evidence.verifier import Checkpoint

_OTHERS: Final = 0o077
_PART: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_NAME: Final = re.compile(_PART)
_LOG: Final = re.compile(rf"{_PART}(/{_PART}){{0,3}}")


class Keeper:
    """Signs heads with the keys of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make_key(self, log: str, name: str) -> str:
        """Make a key for a log; give the verifier key to hand out.

        Raises:
            SignerRefusedError: The log has a key of this name, or a name does not fit.
        """
        if not _LOG.fullmatch(log) or not _NAME.fullmatch(name):
            raise SignerRefusedError("Names have letters, digits, “.”, “-”, “_”, “/”.")
        key = Ed25519PrivateKey.generate()
        content = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path = self._made(f"keys/{_quoted(log)}") / f"{name}.pem"
        try:
            _write_new(path, content)
        except FileExistsError as error:
            message = f"The log {log} has a key {name} already."
            raise SignerRefusedError(message) from error
        return checkpoint.key_line(log, _public(key))

    def keys(self, log: str) -> tuple[str, ...]:
        """The verifier keys of a log.

        Raises:
            SignerRefusedError: Others than the owner may read a key, or it is not ours.
        """
        keys = self._keys(log)
        return tuple(checkpoint.key_line(log, _public(key)) for key in keys)

    def sign(self, text: bytes, proof: Sequence[bytes]) -> bytes:
        """Sign a head that grew from the last one; remember it before answering.

        Args:
            text: the text of the checkpoint.
            proof: consistency of the tree with the last signed one of this origin
                (RFC 6962, 2.1.2); empty for the first, or for the same head again.

        Raises:
            SignerRefusedError: The text is no checkpoint, does not follow from the last
                head, has no key, or its key may be read by others.
        """
        try:
            head = verifier.read_checkpoint(verifier.Note(text, ()))
        except (verifier.Malformed, UnicodeDecodeError) as error:
            raise SignerRefusedError(f"This is no checkpoint: {error}.") from error
        log = checkpoint.log_of(head.origin)
        keys = self._keys(log)
        if not keys:
            raise SignerRefusedError(f"There is no key for the log {log}.")
        last = self.last(head.origin)
        if last is not None:
            _check_growth(_head(last, head.origin), head, proof)
        signatures = [(log, _public(key), key.sign(text)) for key in keys]
        made = checkpoint.note(text, signatures)
        try:
            _replace(self._made("heads") / _quoted(head.origin), made)
        except OSError as error:
            # What is not remembered is not handed out.
            message = f"The head cannot be kept: {error.strerror}."
            raise SignerRefusedError(message) from error
        return made

    def last(self, origin: str) -> bytes | None:
        """The last signed note of an origin.

        Raises:
            SignerRefusedError: What it remembered is damaged; a person must look.
        """
        path = self._folder / "heads" / _quoted(origin)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        _head(content, origin)
        return content

    def _made(self, name: str) -> Path:
        folder = self._folder / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def _keys(self, log: str) -> list[Ed25519PrivateKey]:
        paths = sorted((self._folder / "keys" / _quoted(log)).glob("*.pem"))
        return [_read(path) for path in paths]


def _head(note: bytes, origin: str) -> Checkpoint:
    try:
        return verifier.read_checkpoint(verifier.read_note(note))
    except verifier.Malformed as error:
        message = f"The remembered head of {origin} is damaged: {error}."
        raise SignerRefusedError(message) from error


def _check_growth(last: Checkpoint, head: Checkpoint, proof: Sequence[bytes]) -> None:
    if head.size < last.size:
        message = f"The log went back from {last.size} to {head.size} leaves."
        raise SignerRefusedError(message)
    if last.size == 0:
        return
    roots = (last.root, head.root)
    if not verifier.check_consistency(last.size, head.size, roots, proof):
        message = f"The head of {head.size} leaves does not grow from the last signed."
        raise SignerRefusedError(message)


def _quoted(name: str) -> str:
    return quote(name, safe="")


def _read(path: Path) -> Ed25519PrivateKey:
    """A key from a file that only its owner, who is us, may read."""
    with path.open("rb") as file:
        state = os.fstat(file.fileno())
        if stat.S_IMODE(state.st_mode) & _OTHERS:
            message = (
                f"{path.name} may be read by others; nothing is signed until its mode"
                " is 600 and its owner the signer."
            )
            raise SignerRefusedError(message)
        if state.st_uid != os.geteuid():
            message = f"{path.name} belongs to another user than the signer."
            raise SignerRefusedError(message)
        content = file.read()
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SignerRefusedError(f"{path.name} holds no key.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SignerRefusedError(f"{path.name} holds no Ed25519 key.")
    return key


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def _write_new(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, durably."""
    draft = path.with_name(f"{path.name}.new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
