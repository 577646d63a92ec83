"""Wake a case: fire due timers, go on with automatic steps that were left."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from engine import limits
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain.events import Event, EventType
from engine.domain.run import Continue, Fire, Json, Visit, Wait

_STEPS = limits.STEPS_PER_JOB // limits.STEPS_PER_TRANSACTION


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeCase:
    """Do what is due in a case. Only the engine asks for it."""

    case: UUID


def handle(command: WakeCase, transaction: Transaction) -> Result:
    """Fire what is due, the earliest first, each as an event of its own.

    Nothing due is not an error: another worker was faster.
    """
    case = transaction.uow.cases.lock(command.case).case
    fired: list[Json] = []
    now = transaction.now
    if case.next_wake is None or case.next_wake > now:
        return {"case": case.id.hex, "fired": fired}
    running = Running(transaction, case, case.version)
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


def _due(waiting: tuple[Wait, ...], now: datetime) -> Wait | None:
    due = [wait for wait in waiting if wait.due is not None and wait.due <= now]
    return min(due, key=lambda wait: cast("datetime", wait.due), default=None)
