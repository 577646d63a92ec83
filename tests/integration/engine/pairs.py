"""Random acts around a pair of steps that two people must do (four eyes).

Everybody tries everything: substitutes, reassignments, returns, recalls, transfers of
people and of agencies, administrators who give anybody any position, signatures beside
a step, orders from above, and sheets that say that somebody else did it on paper. What
came of it is judged by the bytes of the events alone, with nothing of the product.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from engine.commands import change_organisation as change
from engine.commands.claim_task import ClaimTask
from engine.commands.complete_task import CompleteTask
from engine.commands.hand_back import HandBack
from engine.commands.reassign_task import ReassignTask
from engine.commands.recall_task import RecallTask
from engine.commands.release_task import ReleaseTask
from engine.commands.return_task import ReturnTask
from engine.commands.substitute import EndSubstitution, GiveSubstitution
from engine.domain import iso8601
from engine.domain.case import TaskStatus
from engine.domain.events import Sealed
from engine.domain.organisation import Holder, Role, Substitution
from engine.errors import EngineError
from tests import bpmn
from tests.integration.engine import pair_orders, reorganised
from tests.integration.engine.office import EXAMINER, LEADER, ext, lanes

PAIR: Final = ("soan", "duyet")
NONE: Final = UUID(int=0)
#: A pair with a step between and one behind, from which work can go back.
PROCESS: Final = bpmn.definitions(
    bpmn.process(
        "start s; task soan 'Soạn'; task kiem 'Kiểm'; task duyet 'Duyệt' "
        + ext('<qt:work fourEyes="soan"/>')
        + "; task tra 'Trả'; end e",
        "s > soan > kiem > duyet > tra > e",
        identity="hai_nguoi",
        name="Hai người",
        more=ext(
            '<qt:procedure code="4.001">'
            '<qt:limit amount="5" unit="working-day"/></qt:procedure>'
        )
        + lanes(examiner="soan kiem", leader="duyet tra"),
    )
)
#: Who takes part; the first two hold both sides of the pair from the beginning.
LOGINS: Final = ("an", "binh", "chi", "dung")
#: Acts in one sequence.
ACTS: Final = 20
REASON: Final = "thử"


def hands(event: dict[str, Any]) -> set[str]:
    """Who did it, for whom, and who did it on paper where somebody else entered it."""
    doer, paper = event["doer"], event.get("facts", {}).get("paper")
    entered = {doer[name] for name in ("account", "on_behalf_of") if name in doer}
    return entered if paper is None else {*entered, paper["by"]}


def broken(bodies: Iterable[bytes]) -> list[str]:
    """Accounts with a hand in two things that two people must do, in one case.

    Both steps of the pair, where signing beside a step is a hand in it; a step and a
    signature beside the same visit; two signatures of one round, or one and its
    question; a request for more time and its answer.
    """
    steps: dict[str, set[str]] = {step: set() for step in PAIR}
    #: Of each round its visit and all hands in it; of each visit who signed beside it.
    rounds: dict[int, tuple[tuple[str, int], set[str]]] = {}
    signed: dict[tuple[str, int], set[str]] = {}
    asked, wrong = set[str](), set[str]()
    for event in map(json.loads, bodies):
        kind, mine, facts = event["type"], hands(event), event.get("facts", {})
        visit = tuple(event.get("visit") or ("", 0))
        if kind == "task.completed":
            wrong |= mine & signed.get(visit, set())
            steps.setdefault(visit[0], set()).update(mine)
        elif kind == "cosign.asked":
            rounds[facts["n"]] = visit, set(mine)
        elif kind == "cosign.given":
            visit, before = rounds[facts["n"]]
            wrong |= mine & before
            before |= mine
            signed.setdefault(visit, set()).update(mine)
            steps.setdefault(visit[0], set()).update(mine)
        elif kind == "extension.asked":
            asked = mine
        elif kind in ("deadline.extended", "extension.refused"):
            wrong |= mine & asked
            asked = set()
    one, other = (steps[step] for step in PAIR)
    return sorted(wrong | (one & other))


@dataclass
class Campaign(pair_orders.Orders):
    """One office in which people try everything."""

    #: What was done, and what was refused, by name and code.
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    positions: list[UUID] = field(default_factory=list)
    substitutions: list[UUID] = field(default_factory=list)
    moves: int = 0

    def prepare(self) -> None:
        """Put the procedure in force; each holds one position, two are free."""
        office = self.office
        office.publish(hai_nguoi=PROCESS)
        for number, login in enumerate(LOGINS):
            own = (EXAMINER, LEADER)[number % 2]
            if login in pair_orders.SUPERVISORS:
                reorganised.add_head(office, login, "office", own)
            else:
                reorganised.add_person(office, login, Role.CLERK, "office", own)
        above = (Role.SUPERVISOR, "province", "Giám sát")
        reorganised.add_person(office, pair_orders.CHIEF, *above)
        for does in (EXAMINER, LEADER):
            self.positions.append(reorganised.add_position(office, "office", does))
        self.positions += [office.actor(login).positions[0].id for login in LOGINS]

    def run(self, sequences: int) -> Iterator[tuple[Sealed, ...]]:
        """Live through some cases; give the events of each."""
        for _ in range(sequences):
            self.office.clock.move(days=1)
            self.case = self.office.open("4.001")
            for _ in range(ACTS):
                self.office.clock.move(seconds=1)
                self._try(*self.chance.choice(self._acts()))
            yield self.office.events(self.case)

    def _try(self, name: str, act: Callable[[], None]) -> None:
        try:
            act()
        except EngineError as refusal:
            self.refused[f"{name}: {refusal.code}"] += 1
        else:
            self.done[name] += 1

    def _acts(self) -> list[tuple[str, Callable[[], None]]]:
        """What may be tried; what moves work on comes most often.

        Where everybody has been transferred, somebody is given a position first.
        """
        if not self.holders():
            return [("hold", self.hold)]
        often: list[tuple[str, Callable[[], None]]] = [
            ("complete", self.complete),
            ("claim", self.claim),
        ]
        return often * 9 + [
            ("release", self.release),
            ("reassign", self.reassign),
            ("reassign", self.reassign),
            *[("return", self.give_back)] * 3,
            ("recall", self.recall),
            ("recall", self.recall),
            ("substitute", self.substitute),
            ("substitute", self.substitute),
            ("end substitution", self.end_substitution),
            ("hold", self.hold),
            ("hold", self.hold),
            ("end holding", self.end_holding),
            ("transfer agency", self.reorganise),
            *self.orders(),
        ]

    # The acts.

    def claim(self) -> None:
        """Somebody takes the work."""
        self.office.do(self.who(), ClaimTask(**self.about(self.open_work())))

    def complete(self) -> None:
        """Somebody does the work, whoever has it."""
        about = self.about(self.open_work())
        command = CompleteTask(**about, answers={}, paper=self.sheet())
        self.office.do(self.who(), command)

    def release(self) -> None:
        """Somebody gives it back, or a supervisor takes it."""
        who = self.chance.choice([*LOGINS, "giamsat"])
        self.office.do(who, ReleaseTask(**self.about(self.open_work())))

    def reassign(self) -> None:
        """The supervisor gives it to anybody in any position."""
        account = self.office.accounts[self.who()].id
        command = ReassignTask(
            **self.about(self.open_work()),
            position=self.chance.choice(self.positions),
            account=self.chance.choice((account, account, None)),
            reason=REASON,
        )
        self.office.do("giamsat", command)

    def give_back(self) -> None:
        """Work goes back to any step."""
        target = self.chance.choice(("soan", "kiem", "duyet"))
        about = self.about(self.open_work())
        paper = self.sheet()
        command = ReturnTask(**about, target=target, reason=REASON, paper=paper)
        self.office.do(self.who(), command)

    def recall(self) -> None:
        """Somebody takes a step back, mostly who did it."""
        work = [*self.office.work(self.case).values()]
        done = [one for one in work if one.status is TaskStatus.DONE]
        task = self.chance.choice(done[-1:] or work)
        names = {one.id: login for login, one in self.office.accounts.items()}
        own = names.get(task.assignee) if task.assignee else None
        who = self.chance.choice((own, own, own, self.who())) or self.who()
        self.office.do(who, RecallTask(**self.about(task)))

    def substitute(self) -> None:
        """Anybody stands in for anybody who holds a position."""
        today = iso8601.day(self.office.clock.now())
        held = self.chance.choice(self.holders())
        made = Substitution(
            id=self.office.app.ids.uuid(),
            position=held.position,
            absent=held.account,
            substitute=self.office.accounts[self.who()].id,
            valid_from=today,
            valid_to=today + timedelta(days=30),
            order="1/QĐ",
        )
        self.office.do("quantri", GiveSubstitution(substitution=made))
        self.substitutions.append(made.id)

    def end_substitution(self) -> None:
        """One that is given ends at once."""
        known = self.substitutions or [NONE]
        yesterday = iso8601.day(self.office.clock.now()) - timedelta(days=1)
        command = EndSubstitution(
            substitution=self.chance.choice(known), valid_to=yesterday
        )
        self.office.do("quantri", command)

    def hold(self) -> None:
        """The administrator gives anybody any position."""
        holder = Holder(
            position=self.chance.choice(self.positions),
            account=self.office.accounts[self.who()].id,
            valid_from=iso8601.day(self.office.clock.now()),
        )
        self.office.do("quantri", change.HoldPosition(holder=holder))

    def end_holding(self) -> None:
        """Somebody is transferred; what he had claimed goes back."""
        yesterday = iso8601.day(self.office.clock.now()) - timedelta(days=1)
        held = self.chance.choice(self.holders())
        self.office.do(
            "quantri",
            change.EndHolding(
                position=held.position,
                account=held.account,
                valid_from=held.valid_from,
                valid_to=yesterday,
            ),
        )
        with self.office.app.store.read(self.office.tenant) as uow:
            stranded = uow.accounts.moving.held(held.position)
        for one in stranded:
            self.office.do(
                "quantri",
                HandBack(case=one.case, element=one.element, occurrence=one.occurrence),
            )

    def reorganise(self) -> None:
        """The agency becomes another one, its positions and people go with it."""
        if self.chance.random() < 0.9:
            return
        self.moves += 1
        name = f"moved{self.moves}"
        reorganised.add_agency(self.office, name)
        with self.office.app.store.read(self.office.tenant) as uow:
            known = uow.accounts.organisation()
        pairs = []
        for old in self.positions:
            does = known.positions[old].performers
            pairs.append((old, reorganised.add_position(self.office, name, *does)))
        old_name, self.office.agencies["office"] = (
            self.office.agencies["office"],
            self.office.agencies[name],
        )
        self.office.agencies["closed"] = old_name
        reorganised.reorganise(
            self.office,
            ("closed", name),
            since=iso8601.day(self.office.clock.now()),
            positions=tuple(pairs),
        )
        self.positions = [new for _, new in pairs]
        reorganised.transfer(self.office, self.case)
