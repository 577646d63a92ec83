"""What a moment of a case holds: one event, and the case as it stood after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from engine.domain.events import Doer, EventType
from engine.domain.run import Closed, Decision, End, Json, Visit
from engine.evidence.sequencer import Place


class Stand(Enum):
    """How a token stands at an element."""

    #: Work that a person has to do.
    READY = "ready"
    #: It waits for a timer, a message, a signal or a condition.
    WAITING = "waiting"
    #: It cannot go on.
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token at rest."""

    element: str
    occurrence: int
    stand: Stand
    #: What it waits for: `timer`, `message`, `signal`, `conditional`, and its name.
    kind: str = ""
    name: str = ""
    due: datetime | None = None
    #: Why it cannot go on.
    message: str = ""


class Why(Enum):
    """What sent a token along a flow."""

    #: The person who completed the work before chose so.
    OUTCOME = "outcome"
    CONDITION = "condition"
    #: No condition held.
    DEFAULT = "default"
    #: Nothing was asked.
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A flow taken where there was a choice, and by which rule."""

    element: str
    occurrence: int
    flow: str
    why: Why
    condition: str = ""
    #: What the condition read; empty when some of it is not there any more.
    inputs: Mapping[str, Json] = field(default_factory=dict)


class Sealing(Enum):
    """How far the log covers an event."""

    #: A signed head of the log covers it.
    SIGNED = "signed"
    #: It has its place in the log; the next head will cover it.
    PLACED = "placed"
    #: It is in the chain of its case and waits for its place.
    PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Where an event stands in the log, and since when a signature covers it."""

    leaf: bytes
    sealing: Sealing
    place: Place | None = None
    #: Instant and size of the head that covers it.
    signed_at: datetime | None = None
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One event, and the case as it stood after it."""

    seq: int
    at: datetime
    #: When it really happened; of what was done on paper before `at`.
    real: datetime
    type: EventType
    doer: Doer
    #: What the event is about; None when it names no element.
    visit: Visit | None
    #: Name of the message or signal; id of the activity that was begun.
    subject: str = ""
    #: Flow that a person chose.
    outcome: str = ""
    completed: tuple[str, ...] = ()
    opened: tuple[Visit, ...] = ()
    closed: tuple[Closed, ...] = ()
    taken: tuple[str, ...] = ()
    tokens: tuple[Token, ...] = ()
    #: What was entered and is still stored, and the names of what was erased since.
    entered: Mapping[str, Json] = field(default_factory=dict)
    erased: tuple[str, ...] = ()
    branches: tuple[Branch, ...] = ()
    #: Recorded decisions other than flows; the value of an erased one is None.
    decisions: tuple[Decision, ...] = ()
    #: When the work was opened and when it was due.
    began: datetime | None = None
    due: datetime | None = None
    #: Working minutes from its opening to the act.
    spent: int | None = None
    #: Working minutes since the act before on the same dossier; None: what was done
    #: on paper before that is entered after it.
    since: int | None = None
    intervention: bool = False
    proof: Proof

    @property
    def late(self) -> bool:
        """Whether the work was done after its due instant."""
        return self.due is not None and self.real > self.due

    @property
    def element(self) -> str:
        """The element that the moment is about, as a diagram shows it; may be empty."""
        if self.type is EventType.ACTIVITY_BEGUN:
            return self.subject
        if self.visit is not None:
            return self.visit.element
        if self.type is EventType.CASE_OPENED:
            return self.completed[0] if self.completed else ""
        heard = [one.element for one in self.closed if one.end is End.COMPLETED]
        return next(iter((*heard, *self.completed)), "")
