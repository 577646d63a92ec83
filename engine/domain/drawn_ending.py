"""How the drawing says that a dossier ends (`qt:ending`; docs/manual/dossiers.md, 7).

An end event, or a step once it is done, may say it. What a called procedure says is
said of its own cases: the case that calls it goes on and ends by its own drawing.
"""

from collections.abc import Iterable, Iterator, Mapping

from engine.domain.model import Model, Node, NodeKind
from engine.domain.run import Json


def own(model: Model) -> Iterator[Node]:
    """The nodes of a model's own process, those of its sub-processes included."""
    waiting = [model.id]
    while waiting:
        for one in model.scopes[waiting.pop()].nodes:
            node = model.nodes[one]
            yield node
            if node.kind is NodeKind.SUB_PROCESS:
                waiting.append(node.body)


def endings(model: Model) -> Mapping[str, str]:
    """Element → ending, for the elements of a model's own process that say one."""
    return {one.id: one.ending for one in own(model) if one.ending}


def reached(drawn: Mapping[str, str], completed: Iterable[str]) -> str:
    """The ending that an act reached last; empty: none.

    Args:
        drawn: What `endings` found.
        completed: Ids of the elements that the act completed, in order.
    """
    said = ""
    for one in completed if drawn else ():
        said = drawn.get(one, said)
    return said


def told(
    facts: Mapping[str, Json], drawn: Mapping[str, str], completed: Iterable[str]
) -> Mapping[str, Json]:
    """The facts of an act with the ending that it reached, if it did."""
    said = reached(drawn, completed)
    return {**facts, "ending": said} if said else facts
