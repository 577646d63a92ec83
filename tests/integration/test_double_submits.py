"""Every act is sent twice at the same moment: one takes place, both get an answer.

With the same key both get the same answer, as a browser that sends a form again. With
keys of their own one wins and the other is refused: two clerks who do the same work.
"""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from engine.commands.claim_task import ClaimTask
from engine.commands.complete_task import CompleteTask
from engine.commands.open_case import OpenCase
from engine.commands.receive_message import ReceiveMessage
from engine.commands.transaction import Result
from engine.commands.wake_case import WakeCase
from engine.domain.events import EventType
from engine.domain.organisation import Actor
from engine.errors import (
    AlreadyTakenError,
    EngineError,
    IdempotencyError,
    NotReadyError,
    StaleError,
)
from engine.evidence import retrace
from tests import databases
from tests.conftest import KINDS
from tests.crash import office
from webui import bench_models, bootstrap

#: Completions of one case of the loop.
STEPS = len(bench_models.P20_ORDER)
#: Cases of each of the four runs below: 1,000 double submits on each database.
CASES = 1000 // STEPS // 4
Answer = Result | EngineError


class Desk:
    """Two servers on one database, and a clerk at each."""

    def __init__(self, url: str) -> None:
        self.tenant, clerk = office.found(url)
        colleague = office.add_clerk(url, self.tenant)
        # Pools and queues of their own, as two processes have.
        self.apps = bootstrap.build(url), bootstrap.build(url)
        self.clerk = office.actor(self.apps[0], self.tenant, clerk)
        self.colleague = office.actor(self.apps[0], self.tenant, colleague)
        self._threads = ThreadPoolExecutor(2)
        self._start = threading.Barrier(2, timeout=30)

    def close(self) -> None:
        """Close the servers."""
        self._threads.shutdown()
        for app in self.apps:
            app.close()

    def open(self, procedure: str) -> UUID:
        """Open a case."""
        command = OpenCase(procedure=procedure, data={})
        result = self.apps[0].engine.execute(command, self.clerk)
        return UUID(str(result["case"]))

    def twice(
        self,
        command: object,
        keys: tuple[str, str],
        *,
        actors: tuple[Actor, Actor] | None = None,
        servers: int = 2,
    ) -> tuple[Answer, Answer]:
        """Send a command twice at the same moment."""
        first, second = actors or (self.clerk, self.clerk)
        engines = [self.apps[0].engine, self.apps[servers - 1].engine]

        def send(which: int, actor: Actor) -> Answer:
            self._start.wait()
            try:
                return engines[which].execute(command, actor, key=keys[which])
            except EngineError as error:
                return error

        futures = [
            self._threads.submit(send, which, actor)
            for which, actor in enumerate((first, second))
        ]
        return futures[0].result(60), futures[1].result(60)

    def cases(self) -> set[UUID]:
        """All cases."""
        with self.apps[0].store.begin(self.tenant) as work:
            return set(work.cases.all())

    def history(self, case: UUID) -> tuple[retrace.Step, ...]:
        """The events of a case, their chain checked."""
        with self.apps[0].store.begin(self.tenant) as work:
            month = work.cases.lock(case).case.month
            return retrace.opened(work.history.read(case, month))

    def count(self, case: UUID, kind: EventType) -> int:
        """How many events of a kind a case has."""
        return sum(step.type is kind for step in self.history(case))


@pytest.fixture(scope="module", params=KINDS)
def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """Give an office with two servers on a database of each kind in turn."""
    with contextlib.ExitStack() as stack:
        if request.param == "sqlite":
            files: databases.SQLiteFiles = request.getfixturevalue("prepared_files")
            url = files.fresh(tmp_path_factory.mktemp("twice"))
        else:
            made: databases.Databases = request.getfixturevalue("prepared_databases")
            url = stack.enter_context(made.fresh())
        yield stack.enter_context(contextlib.closing(Desk(url)))


def winner(answers: tuple[Answer, Answer], *refusals: type[EngineError]) -> Result:
    """The answer of the one that won; the other must have been refused like this."""
    won = [each for each in answers if not isinstance(each, EngineError)]
    lost = [each for each in answers if isinstance(each, EngineError)]
    assert len(won) == 1, answers
    assert isinstance(lost[0], refusals), lost
    return won[0]


@pytest.mark.parametrize("servers", [1, 2])
def test_of_two_equal_submits_one_takes_place_and_both_get_its_answer(
    desk: Desk, servers: int
) -> None:
    for _ in range(CASES):
        case, visits = desk.open(office.LOOP), Counter[str]()
        for element in bench_models.P20_ORDER:
            visits[element] += 1
            command = completing(case, element, visits[element])
            key = f"{case.hex} {element} {visits[element]}"
            one, other = desk.twice(command, (key, key), servers=servers)
            assert not isinstance(one, EngineError), one
            assert one == other
        assert desk.count(case, EventType.TASK_COMPLETED) == STEPS


