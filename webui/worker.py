"""The background work of a server: timers, automatic steps left over, letters.

Theory of operation. A sweep asks every tenant which cases are due and wakes each in a
transaction of its own. Several servers may sweep at once: a wake-up locks the case and
looks again, so whoever comes second finds nothing to do. A wake-up that fails is told
to the operator and tried again later and later, while the other cases go on; a failing
sweep (the database is away) likewise. What fails is looked at from outside, as the
outcome of a task in an executor, so that no failure of whatever kind ends the thread.
"""

import functools
from collections.abc import Callable, Hashable
from concurrent import futures
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Final, TypeVar
from uuid import UUID

import structlog

from engine import limits
from engine.commands.sound_alarms import SoundAlarms
from engine.commands.wake_case import WakeCase
from engine.errors import EngineError
from webui import (
    background,
    context,
    delivering,
    following,
    incoming,
    month_upkeep,
    sessions,
)
from webui.jobs import upkeep

#: Seconds between two sweeps.
INTERVAL: Final = 1.0
#: Cases that one sweep of a tenant wakes.
BATCH: Final = 100
_FIRST_REST: Final = timedelta(seconds=2)
_LONGEST_REST: Final = timedelta(minutes=10)
_CLEANING: Final = timedelta(minutes=10)
_RINGING: Final = timedelta(seconds=10)
_COUNTING: Final = timedelta(seconds=limits.FIGURES_SECONDS)
_PREPARING: Final = timedelta(days=1)
#: Stands for the question which tenants there are.
_EVERYTHING: Final = UUID(int=0)
_log = structlog.get_logger(__name__)
T = TypeVar("T")


@dataclass(slots=True)
class _Rest:
    """How long something that failed is left alone."""

    length: timedelta
    until: datetime
    reason: str


