"""The port of dossiers: what the record of each case tells, for lists and reports.

The rows are derived (`engine.domain.dossier_record`); an act writes its row in its own
transaction, and only when it changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from engine.domain.dossier_text import Told
from engine.domain.indicators import Filed, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A physical file that waits for somebody to take it."""

    case: UUID
    code: str
    #: The positions.
    giver: UUID
    taker: UUID
    at: datetime


class Dossiers(Protocol):
    """Dossiers of one tenant, inside a transaction."""

    def get(self, case: UUID) -> Told | None:
        """What is stored of a case; None: nothing yet."""

    def offered(self, positions: Iterable[UUID]) -> tuple[Offer, ...]:
        """The files that were offered to or by these positions, the oldest first."""

    def of_period(self, period: Period) -> tuple[Filed, ...]:
        """Every dossier with a part in a period, as its record stood at its end.

        Received until its end and not ended before it began. An act counts when it
        really happened (docs/manual/clock.md, rule 1). Without a row: not told of.
        """
