"""Waits that open: catch events, boundary events, starts of event sub-processes.

Rules 11, 15, 17, 29, 30 and 34. A multiple event is armed by its parts.
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
    for event in turn.net.places[host.node].ears.armed:
        for node in _waits(turn, event):
            wait(turn, _at_host(turn, host, node))


def arm_parts(turn: Turn, host: Token) -> None:
    """Arm the parts of an intermediate event."""
    host.mode = Mode.HELD
    for node in turn.net.places[host.node].parts:
        wait(turn, _at_host(turn, host, node))


def arm_gateway(turn: Turn, host: Token) -> None:
    """Arm the events behind an event-based gateway."""
    host.mode = Mode.HELD
    for way in turn.net.places[host.node].ways:
        for node in _waits(turn, way.target):
            token = _at_host(turn, host, node)
            token.flow = way.flow
            wait(turn, token)


def arm_scope(turn: Turn, area: Area) -> None:
    """Arm the event sub-processes of a scope instance that begins."""
    for event in turn.guards(area).armed:
        for node in _waits(turn, event):
            wait(turn, _at_area(turn, area, node))


def _waits(turn: Turn, event: int) -> tuple[int, ...]:
    """The nodes that wait for an event: its parts, or itself."""
    return turn.net.places[event].parts or (event,)


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
    _beside(armed).remove(armed)


def happened(turn: Turn, part: Token) -> bool:
    """Rule 34: keep in mind that a part happened; whether its event has by that."""
    part.mode = Mode.HAPPENED
    whole = turn.net.places[turn.net.places[part.node].whole]
    if whole.event.kind is not EventKind.PARALLEL_MULTIPLE:
        return True
    so_far = {one.node for one in _beside(part) if one.mode is Mode.HAPPENED}
    return so_far.issuperset(whole.parts)


def _beside(armed: Token) -> list[Token]:
    """An armed event and what is armed beside it."""
    return armed.place.arms if armed.host is None else armed.host.arms


def take(turn: Turn, fired: Token) -> list[Token]:
    """Take an event that happened from what it guards: what would be armed again."""
    net, arms = turn.net, _beside(fired)
    whole = net.places[fired.node].whole
    taken = [fired]
    if whole >= 0 and net.places[whole].event.kind is EventKind.PARALLEL_MULTIPLE:
        parts = [one for one in arms if net.places[one.node].whole == whole]
        taken = sorted(parts, key=lambda one: one.node)
    for one in taken:
        arms.remove(one)
        if one is not fired:
            one.mode = Mode.DEAD
    return taken


def become(turn: Turn, armed: Token, event: int) -> None:
    """Let the visit of a multiple event begin where a part of it happened."""
    if armed.node != event:
        armed.node, armed.occurrence = event, 0
    turn.visit(armed)


def arm_again(turn: Turn, taken: list[Token]) -> None:
    """Rules 15 and 34: arm an event again, or all parts of it, or none of them."""
    timers = [turn.net.places[one.node].event.timer for one in taken]
    if any(one is not None and one.kind is not TimerKind.CYCLE for one in timers):
        return
    made: list[Token] = []
    for one in taken:
        again = _again(turn, one)
        if again is None:
            turn.cancel(made)
            for armed in made:
                disarm(armed)
            return
        made.append(again)


def _again(turn: Turn, fired: Token) -> Token | None:
    """Rule 15: messages and signals always, cycles while repetitions are left.

    Rule 29: a condition rests first; it must become false before it can hold again
    (BPMN 2.0.2, 10.5.2).
    """
    event = turn.net.places[fired.node].event
    token = _twin(turn, fired)
    if event.kind is EventKind.CONDITIONAL:
        token.mode = Mode.RESTING
        turn.watch(token)
    elif event.timer is None:
        wait(turn, token)
    else:
        _set_again(turn, token, fired)
    return None if token.mode is Mode.DEAD else token


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
