"""Random cases with branches, waits and returns, half of it on paper.

Whatever order sheets are entered in: the record gives back what is stored, every
verdict holds, and no sheet can be told otherwise afterwards.
"""

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from engine.commands import ask_outside as ask
from engine.commands.complete_task import CompleteTask
from engine.commands.return_task import ReturnTask
from engine.domain.case import ACTIVE, Task
from engine.domain.on_paper import OnPaper
from engine.errors import EngineError
from tests import bpmn
from tests.integration.engine import forging
from tests.integration.engine.forging import Body
from tests.integration.engine.office import Office, ext, lanes
from tests.integration.engine.test_clock_of_cases import STEP
from tests.integration.engine.test_verdicts import judged

MANY: Final = (
    "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
    "</multiInstanceLoopCharacteristics>"
)
#: Three branches that meet, and one that ends for itself.
PROCESS: Final = bpmn.definitions(
    bpmn.process(
        f"start s; and x; task a 'A' {STEP}; task b 'B'; task b2 'B2'; "
        f"task c 'C' {MANY}; task g 'G' {STEP}; end f; and y; task d 'D' {STEP}; end e",
        "s > x > a > y > d > e\nx > b > b2 > y\nx > c > y\nx > g > f",
        identity="p_6_002",
        more=lanes(examiner="a b b2 c g d")
        + ext(
            '<qt:procedure code="6.002" supplement="SUSPEND">'
            '<qt:limit amount="5" unit="working-day"/></qt:procedure>'
        ),
    )
)
PEOPLE: Final = ("thamtra", "thamtra2")
ACTS: Final = 22
WHY: Final = "Mất mạng"


@dataclass
class Campaign:
    """One office in which half of the work is done on paper."""

    office: Office
    chance: random.Random
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def live(self) -> UUID:
        """Live through one case."""
        case = self.office.open("6.002")
        for _ in range(ACTS):
            self.office.clock.move(minutes=self.chance.randrange(200))
            name, act = self.chance.choice(self._acts())
            try:
                act(case)
            except EngineError as refusal:
                self.refused[refusal.code] += 1
            else:
                self.done[name] += 1
        return case

    def _acts(self) -> list[tuple[str, Callable[[UUID], None]]]:
        often: list[tuple[str, Callable[[UUID], None]]]
        often = [("complete", self._complete)] * 6
        return [
            *often,
            ("return", self._return),
            ("wait", self._wait),
            ("go on", self._go_on),
            ("go on", self._go_on),
        ]

    def _sheet(self) -> OnPaper | None:
        if self.chance.random() < 0.4:
            return None
        who = self.chance.choice(PEOPLE)
        back = timedelta(minutes=self.chance.randrange(400))
        return OnPaper(
            at=self.office.clock.now() - back,
            by=self.office.accounts[who].id,
            position=self.office.actor(who).positions[0].id,
            why=WHY,
        )

    def _open(self, case: UUID) -> Task:
        work = [one for one in self.office.work(case).values() if one.status in ACTIVE]
        known = work or [*self.office.work(case).values()]
        return self.chance.choice(known)

    def _complete(self, case: UUID) -> None:
        task = self._open(case)
        command = CompleteTask(
            case=case,
            element=task.element,
            occurrence=task.occurrence,
            answers={},
            paper=self._sheet(),
        )
        self.office.do(self.chance.choice(PEOPLE), command)

    def _return(self, case: UUID) -> None:
        task = self._open(case)
        command = ReturnTask(
            case=case,
            element=task.element,
            occurrence=task.occurrence,
            target=self.chance.choice(("a", "b")),
            reason=WHY,
            paper=self._sheet(),
        )
        self.office.do(self.chance.choice(PEOPLE), command)

    def _wait(self, case: UUID) -> None:
        command = ask.RequestSupplement(
            case=case, missing="Giấy", reason="Thiếu", paper=self._sheet()
        )
        self.office.do(self.chance.choice(PEOPLE), command)

    def _go_on(self, case: UUID) -> None:
        command = ask.ReceiveSupplement(case=case, paper=self._sheet())
        self.office.do(self.chance.choice(PEOPLE), command)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_is_entered_on_paper_the_record_holds(
    office: Office, seed: int
) -> None:
    office.publish(n=PROCESS)
    campaign = Campaign(office, random.Random(seed))  # noqa: S311
    later, ended = 0, 0
    for _ in range(10):
        case = campaign.live()
        events = office.events(case)
        found = judged(office, case)
        assert found.failures() == []
        assert office.rebuild(case) == []
        later += sum(b'"onward"' in one.body for one in events)
        ended += found.closed
        _no_sheet_can_be_told_otherwise(office, case, campaign.chance)
    # The campaign has met what it is about.
    assert {"complete", "wait", "go on"} <= campaign.done.keys()
    assert campaign.refused["paper-early"]
    assert later
    assert ended


