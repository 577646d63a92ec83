"""What a case and its open work are due by an edition of the calendar."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from engine.domain import clock, clock_text, working_time
from engine.domain.case import Case, Task
from engine.domain.clock_state import Change
from engine.domain.model import Model, TimeLimit
from engine.domain.office_hours import Calendar

_NONE: Final[Mapping[str, TimeLimit]] = {}


def promise(
    start: datetime, limit: TimeLimit | None, cutoff: str, calendar: Calendar
) -> datetime | None:
    """What a case is due that begins so; None: it promises nothing.

    The cut-off hour of the procedure goes before that of the calendar.
    """
    if limit is None:
        return None
    hour = cutoff or calendar.cutoff
    return working_time.end_of(start, limit, calendar, cutoff=hour)


def recount(
    model: Model,
    case: Case,
    active: Iterable[Task],
    calendar: Calendar,
    beside: Mapping[str, TimeLimit] = _NONE,
) -> Change | None:
    """What another edition would move in an open case; None: nothing.

    Args:
        model: What it runs.
        case: The case.
        active: Its open work.
        calendar: The other edition.
        beside: The limits of what was asked beside its steps, by row.
    """
    known = clock_text.load(case.clock)
    if known is None:
        steps = {
            (task.element, task.occurrence): (task.opened_at, limit, task.due_at)
            for task in active
            if (limit := _limit(model, task.element, beside)) is not None
        }
        promised = (case.opened_at, case.due_at)
        known = clock.started(model.facts, promised, steps)
    return clock.recount(known, calendar)


def _limit(
    model: Model, element: str, beside: Mapping[str, TimeLimit]
) -> TimeLimit | None:
    node = model.nodes.get(element)
    return beside.get(element) if node is None else node.work.limit
