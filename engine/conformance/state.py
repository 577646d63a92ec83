"""The tokens of one case in memory.

`Token`, `Area` (a scope instance) and `Group` (the instances of one multi-instance
activity) form a tree from the root area down; `State` holds the indexes that make one
act cheap.
"""

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from enum import IntEnum

from engine.domain.run import Json


class Mode(IntEnum):
    """What a token is doing."""

    #: About to enter its node.
    MOVING = 0
    #: Open work.
    WORK = 1
    #: Waiting for a timer, message or signal.
    WAIT = 2
    #: Holding what runs below: a scope, instances, or the events of a gateway.
    HELD = 3
    #: On an incoming flow of a join.
    JOIN = 4
    #: An incident.
    STUCK = 5
    #: Gone.
    DEAD = 6
    #: A compensation throw or cancel end event until all is undone.
    UNDOING = 7
    #: A conditional event that fired, until its condition does not hold.
    RESTING = 8
    #: A part of a parallel multiple event that has happened, until all have.
    HAPPENED = 9


class Token:
    """One token, or one armed event (`host` set), or one instance (`group` set)."""

    __slots__ = (
        "area",
        "arms",
        "body",
        "cause",
        "due",
        "fired",
        "flow",
        "frames",
        "group",
        "host",
        "index",
        "keys",
        "looks",
        "message",
        "mode",
        "node",
        "number",
        "occurrence",
        "outcome",
        "values",
    )

    def __init__(self, number: int, node: int, flow: int = -1) -> None:
        self.number = number
        self.node = node
        #: The flow that led here, -1 for none.
        self.flow = flow
        self.mode = Mode.MOVING
        #: 0 until the visit begins.
        self.occurrence = 0
        self.outcome = ""
        #: The scope instance it stands in; None for instances and armed events.
        self.area: Area | None = None
        #: The instances it is one of.
        self.group: Group | None = None
        #: The token whose activity or gateway armed it.
        self.host: Token | None = None
        #: The enclosing instances, innermost first.
        self.frames: tuple[Token, ...] = ()
        #: What it armed.
        self.arms: list[Token] = []
        #: What runs inside it.
        self.body: Area | Group | None = None
        #: Instances: place in the list, and what only the instance sees.
        self.index = 0
        self.values: dict[str, Json] = {}
        #: Waits: when due, how often fired before, what must correlate.
        self.due: datetime | None = None
        self.fired = 0
        self.keys: dict[str, Json] = {}
        #: Conditional events: how often looked at.
        self.looks = 0
        #: Compensation handlers: the event that asked for them.
        self.cause: Token | None = None
        #: Incidents: why.
        self.message = ""

    @property
    def place(self) -> "Area":
        """The scope instance of an ordinary token."""
        if self.area is None:
            raise AssertionError("An instance or armed event stands in no area.")
        return self.area

    @property
    def holder(self) -> "Token":
        """The token of the whole activity, be this one instance of it."""
        return self if self.group is None else self.group.holder


class Done:
    """A completed visit that compensation may undo."""

    __slots__ = ("claim", "inner", "node")

    def __init__(self, node: int, inner: list["Done"], claim: int = 0) -> None:
        self.node = node
        #: What a sub-process without handler remembers, in order of completion.
        self.inner = inner
        #: Arrival number of the event that is undoing it; 0 for none.
        self.claim = claim


class Area:
    """A scope instance: tokens that share one life."""

    __slots__ = (
        "arms",
        "frames",
        "joins",
        "memory",
        "number",
        "over",
        "owner",
        "resets",
        "tokens",
        "undone",
    )

    def __init__(self, number: int, owner: Token | None) -> None:
        self.number = number
        #: The token of the activity that runs it; None for the case itself.
        self.owner = owner
        self.frames: tuple[Token, ...] = () if owner is None else inner_frames(owner)
        self.tokens: dict[int, Token] = {}
        #: Join node -> incoming flow -> tokens that wait there, oldest first.
        self.joins: dict[int, dict[int, list[Token]]] = {}
        #: Armed start events of its event sub-processes; they keep nothing alive.
        self.arms: list[Token] = []
        #: What compensation would undo, in order of completion.
        self.memory: list[Done] = []
        #: Complex gateways that wait for reset: the flows that gave no token.
        self.resets: dict[int, tuple[int, ...]] = {}
        #: Ad-hoc sub-processes: nothing more is begun, so the end of all is its end.
        self.over = False
        #: Compensation event sub-processes: the visit that they undo.
        self.undone: Done | None = None

    def inhabitants(self) -> list[Token]:
        """Everything that ends with it."""
        return [*self.tokens.values(), *self.arms]


class Group:
    """The instances of one entered multi-instance activity."""

    __slots__ = ("active", "done", "holder", "placed", "results", "total")

    def __init__(self, holder: Token, total: int) -> None:
        self.holder = holder
        self.total = total
        self.placed = 0
        self.done = 0
        self.active: dict[int, Token] = {}
        #: (index of the item, gathered value), in item order.
        self.results: list[tuple[int, Json]] = []


def inner_frames(token: Token) -> tuple[Token, ...]:
    """The instances around what happens inside a token's visit, innermost first."""
    return token.frames if token.group is None else (token, *token.frames)


class State:
    """Everything that a case is between two acts."""

    __slots__ = (
        "areas",
        "begun",
        "conditions",
        "counts",
        "data",
        "inclusive",
        "moving",
        "number",
        "open",
        "root",
        "stuck",
        "unseen",
        "waits",
    )

    def __init__(self, nodes: int) -> None:
        self.begun = False
        #: The last arrival number, and the last number of a scope instance.
        self.number = 0
        self.areas = 1
        #: Visits to each node so far.
        self.counts = [0] * nodes
        self.data: dict[str, Json] = {}
        self.root = Area(1, None)
        self.moving: deque[Token] = deque()
        #: Work and waits by visit.
        self.open: dict[tuple[int, int], Token] = {}
        #: Message and signal waits by kind and name.
        self.waits: dict[tuple[str, str], dict[int, Token]] = {}
        #: Conditional events that wait or rest, and those to be looked at.
        self.conditions: dict[int, Token] = {}
        self.unseen: dict[int, Token] = {}
        self.stuck: dict[int, Token] = {}
        #: Inclusive joins that hold tokens and complex gateways that wait for reset:
        #: (node, area number) -> area.
        self.inclusive: dict[tuple[int, int], Area] = {}


def inside(roots: list[Token]) -> Iterator[Token]:
    """Some tokens and everything that lives in them, each before what it holds."""
    todo = list(roots)
    while todo:
        token = todo.pop()
        yield token
        todo.extend(below(token))


def below(token: Token) -> list[Token]:
    """What lives directly in a token."""
    if isinstance(token.body, Area):
        return [*token.arms, *token.body.inhabitants()]
    if token.body is not None:
        return [*token.arms, *token.body.active.values()]
    return token.arms
