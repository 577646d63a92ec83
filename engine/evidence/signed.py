"""Who signed the heads: announced keys, handed on from one to the next.

The first announcement of the log is believed, or keys that were got otherwise. A later
key counts from the head that covers its announcement and that an earlier key signed: so
nobody makes a key count by writing it into the database.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engine.domain.events import EventType
from engine.evidence import checkpoint, record, verifier
from engine.evidence.days import Sealing
from engine.evidence.findings import Findings
from engine.evidence.rows import Block, plain
from engine.evidence.sealed import Sealed
from engine.evidence.verifier import Checkpoint, Key, Malformed, Note

_LAYER: Final = "signatures"


@dataclass(frozen=True, slots=True)
class Rotation:
    """Keys that were announced, and the place of the event."""

    place: tuple[int, int] | None
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """What the log tells of itself."""

    rotations: tuple[Rotation, ...]
    sealed: tuple[Sealed, ...]


def read_own(rows: Iterable[tuple[Any, ...]], findings: Findings) -> Own:
    """Read the log's own stream; what cannot be read is told."""
    rotations, sealed = [], []
    for seq, body, year, index in rows:
        try:
            event = record.parse(body)
            facts: Any = event["facts"]
            if event["type"] == EventType.KEY_ROTATED.value:
                keys = tuple(verifier.read_key(line) for line in facts["keys"])
                place = None if year is None else (int(year), int(index))
                rotations.append(Rotation(place, keys))
            elif event["type"] == EventType.DAY_SEALED.value:
                sealed.append(Sealed(str(facts["day"]), Sealing.of(facts)))
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
            findings.wrong("days", "day-format", event=f"log {seq}")
    return Own(tuple(rotations), tuple(sealed))


def signers(note: Note, keys: Sequence[Key]) -> list[Key]:
    """Which of some keys signed a note.

    Raises:
        Malformed: A known key stands beside a signature that is not its own.
    """
    found = []
    for name, identity, signature in note.signatures:
        for key in keys:
            if (key.name, key.id) != (name, identity):
                continue
            try:
                public = Ed25519PublicKey.from_public_bytes(key.public)
                public.verify(signature, note.text)
            except (InvalidSignature, ValueError) as error:
                raise Malformed(verifier.FORGED, name=name) from error
            found.append(key)
    return found


class Heads:
    """Looks at the signed heads, oldest first."""

    def __init__(
        self, findings: Findings, own: Own, trusted: Sequence[Key] | None
    ) -> None:
        self._findings = findings
        self._left = list(own.rotations)
        self.trusted: list[Key] = list(trusted or ())
        if trusted is None and self._left:
            self.trusted += self._left.pop(0).keys

    def run(self, rows: Block, pace: Callable[[], None]) -> None:
        """Look at every signed head."""
        if rows and not self.trusted:
            self._findings.skip(_LAYER, "no-keys")
        for year, size, root, note, _, _ in rows:
            head = self._head(year, size, plain(root), plain(note))
            if head is not None and self.trusted:
                self._check(year, *head)
            pace()

    def _head(
        self, year: int, size: int, root: bytes, note: bytes
    ) -> tuple[Note, Checkpoint] | None:
        words = {"year": year, "size": size}
        try:
            signed = verifier.read_note(note)
            head = verifier.read_checkpoint(signed)
        except Malformed as error:
            self._findings.wrong(_LAYER, "note", why=error, **words)
            return None
        same = (head.size, head.root) == (size, root)
        if not same or head.origin.rpartition("/")[2] != str(year):
            self._findings.wrong(_LAYER, "no-head", **words)
            return None
        return signed, head

    def _check(self, year: int, note: Note, head: Checkpoint) -> None:
        log = checkpoint.log_of(head.origin)
        try:
            good = any(key.name == log for key in signers(note, self.trusted))
        except Malformed:
            good = False
        if not good:
            self._findings.wrong(_LAYER, "unsigned", year=year, size=head.size)
            return
        while self._left and (place := self._left[0].place) is not None:
            if place >= (year, head.size):
                break
            self.trusted += self._left.pop(0).keys
