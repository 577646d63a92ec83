"""From when what follows an act on paper counts (docs/manual/clock.md, rule 1).

Branches that ran beside each other may be entered in another order than they were done
in: the act that is entered last, and so lets a join go on or the case end, may have
been done before another that it waited for. What follows then counts from the latest.
On the screen an act is done when it is recorded, and nothing is later.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from engine.domain import clocked, side_work
from engine.domain.events import EventType
from engine.domain.model import Model, Node, NodeKind
from engine.domain.run import Advance, End, Status

#: Gateways that may wait for more than one token.
_JOINS: Final = frozenset(
    {
        NodeKind.PARALLEL_GATEWAY,
        NodeKind.INCLUSIVE_GATEWAY,
        NodeKind.COMPLEX_GATEWAY,
    }
)
_WAITS: Final = frozenset(one.value for one in (*clocked.BEGINS, *clocked.ENDS))
#: What is said beside a step moves no token.
_SAID: Final = frozenset(one.value for one in (*side_work.ASKED, *side_work.GIVEN))
#: A timer goes by when it was recorded; a reminder is no act that makes a case last.
_FIRED: Final = EventType.TIMER_FIRED.value
_NOTHING: Final[Mapping[str, Any]] = {}


class Led(NamedTuple):
    """What an act led to, as far as it is asked here."""

    taken: Collection[str] = ()
    #: Elements that were passed, and those whose visits it closed.
    passed: Collection[str] = ()
    opens: bool = False
    ends: bool = False


class Before(NamedTuple):
    """An act before: its type, from when what follows it counts, what it led to."""

    kind: str
    at: datetime
    led: Led


def of_effect(effect: Mapping[str, Any] | None) -> Led:
    """What the record says that an act led to."""
    told = effect or _NOTHING
    over = (one[0] for one in told.get("closed", ()) if one[2] == End.COMPLETED.value)
    return Led(
        taken=told.get("taken", ()),
        passed=(*told.get("completed", ()), *over),
        opens=bool(told.get("opened", ())),
        ends=told.get("status") == Status.COMPLETED.value,
    )


def of_advance(advance: Advance) -> Led:
    """What an act leads to now."""
    over = (one.element for one in advance.closed if one.end is End.COMPLETED)
    return Led(
        taken=advance.taken,
        passed=(*advance.completed, *over),
        opens=bool(advance.opened),
        ends=advance.status is Status.COMPLETED,
    )


def matters(kind: str, effect: object) -> bool:
    """Whether an act can be among those that a later one waited for."""
    return effect is not None or kind in _WAITS


def worked(kind: str, doer: Mapping[str, str], effect: object) -> bool:
    """Whether an act is work of a person, which no order on paper comes before."""
    return bool(doer) and (matters(kind, effect) or kind in _SAID)


def waits(model: Model, led: Led) -> bool:
    """Whether what an act leads to may have waited for other acts."""
    return led.ends or (led.opens and any(_meeting(model, led)))


def of(model: Model, real: datetime, led: Led, before: Iterable[Before]) -> datetime:
    """The instant from which what an act on paper leads to counts.

    Args:
        model: The drawing.
        real: When the act was really done.
        led: What it leads to.
        before: The acts before it, the earliest first.
    """
    if not waits(model, led):
        return real
    if led.ends:
        return max((real, *(one.at for one in before if one.kind != _FIRED)))
    joins, scopes = set[str](), set[str]()
    for node in _meeting(model, led):
        if node.kind in _JOINS:
            joins.update(node.incoming)
        else:
            scopes.update(_within(model, node))
    arrived: dict[str, datetime] = {}
    found = [real]
    for one in before:
        # Of a join that is reached again, the last round counts.
        arrived.update(dict.fromkeys(joins.intersection(one.led.taken), one.at))
        if one.kind != _FIRED and not scopes.isdisjoint(one.led.passed):
            found.append(one.at)
    arrived.update(dict.fromkeys(joins.intersection(led.taken), real))
    return max((*found, *arrived.values()))


def _meeting(model: Model, led: Led) -> Iterator[Node]:
    """Passed elements at which tokens wait for each other."""
    for name in dict.fromkeys(led.passed):
        node = model.nodes.get(name)
        if node is None:
            continue
        joins = node.kind in _JOINS and len(node.incoming) > 1
        if joins or node.body or node.multi_instance is not None:
            yield node


def _within(model: Model, node: Node) -> Iterator[str]:
    """An activity and everything that runs inside it."""
    yield node.id
    if node.body:
        for inner in model.nodes.values():
            if inner.scope == node.body:
                yield from _within(model, inner)
