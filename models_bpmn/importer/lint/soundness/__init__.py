"""Soundness: whatever way a case takes, it comes to its end, and nothing is left over.

Every scope is looked at for itself: its shape is reduced (`reducing`), and what is left
is explored up to a bound (`exploring`). What is told holds for the drawing with every
choice open: data may exclude a way that is told, so what may happen is a warning, and
only what happens on every way is a question. What was not looked at is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.domain.model import EventKind, NodeKind, Scope
from models_bpmn.importer.lint import ways
from models_bpmn.importer.lint.look import Look
from models_bpmn.importer.lint.soundness import exploring, reducing, shape
from models_bpmn.importer.lint.soundness.exploring import Explored
from models_bpmn.importer.lint.soundness.reducing import Fault, Mismatch
from models_bpmn.importer.lint.soundness.shape import ONE, START, Shape
from models_bpmn.importer.lint.soundness.telling import Teller

#: States looked at in all scopes of a drawing together.
STATES: Final = 2_000
#: States looked at narrowly, in all scopes together, where that was not enough.
_NARROW: Final = 600
#: Findings of one code told of one scope.
_TOLD: Final = 3


def sound(look: Look) -> None:
    """Look at every scope of a graph whose references all hold."""
    left = _Left()
    for scope in look.graph.scopes.values():
        if not (scope.starts or scope.triggers):
            continue
        made = shape.build(look, scope)
        if made.plain:
            continue
        if _vague(look, scope):
            look.add("soundness-unexplored", scope.id)
            continue
        _Scope(look, scope, made, left).check()


def _vague(look: Look, scope: Scope) -> bool:
    """Whether data alone decide how tokens join: ad-hoc work, complex gateways."""
    nodes = look.graph.nodes
    holder = nodes.get(scope.id)
    if holder is not None and holder.ad_hoc is not None:
        return True
    return any(nodes[one].kind is NodeKind.COMPLEX_GATEWAY for one in scope.nodes)


@dataclass(slots=True)
class _Left:
    """States that may still be looked at."""

    wide: int = STATES
    narrow: int = _NARROW


class _Scope:
    """The soundness of one scope."""

    def __init__(self, look: Look, scope: Scope, made: Shape, left: _Left) -> None:
        self._look, self._scope, self._shape, self._left = look, scope, made, left
        self._teller = Teller(look, scope)
        #: Joins that were told, and whether tokens multiply somewhere.
        self._joins: set[str] = set()
        self._multiplied = False

    def check(self) -> None:
        """Tell what is wrong."""
        found = [one for one in reducing.reduce(self._shape) if self._matters(one)]
        self._multiplied = any(one.fault is Fault.TWICE for one in found)
        if len(self._shape.spots) <= shape.STOP + 1:
            self._mismatches(found)
            return
        seen = exploring.explore(self._shape, self._left.wide)
        self._left.wide -= seen.states
        self._multiplied = self._multiplied or bool(seen.twice)
        self._mismatches(found)
        if any(one.fault is Fault.WAITS for one in found):
            # What is left stands behind a join that had to be taken as repaired.
            return
        if seen.complete:
            self._whole(seen)
        self._stuck(seen)
        self._twice(seen)
        if not seen.complete:
            self._narrowly()

    def _narrowly(self) -> None:
        self._look.add("soundness-unexplored", self._scope.id)
        seen = exploring.explore(self._shape, self._left.narrow, narrow=True)
        self._left.narrow -= seen.states
        self._stuck(seen)

    def _mismatches(self, found: list[Mismatch]) -> None:
        for one in found[:_TOLD]:
            self._mismatch(one)

    def _matters(self, one: Mismatch) -> bool:
        return one.fault is Fault.WAITS or self._teller.works(one.join)

    def _mismatch(self, one: Mismatch) -> None:
        teller = self._teller
        ways = sorted(
            (teller.along(one.split, first, one.join) for first in one.firsts), key=len
        )
        path = [*teller.to(one.split), *ways[0]]
        if one.fault is Fault.TWICE:
            told = f"{teller.path(path)} ‖ {teller.path(ways[1])}"
            self._tell("done-twice", one.join, path=told)
            return
        absent = teller.missing(one.join, path)
        sure = one.exclusive and not self._multiplied
        if sure and not teller.returns(one.split):
            self._never(one.join, [path], absent)
        else:
            self._waits(one.join, [path], absent)

    def _never(self, join: str, ways: list[list[str]], absent: list[str]) -> None:
        steps = self._teller.names(self._teller.behind(join))
        missing = self._teller.names(absent)
        told = self._teller.together(ways, join)
        self._tell("join-never-complete", join, path=told, missing=missing, steps=steps)

    def _waits(self, join: str, ways: list[list[str]], absent: list[str]) -> None:
        missing = self._teller.names(absent)
        told = self._teller.together(ways, join)
        self._tell("deadlock", join, path=told, missing=missing)

    def _tell(self, code: str, element: str, **words: str) -> None:
        if element not in self._joins:
            self._joins.add(element)
            self._look.add(code, element, **words)

    def _whole(self, seen: Explored) -> None:
        """What every state that there is says: dead joins, no end."""
        trace = self._teller.trace
        if not seen.twice and not self._multiplied:
            for number, state in self._dead(seen):
                path = trace(self._shape, seen, state)
                absent = self._teller.absent(self._shape, seen, state, number)
                self._never(self._shape.spots[number].join, path, absent)
        if self._joins or seen.twice or self._rescued():
            return
        if ways.lost(self._scope, self._look):
            # A rule of its own tells of ways that lead nowhere.
            return
        if not seen.ended and seen.stuck:
            path = trace(self._shape, seen, seen.stuck[0])
            self._tell(
                "never-ends", self._scope.id, path=self._teller.together(path, "")
            )
        elif seen.lost:
            code = "loop-without-exit" if seen.ended else "never-ends"
            path = trace(self._shape, seen, seen.lost[0])
            self._tell(code, self._scope.id, path=self._teller.together(path, ""))

    def _dead(self, seen: Explored) -> Iterator[tuple[int, int]]:
        """Joins that never go on, each with the nearest state in which they wait."""
        for number, spot in self._shape.spots.items():
            join = spot.takes != ONE and len(spot.ins) > 1
            if number in seen.fired or not join:
                continue
            for state in seen.before:
                if any(edge in spot.ins for edge in seen.edges(state)):
                    yield number, state
                    break

    def _rescued(self) -> bool:
        """Whether an event sub-process may end what waits."""
        nodes, scopes = self._look.graph.nodes, self._look.graph.scopes
        return any(
            nodes[start].interrupting
            for handler in self._scope.handlers
            for start in scopes[nodes[handler].body].starts
            if nodes[start].event.kind is not EventKind.COMPENSATION
        )

    def _stuck(self, seen: Explored) -> None:
        """Tell of each join the nearest state in which it waits for ever."""
        told = 0
        for state in seen.stuck:
            spots = {self._shape.edges[edge].target for edge in seen.edges(state)}
            joins = {self._shape.spots[one].join: one for one in sorted(spots)}
            fresh = [one for one in joins if one not in self._joins]
            if fresh and len(fresh) == len(joins) and told < _TOLD:
                told += 1
                path = self._teller.trace(self._shape, seen, state)
                spot = joins[fresh[0]]
                absent = self._teller.absent(self._shape, seen, state, spot)
                self._waits(fresh[0], path, absent)
                self._joins.update(fresh)

    def _twice(self, seen: Explored) -> None:
        """Tell of each merge the nearest state in which it lets two tokens pass."""
        told = 0
        for state, step in seen.twice:
            join = self._shape.spots[step.spot].join if step.spot != START else ""
            if join and join not in self._joins and told < _TOLD:
                if not self._teller.works(join):
                    continue
                told += 1
                ways = self._teller.trace(self._shape, seen, state, step)
                self._tell("done-twice", join, path=self._teller.together(ways, join))
