"""Scope instances and the event sub-processes in them (rules 16 and 30)."""

from engine.conformance import arming, leaving
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


def _area(turn: Turn, owner: Token) -> Area:
    turn.state.areas += 1
    area = owner.body = Area(turn.state.areas, owner)
    return area


def handle(turn: Turn, area: Area, start: int, armed: Token | None = None) -> None:
    """Begin an event sub-process by its start event, whose closed wait is `armed`.

    Errors and escalations have no wait.
    """
    place = turn.net.places[start]
    if armed is not None:
        arming.disarm(armed)
    if place.node.interrupting or place.event.kind is EventKind.ERROR:
        turn.empty(area)
    elif armed is not None:
        arming.arm_again(turn, armed)
    owner = turn.token(place.begins)
    turn.stand(owner, area)
    turn.visit(owner)
    owner.mode = Mode.HELD
    inner = _area(turn, owner)
    token = armed or turn.token(start)
    turn.stand(token, inner)
    turn.visit(token)
    arming.arm_scope(turn, inner)
    leaving.finish(turn, token)
