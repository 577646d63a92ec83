"""Scope instances and the event sub-processes in them (rules 16, 30, 36 and 38)."""

from engine.conformance import arming, leaving, undoing
from engine.conformance.state import Area, Mode, Token
from engine.conformance.turn import Turn
from engine.domain.model import EventKind


def begin(turn: Turn, owner: Token) -> Area:
    """Begin the scope instance of an activity: its tokens, then its armed starts."""
    area = _area(turn, owner)
    for start in turn.net.places[owner.node].starts:
        turn.place(area, start)
    arming.arm_scope(turn, area)
    return area


def begin_empty(turn: Turn, owner: Token) -> None:
    """Begin the scope instance of an ad-hoc sub-process."""
    arming.arm_scope(turn, _area(turn, owner))


def begin_undoing(turn: Turn, owner: Token) -> None:
    """Rule 38: begin a compensation event sub-process, the handler of a visit."""
    inner = _area(turn, owner)
    inner.undone = undoing.current(turn.net, owner)
    start = turn.net.places[owner.node].starts[0]
    _start(turn, inner, turn.token(start), start)


def _area(turn: Turn, owner: Token) -> Area:
    turn.state.areas += 1
    area = owner.body = Area(turn.state.areas, owner)
    return area


def handle(turn: Turn, area: Area, start: int, armed: Token | None = None) -> None:
    """Begin an event sub-process by its start event, whose closed wait is `armed`.

    Errors and escalations have no wait.
    """
    place = turn.net.places[start]
    taken = [] if armed is None else arming.take(turn, armed)
    if place.node.interrupting or place.event.kind is EventKind.ERROR:
        turn.empty(area)
        area.over = True
    else:
        arming.arm_again(turn, taken)
    owner = turn.token(place.begins)
    turn.stand(owner, area)
    turn.visit(owner)
    owner.mode = Mode.HELD
    inner = _area(turn, owner)
    _start(turn, inner, armed or turn.token(start), start)


def _start(turn: Turn, inner: Area, token: Token, start: int) -> None:
    """Let a start event complete in a scope instance that begins."""
    turn.stand(token, inner)
    arming.become(turn, token, start)
    arming.arm_scope(turn, inner)
    leaving.finish(turn, token)
