"""The promise of the log: an event is under a signed head two seconds after its act.

It is judged by the events themselves: from the instant that an event names to the head
that first covers it. So it needs no memory of the sequencer, and the hours in which no
server ran count as what they were.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

#: Seconds from an act to the signed head over its event.
SECONDS: Final = 2.0
#: Events that are looked at, the newest of a log.
EVENTS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Ages:
    """How old the newest events of a log were when a head covered them, in seconds."""

    signed: Sequence[float]
    #: The instant of the oldest event that no head covers; None: there is none.
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Whether the promise is held, and by how much."""

    #: Events that were looked at, and how many of them waited too long.
    events: int
    broken: int
    #: Seconds that an event waited for its head.
    median: float
    longest: float
    #: Seconds that the oldest event without a head has waited until now.
    waits: float

    @property
    def held(self) -> bool:
        """Whether no event waited longer than was promised."""
        return self.broken == 0 and self.waits <= SECONDS


def judge(ages: Ages, now: datetime) -> Promise:
    """Judge the promise by what is known of the newest events."""
    # The clock of one server may be behind that of another.
    signed = [max(0.0, one) for one in ages.signed]
    waits = 0.0 if ages.since is None else (now - ages.since).total_seconds()
    return Promise(
        events=len(signed),
        broken=sum(one > SECONDS for one in signed),
        median=round(statistics.median(signed), 2) if signed else 0.0,
        longest=round(max(signed, default=0.0), 2),
        waits=round(max(0.0, waits), 2),
    )
