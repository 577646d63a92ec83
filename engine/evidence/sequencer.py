"""The sequencer: gives events their places in the log and has its heads signed.

Theory of operation (docs/manual/evidence.md, 2). Writers insert events and nothing
else. A pass integrates what is pending, then has the head signed where it is newer than
the last signed one, then stores the note. A crash between any two of these is healed by
the next pass: the tree is the fold of its index, and the signer tells which head it
signed last.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from engine.domain import iso8601
from engine.errors import SignerRefusedError
from engine.evidence import checkpoint, verifier
from engine.evidence.verifier import Checkpoint
from engine.ports import Clock, Signer

#: Events that one transaction integrates.
BATCH: Final = 2_000
#: Seconds after which an event without a place is an alarm.
LATE: Final = 60


@dataclass(frozen=True, slots=True)
class Head:
    """A log as it stands."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands in which log."""

    year: int
    index: int


@dataclass(frozen=True, slots=True)
class Found:
    """An event that was found by its leaf hash: stream, number and place."""

    stream: UUID
    seq: int
    place: Place


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed head."""

    year: int
    size: int
    root: bytes
    note: bytes
    at: datetime
    stamp: bytes | None = None


@dataclass(frozen=True, slots=True)
class Lag:
    """What waits for a place, and since when."""

    pending: int
    since: datetime | None


class Log(Protocol):
    """The logs of every tenant, as stored."""

    def integrate(self, tenant: UUID, year: int, limit: int) -> int:
        """Give places in the log of a year to pending events; how many got one."""

    def head(self, tenant: UUID, year: int) -> Head:
        """Size and root hash of a log as it stands."""

    def root(self, tenant: UUID, year: int, size: int) -> bytes:
        """The root hash that a log had at an earlier size."""

    def years(self, tenant: UUID) -> tuple[int, ...]:
        """The years that have a log, oldest first."""

    def consistency(
        self, tenant: UUID, year: int, first: int, second: int
    ) -> list[bytes]:
        """The proof that a log grew from its first leaves (RFC 6962, 2.1.2)."""

    def places(self, tenant: UUID, stream: UUID, month: int) -> Mapping[int, Place]:
        """The places of the events of a stream, by sequence number."""

    def find(self, tenant: UUID, leaf: bytes) -> Found | None:
        """The event with a leaf hash; every leaf is looked at."""

    def inclusion(
        self, tenant: UUID, year: int, size: int, indexes: Sequence[int]
    ) -> list[list[bytes]]:
        """The audit paths of some leaves in a log of a size (RFC 6962, 2.1.1)."""

    def lag(self, tenant: UUID) -> Lag:
        """How many events have no place yet, and since when the oldest waits."""

    def add(self, tenant: UUID, signed: Signed) -> None:
        """Store a signed head."""

    def stamp(self, tenant: UUID, signed: Signed, token: bytes) -> None:
        """Store the time stamp (RFC 3161) over a signed head."""

    def newest(self, tenant: UUID, year: int) -> Signed | None:
        """The last signed head of a log."""

    def signed(self, tenant: UUID, year: int) -> tuple[Signed, ...]:
        """Every signed head of a log, smallest first."""


@dataclass(frozen=True, slots=True)
class Sequencer:
    """Keeps the logs of a database up to date."""

    log: Log
    signer: Signer
    clock: Clock

    def run(self, tenant: UUID, name: str) -> int:
        """One pass over a tenant; the number of events that got a place.

        Args:
            tenant: whose log.
            name: the log's name, which its keys carry.

        Raises:
            SignerRefusedError: The head was not signed; the events have their places
                and the next pass asks again.
        """
        year = iso8601.day(self.clock.now()).year
        made = 0
        while True:
            count = self.log.integrate(tenant, year, BATCH)
            made += count
            # Under load it may take long to catch up; heads must not wait for that.
            for each in self._open_years(tenant, year):
                self._sign(tenant, name, each)
            if count < BATCH:
                return made

    def _open_years(self, tenant: UUID, year: int) -> tuple[int, ...]:
        """The log of this year, and the last one's: its end may be unsigned yet."""
        known = self.log.years(tenant)
        return tuple(each for each in (year - 1, year) if each in known)

    def _sign(self, tenant: UUID, name: str, year: int) -> None:
        head = self.log.head(tenant, year)
        newest = self.log.newest(tenant, year)
        if newest is not None and newest.size == head.size:
            return
        origin = checkpoint.origin(name, year)
        text = checkpoint.text(Checkpoint(origin, head.size, head.root))
        note = self.signer.sign(text, self._growth(tenant, year, origin, head.size))
        at = self.clock.now()
        self.log.add(tenant, Signed(year, head.size, head.root, note, at))

    def _growth(self, tenant: UUID, year: int, origin: str, size: int) -> list[bytes]:
        last = self.signer.last(origin)
        if last is None:
            return []
        before = verifier.read_checkpoint(verifier.read_note(last)).size
        if before > size:
            message = (
                f"The log {origin} has {size} leaves; {before} were signed before."
            )
            raise SignerRefusedError(message)
        return self.log.consistency(tenant, year, before, size) if before else []
