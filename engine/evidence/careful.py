"""Rows of another kind than their columns, told one by one and left out.

SQLite keeps anything in any column. The passes over everything trust the kinds of what
they read, because asking for each row would cost as much as the rest; when one of them
stumbles, everything is read once more through this.
"""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from engine.domain.run import Json
from engine.evidence.findings import Findings
from engine.evidence.rows import Block, Moment

_ID, _NUMBER, _TEXT, _BYTES = bytes, int, str, (bytes, bytearray, memoryview)
_NONE: Final = type(None)
_NUMBER_OR_NONE: Final = (int, _NONE)
#: Microseconds since 1970 that a calendar can show, here and in Vietnam.
_INSTANT: Final = range(-62_135_000_000_000_000, 253_402_000_000_000_000)
#: Question → the table it reads, and the kinds of its columns.
_KINDS: Final[dict[str, tuple[str, tuple[Any, ...]]]] = {
    "events": ("event", (_ID, _NUMBER, _NUMBER, _BYTES, _BYTES)),
    "bodies": ("event", (_ID, _NUMBER, _BYTES)),
    "records": (
        "event",
        (_NUMBER, _ID, _NUMBER, _TEXT, _TEXT, _INSTANT, _BYTES, _BYTES),
    ),
    "placed": (
        "event",
        (
            *(_NUMBER, _ID, _NUMBER, _TEXT, _TEXT, _INSTANT, _BYTES, _BYTES),
            *(_NUMBER_OR_NONE, _NUMBER_OR_NONE, (*_BYTES, _NONE)),
        ),
    ),
    "personal": (
        "personal",
        (_NUMBER, _ID, _NUMBER, _TEXT, (str, _NONE), (*_BYTES, _NONE)),
    ),
    "places": ("log_index", (_NUMBER, _NUMBER, _ID, _NUMBER, _NUMBER, _BYTES)),
    "leaves": ("log_index", (_NUMBER, _NUMBER, _BYTES)),
    "nodes": ("log_node", (_NUMBER, _NUMBER, _NUMBER, _BYTES)),
    "heads": ("stream", (_ID, _NUMBER, _NUMBER, _BYTES, _TEXT)),
    "waiting": ("pending", (_ID, _NUMBER, _NUMBER)),
    "waiting_bodies": ("pending", ((*_BYTES, _NONE),)),
    "waiting_since": ("pending", (_NUMBER, (_INSTANT, _NONE))),
    "checkpoints": (
        "checkpoint",
        (_NUMBER, _NUMBER, _BYTES, _BYTES, _INSTANT, (*_BYTES, _NONE)),
    ),
    "own": ("event", (_NUMBER, _BYTES, _NUMBER_OR_NONE, _NUMBER_OR_NONE)),
    "versions": ("procedure_version", (_ID, _TEXT, _NUMBER, _TEXT, _TEXT)),
    "files": ("version_file", (_ID, _TEXT, _BYTES)),
    "documents": ("version_model", (_ID, _TEXT, _BYTES)),
    "told": ("event", (_ID, _NUMBER, _BYTES)),
    "values": ("personal", (_ID, _NUMBER, _TEXT, (str, _NONE))),
}
#: Characters by which a row is named.
_CHARS: Final = 120


