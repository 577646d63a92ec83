"""Several people and two servers act on the same few cases at the same time.

Random acts of random people in threads, many of them on what somebody else changes at
that moment, some of them sent again with the same key; a sequencer works beside them.
Nothing fails but with a refusal in words, no acknowledged act is lost or done twice,
and the histories hold: rebuilt, judged and in the log.
"""

import random
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.commands import ask_beside, ask_outside, extend_deadline
from engine.commands.answer_beside import Cosign, GiveOpinion
from engine.commands.claim_task import ClaimTask
from engine.commands.complete_task import CompleteTask
from engine.commands.end_case import StopCase
from engine.commands.erase_personal import ErasePersonal
from engine.commands.open_case import OpenCase
from engine.commands.reassign_task import ReassignTask
from engine.commands.recall_task import RecallTask
from engine.commands.receive_message import ReceiveMessage
from engine.commands.release_task import ReleaseTask
from engine.commands.remark_case import RemarkCase
from engine.commands.return_task import ReturnTask
from engine.commands.suspend_case import EndSuspension, SuspendCase
from engine.commands.transaction import Result
from engine.commands.wake_case import WakeCase
from engine.domain.case import ACTIVE, Agencies, Task
from engine.domain.events import EventType
from engine.domain.model import TimeLimit
from engine.domain.organisation import Actor
from engine.domain.run import Json
from engine.domain.side_work import Stance, is_side
from engine.errors import EngineError, IdempotencyError
from engine.evidence import retrace
from storage import log_schema
from tests.integration.engine.keeping import Kept
from tests.integration.engine.office import EXAMINER, LEADER, Clock, Office
from tests.integration.engine.test_verdicts import wrong
from webui import bootstrap, judging

THREADS: Final = 3
#: Acts of a thread in a round.
ACTS: Final = 20
ROUNDS: Final = 3
CASES: Final = 4
SEEDS: Final = (1, 2)
#: Whoever may do something, most of them what they ask for.
CLERKS: Final = ("motcua", "thamtra", "thamtra2", "lanhdao")
NEXT: Final = {"tham_tra": "nhan", "ky": "tham_tra", "thu_phi": "tham_tra"}
#: What each act that was acknowledged leaves in the history.
LEAVES: Final[dict[type, EventType]] = {
    ClaimTask: EventType.TASK_CLAIMED,
    ReleaseTask: EventType.TASK_RELEASED,
    CompleteTask: EventType.TASK_COMPLETED,
    ReassignTask: EventType.TASK_REASSIGNED,
    ReturnTask: EventType.TASK_RETURNED,
    RecallTask: EventType.TASK_RECALLED,
    SuspendCase: EventType.CASE_SUSPENDED,
    EndSuspension: EventType.SUSPENSION_ENDED,
    StopCase: EventType.CASE_STOPPED,
    ask_outside.RequestSupplement: EventType.SUPPLEMENT_REQUESTED,
    ask_outside.ReceiveSupplement: EventType.SUPPLEMENT_RECEIVED,
    extend_deadline.AskExtension: EventType.EXTENSION_ASKED,
    extend_deadline.ExtendDeadline: EventType.DEADLINE_EXTENDED,
    ReceiveMessage: EventType.MESSAGE_RECEIVED,
    ask_beside.AskOpinion: EventType.OPINION_ASKED,
    ask_beside.AskCosign: EventType.COSIGN_ASKED,
    GiveOpinion: EventType.OPINION_GIVEN,
    Cosign: EventType.COSIGN_GIVEN,
    RemarkCase: EventType.CASE_REMARKED,
}


class Ticking(Clock):
    """A clock that never gives the same instant twice, to whichever thread."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """A little later than whoever asked before."""
        with self._lock:
            self.at += timedelta(seconds=1)
            return self.at


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was acknowledged."""

    command: Any
    login: str
    key: str
    answer: Result


