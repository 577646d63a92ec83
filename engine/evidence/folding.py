"""The tree of each year's log, folded anew from its leaves.

It is folded in blocks of 256 leaves, whose roots are stored nodes; its root is made at
every size that was signed.
"""

from collections.abc import Sequence
from hashlib import sha256
from operator import add, itemgetter
from typing import Final

from engine.evidence import tree
from engine.evidence.findings import Findings
from engine.evidence.misplaced import Wrong
from engine.evidence.rows import Block, Moment

#: Levels between two whose nodes are stored (storage.log).
STEP: Final = 8
_WIDTH: Final = 1 << STEP
_LOG: Final = "log"
# Of a place: its index, and its leaf.
_index: Final = itemgetter(1)
_leaf: Final = itemgetter(-1)

#: Year, size and root of a signed head, and the layer that asks for it.
Wanted = tuple[int, int, bytes, str]
#: Layer → what it says of another root, and of too few leaves.
_SAID: Final = {
    "checkpoints": ("root", "shorter"),
    "signer": ("forked", "rolled-back"),
    "kept": ("kept-forked", "kept-rolled-back"),
}


class Tree:
    """The log of one year, folded anew."""

    def __init__(
        self,
        findings: Findings,
        year: int,
        wanted: Sequence[Wanted],
        nodes: dict[tuple[int, int], bytes],
    ) -> None:
        self._findings = findings
        self.year = year
        self._wanted = sorted(wanted, key=lambda one: one[1])[::-1]
        self._nodes = nodes
        self._blocks = tree.Frontier()
        self._rest: list[bytes] = []
        #: The size up to which signed heads agree.
        self._good = 0
        #: Signed heads that it does not have.
        self.wrong: list[Wrong] = []
        self.size = 0
        self._broken = False

    def take(self, rows: Block) -> None:
        """Add the leaves of a block of places: (year, index, …, leaf) each."""
        if self._broken:
            return
        leaves = list(map(_leaf, rows))
        indexes = list(map(_index, rows))
        if indexes != [*range(self.size, self.size + len(leaves))]:
            self._break(indexes)
            return
        self.size += len(leaves)
        self._rest += leaves
        while len(self._rest) >= _WIDTH:
            self._fold(self._rest[:_WIDTH])
            del self._rest[:_WIDTH]

    def _break(self, indexes: list[int]) -> None:
        """The first index that is not the next: one is missing, or stands twice."""
        self._broken = True
        counted = enumerate(indexes, self.size)
        wanted, found = next(pair for pair in counted if pair[0] != pair[1])
        if not isinstance(found, int):
            raise TypeError(found)
        code = "place-gap" if found > wanted else "place-twice"
        index = min(found, wanted)
        self._findings.wrong(_LOG, code, year=self.year, index=index)

    def end(self) -> None:
        """Fold what is left; compare what was signed, and find nodes too many."""
        if self._broken:
            return
        self._fold(self._rest)
        for _, size, _, layer in reversed(self._wanted):
            words = {"year": self.year, "size": size, "found": self.size}
            self._findings.wrong(layer, _SAID[layer][1], **words)
        for level, index in sorted(self._nodes):
            words = {"year": self.year, "level": level, "index": index}
            self._findings.wrong(_LOG, "node", **words)
            break

    def _fold(self, leaves: list[bytes]) -> None:
        levels = [leaves]
        while len(levels[-1]) > 1:
            below = iter(levels[-1])
            pairs = map(add, below, below)
            levels.append([sha256(b"\1" + pair).digest() for pair in pairs])
        base = self._blocks.size * _WIDTH
        while self._wanted and self._wanted[-1][1] < base + len(leaves):
            self._compare(self._root(levels, self._wanted[-1][1] - base))
        if len(leaves) == _WIDTH:
            for level, index, value in self._blocks.append(levels[STEP][0]):
                if level % STEP == 0:
                    self._check_node(level + STEP, index, value)
            return
        while self._wanted and self._wanted[-1][1] == base + len(leaves):
            self._compare(self._root(levels, len(leaves)))

    def _root(self, levels: list[list[bytes]], offset: int) -> bytes:
        """The root when a block has some leaves only."""
        if offset <= 0:
            return self._blocks.root()
        edge = [levels[level][index] for level, index in tree.edge(offset)]
        current = edge.pop()
        for one in reversed([*self._blocks.hashes, *edge]):
            current = tree.parent(one, current)
        return current

    def _compare(self, root: bytes) -> None:
        year, size, signed, layer = self._wanted.pop()
        if root == signed:
            self._good = size
            return
        if layer == "checkpoints":
            self.wrong.append(Wrong(year, size, signed, self._good))
            return
        words = {"year": year, "size": size, "before": self._good}
        self._findings.wrong(layer, _SAID[layer][0], **words)

    def _check_node(self, level: int, index: int, value: bytes) -> None:
        if self._nodes.pop((level, index), None) != value:
            words = {"year": self.year, "level": level, "index": index}
            self._findings.wrong(_LOG, "node", **words)


class Trees:
    """The logs of all years, fed in order."""

    def __init__(
        self, findings: Findings, wanted: Sequence[Wanted], moment: Moment
    ) -> None:
        self._findings = findings
        self._wanted = wanted
        self._nodes: dict[int, dict[tuple[int, int], bytes]] = {}
        for block in moment.nodes():
            for year, level, index, value in block:
                self._nodes.setdefault(year, {})[level, index] = value
        self.sizes: dict[int, int] = {}
        self.wrong: list[Wrong] = []
        self._now: Tree | None = None

    def take(self, block: Block) -> None:
        """Look at some places."""
        begin = 0
        while begin < len(block):
            year = block[begin][0]
            end = len(block)
            if block[-1][0] != year:
                end = next(n for n in range(begin, end) if block[n][0] != year)
            self._of(year).take(block[begin:end])
            begin = end

    def end(self) -> None:
        """End with every year that was signed or stored."""
        self._close()
        years = {one[0] for one in self._wanted} | self._nodes.keys()
        for year in sorted(years - self.sizes.keys()):
            self._now = self._tree(year)
            self._close()

    def _of(self, year: int) -> Tree:
        if self._now is None or self._now.year != year:
            self._close()
            self._now = self._tree(year)
        return self._now

    def _tree(self, year: int) -> Tree:
        wanted = [one for one in self._wanted if one[0] == year]
        return Tree(self._findings, year, wanted, self._nodes.get(year, {}))

    def _close(self) -> None:
        if self._now is not None:
            self._now.end()
            self.wrong += self._now.wrong
            self.sizes[self._now.year] = self._now.size
            self._now = None
