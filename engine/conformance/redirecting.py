"""Rules 42 and 43: tokens that go, or end, by a person's order."""

from engine.conformance.state import Area, Mode, Token
from engine.conformance.turn import Turn
from engine.domain import branches, run
from engine.domain.branches import Branches
from engine.domain.model import NodeKind
from engine.errors import NotReadyError

_NAMED = frozenset({Mode.WORK, Mode.WAIT, Mode.STUCK})
#: On the way to their node, or beside others before it.
_BEFORE = frozenset({Mode.MOVING, Mode.JOIN})


def redirect(turn: Turn, act: run.Redirect) -> None:
    """Move the token of an open visit to another node.

    Raises:
        NotReadyError: There is no such visit, or it may not go there.
    """
    model = turn.net.model
    found = branches.of_model(model)
    token = _named(turn, act)
    if not branches.is_target(model, act.target):
        raise NotReadyError
    holder = _holder(turn, token, model.nodes[act.target].scope)
    left = found.left(
        _place(turn, found, holder), act.target, beside=_beside(turn, holder)
    )
    if left is None:
        raise NotReadyError
    area = holder.place
    _end(turn, area, _doomed(turn, found, holder, left))
    turn.place(area, turn.net.node_index[act.target])


def stop(turn: Turn, _: run.Stop) -> None:
    """End every token of the case.

    Raises:
        NotReadyError: There is none.
    """
    if not turn.state.root.tokens:
        raise NotReadyError
    turn.empty(turn.state.root)


def _named(turn: Turn, act: run.Redirect) -> Token:
    """The token of the visit; armed for an activity or a scope it cannot go away."""
    visit = turn.net.node_index.get(act.element, -1), act.occurrence
    named = [*turn.state.stuck.values(), *turn.state.open.values()]
    for token in named:
        if (token.node, token.occurrence) == visit and token.mode in _NAMED:
            if _armed(turn, token):
                break
            return token
    raise NotReadyError


def _armed(turn: Turn, token: Token) -> bool:
    kind = turn.net.places[token.node].node.kind
    if token.host is not None:
        return kind is NodeKind.BOUNDARY_EVENT
    return token.area is not None and token.number not in token.area.tokens


def _holder(turn: Turn, token: Token, scope: str) -> Token:
    """The token that holds the visit in the scope instance of the target."""
    at: Token | None = token
    while at is not None:
        holder = (at.host or at).holder
        if turn.net.places[holder.node].node.scope == scope:
            if holder.cause is not None:
                break
            return holder
        at = holder.place.owner
    raise NotReadyError


def _beside(turn: Turn, holder: Token) -> bool:
    """Whether it is an event sub-process beside the rest of its scope instance."""
    return branches.runs_beside(turn.net.model, turn.net.places[holder.node].id)


def _place(turn: Turn, found: Branches, token: Token) -> frozenset[str]:
    """The branches that a token is in; a handler is where what asked for it is."""
    at = token if token.cause is None else token.cause
    model, flow = turn.net.model, None
    if at.mode in _BEFORE and at.flow >= 0:
        flow = model.flows[turn.net.flow_ids[at.flow]]
    return found.place(turn.net.places[at.node].id, flow)


def _doomed(
    turn: Turn, found: Branches, holder: Token, left: frozenset[str]
) -> list[Token]:
    """What ends with a token that leaves some branches, itself included."""
    return [
        one
        for one in holder.place.tokens.values()
        if one is holder or found.ends(_place(turn, found, one), left)
    ]


def _end(turn: Turn, area: Area, doomed: list[Token]) -> None:
    """Cancel some tokens of a scope instance; those at gateways wait no more."""
    turn.cancel(doomed)
    for token in doomed:
        del area.tokens[token.number]
    for node, held in list(area.joins.items()):
        for flow, tokens in list(held.items()):
            alive = [one for one in tokens if one.mode is not Mode.DEAD]
            if alive:
                held[flow] = alive
            else:
                del held[flow]
        if not held:
            del area.joins[node]
            if node not in area.resets:
                turn.state.inclusive.pop((node, area.number), None)
