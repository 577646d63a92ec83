"""Events that happen and events that are thrown (rules 11, 14, 15, 17, 29, 34, 39)."""

from collections.abc import Mapping

from engine import expressions
from engine.conformance import arming, choices, leaving, scopes
from engine.conformance.net import EVENT_GATEWAY, Place
from engine.conformance.state import Mode, Token
from engine.conformance.turn import Turn, wait_key
from engine.domain.model import EventKind
from engine.domain.run import Choice, Decision, End, Json, Thrown
from engine.errors import EngineError


def trigger(turn: Turn, token: Token, payload: Mapping[str, Json]) -> None:
    """What a wait waited for happens."""
    turn.close(token, End.COMPLETED)
    turn.write(token, payload)
    places, host = turn.net.places, token.host
    place = places[token.node]
    if host is not None and places[host.node].enter == EVENT_GATEWAY:
        _chosen(turn, token, host)
        return
    if place.whole >= 0:
        turn.completed.append(place.id)
        if not arming.happened(turn, token):
            return
        place = places[place.whole]
    if place.begins >= 0:
        scopes.handle(turn, token.place, place.index, token)
    elif host is None or host.node == place.index:
        leaving.finish(turn, host or token)
    else:
        turn.completed.append(place.id)
        _boundary(turn, token, host, place)


def _chosen(turn: Turn, token: Token, gateway: Token) -> None:
    """Rule 11: the gateway's token goes through the event that happened."""
    gateway.arms.remove(token)
    turn.cancel(gateway.arms)
    gateway.arms = []
    turn.completed.append(turn.net.places[gateway.node].id)
    turn.taken.append(turn.net.flow_ids[token.flow])
    gateway.node, gateway.flow = token.node, token.flow
    gateway.occurrence = token.occurrence
    place = turn.net.places[token.node]
    if place.whole >= 0:
        turn.completed.append(place.id)
        arming.become(turn, gateway, place.whole)
    leaving.finish(turn, gateway)


def _boundary(turn: Turn, token: Token, host: Token, place: Place) -> None:
    """Rules 15, 17 and 34: cancel the activity, or arm again beside it."""
    taken = arming.take(turn, token)
    if place.node.interrupting:
        turn.interrupt(host, token)
    else:
        arming.arm_again(turn, taken)
        turn.stand(token, host.place)
    token.host = None
    arming.become(turn, token, place.index)
    leaving.depart(turn, token)


def throw(turn: Turn, token: Token) -> None:
    """Rule 14: send, complete, deliver a signal here, leave."""
    token.mode = Mode.HELD
    if _thrown(turn, token) and token.mode is Mode.HELD:
        leaving.depart(turn, token)


def throw_parts(turn: Turn, token: Token) -> None:
    """Rule 34: throw one part after the other, then complete and leave."""
    token.mode = Mode.HELD
    for node in turn.net.places[token.node].parts:
        part = turn.token(node)
        part.frames = token.frames
        turn.visit(part)
        if not _thrown(turn, part):
            part.host = token
            token.arms.append(part)
            return
        if token.mode is not Mode.HELD:
            return
    leaving.finish(turn, token)


def _thrown(turn: Turn, token: Token) -> bool:
    """Send, complete, deliver a signal here; False when it cannot be sent."""
    place = turn.net.places[token.node]
    event = place.event
    signal = event.kind is EventKind.SIGNAL
    try:
        asked = {} if signal else event.correlation
        keys = choices.record(turn, Choice.KEYS, token, asked)
        payload = choices.record(turn, Choice.PAYLOAD, token, event.payload)
    except EngineError as error:
        turn.stop(token, error.message)
        return False
    kind = EventKind.SIGNAL if signal else EventKind.MESSAGE
    turn.thrown.append(
        Thrown(
            kind.value,
            place.id,
            token.occurrence,
            event.name,
            payload,
            event.partner,
            keys,
        )
    )
    turn.completed.append(place.id)
    if signal:
        deliver(turn, event.name, payload)
    return True


def deliver(turn: Turn, name: str, payload: Mapping[str, Json]) -> bool:
    """Give a signal to every wait that is open now; False when there is none."""
    waits = turn.state.waits.get(wait_key(EventKind.SIGNAL, name), {})
    now_open = [waits[number] for number in sorted(waits)]
    for token in now_open:
        if token.mode is Mode.WAIT and token.number in waits:
            trigger(turn, token, payload)
    if now_open:
        turn.changed()
    return bool(now_open)


def look(turn: Turn) -> bool:
    """Rule 29: look at conditions in arrival order until one fires or wakes."""
    unseen = turn.state.unseen
    for number in sorted(unseen):
        token = unseen.pop(number)
        if _fires(turn, token):
            if token.mode is Mode.RESTING:
                arming.wake(turn, token)
            else:
                trigger(turn, token, {})
            return True
    return False


def _fires(turn: Turn, token: Token) -> bool:
    """Whether a condition holds at this look; of a resting one, whether it does not."""
    token.looks += 1
    place, look_number = turn.net.places[token.node], token.looks
    view = turn.view(token.frames)
    wanted = token.mode is not Mode.RESTING

    def evaluate() -> Json:
        try:
            held = expressions.compile(place.event.condition).evaluate(view) is True
        except EngineError:
            held = False
        return look_number if held is wanted else -look_number

    value = turn.context.decider.decide(
        Choice.HOLDS, place.id, token.occurrence, evaluate
    )
    if type(value) is not int or value != look_number:
        return False
    turn.decisions.append(Decision(Choice.HOLDS, place.id, token.occurrence, value))
    return True