@dataclass(slots=True)
class Worker(background.Background):
    """Wakes what is due; told to stop, it finishes the wake-up on its way."""

    thread: ClassVar[str] = "worker"
    application: context.Application
    interval: float = INTERVAL
    _rests: dict[Hashable, _Rest] = field(default_factory=dict)
    #: When each tenant was last cleaned, and the database last prepared.
    _kept: dict[Hashable, datetime] = field(default_factory=dict)
    _follower: following.Follower = field(init=False)

    def __post_init__(self) -> None:
        """Look at the whole organisation once."""
        self._follower = following.Follower(self.application)

    def run(self) -> None:
        """Sweep until stopped."""
        with futures.ThreadPoolExecutor(1, "sweep") as executor:
            while not self._stop.is_set():
                if not self._resting(_EVERYTHING):
                    self._sweep(executor)
                self._stop.wait(self.interval)

    def _sweep(self, executor: futures.Executor) -> None:
        for tenant in self._tried(executor, _EVERYTHING, self._tenants) or ():
            if not self._resting(tenant):
                self._tend(executor, tenant)

    def _tend(self, executor: futures.Executor, tenant: UUID) -> None:
        self._tried(executor, tenant, functools.partial(self._clean, tenant))
        if self._resting(tenant):
            return
        due = self._tried(executor, tenant, functools.partial(self._due, tenant))
        for case in due or ():
            if self._stop.is_set():
                return
            self._tried(executor, case, functools.partial(self._wake, tenant, case))
            if self._resting(case):
                noted = functools.partial(self._note, tenant, case)
                self._tried(executor, (case, "note"), noted)
        self._follow(executor, tenant)
        self._tried(executor, tenant, functools.partial(self._ring, tenant))
        figures = functools.partial(self._count, tenant)
        self._tried(executor, (tenant, "figures"), figures)
        self._deliver(executor, tenant)

    def _follow(self, executor: futures.Executor, tenant: UUID) -> None:
        """Have work and cases follow the organisation, each by itself."""
        looking, most = (tenant, "organisation"), BATCH + len(self._rests)
        if self._resting(looking):
            return
        due = functools.partial(self._follower.due, tenant, self._resting, most)
        for act in self._tried(executor, looking, due) or ():
            if self._stop.is_set():
                return
            run = self.application.engine.run
            done = functools.partial(run, act.command, tenant)
            self._tried(executor, act.subject, done)

    def _deliver(self, executor: futures.Executor, tenant: UUID) -> None:
        """Deliver what is due, each by itself (`webui.delivering`)."""
        due = functools.partial(delivering.due, self.application, tenant)
        for job in self._tried(executor, tenant, due) or ():
            if self._stop.is_set():
                return
            if self._resting(job.subject):
                continue
            told = (self.application, tenant, job)
            self._tried(
                executor, job.subject, functools.partial(delivering.perform, *told)
            )
            if self._resting(job.subject):
                # No refusal but a failure: the next server shall know of it, too.
                failed = functools.partial(delivering.postpone, *told)
                self._tried(executor, job.subject, failed)

    def _tenants(self) -> tuple[UUID, ...]:
        now = self.application.clock.now()
        if self._is_time(_EVERYTHING, now, _PREPARING):
            self.application.prepare(now)
        return self.application.store.tenants()

    def _is_time(self, subject: Hashable, now: datetime, interval: timedelta) -> bool:
        """Whether regular upkeep of a subject is due; if so, count from now."""
        last = self._kept.get(subject)
        if last is not None and now - last < interval:
            return False
        self._kept[subject] = now
        return True

    def _due(self, tenant: UUID) -> tuple[UUID, ...]:
        """Due cases that do not rest; those that do take nobody's place."""
        now = self.application.clock.now()
        with self.application.store.begin(tenant) as uow:
            due = uow.cases.due(now, BATCH + len(self._rests))
        return tuple(case for case in due if not self._resting(case))[:BATCH]

    def _wake(self, tenant: UUID, case: UUID) -> None:
        self.application.engine.run(WakeCase(case=case), tenant)

    def _ring(self, tenant: UUID) -> None:
        """Now and then, raise the alarms of what is due soon or overdue."""
        now = self.application.clock.now()
        if not self._is_time((tenant, "alarms"), now, _RINGING):
            return
        with self.application.store.read(tenant) as uow:
            due = uow.alarms.due(now)
        if due:
            self.application.engine.run(SoundAlarms(), tenant)

    def _count(self, tenant: UUID) -> None:
        """Now and then, count the figures of months that are old."""
        now = self.application.clock.now()
        if self._is_time((tenant, "figures"), now, _COUNTING):
            month_upkeep.refresh(self.application, tenant)

    def _note(self, tenant: UUID, case: UUID) -> None:
        """Let whoever administers know that a case cannot be woken."""
        now = self.application.clock.now()
        self.application.wakes.failed(tenant, case, now, self._rests[case].reason)

    def _clean(self, tenant: UUID) -> None:
        """Now and then, remove what is over or old."""
        now = self.application.clock.now()
        if not self._is_time(tenant, now, _CLEANING):
            return
        sessions.sweep(self.application, tenant)
        window = timedelta(seconds=limits.LOGIN_WINDOW)
        self.application.attempts.clear(tenant, now - window)
        self.application.wakes.clear(tenant)
        upkeep.clear(self.application, tenant)
        self.application.drafts.clear(tenant)
        incoming.sweep(self.application, tenant)
        self.application.answers.clear(tenant, limits.IDEMPOTENCY_DAYS)

    def _tried(
        self, executor: futures.Executor, subject: Hashable, work: Callable[[], T]
    ) -> T | None:
        """Do a piece of work; tell a failure and let its subject rest."""
        outcome = executor.submit(work)
        failure = outcome.exception()
        if failure is None:
            self._rests.pop(subject, None)
            return outcome.result()
        rest = self._lengthen(subject, _reason(failure))
        _log.error(
            "background work failed",
            subject=str(subject),
            rest_seconds=rest.length.total_seconds(),
            exc_info=failure,
        )
        return None

    def _resting(self, subject: Hashable) -> bool:
        rest = self._rests.get(subject)
        return rest is not None and self.application.clock.now() < rest.until

    def _lengthen(self, subject: Hashable, reason: str) -> _Rest:
        known = self._rests.get(subject)
        length = min(known.length * 2, _LONGEST_REST) if known else _FIRST_REST
        until = self.application.clock.now() + length
        self._rests[subject] = _Rest(length, until, reason)
        return self._rests[subject]


def _reason(failure: BaseException) -> str:
    """What a failure is, without the data of a case that others may carry."""
    kind = type(failure).__name__
    return f"{kind}: {failure.message}" if isinstance(failure, EngineError) else kind
