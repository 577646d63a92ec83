"""Complex gateways (rule 35; BPMN 2.0.2, 13.4.5)."""

from engine.conformance import choices, joins, leaving
from engine.conformance.state import Area, Token
from engine.conformance.turn import Turn
from engine.errors import EngineError


def arrive(turn: Turn, token: Token) -> None:
    """Let a token wait on its flow; ask while the gateway waits for start."""
    area = token.place
    joins.hold(token)
    if token.node not in area.resets:
        _ask(turn, area, token)


def reset(turn: Turn, area: Area, gateway: int) -> None:
    """Let the late tokens end; ask once more when others are left."""
    late = area.resets.pop(gateway)
    turn.state.inclusive.pop((gateway, area.number), None)
    for token in joins.take(area, gateway, late):
        owner = turn.send(token, ())
        if owner is not None:
            leaving.finish(turn, owner)
    _ask_again(turn, area, gateway)


def _ask_again(turn: Turn, area: Area, gateway: int) -> None:
    waiting = _waiting(area, gateway)
    if waiting:
        _ask(turn, area, min(waiting, key=lambda token: token.number))


def _waiting(area: Area, gateway: int) -> list[Token]:
    held = area.joins.get(gateway, {})
    return [token for tokens in held.values() for token in tokens]


def _ask(turn: Turn, area: Area, token: Token) -> None:
    """Ask under the next occurrence, with one token to blame when that fails."""
    gateway = token.node
    turn.visit(token)
    count = len(_waiting(area, gateway))
    try:
        fires = choices.activates(turn, token, turn.net.places[gateway], count)
    except EngineError as error:
        _leave_flow(area, token)
        turn.stop(token, error.message)
        return
    occurrence, token.occurrence = token.occurrence, 0
    if fires:
        _fire(turn, area, gateway, occurrence)


def _leave_flow(area: Area, token: Token) -> None:
    held = area.joins[token.node]
    held[token.flow].remove(token)
    if not held[token.flow]:
        del held[token.flow]
    if not held:
        del area.joins[token.node]


def _fire(turn: Turn, area: Area, gateway: int, occurrence: int) -> None:
    gave = tuple(area.joins[gateway])
    late = tuple(flow for flow in turn.net.places[gateway].slots if flow not in gave)
    merged = joins.merge(area, gateway, gave)
    merged.occurrence = occurrence
    if late:
        area.resets[gateway] = late
        turn.state.inclusive[gateway, area.number] = area
    leaving.pass_gateway(turn, merged)
    if not late:
        _ask_again(turn, area, gateway)
