"""The token game as an interpreter: acts in, effects out (`engine.ports.Runtime`)."""

from collections.abc import Callable, Mapping
from typing import Final

from engine.conformance import (
    arming,
    codec,
    events,
    joins,
    leaving,
    redirecting,
    retrying,
    steps,
)
from engine.conformance import net as nets
from engine.conformance.net import Net
from engine.conformance.state import Area, Mode, State, Token, inner_frames, inside
from engine.conformance.turn import Turn, wait_key
from engine.domain import run, stops
from engine.domain.model import AdHoc, EventKind, Model
from engine.errors import NothingWaitsError, NotReadyError, OutcomeRequiredError
from engine.ports import Context

_NAMELESS: Final = frozenset({EventKind.TIMER, EventKind.CONDITIONAL})
#: Compiled models kept; one takes about a kilobyte a node.
NETS: Final = 64


class TokenGame:
    """The compiled token game; implements `engine.ports.Runtime`."""

    def __init__(self) -> None:
        self._nets: dict[int, Net] = {}

    def begin(self, model: Model) -> "Game":
        """A case before its first act, which must be `Open`."""
        net = self._net(model)
        return Game(net, State(len(net.places)))

    def load(self, model: Model, state: bytes) -> "Game":
        """A case from its dumped state.

        Raises:
            StateError: The bytes are damaged or of another codec version or model.
        """
        net = self._net(model)
        return Game(net, codec.load(net, state))

    def _net(self, model: Model) -> Net:
        """The compiled model, kept by identity: a net keeps its model alive."""
        net = self._nets.get(id(model))
        if net is None:
            net = self._nets[id(model)] = nets.compile_net(model)
            if len(self._nets) > NETS:
                del self._nets[next(iter(self._nets))]
        return net


class Game:
    """The tokens and data of one case; implements `engine.ports.Execution`."""

    __slots__ = ("_net", "_state")

    def __init__(self, net: Net, state: State) -> None:
        self._net = net
        self._state = state

    def act(self, act: run.Act, context: Context) -> run.Advance:
        """Apply one act and go on until every token waits.

        Raises:
            NotReadyError: The visit is not open, or nothing waits for it.
            OutcomeRequiredError: The outcome is missing or not one of the task's.
        """
        if self._state.begun is isinstance(act, run.Open):
            raise NotReadyError
        turn = Turn(self._net, self._state, context)
        if not isinstance(act, run.Continue):
            turn.changed()
        _ACTS[type(act)](turn, act)
        return self._advance(turn, more=steps.run(turn))

    def picture(self) -> run.Picture:
        """Everything that is open now."""
        tokens = sorted(self._state.open.values(), key=lambda token: token.number)
        ready = [token for token in tokens if token.mode is Mode.WORK]
        incidents = self._incidents()
        return run.Picture(
            status=self._status(incidents),
            ready=tuple(self._visit(token) for token in ready),
            waiting=tuple(self._wait(one) for one in tokens if one.mode is Mode.WAIT),
            incidents=incidents,
            data=dict(self._state.data),
            locals={
                self._visit(token): _locals(token)
                for token in ready
                if inner_frames(token)
            },
        )

    def dump(self) -> bytes:
        """The state as bytes, the same for the same state in every process."""
        return codec.dump(self._net, self._state)

    def _advance(self, turn: Turn, *, more: bool) -> run.Advance:
        incidents = self._incidents()
        fresh = turn.fresh
        return run.Advance(
            status=self._status(incidents),
            opened=tuple(
                self._visit(fresh[number])
                for number in sorted(fresh)
                if fresh[number].mode is Mode.WORK
            ),
            closed=tuple(turn.closed),
            taken=tuple(turn.taken),
            completed=tuple(turn.completed),
            decisions=tuple(turn.decisions),
            thrown=tuple(turn.thrown),
            incidents=incidents,
            more=more,
        )

    def _status(self, incidents: tuple[run.Incident, ...]) -> run.Status:
        if incidents:
            return run.Status.INCIDENT
        if self._state.begun and not self._state.root.tokens:
            return run.Status.COMPLETED
        return run.Status.OPEN

    def _incidents(self) -> tuple[run.Incident, ...]:
        state, places = self._state, self._net.places
        if state.stuck:
            return tuple(
                run.Incident(places[token.node].id, token.occurrence, token.message)
                for _, token in sorted(state.stuck.items())
            )
        if state.open or not state.root.tokens or _movable(self._net, state):
            return ()
        joins = {
            token.node
            for token in inside(list(state.root.tokens.values()))
            if token.mode is Mode.JOIN
        }
        return tuple(
            run.Incident(places[node].id, 0, stops.DEADLOCK) for node in sorted(joins)
        )

    def _visit(self, token: Token) -> run.Visit:
        return run.Visit(self._net.places[token.node].id, token.occurrence)

    def _wait(self, token: Token) -> run.Wait:
        place = self._net.places[token.node]
        event = place.event
        named = event.kind not in _NAMELESS
        return run.Wait(
            element=place.id,
            occurrence=token.occurrence,
            kind=wait_key(event.kind, "")[0] if named else event.kind.value,
            name=event.name if named else "",
            due=token.due,
            keys=dict(token.keys),
        )


