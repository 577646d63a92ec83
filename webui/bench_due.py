"""Measure what a due date costs: instants and limits of four years, in order."""

import itertools
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from engine.domain import working_time
from engine.domain.model import TimeLimit
from models_bpmn import calendars

_LIMITS: Final = tuple(
    TimeLimit(amount, unit)
    for unit in ("working-day", "working-hour", "day", "month", "hour")
    for amount in (1, 8, 20, 60)
)
_FIRST: Final = datetime(2024, 1, 1, 1, 17, tzinfo=UTC)
_YEARS: Final = timedelta(days=4 * 365)


def run(sums: int) -> Mapping[str, object]:
    """Microseconds of a due date, on average and of the slowest of a hundred parts."""
    calendar = calendars.default_calendar()
    step = _YEARS / max(1, sums)
    starts = [_FIRST + n * step for n in range(sums)]

    def ends(start: datetime, limit: TimeLimit) -> object:
        return working_time.end_of(start, limit, calendar, cutoff="15:00")

    def explained(start: datetime, limit: TimeLimit) -> object:
        return working_time.add(start, limit, calendar, cutoff="15:00")

    return {
        "sums": sums,
        "due_us": _measured(starts, ends),
        "explained_us": _measured(starts, explained),
    }


def _measured(
    starts: list[datetime], count: Callable[[datetime, TimeLimit], object]
) -> Mapping[str, float]:
    size = max(1, len(starts) // 100)
    limits = itertools.cycle(_LIMITS)
    parts = []
    for begin in range(0, len(starts), size):
        part = starts[begin : begin + size]
        before = time.perf_counter()
        for start in part:
            count(start, next(limits))
        parts.append((time.perf_counter() - before) / len(part) * 1e6)
    return {
        "mean": round(sum(parts) / max(1, len(parts)), 1),
        "slowest": round(max(parts, default=0), 1),
    }
