"""What a case and its open work are due by an edition of the calendar."""

from collections.abc import Iterable
from datetime import datetime

from engine.domain import clock, working_time
from engine.domain.case import Case, Task
from engine.domain.clock_state import Clock
from engine.domain.model import Model, TimeLimit
from engine.domain.office_hours import Calendar
from engine.domain.term import Term


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


def clock_of(model: Model, case: Case, active: Iterable[Task]) -> Clock:
    """The clock of a case that nothing has moved: its promise and its open steps."""
    whole = clock.promise_of(model.facts, case.opened_at, case.due_at)
    steps = {}
    for task in active:
        limit = model.nodes[task.element].work.limit
        if limit is not None:
            term = Term(began=task.opened_at, limit=limit, due=task.due_at)
            steps[task.element, task.occurrence] = term
    return Clock(case=whole, steps=steps)
