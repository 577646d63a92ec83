"""Sealed days made anew from the log: the heads of all cases, day after day.

The tree over the heads is kept and changed: a day costs what happened on it, not the
number of cases. New cases come at the end, because their ids grow with time; one that
does not is put in its place, and what stands behind it is made anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.domain.paper_numbers import Counted, Typed
from engine.evidence import days, tree
from engine.evidence.counters import MOST, Counters
from engine.evidence.days import Sealing
from engine.evidence.findings import Findings
from engine.evidence.rows import Block

_LAYER: Final = "days"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed day as its event tells it."""

    day: str
    sealing: Sealing


class Heads:
    """A tree over heads in the order of their streams, that may change."""

    def __init__(self) -> None:
        self._streams: list[bytes] = []
        self._places: dict[bytes, int] = {}
        self._levels: list[list[bytes]] = [[]]

    def apply(self, heads: dict[bytes, tuple[int, bytes]]) -> None:
        """Put new heads in the place of those they follow."""
        new = sorted(heads.keys() - self._places.keys())
        dirty = self._insert(new) if new else set()
        leaves = self._levels[0]
        for stream, (seq, head) in heads.items():
            place = self._places[stream]
            leaves[place] = days.leaf(stream.hex(), seq, head)
            dirty.add(place)
        self._fold(dirty)

    def root(self) -> tuple[bytes, int]:
        """The root over all heads, and their number."""
        size = len(self._streams)
        frontier = tree.Frontier.of(size, lambda level, at: self._levels[level][at])
        return frontier.root(), size

    def _insert(self, new: list[bytes]) -> set[int]:
        """Make room for streams; what moved must be folded anew."""
        begin = len(self._streams)
        if begin and new[0] < self._streams[-1]:
            known = dict(zip(self._streams, self._levels[0], strict=True))
            self._streams = sorted([*self._streams, *new])
            begin = self._streams.index(new[0])
            self._levels[0] = [known.get(one, b"") for one in self._streams]
        else:
            self._streams += new
            self._levels[0] += [b""] * len(new)
        for place in range(begin, len(self._streams)):
            self._places[self._streams[place]] = place
        return set(range(begin, len(self._streams)))

    def _fold(self, dirty: set[int]) -> None:
        level = 0
        while len(self._levels[level]) > 1:
            below, above = self._levels[level], level + 1
            if above == len(self._levels):
                self._levels.append([])
            nodes, whole = self._levels[above], len(below) // 2
            nodes += [b""] * (whole - len(nodes))
            dirty = {place >> 1 for place in dirty if place >> 1 < whole}
            for place in dirty:
                nodes[place] = tree.parent(below[2 * place], below[2 * place + 1])
            level = above


class Recount:
    """Makes each sealed day anew while the places of the log go by."""

    def __init__(self, findings: Findings, told: Sequence[Sealed]) -> None:
        self._findings = findings
        self._left = sorted(
            told, key=lambda one: (one.sealing.year, one.sealing.size), reverse=True
        )
        self._heads = Heads()
        self._new: dict[bytes, tuple[int, bytes]] = {}

    def take(self, block: Block, others: set[bytes]) -> None:
        """Look at some places; `others` are the streams that are no case's."""
        if not self._left:
            return
        for year, index, stream, seq, _, leaf in block:
            while self._left and (year, index) >= self._next():
                self._compare(self._left.pop())
            if stream not in others:
                self._new[stream] = seq, leaf

    def end(self, sizes: dict[int, int]) -> None:
        """Compare the days that were sealed at the end of the log."""
        while self._left:
            told = self._left.pop()
            if told.sealing.size > sizes.get(told.sealing.year, 0):
                self._findings.wrong(_LAYER, "day", day=told.day)
            else:
                self._compare(told)

    def _next(self) -> tuple[int, int]:
        return self._left[-1].sealing.year, self._left[-1].sealing.size

    def _compare(self, told: Sealed) -> None:
        self._heads.apply(self._new)
        self._new = {}
        if self._heads.root() != (told.sealing.heads, told.sealing.cases):
            self._findings.wrong(_LAYER, "day", day=told.day)


class Codes:
    """Looks for dossier numbers that were given and of which no case is left."""

    def __init__(
        self, findings: Findings, told: Sequence[Sealed], counters: Counters
    ) -> None:
        self._findings = findings
        self._counters = counters
        self._last: dict[str, int] = {}
        for one in told:
            for prefix, last in one.sealing.codes.items():
                self._last[prefix] = max(last, self._last.get(prefix, 0))
        self._seen: dict[str, set[int]] = {prefix: set() for prefix in self._last}

    def opened(self, code: str) -> None:
        """A code was used up: by a case, an audit or a paper."""
        self._counters.opened(code)
        digits = len(code) - len(code.rstrip("0123456789"))
        for width in range(1, min(digits, MOST) + 1):
            seen = self._seen.get(code[:-width])
            if seen is not None:
                seen.add(int(code[-width:]))

    def typed(self, found: Counted, event: str) -> None:
        """A number was typed with an act, so that no counter gives it."""
        self._counters.typed(found, event)

    def written(self, found: Typed, year: int) -> None:
        """The same, of a release whose events tell of no counter."""
        self._counters.written(found, year)

    def end(self) -> None:
        """Name the first missing number of each prefix."""
        self._counters.end(self._last)
        for prefix, last in sorted(self._last.items()):
            seen, by_hand = self._seen[prefix], self._counters.by_hand
            # Numbers that were given since then stand in for none of those before.
            if sum(1 <= one <= last for one in seen) == last:
                continue
            missing = (n for n in range(1, last + 1) if n not in seen)
            number = next((n for n in missing if not by_hand(prefix, n)), None)
            if number is not None:
                self._findings.wrong(_LAYER, "code", number=f"{prefix}{number}")
