"""Standard loops (rule 28; BPMN 2.0.2, 13.3.6): one iteration after the other."""

from engine import expressions, limits
from engine.conformance.net import Place
from engine.conformance.state import Group, Mode, Token
from engine.conformance.turn import Turn
from engine.domain import stops
from engine.domain.run import Choice, Json
from engine.errors import EngineError


def enters(turn: Turn, holder: Token, place: Place) -> bool:
    """Whether the activity is done at all.

    Raises:
        EngineError: The condition fails.
    """
    loop = place.loop
    if loop is None or not loop.test_before or not loop.condition:
        return True
    return _asked(turn, holder, holder, loop.condition, 1)


def begin(turn: Turn, holder: Token) -> None:
    """Place the first iteration."""
    group = holder.body = Group(holder, 0)
    first = _next(turn, group)
    turn.state.moving.append(first)


def done(turn: Turn, token: Token, group: Group) -> Token | None:
    """Write down that an iteration completed, and go round or end.

    Returns:
        The activity's token when that ends the whole activity.
    """
    loop = turn.net.places[token.node].loop
    if loop is None:
        raise AssertionError("Only a loop has iterations.")
    del group.active[token.number]
    token.mode = Mode.DEAD
    group.done += 1
    if loop.maximum and group.done >= loop.maximum:
        return _end(turn, token, group)
    following = _next(turn, group)
    try:
        counter = group.done + loop.test_before
        if loop.condition and not _asked(
            turn, following, group.holder, loop.condition, counter
        ):
            following.mode = Mode.DEAD
            return _end(turn, token, group)
    except EngineError as error:
        turn.stop(following, error.message)
        return None
    if group.done >= limits.CYCLE_REPETITIONS:
        turn.stop(following, stops.TOO_MANY_ITERATIONS)
    else:
        turn.state.moving.append(following)
    return None


def _asked(
    turn: Turn, token: Token, holder: Token, condition: str, counter: int
) -> bool:
    """Ask the condition for the iteration that would begin, as seen from outside."""
    view = turn.view(holder.frames, {"loopCounter": counter})

    def evaluate() -> Json:
        return expressions.truth(expressions.compile(condition).evaluate(view))

    return turn.decide(Choice.LOOP, token, evaluate) is True


def _next(turn: Turn, group: Group) -> Token:
    holder = group.holder
    token = turn.token(holder.node)
    token.group, token.index, token.frames = group, group.placed, holder.frames
    if group.placed == 0:
        token.occurrence = holder.occurrence
    turn.visit(token)
    group.placed += 1
    token.values["loopCounter"] = group.placed
    group.active[token.number] = token
    return token


def _end(turn: Turn, token: Token, group: Group) -> Token:
    holder = group.holder
    turn.cancel(holder.arms)
    holder.arms, holder.body = [], None
    holder.outcome, holder.occurrence = token.outcome, token.occurrence
    return holder