@dataclass
class Crowd:
    """People at work, and what they were told."""

    office: Office
    servers: tuple[bootstrap.Application, ...]
    cases: list[UUID]
    actors: dict[str, Actor]
    #: What had happened in each case before.
    before: dict[UUID, Counter[EventType]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    done: list[Done] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    def work(self, seed: int) -> None:
        """Do random acts, one after the other."""
        chance = random.Random(seed)  # noqa: S311 - no secret
        for number in range(ACTS):
            server = chance.choice(self.servers)
            if self.done and chance.random() < 0.1:
                self._again(chance, server)
                continue
            case = chance.choice(self.cases)
            login, command = self._drawn(chance, server, case)
            self._send(server, command, login, f"{seed}-{number}")

    def _send(self, server: Any, command: object, login: str, key: str) -> None:
        try:
            if isinstance(command, WakeCase):
                server.engine.run(command, self.office.tenant)
                return
            answer = server.engine.execute(command, self.actors[login], key=key)
        except EngineError as refusal:
            self.refused[f"{type(command).__name__} {refusal.code}"] += 1
            return
        self.done.append(Done(command, login, key, answer))
        if isinstance(command, OpenCase):
            self.cases.append(UUID(str(answer["case"])))

    def _again(self, chance: random.Random, server: Any) -> None:
        """Send something again, or something else with its key."""
        one, other = chance.choice(self.done), chance.choice(self.done)
        again = server.engine.execute(one.command, self.actors[one.login], key=one.key)
        assert again == one.answer, one
        if (one.command, one.login) == (other.command, other.login):
            return
        try:
            server.engine.execute(other.command, self.actors[other.login], key=one.key)
        except IdempotencyError:
            return
        raise AssertionError((one, other))

    def _drawn(
        self, chance: random.Random, server: Any, case: UUID
    ) -> tuple[str, object]:
        with server.store.read(self.office.tenant) as uow:
            rows = uow.cases.work(uow.cases.get(case))
        task = chance.choice(rows)
        steps = [one for one in rows if one.status in ACTIVE]
        if steps and chance.random() < 0.9:
            task = chance.choice(steps)
        if not steps and chance.random() < 0.5:
            return "motcua", self._opening()
        fitting = [one for one in CLERKS if self._performs(one, task)]
        login = chance.choice(fitting if chance.random() < 0.8 else CLERKS)
        if not steps or chance.random() < 0.2:
            return self._about_case(chance, case, login)
        if is_side(task.element):
            return _beside(chance, case, task, login)
        return self._about_task(chance, case, task, login)

    def _performs(self, login: str, task: Task) -> bool:
        held = self.actors[login].positions
        return any(one.performs(task.performer) for one in held)

    def _opening(self) -> OpenCase:
        ward, office = self.office.agencies["ward"], self.office.agencies["office"]
        agencies = Agencies(
            helping=ward, receiving=ward, handling=office, deciding=office
        )
        data: dict[str, Json] = {"ten": "Lê Thị B", "phi": 1}
        return OpenCase(procedure="1.001", data=data, agencies=agencies)

    def _about_task(
        self, chance: random.Random, case: UUID, task: Task, login: str
    ) -> tuple[str, object]:
        visit: dict[str, Any] = {
            "case": case,
            "element": task.element,
            "occurrence": task.occurrence,
        }
        to = chance.choice(CLERKS)
        agency = self.office.agencies["office"]
        whom = self.actors[to]
        given = chance.choice((whom.account.id, None))
        reassign = ReassignTask(
            **visit, position=whom.positions[0].id, account=given, reason="Nghỉ ốm"
        )
        signers = ((EXAMINER, agency), (LEADER, agency))
        acts: list[tuple[int, str, object]] = [
            (6, login, CompleteTask(**visit, answers={})),
            (3, login, ClaimTask(**visit)),
            (2, login, ReleaseTask(**visit)),
            (2, "giamsat", reassign),
            (1, login, RecallTask(**visit)),
            (
                1,
                login,
                ask_beside.AskCosign(**visit, signers=signers, quorum=1, question="?"),
            ),
            (
                1,
                login,
                ask_beside.AskOpinion(
                    **visit, performer=LEADER, agency=agency, question="?"
                ),
            ),
        ]
        if task.element in NEXT:
            back = ReturnTask(**visit, target=NEXT[task.element], reason="Thiếu")
            acts.append((2, login, back))
        return _one(chance, acts)

    def _about_case(
        self, chance: random.Random, case: UUID, login: str
    ) -> tuple[str, object]:
        why: dict[str, Any] = {"case": case, "reason": "Lý do"}
        order: dict[str, Any] = {"basis": "Điều 9", "document": "12/QĐ"}
        more = TimeLimit(chance.randint(1, 3), "working-day")
        acts: list[tuple[int, str, object]] = [
            (2, "giamsat", SuspendCase(**why, **order)),
            (4, "giamsat", EndSuspension(**why)),
            (2, login, RemarkCase(case=case, text="Đã gọi điện.")),
            (1, "giamsat", StopCase(**why, **order)),
            (
                2,
                "lienthong",
                ReceiveMessage(case=case, name="thue_tra_loi", payload={}),
            ),
            (1, "quantri", ErasePersonal(case=case, basis="Luật 91", order="3/QĐ")),
            (3, login, ask_outside.RequestSupplement(**why, missing="Sổ")),
            (3, login, ask_outside.ReceiveSupplement(case=case)),
            (3, login, extend_deadline.AskExtension(**why, by=more)),
            (3, "giamsat", extend_deadline.ExtendDeadline(**why, by=more)),
            (2, "", WakeCase(case=case)),
        ]
        return _one(chance, acts)


def _beside(
    chance: random.Random, case: UUID, task: Task, login: str
) -> tuple[str, object]:
    visit: dict[str, Any] = {"case": case, "element": task.element}
    stance = chance.choice((Stance.AGREE, Stance.DISAGREE))
    acts: list[tuple[int, str, object]] = [
        (2, login, ClaimTask(**visit, occurrence=1)),
        (1, login, ReleaseTask(**visit, occurrence=1)),
        (3, login, GiveOpinion(**visit, stance=stance, text="Vì")),
        (3, login, Cosign(**visit, stance=stance, text="Vì")),
    ]
    return _one(chance, acts)


def _one(
    chance: random.Random, acts: list[tuple[int, str, object]]
) -> tuple[str, object]:
    ((_, login, command),) = chance.choices(acts, [one[0] for one in acts])
    return login, command


@pytest.fixture
def crowd(office: Office) -> Iterator[Crowd]:
    """Give people at work on cases that have gone on differently far."""
    office.clock = Ticking()
    office.reopen()
    cases = [office.open("1.001", ten="Nguyễn Văn A", phi=n % 2) for n in range(CASES)]
    for case in cases[CASES // 2 :]:
        office.complete("motcua", case, "nhan")
    logins = (*CLERKS, "giamsat", "quantri", "lienthong")
    other = bootstrap.build(office.url, office.clock)
    actors = {login: office.actor(login) for login in logins}
    made = Crowd(office, (office.app, other), cases, actors)
    made.before.update((case, happened(office, case)) for case in cases)
    yield made
    other.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_at_once_is_whole_afterwards(
    crowd: Crowd, seed: int, tmp_path: Path
) -> None:
    office, kept = crowd.office, Kept(crowd.office, tmp_path / "signer")
    with ThreadPoolExecutor(THREADS) as threads:
        for round_ in range(ROUNDS):
            seeds = [(seed * ROUNDS + round_) * THREADS + one for one in range(THREADS)]
            running = [threads.submit(crowd.work, one) for one in seeds]
            while not all(one.done() for one in running):
                kept.sequence()
            for one in running:
                one.result()
            # Timers come due.
            office.clock.move(days=2)
    assert len(crowd.done) >= THREADS * ACTS * ROUNDS / 5, crowd.refused
    for case in list(crowd.cases):
        assert_whole(crowd, case)
    kept.sequence()
    report = kept.check(now=office.clock.at + timedelta(minutes=1))
    assert report.ok, [one for one in report.layers if one.result != "PASS"]
    assert_in_order(office)


def happened(office: Office, case: UUID) -> Counter[EventType]:
    """How many events of each type a case has; their chain is checked."""
    return Counter(step.type for step in retrace.opened(office.events(case)))


def assert_whole(crowd: Crowd, case: UUID) -> None:
    """No act is lost or doubled; the record leads to what is stored, and conforms."""
    office = crowd.office
    found = happened(office, case) - crowd.before[case]
    told = Counter(
        LEAVES[type(one.command)]
        for one in crowd.done
        if type(one.command) in LEAVES and one.command.case == case
    )
    for kind in LEAVES.values():
        assert found[kind] == told[kind], (kind, crowd.refused)
    assert office.rebuild(case, repair=False) == []
    with judging.court(office.app, office.tenant) as (court, desk):
        assert wrong(court.case(*desk.case(case))) == []


def assert_in_order(office: Office) -> None:
    """Each stream's events stand in the log in the order in which they happened."""
    index = log_schema.log_index.c
    question = (
        sa.select(index.stream, index.seq)
        .where(index.tenant_id == office.tenant)
        .order_by(index.year, index.leaf_index)
    )
    seen: Counter[UUID] = Counter()
    with office.app.database.read() as connection:
        for stream, seq in connection.execute(question):
            seen[stream] += 1
            assert seq == seen[stream]
