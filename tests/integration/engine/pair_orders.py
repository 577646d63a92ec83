"""What is said beside a step and ordered from above, around a pair of steps.

A part of the random acts of `pairs`: signatures, opinions, suspensions, more time and
fees, each perhaps by a sheet on which anybody is said to have done it.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from engine.commands.answer_beside import Cosign, GiveOpinion
from engine.commands.ask_beside import AskCosign, AskOpinion
from engine.commands.dossier_acts import PayFee
from engine.commands.end_case import StopCase
from engine.commands.extend_deadline import (
    AskExtension,
    ExtendDeadline,
    RefuseExtension,
)
from engine.commands.suspend_case import EndSuspension, SuspendCase
from engine.domain import iso8601
from engine.domain.case import ACTIVE, Task
from engine.domain.model import TimeLimit
from engine.domain.on_paper import OnPaper
from engine.domain.organisation import Holder
from engine.domain.side_work import Stance, is_side
from tests.integration.engine.office import EXAMINER, LEADER, Office

NONE: Final = UUID(int=0)
#: Who takes part; the first two hold both sides of the pair from the beginning.
LOGINS: Final = ("an", "binh", "chi", "dung")
#: Who supervises: two from above, and one who works on the case as well.
CHIEF: Final = "truongban"
SUPERVISORS: Final = ("giamsat", CHIEF, "chi")
LONGER: Final = TimeLimit(1, "working-day")
REASON: Final = "thử"
ORDER: Final[dict[str, Any]] = {"reason": REASON, "basis": "Điều 9", "document": "1/QĐ"}


@dataclass
class Orders:
    """What people try beside the steps of one case."""

    office: Office
    chance: random.Random
    positions: list[UUID] = field(default_factory=list)
    case: UUID = NONE

    def orders(self) -> list[tuple[str, Callable[[], None]]]:
        """What may be tried."""
        return [
            *[("ask to sign", self.ask_to_sign)] * 2,
            ("ask opinion", self.ask_opinion),
            *[("say", self.say)] * 4,
            ("suspend", self.suspend),
            *[("go on", self.go_on)] * 4,
            ("stop", self.stop),
            ("ask for time", self.ask_for_time),
            *[("answer time", self.answer_time)] * 3,
            ("pay", self.pay),
        ]

    def who(self) -> str:
        return self.chance.choice(LOGINS)

    def open_work(self) -> Task:
        """Open work; where there is none, a step that is not there."""
        work = self.office.work(self.case).values()
        steps = [one for one in work if not is_side(one.element)]
        found = [one for one in steps if one.status in ACTIVE]
        return self.chance.choice(found or steps)

    def about(self, task: Task) -> dict[str, Any]:
        return {
            "case": self.case,
            "element": task.element,
            "occurrence": task.occurrence,
        }

    def sheet(self, positions: Iterable[UUID] = ()) -> OnPaper | None:
        """Now and then it is said to be done on paper, by anybody in any position."""
        if self.chance.random() < 0.5:
            return None
        held = self.chance.choice(self.holders(positions))
        by = self.chance.choice((held.account, self.office.accounts[self.who()].id))
        at = self.office.clock.now() - timedelta(
            seconds=self.chance.choice((0, self.chance.randrange(30)))
        )
        return OnPaper(at=at, by=by, position=held.position, why=REASON)

    def holders(self, positions: Iterable[UUID] = ()) -> list[Holder]:
        """Who holds positions, by default those of the pair; nobody knows who will."""
        wanted = {*positions} or {*self.positions}
        with self.office.app.store.read(self.office.tenant) as uow:
            known = uow.accounts.organisation().holders
        today = iso8601.day(self.office.clock.now())
        mine = [one for one in known if one.position in wanted]
        now = [one for one in mine if one.valid_from <= today <= one.valid_to]
        return now or mine

    def _row(self) -> Task:
        """What is asked beside a step, where something is."""
        work = self.office.work(self.case).values()
        rows = [one for one in work if is_side(one.element)]
        now = [one for one in rows if one.status in ACTIVE]
        return self.chance.choice(now or rows or [*work])

    def ask_to_sign(self) -> None:
        """Somebody asks one or two to sign beside a step."""
        agency = self.office.agencies["office"]
        does = self.chance.choices((EXAMINER, LEADER), k=self.chance.choice((1, 2)))
        command = AskCosign(
            **self.about(self.open_work()),
            signers=tuple((one, agency) for one in does),
            quorum=1,
            question=REASON,
        )
        self.office.do(self.who(), command)

    def ask_opinion(self) -> None:
        """Somebody asks for an opinion."""
        command = AskOpinion(
            **self.about(self.open_work()),
            performer=self.chance.choice((EXAMINER, LEADER)),
            agency=self.office.agencies["office"],
            question=REASON,
        )
        self.office.do(self.who(), command)

    def say(self) -> None:
        """Somebody signs, or says an opinion, perhaps on paper."""
        row = self._row()
        actors = {login: self.office.actor(login) for login in LOGINS}
        seats = {
            login: one.seat_for(row.performer, row.agency)
            for login, one in actors.items()
        }
        asked = [(login, seat) for login, seat in seats.items() if seat is not None]
        about: dict[str, Any] = {
            **self.about(row),
            "stance": Stance.AGREE,
            "text": REASON,
            "paper": self.sheet(seat.position.id for _, seat in asked),
        }
        who = self.chance.choice([*(login for login, _ in asked), self.who()])
        kind = Cosign if row.element.startswith("~k") else GiveOpinion
        self.office.do(who, kind(**about))

    def _above(self) -> tuple[str, OnPaper | None]:
        """Who orders something, and perhaps the sheet on which somebody did."""
        who = self.chance.choice([*SUPERVISORS, *SUPERVISORS, self.who()])
        posts = [
            post.id
            for login in SUPERVISORS
            for post in self.office.actor(login).positions
        ]
        return who, self.sheet(posts)

    def suspend(self) -> None:
        """Somebody lets the case rest."""
        who, paper = self._above()
        self.office.do(who, SuspendCase(case=self.case, **ORDER, paper=paper))

    def go_on(self) -> None:
        """Somebody lets it go on."""
        who, paper = self._above()
        command = EndSuspension(case=self.case, reason=REASON, paper=paper)
        self.office.do(who, command)

    def stop(self) -> None:
        """Now and then somebody stops it."""
        if self.chance.random() < 0.9:
            return
        who, paper = self._above()
        self.office.do(who, StopCase(case=self.case, **ORDER, paper=paper))

    def ask_for_time(self) -> None:
        """Somebody asks for more time."""
        command = AskExtension(
            case=self.case, by=LONGER, reason=REASON, paper=self.sheet()
        )
        self.office.do(self.who(), command)

    def answer_time(self) -> None:
        """Somebody gives more time, or refuses it."""
        who, paper = self._above()
        command: object = RefuseExtension(case=self.case, reason=REASON, paper=paper)
        if self.chance.random() < 0.5:
            command = ExtendDeadline(
                case=self.case, by=LONGER, reason=REASON, paper=paper
            )
        self.office.do(who, command)

    def pay(self) -> None:
        """Somebody takes a fee."""
        command = PayFee(
            case=self.case,
            name="Lệ phí",
            amount=1000,
            channel="counter",
            reason="Phí không thu lúc tiếp nhận",
            paper=self.sheet(),
        )
        self.office.do(self.who(), command)
