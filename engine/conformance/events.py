"""Events: what waits, what is thrown, errors (rules 11, 14, 15, 17 and 18)."""

from collections.abc import Mapping

from engine.conformance import choices, leaving
from engine.conformance.net import EVENT_GATEWAY, Place
from engine.conformance.state import Mode, Token
from engine.conformance.turn import Turn, wait_key
from engine.domain.model import EventKind
from engine.domain.run import Choice, End, Json, Thrown
from engine.errors import EngineError


def wait(turn: Turn, token: Token) -> None:
    """Open a wait: fix when it is due or what must correlate."""
    event = turn.net.places[token.node].event
    try:
        if event.timer is not None:
            token.due = choices.due(turn, token, event.timer)
        elif event.kind is not EventKind.SIGNAL:
            token.keys = choices.record(turn, Choice.KEYS, token, event.correlation)
    except EngineError as error:
        turn.stop(token, error.message)
        return
    turn.open(token, Mode.WAIT)


def arm(turn: Turn, host: Token) -> None:
    """Arm the boundary events of an activity that begins to wait."""
    for node in turn.net.places[host.node].armed:
        wait(turn, _armed(turn, host, node))


def arm_gateway(turn: Turn, host: Token) -> None:
    """Arm the events behind an event-based gateway."""
    host.mode = Mode.HELD
    for way in turn.net.places[host.node].ways:
        token = _armed(turn, host, way.target)
        token.flow = way.flow
        wait(turn, token)


def _armed(turn: Turn, host: Token, node: int) -> Token:
    token = turn.token(node)
    token.host, token.frames = host, host.frames
    host.arms.append(token)
    turn.visit(token)
    return token


def trigger(turn: Turn, token: Token, payload: Mapping[str, Json]) -> None:
    """What a wait waited for happens."""
    turn.close(token, End.COMPLETED)
    if token.host is None:
        turn.write(token, payload)
        leaving.finish(turn, token)
    elif turn.net.places[token.host.node].enter == EVENT_GATEWAY:
        turn.write(token, payload)
        _chosen(turn, token, token.host)
    else:
        turn.completed.append(turn.net.places[token.node].id)
        turn.write(token, payload)
        _boundary(turn, token, token.host)


def _chosen(turn: Turn, token: Token, gateway: Token) -> None:
    """Rule 11: the gateway's token goes through the event that happened."""
    gateway.arms.remove(token)
    turn.cancel(gateway.arms)
    gateway.arms = []
    turn.completed.append(turn.net.places[gateway.node].id)
    turn.taken.append(turn.net.flow_ids[token.flow])
    gateway.node, gateway.flow = token.node, token.flow
    gateway.occurrence = token.occurrence
    leaving.finish(turn, gateway)


def _boundary(turn: Turn, token: Token, host: Token) -> None:
    """Rules 15 and 17: cancel the activity, or arm again beside it."""
    area = host.place
    host.arms.remove(token)
    if turn.net.places[token.node].node.interrupting:
        turn.cancel([host])
        del area.tokens[host.number]
    else:
        _arm_again(turn, token, host)
    token.host = None
    turn.stand(token, area)
    leaving.depart(turn, token)


def _arm_again(turn: Turn, fired: Token, host: Token) -> None:
    """Rule 15: messages and signals always, cycles while repetitions are left."""
    timer = turn.net.places[fired.node].event.timer
    if timer is None:
        wait(turn, _armed(turn, host, fired.node))
        return
    if not choices.again(timer):
        return
    token = _armed(turn, host, fired.node)
    token.fired = fired.fired + 1
    try:
        token.due = choices.due_again(turn, token, timer, fired)
    except EngineError as error:
        turn.stop(token, error.message)
        return
    if token.due is None:
        host.arms.remove(token)
        token.mode = Mode.DEAD
    else:
        turn.open(token, Mode.WAIT)


def throw(turn: Turn, token: Token) -> None:
    """Rule 14: send, complete, deliver a signal here, leave."""
    place = turn.net.places[token.node]
    event = place.event
    signal = event.kind is EventKind.SIGNAL
    kind = EventKind.SIGNAL if signal else EventKind.MESSAGE
    try:
        payload = choices.record(turn, Choice.PAYLOAD, token, event.payload)
    except EngineError as error:
        turn.stop(token, error.message)
        return
    turn.thrown.append(
        Thrown(
            kind.value, place.id, token.occurrence, event.name, payload, event.partner
        )
    )
    if not signal:
        leaving.finish(turn, token)
        return
    turn.completed.append(place.id)
    token.mode = Mode.HELD
    deliver(turn, event.name, payload)
    if token.mode is Mode.HELD:
        leaving.depart(turn, token)


def deliver(turn: Turn, name: str, payload: Mapping[str, Json]) -> bool:
    """Give a signal to every wait that is open now; False when there is none."""
    waits = turn.state.waits.get(wait_key(EventKind.SIGNAL, name), {})
    now_open = [waits[number] for number in sorted(waits)]
    for token in now_open:
        if token.mode is Mode.WAIT and token.number in waits:
            trigger(turn, token, payload)
    return bool(now_open)


def throw_error(turn: Turn, token: Token, code: str, *, completes: bool) -> bool:
    """Rule 18: find who catches an error, innermost first; False when nobody does."""
    at: Token | None = token
    while at is not None:
        holder = at if at.group is None else at.group.holder
        node = _catcher(turn, turn.net.places[holder.node], code)
        if node is not None:
            if completes:
                turn.completed.append(turn.net.places[token.node].id)
            _catch(turn, holder, node)
            return True
        at = holder.place.owner
    return False


def _catcher(turn: Turn, place: Place, code: str) -> int | None:
    """The boundary event for this code; else the one for every code."""
    names = {turn.net.places[node].event.name: node for node in reversed(place.catches)}
    return names.get(code, names.get(""))


def _catch(turn: Turn, holder: Token, node: int) -> None:
    area = holder.place
    turn.cancel([holder])
    del area.tokens[holder.number]
    token = turn.token(node)
    turn.stand(token, area)
    turn.visit(token)
    leaving.finish(turn, token)
