"""Sealed histories of cases that the token game lives through, without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from engine.conformance.game import TokenGame
from engine.domain import run
from engine.domain.case import Task, TaskStatus
from engine.domain.deciding import Evaluating
from engine.domain.events import Doer, Event, EventType, Sealed, Stream, StreamKind
from engine.domain.model import Model
from engine.domain.run import Json, Visit
from engine.domain.working_time import Calendar
from engine.evidence import moment, record, replay
from engine.ports import Context, Execution, Outside
from tests.conformance.driving import Functions, Tables

#: A Friday, 09:00 in Vietnam.
NINE: Final = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
CLERK: Final = Doer(account=UUID(int=7), position=UUID(int=8), agency=UUID(int=9))
ENGINE: Final = Doer()
STREAM: Final = Stream(
    tenant=UUID(int=1), kind=StreamKind.CASE, id=UUID(int=2), month=202611
)
HALF: Final = ((time(7, 30), time(11, 30)), (time(13), time(17)))
CALENDAR: Final = Calendar(
    name="thử",
    edition="1",
    week=(HALF,) * 5 + ((), ()),
    confirmed=(date.min, date.max),
)


@dataclass
class History:
    """A case that is lived through and sealed, act by act."""

    model: Model
    outside: Outside = field(
        default_factory=lambda: Outside(services=Functions({}), decisions=Tables({}))
    )
    now: datetime = NINE
    #: Working time that the work of an element may take.
    due: Mapping[str, timedelta] = field(default_factory=dict)
    events: list[Sealed] = field(default_factory=list)
    _execution: Execution = field(init=False)
    _game: TokenGame = field(default_factory=TokenGame)

    def __post_init__(self) -> None:
        """Begin before the first act."""
        self._execution = self._game.begin(self.model)

    def later(self, **span: float) -> "History":
        """Let time go by."""
        self.now += timedelta(**span)
        return self

    def open(self, **data: Json) -> "History":
        """Open the case."""
        return self.act(EventType.CASE_OPENED, run.Open(data), CLERK, values=data)

    def do(self, element: str, outcome: str = "", **answers: Json) -> "History":
        """Complete the oldest open work of an element; `a#2` names the second visit."""
        visit = self.visit(element)
        act = run.Complete(visit.element, visit.occurrence, answers, outcome)
        return self.act(
            EventType.TASK_COMPLETED,
            act,
            CLERK,
            visit=visit,
            outcome=outcome,
            values=answers,
        )

    def visit(self, text: str) -> Visit:
        """An open visit by its short name."""
        element, _, number = text.partition("#")
        ready = self._execution.picture().ready
        return next(
            one
            for one in ready
            if one.element == element and number in ("", str(one.occurrence))
        )

    def fire(self, element: str) -> "History":
        """Let the timer of an element fire."""
        wait = next(
            one for one in self._execution.picture().waiting if one.element == element
        )
        act = run.Fire(wait.element, wait.occurrence)
        visit = Visit(wait.element, wait.occurrence)
        return self.act(EventType.TIMER_FIRED, act, ENGINE, visit=visit)

    def hear(self, name: str, **payload: Json) -> "History":
        """Let a message arrive."""
        act = run.Message(name, payload)
        return self.act(
            EventType.MESSAGE_RECEIVED,
            act,
            ENGINE,
            facts={"name": name},
            values=payload,
        )

    def signal(self, name: str, doer: Doer = CLERK) -> "History":
        """Broadcast a signal."""
        facts: dict[str, Json] = {"name": name}
        return self.act(EventType.SIGNAL_RECEIVED, run.Signal(name), doer, facts=facts)

    def retry(self) -> "History":
        """Let the first step that stopped begin anew."""
        (stopped, *_) = self._execution.picture().incidents
        act = run.Retry(stopped.element, stopped.occurrence)
        visit = Visit(stopped.element, stopped.occurrence)
        return self.act(EventType.INCIDENT_RETRIED, act, CLERK, visit=visit)

    def note(self, kind: EventType, **more: Any) -> "History":
        """Seal something that moves no token."""
        self._seal(Event(type=kind, at=self.now, **more))
        return self

    def act(self, kind: EventType, act: run.Act, doer: Doer, **more: Any) -> "History":
        """Do an act and seal it."""
        context = Context(
            now=self.now,
            decider=Evaluating(),
            services=self.outside.services,
            decisions=self.outside.decisions,
        )
        effect = self._execution.act(act, context)
        tasks = tuple(self._task(visit) for visit in effect.opened)
        made = Event(
            type=kind, at=self.now, doer=doer, effect=effect, opened=tasks, **more
        )
        self._seal(made)
        return self

    def _task(self, visit: Visit) -> Task:
        span = self.due.get(visit.element)
        return Task(
            tenant=STREAM.tenant,
            case=STREAM.id,
            month=STREAM.month,
            element=visit.element,
            occurrence=visit.occurrence,
            name=visit.element,
            short_name=visit.element,
            performer="",
            agency=UUID(int=9),
            status=TaskStatus.OPEN,
            opened_at=self.now,
            due_at=None if span is None else self.now + span,
        )

    def _seal(self, event: Event) -> None:
        stream = self.events[-1].next() if self.events else STREAM
        self.events.append(record.seal(event, stream, self._noise))

    def _noise(self, size: int) -> bytes:
        return bytes((len(self.events) + n) % 251 for n in range(size))

    def erase(self, seq: int, name: str) -> "History":
        """Destroy a value and its salt; the row stays."""
        sealed = self.events[seq - 1]
        kept = tuple(
            one._replace(value=None, salt=None) if one.name == name else one
            for one in sealed.personal
        )
        self.events[seq - 1] = replace(sealed, personal=kept)
        return self

    def replay(self, log: replay.Covered | None = None) -> replay.Replay:
        """The moments of what was lived through."""
        ground = replay.Ground(
            runtime=TokenGame(),
            model=self.model,
            outside=self.outside,
            calendar=CALENDAR,
        )
        return replay.replay(self.events, ground, log or replay.Covered())


def stands(told: moment.Moment) -> Sequence[str]:
    """Where the tokens of a moment stand, in words."""
    return [f"{one.element} {one.stand.value}" for one in told.tokens]
