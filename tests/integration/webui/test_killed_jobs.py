"""Long work whose workers die at the end of each stage, before it is noted."""

from typing import Any, Final
from uuid import UUID

from engine import jobs
from engine.domain.organisation import Role
from engine.errors import LeaseLostError
from tests.integration.webui import world
from tests.integration.webui.test_boundaries import FILED, files_of
from tests.integration.webui.test_evidence import signing
from tests.integration.webui.world import World
from webui import sequencing
from webui.jobs import runner

SUPERVISOR: Final = world.login_of(Role.SUPERVISOR, "supervised")
__all__ = ["signing"]


class Deadly:
    """A queue in which whoever notes a stage for the first time dies before that."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue
        #: What was done and lost, of which job.
        self.died: list[tuple[UUID, str]] = []

    def __getattr__(self, name: str) -> Any:
        """A method of the queue, or death."""
        method = getattr(self._queue, name)
        if name not in {"plan", "finish_item", "finish"}:
            return method

        def noted(tenant: UUID, held: Any, *more: Any) -> Any:
            job = held.lease.job if isinstance(held, jobs.Step) else held.job
            if (job, name) not in self.died:
                self.died.append((job, name))
                raise LeaseLostError
            return method(tenant, held, *more)

        return noted


def work(here: World, job: UUID) -> set[str]:
    """Let one worker after the other begin, each after the lease of the one before.

    Returns:
        The stages of a job at whose end a worker died.
    """
    deadly = Deadly(here.application.jobs)
    object.__setattr__(here.application, "jobs", deadly)
    for _ in range(30):
        here.clock.move(seconds=2 * runner.LEASE.total_seconds())
        runner.Runner(here.application).once()
    return {name for of, name in deadly.died if of == job}


def job_of(here: World, job: UUID) -> jobs.Job:
    found = here.application.jobs.job(world.HERE, job)
    assert found is not None
    return found


@FILED
def test_what_dead_workers_left_is_made_once_by_those_that_follow(
    here: World, signing: sequencing.Sequencing, path: str, sent: dict[str, str]
) -> None:
    signing.once()
    where = here.client(SUPERVISOR).post(path, **sent).location
    job = UUID(where.rpartition("/")[2])
    assert {"plan", "finish"} <= work(here, job)
    found = job_of(here, job)
    assert (found.state, found.failed) == (jobs.JobState.DONE, 0)
    assert found.done == found.total
    files = files_of(here, SUPERVISOR, where)
    assert files
    assert len({*files}) == len(files)
    assert {here.client(SUPERVISOR).get(one).status_code for one in files} == {200}


def test_a_trial_whose_workers_die_ends_all_the_same(here: World) -> None:
    assert {"plan", "finish"} <= work(here, here.job)
    assert job_of(here, here.job).state is jobs.JobState.DONE


def test_tasks_that_dead_workers_gave_on_are_given_on_once(here: World) -> None:
    clerk = world.login_of(Role.CLERK, "own-position")
    asked = [f"{here.case}/tham_tra/1"]
    asked += [f"{UUID(int=n)}/x/1" for n in range(20)]
    sent = {"viec": asked, "viec-gi": "nhan"}
    where = here.client(clerk).post("/viec/nhieu", **sent).location
    job = UUID(where.rpartition("/")[2])
    assert {"plan", "finish"} <= work(here, job)
    found = job_of(here, job)
    assert (found.state, found.done, found.failed) == (jobs.JobState.DONE, 1, 20)
    item = here.application.queries.task(here.actor(clerk), here.case, "tham_tra", 1)
    assert item is not None
    assert item.assignee == here.actor(clerk).account.id
