"""The rows that a check of the whole store reads, as a port.

Rows are plain tuples in blocks: ids are their sixteen bytes, instants microseconds
since 1970. Whoever implements it shows one moment of the database.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol
from uuid import UUID

from engine.domain.run import Json

Block = list[tuple[Any, ...]]


def plain(value: Any) -> bytes:
    """Bytes as a driver gives them; of a number, `bytes` would make as many zeros.

    Raises:
        TypeError: They are no bytes.
    """
    return bytes(memoryview(value))


class Moment(Protocol):
    """The rows of a tenant at one moment."""

    def events(self) -> Iterator[Block]:
        """(stream, seq, month, leaf, body), about in the order of writing."""

    def bodies(self) -> Iterator[Block]:
        """(stream, seq, body), as `events`."""

    def records(self) -> Iterator[Block]:
        """(month, stream, seq, kind, type, at, leaf, body), stream after stream."""

    def placed(self) -> Iterator[Block]:
        """(month, stream, seq, kind, type, at, leaf, body, year, index, leaf there).

        As `records`; where an event has no place, what would be there is None.
        """

    def personal(self) -> Iterator[Block]:
        """(month, stream, seq, name, value, salt), in the order of `records`."""

    def places(self) -> Iterator[Block]:
        """(year, index, stream, seq, month, leaf), in the order of the log."""

    def leaves(self) -> Iterator[Block]:
        """(year, index, leaf), in the order of the log."""

    def nodes(self) -> Iterator[Block]:
        """(year, level, index, hash) of the stored nodes."""

    def heads(self) -> Iterator[Block]:
        """(stream, month, seq, head, kind): where rows say that each stream ends."""

    def waiting(self) -> Iterator[Block]:
        """(stream, seq, month) of events without a place."""

    def waiting_bodies(self) -> Iterator[Block]:
        """(body,) of events without a place; None where there is no such event."""

    def waiting_since(self) -> Iterator[Block]:
        """(count, instant of the oldest): one row about what waits."""

    def checkpoints(self) -> Iterator[Block]:
        """(year, size, root, note, signed at, stamp), oldest first."""

    def own(self, stream: UUID) -> Iterator[Block]:
        """(seq, body, year, index) of the log's own stream; no place: None."""

    def versions(self) -> Iterator[Block]:
        """(id, procedure, number, hash, status) of the versions of procedures."""

    def files(self) -> Iterator[Block]:
        """(version, path, bytes), version after version."""

    def documents(self) -> Iterator[Block]:
        """(version, hash, bytes): what each version runs as."""

    def told(self, kind: str) -> Iterator[Block]:
        """(stream, seq, body) of the events of a kind of streams, each in order."""

    def values(self, kind: str) -> Iterator[Block]:
        """(stream, seq, name, value) of the personal values of such events."""

    def rows(self, table: str) -> Iterator[list[dict[str, Json]]]:
        """The rows of a derived table, each value as events write it."""


class Check(Protocol):
    """Opens moments."""

    def moment(
        self, tenant: UUID, *, careful: bool = False
    ) -> AbstractContextManager[Moment]:
        """Lend one moment of a tenant's rows.

        Args:
            tenant: Whose rows.
            careful: Give what is no text as something that is no text either, instead
                of raising ValueError.
        """
