"""The worker wakes what is due, once, and outlives what fails."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest
import structlog

from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.transaction import Tools
from engine.commands.upload_version import UploadVersion
from engine.domain.organisation import Role
from engine.domain.run import Status
from engine.errors import StateError
from engine.ports import Store
from tests import bpmn
from tests.integration.webui import world
from tests.integration.webui.world import HERE, World
from webui import bootstrap, worker

TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
MODEL = bpmn.definitions(
    bpmn.process(
        f"start s; catch cho 'Chờ một giờ' {TIMER}; end e",
        "s > cho > e",
        identity="hen_gio",
        name="Hẹn giờ",
    )
)


def publish(here: World) -> None:
    execute = here.application.engine.execute
    designer = here.actor(world.login_of(Role.DESIGNER, "own-position"))
    approver = here.actor(world.login_of(Role.APPROVER, "own-position"))
    stored = execute(UploadVersion(files={"process.bpmn": MODEL}), designer)
    execute(PublishVersion(version=UUID(str(stored["version"]))), approver)


def open_cases(here: World, number: int) -> list[UUID]:
    clerk = here.actor(world.login_of(Role.CLERK, "own-position"))
    opened = [
        here.application.engine.execute(OpenCase(procedure="hen_gio", data={}), clerk)
        for _ in range(number)
    ]
    return [UUID(str(each["case"])) for each in opened]


def status_of(here: World, case: UUID) -> Status:
    auditor = here.actor(world.login_of(Role.AUDITOR, "own-position"))
    found = here.application.queries.case(auditor, str(case))
    assert found is not None
    return found.status


def fired(here: World, case: UUID) -> int:
    """How often the timer of a case fired, by its history."""
    with here.application.store.begin(HERE) as uow:
        month = uow.cases.lock(case).case.month
        return sum(each.type == "timer.fired" for each in uow.history.read(case, month))


def until(done: Callable[[], bool], seconds: float = 10) -> bool:
    """Wait until something holds; tell whether it came to hold."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if done():
            return True
        pause.wait(0.02)
    return False


@pytest.fixture
def timed(here: World) -> World:
    """Give a world in which a procedure waits an hour."""
    publish(here)
    return here


@pytest.fixture
def on_postgresql(on_server: world.Lend) -> Iterator[World]:
    """Give such a world on PostgreSQL."""
    with on_server() as made:
        publish(made)
        yield made


def test_what_is_due_is_done_and_what_is_not_is_left(timed: World) -> None:
    (early,) = open_cases(timed, 1)
    timed.clock.move(minutes=30)
    (late,) = open_cases(timed, 1)
    timed.clock.move(minutes=31)
    working = worker.Worker(timed.application, interval=0.01)
    working.start()
    assert until(lambda: status_of(timed, early) is Status.COMPLETED)
    working.stop()
    assert status_of(timed, late) is Status.OPEN


def compete(here: World, others: list[bootstrap.Application]) -> list[UUID]:
    """Let several workers loose on the same due cases."""
    cases = open_cases(here, 12)
    here.clock.move(hours=2)
    workers = [
        worker.Worker(each, interval=0.01) for each in (here.application, *others)
    ]
    for each in workers:
        each.start()
    whole = until(lambda: all(status_of(here, c) is Status.COMPLETED for c in cases))
    for each in workers:
        each.stop()
    assert whole
    return cases


@pytest.mark.parametrize("place", ["timed", "on_postgresql"])
def test_several_servers_never_do_work_twice(
    request: pytest.FixtureRequest, place: str
) -> None:
    here: World = request.getfixturevalue(place)
    others = [bootstrap.build(here.url, here.clock) for _ in range(2)]
    cases = compete(here, others)
    assert [fired(here, case) for case in cases] == [1] * len(cases)
    for other in others:
        other.close()


@dataclass
class Faulty:
    """An installation whose cases or whose database fail as a test says."""

    application: bootstrap.Application
    poisoned: set[UUID] = field(default_factory=set)
    away: bool = False
    tried: list[UUID] = field(default_factory=list)

    def __getattr__(self, name: str) -> object:
        """Everything else is the real one's."""
        return getattr(self.application, name)

    @property
    def engine(self) -> "Faulty":
        """The engine, with a fault before it."""
        return self

    @property
    def tools(self) -> Tools:
        """The collaborators of the engine."""
        return self.application.engine.tools

    @property
    def store(self) -> Store:
        """The database, when it is not away."""
        if self.away:
            raise ConnectionError("the database is away")
        return self.application.store

    def run(self, command: object, tenant: UUID) -> object:
        """Fail for a poisoned case."""
        case: UUID | None = getattr(command, "case", None)
        if case is not None:
            self.tried.append(case)
        if case in self.poisoned:
            raise StateError
        return self.application.engine.run(command, tenant)


def start(faulty: Faulty) -> worker.Worker:
    working = worker.Worker(faulty, interval=0.01)  # type: ignore[arg-type]
    working.start()
    return working


def test_a_case_that_fails_rests_and_the_others_go_on(timed: World) -> None:
    bad, *good = open_cases(timed, 4)
    timed.clock.move(hours=2)
    faulty = Faulty(timed.application, poisoned={bad})
    with structlog.testing.capture_logs() as logs:
        working = start(faulty)
        assert until(
            lambda: all(status_of(timed, each) is Status.COMPLETED for each in good)
        )
        # It rests by the clock of the installation, which stands still here.
        assert not until(lambda: faulty.tried.count(bad) > 1, seconds=0.3)
        timed.clock.move(seconds=3)
        assert until(lambda: faulty.tried.count(bad) == 2)
        timed.clock.move(seconds=3)  # The second rest is twice as long.
        assert not until(lambda: faulty.tried.count(bad) > 2, seconds=0.3)
        faulty.poisoned.clear()
        timed.clock.move(seconds=3)
        assert until(lambda: status_of(timed, bad) is Status.COMPLETED)
        working.stop()
    told = [each for each in logs if each["event"] == "background work failed"]
    assert [(each["subject"], each["rest_seconds"]) for each in told] == [
        (str(bad), 2.0),
        (str(bad), 4.0),
    ]


def test_a_database_that_is_away_is_waited_for(timed: World) -> None:
    (case,) = open_cases(timed, 1)
    timed.clock.move(hours=2)
    faulty = Faulty(timed.application, away=True)
    with structlog.testing.capture_logs() as logs:
        working = start(faulty)
        assert until(lambda: bool(logs))
        faulty.away = False
        timed.clock.move(seconds=5)
        assert until(lambda: status_of(timed, case) is Status.COMPLETED)
        working.stop()
    assert "the database is away" in repr(logs[0]["exc_info"])


def test_old_sessions_and_failures_are_cleared_away(timed: World) -> None:
    browser = timed.client(world.login_of(Role.CLERK, "own-position"))
    key = b"k" * 32
    timed.application.attempts.failed(HERE, key, timed.clock.now())
    began = timed.clock.now()
    timed.clock.move(hours=13)
    working = worker.Worker(timed.application, interval=0.01)
    working.start()
    attempts = timed.application.attempts
    assert until(lambda: attempts.count(HERE, key, began) == 0)
    secret = browser.client.get_cookie("quytrinh", domain="here.test")
    assert secret is not None
    assert timed.application.sessions.load(HERE, secret.value) is None
    working.stop()


def test_stopping_waits_for_the_thread(timed: World) -> None:
    working = worker.Worker(timed.application, interval=60)
    working.start()
    working.stop()
    assert not [each for each in threading.enumerate() if each.name == "worker"]
