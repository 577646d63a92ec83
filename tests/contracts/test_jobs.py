"""What the keeper of long work promises."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine import limits
from engine.errors import LeaseLostError, NotFoundError
from engine.jobs import (
    Again,
    End,
    ItemState,
    Job,
    JobState,
    Lease,
    NewItem,
    NewJob,
    Reason,
    Step,
)
from storage import schema
from storage.answers import Answers
from storage.database import Database
from storage.jobs import Queue
from tests.contracts import world
from tests.contracts.world import World

LEASE: Final = timedelta(seconds=limits.JOB_LEASE)
WHY: Final = Reason(code="stale", error="StaleError", message="It moved on.")


def asked(here: World, account: UUID | None = None, *, minute: int = 0) -> UUID:
    """Ask for a job, in a transaction that becomes durable."""
    job = NewJob(
        id=world.new_id(),
        kind="count",
        account=account or here.clerk.id,
        asked_at=world.at(minute),
        asked={"của": "Đỗ"},
    )
    with here.begin() as work:
        work.jobs.put(job)
        work.commit()
    return job.id


def lease(minute: int = 0, job: UUID | None = None) -> Lease:
    """A lease that nobody else has."""
    return Lease(
        job=job or UUID(int=0), token=world.new_id(), until=world.at(minute) + LEASE
    )


def taken(queue: Queue, here: World, minute: int = 0) -> tuple[Job, Lease]:
    """Take the job that waits."""
    new = lease(minute)
    job = queue.claim(here.tenant, world.at(minute), new)
    assert job is not None
    return job, Lease(job=job.id, token=new.token, until=new.until)


def planned(queue: Queue, here: World, count: int) -> tuple[Job, Lease]:
    """Ask for a job, take it and name its items."""
    asked(here)
    job, held = taken(queue, here)
    items = [NewItem(subject={"n": n}, label=f"H01-{n}") for n in range(1, count + 1)]
    queue.plan(here.tenant, held, items)
    return job, held


def test_a_job_is_as_it_was_asked_for(database: Database, here: World) -> None:
    job = Queue(database).job(here.tenant, asked(here))
    assert job is not None
    assert (job.kind, job.account, dict(job.asked)) == (
        "count",
        here.clerk.id,
        {"của": "Đỗ"},
    )
    assert (job.state, job.planned, job.total, job.over) == (
        JobState.WAITING,
        False,
        0,
        False,
    )


def test_what_is_asked_for_in_a_transaction_that_fails_is_not_there(
    database: Database, here: World
) -> None:
    job = NewJob(
        id=world.new_id(), kind="count", account=here.clerk.id, asked_at=world.NOON
    )
    with here.begin() as work:
        work.jobs.put(job)
    assert Queue(database).job(here.tenant, job.id) is None
    assert Queue(database).claim(here.tenant, world.at(9), lease(9)) is None


def test_one_worker_has_a_job_until_its_lease_is_over(
    database: Database, here: World
) -> None:
    queue = Queue(database)
    asked(here)
    _, first = taken(queue, here)
    assert queue.claim(here.tenant, first.until - timedelta(1e-4), lease()) is None
    job, second = taken(queue, here, 2)
    assert job.id == first.job
    assert job.state is JobState.RUNNING
    for change in (
        lambda: queue.renew(here.tenant, first, (0, 0)),
        lambda: queue.look(here.tenant, first),
        lambda: queue.plan(here.tenant, first, ()),
        lambda: queue.finish(
            here.tenant, first, End(state=JobState.DONE, at=world.at(2))
        ),
    ):
        with pytest.raises(LeaseLostError):
            change()
    queue.renew(here.tenant, second, (3, 7))
    found = queue.job(here.tenant, job.id)
    assert found is not None
    assert found.within == (3, 7)


def test_the_job_that_waits_longest_is_taken_first_and_a_released_one_waits_again(
    database: Database, here: World
) -> None:
    queue = Queue(database)
    older, newer = asked(here, minute=0), asked(here, minute=1)
    job, held = taken(queue, here, 5)
    assert job.id == older
    queue.release(here.tenant, held, world.at(5))
    assert taken(queue, here, 5)[0].id == newer
    assert taken(queue, here, 5)[0].id == older
    assert queue.claim(here.tenant, world.at(5), lease(5)) is None


def test_items_are_done_in_order_and_counted(database: Database, here: World) -> None:
    queue = Queue(database)
    job, held = planned(queue, here, 2)
    for number in (1, 2):
        _, item = queue.look(here.tenant, held)
        assert item is not None
        assert (item.number, item.subject) == (number, {"n": number})
        queue.finish_item(here.tenant, Step(lease=held, number=number, answer=["ừ"]))
    found, item = queue.look(here.tenant, held)
    assert item is None
    assert (found.done, found.failed, found.left) == (2, 0, 0)
    answers = [one.answer for one in queue.items(here.tenant, job.id)]
    assert answers == [["ừ"], ["ừ"]]


def test_an_item_moves_on_with_the_transaction_that_does_it_or_not_at_all(
    database: Database, here: World
) -> None:
    queue = Queue(database)
    _, held = planned(queue, here, 1)
    step = Step(lease=held, number=1)
    with here.begin() as work:
        work.jobs.finish_item(step)
    assert queue.look(here.tenant, held)[0].done == 0
    with here.begin() as work:
        work.jobs.finish_item(step)
        work.commit()
    assert queue.look(here.tenant, held)[0].done == 1
    with here.begin() as work, pytest.raises(LeaseLostError):
        work.jobs.finish_item(step)


def test_a_worker_that_lost_its_lease_does_nothing_more(
    database: Database, here: World
) -> None:
    queue = Queue(database)
    _, first = planned(queue, here, 1)
    _, second = taken(queue, here, 2)
    with here.begin() as work, pytest.raises(LeaseLostError):
        work.jobs.finish_item(Step(lease=first, number=1))
    with pytest.raises(LeaseLostError):
        queue.fail_item(
            here.tenant, Step(lease=first, number=1), WHY, Again(at=world.at(2))
        )
    queue.finish_item(here.tenant, Step(lease=second, number=1))


def test_a_failed_item_is_tried_after_the_others_and_then_listed(
    database: Database, here: World
) -> None:
    queue = Queue(database)
    job, held = planned(queue, here, 2)
    tried = []
    for _ in range(limits.JOB_ATTEMPTS):
        _, item = queue.look(here.tenant, held)
        assert item is not None
        tried.append(item.number)
        step = Step(lease=held, number=item.number)
        if item.number == 1:
            queue.fail_item(here.tenant, step, WHY, Again(at=world.NOON))
        else:
            queue.finish_item(here.tenant, step)
    queue.fail_item(here.tenant, Step(lease=held, number=1), WHY, Again(at=world.NOON))
    assert tried == [1, 2, 1]
    found, item = queue.look(here.tenant, held)
    assert item is None
    assert (found.done, found.failed) == (1, 1)
    failed = queue.items(here.tenant, job.id, ItemState.FAILED)
    assert [(one.label, one.reason) for one in failed] == [("H01-1", WHY)]


def test_a_refused_item_is_not_tried_again(database: Database, here: World) -> None:
    queue = Queue(database)
    _, held = planned(queue, here, 1)
    step = Step(lease=held, number=1)
    queue.fail_item(here.tenant, step, WHY, Again(at=world.NOON, final=True))
    found, item = queue.look(here.tenant, held)
    assert (found.failed, item) == (1, None)


def test_an_item_on_which_workers_die_fails_and_the_others_go_on(
    database: Database, here: World
) -> None:
    queue = Queue(database)
    job, held = planned(queue, here, 2)
    deaths, minute = {1: 0, 2: 0}, 0
    while True:
        _, item = queue.look(here.tenant, held)
        if item is None:
            break
        if item.number == 2:
            queue.finish_item(here.tenant, Step(lease=held, number=2))
            continue
        deaths[item.number] += 1
        minute += 2
        _, held = taken(queue, here, minute)
    assert deaths[1] == limits.JOB_ATTEMPTS
    first, second = queue.items(here.tenant, job.id)
    assert (first.state, second.state) == (ItemState.FAILED, ItemState.DONE)
    assert first.reason is not None
    assert first.reason.code == "worker-died"


def test_a_job_whose_plan_kills_its_workers_fails(
    database: Database, here: World
) -> None:
    queue = Queue(database)
    asked(here)
    for death in range(limits.JOB_ATTEMPTS):
        taken(queue, here, 2 * death)
    last = world.at(2 * limits.JOB_ATTEMPTS)
    job = queue.claim(here.tenant, last, lease())
    assert job is not None
    assert job.state is JobState.FAILED
    assert job.ended_at == last
    assert job.reason is not None
    assert queue.claim(here.tenant, world.at(60), lease()) is None


def test_planning_that_fails_is_bounded_too(database: Database, here: World) -> None:
    queue = Queue(database)
    asked(here)
    for attempt in range(limits.JOB_ATTEMPTS):
        job, held = taken(queue, here, attempt)
        queue.stumble(here.tenant, held, WHY, Again(at=world.at(attempt)))
        queue.release(here.tenant, held, world.at(attempt))
    found = queue.job(here.tenant, job.id)
    assert found is not None
    assert (found.state, found.reason) == (JobState.FAILED, WHY)


def test_a_cancelled_job_that_nobody_has_is_over_at_once(
    database: Database, here: World
) -> None:
    queue = Queue(database)
    job = asked(here)
    with here.begin() as work:
        work.jobs.cancel(job, world.at(1))
        work.commit()
    found = queue.job(here.tenant, job)
    assert found is not None
    assert (found.state, found.ended_at) == (JobState.CANCELLED, world.at(1))
    assert queue.claim(here.tenant, world.at(2), lease(2)) is None


def test_whoever_works_on_a_cancelled_job_is_told(
    database: Database, here: World
) -> None:
    queue = Queue(database)
    job, held = planned(queue, here, 1)
    with here.begin() as work:
        work.jobs.cancel(job.id, world.at(1))
        work.commit()
    assert queue.renew(here.tenant, held, (0, 0)).cancelled
    # What is on its way may still be finished: it was done.
    queue.finish_item(here.tenant, Step(lease=held, number=1))
    end = End(state=JobState.CANCELLED, at=world.at(1))
    queue.finish(here.tenant, held, end)
    with here.begin() as work:
        work.jobs.cancel(job.id, world.at(5))
        work.commit()
        assert work.jobs.get(job.id).ended_at == world.at(1)


def test_jobs_are_counted_and_listed_by_account_and_tenant(
    database: Database, here: World, there: World
) -> None:
    queue = Queue(database)
    mine, own = asked(here), asked(here, minute=1)
    others = asked(here, here.colleague.id, minute=2)
    asked(there)
    listed = queue.jobs(here.tenant, here.clerk.id, 10)
    assert [one.id for one in listed] == [own, mine]
    assert [one.id for one in queue.jobs(here.tenant, None, 2)] == [others, own]
    assert [one.id for one in queue.jobs(here.tenant, None, 2, 2)] == [mine]
    assert queue.running(here.tenant, here.clerk.id) == 2
    with here.begin() as work:
        assert work.jobs.open(here.colleague.id) == 1


def test_no_tenant_reaches_the_jobs_of_another(
    database: Database, here: World, there: World
) -> None:
    queue = Queue(database)
    job, held = planned(queue, here, 1)
    assert queue.claim(there.tenant, world.at(60), lease()) is None
    assert queue.job(there.tenant, job.id) is None
    assert queue.items(there.tenant, job.id) == ()
    with there.begin() as work, pytest.raises(NotFoundError):
        work.jobs.get(job.id)
    with pytest.raises(LeaseLostError):
        queue.finish_item(there.tenant, Step(lease=held, number=1))
    with there.begin() as work:
        work.jobs.cancel(job.id, world.at(1))
        work.commit()
    assert not queue.look(here.tenant, held)[0].cancelled


def test_only_what_is_over_long_enough_is_removed(
    database: Database, here: World
) -> None:
    queue = Queue(database)
    job, held = planned(queue, here, 1)
    asked(here, minute=3)
    queue.remove(here.tenant, job.id)
    assert len(queue.items(here.tenant, job.id)) == 1
    queue.finish(here.tenant, held, End(state=JobState.DONE, at=world.at(4)))
    assert queue.expired(here.tenant, world.at(4)) == ()
    assert queue.expired(here.tenant, world.at(5)) == (job.id,)
    queue.remove(here.tenant, job.id)
    assert queue.job(here.tenant, job.id) is None
    assert queue.items(here.tenant, job.id) == ()


def test_jobs_about_a_case_are_found(database: Database, here: World) -> None:
    queue = Queue(database)
    case = world.new_id()
    asked(here)
    job, held = taken(queue, here)
    queue.plan(here.tenant, held, [NewItem(subject=[case.hex], label="H01-1")])
    assert queue.about(here.tenant, case) == (job.id,)
    assert queue.about(here.tenant, world.new_id()) == ()


def test_answers_are_kept_for_a_retry_and_cleared_when_old(
    database: Database, here: World, there: World
) -> None:
    table = schema.idempotency
    for one, key in ((here, "old"), (here, "young"), (there, "old")):
        with one.begin() as work:
            assert work.remember(key, b"asked", "{}") is None
            work.commit()
    with database.write() as connection:
        today = connection.scalar(sa.select(sa.func.current_date()))
        assert today is not None
        age = {"old": limits.IDEMPOTENCY_DAYS + 1, "young": limits.IDEMPOTENCY_DAYS}
        for key, days in age.items():
            day = today - timedelta(days=days)
            row = sa.update(table).where(table.c.key == key)
            connection.execute(row.values(day=day))
    assert Answers(database).clear(here.tenant, limits.IDEMPOTENCY_DAYS) == 1
    with here.begin() as work:
        assert work.recall("old") is None
        assert work.recall("young") is not None
    with there.begin() as work:
        assert work.recall("old") is not None
