"""Compensation and the cancellation of transactions (rules 32 and 33).

A scope instance remembers its completed visits in a tree: a sub-process without handler
of its own holds what it remembered. A throw event claims branches of that tree and
undoes their leaves, the latest first.
"""

from engine.conformance.state import Area, Done, Token
from engine.conformance.turn import Turn, memories
from engine.domain.model import EventKind


def remember(turn: Turn, token: Token) -> None:
    """Remember a visit that completes now, if there is anything to undo."""
    inner: list[Done] = []
    if turn.net.places[token.node].undo < 0:
        inner = token.body.memory if isinstance(token.body, Area) else []
        if not inner:
            return
    token.holder.place.memory.append(Done(token.node, inner))


def claim(turn: Turn, throw: Token, activity: str) -> None:
    """Fix what a throw event undoes: the visits of one activity, or all."""
    node = turn.net.node_index.get(activity, -1)
    for area in memories(turn.net, throw):
        for one in area.memory:
            if not one.claim and (not activity or one.node == node):
                one.claim = throw.number


def go_on(turn: Turn, throw: Token) -> Token | None:
    """Place the handler of the next visit to undo.

    Returns:
        The throw event's token when all is undone.
    """
    path = _latest(turn, throw)
    if not path:
        return throw
    handler = turn.place(throw.place, turn.net.places[path[-1].node].undo)
    handler.cause = throw
    return None


def undone(turn: Turn, throw: Token) -> Token | None:
    """A handler has ended: forget what it undid, and go on."""
    path = _latest(turn, throw)
    gone = path.pop()
    while path:
        path[-1].inner.remove(gone)
        if path[-1].inner:
            return go_on(turn, throw)
        gone = path.pop()
    for area in memories(turn.net, throw):
        if gone in area.memory:
            area.memory.remove(gone)
            break
    return go_on(turn, throw)


def _latest(turn: Turn, throw: Token) -> list[Done]:
    """The way down to the leaf to undo now; empty when there is none."""
    for area in memories(turn.net, throw):
        for one in reversed(area.memory):
            if one.claim == throw.number:
                path = [one]
                while turn.net.places[path[-1].node].undo < 0:
                    path.append(path[-1].inner[-1])
                return path
    return []


def cancels(turn: Turn, token: Token) -> int | None:
    """The boundary event that hears a cancel end event; None when there is none."""
    owner = token.place.owner
    if owner is None:
        return None
    place = turn.net.places[owner.node]
    if not place.node.transaction:
        return None
    return place.ears.of(EventKind.CANCEL, "")


def cancelled(turn: Turn, token: Token) -> Token:
    """Rule 33: all is undone; give the boundary event's token, whose visit begins."""
    owner, node = token.place.owner, cancels(turn, token)
    if owner is None or node is None:
        raise AssertionError("Only a transaction is cancelled.")
    boundary = turn.token(node)
    turn.interrupt(owner.holder, boundary)
    turn.visit(boundary)
    return boundary