def _movable(net: Net, state: State) -> bool:
    """Whether automatic steps remain."""
    if state.unseen or any(token.mode is Mode.MOVING for token in state.moving):
        return True
    return joins.enabled(net, state) is not None


def _locals(token: Token) -> Mapping[str, run.Json]:
    values: dict[str, run.Json] = {}
    for frame in reversed(inner_frames(token)):
        values.update(frame.values)
    return values


def _open_visit(turn: Turn, element: str, occurrence: int, mode: Mode) -> Token:
    node = turn.net.node_index.get(element, -1)
    token = turn.state.open.get((node, occurrence))
    if token is None or token.mode is not mode:
        raise NotReadyError
    return token


def _open(turn: Turn, act: run.Open) -> None:
    """Rules 16 and 31."""
    net, root = turn.net, turn.state.root
    starts = net.starts
    if act.start:
        if act.start not in net.model.root.triggers:
            raise NotReadyError
        starts = (net.node_index[act.start],)
    elif not starts:
        raise NotReadyError
    turn.state.begun = True
    turn.state.data.update(act.data)
    for start in starts:
        turn.place(root, start)
    arming.arm_scope(turn, root)


def _complete(turn: Turn, act: run.Complete) -> None:
    """Rules 12 and 36."""
    token = _open_visit(turn, act.element, act.occurrence, Mode.WORK)
    node = turn.net.places[token.node].node
    if node.ad_hoc is not None:
        _end(turn, token, node.ad_hoc)
    if node.work.outcomes and act.outcome not in node.work.outcomes:
        raise OutcomeRequiredError
    turn.close(token, run.End.COMPLETED)
    turn.write(token, act.answers)
    token.outcome = act.outcome
    leaving.finish(turn, token)


def _begin(turn: Turn, act: run.Begin) -> None:
    """Rule 36."""
    token = _open_visit(turn, act.element, act.occurrence, Mode.WORK)
    node = turn.net.places[token.node].node
    area = token.body
    if node.ad_hoc is None or not isinstance(area, Area) or area.over:
        raise NotReadyError
    if node.ad_hoc.sequential and area.tokens:
        raise NotReadyError
    if act.activity not in turn.net.model.scopes[node.body].starts:
        raise NotReadyError
    turn.place(area, turn.net.node_index[act.activity])


def _end(turn: Turn, token: Token, how: AdHoc) -> None:
    """Rule 36: a person ends an ad-hoc sub-process only when nothing decides."""
    area = token.body
    if how.completion or not isinstance(area, Area) or area.tokens:
        raise NotReadyError
    turn.empty(area)


def _fire(turn: Turn, act: run.Fire) -> None:
    """Rule 15: never before it is due."""
    token = _open_visit(turn, act.element, act.occurrence, Mode.WAIT)
    if token.due is None or token.due > turn.context.now:
        raise NotReadyError
    events.trigger(turn, token, {})


def _message(turn: Turn, act: run.Message) -> None:
    """Rule 15: to the oldest wait whose keys all match."""
    waits = turn.state.waits.get(wait_key(EventKind.MESSAGE, act.name), {})
    for number in sorted(waits):
        if _takes(turn, waits[number], act):
            events.trigger(turn, waits[number], act.payload)
            return
    raise NothingWaitsError(name=act.name)


def _takes(turn: Turn, wait: Token, act: run.Message) -> bool:
    if act.taker is not None:
        element = turn.net.places[wait.node].id
        return act.taker == run.Visit(element, wait.occurrence)
    return all(
        key in act.correlation and _same(act.correlation[key], value)
        for key, value in wait.keys.items()
    )


def _same(left: run.Json, right: run.Json) -> bool:
    """Equality of JSON values: true is not 1."""
    return isinstance(left, bool) is isinstance(right, bool) and left == right


def _signal(turn: Turn, act: run.Signal) -> None:
    if not events.deliver(turn, act.name, act.payload):
        raise NothingWaitsError(name=act.name)


def _go_on(turn: Turn, act: run.Continue) -> None:
    """Nothing happens from outside."""


_ACTS: Final[Mapping[type, Callable[..., None]]] = {
    run.Open: _open,
    run.Complete: _complete,
    run.Begin: _begin,
    run.Fire: _fire,
    run.Message: _message,
    run.Signal: _signal,
    run.Continue: _go_on,
    run.Retry: retrying.retry,
    run.Redirect: redirecting.redirect,
    run.Stop: redirecting.stop,
}
