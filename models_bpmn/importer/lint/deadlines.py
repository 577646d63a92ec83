"""The rules about time limits: no way takes longer than the procedure promises.

Limits of different units are compared as minutes of working time in an ordinary week of
the default calendar, counted from a Monday morning (`engine.domain.working_time`).
Steps side by side take as long as the longest; what a loop repeats counts once.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from types import MappingProxyType
from typing import Final

from engine.domain import clock, working_time
from engine.domain.clock_state import Cause, Policy
from engine.domain.model import SCOPED, TimeLimit
from models_bpmn import calendars
from models_bpmn.importer.lint.look import Look
from models_bpmn.importer.lint.loops import inner_first

#: Longer limits are compared by nobody: five years in each unit.
_LONGEST: Final[Mapping[str, int]] = MappingProxyType(
    {
        "hour": 43_800,
        "day": 1_825,
        "month": 60,
        "working-hour": 10_400,
        "working-day": 1_300,
    }
)
_HOUR: Final = 60
#: Any Monday: the week is the same all year round.
_MONDAY: Final = date(2026, 6, 1)


def waits(look: Look) -> None:
    """A wait that is drawn has a limit that it could move."""
    limited = look.graph.facts.limit or any(one.work.limit for one in look.nodes())
    for one in look.nodes():
        if one.clock and not one.part_of and not limited:
            look.add("clock-idle", one.id)


def sums(look: Look) -> None:
    """The limits of the steps on a way add up to no more than that of the procedure."""
    limit = look.graph.facts.limit
    allowed = None if limit is None else minutes(limit)
    if allowed is None or not any(one.work.limit for one in look.nodes()):
        return
    longest = _Longest(look)
    taken = longest.scopes.get(look.graph.id, 0)
    if taken > allowed:
        look.add(
            "limit-exceeded",
            look.graph.id,
            path=longest.told(look.graph.id),
            sum=_hours(taken),
            limit=_hours(allowed),
        )


@cache
def _calendar() -> tuple[working_time.Calendar, datetime]:
    """An ordinary week, and when work begins on its Monday."""
    known = calendars.default_calendar()
    week = working_time.Calendar(
        name=known.name, edition=known.edition, week=known.week, zone=known.zone
    )
    wall = datetime.combine(_MONDAY, week.hours(_MONDAY)[0][0])
    return week, week.instant(wall)


@cache
def minutes(limit: TimeLimit) -> int | None:
    """A limit as minutes of working time; None when it is too long to compare."""
    if not 0 <= limit.amount <= _LONGEST.get(limit.unit, -1):
        return None
    week, monday = _calendar()
    return working_time.remaining(
        monday, working_time.add(monday, limit, week).at, week
    )


def _hours(count: int) -> str:
    return f"{count / _HOUR:g}"


class _Longest:
    """The longest way through every scope, inner scopes first."""

    def __init__(self, look: Look) -> None:
        self._look = look
        #: Scope → minutes of its longest way, and the last node of it.
        self.scopes: dict[str, int] = {}
        self._last: dict[str, str] = {}
        self._came: dict[str, str] = {}
        self._after: dict[str, list[str]] = {}
        for scope in inner_first(look):
            self._walk(scope)

    def told(self, scope: str) -> str:
        """The steps of the longest way that take time, with their hours."""
        way: list[str] = []
        node = self._last.get(scope, "")
        while node:
            if self._time(node):
                way.append(node)
            node = self._came.get(node, "")
        names = [
            f"{self._look.graph.nodes[one].name or one} ({_hours(self._time(one))})"
            for one in reversed(way)
        ]
        return " + ".join(names)

    def _time(self, node: str) -> int:
        found = self._look.graph.nodes[node]
        if found.kind in SCOPED:
            return self.scopes.get(found.body, 0)
        if found.clock and self._stops(found.clock):
            return 0
        return (minutes(found.work.limit) or 0) if found.work.limit else 0

    def _stops(self, cause: str) -> bool:
        """Whether the clock stands still while the case waits for a cause."""
        facts = self._look.graph.facts
        return clock.policy_of(facts, Cause(cause)) is not Policy.CONTINUE

    def _walk(self, scope: str) -> None:
        until: dict[str, int] = {}
        for node in self._order(scope):
            until[node] = until.get(node, 0) + self._time(node)
            for after in self._after.get(node, ()):
                if until[node] > until.get(after, -1):
                    until[after] = until[node]
                    self._came[after] = node
            if until[node] > self.scopes.get(scope, -1):
                self.scopes[scope], self._last[scope] = until[node], node

    def _order(self, scope: str) -> list[str]:
        """Every node after those that lead to it; ways back are left out."""
        look, found = self._look, _begins(self._look, scope)
        state: dict[str, bool] = {}
        order: list[str] = []
        waiting = [(node, False) for node in reversed(found)]
        while waiting:
            node, left = waiting.pop()
            if left:
                state[node] = True
                order.append(node)
            elif node not in state:
                state[node] = False
                waiting.append((node, True))
                waiting += [(one, False) for one in look.after(look.graph.nodes[node])]
        position = {node: place for place, node in enumerate(reversed(order))}
        for node in order:
            self._after[node] = [
                one
                for one in look.after(look.graph.nodes[node])
                if position.get(one, -1) > position[node]
            ]
        return order[::-1]


def _begins(look: Look, scope: str) -> list[str]:
    """Where a scope begins, its event sub-processes apart."""
    found = look.graph.scopes[scope]
    return [one for one in (*found.starts, *found.triggers) if one in look.graph.nodes]
