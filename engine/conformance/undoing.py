"""Compensation and the cancellation of transactions (rules 32, 33 and 38).

A scope instance remembers its completed visits in a tree: a sub-process without handler
of its own holds what it remembered. A throw event claims branches of that tree and
undoes their leaves, the latest first. A sub-process with a compensation event
sub-process is a leaf, too; what it remembered is left to throw events in that.
"""

from engine.conformance.net import Net
from engine.conformance.state import Area, Done, Token
from engine.conformance.turn import Turn, memories
from engine.domain.model import EventKind


def remember(turn: Turn, token: Token) -> None:
    """Remember a visit that completes now, if there is anything to undo."""
    inner: list[Done] = []
    place = turn.net.places[token.node]
    if place.undo < 0:
        inner = token.body.memory if isinstance(token.body, Area) else []
        if not inner and place.undo_scope < 0:
            return
    token.holder.place.memory.append(Done(token.node, inner))


def claim(turn: Turn, throw: Token, activity: str) -> None:
    """Fix what a throw event undoes: the visits of one activity, or all."""
    node = turn.net.node_index.get(activity, -1)
    for memory in memories(turn.net, throw):
        for one in memory:
            if not one.claim and (not activity or one.node == node):
                one.claim = throw.number


def go_on(turn: Turn, throw: Token) -> Token | None:
    """Place the handler of the next visit to undo.

    Returns:
        The throw event's token when all is undone.
    """
    path = _latest(turn.net, throw)
    if not path:
        return throw
    place = turn.net.places[path[-1].node]
    undo = place.undo if place.undo >= 0 else place.undo_scope
    handler = turn.place(throw.place, undo)
    handler.cause = throw
    return None


def undone(turn: Turn, throw: Token) -> Token | None:
    """A handler has ended: forget what it undid, and go on."""
    path = _latest(turn.net, throw)
    gone = path.pop()
    while path:
        path[-1].inner.remove(gone)
        if path[-1].inner:
            return go_on(turn, throw)
        gone = path.pop()
    for memory in memories(turn.net, throw):
        if gone in memory:
            memory.remove(gone)
            break
    return go_on(turn, throw)


def current(net: Net, handler: Token) -> Done:
    """The visit that a handler undoes."""
    if handler.cause is None:
        raise AssertionError("A throw event asks for every handler.")
    return _latest(net, handler.cause)[-1]


def _latest(net: Net, throw: Token) -> list[Done]:
    """The way down to the leaf to undo now; empty when there is none."""
    for memory in memories(net, throw):
        for one in reversed(memory):
            if one.claim == throw.number:
                path = [one]
                while not _leaf(net, path[-1]):
                    path.append(path[-1].inner[-1])
                return path
    return []


def _leaf(net: Net, done: Done) -> bool:
    place = net.places[done.node]
    return place.undo >= 0 or place.undo_scope >= 0


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
