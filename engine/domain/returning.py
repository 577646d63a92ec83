"""Where a piece of work may be returned to (docs/manual/semantics.md, rule 42).

Work goes back to what was done before in the same case. What was done inside of a
sub-process that the work is not in is reached by its beginning alone.
"""

from collections.abc import Iterable

from engine.domain import branches
from engine.domain.model import EventKind, Model, Node


def targets(model: Model, done: Iterable[str], element: str) -> tuple[str, ...]:
    """The activities that work may be returned to, in the order of their completion.

    Args:
        model: The model of the case.
        done: Elements whose work was done in the case, in order.
        element: The element whose work is open.
    """
    around = _around(model, element)
    scopes = {one.scope for one in around}
    found: dict[str, None] = {}
    for name in done:
        reached = _reached(model, name, scopes)
        if reached and reached != element and _may(model, around, reached):
            found[reached] = None
    return tuple(found)


def _around(model: Model, element: str) -> list[Node]:
    """The node of a visit and the activities that it stands in, innermost first."""
    found = [model.nodes[element]]
    owners = {one.body: one for one in model.nodes.values() if one.body}
    while found[-1].scope in owners:
        found.append(owners[found[-1].scope])
    return found


def _reached(model: Model, name: str, scopes: set[str]) -> str:
    """The activity around a node, or itself, that stands in one of some scopes."""
    for node in _around(model, name) if name in model.nodes else ():
        if node.scope in scopes:
            return node.id
    return ""


def _may(model: Model, around: list[Node], target: str) -> bool:
    """Whether a token goes there from a visit inside some activities."""
    if not branches.is_target(model, target):
        return False
    scope = model.nodes[target].scope
    holder = next(one for one in around if one.scope == scope)
    if holder.for_compensation or _undoes(model, holder):
        return False
    found = branches.of_model(model)
    beside = branches.runs_beside(model, holder.id)
    place = found.place(holder.id)
    return found.left(place, target, beside=beside) is not None


def _undoes(model: Model, holder: Node) -> bool:
    """Whether it is a compensation event sub-process (rule 38)."""
    starts = model.scopes[holder.body].starts if holder.triggered else ()
    kinds = {model.nodes[one].event.kind for one in starts}
    return EventKind.COMPENSATION in kinds
