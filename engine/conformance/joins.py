"""Parallel and inclusive joins (rules 9 and 10; BPMN 2.0.2, 13.4.1 and 13.4.3)."""

from engine.conformance import leaving
from engine.conformance.net import PARALLEL_JOIN, Net
from engine.conformance.state import Area, Mode, State, Token
from engine.conformance.turn import Turn


def arrive(turn: Turn, token: Token) -> None:
    """Let a token wait on its flow; a parallel join that is full fires at once."""
    area, place = token.place, turn.net.places[token.node]
    token.mode = Mode.JOIN
    held = area.joins.setdefault(token.node, {})
    held.setdefault(token.flow, []).append(token)
    if place.begin != PARALLEL_JOIN:
        turn.state.inclusive[token.node, area.number] = area
    elif len(held) == place.width:
        _fire(turn, area, token.node)


def fire_inclusive(turn: Turn) -> bool:
    """Fire the first inclusive join that is enabled; False when none is."""
    found = enabled(turn.net, turn.state)
    if found is not None:
        _fire(turn, found[1], found[0])
    return found is not None


def enabled(net: Net, state: State) -> tuple[int, Area] | None:
    """The first enabled inclusive join: in document order, then the oldest area."""
    for key in sorted(state.inclusive):
        area = state.inclusive[key]
        if _enabled(net, area, key[0]):
            return key[0], area
    return None


def _enabled(net: Net, area: Area, join: int) -> bool:
    """Rule 10: nothing elsewhere reaches an empty flow and no held one."""
    slots = net.places[join].slots
    held = 0
    for flow in area.joins[join]:
        held |= 1 << slots[flow]
    if held == (1 << len(slots)) - 1:
        return True
    reach = net.reach(join)
    for token in area.tokens.values():
        reached = reach[token.node]
        if reached and not reached & held:
            return False
    return True


def _fire(turn: Turn, area: Area, join: int) -> None:
    """Merge the oldest token of each flow that holds one and go through the gateway."""
    held = area.joins[join]
    taken = [tokens.pop(0) for tokens in held.values()]
    for flow in [flow for flow, tokens in held.items() if not tokens]:
        del held[flow]
    if not held:
        del area.joins[join]
        turn.state.inclusive.pop((join, area.number), None)
    merged = min(taken, key=lambda token: token.number)
    for token in taken:
        if token is not merged:
            del area.tokens[token.number]
            token.mode = Mode.DEAD
    merged.outcome = ""
    merged.mode = Mode.HELD
    turn.visit(merged)
    leaving.pass_gateway(turn, merged)
