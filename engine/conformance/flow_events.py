"""What happens beside the flow, in a net (`flows`).

Ends of scopes, boundary events, event sub-processes, errors and escalations: rules 16
to 19, 27, 30 and 36 of docs/manual/semantics.md.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from engine.conformance.flow_frames import HEARD, Builder, Frame
from engine.conformance.flows import PLANES, NotComputedError, Step
from engine.domain.model import (
    ACTIVITIES,
    WORK,
    AdHoc,
    EventKind,
    Node,
    NodeKind,
    Scope,
    TimerKind,
)

_CYCLE: Final = re.compile(r"R(\d+)/")
_ENDS: Final = frozenset({NodeKind.END_EVENT, NodeKind.THROW_EVENT})
_UNARMED: Final = HEARD | {EventKind.COMPENSATION}
#: What a scope may hold in which every token is an instance by itself.
_SIMPLE: Final = WORK | {
    NodeKind.START_EVENT,
    NodeKind.END_EVENT,
    NodeKind.CATCH_EVENT,
    NodeKind.THROW_EVENT,
    NodeKind.EXCLUSIVE_GATEWAY,
    NodeKind.RECEIVE_TASK,
    NodeKind.SEND_TASK,
    NodeKind.SERVICE_TASK,
    NodeKind.BUSINESS_RULE_TASK,
}
_FAR: Final = frozenset({EventKind.TERMINATE, EventKind.COMPENSATION}) | HEARD


def ends_host(event: Node) -> bool:
    """Errors always interrupt (rule 18), whatever is drawn."""
    return event.interrupting or event.event.kind is EventKind.ERROR


def limit(built: Builder, event: Node) -> int:
    """How often an event that does not interrupt may happen; 0: no such number."""
    if ends_host(event):
        return 0
    timer = event.event.timer
    if timer is not None:
        cycle = _CYCLE.match(timer.text) if timer.literal else None
        if timer.kind is not TimerKind.CYCLE:
            return 1
        # More repetitions than a place holds tokens are any number of them.
        times = int(cycle[1]) if cycle else 0
        return times if times <= PLANES else 0
    parts = [limit(built, built.model.nodes[one]) for one in event.parts]
    if event.event.kind is EventKind.PARALLEL_MULTIPLE:
        return int(any(parts))
    return sum(parts) if all(parts) else 0


# Boundary events.


def beside(built: Builder, frame: Frame, event: Node, inside: int) -> None:
    """A boundary event that ends what is open, or happens any number of times."""
    if ends_host(event):
        built.step(inside, frame.at(event.id))
    elif event.event.kind not in HEARD:
        built.step(inside, inside, sets=_supply(built, frame, event.id, frame))


def _supply(built: Builder, frame: Frame, identity: str, inner: Frame) -> int:
    """Any number of tokens that come to a node of `inner` as long as `frame` lives."""
    found = frame.beside("any", identity)
    built.net.supplies[found] = inner.at(identity)
    return found


def _around(built: Builder, inner: Frame) -> Iterator[tuple[Node, list[int]]]:
    """The armed boundary events of a body's activity, with a place for each time."""
    if inner.host is None or inner.outer is None:
        return
    for one in inner.host.boundaries:
        event = built.model.nodes[one]
        if event.event.kind not in _UNARMED:
            times = range(limit(built, event))
            yield event, [inner.outer.beside(f"armed{each}", one) for each in times]


def armed_around(built: Builder, inner: Frame) -> int:
    """What is armed around a body when its activity begins."""
    found = 0
    for event, places in _around(built, inner):
        found |= sum(places)
        if not (places or ends_host(event)) and inner.outer is not None:
            _supply(built, inner.outer, event.id, inner.outer)
    return found


def _boundaries(built: Builder, inner: Frame, outer: Frame) -> None:
    gone = built.everything(inner) | armed_around(built, inner)
    for event, places in _around(built, inner):
        at = outer.at(event.id)
        for one in places:
            built.step(inner.active | one, inner.active | at)
        if ends_host(event):
            built.step(inner.active, at, clear=gone)
        elif not places:
            supply = _supply(built, outer, event.id, outer)
            built.step(inner.active, inner.active, sets=supply)


# Event sub-processes.


def _start_of(built: Builder, handler: Node) -> Node:
    body = built.model.scopes[handler.body]
    return built.model.nodes[(body.starts or body.triggers)[0]]


