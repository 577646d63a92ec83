"""Automatic steps: what happens when a token enters a node (rule 3)."""

from collections.abc import Callable, Mapping
from typing import Final

from engine.conformance import (
    activating,
    arming,
    catching,
    choices,
    events,
    instances,
    joins,
    leaving,
    loops,
    scopes,
    undoing,
)
from engine.conformance import (
    net as nets,
)
from engine.conformance.state import Group, Mode, Token
from engine.conformance.turn import Turn
from engine.domain import stops
from engine.domain.run import Json
from engine.errors import EngineError


def run(turn: Turn) -> bool:
    """Make automatic steps until none is left or the budget is spent.

    Tokens are numbered as they are placed, so the queue is in arrival order.

    Returns:
        True when steps remain.
    """
    moving, budget = turn.state.moving, turn.context.budget
    places = turn.net.places
    while True:
        while moving and moving[0].mode is Mode.DEAD:
            moving.popleft()
        if budget <= 0:
            if moving or turn.state.unseen:
                return True
            return joins.enabled(turn.net, turn.state) is not None
        if moving:
            token = moving.popleft()
            place = places[token.node]
            if place.enter != nets.EXCLUSIVE:
                token.outcome = ""
            kind = place.enter if token.group is None else place.begin
            _ENTER[kind](turn, token)
        elif not events.look(turn) and not _fire_inclusive(turn):
            return False
        budget -= 1


def _fire_inclusive(turn: Turn) -> bool:
    """Rules 10 and 35: fire or reset the first gateway that may; False when none."""
    found = joins.enabled(turn.net, turn.state)
    if found is None:
        return False
    node, area = found
    (activating.reset if node in area.resets else joins.fire)(turn, area, node)
    return True


def _pass(turn: Turn, token: Token) -> None:
    turn.visit(token)
    leaving.finish(turn, token)


def _task(turn: Turn, token: Token) -> None:
    turn.visit(token)
    turn.open(token, Mode.WORK)
    _arm(turn, token)


def _catch(turn: Turn, token: Token) -> None:
    turn.visit(token)
    arming.wait(turn, token)
    if token.mode is Mode.WAIT:
        _arm(turn, token)


def _arm(turn: Turn, token: Token) -> None:
    """Boundary events belong to the activity, not to one of its instances."""
    if token.group is None:
        arming.arm(turn, token)


def _service(turn: Turn, token: Token) -> None:
    """Rule 13."""
    place = turn.net.places[token.node]
    turn.visit(token)
    try:
        written, code = choices.answer(turn, token, place)
    except EngineError as error:
        turn.stop(token, error.message)
        return
    if code is not None:
        if not catching.throw_error(turn, token, code, completes=False):
            turn.stop(token, stops.uncaught(code))
        return
    _answered(turn, token, written)


def _rule(turn: Turn, token: Token) -> None:
    """Rule 37."""
    turn.visit(token)
    try:
        written = choices.ruled(turn, token, turn.net.places[token.node])
    except EngineError as error:
        turn.stop(token, error.message)
        return
    _answered(turn, token, written)


def _answered(turn: Turn, token: Token, written: Mapping[str, Json]) -> None:
    turn.changed()
    if written:
        turn.write(token, written)
    leaving.finish(turn, token)


def _throw(turn: Turn, token: Token) -> None:
    turn.visit(token)
    events.throw(turn, token)


def _throw_parts(turn: Turn, token: Token) -> None:
    turn.visit(token)
    events.throw_parts(turn, token)


def _await_parts(turn: Turn, token: Token) -> None:
    turn.visit(token)
    arming.arm_parts(turn, token)


def _part(turn: Turn, token: Token) -> None:
    """Rule 34: a process is opened by a part of its start event."""
    turn.visit(token)
    place = turn.net.places[token.node]
    turn.completed.append(place.id)
    arming.become(turn, token, place.whole)
    leaving.finish(turn, token)


def _throw_error(turn: Turn, token: Token) -> None:
    """Rule 18."""
    code = turn.net.places[token.node].event.name
    turn.visit(token)
    if not catching.throw_error(turn, token, code, completes=True):
        turn.stop(token, stops.uncaught(code))


def _terminate(turn: Turn, token: Token) -> None:
    """Rule 19: every other token of this scope instance ends."""
    turn.visit(token)
    turn.empty(token.place, keep=token)
    token.place.over = True
    leaving.finish(turn, token)


