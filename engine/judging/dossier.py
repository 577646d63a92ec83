"""What the record of one case has told so far: work, doers, due instants."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from engine.domain import model as models
from engine.domain import on_paper
from engine.domain.clock_state import Clock
from engine.domain.events import EventType
from engine.domain.model import Model
from engine.domain.run import Choice, End
from engine.domain.side_work import Record
from engine.judging.integrity import Opened

Visit = tuple[str, int]

_DUE = Choice.DUE.value
_BY_PERSON = EventType.TASK_COMPLETED.value
_COMPLETED = End.COMPLETED.value


class Request(NamedTuple):
    """A request for more time."""

    #: Number of its event.
    seq: int
    #: Who has a hand in it, as in the two steps of a pair.
    hands: frozenset[str]
    #: When it was really made.
    at: datetime


class Work:
    """A piece of work that is open."""

    __slots__ = ("agency", "began", "due", "holder", "performer", "seat")

    def __init__(
        self, performer: str, agency: str, due: str | None, began: str = ""
    ) -> None:
        self.performer = performer
        self.agency = agency
        #: As recorded.
        self.due = due
        #: The account that has claimed it; empty: nobody has.
        self.holder = ""
        #: The position in which it was claimed.
        self.seat = ""
        #: As recorded.
        self.began = began


class Dossier:
    """A case, as far as its record has been read."""

    def __init__(self, model: Model, facts: Mapping[str, Any]) -> None:
        self.model = model
        self.code: str = str(facts.get("code", ""))
        self.due: str | None = facts.get("due")
        #: Which agency helps, receives, handles and decides.
        self.parts: dict[str, str] = dict(facts.get("agencies", {}))
        #: Agencies that take part, and those where the dossier came in.
        self.agencies: frozenset[str]
        self.receiving: frozenset[str | None]
        self.handling: str
        self.place()
        self.open: dict[Visit, Work] = {}
        #: What was asked beside its steps.
        self.beside = Record()
        #: Element -> accounts that had a hand in completing it.
        self.doers: dict[str, set[str]] = {}
        #: Timers: when each visit is due, as recorded.
        self.timers: dict[Visit, str] = {}
        #: Incidents that stand after the last act.
        self.incidents: list[Any] = []
        self.closed = False
        #: No work is done in it by a person's order.
        self.suspended = False
        #: What has moved its clock; None: nothing.
        self.clock: Clock | None = None
        #: When it was really received.
        self.began: datetime | None = None
        #: The acts that a later one may have waited for.
        self.acts: list[Opened] = []
        #: The request for more time that is open, and the one that was answered last.
        self.asked: Request | None = None
        self.answered: Request | None = None

    def place(self) -> None:
        """Take over which agencies take part."""
        parts = self.parts
        self.agencies = frozenset(parts.values())
        self.receiving = frozenset({parts.get("receiving"), parts.get("helping")})
        self.handling = str(parts.get("handling", ""))

    def claim(self, event: Opened, account: str) -> None:
        """Somebody takes work, or nobody has it any more (empty)."""
        work = self.open.get(event.visit)
        if work is not None:
            work.holder = account
            work.seat = event.body["doer"].get("position", "") if account else ""

    def reassign(self, event: Opened) -> None:
        """Somebody else is to do work, perhaps in another agency of the case."""
        work, facts = self.open.get(event.visit), event.body["facts"]
        if work is not None:
            work.holder, work.agency = facts.get("to", ""), facts["agency"]
            work.seat = facts["position"] if work.holder else ""

    def take(self, event: Opened, effect: Mapping[str, Any]) -> None:
        """Take over what an act opened and closed."""
        if effect["closed"]:
            self._close(event, effect["closed"])
        self.acts.append(event)
        begun = event.onward
        for element, occurrence, performer, agency, due in effect["opened"]:
            self.open[element, occurrence] = Work(performer, agency, due, begun)
        for choice, element, occurrence, value in effect["decisions"]:
            if choice == _DUE and isinstance(value, str):
                self.timers[element, occurrence] = value
        self.incidents = effect["incidents"]
        self.closed = effect["status"] == "completed"

    def _close(self, event: Opened, closed: list[Any]) -> None:
        for element, occurrence, end in closed:
            done = self.open.pop((element, occurrence), None)
            by_person = event.type == _BY_PERSON
            if done is not None and end == _COMPLETED and by_person:
                hands = on_paper.hands_of(event.body["doer"], event.body["facts"])
                self.doers.setdefault(element, set()).update(hands)


def performers(model: Model) -> dict[str, str]:
    """Who does the work of each element of a model that gives work."""
    return {
        node.id: models.performer_of(node)
        for node in model.nodes.values()
        if models.is_work(node)
    }