def armed(built: Builder, frame: Frame) -> int:
    """What is armed when a scope begins."""
    return sum(
        place
        for one in frame.scope.handlers
        for place in _armed(built, frame, _start_of(built, built.model.nodes[one]))
    )


def _armed(built: Builder, frame: Frame, start: Node) -> list[int]:
    if start.event.kind in _UNARMED:
        return []
    times = limit(built, start) or 1
    return [frame.beside(f"armed{one}", start.id) for one in range(times)]


def handler(built: Builder, frame: Frame, node: Node) -> Frame | None:
    """The frame of an event sub-process."""
    start = _start_of(built, node)
    body = built.model.scopes[node.body]
    if start.event.kind is EventKind.COMPENSATION:
        return None
    if ends_host(start) or not simple(built, body):
        return built.frame(body, node, frame)
    inner = built.loose(body, node, frame)
    if not limit(built, start) and start.event.kind not in HEARD:
        _supply(built, frame, start.id, inner)
    return inner


def simple(built: Builder, body: Scope) -> bool:
    """Whether each instance of a scope is one token from its beginning to its end."""
    nodes = [built.model.nodes[one] for one in body.nodes]
    return len(body.starts) == 1 and all(
        one.kind in _SIMPLE
        and not one.boundaries
        and not (one.kind in _ENDS and one.event.kind in _FAR)
        and (one.kind is NodeKind.EXCLUSIVE_GATEWAY or len(one.outgoing) <= 1)
        for one in nodes
    )


def _handlers(built: Builder, frame: Frame) -> None:
    for inner in frame.inner:
        if inner.host is None or not inner.host.triggered:
            continue
        start = _start_of(built, inner.host)
        for place in _armed(built, frame, start):
            pre = frame.active | place
            if not limit(built, start) and not inner.active:
                supply = _supply(built, frame, start.id, inner)
                built.step(pre, pre, sets=supply)
            elif limit(built, start) or ends_host(start):
                _handled(built, frame, inner, pre, frame.active)
            else:
                _handled(built, frame, inner, pre, pre)


def _handled(built: Builder, frame: Frame, inner: Frame, pre: int, after: int) -> None:
    """An event sub-process begins; one that interrupts ends the rest of its scope."""
    start = built.model.nodes[(inner.scope.starts or inner.scope.triggers)[0]]
    post = after | inner.active | inner.at(start.id)
    sets = armed(built, inner)
    if not ends_host(start):
        built.step(pre, post, sets=sets)
        return
    clear = built.everything(frame)
    built.step(pre | frame.active, post | frame.active, clear=clear, sets=sets)


# Ends of scopes.


def finish(built: Builder, frame: Frame) -> None:
    """What ends a scope, and what begins beside it."""
    _handlers(built, frame)
    if frame.host is None or frame.outer is None or not frame.active:
        return
    mask = built.mask(frame)
    inside = built.everything(frame) & ~mask
    gone = inside | armed_around(built, frame)
    steps = built.net.steps
    if frame.host.ad_hoc is not None:
        mask = _chosen(built, frame, frame.host.ad_hoc, mask)
    steps.append(Step(frame.active, frame.out, empty=mask, clear=gone))
    if frame.again:
        steps.append(Step(frame.active, frame.again, empty=mask, clear=inside))
    _boundaries(built, frame, frame.outer)


def open_ad_hoc(built: Builder, frame: Frame) -> int:
    """What is marked when an ad-hoc sub-process begins."""
    for one in frame.scope.starts:
        _supply(built, frame, one, frame)
    return frame.beside("open", "")


def open_many(built: Builder, frame: Frame) -> int:
    """What is marked when any number of instances of a body begin side by side."""
    return sum(_supply(built, frame, one, frame) for one in frame.scope.starts)


def _chosen(built: Builder, frame: Frame, how: AdHoc, mask: int) -> int:
    """Rule 36; answers what must be empty at the end."""
    pre = frame.active | frame.beside("open", "")
    for one in frame.scope.starts:
        if how.sequential:
            step = Step(pre, pre | frame.at(one), empty=mask)
            built.net.steps.append(step)
        else:
            built.step(pre, pre, sets=_supply(built, frame, one, frame))
    if not how.completion:
        return mask
    gone = built.everything(frame) | armed_around(built, frame)
    for identity in frame.scope.nodes:
        node = built.model.nodes[identity]
        aside = node.triggered or node.for_compensation
        if node.kind not in ACTIVITIES or aside:
            continue
        did = frame.place("did", identity)
        if how.cancel_remaining:
            built.step(pre | did, frame.out, clear=gone)
        else:
            built.step(pre | did, frame.active | did)
    return mask | frame.beside("open", "")


