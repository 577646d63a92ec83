"""The clock of a case as its record tells it; no calendar is asked.

So a rebuild gives back exactly what was promised, whatever a later calendar or a later
release would count (docs/manual/clock.md).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.domain import clock, clock_text, side_work
from engine.domain.case import ACTIVE, Task
from engine.domain.clock_state import Change, Clock, Key
from engine.domain.events import EventType
from engine.domain.model import Model, TimeLimit
from engine.domain.term import Term
from engine.evidence.chained import Step
from engine.evidence.sides import Sides


class Ticking:
    """Follows what events say of a clock."""

    def __init__(self, model: Model, sides: Sides) -> None:
        self._model = model
        self._sides = sides
        self.state: Clock | None = None
        #: The promise as it stands.
        self.due: datetime | None = None
        self._began: datetime

    def take(self, step: Step, tasks: dict[Key, Task]) -> None:
        """Follow an event; the due instants of work move in `tasks`.

        Args:
            step: The event.
            tasks: The work of the case after it, as it was opened.
        """
        facts, effect = step.body["facts"], step.body.get("effect", {})
        if step.type is EventType.CASE_OPENED:
            self._began = step.real
            due = facts.get("due")
            self.due = None if due is None else datetime.fromisoformat(due)
        told = facts.get("clock", ())
        if self.state is None and not told:
            return
        fresh = {(one[0], one[1]) for one in effect.get("opened", ())}
        fresh.update(one.key for one in self._sides.opened)
        state = self.state or self._started(tasks, fresh)
        over = [(one[0], one[1]) for one in effect.get("closed", ())]
        for key in (*over, *self._sides.closed):
            state = clock.closed(state, key)
        for at, change in clock_text.moves(step.at, facts):
            state = clock.follow(state, change, at)
            self._apply(change, tasks)
        self.state = self._opened(state, step, effect)

    def _started(self, tasks: Mapping[Key, Task], fresh: set[Key]) -> Clock:
        steps = {
            key: (task.opened_at, limit, task.due_at)
            for key, task in tasks.items()
            if key not in fresh
            and task.status in ACTIVE
            and (limit := self._limit(key[0])) is not None
        }
        return clock.started(self._model.facts, (self._began, self.due), steps)

    def _apply(self, change: Change, tasks: dict[Key, Task]) -> None:
        self.due = change.due[1]
        for element, occurrence, _, due in change.steps:
            key = (element, occurrence)
            tasks[key] = replace(tasks[key], due_at=due)

    def _opened(self, state: Clock, step: Step, effect: Mapping[str, Any]) -> Clock:
        begun = [((one[0], one[1]), one[4]) for one in effect.get("opened", ())]
        due = step.body["facts"].get("due")
        begun += [(piece.key, due) for piece in self._sides.opened]
        for key, end in begun:
            limit = self._limit(key[0])
            if limit is not None:
                until = None if end is None else datetime.fromisoformat(end)
                term = Term(began=step.onward, limit=limit, due=until)
                state = clock.opened(state, key, term)
        return state

    def _limit(self, element: str) -> TimeLimit | None:
        if side_work.is_side(element):
            return self._sides.limit(element)
        return self._model.nodes[element].work.limit
