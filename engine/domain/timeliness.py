"""Early, on time or late: the classes of cases, for pages and reports.

Two measures stand side by side (docs/manual/clock.md, rule 11): by minute, as slips
are filled in, and by local date, as statistics are made. The portal's own rule on
supplements (rule 12) is a third figure and never mixed with them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from engine.domain import iso8601
from engine.domain.clock_state import Cause, Clock

#: The portal lets one request for a supplement pass.
_LAWFUL_REQUESTS: Final = 1


class Class(Enum):
    """How a case stands to its due instant."""

    EARLY = "early"
    ON_TIME = "on-time"
    LATE = "late"
    #: Open ones.
    IN_TIME = "in-time"
    OVERDUE = "overdue"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Classes:
    """The class of a case by both measures."""

    by_minute: Class
    by_date: Class


def classify(
    due: datetime | None,
    closed: datetime | None,
    now: datetime,
    *,
    waiting: bool = False,
) -> Classes | None:
    """The classes of a case or step; None: it has no due instant.

    Args:
        due: Its due instant; of an open case whose clock stands, None.
        closed: The real instant of its end; None: it is open.
        now: The present instant.
        waiting: Its clock stands still.
    """
    if closed is None and waiting:
        return Classes(Class.WAITING, Class.WAITING)
    if due is None:
        return None
    if closed is None:
        late = now > due, iso8601.day(now) > iso8601.day(due)
        minute, date = (Class.OVERDUE if one else Class.IN_TIME for one in late)
        return Classes(minute, date)
    return Classes(
        _ended(_minute(closed), due) if closed <= due else Class.LATE,
        _by_day(closed, due),
    )


def portal_late(requests: Sequence[datetime], closed: datetime | None) -> bool:
    """Whether the portal counts a case as late for its supplements (rule 12).

    Args:
        requests: When supplements were asked for, the earliest first.
        closed: When the case ended; None: it is open.
    """
    if len(requests) <= _LAWFUL_REQUESTS:
        return False
    second = requests[_LAWFUL_REQUESTS]
    return closed is None or second < closed


def requests(clock: Clock | None) -> tuple[datetime, ...]:
    """When supplements were asked for in a case."""
    waits = () if clock is None else clock.waits
    return tuple(one.began for one in waits if one.cause is Cause.SUPPLEMENT)


def _ended(closed: datetime, due: datetime) -> Class:
    return Class.ON_TIME if closed == _minute(due) else Class.EARLY


def _by_day(closed: datetime, due: datetime) -> Class:
    day, last = iso8601.day(closed), iso8601.day(due)
    if day == last:
        return Class.ON_TIME
    return Class.EARLY if day < last else Class.LATE


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