# What is thrown.


def thrown(built: Builder, frame: Frame, node: Node, out: int) -> bool:
    """Whether an event ends or begins something far from it; `deliver` will say what.

    Raises:
        NotComputedError: It undoes what was done, in the order in which it was done.
    """
    kind = node.event.kind
    if node.kind not in _ENDS or kind not in _FAR:
        return False
    if kind in (EventKind.COMPENSATION, EventKind.CANCEL) and _undoes(built):
        raise NotComputedError(f"“{node.name or node.id}” undoes what was done.")
    if kind is EventKind.COMPENSATION:
        return False
    built.thrown.append((frame, node, out))
    return True


def _undoes(built: Builder) -> bool:
    nodes = built.model.nodes.values()
    return any(
        one.for_compensation and (built.label(one) or one.body) for one in nodes
    ) or any(
        one.triggered and _start_of(built, one).event.kind is EventKind.COMPENSATION
        for one in nodes
    )


def deliver(built: Builder) -> None:
    """What is thrown goes to the nearest that hears it."""
    for frame, node, out in built.thrown:
        if node.kind is NodeKind.SERVICE_TASK:
            own = _hearing(built, node.boundaries, EventKind.ERROR, None)
            if not _ending(own, None):
                _thrown(built, frame, (EventKind.ERROR, None), out, None)
        elif node.event.kind is EventKind.TERMINATE:
            built.step(out, 0, clear=built.everything(frame))
        else:
            goes_on = node.kind is NodeKind.THROW_EVENT
            after = frame.place("after", node.id) if goes_on else 0
            heard = (node.event.kind, node.event.name)
            escalates = node.event.kind is EventKind.ESCALATION
            _thrown(built, frame, heard, out, after if escalates else None)


def _thrown(
    built: Builder,
    frame: Frame,
    what: tuple[EventKind, str | None],
    at: int,
    after: int | None,
) -> None:
    """`after`: where it goes on when it is not interrupted; None: it cannot."""
    hearers = list(_hearers(built, frame, *what))
    for level, catcher in hearers:
        _caught(built, level, catcher, at, after or 0)
    if not hearers and after is not None:
        built.step(at, after)


def _hearers(
    built: Builder, frame: Frame | None, kind: EventKind, code: str | None
) -> Iterator[tuple[Frame, Node]]:
    """Who hears a code (None: whichever), the innermost first (rules 18, 27, 30)."""
    sibling = False
    while frame is not None:
        starts = {
            _start_of(built, built.model.nodes[one]).id: one
            for one in frame.scope.handlers
        }
        found = [] if sibling else _hearing(built, starts, kind, code)
        host = frame.host
        sibling = host is not None and host.triggered
        if host is not None and not sibling and not _ending(found, code):
            found += _hearing(built, host.boundaries, kind, code)
        for one in found:
            yield frame, one
        if _ending(found, code):
            return
        frame = frame.outer


def _ending(found: Sequence[Node], code: str | None) -> bool:
    """Whether nobody outward hears it any more."""
    if code is not None:
        return bool(found)
    return any(not one.event.name for one in found)


def _hearing(
    built: Builder, names: Iterable[str], kind: EventKind, code: str | None
) -> list[Node]:
    """The same code first, then no code; whichever code: all."""
    nodes = [built.model.nodes[one] for one in names]
    same = [one for one in nodes if one.event.kind is kind]
    if code is None:
        return same
    exact = [one for one in same if one.event.name == code]
    return (exact or [one for one in same if not one.event.name])[:1]


def _caught(built: Builder, frame: Frame, catcher: Node, at: int, after: int) -> None:
    if frame.outer is not None and catcher.kind is NodeKind.BOUNDARY_EVENT:
        post = frame.outer.at(catcher.id)
        if ends_host(catcher):
            gone = built.everything(frame) | armed_around(built, frame)
            built.step(at | frame.active, post, clear=gone)
        else:
            built.step(at, post | after)
        return
    for inner in frame.inner:
        if inner.host is not None and inner.scope.id == catcher.scope:
            _handled(built, frame, inner, at, after)
