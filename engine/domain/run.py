"""What goes into and comes out of one step of an interpreter.

An interpreter is a function of (model, state, act, context) to an `Advance`: it reads
no clock, makes no ids and decides nothing that is not written down. Time, answers,
service results and the fact that a timer fired enter as input; every choice is a
`Decision`, recorded with the act, so that a rebuild follows the record instead of
evaluating again.

An (element, occurrence) pair names one visit of a token to one flow node: the
occurrence counts the visits to that element in the case, from 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Status(Enum):
    """The state of a case as its tokens tell it."""

    OPEN = "open"
    COMPLETED = "completed"
    INCIDENT = "incident"


class End(Enum):
    """How a visit to an element ended."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Choice(Enum):
    """The kinds of decision that a step records."""

    #: Ids of the flows a gateway or activity sends tokens along, in order.
    FLOWS = "flows"
    #: Number of instances of a multi-instance activity.
    INSTANCES = "instances"
    #: Whether a completion condition holds.
    DONE = "done"
    #: The instant a timer is due, ISO 8601 in UTC; for cycles the first instant.
    DUE = "due"
    #: What a registered function or a decision answered.
    ANSWER = "answer"
    #: Correlation key values of a wait.
    KEYS = "keys"
    #: What a throw event sends.
    PAYLOAD = "payload"
    #: Whether a standard loop goes round (again).
    LOOP = "loop"
    #: The number of the look at which a conditional event's condition held; a negative
    #: number says that it did not hold at that look, and is never recorded.
    HOLDS = "holds"
    #: Whether the completion condition of an ad-hoc sub-process holds.
    ENOUGH = "enough"
    #: Whether the activation condition of a complex gateway holds.
    ACTIVATES = "activates"


# Acts: what may happen to a case.


@dataclass(frozen=True, slots=True)
class Open:
    """Begin the case at the start event of the model's own process."""

    data: Mapping[str, Json] = field(default_factory=dict)
    #: Id of the triggered start event that opens it; empty: the none start event.
    start: str = ""


@dataclass(frozen=True, slots=True)
class Complete:
    """A person finished the work of an open visit."""

    element: str
    occurrence: int
    answers: Mapping[str, Json] = field(default_factory=dict)
    #: Id of the chosen flow where the model says the person chooses.
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Begin:
    """A person begins an activity inside an open ad-hoc sub-process."""

    #: The visit of the ad-hoc sub-process.
    element: str
    occurrence: int
    activity: str


@dataclass(frozen=True, slots=True)
class Fire:
    """The timer of a waiting visit is due and fires."""

    element: str
    occurrence: int


@dataclass(frozen=True, slots=True)
class Message:
    """A message arrived; the oldest wait that matches takes it."""

    name: str
    payload: Mapping[str, Json] = field(default_factory=dict)
    correlation: Mapping[str, Json] = field(default_factory=dict)
    #: Only where a record is followed whose keys were erased: the wait that took it.
    taker: "Visit | None" = None


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal was broadcast; every wait for it takes it."""

    name: str
    payload: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Continue:
    """Go on with automatic steps that an earlier act left for later."""


@dataclass(frozen=True, slots=True)
class Retry:
    """A person lets the step of an incident begin anew."""

    element: str
    occurrence: int


@dataclass(frozen=True, slots=True)
class Redirect:
    """A person moves the token of an open visit to another node (rule 42)."""

    element: str
    occurrence: int
    #: Id of the node that it goes to.
    target: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A person ends the case where it stands (rule 43)."""


Act: TypeAlias = (
    Open
    | Complete
    | Begin
    | Fire
    | Message
    | Signal
    | Continue
    | Retry
    | Redirect
    | Stop
)


# What an act leads to.


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of a token to an element."""

    element: str
    occurrence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """An open visit that waits for something other than a person."""

    element: str
    occurrence: int
    #: `timer`, `message`, `signal` or `conditional`.
    kind: str
    #: Message or signal name.
    name: str = ""
    due: datetime | None = None
    keys: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Closed:
    """The end of a visit that had been open after an earlier act."""

    element: str
    occurrence: int
    end: End


@dataclass(frozen=True, slots=True)
class Decision:
    """One choice, with the visit that it was made for."""

    choice: Choice
    element: str
    occurrence: int
    value: Json


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message or signal that leaves the case."""

    #: `message` or `signal`.
    kind: str
    element: str
    occurrence: int
    name: str
    payload: Mapping[str, Json]
    partner: str = ""
    correlation: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Incident:
    """A token that cannot go on, and why."""

    element: str
    occurrence: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """The whole effect of one act on the tokens of a case."""

    status: Status
    #: Visits that wait for a person now and did not before, in token order.
    opened: tuple[Visit, ...] = ()
    #: Visits that were open (work or wait) before the act and are not any more.
    closed: tuple[Closed, ...] = ()
    #: Ids of the sequence flows taken, in order.
    taken: tuple[str, ...] = ()
    #: Ids of the elements completed, in order, gateways and events included.
    completed: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    thrown: tuple[Thrown, ...] = ()
    #: All incidents of the case now, older ones included.
    incidents: tuple[Incident, ...] = ()
    #: Automatic steps remain: the step budget ran out; `Continue` goes on.
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Everything open in a case now; both interpreters must draw the same one."""

    status: Status
    #: Work for people, in token order.
    ready: tuple[Visit, ...] = ()
    waiting: tuple[Wait, ...] = ()
    incidents: tuple[Incident, ...] = ()
    data: Mapping[str, Json] = field(default_factory=dict)
    #: Names of the values that a ready visit sees besides `data`
    #: (items of multi-instance activities), by visit.
    locals: Mapping[Visit, Mapping[str, Json]] = field(default_factory=dict)
