"""Nets with the same orders of work that are quicker to walk (`flows`)."""

from collections.abc import Iterator
from dataclasses import replace

from engine.conformance.flows import Net, Step, bits


def supplied(net: Net) -> Net:
    """Let what may begin any number of times begin when it is first seen.

    A supply stands for any number of tokens on the place that it feeds, and so on every
    place to which silence leads from there. Each step that takes such a token gets a
    twin that takes it from the supply, which stays.
    """
    steps = [*net.steps]
    narrow = net.narrow
    for supply, fed in net.supplies.items():
        places = _silently(steps, fed, net.single)
        for step in net.steps:
            if any(flow & places for flow, _ in step.join):
                narrow = narrow or "What may begin at any time leads to a join."
            taken = step.pre & places
            moves = step.plain and step.pre == taken and _single(step.post)
            if not taken or (step.plain and step.pre == taken and not step.post):
                continue
            if moves and step.post & places:
                continue
            for some in _parts(taken):
                pre, post = step.pre & ~some | supply, step.post | supply
                steps.append(replace(step, pre=pre, post=post))
    return replace(net, steps=steps, narrow=narrow, supplies={})


def _silently(steps: list[Step], fed: int, single: int) -> int:
    """The places that a token reaches alone and unseen."""
    found, waiting = fed, [fed]
    while waiting:
        place = waiting.pop()
        for step in steps:
            moves = step.plain and step.pre == place and _single(step.post)
            if moves and not step.post & (found | single):
                found |= step.post
                waiting.append(step.post)
    return found


def _single(mask: int) -> bool:
    return mask != 0 and mask & (mask - 1) == 0


def _parts(mask: int) -> Iterator[int]:
    """Every part of a mask but the empty one."""
    part = mask
    while part:
        yield part
        part = (part - 1) & mask


def reduced(net: Net) -> Net:
    """The same orders of work with fewer silent steps between them.

    A place that only one unguarded silent step empties, alone, is left as soon as it is
    reached: what gives a token to it gives it to the places behind. Only places that
    every guard and every clearing treats alike are joined so.
    """
    made = _Reduction(net)
    for place in [*made.takers]:
        made.join(place)
    steps = list(dict.fromkeys(made.steps.values()))
    return replace(net, steps=steps, initial=made.initial)


class _Reduction:
    def __init__(self, net: Net) -> None:
        self.net = net
        self.steps = dict(enumerate(dict.fromkeys(net.steps)))
        self.initial = net.initial
        self.takers: dict[int, list[int]] = {}
        self._givers: dict[int, set[int]] = {}
        self._masks = {mask for step in self.steps.values() for mask in _masks(step)}
        self._masks |= {net.idle, net.optional, net.single}
        for number, step in self.steps.items():
            for place in bits(step.pre):
                self.takers.setdefault(place, []).append(number)
            for place in bits(step.post):
                self._givers.setdefault(place, set()).add(number)

    def join(self, place: int) -> None:
        """Let what comes to a place come to where it leads."""
        number, *more = self.takers[place]
        link = self.steps[number]
        if more or not _is_link(link, place, self._masks):
            return
        given = sorted(self._givers.get(place, set()) - {number})
        here = self.initial & place
        if link.post & self.net.single or (here and self.initial & link.post):
            return
        if any(self.steps[one].post & link.post for one in given):
            return
        del self.steps[number]
        if here:
            self.initial = self.initial & ~place | link.post
        for one in given:
            post = self.steps[one].post & ~place | link.post
            self.steps[one] = replace(self.steps[one], post=post)
        for behind in bits(link.post):
            givers = self._givers.setdefault(behind, set())
            givers.discard(number)
            givers.update(given)


def _masks(step: Step) -> Iterator[int]:
    yield step.clear
    yield step.empty
    yield step.sets
    for flow, before in step.join:
        yield flow
        yield before


def _is_link(step: Step, place: int, masks: set[int]) -> bool:
    if not step.plain or step.pre != place or step.post & place:
        return False
    return all(
        bool(mask & place) is bool(mask & other)
        for mask in masks
        for other in (bits(step.post) if step.post else (0,))
    )
