"""The worker of long work: takes a job, does some steps, gives it back.

Theory of operation. A slice of a few seconds is worked on a job, so that one that is
long keeps no other waiting. Each step runs in a thread of its own, while this one puts
off the end of the lease and asks whether the job was cancelled. Any number of servers
and `quytrinh worker` may run at once: the lease decides (`engine.jobs`). The actor is
read again before each step, so that whoever lost a right meanwhile does nothing more.
"""

import threading
import time
from collections.abc import Callable
from concurrent import futures
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import ClassVar, Final, TypeVar
from uuid import UUID

import structlog

from engine import jobs, limits
from engine.domain import iso8601, policy
from engine.errors import (
    EngineError,
    LeaseLostError,
    NotAllowedError,
    NotFoundError,
    NotReadyError,
    SignerRefusedError,
    TooLargeError,
    UnavailableError,
)
from webui import background
from webui.exporting import Application
from webui.jobs import registry
from webui.jobs.kind import Kind, Stopped, Work

#: Seconds between two looks for work, and that one job is worked on at a time.
INTERVAL: Final = 1.0
SLICE: Final = 5.0
LEASE: Final = timedelta(seconds=limits.JOB_LEASE)
#: How often a lease is renewed while a step lasts.
_RENEW: Final = limits.JOB_LEASE / 6
_FIRST_REST: Final = timedelta(seconds=5)
_LONGEST: Final = 300.0
#: What passes by itself, by class or code: tried again, a little later.
_PASSING: Final = (UnavailableError, SignerRefusedError)
_NOT_YET: Final = "not-provable"
_log = structlog.get_logger(__name__)
T = TypeVar("T")


@dataclass(slots=True)
class _Held:
    """A job that this worker has."""

    tenant: UUID
    lease: jobs.Lease
    #: The step on its way shall end.
    end: threading.Event = field(default_factory=threading.Event)
    #: It lasts longer than a step may.
    late: bool = False
    within: tuple[int, int] = (0, 0)

    def beat(self, done: int, total: int) -> None:
        """Note how far a step is.

        Raises:
            Stopped: It shall not go on.
        """
        self.within = (done, total)
        if self.end.is_set():
            raise Stopped


