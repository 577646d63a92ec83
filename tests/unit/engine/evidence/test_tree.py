"""The Merkle tree against the definitions of RFC 6962, written down naively."""

import hashlib

import pytest

from engine.evidence import tree, verifier

LEAVES = [hashlib.sha256(bytes([number])).digest() for number in range(70)]


def head(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    k = split(len(leaves))
    return hashlib.sha256(b"\x01" + head(leaves[:k]) + head(leaves[k:])).digest()


def split(size: int) -> int:
    """The largest power of two below the size."""
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def grown(size: int) -> tuple[tree.Frontier, dict[tuple[int, int], bytes]]:
    frontier, stored = tree.Frontier(), {}
    for leaf in LEAVES[:size]:
        for level, index, value in frontier.append(leaf):
            assert (level, index) not in stored
            stored[level, index] = value
    return frontier, stored


@pytest.mark.parametrize("size", range(71))
def test_the_root_is_that_of_the_definition_at_every_size(size: int) -> None:
    frontier, stored = grown(size)
    again = tree.Frontier.of(size, lambda level, index: stored[level, index])
    assert frontier.root() == again.root() == head(LEAVES[:size])
    assert tree.root(LEAVES[:size]) == frontier.root()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 31, 64, 70])
def test_every_leaf_is_proved_and_no_other_leaf_is(size: int) -> None:
    frontier, stored = grown(size)
    for index in range(size):
        path = tree.inclusion(index, size, lambda level, at: stored[level, at])
        where = (index, size, path, frontier.root())
        assert verifier.check_inclusion(LEAVES[index], *where)
        assert not verifier.check_inclusion(LEAVES[index - 1], *where) or size == 1


@pytest.mark.parametrize("second", [1, 2, 3, 7, 8, 9, 31, 64, 70])
def test_a_grown_tree_is_consistent_with_each_of_its_pasts(second: int) -> None:
    frontier, stored = grown(second)
    for first in range(1, second + 1):
        path = tree.consistency(first, second, lambda level, at: stored[level, at])
        older = head(LEAVES[:first])
        roots = (older, frontier.root())
        assert verifier.check_consistency(first, second, roots, path)
        forged = (hashlib.sha256(older).digest(), frontier.root())
        assert not verifier.check_consistency(first, second, forged, path)


def test_what_a_tree_does_not_hold_cannot_be_asked_for() -> None:
    _, stored = grown(5)
    for index in (-1, 5):
        with pytest.raises(ValueError, match="no leaf"):
            tree.inclusion(index, 5, lambda level, at: stored[level, at])
    for first in (0, 6):
        with pytest.raises(ValueError, match="No proof"):
            tree.consistency(first, 5, lambda level, at: stored[level, at])
