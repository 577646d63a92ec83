"""Erasing personal data: its records, and the ports that carry it out.

A value behind a commitment can be taken away with its salt; what was committed to stays
provable and can no longer be guessed (docs/manual/evidence.md, 5). Law 91/2025/QH15 on
the protection of personal data, article 14, names when it must be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


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

    def present(self, case: UUID, month: int) -> tuple[Value, ...]:
        """The values of a case that are still stored, in order."""

    def erase(self, case: UUID, month: int, values: tuple[Value, ...]) -> None:
        """Take values and salts away, and what was derived from them.

        That is: drafts, bodies and keys of letters, rows of attachments. State, search
        columns and the bytes of files are the business of whoever asks.
        """


class Register(Protocol):
    """What was erased, kept where a restored database does not bring it back."""

    def note(self, erasure: Erasure) -> None:
        """Keep an order durably, before it is carried out."""

    def all(self) -> Iterator[Erasure]:
        """Every order, the oldest first."""
