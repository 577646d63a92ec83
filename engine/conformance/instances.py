"""Multi-instance activities (rules 20 to 22; BPMN 2.0.2, 13.3.7)."""

from bisect import insort

from engine.conformance import choices
from engine.conformance.state import Group, Mode, Token, inner_frames
from engine.conformance.turn import Turn
from engine.domain.model import MultiInstance
from engine.domain.run import Choice, Json
from engine.errors import EngineError


def enter(turn: Turn, holder: Token, items: MultiInstance) -> bool:
    """Decide the number of instances and hold them; `begin` places the first.

    Returns:
        False when there is no instance and the activity is over at once.

    Raises:
        EngineError: The number cannot be decided.
    """
    total = choices.instances(turn, holder, items)
    if total:
        holder.mode = Mode.HELD
        holder.body = Group(holder, total)
    return total > 0


def begin(turn: Turn, group: Group, items: MultiInstance) -> None:
    """Place the first instance of a sequence, or all parallel ones."""
    if items.sequential:
        _place(turn, group, items, _listed(turn, group, items))
        return
    listed = _listed(turn, group, items)
    for _ in range(group.total):
        _place(turn, group, items, listed)


def done(turn: Turn, token: Token, group: Group) -> Token | None:
    """Write down that an instance completed.

    Returns:
        The activity's token when that ends the whole activity.
    """
    items = turn.net.places[token.node].items
    if items is None:
        raise AssertionError("Only multi-instance activities have instances.")
    del group.active[token.number]
    token.mode = Mode.DEAD
    group.done += 1
    if items.output_collection:
        _gather(turn, token, group, items)
    try:
        over = _over(turn, token, group, items)
    except EngineError as error:
        group.active[token.number] = token
        turn.stop(token, error.message)
        return None
    if over:
        return _end(turn, token, group)
    if items.sequential and group.placed < group.total:
        _place(turn, group, items, _listed(turn, group, items))
    return None


def _listed(turn: Turn, group: Group, items: MultiInstance) -> list[Json]:
    listed = turn.view(group.holder.frames).get(items.collection)
    return listed if isinstance(listed, list) else []


def _place(turn: Turn, group: Group, items: MultiInstance, listed: list[Json]) -> None:
    holder, index = group.holder, group.placed
    token = turn.token(holder.node)
    token.group, token.index, token.frames = group, index, holder.frames
    if index == 0:
        token.occurrence = holder.occurrence
    turn.visit(token)
    if items.item:
        token.values[items.item] = listed[index] if index < len(listed) else None
    token.values["loopCounter"] = index + 1
    group.placed += 1
    group.active[token.number] = token
    turn.state.moving.append(token)


def _gather(turn: Turn, token: Token, group: Group, items: MultiInstance) -> None:
    turn.changed()
    value = token.values.get(items.output_item)
    insort(group.results, (token.index, value), key=lambda result: result[0])
    gathered: list[Json] = [result for _, result in group.results]
    turn.write(group.holder, {items.output_collection: gathered})


def _over(turn: Turn, token: Token, group: Group, items: MultiInstance) -> bool:
    if group.done == group.total:
        return not group.active
    if not items.completion:
        return False
    counts: dict[str, Json] = {}
    for name, count in (
        ("Instances", group.total),
        ("ActiveInstances", group.placed - group.done),
        ("CompletedInstances", group.done),
        ("TerminatedInstances", 0),
    ):
        counts["numberOf" + name] = counts["nrOf" + name] = count
    view = turn.view(inner_frames(token), counts)
    return choices.holds(turn, Choice.DONE, token, items.completion, view)


def _end(turn: Turn, token: Token, group: Group) -> Token:
    holder = group.holder
    turn.cancel([*group.active.values(), *holder.arms])
    holder.arms, holder.body = [], None
    holder.outcome, holder.occurrence = token.outcome, token.occurrence
    return holder
