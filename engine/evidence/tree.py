"""The Merkle tree of RFC 6962, 2.1, over leaf hashes.

A node is named by (level, index): the complete subtree over the 2**level leaves from
index * 2**level on. Complete nodes never change, so they are stored once; what stands
right of them is folded anew from at most 64 of them. Checking a proof needs none of
this and stands in `engine.evidence.verifier`.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

#: Hash of the tree without leaves.
EMPTY: Final = hashlib.sha256(b"").digest()

#: Gives the hash of a complete node by level and index.
Nodes = Callable[[int, int], bytes]


def parent(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """The complete nodes at the right edge: all that appending needs."""

    size: int = 0
    #: Hashes of the complete subtrees that make the tree, the largest first.
    hashes: list[bytes] = field(default_factory=list)

    @classmethod
    def of(cls, size: int, nodes: Nodes) -> "Frontier":
        """The edge of a stored tree."""
        return cls(size, [nodes(level, index) for level, index in edge(size)])

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf hash; give the nodes that are complete now, the leaf first."""
        made = [(0, self.size, leaf)]
        level, index, current = 0, self.size, leaf
        while index & 1:
            current = parent(self.hashes.pop(), current)
            level, index = level + 1, index >> 1
            made.append((level, index, current))
        self.hashes.append(current)
        self.size += 1
        return made

    def root(self) -> bytes:
        """The hash of the tree."""
        if not self.hashes:
            return EMPTY
        *rest, current = self.hashes
        for one in reversed(rest):
            current = parent(one, current)
        return current


def root(leaves: Iterable[bytes]) -> bytes:
    """The hash of the tree over some leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def edge(size: int) -> list[tuple[int, int]]:
    """The complete nodes that make a tree of this size, the largest first."""
    found = []
    begin = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((level, begin >> level))
            begin += 1 << level
    return found


def inclusion(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The audit path of a leaf (RFC 6962, 2.1.1), from the leaf up.

    Raises:
        ValueError: The tree has no such leaf.
    """
    if not 0 <= index < size:
        message = f"A tree of {size} leaves has no leaf {index}."
        raise ValueError(message)
    path = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _left(high - low)
        if index < middle:
            path.append(_span(middle, high, nodes))
            high = middle
        else:
            path.append(_span(low, middle, nodes))
            low = middle
    return path[::-1]


def consistency(first: int, second: int, nodes: Nodes) -> list[bytes]:
    """The proof that a tree grew from its first leaves (RFC 6962, 2.1.2).

    Raises:
        ValueError: The sizes are not 0 < first <= second.
    """
    if not 0 < first <= second:
        message = f"No proof leads from {first} to {second} leaves."
        raise ValueError(message)
    path = []
    low, high = 0, second
    whole = True
    while first != high:
        middle = low + _left(high - low)
        if first <= middle:
            path.append(_span(middle, high, nodes))
            high = middle
        else:
            path.append(_span(low, middle, nodes))
            low, whole = middle, False
    if not whole:
        path.append(_span(low, high, nodes))
    return path[::-1]


def _left(size: int) -> int:
    """Leaves of the left subtree: the largest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)


def _span(low: int, high: int, nodes: Nodes) -> bytes:
    """The hash over leaves low to high, of which low begins a complete subtree."""
    current: bytes | None = None
    for level, index in reversed(edge(high - low)):
        one = nodes(level, (low >> level) + index)
        current = one if current is None else parent(one, current)
    return EMPTY if current is None else current
