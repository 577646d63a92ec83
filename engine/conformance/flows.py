"""A model as a net of labelled steps: the orders of work it allows, without data.

For histories that somebody else kept there is no record of tokens, only labels in an
order. So the model is read as control flow alone: every choice is open, events happen
or not, an activity of many instances is repeated. A marking is an integer with a bit a
place. Two constructs need more than a plain Petri net, and stay exact by a guard:
inclusive joins look at what can still arrive (docs/manual/semantics.md, rule 10), and
whatever ends a scope clears its places.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.errors import EngineError


class NotComputedError(EngineError):
    """The orders of work that this model allows cannot be computed."""

    code = "not-computed"


@dataclass(frozen=True, slots=True)
class Step:
    """A transition: takes `pre`, clears `clear`, gives `post`; all are sets of bits."""

    pre: int
    post: int
    #: Element that is seen to happen; empty: nothing is seen.
    label: str = ""
    clear: int = 0
    #: All of these places must be empty.
    empty: int = 0
    #: Inclusive joins: (flow, places from which a token can still reach it).
    join: tuple[tuple[int, int], ...] = ()

    def fire(self, marking: int) -> int:
        """The marking after the step; -1 when it cannot happen now."""
        if marking & self.pre != self.pre or marking & self.empty:
            return -1
        pre = self.pre
        if self.join:
            pre |= self._joined(marking)
            if pre == self.pre:
                return -1
        left = marking & ~pre & ~self.clear
        # A second token on a place is not followed: the nets are 1-safe.
        return -1 if left & self.post else left | self.post

    def _joined(self, marking: int) -> int:
        """The flows that the inclusive join takes a token from; 0: it must wait."""
        held = missing = reach = 0
        for flow, before in self.join:
            if marking & flow:
                held |= flow
                reach |= before
            else:
                missing |= before
        return 0 if marking & missing & ~reach & ~held else held


@dataclass(slots=True)
class Net:
    """The steps of a model, and where it begins."""

    steps: list[Step] = field(default_factory=list)
    initial: int = 0
    #: A marking is final when nothing but these is marked.
    idle: int = 0
    labels: frozenset[str] = frozenset()
    _places: dict[str, int] = field(default_factory=dict)

    def place(self, name: str) -> int:
        """The bit of a place."""
        return 1 << self._places.setdefault(name, len(self._places))

    @property
    def names(self) -> Mapping[str, int]:
        """The number of each place by name."""
        return self._places


def bits(mask: int) -> Iterator[int]:
    """Each bit of a mask by itself."""
    while mask:
        one = mask & -mask
        yield one
        mask ^= one


def reaching(flow: int, before: Mapping[int, int], avoid: int) -> int:
    """The places from which a token can come to a flow without passing the join."""
    found = 0
    waiting = [flow]
    while waiting:
        for place in bits(before.get(waiting.pop(), 0) & ~found & ~avoid):
            found |= place
            waiting.append(place)
    return found & ~flow


def reduced(net: Net) -> Net:
    """The same orders of work with fewer silent steps between them.

    A place that only one unguarded silent step empties, alone, is left as soon as it is
    reached: what gives a token to it gives it to the places behind. Only places that
    every guard and every clearing treats alike are joined so.
    """
    steps = list(net.steps)
    initial = net.initial
    masks = {mask for step in steps for mask in _masks(step)} | {net.idle}
    changed = True
    while changed:
        changed = False
        takers: dict[int, list[int]] = {}
        for number, step in enumerate(steps):
            for place in bits(step.pre):
                takers.setdefault(place, []).append(number)
        for place, numbers in takers.items():
            step = steps[numbers[0]]
            if len(numbers) > 1 or not _is_link(step, place, masks):
                continue
            if any(one.post & place and one.post & step.post for one in steps):
                continue
            del steps[numbers[0]]
            steps = [_moved(one, place, step.post) for one in steps]
            if initial & place:
                initial = initial & ~place | step.post
            changed = True
            break
    unique = list(dict.fromkeys(steps))
    return Net(unique, initial, net.idle, net.labels, dict(net.names))


def _masks(step: Step) -> Iterator[int]:
    yield step.clear
    yield step.empty
    for flow, before in step.join:
        yield flow
        yield before


def _is_link(step: Step, place: int, masks: set[int]) -> bool:
    if step.label or step.pre != place or step.clear or step.empty or step.join:
        return False
    if step.post & place:
        return False
    return all(
        bool(mask & place) is bool(mask & other)
        for mask in masks
        for other in (bits(step.post) if step.post else (0,))
    )


def _moved(step: Step, place: int, behind: int) -> Step:
    if not step.post & place:
        return step
    post = step.post & ~place | behind
    return Step(step.pre, post, step.label, step.clear, step.empty, step.join)