class Careful:
    """The rows of a moment whose columns hold what they are for."""

    def __init__(self, moment: Moment, findings: Findings) -> None:
        self._moment = moment
        self._findings = findings
        self._told: set[str] = set()

    @property
    def stumbled(self) -> bool:
        """Whether some row was left out."""
        return bool(self._told)

    def events(self) -> Iterator[Block]:
        """As `Moment.events`."""
        return self._sound("events", self._moment.events())

    def bodies(self) -> Iterator[Block]:
        """As `Moment.bodies`."""
        return self._sound("bodies", self._moment.bodies())

    def records(self) -> Iterator[Block]:
        """As `Moment.records`."""
        return self._sound("records", self._moment.records())

    def placed(self) -> Iterator[Block]:
        """As `Moment.placed`."""
        return self._sound("placed", self._moment.placed())

    def personal(self) -> Iterator[Block]:
        """As `Moment.personal`."""
        return self._sound("personal", self._moment.personal())

    def places(self) -> Iterator[Block]:
        """As `Moment.places`."""
        return self._sound("places", self._moment.places())

    def leaves(self) -> Iterator[Block]:
        """As `Moment.leaves`."""
        return self._sound("leaves", self._moment.leaves())

    def nodes(self) -> Iterator[Block]:
        """As `Moment.nodes`."""
        return self._sound("nodes", self._moment.nodes())

    def heads(self) -> Iterator[Block]:
        """As `Moment.heads`."""
        return self._sound("heads", self._moment.heads())

    def waiting(self) -> Iterator[Block]:
        """As `Moment.waiting`."""
        return self._sound("waiting", self._moment.waiting())

    def waiting_bodies(self) -> Iterator[Block]:
        """As `Moment.waiting_bodies`."""
        return self._sound("waiting_bodies", self._moment.waiting_bodies())

    def waiting_since(self) -> Iterator[Block]:
        """As `Moment.waiting_since`."""
        return self._sound("waiting_since", self._moment.waiting_since())

    def checkpoints(self) -> Iterator[Block]:
        """As `Moment.checkpoints`."""
        return self._sound("checkpoints", self._moment.checkpoints())

    def own(self, stream: UUID) -> Iterator[Block]:
        """As `Moment.own`."""
        return self._sound("own", self._moment.own(stream))

    def versions(self) -> Iterator[Block]:
        """As `Moment.versions`."""
        return self._sound("versions", self._moment.versions())

    def files(self) -> Iterator[Block]:
        """As `Moment.files`."""
        return self._sound("files", self._moment.files())

    def documents(self) -> Iterator[Block]:
        """As `Moment.documents`."""
        return self._sound("documents", self._moment.documents())

    def told(self, kind: str) -> Iterator[Block]:
        """As `Moment.told`."""
        return self._sound("told", self._moment.told(kind))

    def values(self, kind: str) -> Iterator[Block]:
        """As `Moment.values`."""
        return self._sound("values", self._moment.values(kind))

    def rows(self, table: str) -> Iterator[list[dict[str, Json]]]:
        """As `Moment.rows`, which gives plain values whatever stands there."""
        return self._moment.rows(table)

    def _sound(self, question: str, blocks: Iterator[Block]) -> Iterator[Block]:
        table, kinds = _KINDS[question]
        for block in blocks:
            sound = [row for row in block if self._is_sound(table, kinds, row)]
            if sound:
                yield sound

    def _is_sound(
        self, table: str, kinds: tuple[Any, ...], row: tuple[Any, ...]
    ) -> bool:
        wrong = [
            place
            for place, (value, kind) in enumerate(zip(row, kinds, strict=True), 1)
            if not _is(value, kind)
        ]
        if not wrong:
            return True
        # By what is short: bytes of an event name nothing.
        name = ", ".join(map(_named, row))[:_CHARS]
        if f"{table} {name}" not in self._told:
            self._told.add(f"{table} {name}")
            value = row[wrong[0] - 1]
            words = {"table": table, "name": name, "kind": type(value).__name__}
            self._findings.wrong("records", "row-kind", **words)
        return False


def _is(value: object, kind: Any) -> bool:
    if isinstance(kind, tuple):
        return any(_is(value, one) for one in kind)
    if isinstance(kind, range):
        return isinstance(value, int) and value in kind
    return isinstance(value, kind)


def _named(value: object) -> str:
    """A value as a name: ids and hashes in hex, what is long not at all."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex() if len(value) in (16, 32) else "…"
    return str(value)[:_CHARS]
