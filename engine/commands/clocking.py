"""The clock of a case in one transaction (docs/manual/clock.md).

Acts tell it what began and ended; it says what moves, and keeps the state that the row
of the case holds. A case whose clock nothing has ever moved holds no state and costs
nothing here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from engine.commands.edition import Edition
from engine.domain import clock, clock_text, last_days
from engine.domain import term as terms
from engine.domain.case import ACTIVE, Case, Task
from engine.domain.clock_state import Cause, Change, Clock, Key, Wait
from engine.domain.events import Event
from engine.domain.model import TimeLimit
from engine.domain.run import Advance, Json, Picture, Status, Visit
from engine.domain.term import Term
from engine.domain.working_time import Calendar
from engine.errors import NotReadyError

#: The key of a wait that the drawing began: `at:<element>:<occurrence>`.
_DRAWN = "at:"


class Clocking:
    """What moves the limits of one case, act by act."""

    def __init__(
        self,
        case: Case,
        edition: Edition,
        work: Callable[[], Iterable[Task]],
        calendar: Callable[[], Calendar],
        limit: Callable[[str], TimeLimit | None],
    ) -> None:
        self._case = case
        self._edition = edition
        #: The open work of the case before the act.
        self._work = work
        self._calendar = calendar
        #: What an element of the drawing, or a row beside it, is given.
        self._limit = limit
        self.state: Clock | None = clock_text.load(case.clock)

    @property
    def stands(self) -> bool:
        """Whether it stands still."""
        return self.state is not None and self.state.since is not None

    @property
    def text(self) -> str:
        """What the row of the case keeps of it."""
        return clock_text.dump(self.state)

    @property
    def waits(self) -> tuple[Wait, ...]:
        """What the case waits for."""
        return () if self.state is None else self.state.open_waits

    def tick(
        self, advance: Advance, picture: Callable[[], Picture], event: Event
    ) -> list[Change]:
        """What the effect of an act moves: waits that the drawing begins and ends.

        With the last token every wait is over.
        """
        at, then = real(event), onward(event)
        drawn = self._edition.clocked
        if self.state is None and not drawn:
            return []
        ended = advance.status is Status.COMPLETED
        now = {} if ended or not drawn else _visits(picture(), drawn)
        known = {one.key for one in self.waits}
        begun = sorted(now.keys() - known)
        if self.state is None and not begun:
            return []
        state = self._moved()
        for one in advance.closed:
            state = clock.closed(state, (one.element, one.occurrence))
        self.state = state
        over = [
            one.key
            for one in state.open_waits
            if ended or (one.key.startswith(_DRAWN) and one.key not in now)
        ]
        changes = [self.end(key, at) for key in over]
        return changes + [self.begin(now[key], key, then) for key in begun]

    def begin(self, cause: Cause, key: str, at: datetime) -> Change:
        """A wait begins."""
        state = self._moved()
        policy = clock.policy_of(self._edition.package.model.facts, cause)
        wait = Wait(key=key, cause=cause, policy=policy, began=at)
        return self._follow(clock.begin(state, wait, self._calendar()), at)

    def end(self, key: str, at: datetime) -> Change:
        """A wait ends.

        Raises:
            NotReadyError: There is no such wait.
        """
        return self._follow(clock.end(self._moved(), key, at, self._calendar()), at)

    def open_of(self, cause: Cause) -> tuple[Wait, ...]:
        """The open waits of a cause that acts began."""
        return tuple(
            one
            for one in self.waits
            if one.cause is cause and not one.key.startswith(_DRAWN)
        )

    def may_extend(self, by: datetime | TimeLimit, at: datetime) -> Change:
        """What an extension would move.

        Raises:
            NotReadyError: It cannot be (`engine.domain.clock.extend`), what is asked
                for is over already, or is a day off (`day-off`, with the `next` day).
        """
        calendar = self._calendar()
        change = clock.extend(self._moved(), by, calendar)
        if change.due[1] is not None and change.due[1] <= at:
            raise NotReadyError(code="not-later")
        if isinstance(by, datetime):
            last_days.check_worked(calendar.local(by).date(), calendar)
        return change

    def extend(self, by: datetime | TimeLimit, at: datetime) -> Change:
        """The promise is extended. Raises NotReadyError as `may_extend`."""
        return self._follow(self.may_extend(by, at), at)

    def recount(self, at: datetime, calendar: Calendar | None = None) -> Change | None:
        """Everything counted anew by the calendar in force; None: nothing moves."""
        counted = clock.recount(self._moved(), calendar or self._calendar())
        return None if counted is None else self._follow(counted, at)

    def opened(self, task: Task) -> Task:
        """A step begins, whose due instant is counted already; with its alarm."""
        limit = self._limit(task.element)
        if limit is None:
            return task
        term = Term(began=task.opened_at, limit=limit, due=task.due_at)
        if self.state is not None:
            key = (task.element, task.occurrence)
            self.state = clock.opened(self.state, key, term)
        return replace(task, alarm_at=terms.warned(term, (), self._calendar()))

    def closed(self, task: Task) -> Task:
        """A step is over, and nobody is told of it any more."""
        if self.state is not None:
            self.state = clock.closed(self.state, (task.element, task.occurrence))
        return replace(task, alarm_at=None)

    def case(self, case: Case, changes: Iterable[Change]) -> Case:
        """The row of a case after changes of its clock."""
        for change in changes:
            case = replace(case, due_at=change.due[1])
        return replace(case, alarm_at=self.alarm(case))

    def alarm(self, case: Case) -> datetime | None:
        """When somebody is to be told of the case next."""
        state = self._moved()
        if state.case is None:
            return None
        term = replace(state.case, due=case.due_at)
        return terms.warned(term, state.marks, self._calendar())

    def step(self, task: Task, due: datetime | None) -> Task:
        """The row of a step whose due instant moved."""
        state = self._moved()
        term = state.steps.get((task.element, task.occurrence))
        alarm = None
        if term is not None:
            alarm = terms.warned(term, state.marks, self._calendar())
        return replace(task, due_at=due, alarm_at=alarm)

    def next_key(self, cause: Cause) -> str:
        """The name of the next wait that an act begins."""
        return clock.next_key(self.state, cause)

    def rounds(self, cause: Cause) -> int:
        """How many waits of a cause there have been."""
        return clock.rounds(self.state, cause)

    def _follow(self, change: Change, at: datetime) -> Change:
        self.state = clock.follow(self._moved(), change, at)
        return change

    def _moved(self) -> Clock:
        """The clock, made of the rows where nothing has moved it so far."""
        if self.state is not None:
            return self.state
        steps = {
            (task.element, task.occurrence): (task.opened_at, limit, task.due_at)
            for task in self._work()
            if task.status in ACTIVE
            and (limit := self._limit(task.element)) is not None
        }
        facts = self._edition.package.model.facts
        promise = (self._case.opened_at, self._case.due_at)
        return clock.started(facts, promise, steps)


def real(event: Event) -> datetime:
    """The real instant of an act: that on paper, where it was done on paper."""
    return clock_text.real(event.at, event.facts)


def onward(event: Event) -> datetime:
    """From when what an act led to counts."""
    return clock_text.onward(event.at, event.facts)


def facts_of(changes: Iterable[Change]) -> dict[str, Json]:
    """What the record keeps of changes; nothing where there are none."""
    told: list[Json] = [clock_text.facts_of(one) for one in changes]
    return {"clock": told} if told else {}


def steps_of(changes: Iterable[Change]) -> dict[Key, datetime | None]:
    """The steps that changes move, with their due instants."""
    return {
        (element, occurrence): due
        for change in changes
        for element, occurrence, _, due in change.steps
    }


def _waiting(picture: Picture) -> Iterator[Visit]:
    return (Visit(one.element, one.occurrence) for one in picture.waiting)


def _visits(picture: Picture, drawn: Mapping[str, str]) -> dict[str, Cause]:
    """The open visits at which the drawing waits, by the name of the wait."""
    return {
        clock.drawn_key(one.element, one.occurrence): Cause(drawn[one.element])
        for one in (*picture.ready, *_waiting(picture))
        if one.element in drawn
    }