@pytest.mark.parametrize("servers", [1, 2])
def test_of_two_clerks_who_complete_the_same_work_one_wins(
    desk: Desk, servers: int
) -> None:
    for number in range(CASES):
        case, visits = desk.open(office.LOOP), Counter[str]()
        for acts, element in enumerate(bench_models.P20_ORDER, start=1):
            visits[element] += 1
            # Half of them say how many acts the case had when they looked.
            version = acts if number % 2 else None
            command = completing(case, element, visits[element], version)
            key = f"{case.hex} {element} {visits[element]}"
            answers = desk.twice(
                command,
                (f"{key} a", f"{key} b"),
                actors=(desk.clerk, desk.colleague),
                servers=servers,
            )
            assert winner(answers, NotReadyError, StaleError)["version"] == acts + 1
        assert desk.count(case, EventType.TASK_COMPLETED) == STEPS


def test_of_two_clerks_who_claim_the_same_work_one_gets_it(desk: Desk) -> None:
    for number in range(10):
        case = desk.open(office.LOOP)
        command = ClaimTask(case=case, element="t1", occurrence=1)
        answers = desk.twice(
            command,
            (f"a{number}", f"b{number}"),
            actors=(desk.clerk, desk.colleague),
        )
        winner(answers, AlreadyTakenError)
        assert desk.count(case, EventType.TASK_CLAIMED) == 1


def test_a_dossier_that_is_handed_in_twice_is_received_once(desk: Desk) -> None:
    before = desk.cases()
    for number in range(10):
        command = OpenCase(procedure=office.LOOP, data={})
        key = f"hand in {number}"
        one, other = desk.twice(command, (key, key))
        assert not isinstance(one, EngineError), one
        assert one == other
    assert len(desk.cases() - before) == 10


def test_two_dossiers_at_once_get_codes_of_their_own(desk: Desk) -> None:
    codes = set()
    for number in range(10):
        command = OpenCase(procedure=office.LOOP, data={})
        for answer in desk.twice(command, (f"c{number}", f"d{number}")):
            assert not isinstance(answer, EngineError), answer
            codes.add(answer["code"])
    assert len(codes) == 20


@pytest.mark.parametrize("keys", [("same", "same"), ("one", "other")])
def test_a_message_that_comes_twice_is_received_once(
    desk: Desk, keys: tuple[str, str]
) -> None:
    for number in range(5):
        case = desk.open(office.TOGETHER)
        desk.apps[0].engine.execute(completing(case, "receive", 1), desk.clerk)
        command = ReceiveMessage(case=case, name=office.MESSAGE, payload={})
        answers = desk.twice(command, (f"{keys[0]}{number}", f"{keys[1]}{number}"))
        if keys[0] == keys[1]:
            assert answers[0] == answers[1]
            assert not isinstance(answers[0], EngineError), answers
        else:
            winner(answers, NotReadyError)
        assert desk.count(case, EventType.MESSAGE_RECEIVED) == 1


def test_a_key_for_two_different_acts_at_once_does_only_one(desk: Desk) -> None:
    for number in range(5):
        case = desk.open(office.TOGETHER)
        desk.apps[0].engine.execute(completing(case, "receive", 1), desk.clerk)
        commands = (
            completing(case, "check", 1),
            ClaimTask(case=case, element="check", occurrence=1),
        )
        answers = [
            desk.twice(command, (f"k{number}", f"k{number}")) for command in commands
        ]
        assert answers[0][0] == answers[0][1]
        assert all(isinstance(each, IdempotencyError) for each in answers[1])


def test_a_timer_that_two_servers_find_due_fires_once(desk: Desk) -> None:
    case = desk.open(office.TOGETHER)
    desk.apps[0].engine.execute(completing(case, "receive", 1), desk.clerk)
    while case not in _due(desk):
        time.sleep(0.05)
    start = threading.Barrier(4, timeout=30)

    def wake(app: bootstrap.Application) -> Result:
        start.wait()
        return app.engine.run(WakeCase(case=case), desk.tenant)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(wake, desk.apps * 2))
    assert sorted(len(answer["fired"]) for answer in answers) == [0, 0, 0, 1]  # type: ignore[arg-type]
    assert desk.count(case, EventType.TIMER_FIRED) == 1


def completing(
    case: UUID, element: str, visit: int, version: int | None = None
) -> CompleteTask:
    """The command that completes a piece of work."""
    return CompleteTask(
        case=case,
        element=element,
        occurrence=visit,
        answers=bench_models.answers(element, visit),
        version=version,
    )


def _due(desk: Desk) -> tuple[UUID, ...]:
    with desk.apps[0].store.begin(desk.tenant) as work:
        return work.cases.due(desk.apps[0].clock.now(), 1_000)
