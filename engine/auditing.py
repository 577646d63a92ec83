"""The ports of audits: what there is to sample, which audits, and the figures."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from engine.domain.calendars import Register
from engine.domain.events import Stream
from engine.domain.figures import Cases, Ended, Listed, Path, Queue, Steps, Wanted
from engine.domain.sampling import Member, Query
from engine.domain.supervision import Months, Range


class Auditing(Protocol):
    """Reads for the audit programme, inside one tenant and transaction."""

    def population(self, query: Query) -> tuple[Member, ...]:
        """The cases that a query means, with their risks as of its instant."""

    def streams(self) -> tuple[Stream, ...]:
        """The streams of all audits, the newest first, as they stand."""

    def accesses(self, stream: UUID, before: int, limit: int) -> tuple[bytes, ...]:
        """Events of an access stream with lower numbers, as sealed, newest first."""


class Figures(Protocol):
    """Counts of cases and steps; each in its own short transaction."""

    def cases(self, tenant: UUID, wanted: Wanted) -> tuple[Cases, ...]:
        """Cases that closed in the period, by procedure, unit and month."""

    def steps(self, tenant: UUID, wanted: Wanted) -> tuple[Steps, ...]:
        """Steps done in the period, by procedure, unit, step and month."""

    def queue(self, tenant: UUID, wanted: Wanted, now: datetime) -> tuple[Queue, ...]:
        """Work that is open now, by procedure, unit and step, whatever the period."""

    def paths(self, tenant: UUID, wanted: Wanted) -> tuple[Path, ...]:
        """The steps of each case that closed in the period."""

    def ended(self, tenant: UUID, wanted: Wanted) -> tuple[Ended, ...]:
        """Every case that closed in the period, the last closed first."""

    def listed(self, tenant: UUID, wanted: Wanted, kind: str) -> tuple[Listed, ...]:
        """The cases behind a figure, the newest first, as many as a page shows.

        Args:
            tenant: The tenant.
            wanted: As for the figure.
            kind: `closed`, `promised`, `on-time`, `late`, `rework` or `late-step`.
        """

    def scores(self, tenant: UUID, wanted: Wanted) -> Mapping[int, int]:
        """How often applicants gave each score, from 1 to 5, in the period."""


class MonthFigures(Protocol):
    """Figures of months, counted beforehand."""

    def counted(self, tenant: UUID, months: Iterable[int]) -> Months:
        """When months were counted; one that never was is missing."""

    def count(
        self, tenant: UUID, month: int, calendars: Register, now: datetime
    ) -> None:
        """Count a month anew."""

    def cases(
        self, tenant: UUID, of: Range, months: Iterable[int], part: str
    ) -> tuple[Cases, ...]:
        """Cases that closed in some months, by `procedure`, `unit` or `month`."""

    def steps(
        self, tenant: UUID, of: Range, months: Iterable[int], part: str
    ) -> tuple[Steps, ...]:
        """Steps that were done in some months, as `cases`, or by `step`."""
