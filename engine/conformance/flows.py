"""A model as a net of labelled steps: the orders of work it allows, without data.

For histories that somebody else kept there is no record of tokens, only labels in an
order. So the model is read as control flow alone: every choice is open, events happen
or not, an activity of many instances is repeated. A marking is an integer with a bit a
place, and further planes of such bits where a place holds a second or third token.
Three things need more than a plain Petri net, and stay exact by it: inclusive joins
look at what can still arrive (docs/manual/semantics.md, rule 10), whatever ends a scope
clears its places, and what may begin any number of times is a *supply*: a place that
stands for any number of tokens, none included.

Where a model can do more than a net can follow (a fourth token on a place, two
instances of one body side by side), the net follows less, never more, and says so: then
a history that costs nothing is right, and one that costs something is not computed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.errors import EngineError

#: What `Net.fire` answers when a step cannot happen, or would need a place too much.
NO: Final = -1
OVER: Final = -2
#: Tokens that one place holds at most.
PLANES: Final = 3


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
    #: Marked afterwards, however often they were before.
    sets: int = 0
    #: Inclusive joins: (flow, places from which a token can still reach it).
    join: tuple[tuple[int, int], ...] = ()

    @property
    def plain(self) -> bool:
        """Whether it takes and gives tokens, unseen, and does nothing else."""
        return not (self.label or self.clear or self.empty or self.sets or self.join)

    def joined(self, low: int, optional: int) -> tuple[int, int]:
        """The flows that an inclusive join takes a token from, and what it ends.

        No flow: it must wait. Supplies end when no token of theirs may be there.
        """
        held = missing = reach = 0
        for flow, before in self.join:
            if low & flow:
                held |= flow
                reach |= before
            else:
                missing |= before
        blocking = low & missing & ~reach & ~held
        return (0, 0) if blocking & ~optional else (held, blocking)


@dataclass(slots=True)
class Net:
    """The steps of a model, and where it begins."""

    steps: list[Step] = field(default_factory=list)
    initial: int = 0
    #: Supplies and what is armed: never in the way of an end.
    optional: int = 0
    #: A marking is final when nothing but these and `optional` is marked.
    idle: int = 0
    #: Places that hold one token at most.
    single: int = 0
    labels: frozenset[str] = frozenset()
    #: Why the net follows less than the model allows; empty: it follows all.
    narrow: str = ""
    #: Supply → the place that it feeds.
    supplies: dict[int, int] = field(default_factory=dict)
    _places: dict[str, int] = field(default_factory=dict)

    def place(self, name: str) -> int:
        """The bit of a place."""
        return 1 << self._places.setdefault(name, len(self._places))

    @property
    def names(self) -> Mapping[str, int]:
        """The number of each place by name."""
        return self._places

    def low(self, marking: int) -> int:
        """The places that hold a token."""
        return marking & ((1 << len(self._places)) - 1)

    def fire(self, step: Step, marking: int) -> int:
        """The marking after a step; `NO` or `OVER` when there is none."""
        low = self.low(marking)
        pre, clear = step.pre, step.clear
        if low & pre != pre or low & step.empty:
            return NO
        if step.join:
            held, ended = step.joined(low, self.optional)
            if not held:
                return NO
            pre, clear = pre | held, clear | ended
        left = low & ~pre & ~clear
        if low == marking and not left & step.post:
            return left | step.post | step.sets
        return self._counted(step, marking, pre, clear)

    def _counted(self, step: Step, marking: int, pre: int, clear: int) -> int:
        width = len(self._places)
        mask = (1 << width) - 1
        planes = [marking >> width * one & mask for one in range(PLANES)]
        for one in reversed(range(PLANES)):
            taken = planes[one] & pre
            planes[one] &= ~taken & ~clear
            pre &= ~taken
        carry = step.post
        for one in range(PLANES):
            planes[one], carry = planes[one] | carry, planes[one] & carry
            if carry & self.single:
                return OVER
        if carry:
            return OVER
        planes[0] |= step.sets
        return sum(plane << width * one for one, plane in enumerate(planes))


def bits(mask: int) -> Iterator[int]:
    """Each bit of a mask by itself."""
    while mask:
        one = mask & -mask
        yield one
        mask ^= one


def reaching(flow: int, before: Mapping[int, int], within: int) -> int:
    """The places of `within` from which a token can come to a flow."""
    found = 0
    waiting = [flow]
    while waiting:
        for place in bits(before.get(waiting.pop(), 0) & ~found & within):
            found |= place
            waiting.append(place)
    return found & ~flow
