"""Waits that open: catch events, boundary events, starts of event sub-processes.

Rules 11, 15, 17, 29 and 30.
"""

from engine.conformance import choices
from engine.conformance.state import Area, Mode, Token
from engine.conformance.turn import Turn
from engine.domain.model import EventKind, TimerKind
from engine.domain.run import Choice
from engine.errors import EngineError

_WITHOUT_KEYS = frozenset({EventKind.SIGNAL, EventKind.CONDITIONAL})


def wait(turn: Turn, token: Token) -> None:
    """Open a wait: fix when it is due or what must correlate."""
    event = turn.net.places[token.node].event
    try:
        if event.timer is not None:
            token.due = choices.due(turn, token, event.timer)
        elif event.kind not in _WITHOUT_KEYS:
            token.keys = choices.record(turn, Choice.KEYS, token, event.correlation)
    except EngineError as error:
        turn.stop(token, error.message)
        return
    turn.open(token, Mode.WAIT)


def arm(turn: Turn, host: Token) -> None:
    """Arm the boundary events of an activity that begins to wait."""
    for node in turn.net.places[host.node].ears.armed:
        wait(turn, _at_host(turn, host, node))


def arm_gateway(turn: Turn, host: Token) -> None:
    """Arm the events behind an event-based gateway."""
    host.mode = Mode.HELD
    for way in turn.net.places[host.node].ways:
        token = _at_host(turn, host, way.target)
        token.flow = way.flow
        wait(turn, token)


def arm_scope(turn: Turn, area: Area) -> None:
    """Arm the event sub-processes of a scope instance that begins."""
    for node in turn.guards(area).armed:
        wait(turn, _at_area(turn, area, node))


def _at_host(turn: Turn, host: Token, node: int) -> Token:
    token = turn.token(node)
    token.host, token.frames = host, host.frames
    host.arms.append(token)
    turn.visit(token)
    return token


def _at_area(turn: Turn, area: Area, node: int) -> Token:
    token = turn.token(node)
    token.area, token.frames = area, area.frames
    area.arms.append(token)
    turn.visit(token)
    return token


def _twin(turn: Turn, armed: Token) -> Token:
    """The next visit of an armed event."""
    if armed.host is not None:
        return _at_host(turn, armed.host, armed.node)
    return _at_area(turn, armed.place, armed.node)


def disarm(armed: Token) -> None:
    """Take an armed event from what it guards."""
    arms = armed.place.arms if armed.host is None else armed.host.arms
    arms.remove(armed)


def arm_again(turn: Turn, fired: Token) -> None:
    """Rule 15: messages and signals always, cycles while repetitions are left.

    Rule 29: a condition rests first; it must become false before it can hold again
    (BPMN 2.0.2, 10.5.2).
    """
    event = turn.net.places[fired.node].event
    if event.kind is EventKind.CONDITIONAL:
        token = _twin(turn, fired)
        token.mode = Mode.RESTING
        turn.watch(token)
    elif event.timer is None:
        wait(turn, _twin(turn, fired))
    elif event.timer.kind is TimerKind.CYCLE:
        _set_again(turn, _twin(turn, fired), fired)


def _set_again(turn: Turn, token: Token, fired: Token) -> None:
    timer = turn.net.places[fired.node].event.timer
    if timer is None:
        raise AssertionError("Only timers are set again.")
    token.fired = fired.fired + 1
    try:
        token.due = choices.due_again(turn, token, timer, fired)
    except EngineError as error:
        turn.stop(token, error.message)
        return
    if token.due is None:
        disarm(token)
        token.mode = Mode.DEAD
    else:
        turn.open(token, Mode.WAIT)


def wake(turn: Turn, resting: Token) -> None:
    """Rule 29: the condition became false; wait for it to hold again."""
    turn.ignore(resting)
    disarm(resting)
    resting.mode = Mode.DEAD
    wait(turn, _twin(turn, resting))
