"""Erasing personal data: its records, and the ports that carry it out.

A value behind a commitment can be taken away with its salt; what was committed to stays
provable and can no longer be guessed (docs/manual/evidence.md, 5). Law 91/2025/QH15 on
the protection of personal data, article 14, names when it must be.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final, Protocol
from uuid import UUID

from engine.domain.events import EventType


@dataclass(frozen=True, slots=True, order=True)
class Value:
    """A stored value: the event that committed to it, and its name there."""

    seq: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What was ordered to be erased in a case."""

    tenant: UUID
    case: UUID
    month: int
    values: tuple[Value, ...]
    #: Attachments whose bytes go too: SHA-256, hex.
    files: tuple[str, ...] = ()
    #: The rule that asks for it, and the document that orders it.
    basis: str
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An erasure as the record tells it: under what rule, by which document, when."""

    basis: str
    order: str
    at: datetime


class Remains(Enum):
    """Where old bytes may still stand after a purge, until an administrator acts."""

    #: In the segment of the write-ahead log that is written now.
    SWITCH = "switch"
    #: In older segments of that log.
    CHECKPOINT = "checkpoint"
    #: In segments that are kept under a new name.
    RECYCLED = "recycled"
    #: Where the log is archived, and on standbys.
    ARCHIVED = "archived"
    REPLICATED = "replicated"


#: What the record tells of a case beside its steps.
REMARKS: Final = frozenset(
    {EventType.PERSONAL_ERASED, EventType.HOLD_PLACED, EventType.HOLD_LIFTED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """An erasure or a hold as the record of a case tells it."""

    type: EventType
    at: datetime
    facts: Mapping[str, Any]


def orders(told: Iterable[Remark]) -> Mapping[Value, Order]:
    """Under which order each value of a case was erased.

    Args:
        told: Remarks of the case, the oldest first. What a restored backup brought back
            and was erased again counts from the first time.
    """
    found: dict[Value, Order] = {}
    for one in told:
        if one.type is EventType.PERSONAL_ERASED:
            facts = one.facts
            order = Order(
                basis=str(facts["basis"]), order=str(facts["order"]), at=one.at
            )
            for seq, name in facts["values"]:
                found.setdefault(Value(int(seq), str(name)), order)
    return found


def hold(told: Iterable[Remark]) -> Remark | None:
    """The hold that keeps a case from being erased; None: it is not held."""
    last = None
    for one in told:
        if one.type is EventType.HOLD_PLACED:
            last = one
        elif one.type is EventType.HOLD_LIFTED:
            last = None
    return last


@dataclass(frozen=True, slots=True)
class Heard:
    """A letter that no case sent: the event that tells of it, and which letter."""

    stream: UUID
    #: Of the stream.
    month: int
    seq: int
    n: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed case whose values are still there."""

    case: UUID
    code: str
    closed_at: datetime


class Eraser(Protocol):
    """Takes values away, inside one tenant and transaction."""

    def closed(self, version: UUID, before: datetime) -> tuple[Closed, ...]:
        """Cases of a version that closed before and hold values, the oldest first."""

    def files(self, case: UUID) -> tuple[str, ...]:
        """The attachments of a case that no other case has: SHA-256, hex."""

    def remarks(self, cases: Iterable[UUID]) -> Mapping[UUID, tuple[Remark, ...]]:
        """Erasures and holds that the record of some cases tells, the oldest first."""

    def present(self, case: UUID, month: int) -> tuple[Value, ...]:
        """The values of a case that are still stored, in order."""

    def erase(self, case: UUID, month: int, values: tuple[Value, ...]) -> None:
        """Take values and salts away, and what was derived from them.

        That is: drafts, bodies and keys of letters, rows of attachments. State, search
        columns and the bytes of files are the business of whoever asks.
        """

    def erase_sent(
        self, letter: Heard, names: Iterable[str], now: datetime
    ) -> tuple[Value, ...]:
        """Take values away from a letter that no case sent, and from its event.

        Its body goes whole, and who has not heard it yet has missed it.

        Args:
            letter: The letter.
            names: Of the values that its event loses.
            now: The time.

        Returns:
            What the event has lost.
        """


class Register(Protocol):
    """What was erased, kept where a restored database does not bring it back."""

    def note(self, erasure: Erasure) -> None:
        """Keep an order durably, before it is carried out."""

    def all(self) -> Iterator[Erasure]:
        """Every order, the oldest first."""
