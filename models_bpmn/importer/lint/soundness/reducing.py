"""Making a shape small while what can go wrong in it stays.

Chains become one way, a choice and the merge that ends it become one way, and so do a
parallel split and its join, from the inside out; loops that lead back are left out.
Where a split meets a join of another kind, that is a fault: it is noted, and the rest
is looked at as though it were repaired. Of a well-structured drawing nothing is left,
however many ways run side by side; only what is left is explored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from models_bpmn.importer.lint.soundness.shape import (
    ALL,
    ALWAYS,
    MAYBE,
    ONE,
    OTHERWISE,
    SINK,
    SOME,
    START,
    STOP,
    Edge,
    Shape,
    Spot,
)

_FIXED: Final = frozenset({START, SINK, STOP})


class Fault(Enum):
    """What goes wrong where a split meets a join."""

    #: A join waits for a way that was not taken.
    WAITS = "waits"
    #: A merge lets the tokens of several ways pass one by one.
    TWICE = "twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """A split and a join that do not fit."""

    fault: Fault
    split: str
    join: str
    #: What the ways between them begin with.
    firsts: tuple[str, ...]
    #: Whether one way alone is ever taken.
    exclusive: bool


def reduce(shape: Shape) -> list[Mismatch]:
    """Reduce a shape in place; tell the mismatches found on the way."""
    return _Reduction(shape).run()


class _Reduction:
    """One reduction, with the spots that are still to be looked at."""

    def __init__(self, shape: Shape) -> None:
        self._spots, self._edges = shape.spots, shape.edges
        self._todo = dict.fromkeys(shape.spots)
        self._found: list[Mismatch] = []

    def run(self) -> list[Mismatch]:
        while self._todo:
            number, _ = self._todo.popitem()
            while number in self._spots and self._changes(number):
                pass
        return self._found

    def _changes(self, number: int) -> bool:
        spot = self._spots[number]
        return (
            self._bonds(number, spot)
            or self._circles(number, spot)
            or self._drains(number, spot)
            or (
                number not in _FIXED
                and (
                    self._chain(number, spot)
                    or self._forward(number, spot)
                    or self._backward(number, spot)
                )
            )
        )

    def _again(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._todo[number] = None

    def _drop(self, number: int) -> None:
        edge = self._edges.pop(number)
        del self._spots[edge.source].outs[number]
        del self._spots[edge.target].ins[number]
        self._again((edge.source, edge.target))

    def _chain(self, number: int, spot: Spot) -> bool:
        """One way in and one way out are one way."""
        if len(spot.ins) != 1 or len(spot.outs) != 1:
            return False
        (first,), (second,) = spot.ins, spot.outs
        if first == second:
            return False
        before, after = self._edges[first], self._edges.pop(second)
        self._join(before, spot, after)
        before.target = after.target
        del self._spots[number]
        target = self._spots[after.target]
        del target.ins[second]
        target.ins[first] = None
        self._again((before.source, after.target))
        return True

    def _join(self, before: Edge, spot: Spot, after: Edge) -> None:
        before.work = before.work or spot.work or after.work
        before.length += 1 + after.length

    def _forward(self, number: int, spot: Spot) -> bool:
        """A merge whose only way leads to a merge is part of it; so is a join."""
        if len(spot.outs) != 1:
            return False
        (out,) = spot.outs
        edge = self._edges[out]
        target = self._spots[edge.target]
        if edge.target == number or spot.takes != target.takes or spot.takes == SOME:
            return False
        # What is done behind a merge tells whether doing it twice matters.
        if spot.takes == ONE and (spot.work or edge.work):
            return False
        del self._edges[out], target.ins[out], self._spots[number]
        for one in spot.ins:
            self._edges[one].target = edge.target
            self._join(self._edges[one], spot, edge)
            target.ins[one] = None
        self._again((edge.target, *(self._edges[one].source for one in spot.ins)))
        return True

    def _backward(self, number: int, spot: Spot) -> bool:
        """A split behind the only way of a spot, or a like split, is its part."""
        if len(spot.ins) != 1:
            return False
        (into,) = spot.ins
        edge = self._edges[into]
        source = self._spots[edge.source]
        alike = source.gives == spot.gives != SOME
        if edge.source == number or not (alike or len(source.outs) == 1):
            return False
        del self._edges[into], source.outs[into], self._spots[number]
        if not source.outs:
            source.gives, source.split = spot.gives, spot.split
        for one in spot.outs:
            after = self._edges[one]
            after.source = edge.source
            after.work = after.work or spot.work or edge.work
            after.length += 1 + edge.length
            source.outs[one] = None
        self._again((edge.source, *(self._edges[one].target for one in spot.outs)))
        return True

    def _bonds(self, number: int, spot: Spot) -> bool:
        """Ways from one spot to the same other one are one way."""
        if len(spot.outs) < 2:  # noqa: PLR2004
            return False
        groups: dict[int, list[int]] = {}
        for one in spot.outs:
            groups.setdefault(self._edges[one].target, []).append(one)
        bonds = {at: found for at, found in groups.items() if len(found) > 1}
        for at, found in bonds.items():
            self._note(number, at, found)
            edges = [self._edges[one] for one in found]
            kept = edges[0]
            kept.mode = _mode(edge.mode for edge in edges)
            kept.work = any(edge.work for edge in edges)
            kept.length = min(edge.length for edge in edges)
            for one in found[1:]:
                self._drop(one)
        return bool(bonds)

    def _note(self, number: int, at: int, found: list[int]) -> None:
        """A split and a join of different kinds."""
        split, join = self._spots[number], self._spots[at]
        edges = [self._edges[one] for one in found]
        modes = [edge.mode for edge in edges]
        sure = split.gives == SOME and all(mode == ALWAYS for mode in modes)
        together = split.gives == ALL or sure
        apart = split.gives == ONE or (
            OTHERWISE in modes and len(modes) == 2  # noqa: PLR2004
        )
        fault = None
        if join.takes == ALL and not together:
            fault = Fault.WAITS
        elif join.takes == ONE and not apart and at not in _FIXED:
            fault = Fault.TWICE
        if fault is not None:
            self._found.append(
                Mismatch(
                    fault=fault,
                    split=split.split,
                    join=join.join,
                    firsts=tuple(edge.first for edge in edges),
                    exclusive=split.gives == ONE,
                )
            )

    def _circles(self, number: int, spot: Spot) -> bool:
        """A way back to where it began changes nothing."""
        if spot.gives != ONE or spot.takes != ONE:
            return False
        back = [one for one in spot.outs if self._edges[one].target == number]
        if not back or len(back) == len(spot.outs):
            return False
        for one in back:
            self._drop(one)
        return True

    def _drains(self, number: int, spot: Spot) -> bool:
        """A token that ends beside others changes nothing."""
        if spot.gives == ONE:
            return False
        ends = [one for one in spot.outs if self._edges[one].target == SINK]
        sure = [
            one
            for one in spot.outs
            if one not in ends
            and (spot.gives == ALL or self._edges[one].mode == ALWAYS)
        ]
        if not ends or not sure:
            return False
        for one in ends:
            self._drop(one)
        return True


def _mode(modes: Iterable[int]) -> int:
    """How a way is taken that stands for several."""
    found = set(modes)
    if ALWAYS in found:
        return ALWAYS
    return OTHERWISE if found == {OTHERWISE} else MAYBE
