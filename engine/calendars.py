"""The port of the calendars: editions of one tenant, and which are in force."""

from typing import Protocol
from uuid import UUID

from engine.domain.calendars import Edition, Register
from engine.domain.case import Case, Task
from engine.domain.office_hours import Calendar


class Calendars(Protocol):
    """The editions of the calendars of one tenant."""

    def register(self, seed: Calendar) -> Register:
        """The confirmed editions: a shared snapshot, read again only after a change.

        Args:
            seed: Counted on, provisionally, where nothing is confirmed.
        """

    def editions(self, agency: UUID | None) -> tuple[Edition, ...]:
        """Every edition of one agency (None: for everybody), the newest first."""

    def agencies(self) -> frozenset[UUID]:
        """The agencies that have additions of their own, confirmed or drafted."""

    def get(self, edition: UUID) -> Edition:
        """An edition. Raises NotFoundError."""

    def promised(
        self, after: UUID | None, limit: int
    ) -> tuple[tuple[Case, tuple[Task, ...]], ...]:
        """Open cases with their open work, by id, the next after one.

        Args:
            after: The last case that was given before; None: from the beginning.
            limit: As many at most.
        """

    def lock(self) -> None:
        """Keep other writers of calendars away until the end of the transaction."""

    def add(self, edition: Edition) -> None:
        """Store a new edition."""

    def change(self, edition: Edition) -> None:
        """Store the life of an edition; what it says never changes."""
