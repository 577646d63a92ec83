"""A running case inside one transaction: load, apply acts, record, save.

Every act makes one event, sealed in the chain of the case; state, work, event, personal
values and outgoing effects are saved together or not at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from engine import limits
from engine.commands import clocking, columns, paper, recorded
from engine.commands.beside import Beside
from engine.commands.edition import Edition
from engine.commands.telling import Telling
from engine.commands.transaction import Transaction
from engine.domain import dossier, drawn_ending, iso8601, side_work, working_time
from engine.domain import model as models
from engine.domain.case import ACTIVE, Agencies, Case, Task, TaskMove
from engine.domain.clock_state import Cause, Change
from engine.domain.deciding import Evaluating
from engine.domain.events import Event, EventType, Sealed, Stream, StreamKind
from engine.domain.office_hours import Calendar
from engine.domain.run import Act, Advance, Closed, End, Json, Status, Visit
from engine.errors import NotReadyError, StateError
from engine.evidence import record
from engine.exchange import OpenWait, Outgoing
from engine.ports import CaseChange, Context, Execution

#: What happens in a case while no work is done in it.
_SUSPENDED: Final = frozenset(
    {
        EventType.CASE_STOPPED,
        EventType.CASE_WITHDRAWN,
        EventType.CASE_TRANSFERRED,
        EventType.TASK_RELEASED,
        EventType.TASK_REASSIGNED,
    }
)


class Running:
    """One case under way in one transaction."""

    def __init__(
        self,
        transaction: Transaction,
        case: Case,
        expected: int | None,
        known: tuple[Task, ...] = (),
    ) -> None:
        self._transaction = transaction
        self.case = case
        self._expected = expected
        self.edition: Edition = transaction.edition(
            case.procedure_version, case.process
        )
        self._execution: Execution | None = None
        self._stream = Stream(
            tenant=case.tenant,
            kind=StreamKind.CASE,
            id=case.id,
            month=case.month,
            seq=case.seq,
            head=case.head,
        )
        self._tasks = {(task.element, task.occurrence): task for task in known}
        self._all_known = expected is None
        self._opened: dict[tuple[str, int], Task] = {}
        self._changed: dict[tuple[str, int], Task] = {}
        self._events: list[Sealed] = []
        self._outgoing: list[Outgoing] = []
        #: What the case waited for before the first act, and what it waits for now.
        self._heard: dict[Visit, OpenWait] | None = None
        self._hears: dict[Visit, OpenWait] = {}
        self.beside = Beside(transaction, case)
        sources = self.work, self.calendar, self.limit
        self.clock = clocking.Clocking(case, self.edition, *sources)
        if expected is None:
            self.case = self.clock.case(case, ())
        field, fresh = self.model.facts.field, expected is None
        self._telling = Telling(transaction, case, field, fresh=fresh)
        #: What it is searched by besides its code; None: as before.
        self.words: str | None = None

    @property
    def now(self) -> datetime:
        """When its acts happen."""
        return self._transaction.now

    @property
    def model(self) -> models.Model:
        """The model the case runs on."""
        return self.edition.package.model

    @property
    def execution(self) -> Execution:
        """The tokens; a lost or damaged state heals itself from the history.

        Raises:
            EvidenceError: The state is lost and the history does not verify.
        """
        if self._execution is None:
            self._execution = self._load()
        return self._execution

    def _load(self) -> Execution:
        runtime = self._transaction.tools.runtime
        if self._expected is None:
            return runtime.begin(self.model)
        try:
            if self.case.state is not None:
                return runtime.load(self.model, self.case.state)
        except StateError:
            # The blob is a cache; the history below is the truth.
            pass
        return recorded.traced(self._transaction, self.case, self.edition).execution

    def act(self, act: Act, event: Event) -> Advance:
        """Apply one act to the tokens and record it as an event with its effect.

        Raises:
            NotReadyError: The case is suspended, and the act is not its end.
        """
        self._check_working(event)
        context = Context(
            now=event.at,
            decider=Evaluating(),
            services=self._transaction.tools.services,
            decisions=self.edition.package.decisions,
            budget=limits.STEPS_PER_TRANSACTION,
        )
        if self._heard is None:
            self._heard = {} if self._expected is None else self._waits(event.at)
        advance = self.execution.act(act, context)
        event = self._left(advance, event)
        facts = drawn_ending.told(event.facts, self.edition.endings, advance.completed)
        event = paper.onward(
            replace(event, facts=facts), self.model, advance, self._past
        )
        event = self._ticked(advance, event)
        opened = tuple(self._open(one, event) for one in advance.opened)
        event = self._counted(event, opened)
        for closed in advance.closed:
            self._close(closed, event)
        self._record(
            replace(event, effect=advance, opened=opened, budget=context.budget)
        )
        now = event.at
        self._outgoing += columns.letters(self.case.id, self._stream.seq, advance, now)
        self._hears = self._waits(now)
        wake = now if advance.more else columns.next_wake(self.execution.picture())
        self.case = columns.follow(
            self.case, advance.status, clocking.onward(event), wake
        )
        return advance

    def note(self, task: Task, event: Event) -> None:
        """Record an act that moves no token but changes one piece of work.

        Raises:
            NotReadyError: The case is suspended, and somebody takes work.
        """
        self._check_working(event)
        visit = Visit(task.element, task.occurrence)
        self._changed[(task.element, task.occurrence)] = task
        self._record(replace(event, visit=visit))

    def transfer(self, agencies: Agencies, moved: Sequence[Task], event: Event) -> None:
        """Record that other agencies take the case and its open work over."""
        self.case = replace(self.case, agencies=agencies)
        self._changed |= {(task.element, task.occurrence): task for task in moved}
        self._record(event)

    def aside(
        self, event: Event, opened: Sequence[Task] = (), over: Sequence[Task] = ()
    ) -> None:
        """Record an act of side work, with the rows that it opens and that it closes.

        Raises:
            NotReadyError: The case is suspended.
        """
        self._check_working(event)
        for task in over:
            self._changed[(task.element, task.occurrence)] = self.clock.closed(task)
        self._record(self._counted(event, tuple(opened)))
        for task in opened:
            self._opened[(task.element, task.occurrence)] = self.clock.opened(task)

    def suspend(self, event: Event) -> None:
        """Record that no work is done from now on; the clock stands, timers wait."""
        clock = self.clock
        key, at = clock.next_key(Cause.SUSPENSION), clocking.real(event)
        self.move([clock.begin(Cause.SUSPENSION, key, at)], event)
        self.case = replace(self.case, suspended_at=at, next_wake=None)

    def end_suspension(self, event: Event) -> None:
        """Record that work goes on; what was due meanwhile is done now."""
        waits = [one.key for one in self.clock.waits if one.cause is Cause.SUSPENSION]
        at = clocking.real(event)
        self.move([self.clock.end(key, at) for key in waits], event)
        wake = columns.next_wake(self.execution.picture())
        self.case = replace(self.case, suspended_at=None, next_wake=wake)

    def _check_working(self, event: Event) -> None:
        """Docs/manual/clock.md, rule 7: during a suspension no work is done."""
        if self.case.suspended_at is not None and event.type not in _SUSPENDED:
            raise NotReadyError(code="suspended")

    def move(self, changes: Sequence[Change], event: Event) -> None:
        """Record an act that moves the clock of the case (`Running.clock`)."""
        self._record(self._moved(changes, event))

    def work(self) -> Iterator[Task]:
        """The open work of the case, as it stands now."""
        self._know_all()
        known = {**self._tasks, **self._opened, **self._changed}
        return (task for task in known.values() if task.status in ACTIVE)

    def _past(self) -> tuple[Sealed, ...]:
        """What the case has recorded so far."""
        if self._expected is None:
            return tuple(self._events)
        return (*recorded.events_of(self._transaction, self.case), *self._events)

    def _left(self, advance: Advance, event: Event) -> Event:
        """The event with the side work that ends because its step is over."""
        rows: list[Json] = [*self.beside.left(advance)]
        for row in rows:
            task = self._task((str(row), 1)).cancelled(clocking.real(event))
            task = self.clock.closed(task)
            self._changed[(task.element, task.occurrence)] = task
        return replace(event, facts={**event.facts, "left": rows}) if rows else event

    def _ticked(self, advance: Advance, event: Event) -> Event:
        """The event with what its effect moves on the clock."""
        state = self.clock.state
        changes = self.clock.tick(advance, self.execution.picture, event)
        paper.check_clock(state, event, moves=bool(changes))
        return self._moved(changes, event)

    def _moved(self, changes: Sequence[Change], event: Event) -> Event:
        if not changes:
            return event
        self.case = self.clock.case(self.case, changes)
        for key, due in clocking.steps_of(changes).items():
            kept = self._opened if key in self._opened else self._changed
            kept[key] = self.clock.step(self._task(key), due)
        return replace(event, facts={**event.facts, **clocking.facts_of(changes)})

    def remark(self, event: Event) -> None:
        """Record an act that changes neither tokens nor work."""
        self._record(event)

    def follow_record(self) -> None:
        """Take state, waits and search columns from what the history still holds."""
        traced = recorded.traced(self._transaction, self.case, self.edition)
        self._execution = traced.execution
        waits = columns.waits_of(self.case, traced)
        self._transaction.uow.arrivals.replace_waits(self.case.id, waits)
        values = traced.steps[0].values
        applicant = dossier.applicant(self.model.facts, values)
        self.case = replace(self.case, applicant=applicant)
        self.words = dossier.words(values)

    def halt(self, steps: int) -> None:
        """Record that the case does not come to rest, and wake it no more."""
        now = self._transaction.now
        self._record(Event(type=EventType.CASE_HALTED, at=now, facts={"steps": steps}))
        self.case = columns.follow(self.case, Status.INCIDENT, now, None)

    def save(self) -> None:
        """Write everything; where nothing happened, nothing is written."""
        if not self._events:
            return
        stream = self._stream
        case = replace(
            self.case,
            version=self.case.version + len(self._events),
            seq=stream.seq,
            head=stream.head,
            clock=self.clock.text,
            sides=self.beside.count,
        )
        case = self._telling.case(case)
        if self._execution is not None:
            closed = case.status is Status.COMPLETED
            case = replace(case, state=None if closed else self._execution.dump())
        heard = self._heard or {}
        self._transaction.uow.cases.save(
            CaseChange(
                case=case,
                expected=self._expected,
                opened=tuple(self._opened.values()),
                changed=tuple(self._changed.values()),
                events=tuple(self._events),
                words=self.words,
                told=self._telling.change,
                outgoing=tuple(self._outgoing),
                waits=tuple(
                    one for visit, one in self._hears.items() if visit not in heard
                ),
                closed=tuple(one for one in heard if one not in self._hears),
            )
        )
        self.case = case

    def _record(self, event: Event) -> None:
        named = replace(event, model=self.edition.ref)
        sealed = record.seal(named, self._stream, self._transaction.tools.ids.random)
        self._telling.take(event)
        self.beside.take(event, sealed.seq)
        self._events.append(sealed)
        self._stream = sealed.next()

    def _open(self, visit: Visit, event: Event) -> Task:
        at = clocking.onward(event)
        node = self.model.nodes[visit.element]
        organisation = self._transaction.uow.accounts.organisation()
        does = models.performer_of(node), iso8601.day(self._transaction.now)
        agency = columns.placed(organisation, self.case.agencies, *does)
        task = columns.begun(self.case, visit, node, agency, at)
        task = self.clock.opened(replace(task, due_at=self.due(node.work.limit, at)))
        self._opened[(visit.element, visit.occurrence)] = task
        return task

    def limit(self, element: str) -> models.TimeLimit | None:
        """What a step of the drawing, or a row beside one, is given."""
        if side_work.is_side(element):
            return self.beside.limit(element)
        return self.model.nodes[element].work.limit

    def due(self, limit: models.TimeLimit | None, at: datetime) -> datetime | None:
        """When a limit ends that begins so; while the clock stands, nobody knows."""
        if limit is None or self.clock.stands:
            return None
        return working_time.end_of(at, limit, self.calendar())

    def calendar(self) -> Calendar:
        """The calendar in force at the agency that handles the case."""
        register = self._transaction.calendars()
        return register.in_force(self.case.agencies.handling, self._transaction.now)

    def _counted(self, event: Event, opened: tuple[Task, ...]) -> Event:
        """The event with the edition of the calendar that it counted on, if it did."""
        promises = event.type is EventType.CASE_OPENED and self.case.due_at is not None
        if not promises and all(task.due_at is None for task in opened):
            return event
        return replace(
            event, facts={**event.facts, "calendar": self.calendar().edition}
        )

    def _close(self, closed: Closed, event: Event) -> None:
        if not models.is_work(self.model.nodes[closed.element]):
            return
        key = (closed.element, closed.occurrence)
        task, at = self._task(key), clocking.real(event)
        if closed.end is not End.COMPLETED:
            task = self.clock.closed(task.cancelled(at))
        else:
            task = replace(
                self.clock.closed(task.move(TaskMove.COMPLETE)),
                closed_at=at,
                assignee=event.doer.account,
                position=event.doer.position,
                on_behalf_of=event.doer.on_behalf_of,
                hand=paper.by_of(event),
            )
        kept = self._opened if key in self._opened else self._changed
        kept[key] = task

    def _task(self, key: tuple[str, int]) -> Task:
        for known in (self._changed, self._opened, self._tasks):
            if key in known:
                return known[key]
        self._know_all()
        if key in self._tasks:
            return self._tasks[key]
        message = f"The work of {key[0]} ({key[1]}) has no row."
        raise StateError(message)

    def _know_all(self) -> None:
        if not self._all_known:
            active = self._transaction.uow.cases.active(self.case)
            self._tasks |= {(one.element, one.occurrence): one for one in active}
            self._all_known = True

    def _waits(self, now: datetime) -> dict[Visit, OpenWait]:
        """What the case waits for from outside; models without such waits cost nothing.

        Of a wait that is stored already only its visit counts.
        """
        if not self.edition.hears:
            return {}
        waits = columns.heard(self.case.id, self.execution.picture(), now)
        return {Visit(one.element, one.occurrence): one for one in waits}
