"""The port of the outages: when the organisation of a tenant worked on paper."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from engine.domain.outages import Outage


class Outages(Protocol):
    """The declared outages of one tenant."""

    def in_force(self, at: datetime) -> Outage | None:
        """The outage in which an instant lies; of several the one that began first."""

    def listed(self) -> tuple[Outage, ...]:
        """Every outage, the newest first."""

    def get(self, outage: UUID) -> Outage:
        """An outage. Raises NotFoundError."""

    def add(self, outage: Outage) -> None:
        """Store a new outage."""

    def end(self, outage: Outage) -> None:
        """Store that one is over. Raises StaleError: it was ended meanwhile."""
