"""Who hears an error or an escalation (rules 18, 27, 30 and 38)."""

from engine.conformance import leaving, scopes
from engine.conformance.net import UNDO_SCOPE
from engine.conformance.state import Area, Mode, Token
from engine.conformance.turn import Turn
from engine.domain.model import EventKind


def throw_error(turn: Turn, token: Token, code: str, *, completes: bool) -> bool:
    """Rule 18: let the innermost catcher hear an error; False when there is none."""
    found = _catcher(turn, token, EventKind.ERROR, code)
    if found is None:
        return False
    if completes:
        turn.completed.append(turn.net.places[token.node].id)
    _begin(turn, *found)
    return True


def escalate(turn: Turn, token: Token) -> None:
    """Rule 27: complete, let the innermost catcher hear, then leave if still there."""
    place = turn.net.places[token.node]
    turn.completed.append(place.id)
    token.mode = Mode.HELD
    found = _catcher(turn, token, EventKind.ESCALATION, place.event.name)
    if found is not None:
        _begin(turn, *found)
    if token.mode is Mode.HELD:
        leaving.depart(turn, token)


def _catcher(
    turn: Turn, token: Token, kind: EventKind, code: str
) -> tuple[Token | Area, int] | None:
    """Level by level outward: the activity, its scope instance, what holds that.

    What an event sub-process throws passes its siblings and itself by; one that undoes
    stands among others.
    """
    at: Token | None = token
    while at is not None:
        holder = at.holder
        place, area = turn.net.places[holder.node], holder.place
        node = place.ears.of(kind, code)
        if node is not None:
            return holder, node
        if not place.node.triggered or place.begin == UNDO_SCOPE:
            node = turn.guards(area).of(kind, code)
            if node is not None:
                return area, node
        at = area.owner
    return None


def _begin(turn: Turn, where: Token | Area, node: int) -> None:
    """Begin an event sub-process, or the visit of a boundary event."""
    if isinstance(where, Area):
        scopes.handle(turn, where, node)
        return
    place = turn.net.places[node]
    token = turn.token(node)
    if place.node.interrupting or place.event.kind is EventKind.ERROR:
        turn.interrupt(where, token)
    else:
        turn.stand(token, where.place)
    turn.visit(token)
    leaving.finish(turn, token)
