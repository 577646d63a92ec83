"""Side work: opinions and co-signatures beside a step (docs/manual/people.md, 5-8).

Theory of operation. What is asked beside a step has a number `n` in its case. Each
piece of it is a row of work of its own: an opinion is `~y<n>`, the signer `i` of a
round of co-signatures is `~k<n>.<i>` (no XML id holds a `~`), occurrence 1. So lists,
claims, due instants and alarms need to know nothing of it. `follow` folds one event
after the other and evaluates nothing; the command, the rebuild and the verdict use it
alike. Ids are as the record writes them, in hex.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any, Final, NamedTuple
from uuid import UUID

from engine.domain import on_paper
from engine.domain.case import Task, TaskStatus
from engine.domain.events import EventType
from engine.domain.model import TimeLimit
from engine.domain.run import Json

#: Element and occurrence of a piece of work.
Key = tuple[str, int]

_MARK: Final = "~"
#: What a row is called: the language of the steps' own names.
_NAMES: Final = {"y": "Cho ý kiến", "k": "Đồng ký"}


class Stance(Enum):
    """What somebody who was asked says to it."""

    AGREE = "agree"
    DISAGREE = "disagree"
    #: Of an opinion only: neither.
    NONE = "none"


ASKED: Final = frozenset({EventType.OPINION_ASKED, EventType.COSIGN_ASKED})
GIVEN: Final = frozenset({EventType.OPINION_GIVEN, EventType.COSIGN_GIVEN})
WITHDRAWN: Final = frozenset({EventType.OPINION_WITHDRAWN, EventType.COSIGN_WITHDRAWN})
#: The events of side work; none of them moves a token.
EVENTS: Final = ASKED | GIVEN | WITHDRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One row of what was asked: who is to say something to it."""

    element: str
    performer: str
    agency: str

    @property
    def key(self) -> Key:
        """Element and occurrence of its row."""
        return self.element, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one of them said."""

    stance: Stance
    #: Whose hands these are: who did it, for whom, and who did it on paper.
    hands: frozenset[str]
    #: Number of the event, and its real instant.
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question: an opinion, or a round of co-signatures."""

    n: int
    #: The step beside which it was asked.
    step: Key
    pieces: tuple[Piece, ...]
    #: As many have to agree; 0: an opinion, which holds nothing up.
    quorum: int = 0
    #: Whether nobody may disagree.
    veto: bool = False
    limit: TimeLimit | None = None
    due: datetime | None = None
    #: The hands of who asked, the number of the event, and its instant.
    hands: frozenset[str] = frozenset()
    seq: int = 0
    at: datetime
    said: Mapping[str, Said] = field(default_factory=dict)
    #: Number of the event that took it back; 0: none did.
    withdrawn: int = 0
    #: Number of the event with which the step was over; 0: it is not.
    over: int = 0

    @property
    def signs(self) -> bool:
        """Whether it is a round of co-signatures."""
        return bool(self.quorum)

    @property
    def open(self) -> tuple[Piece, ...]:
        """Whom it still waits for."""
        if self.withdrawn or self.over:
            return ()
        return tuple(one for one in self.pieces if one.element not in self.said)

    @property
    def agreed(self) -> int:
        """How many have agreed."""
        return sum(one.stance is Stance.AGREE for one in self.said.values())

    @property
    def refused(self) -> bool:
        """Whether somebody who may stop the step has disagreed."""
        objects = any(one.stance is Stance.DISAGREE for one in self.said.values())
        return self.veto and objects

    @property
    def holds_up(self) -> bool:
        """Whether the step cannot be completed because of it."""
        if not self.signs or self.withdrawn or self.over:
            return False
        return self.agreed < self.quorum or self.refused


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that was asked in one case, in order."""

    asked: tuple[Asked, ...] = ()

    def beside(self, step: Key) -> tuple[Asked, ...]:
        """What was asked beside one visit."""
        return tuple(one for one in self.asked if one.step == step)

    def of(self, element: str) -> Asked | None:
        """The question that a row belongs to."""
        for one in self.asked:
            if any(piece.element == element for piece in one.pieces):
                return one
        return None

    def obstacle(self, step: Key) -> Asked | None:
        """The first round that keeps a step from being completed."""
        return next((one for one in self.beside(step) if one.holds_up), None)

    def left(self, steps: Iterable[Key]) -> tuple[str, ...]:
        """The rows that are open beside these steps, in the order of asking."""
        over = frozenset(steps)
        return tuple(
            piece.element
            for one in self.asked
            if one.step in over
            for piece in one.open
        )

    def signed_at(self, step: Key) -> datetime | None:
        """When somebody really signed last beside a visit; None: nobody has.

        What was signed in a round that was taken back holds the step up no more.
        """
        instants = (
            said.at
            for one in self.beside(step)
            if one.signs and not one.withdrawn
            for said in one.said.values()
        )
        return max(instants, default=None)

    def signers(self, element: str, occurrence: int | None = None) -> frozenset[str]:
        """Whoever signed beside an element, at one visit or at any, with their hands.

        A round that was taken back counts: who has signed has had a hand in the step.
        """
        return frozenset(
            hand
            for one in self.asked
            if one.signs
            and one.step[0] == element
            and occurrence in (None, one.step[1])
            for said in one.said.values()
            for hand in said.hands
        )


class Told(NamedTuple):
    """What an event says, as far as side work is concerned."""

    seq: int
    at: datetime
    type: EventType
    visit: Key
    facts: Mapping[str, Any]
    doer: Mapping[str, str]
    #: The visits that its effect closed.
    closed: Sequence[Key] = ()


def is_side(element: str) -> bool:
    """Whether a row of work is side work."""
    return element.startswith(_MARK)


def name_of(element: str, step: str) -> str:
    """What a row beside a step of some name is called."""
    return f"{_NAMES[element[1]]}: {step}"


def row(piece: Piece, step: Task, at: datetime, due: datetime | None) -> Task:
    """The row of work that a piece begins as, beside the row of its step."""
    return replace(
        step,
        element=piece.element,
        occurrence=1,
        name=name_of(piece.element, step.name),
        short_name=name_of(piece.element, step.short_name),
        performer=piece.performer,
        agency=UUID(piece.agency),
        status=TaskStatus.OPEN,
        opened_at=at,
        due_at=due,
        alarm_at=None,
        assignee=None,
        position=None,
        closed_at=None,
        on_behalf_of=None,
    )


def pieces_of(kind: EventType, facts: Mapping[str, Any]) -> tuple[Piece, ...]:
    """The rows that an event of these facts opens.

    Raises:
        LookupError, TypeError, ValueError: The facts are not those of such an event.
    """
    n = int(facts["n"])
    if kind is EventType.OPINION_ASKED:
        given = facts["performer"], facts["agency"]
        return (Piece(element=f"~y{n}", performer=given[0], agency=given[1]),)
    return tuple(
        Piece(element=f"~k{n}.{i}", performer=performer, agency=agency)
        for i, (performer, agency) in enumerate(facts["signers"], start=1)
    )


def limit_of(facts: Mapping[str, Any]) -> TimeLimit | None:
    """The limit of what was asked."""
    told = facts.get("limit")
    return None if told is None else TimeLimit(told[0], told[1])


def told_limit(limit: TimeLimit | None) -> dict[str, Json]:
    """How an event tells it."""
    return {} if limit is None else {"limit": [limit.amount, limit.unit]}


def opens(told: Told) -> tuple[Piece, ...]:
    """The rows that an event opens."""
    return pieces_of(told.type, told.facts) if told.type in ASKED else ()


def closes(record: Record, told: Told) -> tuple[str, ...]:
    """The rows that an event closes: said, taken back, or over with their step."""
    if told.type in GIVEN:
        return (told.visit[0],)
    if told.type in WITHDRAWN:
        n = told.facts["n"]
        return tuple(
            piece.element for one in record.asked if one.n == n for piece in one.open
        )
    return record.left(told.closed)


def follow(record: Record, told: Told) -> Record:
    """The record after one event.

    Raises:
        LookupError, TypeError, ValueError: It is no event that a case can hold.
    """
    if told.type in ASKED:
        return Record((*record.asked, _asked(told)))
    if told.type in GIVEN:
        said = Said(
            stance=Stance(told.facts["stance"]),
            hands=on_paper.hands_of(told.doer, told.facts),
            seq=told.seq,
            at=told.at,
        )
        element = told.visit[0]
        return _set(record, told, lambda one: {"said": {**one.said, element: said}})
    if told.type in WITHDRAWN:
        return _set(record, told, lambda _: {"withdrawn": told.seq})
    over = frozenset(told.closed)
    if not over or not record.asked:
        return record
    return Record(
        tuple(
            replace(one, over=told.seq) if one.step in over and not one.over else one
            for one in record.asked
        )
    )


def hands_of(doer: Mapping[str, str]) -> frozenset[str]:
    """Who has a hand in an act: who did it, and for whom it was done."""
    return frozenset(doer[name] for name in ("account", "on_behalf_of") if name in doer)


def _asked(told: Told) -> Asked:
    facts = told.facts
    due = facts.get("due")
    signs = told.type is EventType.COSIGN_ASKED
    return Asked(
        n=int(facts["n"]),
        step=(facts["element"], facts["occurrence"]),
        pieces=pieces_of(told.type, facts),
        quorum=int(facts["quorum"]) if signs else 0,
        veto=bool(facts["veto"]) if signs else False,
        limit=limit_of(facts),
        due=None if due is None else datetime.fromisoformat(due),
        hands=hands_of(told.doer),
        seq=told.seq,
        at=told.at,
    )


def _set(record: Record, told: Told, what: Callable[[Asked], dict[str, Any]]) -> Record:
    n = told.facts["n"]
    return Record(
        tuple(replace(one, **what(one)) if one.n == n else one for one in record.asked)
    )
