"""The sequencer: gives events their places in the log and has its heads signed.

Theory of operation (docs/manual/evidence.md, 2). Writers insert events and nothing
else. A pass integrates what is pending, then has the head signed where it is newer than
the last signed one, then stores the note. A crash between any two of these is healed by
the next pass: the tree is the fold of its index, and the signer tells which head it
signed last.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from engine.domain import iso8601
from engine.errors import SignerRefusedError
from engine.evidence import checkpoint, verifier
from engine.evidence.promise import Ages
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
class Standing:
    """How long a log is, and how much of it is covered by a signed head.

    Where nothing is uncovered there is no root and no proof.
    """

    size: int
    signed: int
    root: bytes = b""
    #: That the log grew from what is signed (RFC 6962, 2.1.2); empty for the first.
    proof: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Lag:
    """What waits for a place, and since when."""

    pending: int
    since: datetime | None


class Log(Protocol):
    """The logs of every tenant, as stored."""

    def integrate(self, tenant: UUID, year: int, limit: int) -> int:
        """Give places in the log of a year to pending events; how many got one."""

    def batches(self, tenant: UUID, year: int, limit: int) -> Iterator[int]:
        """Give places batch by batch to what is pending; how many got one in each."""

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

    def ages(self, tenant: UUID, year: int, count: int) -> Ages:
        """How long the newest events of a log waited for the heads that cover them."""

    def add(self, tenant: UUID, signed: Signed) -> None:
        """Store a signed head."""

    def stamp(self, tenant: UUID, signed: Signed, token: bytes) -> None:
        """Store the time stamp (RFC 3161) over a signed head."""

    def newest(self, tenant: UUID, year: int) -> Signed | None:
        """The last signed head of a log."""

    def standing(self, tenant: UUID, year: int) -> Standing:
        """A log beside its newest signed head, and how the one grew from the other."""

    def signed(self, tenant: UUID, year: int) -> tuple[Signed, ...]:
        """Every signed head of a log, smallest first."""


@dataclass(frozen=True, slots=True)
class Sequencer:
    """Keeps the logs of a database up to date."""

    log: Log
    signer: Signer
    clock: Clock
    #: Logs of years gone by whose end is signed.
    _closed: set[tuple[UUID, int]] = field(default_factory=set)

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
        # A clock that was turned back may open it again.
        self._closed.discard((tenant, year))
        made = 0
        for count in self.log.batches(tenant, year, BATCH):
            made += count
            # Under load it may take long to catch up; heads must not wait for that.
            self._sign(tenant, name, year)
        # The end of last year's log may be unsigned yet.
        last = tenant, year - 1
        if last not in self._closed:
            self._sign(tenant, name, year - 1)
            self._closed.add(last)
        return made

    def _sign(self, tenant: UUID, name: str, year: int) -> None:
        """Have the head of a log signed where it is newer than the last signed one."""
        found = self.log.standing(tenant, year)
        if found.size == found.signed:
            return
        origin = checkpoint.origin(name, year)
        if found.size < found.signed:
            raise _shorter(origin, found.size, found.signed)
        text = checkpoint.text(Checkpoint(origin, found.size, found.root))
        try:
            note = self.signer.sign(text, found.proof)
        except SignerRefusedError:
            before = self._remembered(origin)
            if before == found.signed:
                raise
            # It signed a head that was not stored: a crash, or another sequencer.
            growth = self._growth(tenant, year, before, found.size)
            if growth is None:
                return
            note = self.signer.sign(text, growth)
        at = self.clock.now()
        self.log.add(tenant, Signed(year, found.size, found.root, note, at))

    def _remembered(self, origin: str) -> int:
        """The size of the head that the signer signed last."""
        last = self.signer.last(origin)
        if last is None:
            return 0
        return verifier.read_checkpoint(verifier.read_note(last)).size

    def _growth(
        self, tenant: UUID, year: int, before: int, size: int
    ) -> Sequence[bytes] | None:
        """How a log grew from what the signer remembers; None: that is newer."""
        if before <= size:
            return self.log.consistency(tenant, year, before, size) if before else ()
        now = self.log.head(tenant, year).size
        if now < before:
            raise _shorter(str(year), now, before)
        return None


def _shorter(origin: str, size: int, before: int) -> SignerRefusedError:
    """The refusal of a log that lost its end."""
    message = f"The log {origin} has {size} leaves; {before} were signed before."
    return SignerRefusedError(message)
