"""Wake a case: fire due timers, go on with automatic steps that were left."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast
from uuid import UUID

from engine import limits
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain.case import Case
from engine.domain.events import Event, EventType
from engine.domain.run import Continue, Fire, Json, Visit, Wait

_STEPS = limits.STEPS_PER_JOB // limits.STEPS_PER_TRANSACTION
_REST: Final = timedelta(seconds=limits.RESTING_SECONDS)
#: Rule 41: the steps that an event of its own accord counts for.
_COUNTED: Final = {
    EventType.TIMER_FIRED.value: 1,
    EventType.CASE_CONTINUED.value: limits.STEPS_PER_TRANSACTION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeCase:
    """Do what is due in a case. Only the engine asks for it."""

    case: UUID


def handle(command: WakeCase, transaction: Transaction) -> Result:
    """Fire what is due, the earliest first, each as an event of its own.

    Nothing due is not an error: another worker was faster. A case that does not come to
    rest is halted instead.
    """
    case = transaction.uow.cases.lock(command.case).case
    fired: list[Json] = []
    now = transaction.now
    if case.next_wake is None or case.next_wake > now or case.suspended_at:
        return {"case": case.id.hex, "fired": fired}
    running = Running(transaction, case, case.version)
    steps = _unresting(transaction, case)
    if steps >= limits.UNRESTING_STEPS:
        running.halt(steps)
        running.save()
        return {"case": case.id.hex, "fired": fired}
    waiting = running.execution.picture().waiting
    # A wake-up that no timer asked for is that of automatic steps that were left.
    if case.next_wake not in {wait.due for wait in waiting}:
        running.act(Continue(), Event(type=EventType.CASE_CONTINUED, at=now))
    for _ in range(_STEPS):
        due = _due(running.execution.picture().waiting, now)
        if due is None:
            break
        visit = Visit(due.element, due.occurrence)
        running.act(
            Fire(due.element, due.occurrence),
            Event(type=EventType.TIMER_FIRED, at=now, visit=visit),
        )
        fired.append(due.element)
    running.save()
    return {"case": case.id.hex, "fired": fired}


def _unresting(transaction: Transaction, case: Case) -> int:
    """Rule 41: the automatic steps since a person, the outside or a rest came between.

    The events are asked only where there may be enough of them, and few at first.
    """
    least = limits.UNRESTING_STEPS // max(_COUNTED.values())
    if case.seq < least:
        return 0
    history = transaction.uow.history
    for most in (least, limits.UNRESTING_STEPS):
        events = history.recent(case.id, case.month, most)
        steps, rested = _counted(events)
        if rested:
            break
    return steps


def _counted(events: tuple[tuple[str, datetime], ...]) -> tuple[int, bool]:
    """The steps of the newest events, and whether anything came between."""
    steps, later = 0, events[0][1]
    for kind, at in events:
        if kind not in _COUNTED or later - at >= _REST:
            return steps, True
        steps, later = steps + _COUNTED[kind], at
    return steps, False


def _due(waiting: tuple[Wait, ...], now: datetime) -> Wait | None:
    due = [wait for wait in waiting if wait.due is not None and wait.due <= now]
    return min(due, key=lambda wait: cast("datetime", wait.due), default=None)
