"""The port of audits: which cases there are to sample, and which audits there are."""

from typing import Protocol

from engine.domain.events import Stream
from engine.domain.sampling import Member, Query


class Auditing(Protocol):
    """Reads for the audit programme, inside one tenant and transaction."""

    def population(self, query: Query) -> tuple[Member, ...]:
        """The cases that a query means, with their risks as of its instant."""

    def streams(self) -> tuple[Stream, ...]:
        """The streams of all audits, the newest first, as they stand."""
