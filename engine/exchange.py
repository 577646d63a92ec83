"""What leaves cases and what they wait for: its records, and the port that keeps them.

A *letter* is a message or signal on its way. A message goes to one place and is settled
when it has arrived; a signal is settled when it has been addressed, and each place that
it goes to is a *parcel* with a life of its own. Both name the event that sent them
(stream, seq, n), so that what arrived once never arrives again.
"""

import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from engine.domain.model import EventKind, Model, NodeKind
from engine.domain.run import Json

MESSAGE: Final = "message"
SIGNAL: Final = "signal"
TIMER: Final = "timer"
#: The reason of a letter that waits for somebody to wait for it.
NOBODY: Final = "nobody"
#: Reasons of letters that are not ours to deliver: for a partner outside, or sent
#: before letters were delivered. They are nobody's trouble.
OUTSIDE: Final = "outside"
BEFORE: Final = "before"
#: The reason of a place that a signal came too late for; it is not tried again.
MISSED: Final = "missed"
#: What reaches a case from outside; other waits are its own affair.
HEARD: Final = frozenset({MESSAGE, SIGNAL})
_HEARD: Final = frozenset({EventKind.MESSAGE, EventKind.SIGNAL})
_THROWING: Final = frozenset(
    {NodeKind.SEND_TASK, NodeKind.THROW_EVENT, NodeKind.END_EVENT}
)


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """Names a letter: the event that sent it, and which of its effects it is."""

    stream: UUID
    seq: int
    n: int

    def facts(self) -> dict[str, Json]:
        """The letter as an event of its receiver names it."""
        return {"stream": self.stream.hex, "seq": self.seq, "n": self.n}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """An effect to deliver outside the case, at least once, under its own key."""

    #: (stream, seq, n): deterministic, so that a receiver can recognise a repetition.
    stream: UUID
    seq: int
    n: int
    #: `message` or `signal`.
    kind: str
    name: str
    partner: str
    body: Mapping[str, Json]
    correlation: Mapping[str, Json] = field(default_factory=dict)
    #: None: before letters were delivered; a person delivers it.
    sent_at: datetime | None = None

    @property
    def ref(self) -> Ref:
        """Its name."""
        return Ref(self.stream, self.seq, self.n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """What became of attempts to deliver."""

    attempts: int = 0
    #: Code of the last reason why not; empty: none.
    reason: str = ""
    #: When the engine tries next; None: not by itself, a person decides.
    next_try: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One place that a letter goes to, or went to."""

    ref: Ref
    #: The case that waits; or the procedure in which a case is opened.
    target: UUID
    #: The start event at which a case is opened, and its process (empty: the main
    #: one); no element: the target is a case that waits.
    element: str = ""
    process: str = ""
    #: The case that received it.
    receiver: UUID | None = None
    tried: Attempts = Attempts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message or signal that was sent, and what became of it."""

    sent: Outgoing
    tried: Attempts
    parcels: tuple[Parcel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWait:
    """An open visit of a case that waits for a message or signal."""

    case: UUID
    element: str
    occurrence: int
    kind: str
    name: str
    #: Fingerprint of the correlation keys.
    keys: bytes
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """A case that may take a message, as far as its rows tell."""

    case: UUID
    procedure: UUID
    process: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A start event of the version in force at which the engine opens cases."""

    procedure: UUID
    version: UUID
    #: Empty: the main process.
    process: str
    element: str
    #: `message`, `signal` or `timer`.
    kind: str
    #: Message or signal name.
    name: str = ""
    #: Timers: the instant at which the next case is opened; None: no more.
    due: datetime | None = None
    #: Timers: how many instants have passed.
    passed: int = 0
    tried: Attempts = Attempts()


def hears(model: Model) -> bool:
    """Whether something in a model may wait for a message or signal."""
    return any(
        node.event.kind in _HEARD and node.kind not in _THROWING
        for node in model.nodes.values()
    )


def fingerprint(keys: Mapping[str, Json]) -> bytes:
    """The hash of correlation keys: equal for equal names, types and values.

    A hash and not the values, which may be personal.
    """
    text = json.dumps(
        dict(keys), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).digest()


#: The fingerprint of a wait without correlation keys.
NO_KEYS: Final = fingerprint({})


def fingerprints(correlation: Mapping[str, Json]) -> tuple[bytes, ...]:
    """The fingerprints of every wait that a message with this correlation matches.

    All keys of the wait must be equal in the message, which may have more (rule 15).
    """
    names = sorted(correlation)
    return tuple(
        fingerprint({name: correlation[name] for name in chosen})
        for size in range(1, len(names) + 1)
        for chosen in itertools.combinations(names, size)
    )


class Outbox(Protocol):
    """Letters and their parcels inside one tenant."""

    def add(self, sent: Outgoing) -> None:
        """Store a letter that no case sent."""

    def due(self, now: datetime, limit: int) -> tuple[Ref, ...]:
        """Letters to try now, in the order of sending, not locked by others.

        A letter waits behind one of the same sender, name and address.
        """

    def lock(self, ref: Ref) -> Letter | None:
        """Lock a letter; None when another holds it or there is none."""

    def letter(self, ref: Ref) -> Letter:
        """A letter with its parcels, not locked. Raises NotFoundError."""

    def mark(self, ref: Ref, tried: Attempts) -> None:
        """Store what became of a letter."""

    def correct(self, sent: Outgoing) -> None:
        """Write again what a letter says, as its event tells."""

    def parcels_due(self, now: datetime, limit: int) -> tuple[Parcel, ...]:
        """Parcels to try now, in the order of sending, not locked by others."""

    def lock_parcel(self, ref: Ref, target: UUID, element: str) -> Parcel | None:
        """Lock a parcel; None when another holds it or there is none."""

    def put(self, parcel: Parcel) -> None:
        """Store a parcel, new or changed."""

    def letters_of(self, stream: UUID) -> tuple[Letter, ...]:
        """The letters that a case sent, with their parcels, the oldest first."""

    def letters(self, limit: int, *, all_: bool) -> tuple[Letter, ...]:
        """Letters with their parcels, the newest first.

        Not `all_`: those that have not arrived and that we have to deliver.
        """


class Arrivals(Protocol):
    """Where letters may arrive: open waits and start events, inside one tenant."""

    def waits(self, case: UUID) -> tuple[OpenWait, ...]:
        """The open waits of a case for messages and signals."""

    def replace_waits(self, case: UUID, waits: tuple[OpenWait, ...]) -> None:
        """Write rebuilt waits in place of the stored ones."""

    def listeners(self, name: str) -> tuple[UUID, ...]:
        """The cases that wait for a signal, oldest wait first."""

    def takers(self, name: str, keys: tuple[bytes, ...]) -> tuple[Taker, ...]:
        """Cases with a wait for a message under one of these keys, oldest first."""

    def relatives(self, name: str, conversation: UUID) -> tuple[Taker, ...]:
        """Cases of a conversation with a wait for a message, oldest wait first."""

    def starts(self, kind: str, name: str) -> tuple[Start, ...]:
        """The start events for a message or signal, of versions in force."""

    def start(self, procedure: UUID, process: str, element: str) -> Start | None:
        """Lock a start event; None when another holds it or there is none."""

    def starts_due(self, now: datetime, limit: int) -> tuple[Start, ...]:
        """Timer starts to run now, oldest first, not locked by others."""

    def starts_of(self, procedure: UUID) -> tuple[Start, ...]:
        """All start events that are kept of a procedure."""

    def replace_starts(self, procedure: UUID, starts: tuple[Start, ...]) -> None:
        """Write the start events of the version in force; none: nothing is."""

    def change_start(self, start: Start) -> None:
        """Store when a timer start runs next, and what became of it."""
