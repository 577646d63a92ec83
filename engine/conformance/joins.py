"""Parallel and inclusive joins (rules 9 and 10; BPMN 2.0.2, 13.4.1 and 13.4.3).

Complex gateways wait like inclusive joins for their reset (rule 35).
"""

from engine.conformance import leaving
from engine.conformance.net import PARALLEL_JOIN, Net
from engine.conformance.state import Area, Mode, State, Token
from engine.conformance.turn import Turn


def arrive(turn: Turn, token: Token) -> None:
    """Let a token wait on its flow; a parallel join that is full fires at once."""
    area, place = token.place, turn.net.places[token.node]
    held = hold(token)
    if place.begin != PARALLEL_JOIN:
        turn.state.inclusive[token.node, area.number] = area
    elif len(held) == place.width:
        fire(turn, area, token.node)


def hold(token: Token) -> dict[int, list[Token]]:
    """Let a token wait on its flow; what waits at the gateway, by flow."""
    token.mode = Mode.JOIN
    held = token.place.joins.setdefault(token.node, {})
    held.setdefault(token.flow, []).append(token)
    return held


def enabled(net: Net, state: State) -> tuple[int, Area] | None:
    """The first inclusive join that may fire, or complex gateway to be reset.

    In document order, then the oldest area.
    """
    for key in sorted(state.inclusive):
        area = state.inclusive[key]
        if _enabled(net, area, key[0]):
            return key[0], area
    return None


def _enabled(net: Net, area: Area, join: int) -> bool:
    """Rule 10: nothing elsewhere reaches an empty flow and no held one."""
    slots = net.places[join].slots
    held = 0
    for flow in area.joins.get(join, ()):
        held |= 1 << slots[flow]
    if join in area.resets:
        gave = set(slots) - set(area.resets[join])
        held |= sum(1 << slots[flow] for flow in gave)
    if held == (1 << len(slots)) - 1:
        return True
    reach = net.reach(join)
    for token in area.tokens.values():
        reached = reach[token.node]
        if reached and not reached & held:
            return False
    return True


def fire(turn: Turn, area: Area, join: int) -> None:
    """Merge the oldest token of each flow that holds one and go through the gateway."""
    merged = merge(area, join, tuple(area.joins[join]))
    if join not in area.joins:
        turn.state.inclusive.pop((join, area.number), None)
    turn.visit(merged)
    leaving.pass_gateway(turn, merged)


def take(area: Area, join: int, flows: tuple[int, ...]) -> list[Token]:
    """Take the oldest token of each flow from a gateway."""
    held = area.joins.get(join, {})
    taken = [held[flow].pop(0) for flow in flows if flow in held]
    for flow in [flow for flow, tokens in held.items() if not tokens]:
        del held[flow]
    if not held:
        area.joins.pop(join, None)
    return taken


def merge(area: Area, join: int, flows: tuple[int, ...]) -> Token:
    """Make one token of the oldest tokens of some flows."""
    taken = take(area, join, flows)
    merged = min(taken, key=lambda token: token.number)
    for token in taken:
        if token is not merged:
            del area.tokens[token.number]
            token.mode = Mode.DEAD
    merged.outcome = ""
    merged.mode = Mode.HELD
    return merged
