"""Visits that complete, tokens that leave, scopes that run empty (rules 6, 16, 36)."""

from engine.conformance import ad_hoc, choices, instances, loops, undoing
from engine.conformance.net import CANCEL
from engine.conformance.state import Token
from engine.conformance.turn import Turn
from engine.errors import EngineError


def finish(turn: Turn, token: Token) -> None:
    """Complete a visit and go on outward while that empties scope instances.

    A loop, not a recursion: a hostile model may nest scopes hundreds deep.
    """
    at: Token | None = token
    while at is not None:
        turn.completed.append(turn.net.places[at.node].id)
        at = leave_visit(turn, at)


def leave_visit(turn: Turn, token: Token) -> Token | None:
    """Leave a completed visit; an instance leaves only with its activity.

    Returns:
        The token of the activity whose scope instance is empty now, if any.
    """
    if token.arms:
        turn.cancel(token.arms)
        token.arms = []
    if turn.net.places[token.node].memorable:
        undoing.remember(turn, token)
    token.body = None
    group = token.group
    leaving: Token | None = token
    if group is not None:
        looped = turn.net.places[token.node].loop is not None
        leaving = (loops if looped else instances).done(turn, token, group)
    return None if leaving is None else _leave_activity(turn, leaving)


def depart(turn: Turn, token: Token) -> None:
    """Leave a node whose completion is already written down, or that has none."""
    owner = leave_visit(turn, token)
    if owner is not None:
        finish(turn, owner)


def skip(turn: Turn, token: Token) -> None:
    """Leave an activity of which no visit was made (rules 20 and 28)."""
    owner = _leave(turn, token)
    if owner is not None:
        finish(turn, owner)


def pass_gateway(turn: Turn, token: Token) -> None:
    """Choose, complete and leave: a gateway that cannot choose does not complete."""
    place = turn.net.places[token.node]
    try:
        ways = choices.ways(turn, token, place)
    except EngineError as error:
        turn.stop(token, error.message)
        return
    token.outcome = ""
    turn.completed.append(place.id)
    owner = turn.send(token, ways)
    if owner is not None:
        finish(turn, owner)


def _leave_activity(turn: Turn, token: Token) -> Token | None:
    """Rule 36: an ad-hoc sub-process may be over when an activity in it completes."""
    try:
        over = ad_hoc.over(turn, token)
    except EngineError as error:
        turn.stop(token, error.message)
        return None
    if over:
        turn.empty(token.place, keep=token)
        return turn.send(token, ())
    return _leave(turn, token)


def _leave(turn: Turn, token: Token) -> Token | None:
    """Send a token on.

    Returns:
        The token whose visit completes by that: of the activity whose scope instance is
        empty now, of a compensation that is complete, of a cancel boundary event.
    """
    place = turn.net.places[token.node]
    if place.begin == CANCEL:
        return undoing.cancelled(turn, token)
    try:
        ways = choices.ways(turn, token, place)
    except EngineError as error:
        turn.stop(token, error.message)
        return None
    owner = turn.send(token, ways)
    return owner if token.cause is None else undoing.undone(turn, token.cause)
