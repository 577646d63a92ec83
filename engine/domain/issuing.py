"""Whether a case has come to its result (docs/manual/dossiers.md, rule 7).

A result that is recorded while work before it is open answers a dossier that nobody has
decided yet. What work stands before it follows from the drawing alone, so that whoever
judges the record works it out again. An exception (a boundary event, an event
sub-process) is no way to the result: only what the flows plan counts.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.domain.model import EventKind, Model, Node, NodeKind, is_work

#: What stands before the result of a case that waits for something from outside alone.
OUTSIDE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What the drawing says of the result: its steps by what their forms record."""

    #: Steps that issue it, and steps that hand it over.
    issuing: frozenset[str] = frozenset()
    handing: frozenset[str] = frozenset()


def ahead(
    model: Model, drawn: Drawn, open_work: Iterable[str], *, closed: bool
) -> tuple[str, ...]:
    """The open work that stands before the result, by id of its element, in order.

    Where a step issues the result, it is whatever leads to that step, and the step
    itself; else whatever leads to the step that hands it over; where neither is drawn,
    whatever leads to other work. A case that is over has nothing before it.

    Args:
        model: What the case runs.
        drawn: Which steps issue the result and hand it over.
        open_work: Elements of the work that is open; what is no step is passed over.
        closed: Whether the case is over.
    """
    if closed:
        return ()
    steps = sorted({one for one in open_work if one in model.nodes})
    if not steps:
        return (OUTSIDE,)
    ways = _ways(model)
    return tuple(one for one in steps if _leads(model, drawn, one, ways))


def _leads(
    model: Model, drawn: Drawn, step: str, ways: Mapping[str, Collection[str]]
) -> bool:
    """Whether the result comes after a step."""
    reached = _reached(step, ways)
    if drawn.issuing:
        return bool(drawn.issuing & (reached | {step}))
    if drawn.handing:
        return step not in drawn.handing and bool(drawn.handing & reached)
    return any(one != step and is_work(model.nodes[one]) for one in reached)


def _reached(step: str, ways: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Every node to which a token may go from a step."""
    found: set[str] = set()
    waiting = [*ways[step]]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += ways[one]
    return frozenset(found)


def _ways(model: Model) -> Mapping[str, Collection[str]]:
    """Where a token may go next from each node, out of the scope around it, too."""
    holders = {node.body: node for node in model.nodes.values() if node.body}
    links = {
        (node.scope, node.event.name): node.id
        for node in model.nodes.values()
        if node.kind is NodeKind.CATCH_EVENT and node.event.kind is EventKind.LINK
    }
    return {
        node.id: {*_next(model, node, links), *_out(model, node, holders)}
        for node in model.nodes.values()
    }


def _next(
    model: Model, node: Node, links: Mapping[tuple[str, str], str]
) -> Iterator[str]:
    yield from (flow.target for flow in model.outgoing(node))
    if node.body in model.scopes:
        yield from model.scopes[node.body].starts
    if node.kind is NodeKind.THROW_EVENT and node.event.kind is EventKind.LINK:
        caught = links.get((node.scope, node.event.name))
        if caught is not None:
            yield caught


def _out(model: Model, node: Node, holders: Mapping[str, Node]) -> Iterator[str]:
    """Where the case goes on once the scopes around a node are over."""
    holder = holders.get(node.scope)
    seen: set[str] = set()
    while holder is not None and holder.id not in seen:
        seen.add(holder.id)
        yield from (flow.target for flow in model.outgoing(holder))
        holder = holders.get(holder.scope)
