"""One act in progress: the state, what surrounds the act, and the effect so far.

The small moves that every rule is made of stand here: place a token, number a visit,
open and close it, decide, stop, cancel.
"""

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping

from engine.conformance.net import AD_HOC, Ears, Net, Way
from engine.conformance.state import (
    Area,
    Done,
    Mode,
    State,
    Token,
    inner_frames,
    inside,
)
from engine.domain.model import EventKind
from engine.domain.run import Choice, Closed, Decision, End, Json, Thrown
from engine.ports import Context

_NAMED = frozenset({EventKind.MESSAGE, EventKind.SIGNAL})


class Turn:
    """The working set of one act."""

    __slots__ = (
        "closed",
        "completed",
        "context",
        "decisions",
        "fresh",
        "net",
        "state",
        "taken",
        "thrown",
    )

    def __init__(self, net: Net, state: State, context: Context) -> None:
        self.net = net
        self.state = state
        self.context = context
        self.taken: list[str] = []
        self.completed: list[str] = []
        self.decisions: list[Decision] = []
        self.thrown: list[Thrown] = []
        self.closed: list[Closed] = []
        #: What this act opened, by arrival number.
        self.fresh: dict[int, Token] = {}

    # Data.

    def view(
        self, frames: tuple[Token, ...], first: dict[str, Json] | None = None
    ) -> Mapping[str, Json]:
        """What expressions see: the case data under the values of the instances."""
        if not frames and first is None:
            return self.state.data
        over = [] if first is None else [first]
        return ChainMap(*over, *(frame.values for frame in frames), self.state.data)

    def write(self, token: Token, values: Mapping[str, Json]) -> None:
        """Rule 21: into the innermost instance that gathers, else the case data."""
        if not values:
            return
        target = self.state.data
        for frame in inner_frames(token):
            items = self.net.places[frame.node].items
            if items is not None and items.output_collection:
                target = frame.values
                break
        target.update(values)

    def changed(self) -> None:
        """Rule 29: the data may be others now, so every condition is looked at."""
        if self.state.conditions:
            self.state.unseen.update(self.state.conditions)

    # Tokens and visits.

    def token(self, node: int, flow: int = -1) -> Token:
        """A token with the next arrival number, not yet anywhere."""
        self.state.number += 1
        return Token(self.state.number, node, flow)

    def place(self, area: Area, node: int, flow: int = -1) -> Token:
        """Let a token arrive at a node; it moves when its turn comes."""
        token = self.token(node, flow)
        self.stand(token, area)
        self.state.moving.append(token)
        return token

    def stand(self, token: Token, area: Area) -> None:
        """Put a token into a scope instance."""
        token.area = area
        token.frames = area.frames
        area.tokens[token.number] = token

    def visit(self, token: Token) -> None:
        """Begin a visit: give the next occurrence, unless it was given before."""
        if not token.occurrence:
            self.state.counts[token.node] += 1
            token.occurrence = self.state.counts[token.node]

    def send(self, token: Token, ways: tuple[Way, ...]) -> Token | None:
        """Replace a token by one on each way.

        Returns:
            The token of the activity whose scope instance is empty now, if any.
        """
        area = token.place
        del area.tokens[token.number]
        token.mode = Mode.DEAD
        for way in ways:
            self.taken.append(way.id)
            self.place(area, way.target, way.flow).outcome = token.outcome
        return None if area.tokens else self._emptied(area)

    def _emptied(self, area: Area) -> Token | None:
        """Rules 16 and 36: the token of the activity that ends with its last token."""
        self._unjoin(area)
        owner = area.owner
        ad_hoc = owner is not None and self.net.places[owner.node].begin == AD_HOC
        if ad_hoc and not area.over:
            return None
        if area.arms:
            self.cancel(area.arms)
            area.arms = []
        if owner is not None and ad_hoc:
            self.close(owner, End.COMPLETED)
            owner.mode = Mode.HELD
        return owner

    def _unjoin(self, area: Area) -> None:
        """Forget what waits at the gateways of a scope instance."""
        for node in (*area.joins, *area.resets):
            self.state.inclusive.pop((node, area.number), None)
        area.joins.clear()
        area.resets.clear()

    def guards(self, area: Area) -> Ears:
        """The event sub-processes of a scope instance."""
        owner = area.owner
        return self.net.guards if owner is None else self.net.places[owner.node].guards

    # What opens and ends.

    def open(self, token: Token, mode: Mode) -> None:
        """Make a visit open work or a wait."""
        token.mode = mode
        self.state.open[token.node, token.occurrence] = token
        event = self.net.places[token.node].event
        if mode is Mode.WAIT and event.kind is EventKind.CONDITIONAL:
            self.watch(token)
        elif mode is Mode.WAIT and event.kind is not EventKind.TIMER:
            waits = self.state.waits.setdefault(wait_key(event.kind, event.name), {})
            waits[token.number] = token
        self.fresh[token.number] = token

    def watch(self, token: Token) -> None:
        """Look at the condition of an event from now on."""
        self.state.conditions[token.number] = token
        self.state.unseen[token.number] = token

    def ignore(self, token: Token) -> None:
        """Look at the condition of an event no more."""
        self.state.conditions.pop(token.number, None)
        self.state.unseen.pop(token.number, None)

    def close(self, token: Token, end: End) -> None:
        """End an open visit."""
        del self.state.open[token.node, token.occurrence]
        place = self.net.places[token.node]
        if token.mode is Mode.WAIT and place.event.kind is EventKind.CONDITIONAL:
            self.ignore(token)
        elif token.mode is Mode.WAIT and place.event.kind is not EventKind.TIMER:
            key = wait_key(place.event.kind, place.event.name)
            waits = self.state.waits[key]
            del waits[token.number]
            if not waits:
                del self.state.waits[key]
        if self.fresh.pop(token.number, None) is None:
            self.closed.append(Closed(place.id, token.occurrence, end))

    def cancel(self, roots: list[Token]) -> None:
        """End some tokens and everything in them; the caller takes them away."""
        for token in sorted(inside(roots), key=lambda one: one.number):
            if token.mode in (Mode.WORK, Mode.WAIT):
                self.close(token, End.CANCELLED)
            elif token.mode is Mode.STUCK:
                del self.state.stuck[token.number]
            elif token.mode is Mode.RESTING:
                self.ignore(token)
            elif token.mode is Mode.UNDOING:
                release(self.net, token)
            token.mode = Mode.DEAD
            if isinstance(token.body, Area):
                self._unjoin(token.body)

    def empty(self, area: Area, keep: Token | None = None) -> None:
        """End everything in a scope instance but one token."""
        self.cancel([one for one in area.inhabitants() if one is not keep])
        self._unjoin(area)
        area.arms = []
        area.tokens = {} if keep is None else {keep.number: keep}

    def interrupt(self, holder: Token, token: Token) -> None:
        """Let the token of a boundary event stand where its activity ends."""
        area = holder.place
        self.cancel([holder])
        del area.tokens[holder.number]
        token.cause = holder.cause
        self.stand(token, area)

    def stop(self, token: Token, message: str) -> None:
        """Rule 23: the token stays where it is as an incident."""
        token.mode = Mode.STUCK
        token.message = message
        self.state.stuck[token.number] = token

    def decide(
        self, choice: Choice, token: Token, evaluate: Callable[[], Json]
    ) -> Json:
        """Ask the decider for one choice of a visit and record the answer."""
        element = self.net.places[token.node].id
        value = self.context.decider.decide(choice, element, token.occurrence, evaluate)
        self.decisions.append(Decision(choice, element, token.occurrence, value))
        return value


def memories(net: Net, throw: Token) -> Iterator[list[Done]]:
    """Rules 32 and 38: the remembered visits that an event may undo."""
    area = throw.place
    yield area.memory
    if area.undone is not None:
        yield area.undone.inner
    elif area.owner is not None and net.places[area.owner.node].node.triggered:
        yield area.owner.holder.place.memory


def release(net: Net, throw: Token) -> None:
    """Rule 32: what a cancelled event has not undone is remembered again."""
    for memory in memories(net, throw):
        for one in memory:
            if one.claim == throw.number:
                one.claim = 0


def wait_key(kind: EventKind, name: str) -> tuple[str, str]:
    """The index of a wait: a receive task without event waits for a message."""
    return (kind.value if kind in _NAMED else EventKind.MESSAGE.value, name)
