"""Looking at every state that a shape can come to, the nearest first, up to a bound.

A state is the set of ways that hold a token. A second token on a way is told and not
followed, so that the states are finitely many. Tokens that end are gone at once.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from models_bpmn.importer.lint.soundness.shape import (
    ALL,
    ALWAYS,
    ONE,
    OTHERWISE,
    SINK,
    SOME,
    START,
    STOP,
    Shape,
    Spot,
)

#: Up to so many ways that may be taken, every set of them is looked at; of more, each
#: alone, every two, and all; of many, each alone and all.
_SUBSETS: Final = 5
_PAIRS: Final = 20
#: Steps looked at for each state that may be looked at, on average.
_STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Step:
    """A spot takes its tokens and gives them on."""

    spot: int
    takes: int
    gives: int


@dataclass(slots=True, kw_only=True)
class Explored:
    """What was seen. A state is a number with one bit an edge."""

    #: Edge of each bit.
    bits: list[int]
    #: State → the step that led to it first, and from where.
    before: dict[int, tuple[int, Step]] = field(default_factory=dict)
    complete: bool = True
    #: How many states were looked at.
    states: int = 0
    #: States without any step, the nearest first.
    stuck: list[int] = field(default_factory=list)
    #: States with the step that puts a second token on a way.
    twice: list[tuple[int, Step]] = field(default_factory=list)
    #: States, nearest first, from which no way leads to an end or a state of the above.
    lost: list[int] = field(default_factory=list)
    #: Whether the end was seen, and the joins that took part.
    ended: bool = False
    fired: set[int] = field(default_factory=set)

    def edges(self, state: int) -> Iterator[int]:
        """The edges that hold a token."""
        for bit in _bits(state):
            yield self.bits[bit.bit_length() - 1]

    def trace(self, state: int) -> list[Step]:
        """The steps that lead to a state."""
        steps: list[Step] = []
        while state in self.before:
            state, step = self.before[state]
            steps.append(step)
        return steps[::-1]


def explore(shape: Shape, most: int, *, narrow: bool = False) -> Explored:
    """Look at up to `most` states of a reduced shape.

    Args:
        shape: what is left after the reduction.
        most: states that may be looked at.
        narrow: follow one of the tokens that do not disturb each other at a time,
            deepest first. Every state in which all wait is still found (persistent
            sets: P. Godefroid, 1996), but neither the nearest nor every other state.
    """
    return _Exploration(shape, most, narrow=narrow).run()


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low
        mask ^= low


def _merged(shape: Shape, number: int) -> bool:
    edge = shape.edges[number]
    source = shape.spots[edge.source]
    merge = source.takes == ONE and len(source.ins) > 1
    return edge.work and merge and len(source.outs) == 1


class _Exploration:
    """One exploration in progress."""

    def __init__(self, shape: Shape, most: int, *, narrow: bool) -> None:
        self._shape, self._most, self._narrow = shape, most, narrow
        self._left = most * _STEPS
        self._bit = {edge: bit for bit, edge in enumerate(shape.edges)}
        self._seen = Explored(bits=list(shape.edges))
        # A step behind a merge may be done twice, though its token then ends.
        self._sink = self._mask(
            one for one in shape.spots[SINK].ins if not _merged(shape, one)
        )
        self._stop = self._mask(shape.spots[STOP].ins)
        self._cost = [1 + edge.length for edge in shape.edges.values()]
        self._moves = {
            number: self._gives(number, spot)
            for number, spot in shape.spots.items()
            if number not in {SINK, STOP}
        }
        self._takes = {
            number: spot.takes if len(spot.ins) > 1 else ONE
            for number, spot in shape.spots.items()
        }
        #: The spot that each bit leads to.
        self._at = [edge.target for edge in shape.edges.values()]
        self._auto = self._mask(
            one
            for one, edge in shape.edges.items()
            if not edge.work and not shape.spots[edge.target].work
        )
        self._ins = {
            number: self._mask(spot.ins) for number, spot in shape.spots.items()
        }
        self._reach: dict[int, dict[int, int]] = {}
        self._after: dict[int, list[int]] = {}
        self._best: dict[int, int] = {}
        self._queue: list[tuple[int, int]] = []

    def run(self) -> Explored:
        seen = self._seen
        for gives in self._moves[START]:
            self._reached(gives & ~self._sink, 0, (-1, Step(START, 0, gives)))
        while self._queue:
            cost, state = abs(self._queue[0][0]), heapq.heappop(self._queue)[1]
            if state in self._after:
                continue
            if len(self._after) >= self._most or self._left < 0:
                seen.complete = False
                return seen
            self._expand(cost, state)
        self._lose()
        return seen

    def _expand(self, cost: int, state: int) -> None:
        seen = self._seen
        after = self._after[state] = []
        seen.states += 1
        if not state:
            seen.ended = True
            return
        steps = self._steps(state)
        self._left -= len(steps)
        if not steps:
            seen.stuck.append(state)
        for step in steps:
            seen.fired.add(step.spot)
            rest = state & ~step.takes
            gives = step.gives & ~self._sink
            if rest & gives:
                seen.twice.append((state, step))
                continue
            following = 0 if step.spot == STOP else rest | gives
            after.append(following)
            self._reached(following, cost + self._weight(step.takes), (state, step))

    def _reached(self, state: int, cost: int, came: tuple[int, Step]) -> None:
        if cost < self._best.get(state, cost + 1):
            self._best[state] = cost
            self._seen.before[state] = came
            heapq.heappush(self._queue, (-cost if self._narrow else cost, state))

    def _weight(self, mask: int) -> int:
        return sum(self._cost[bit.bit_length() - 1] for bit in _bits(mask))

    def _mask(self, edges: Iterable[int]) -> int:
        return sum(1 << self._bit[edge] for edge in edges)

    def _gives(self, number: int, spot: Spot) -> list[int]:
        """Every set of ways that a spot can send tokens along."""
        ways = {one: 1 << self._bit[one] for one in spot.outs}
        if spot.gives == ONE:
            return list(ways.values())
        if spot.gives == ALL or len(ways) == 1:
            return [sum(ways.values())]
        modes = {one: self._shape.edges[one].mode for one in ways}
        sure = sum(ways[one] for one in ways if modes[one] == ALWAYS)
        otherwise = [ways[one] for one in ways if modes[one] == OTHERWISE]
        maybe = [
            way for one, way in ways.items() if modes[one] not in {ALWAYS, OTHERWISE}
        ]
        sizes = list(range(1, len(maybe) + 1))
        if len(maybe) > _SUBSETS:
            self._seen.complete = False
            sizes = [1, 2, len(maybe)] if len(maybe) <= _PAIRS else [1, len(maybe)]
        found = [
            sure | sum(some) for size in sizes for some in combinations(maybe, size)
        ]
        if otherwise:
            return [sure | sum(otherwise), *found]
        return [sure, *found] if sure else found

    def _steps(self, state: int) -> list[Step]:
        """The steps of a state; inclusive joins when nothing else moves by itself."""
        held = self._held(state)
        steps: list[Step] = []
        for spot, takes in self._enabled(held):
            steps += self._moved(spot, takes)
            if steps and self._narrow:
                return steps
        if any(step.takes & self._auto for step in steps):
            return steps
        for spot, tokens in held.items():
            if self._takes[spot] == SOME and self._open(spot, tokens, state):
                steps += self._moved(spot, tokens)
        return steps

    def _enabled(self, held: dict[int, int]) -> Iterator[tuple[int, int]]:
        """Spots with the tokens that they take, inclusive joins apart."""
        for spot, tokens in held.items():
            if self._takes[spot] == ONE:
                for bit in _bits(tokens):
                    yield spot, bit
            elif self._takes[spot] == ALL and tokens == self._ins[spot]:
                yield spot, tokens

    def _held(self, state: int) -> dict[int, int]:
        """The tokens that wait at each spot."""
        held: dict[int, int] = {}
        for bit in _bits(state):
            spot = self._at[bit.bit_length() - 1]
            held[spot] = held.get(spot, 0) | bit
        return held

    def _moved(self, spot: int, takes: int) -> Iterator[Step]:
        if spot in {SINK, STOP}:
            yield Step(spot, takes, 0)
            return
        for gives in self._moves[spot]:
            yield Step(spot, takes, gives)

    def _open(self, join: int, tokens: int, state: int) -> bool:
        """Rule 10 of the execution semantics (BPMN 2.0.2, 13.4.3)."""
        empty = self._ins[join] & ~tokens
        reach = self._reach.get(join) or self._spread(join)
        for bit in _bits(state & ~tokens):
            ways = reach.get(self._at[bit.bit_length() - 1], 0)
            if ways & empty and not ways & tokens:
                return False
        return True

    def _spread(self, join: int) -> dict[int, int]:
        """Which ways into a join each spot can reach, never through the join."""
        reach: dict[int, int] = {}
        for edge in self._shape.spots[join].ins:
            bit = 1 << self._bit[edge]
            waiting = [self._shape.edges[edge].source]
            while waiting:
                spot = waiting.pop()
                if spot == join or reach.get(spot, 0) & bit:
                    continue
                reach[spot] = reach.get(spot, 0) | bit
                ins = self._shape.spots[spot].ins
                waiting += [self._shape.edges[one].source for one in ins]
        self._reach[join] = reach
        return reach

    def _lose(self) -> None:
        """Find the states from which nothing ends."""
        seen = self._seen
        before: dict[int, list[int]] = {}
        for state, following in self._after.items():
            for one in following:
                before.setdefault(one, []).append(state)
        safe = {0, *seen.stuck, *(state for state, _ in seen.twice)} & set(self._after)
        waiting = list(safe)
        while waiting:
            for one in before.get(waiting.pop(), ()):
                if one not in safe:
                    safe.add(one)
                    waiting.append(one)
        seen.lost = [state for state in self._after if state not in safe]
