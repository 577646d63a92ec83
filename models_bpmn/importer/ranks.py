"""Columns and rows: where each node of one scope stands in the grid of its drawing.

Columns are ranks: the longest way from a beginning, loops cut. Rows belong to bands
(lanes); a way keeps its row as long as there is room.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from models_bpmn.importer.boxes import Point

#: Columns that nodes without any flow are spread over at least.
_SPREAD: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A node to place."""

    id: str
    width: float
    height: float
    #: Room for labels and boundary events below it.
    below: float = 0
    #: Number of its lane.
    band: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A flow to lead."""

    id: str
    source: str
    target: str
    #: It leaves a boundary event: how far from the left edge, and how far below.
    drop: Point | None = None
    #: Room that its name needs before the target.
    room: float = 0


@dataclass(slots=True)
class Grid:
    """Rank and row of every item."""

    items: Mapping[str, Item]
    links: Sequence[Link]
    bands: int
    rank: dict[str, int] = field(default_factory=dict)
    #: Number of the row on the whole sheet.
    row: dict[str, int] = field(default_factory=dict)
    #: Band of each row.
    rows: list[int] = field(default_factory=list)

    def place(self) -> None:
        """Decide the column and the row of every item."""
        forward, order = self._acyclic()
        before: dict[str, list[str]] = defaultdict(list)
        self.rank = dict.fromkeys(self.items, 0)
        for node in order:
            for target in forward[node]:
                before[target].append(node)
                self.rank[target] = max(self.rank[target], self.rank[node] + 1)
        loose = [one for one in self.items if not before[one] and not forward[one]]
        columns = max(_SPREAD, max(self.rank.values(), default=0) + 1)
        if len(loose) > 1 or len(loose) < len(order):
            for number, one in enumerate(loose):
                self.rank[one] = number % columns
        self._rows(order, before, set(loose))

    def _acyclic(self) -> tuple[dict[str, list[str]], list[str]]:
        """The links without those that close a loop, and a topological order."""
        after: dict[str, list[str]] = {one: [] for one in self.items}
        entered = set()
        for link in self.links:
            if link.source != link.target and link.target not in after[link.source]:
                after[link.source].append(link.target)
                entered.add(link.target)
        begin = [one for one in self.items if one not in entered]
        return _without_loops(after, (*begin, *self.items))

    def _rows(
        self, order: Sequence[str], before: Mapping[str, list[str]], loose: set[str]
    ) -> None:
        """Keep a way in its row; what does not fit goes to the nearest free one."""
        place = {one: number for number, one in enumerate(self.items)}
        taken: dict[tuple[int, int], _Column] = defaultdict(_Column)
        row: dict[str, int] = {}
        lowest: dict[int, int] = defaultdict(int)

        def wanted(node: str) -> int:
            band = self.items[node].band
            found = sorted(
                row[one]
                for one in before[node]
                if one in row and self.items[one].band == band
            )
            return found[len(found) // 2] if found else 0

        ranked: dict[int, list[str]] = defaultdict(list)
        for node in sorted(order, key=place.__getitem__):
            if node not in loose:
                ranked[self.rank[node]].append(node)
        for rank in sorted(ranked):
            for node in sorted(ranked[rank], key=wanted):
                band = self.items[node].band
                row[node] = taken[band, rank].nearest(wanted(node))
                lowest[band] = max(lowest[band], row[node] + 1)
        for node in sorted(loose, key=place.__getitem__):
            band = self.items[node].band
            row[node] = taken[band, self.rank[node]].below(lowest[band])
        self._number(row)

    def _number(self, row: Mapping[str, int]) -> None:
        used = sorted({(self.items[one].band, number) for one, number in row.items()})
        numbers = {each: number for number, each in enumerate(used)}
        self.rows = [band for band, _ in used]
        self.row = {
            one: numbers[self.items[one].band, number] for one, number in row.items()
        }


@dataclass(slots=True)
class _Column:
    """The rows of one column in one band that are taken: one unbroken stretch each."""

    up: dict[int, int] = field(default_factory=dict)
    down: dict[int, int] = field(default_factory=dict)

    def nearest(self, wanted: int) -> int:
        """The free row nearest to the one that is wanted, the lower one first."""
        below, above = _free(self.down, wanted), _free(self.up, wanted)
        return self._take(below if below - wanted <= wanted - above else above)

    def below(self, wanted: int) -> int:
        """The first free row from here on."""
        return self._take(_free(self.down, wanted))

    def _take(self, row: int) -> int:
        self.down[row] = row + 1
        self.up[row] = row - 1
        return row


def _without_loops(
    after: Mapping[str, list[str]], roots: Sequence[str]
) -> tuple[dict[str, list[str]], list[str]]:
    """Walk depth first; a link to a node that is not left yet closes a loop."""
    forward: dict[str, list[str]] = {one: [] for one in after}
    left: dict[str, bool] = {}
    done: list[str] = []
    for root in roots:
        waiting: list[tuple[str, Iterator[str]]] = []
        if root not in left:
            left[root] = False
            waiting.append((root, iter(after[root])))
        while waiting:
            node, targets = waiting[-1]
            target = next(targets, None)
            if target is None:
                left[node] = True
                done.append(node)
                waiting.pop()
                continue
            if left.get(target, True):
                forward[node].append(target)
            if target not in left:
                left[target] = False
                waiting.append((target, iter(after[target])))
    return forward, done[::-1]


def _free(next_: dict[int, int], row: int) -> int:
    """The next free row; the way there is shortened for those who come after."""
    passed = []
    while row in next_:
        passed.append(row)
        row = next_[row]
    for one in passed:
        next_[one] = row
    return row
