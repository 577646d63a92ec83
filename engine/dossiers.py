"""The port of dossiers: what the record of each case tells, for lists and reports.

The rows are derived (`engine.domain.dossier_record`); an act writes its row in its own
transaction, and only when it changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some of the dossiers of a period."""

    #: Of these handling agencies; None: of all.
    agencies: frozenset[UUID] | None = None
    #: The first and the last case, in the order of their ids; None: no bound.
    first: UUID | None = None
    last: UUID | None = None
    #: At most so many; None: all.
    most: int | None = None


ALL: Final = Part()


class Dossiers(Protocol):
    """Dossiers of one tenant, inside a transaction."""

    def get(self, case: UUID) -> Told | None:
        """What is stored of a case; None: nothing yet."""

    def owns(self, scan: str, case: UUID | None, account: UUID) -> bool:
        """Whether a scan is of a case; None: of one that is received now.

        One of its files; or kept in a draft of its work, or sent for it (or for none
        yet) by the account that enters it, and in no other case.
        """

    def offered(self, positions: Iterable[UUID]) -> tuple[Offer, ...]:
        """The files that were offered to or by these positions, the oldest first."""

    def cases_of(self, period: Period, part: Part = ALL) -> tuple[UUID, ...]:
        """The cases of `of_period` alone, in the order of their ids."""

    def of_period(self, period: Period, part: Part = ALL) -> tuple[Filed, ...]:
        """Every dossier with a part in a period, as its record stood at its end.

        Received until its end and not ended before it began. An act counts when it
        really happened (docs/manual/clock.md, rule 1). Without a row: not told of.
        """