@dataclass(slots=True)
class Runner(background.Background):
    """Does long work; told to stop, it finishes the step on its way."""

    thread: ClassVar[str] = "jobs"
    application: Application
    interval: float = INTERVAL
    slice: float = SLICE
    renew: float = _RENEW
    #: Seconds to rest after the last failure; 0 when all is well.
    _rest: float = 0.0

    def run(self) -> None:
        """Work until stopped."""
        with futures.ThreadPoolExecutor(1, "jobs") as executor:
            while not self._stop.is_set():
                if not self._tried(executor):
                    self._stop.wait(max(self.interval, self._rest))

    def _tried(self, executor: futures.Executor) -> bool:
        outcome = executor.submit(self.once)
        failure = outcome.exception()
        if failure is None:
            self._rest = 0.0
            return outcome.result()
        self._rest = min(_LONGEST, max(2 * self._rest, self.interval))
        _log.error("long work rests", rest_seconds=self._rest, exc_info=failure)
        return False

    def once(self) -> bool:
        """Work a slice on a job of each tenant; whether there was any."""
        worked = False
        for tenant in self.application.store.tenants():
            worked |= not self._stop.is_set() and self._take(tenant)
        return worked

    def _take(self, tenant: UUID) -> bool:
        clock, ids = self.application.clock, self.application.engine.tools.ids
        now = clock.now()
        lease = jobs.Lease(job=UUID(int=0), token=ids.uuid(), until=now + LEASE)
        job = self.application.jobs.claim(tenant, now, lease)
        if job is None:
            return False
        if not job.over:
            held = _Held(tenant, replace(lease, job=job.id))
            with futures.ThreadPoolExecutor(1, "step") as executor:
                try:
                    self._work(executor, held)
                except LeaseLostError:
                    _log.warning("long work was taken over", job=str(job.id))
        return True

    def _work(self, executor: futures.Executor, held: _Held) -> None:
        """Do steps until the slice is over, the job is, or it has to rest."""
        queue = self.application.jobs
        end = time.monotonic() + self.slice
        while True:
            job, item = queue.look(held.tenant, self._fresh(held))
            now = self.application.clock.now()
            if job.cancelled:
                over = jobs.End(state=jobs.JobState.CANCELLED, at=now)
                queue.finish(held.tenant, held.lease, over)
                return
            if not self._stop.is_set() and not self._stage(executor, held, job, item):
                return
            if self._stop.is_set() or time.monotonic() > end:
                queue.release(held.tenant, held.lease, self.application.clock.now())
                return

    def _stage(
        self,
        executor: futures.Executor,
        held: _Held,
        job: jobs.Job,
        item: jobs.Item | None,
    ) -> bool:
        """Plan the job, do an item or finish; whether to go on with it now."""
        if not job.planned:
            done = self._supervised(executor, held, lambda: self._plan(held, job))
        elif item is not None:
            done = self._supervised(executor, held, lambda: self._do(held, job, item))
        else:
            done = self._supervised(executor, held, lambda: self._finish(held, job))
        failure = done.exception()
        if failure is None:
            return item is not None or not job.planned
        if isinstance(failure, Stopped) and not held.late:
            return True
        if isinstance(failure, LeaseLostError):
            raise failure
        return self._failed(held, item, failure)

    def _supervised(
        self, executor: futures.Executor, held: _Held, work: Callable[[], T]
    ) -> futures.Future[T]:
        """Keep the lease while a step lasts, and tell the step when to end."""
        held.within, held.late = (0, 0), False
        held.end.clear()
        last = time.monotonic() + limits.JOB_STEP
        outcome = executor.submit(work)
        try:
            while not futures.wait([outcome], timeout=self.renew).done:
                held.late = time.monotonic() > last
                if held.late or self._stop.is_set() or self._renewed(held).cancelled:
                    held.end.set()
        finally:
            # Also when the lease is lost: whatever it does would be rolled back.
            held.end.set()
        return outcome

    def _renewed(self, held: _Held) -> jobs.Job:
        lease = self._fresh(held)
        return self.application.jobs.renew(held.tenant, lease, held.within)

    def _fresh(self, held: _Held) -> jobs.Lease:
        """The lease, from now on as long as a lease is."""
        until = self.application.clock.now() + LEASE
        held.lease = replace(held.lease, until=until)
        return held.lease

    # In the thread of the step.

    def _plan(self, held: _Held, job: jobs.Job) -> None:
        kind, work = self._begun(held, job)
        items = kind.plan(work)
        if len(items) > limits.JOB_ITEMS:
            raise TooLargeError(code="job-items", limit=limits.JOB_ITEMS)
        self.application.jobs.plan(held.tenant, self._fresh(held), items)

    def _do(self, held: _Held, job: jobs.Job, item: jobs.Item) -> None:
        kind, work = self._begun(held, job)
        done = kind.step(work, item)
        step = jobs.Step(
            lease=self._fresh(held), number=item.number, answer=done.answer
        )
        if done.command is None:
            self.application.jobs.finish_item(held.tenant, step)
        else:
            self.application.engine.execute(done.command, work.actor, step=step)

    def _finish(self, held: _Held, job: jobs.Job) -> None:
        kind, work = self._begun(held, job)
        end = jobs.End(
            state=jobs.JobState.DONE,
            result=kind.finish(work),
            at=self.application.clock.now(),
        )
        self.application.jobs.finish(held.tenant, self._fresh(held), end)

    def _begun(self, held: _Held, job: jobs.Job) -> tuple[Kind, Work]:
        """The kind of a job, and whoever asked, as the rights are now.

        Raises:
            NotAllowedError: The account is gone, closed, or may not ask this any more.
            NotFoundError: This release knows no such kind.
        """
        kind = registry.KINDS.get(job.kind)
        if kind is None:
            raise NotFoundError(code="job-kind")
        with self.application.store.read(held.tenant) as uow:
            account = uow.accounts.account(job.account)
        if account is None:
            raise NotAllowedError(code="account-closed")
        today = iso8601.day(self.application.clock.now())
        actor = self.application.directory.actor(account, today)
        policy.check(actor, kind.action, policy.Thing(tenant=held.tenant))
        return kind, Work(app=self.application, job=job, actor=actor, beat=held.beat)

    # What failed.

    def _failed(
        self, held: _Held, item: jobs.Item | None, failure: BaseException
    ) -> bool:
        """Note a failure; whether to go on with the job now."""
        passing = isinstance(failure, _PASSING) or (
            isinstance(failure, NotReadyError) and failure.code == _NOT_YET
        )
        refused = isinstance(failure, EngineError) and not passing
        if not refused:
            _log.error("a step failed", job=str(held.lease.job), exc_info=failure)
        now = self.application.clock.now()
        again = jobs.Again(at=now, final=refused)
        queue, lease = self.application.jobs, self._fresh(held)
        if item is None:
            queue.stumble(held.tenant, lease, reason(failure), again)
        else:
            step = jobs.Step(lease=lease, number=item.number)
            queue.fail_item(held.tenant, step, reason(failure), again)
            if not passing:
                return True
        attempts = 0 if item is None else item.attempts
        queue.release(held.tenant, lease, now + _FIRST_REST * 2**attempts)
        return False


def reason(failure: BaseException) -> jobs.Reason:
    """Why something failed, without the data of a case that others may carry."""
    name = type(failure).__name__
    if isinstance(failure, EngineError):
        return jobs.Reason(code=failure.code, error=name, message=failure.message)
    return jobs.Reason(code="fault", error=name, message="")
