"""What an event says of an act that was done on paper and entered later.

Pure, like `webui.timeline`, which shows it in the history, in replays and bundles.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.domain import on_paper
from engine.domain.organisation import Organisation
from engine.evidence.retrace import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """An act on paper; when and by whom it was entered says the line itself."""

    #: When it was really done.
    at: datetime
    by: UUID
    #: Name of the position in which it was done.
    position: str
    #: SHA-256 of the scanned sheet; empty: none.
    scan: str
    why: str
    #: The declared outage in which it was done; None: in none.
    outage: UUID | None


def read(step: Step, organisation: Organisation) -> Paper | None:
    """What the sheet told; None: it was done on the screen."""
    facts = step.body["facts"]
    told = on_paper.of(facts)
    if told is None:
        return None
    position = organisation.positions.get(told.position)
    return Paper(
        at=told.at,
        by=told.by,
        position=position.name if position else "",
        scan=told.scan,
        why=told.why,
        outage=on_paper.outage_of(facts),
    )


def hand(step: Step) -> UUID | None:
    """Who did it on paper, for the name."""
    told = on_paper.of(step.body["facts"])
    return None if told is None else told.by
