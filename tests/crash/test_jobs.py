"""Long work whose worker is killed again and again: no item twice, none lost."""

import contextlib
import random
import time
from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from engine import jobs, limits
from engine.commands.ask_job import AskJob
from engine.evidence import retrace
from tests import forks
from tests.crash import counting, office, shift
from webui import bootstrap


@contextlib.contextmanager
def _worker(url: str) -> Iterator[None]:
    process = forks.begin(counting.main, url)
    try:
        yield
    finally:
        process.kill()
        process.join()


def _state(app: bootstrap.Application, tenant: UUID, job: UUID) -> jobs.Job:
    found = app.jobs.job(tenant, job)
    assert found is not None
    return found


def _opened(app: bootstrap.Application, tenant: UUID) -> Counter[str]:
    """The numbers that the opened cases carry."""
    numbers: Counter[str] = Counter()
    with app.store.read(tenant) as uow:
        for case in list(uow.cases.all()):
            stored = uow.cases.get(case)
            first = retrace.opened(uow.history.read(case, stored.month))[0]
            numbers[str(first.values[office.KEY])] += 1
    return numbers


def _kill(app: bootstrap.Application, tenant: UUID, job: UUID, wait: float) -> None:
    """Kill a worker so many seconds after it was seen at work."""
    before, last = _state(app, tenant, job).done, time.monotonic() + shift.PATIENCE
    with _worker(str(app.url)):
        while (now := _state(app, tenant, job)).done == before and not now.over:
            assert time.monotonic() < last, "no worker does anything"
            time.sleep(0.01)
        time.sleep(wait)


def _finish(app: bootstrap.Application, tenant: UUID, job: UUID) -> None:
    """Let a worker do the rest."""
    last = time.monotonic() + shift.PATIENCE
    with _worker(str(app.url)):
        while not _state(app, tenant, job).over:
            assert time.monotonic() < last, "the job does not end"
            time.sleep(0.05)


def _check(app: bootstrap.Application, tenant: UUID, job: UUID) -> None:
    found, items = _state(app, tenant, job), app.jobs.items(tenant, job)
    assert found.state is jobs.JobState.DONE
    assert (found.done, found.failed) == (counting.ITEMS, 0)
    assert {one.state for one in items} == {jobs.ItemState.DONE}
    assert max(one.attempts for one in items) < limits.JOB_ATTEMPTS
    wanted = {f"{n}": 1 for n in range(1, counting.ITEMS + 1)}
    assert _opened(app, tenant) == wanted


def test_a_job_whose_workers_are_killed_does_each_item_once(database_url: str) -> None:
    tenant, clerk = office.found(database_url)
    app = bootstrap.build(database_url)
    chance = random.Random(7)  # noqa: S311
    try:
        asked = AskJob(kind=counting.Opening.name, asked={})
        done = app.engine.execute(asked, office.actor(app, tenant, clerk))
        job = UUID(str(done["job"]))
        for _ in range(2):
            _kill(app, tenant, job, chance.uniform(0, 0.1))
        assert not _state(app, tenant, job).over, "killed too late to show anything"
        _finish(app, tenant, job)
        _check(app, tenant, job)
    finally:
        app.close()