def _scope(turn: Turn, token: Token) -> None:
    """Rule 16: begin the scope instance of a sub-process or call activity."""
    turn.visit(token)
    token.mode = Mode.HELD
    _arm(turn, token)
    area = scopes.begin(turn, token)
    if not area.tokens:
        turn.empty(area)
        leaving.finish(turn, token)


def _ad_hoc(turn: Turn, token: Token) -> None:
    """Rule 36: open work that holds a scope instance."""
    _task(turn, token)
    scopes.begin_empty(turn, token)


def _undo_scope(turn: Turn, token: Token) -> None:
    """Rule 38."""
    turn.visit(token)
    token.mode = Mode.HELD
    scopes.begin_undoing(turn, token)


def _gateway(turn: Turn, token: Token) -> None:
    turn.visit(token)
    leaving.pass_gateway(turn, token)


def _join(turn: Turn, token: Token) -> None:
    joins.arrive(turn, token)


def _complex(turn: Turn, token: Token) -> None:
    activating.arrive(turn, token)


def _event_gateway(turn: Turn, token: Token) -> None:
    turn.visit(token)
    arming.arm_gateway(turn, token)


def _multiple(turn: Turn, token: Token) -> None:
    """Rule 20: the number that the first instance will have is used up in any case."""
    items = turn.net.places[token.node].items
    if items is None:
        raise AssertionError("The activity has no multi-instance characteristics.")
    turn.visit(token)
    try:
        some = instances.enter(turn, token, items)
    except EngineError as error:
        turn.stop(token, error.message)
        return
    if not some:
        leaving.skip(turn, token)
        return
    _arm(turn, token)
    if isinstance(token.body, Group):
        instances.begin(turn, token.body, items)


def _loop(turn: Turn, token: Token) -> None:
    """Rule 28: the number that the first iteration will have is used up, too."""
    place = turn.net.places[token.node]
    turn.visit(token)
    try:
        goes = loops.enters(turn, token, place)
    except EngineError as error:
        turn.stop(token, error.message)
        return
    if not goes:
        leaving.skip(turn, token)
        return
    token.mode = Mode.HELD
    _arm(turn, token)
    loops.begin(turn, token)


def _link(turn: Turn, token: Token) -> None:
    """Rule 26: complete, and arrive at the catch link."""
    turn.visit(token)
    place = turn.net.places[token.node]
    area = token.place
    turn.completed.append(place.id)
    if place.link < 0:
        leaving.depart(turn, token)
        return
    # First the new token: an empty scope instance would disarm its starts.
    turn.place(area, place.link)
    turn.send(token, ())


def _escalate(turn: Turn, token: Token) -> None:
    turn.visit(token)
    catching.escalate(turn, token)


def _compensate(turn: Turn, token: Token) -> None:
    """Rule 32."""
    turn.visit(token)
    undoing.claim(turn, token, turn.net.places[token.node].event.activity)
    _undo(turn, token)


def _undo(turn: Turn, token: Token) -> None:
    token.mode = Mode.UNDOING
    if undoing.go_on(turn, token) is not None:
        leaving.finish(turn, token)


def _cancel(turn: Turn, token: Token) -> None:
    """Rule 33."""
    turn.visit(token)
    if undoing.cancels(turn, token) is None:
        turn.stop(token, stops.NO_CANCEL)
        return
    turn.empty(token.place, keep=token)
    undoing.claim(turn, token, "")
    _undo(turn, token)


_ENTER: Final[dict[int, Callable[[Turn, Token], None]]] = {
    nets.PASS: _pass,
    nets.TASK: _task,
    nets.SERVICE: _service,
    nets.THROW: _throw,
    nets.CATCH: _catch,
    nets.SCOPE: _scope,
    nets.EXCLUSIVE: _gateway,
    nets.SPLIT: _gateway,
    nets.PARALLEL_JOIN: _join,
    nets.INCLUSIVE_JOIN: _join,
    nets.EVENT_GATEWAY: _event_gateway,
    nets.THROW_ERROR: _throw_error,
    nets.TERMINATE: _terminate,
    nets.MULTIPLE: _multiple,
    nets.LOOP: _loop,
    nets.LINK: _link,
    nets.ESCALATE: _escalate,
    nets.COMPENSATE: _compensate,
    nets.CANCEL: _cancel,
    nets.AWAIT_PARTS: _await_parts,
    nets.THROW_PARTS: _throw_parts,
    nets.PART: _part,
    nets.COMPLEX: _complex,
    nets.AD_HOC: _ad_hoc,
    nets.RULE: _rule,
    nets.UNDO_SCOPE: _undo_scope,
}
