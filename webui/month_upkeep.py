"""Keeping the figures of months new: by the worker, and on a page where that is quick.

The month that runs changes all the time, those before hardly ever (work on paper that
is entered late, a rebuild). What is dear is counted by the worker alone.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from engine import limits
from engine.domain import supervision
from engine.domain.supervision import Months
from webui import context

#: Months that figures are shown for, the one that runs included.
SHOWN: Final = 12
_OFTEN: Final = timedelta(seconds=limits.FIGURES_SECONDS)
_SELDOM: Final = timedelta(days=1)
#: What takes no longer (milliseconds) is counted anew for every page.
_QUICK: Final = 20
_QUICKLY: Final = timedelta(seconds=2)
#: Milliseconds that a reader waits for counting at most.
_PATIENCE: Final = 150


def months(now: datetime) -> tuple[int, ...]:
    """The months that are shown, the oldest first."""
    return supervision.months_until(supervision.month_of(now), SHOWN)


def refresh(application: context.Application, tenant: UUID) -> int:
    """Count every month that is old, the last one first; how many were."""
    now = application.clock.now()
    known = application.months.counted(tenant, months(now))
    stale = [one for one in reversed(months(now)) if _stale(known, one, now)]
    count(application, tenant, stale)
    return len(stale)


def count(application: context.Application, tenant: UUID, wanted: list[int]) -> None:
    """Count months anew, whatever stands there."""
    seed = application.engine.tools.calendar
    register = application.directory.calendars(tenant, seed)
    for month in wanted:
        application.months.count(tenant, month, register, application.clock.now())


def look(application: context.Application, tenant: UUID, now: datetime) -> Months:
    """When the months were counted, after counting what is old and quick to count."""
    shown = months(now)
    known = application.months.counted(tenant, shown)
    todo, left = [], _PATIENCE
    for month in reversed(shown):
        at, cost = known.counted.get(month, (None, _PATIENCE // SHOWN))
        quick = cost <= _QUICK and (at is None or now - at > _QUICKLY)
        current = quick and month == shown[-1]
        if left >= cost and (current or _stale(known, month, now)):
            todo.append(month)
            left -= cost
    if not todo:
        return known
    count(application, tenant, todo)
    return application.months.counted(tenant, shown)


def _stale(known: Months, month: int, now: datetime) -> bool:
    at, _ = known.counted.get(month, (None, 0))
    if at is None:
        return True
    # One that was counted before its end has changed since.
    ran = at < supervision.begin_of(supervision.next_month(month))
    return now - at > (_OFTEN if ran else _SELDOM)
