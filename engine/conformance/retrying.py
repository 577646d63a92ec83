"""Rule 40: a person lets the step of an incident begin anew."""

from collections import deque
from typing import Final

from engine.conformance import arming, leaving
from engine.conformance import net as nets
from engine.conformance.net import Place
from engine.conformance.state import Mode, Token, below
from engine.conformance.turn import Turn
from engine.domain import run
from engine.domain.model import EventKind, NodeKind
from engine.errors import NotReadyError

_CHOOSING: Final = frozenset(
    {nets.EXCLUSIVE, nets.SPLIT, nets.PARALLEL_JOIN, nets.INCLUSIVE_JOIN}
)
_NEVER: Final = frozenset({NodeKind.COMPLEX_GATEWAY, NodeKind.BOUNDARY_EVENT})
_THROWING: Final = frozenset({NodeKind.THROW_EVENT, NodeKind.END_EVENT})


def retry(turn: Turn, act: run.Retry) -> None:
    """Let the step of an incident begin anew.

    Raises:
        NotReadyError: There is no such incident, or nothing can begin anew at it.
    """
    token = _incident(turn, act)
    host = token.host
    if host is not None and turn.net.places[host.node].node.kind in _THROWING:
        token, host = host, None
    if host is not None or (token.area is not None and token in token.area.arms):
        _arm(turn, token)
        return
    token = token.holder
    place = turn.net.places[token.node]
    if not _begins(place):
        raise NotReadyError
    _clear(turn, token)
    if place.begin in _CHOOSING:
        token.mode = Mode.HELD
        turn.visit(token)
        leaving.pass_gateway(turn, token)
        return
    token.mode = Mode.MOVING
    moving = [*turn.state.moving, token]
    turn.state.moving = deque(sorted(moving, key=lambda one: one.number))


def _incident(turn: Turn, act: run.Retry) -> Token:
    node = turn.net.node_index.get(act.element, -1)
    for token in turn.state.stuck.values():
        if (token.node, token.occurrence) == (node, act.occurrence):
            return token
    raise NotReadyError


def _begins(place: Place) -> bool:
    """Whether a token may arrive there: events that have happened do not again."""
    kind, event = place.node.kind, place.event.kind
    if kind is NodeKind.START_EVENT:
        return event is EventKind.NONE
    return kind not in _NEVER


def _arm(turn: Turn, token: Token) -> None:
    """An armed event is numbered and armed again, by the act itself."""
    _clear(turn, token)
    turn.visit(token)
    arming.wait(turn, token)


def _clear(turn: Turn, token: Token) -> None:
    """End what the visit armed and holds; forget the visit."""
    turn.cancel(below(token))
    turn.state.stuck.pop(token.number, None)
    token.arms, token.body = [], None
    token.occurrence, token.message = 0, ""
    token.due, token.fired, token.keys = None, 0, {}