def _no_sheet_can_be_told_otherwise(
    office: Office, case: UUID, chance: random.Random
) -> None:
    events = office.events(case)
    for one in events:
        if "paper" not in json.loads(one.body)["facts"]:
            continue
        name, lie = chance.choice([*LIES.items()])
        forged = forging.forge(events, one.seq, lie)
        found = judged(office, case, forged)
        assert any(failure[0].seq == one.seq for failure in found.failures()), name


def _lie(change: Callable[[Body, Body], None]) -> forging.Change:
    return lambda body, _: change(body["facts"]["paper"], body)


def _moved(at: str, by: timedelta) -> str:
    moved = datetime.fromisoformat(at).astimezone(UTC) + by
    return moved.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _onward(by: timedelta) -> forging.Change:
    def change(paper: Body, _: Body) -> None:
        paper["onward"] = _moved(str(paper.get("onward", paper["at"])), by)

    return _lie(change)


def _told(**facts: Any) -> forging.Change:
    return _lie(lambda paper, _: paper.update(facts))


MINUTE: Final = timedelta(minutes=1)
LIES: Final[dict[str, forging.Change]] = {
    "in the future": _lie(lambda one, all_: one.update(at=_moved(all_["at"], MINUTE))),
    "before the receipt": _lie(
        lambda one, _: one.update(at=_moved(one["at"], -timedelta(days=30)))
    ),
    "onward later": _onward(MINUTE),
    "onward earlier": _onward(-MINUTE),
    "by nobody": _told(by="0" * 32),
    "in no position": _told(position="0" * 32),
    "without a reason": _told(why=""),
    "in an outage that was not": _told(outage="0" * 32),
    "with more than there is": _told(more="x"),
}


def test_the_order_in_which_a_change_names_its_steps_says_nothing(
    office: Office,
) -> None:
    office.publish(n=PROCESS)
    case = office.open("6.002")
    office.do("thamtra", ask.RequestSupplement(case=case, missing="x", reason="y"))
    for step, visit in (("a", 1), ("b", 1), ("b2", 1), ("c", 1), ("c", 2)):
        office.complete("thamtra", case, step, visit=visit)
    office.clock.move(hours=1)
    # `d` was opened after `g`, and stands before it in the row.
    office.do("thamtra", ask.ReceiveSupplement(case=case))
    steps = json.loads(office.events(case)[-1].body)["facts"]["clock"][0]["steps"]
    assert {one[0] for one in steps} == {"d", "g"}
    assert judged(office, case).failures() == []

    def turned(body: Body, _: Body) -> None:
        body["facts"]["clock"][0]["steps"].reverse()

    def moved(body: Body, _: Body) -> None:
        body["facts"]["clock"][0]["steps"][0][3] = "2026-11-30T03:00:00.000000Z"

    last = office.events(case)[-1].seq
    for change, holds in ((turned, True), (moved, False)):
        forged = forging.forge(office.events(case), last, change)
        assert (judged(office, case, forged).failures() == []) is holds
