"""What was done on paper and is entered later (docs/manual/clock.md, rules 1 and 2).

During an outage work goes on with pen and stamp. Who enters it afterwards is the doer
of the event; who did it, when and in which position stands in its `facts.paper`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from engine.domain import clock_text
from engine.domain.events import EventType
from engine.domain.run import Json

#: The name among the facts of an event.
FACT: Final = "paper"
#: In it: from when what followed counts, where that is later (`engine.domain.onward`).
ONWARD: Final = "onward"
#: What may really happen while a case is suspended: its end, that of the case, and
#: that the applicant pays.
RESTING: Final = frozenset(
    {EventType.SUSPENSION_ENDED, EventType.CASE_STOPPED, EventType.FEE_PAID}
)
#: After what nobody works in a case: it comes after all that was really done in it.
ORDERS: Final = frozenset({EventType.CASE_SUSPENDED, EventType.CASE_STOPPED})
#: A receipt that lies further back than this needs a reason.
UNEXPLAINED: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPaper:
    """An act that was done on paper."""

    #: When it was really done.
    at: datetime
    #: The account that did it, and the position in which it did.
    by: UUID
    position: UUID
    #: SHA-256 of the scanned sheet, a stored file, hex; empty: none.
    scan: str = ""
    #: Why it was done on paper; obligatory outside of a declared outage.
    why: str = ""

    def __post_init__(self) -> None:
        """Pass where the instant has an offset: without one it is no instant."""
        if self.at.tzinfo is None:
            raise ValueError(self.at)


def told(paper: OnPaper, outage: UUID | None = None) -> dict[str, Json]:
    """What an event tells of it, with the outage that it was done in."""
    facts: dict[str, Json] = {
        "at": clock_text.instant(paper.at),
        "by": paper.by.hex,
        "position": paper.position.hex,
        "scan": paper.scan,
        "why": paper.why,
    }
    return facts if outage is None else {**facts, "outage": outage.hex}


def of(facts: Mapping[str, Any]) -> OnPaper | None:
    """What the facts of an event tell of paper; None: it was done on the screen.

    Raises:
        ValueError, LookupError: They tell of it wrongly.
    """
    paper = facts.get(FACT)
    if paper is None:
        return None
    return OnPaper(
        at=datetime.fromisoformat(paper["at"]),
        by=UUID(paper["by"]),
        position=UUID(paper["position"]),
        scan=paper["scan"],
        why=paper["why"],
    )


def hands_of(doer: Mapping[str, str], facts: Mapping[str, Any]) -> frozenset[str]:
    """Who has a hand in an act: the doer, for whom, and who did it on paper."""
    paper = facts.get(FACT)
    by = () if paper is None else (str(paper["by"]),)
    entered = (doer[name] for name in ("account", "on_behalf_of") if name in doer)
    return frozenset((*entered, *by))


def possible(at: datetime, since: datetime) -> bool:
    """Whether an act on paper may follow an act; sheets tell the minute."""
    return at >= since.replace(second=0, microsecond=0)


def outage_of(facts: Mapping[str, Any]) -> UUID | None:
    """The declared outage in which an act was done on paper; None: in none."""
    outage = facts.get(FACT, {}).get("outage")
    return None if outage is None else UUID(outage)
