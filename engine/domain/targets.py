"""Targets of punctuality: dated data of the tenant (ISO 9001:2015, 6.2.1).

A target is the share of cases that are to be done by their promised date. It belongs to
an agency and holds for the units under it, for every procedure, for one, or for one
step of one, from a day on. Every one that was ever set stays: a month is measured by
the target that held on its last day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid5

_NAME: Final = "targets"
#: Tenths of a percent.
WHOLE: Final = 1000
#: The longest reason, in characters.
WHY_CHARS: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One target as it was set."""

    agency: UUID
    #: None: every procedure.
    procedure: UUID | None = None
    #: A step of that procedure, and its name when the target was set; empty: cases.
    element: str = ""
    step: str = ""
    #: Tenths of a percent, so that no binary fraction enters a record.
    share: int
    valid_from: date
    why: str
    set_by: UUID | None = None
    set_at: datetime

    @property
    def percent(self) -> float:
        """The share in percent, with one decimal."""
        return self.share / 10


class Targets:
    """Every target of a tenant, in the order in which they were set."""

    def __init__(
        self, told: Iterable[Target], parents: Mapping[UUID, UUID | None]
    ) -> None:
        """Keep them.

        Args:
            told: The oldest first.
            parents: The agency above each agency.
        """
        self.told = tuple(told)
        self._parents = parents

    def of(
        self, agency: UUID, procedure: UUID | None, day: date, element: str = ""
    ) -> Target | None:
        """What holds on a day; None: nothing was set.

        The nearest agency counts, and there the target of the step, asked for one,
        before that of its procedure before the one for all. Of two from the same day
        the later word counts.
        """
        order = dict.fromkeys(((procedure, element), (procedure, ""), (None, "")))
        here: UUID | None = agency
        seen: set[UUID] = set()
        while here is not None and here not in seen:
            seen.add(here)
            for wanted in order:
                found = self._latest(here, wanted, day)
                if found is not None:
                    return found
            here = self._parents.get(here)
        return None

    def _latest(
        self, agency: UUID, wanted: tuple[UUID | None, str], day: date
    ) -> Target | None:
        found: Target | None = None
        for one in self.told:
            mine = (one.agency, (one.procedure, one.element)) == (agency, wanted)
            if not mine or one.valid_from > day:
                continue
            if found is None or one.valid_from >= found.valid_from:
                found = one
        return found


def stream_of(tenant: UUID) -> UUID:
    """The stream that tells of the targets of a tenant."""
    return uuid5(tenant, _NAME)
