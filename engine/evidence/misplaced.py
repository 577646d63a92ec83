"""Which leaf of the log is the wrong one, where a signed root tells only that one is.

Theory of operation. A batch is given its places in the order of (stream, seq), and a
head is signed behind it. So what a signed head covers beyond the one before can be put
together again from the events themselves: their own hashes, in that order. Where that
makes the signed root, it is what was signed, and the first leaf that is another now is
the wrong one. Where it does not (an event was changed with its hash, or several batches
lie below one head), the range between the two heads is named.
"""

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from engine.evidence import tree
from engine.evidence.findings import Findings
from engine.evidence.rows import Moment

#: Leaves that are put together again at most.
_MOST: Final = 100_000
#: So many of them are tried with two changed, near so many breaks of their order.
_FEW: Final = 5_000
_FALLS: Final = 12
_LAYER: Final = "checkpoints"
#: Stream, number and leaf hash.
_Leaf = tuple[bytes, int, bytes]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A signed head that the log does not have, and how far heads before it agree."""

    year: int
    size: int
    root: bytes
    good: int


def tell(
    moment: Moment,
    findings: Findings,
    wrong: Sequence[Wrong],
    name: Callable[[bytes, int], str],
) -> None:
    """Name the wrong leaf of each head, as near as it can be known."""
    known: dict[int, tuple[int, dict[str, str]]] = {}
    for one in sorted(wrong, key=lambda each: (each.year, each.size)):
        # Later heads of the year fail for the same leaf.
        if one.year not in known:
            known[one.year] = one.good, _place(moment, one, name) or {}
        good, place = known[one.year]
        words = {"year": one.year, "size": one.size}
        findings.wrong(_LAYER, "root", **words, **(place or _range(good, one.size)))


def _range(good: int, size: int) -> dict[str, str]:
    return {
        "place_vi": f"một lá từ số {good} đến {size - 1} đã bị thay (lá tính từ 0)",
        "place_en": (
            f"a leaf from {good} to {size - 1} was replaced (the first leaf is 0)"
        ),
    }


def _place(
    moment: Moment, wrong: Wrong, name: Callable[[bytes, int], str]
) -> dict[str, str] | None:
    """Words for the first leaf that is another than was signed; None: not known."""
    if wrong.size - wrong.good > _MOST:
        return None
    before, leaves = _below(moment, wrong)
    for signed in _tried(moment, leaves):
        if _root(before, signed) != wrong.root:
            continue
        at = next(n for n, one in enumerate(signed) if one != leaves[n])
        right, there = (name(*one[at][:2]) for one in (signed, leaves))
        index = wrong.good + at
        if right == there:
            says = "nhưng mã băm khác", "with another hash"
        else:
            says = f"nay là của sự kiện {there}", f"event {there} has it now"
        return {
            "event": right,
            "place_vi": f"lá số {index} (tính từ 0) là của sự kiện {right}, {says[0]}",
            "place_en": f"leaf {index} (the first is 0) is event {right}, {says[1]}",
        }
    return None


def _below(moment: Moment, wrong: Wrong) -> tuple[tree.Frontier, list[_Leaf]]:
    """The tree that still agrees, and the leaves behind it up to the head."""
    before, leaves = tree.Frontier(), list[_Leaf]()
    for block in moment.places():
        for year, index, stream, seq, _, leaf in block:
            if year != wrong.year or index >= wrong.size:
                continue
            if index < wrong.good:
                before.append(leaf)
            else:
                leaves.append((stream, seq, leaf))
    return before, leaves


def _tried(moment: Moment, leaves: list[_Leaf]) -> Iterator[list[_Leaf]]:
    """What may have been signed: the events' own hashes, as they lie and in order."""
    wanted = {one[:2] for one in leaves}
    own = {
        (stream, seq): leaf
        for block in moment.events()
        for stream, seq, _, leaf, _ in block
        if (stream, seq) in wanted
    }
    healed = [(*one[:2], own.get(one[:2], one[2])) for one in leaves]
    yield healed
    yield sorted(healed)
    if len(healed) <= _FEW:
        yield from _swapped(healed)


def _swapped(leaves: list[_Leaf]) -> Iterator[list[_Leaf]]:
    """Two of them changed places, where several batches lie below one head."""
    falls = [n for n, (a, b) in enumerate(pairwise(leaves)) if a > b]
    near = sorted({place for n in falls[:_FALLS] for place in (n, n + 1)})
    for first, second in combinations(near, 2):
        tried = [*leaves]
        tried[first], tried[second] = tried[second], tried[first]
        yield tried


def _root(before: tree.Frontier, leaves: Sequence[_Leaf]) -> bytes:
    made = copy.deepcopy(before)
    for one in leaves:
        made.append(one[2])
    return made.root()
