"""Two people do the same thing at the same moment: one does it, the other is told."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from engine.commands import change_organisation as change
from engine.commands.ask_outside import RequestSupplement
from engine.commands.claim_task import ClaimTask
from engine.commands.complete_task import CompleteTask
from engine.commands.declare_outage import DeclareOutage
from engine.commands.end_case import StopCase
from engine.commands.erase_personal import ErasePersonal
from engine.commands.publish_version import PublishVersion
from engine.commands.reassign_task import ReassignTask
from engine.commands.recall_task import RecallTask
from engine.commands.release_task import ReleaseTask
from engine.commands.substitute import GiveSubstitution
from engine.commands.suspend_case import SuspendCase
from engine.commands.transaction import Result
from engine.commands.upload_version import UploadVersion
from engine.domain.organisation import Agency, Holder, Position, Substitution
from engine.errors import EngineError
from tests.integration.engine.office import EXAMINER, MAIN, Office
from tests.integration.engine.test_verdicts import wrong
from webui import bootstrap, judging

Answer = Result | EngineError
TODAY: Final = date(2026, 11, 20)
ROUNDS: Final = 3


@dataclass
class Pair:
    """Two servers on one database."""

    office: Office
    servers: tuple[bootstrap.Application, bootstrap.Application]

    def both(self, *acts: tuple[str, object]) -> list[Answer]:
        """Send two commands at the same moment; no key."""
        actors = [self.office.actor(login) if login else None for login, _ in acts]
        start = threading.Barrier(2, timeout=30)

        def send(which: int) -> Answer:
            engine, actor, command = (
                self.servers[which].engine,
                actors[which],
                acts[which][1],
            )
            start.wait()
            try:
                if actor is None:
                    return engine.run(command, self.office.tenant)
                return engine.execute(command, actor)
            except EngineError as refusal:
                return refusal

        with ThreadPoolExecutor(2) as threads:
            return list(threads.map(send, range(2)))


@pytest.fixture
def pair(office: Office) -> Iterator[Pair]:
    """Give a second server beside the first."""
    other = bootstrap.build(office.url, office.clock)
    yield Pair(office, (office.app, other))
    other.close()


def won(answers: list[Answer]) -> list[Result]:
    return [one for one in answers if not isinstance(one, EngineError)]


#: Makes twice the same thing, of an office and a number.
Made = Callable[[Office, int], tuple[tuple[str, object], tuple[str, object]]]


def _accounts(office: Office, n: int) -> Any:
    known = office.accounts["thamtra"]
    made = [
        change.CreateAccount(
            account=replace(known, id=office.app.ids.uuid(), login=f"moi{n}"),
            password_hash="!",
        )
        for _ in range(2)
    ]
    return tuple(("", one) for one in made)


def _agencies(office: Office, n: int) -> Any:
    made = Agency(id=office.app.ids.uuid(), name="Mới", codes=(f"M{n}",), parent=None)
    return (("", change.CreateAgency(agency=made)),) * 2


def _positions(office: Office, _: int) -> Any:
    made = Position(
        id=office.app.ids.uuid(),
        agency=office.agencies["office"],
        name="Mới",
        performers=frozenset({EXAMINER}),
    )
    return (("", change.CreatePosition(position=made)),) * 2


def _holdings(office: Office, n: int) -> Any:
    held = Holder(
        position=office.actor("lanhdao").positions[0].id,
        account=office.accounts["xa"].id,
        valid_from=TODAY + timedelta(days=n),
        valid_to=TODAY + timedelta(days=n),
    )
    return (("", change.HoldPosition(holder=held)),) * 2


def _substitutions(office: Office, n: int) -> Any:
    made = Substitution(
        id=office.app.ids.uuid(),
        position=office.actor("thamtra").positions[0].id,
        absent=office.accounts["thamtra"].id,
        substitute=office.accounts["xa"].id,
        valid_from=TODAY + timedelta(days=n),
        valid_to=TODAY + timedelta(days=n),
        order="12/QĐ",
    )
    return (("quantri", GiveSubstitution(substitution=made)),) * 2


def _versions(office: Office, n: int) -> Any:
    del office
    code = MAIN.replace(b'code="1.001"', f'code="2.{n // 2}"'.encode())
    return (("thietke", UploadVersion(files={"thu_tuc.bpmn": code})),) * 2


def _publications(office: Office, n: int) -> Any:
    code = MAIN.replace(b'code="1.001"', f'code="3.{n}"'.encode())
    stored = office.do("thietke", UploadVersion(files={"thu_tuc.bpmn": code}))
    return (("pheduyet", PublishVersion(version=UUID(str(stored["version"])))),) * 2


def _outages(office: Office, _: int) -> Any:
    made = DeclareOutage(begins=office.clock.at, reason="Mất điện", document="3/TB")
    return (("quantri", made),) * 2


@pytest.mark.parametrize(
    "made",
    [
        *(_accounts, _agencies, _positions, _holdings, _substitutions),
        *(_versions, _publications, _outages),
    ],
)
def test_the_same_thing_made_twice_at_once_is_refused_in_words_at_most(
    pair: Pair, made: Made
) -> None:
    for number in range(ROUNDS):
        answers = pair.both(*made(pair.office, number))
        assert won(answers), answers


def _rivals(office: Office, case: UUID) -> dict[str, tuple[str, object]]:
    visit: dict[str, Any] = {"case": case, "element": "tham_tra", "occurrence": 1}
    why: dict[str, Any] = {"case": case, "reason": "Lý do", "basis": "Điều 9"}
    whom = office.actor("thamtra2")
    give = ReassignTask(
        **visit, position=whom.positions[0].id, account=whom.account.id, reason="Ốm"
    )
    recall = RecallTask(case=case, element="nhan", occurrence=1)
    erase = ErasePersonal(case=case, basis="Luật 91", order="3/QĐ")
    ask = RequestSupplement(case=case, missing="Sổ", reason="Thiếu")
    return {
        "claim": ("thamtra2", ClaimTask(**visit)),
        "complete": ("thamtra", CompleteTask(**visit, answers={})),
        "release": ("giamsat", ReleaseTask(**visit)),
        "reassign": ("giamsat", give),
        "recall": ("motcua", recall),
        "stop": ("giamsat", StopCase(**why, document="1/QĐ")),
        "suspend": ("giamsat", SuspendCase(**why, document="2/QĐ")),
        "erase": ("quantri", erase),
        "ask": ("thamtra", ask),
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("claim", "reassign"), ("complete", "reassign"), ("complete", "stop")),
        *(("complete", "recall"), ("recall", "claim"), ("stop", "suspend")),
        *(("stop", "stop"), ("erase", "complete"), ("stop", "erase")),
        *(("suspend", "ask"), ("recall", "recall"), ("suspend", "suspend")),
    ],
)
def test_of_two_acts_on_one_step_both_count_in_turn_or_one_is_refused(
    pair: Pair, one: str, other: str
) -> None:
    office = pair.office
    for _ in range(ROUNDS):
        case = office.open("1.001", ten="Nguyễn Văn A", phi=0)
        office.complete("motcua", case, "nhan")
        before = len(office.events(case))
        rivals = _rivals(office, case)
        answers = pair.both(rivals[one], rivals[other])
        done = len(won(answers))
        assert done >= (0 if "erase" in (one, other) else 1), answers
        # What is acknowledged is in the record, in one order or the other.
        assert len(office.events(case)) >= before + done
        assert office.rebuild(case, repair=False) == []
        with judging.court(office.app, office.tenant) as (court, desk):
            assert wrong(court.case(*desk.case(case))) == []
