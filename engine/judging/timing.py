"""Time: do instants run on, do due instants follow the calendar, was it in time?

Each event names the edition of the calendar that it counted on. It must have been the
one in force at the agency that handles the case when the event was recorded
(docs/manual/clock.md, rule 3); what came into force later changes no verdict.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from engine.domain import iso8601, side_work, working_time
from engine.domain.calendars import Register
from engine.domain.deciding import Difference
from engine.domain.events import EventType
from engine.domain.model import Model, TimeLimit
from engine.domain.office_hours import Calendar
from engine.errors import DurationError
from engine.evidence import record
from engine.judging import beside, clocks, papers
from engine.judging.dossier import Dossier
from engine.judging.integrity import Opened
from engine.judging.people import People
from engine.judging.ruling import Ruling, Verdict, deviates, fails, passes
from engine.judging.told import shown

_ORDERLY: Final = passes("in-order")
_IN_TIME: Final = passes("in-time")
_FIRED: Final = EventType.TIMER_FIRED.value
_OPENED: Final = EventType.CASE_OPENED.value
_COMPLETED: Final = EventType.TASK_COMPLETED.value
#: Due instants kept; one is found by its limit and the minute that it counts from.
_KEPT: Final = 200_000
#: An act that began before a confirmation may be recorded a moment after it.
_OVERLAP: Final = timedelta(minutes=1)


class Bench:
    """Asks about time by the calendars that were in force."""

    def __init__(self, calendars: Register, people: People) -> None:
        self._calendars = calendars
        self._people = people
        self._ends: dict[tuple[int, str, str, str, str], str] = {}
        #: Models, kept so that their ids stay theirs, and where cases wait in them.
        self._ways: dict[int, tuple[Model, clocks.Drawn]] = {}

    def judge(
        self,
        case: Dossier,
        event: Opened,
        before: str,
        differences: Sequence[Difference],
    ) -> Ruling:
        """The verdict on one event; `before` is the instant of the event before."""
        effect = event.body.get("effect")
        wrong = self._edition(case, event, effect)
        told = "clock" in event.body["facts"]
        ways = self._drawn(case.model)
        moved = None
        forged = papers.bounds(case, event)
        if told or ways or case.clock is not None:
            moved = self._clock(case, event, ways)
            if forged is None and moved is not None and moved.verdict is Verdict.FAIL:
                return moved
        wrong = forged or wrong or self._dues(case, event, effect, differences)
        if wrong is not None:
            return wrong
        if case.clock is not None:
            clocks.opened(case, event)
        if event.type == _FIRED:
            wrong = _early(case, event)
        if wrong is None and event.at < before:
            # A clock that was put right; the chain, not the clock, tells the order.
            return deviates("backwards", before=before)
        late = wrong or _late(case, event, effect)
        return late if moved is None or late.verdict is not Verdict.PASS else moved

    def _clock(self, case: Dossier, event: Opened, ways: clocks.Drawn) -> Ruling | None:
        """What moved the clock of a case, where anything might have.

        Raises:
            LookupError: It names a calendar that was never confirmed.
        """
        told = event.body["facts"].get("clock", ())
        names = {one["calendar"] for one in told}
        for name in names:
            wrong = self._in_force(case, event, name)
            if wrong is not None:
                return wrong
        if case.clock is None and not told and event.body.get("effect") is None:
            return None
        name = next(iter(names), None)
        calendar = (
            self.calendar(event) if name is None else self._calendars.edition(name)
        )
        return clocks.Ticked(case, event, ways, calendar).judge()

    def _drawn(self, model: Model) -> clocks.Drawn:
        known = self._ways.get(id(model))
        if known is None:
            known = self._ways[id(model)] = model, clocks.drawn(model)
        return known[1]

    def _edition(self, case: Dossier, event: Opened, effect: Any) -> Ruling | None:
        """What is wrong with the calendar that an event names; None: nothing."""
        facts = event.body["facts"]
        name = facts.get("calendar")
        if name is None:
            opened = () if effect is None else effect["opened"]
            if facts.get("due") is None and all(one[4] is None for one in opened):
                # It counted nothing.
                return None
            name = self._calendars.seed.edition
        return self._in_force(case, event, name)

    def _in_force(self, case: Dossier, event: Opened, name: str) -> Ruling | None:
        """Whether the agency that handles a case counted on a calendar then."""
        if name == self._named(case, event.instant):
            return None
        before = event.instant - _OVERLAP
        if name == self._named(case, before):
            return None
        held = self._calendars.held
        if not held(name, event.instant) and not held(name, before):
            return fails("other-calendar", edition=str(name))
        counted = self._named(case, event.instant)
        return fails(
            "foreign-calendar", edition=name, agency=case.handling, counted=counted
        )

    def _named(self, case: Dossier, at: datetime) -> str:
        """The name of the calendar that the agency of a case counts on."""
        line = self._people.line(case.handling, at, iso8601.day(at))
        return self._calendars.named(map(UUID, line), at)

    def calendar(self, event: Opened) -> Calendar:
        """The calendar that an event counted on.

        Events from before calendars had editions counted on the product's own.

        Raises:
            LookupError: It names one that was never confirmed.
        """
        name = event.body["facts"].get("calendar")
        return self._calendars.seed if name is None else self._calendars.edition(name)

    def _dues(
        self,
        case: Dossier,
        event: Opened,
        effect: Any,
        differences: Sequence[Difference],
    ) -> Ruling | None:
        if event.type == _OPENED:
            facts, case.began = case.model.facts, event.real
            cutoff = facts.cutoff or self.calendar(event).cutoff
            due = self.end(event, facts.limit, cutoff)
            if event.body["facts"].get("due") != due:
                recorded = event.body["facts"].get("due")
                return fails("other-case-due", recorded=recorded, due=due)
        if effect is None:
            return self._asked(case, event) if event.type in beside.ASKED else None
        for element, occurrence, _, _, recorded in effect["opened"]:
            node = case.model.nodes.get(element)
            stands = case.clock is not None and case.clock.since is not None
            due = None
            if node is not None and not stands:
                due = self.end(event, node.work.limit)
            if recorded != due:
                return fails(
                    "other-due",
                    element=element,
                    occurrence=occurrence,
                    recorded=recorded,
                    due=due,
                )
        for one in differences:
            return fails(
                "other-timer",
                element=one.element,
                occurrence=one.occurrence,
                recorded=shown(one.recorded),
                due=shown(one.evaluated) if not one.reason else one.reason,
            )
        return None

    def _asked(self, case: Dossier, event: Opened) -> Ruling | None:
        """Whether what was asked beside a step is due as its own limit says."""
        facts = event.body["facts"]
        stands = case.clock is not None and case.clock.since is not None
        due = None if stands else self.end(event, side_work.limit_of(facts))
        if facts.get("due") == due:
            return None
        element, occurrence = beside.opens(event)[0].key
        return fails(
            "other-due",
            element=element,
            occurrence=occurrence,
            recorded=facts.get("due"),
            due=due,
        )

    def end(
        self, event: Opened, limit: TimeLimit | None, cutoff: str = ""
    ) -> str | None:
        """When a limit ends that begins with an event, as the record writes it."""
        if limit is None:
            return None
        # Seconds are cut off before anything is counted.
        calendar = self.calendar(event)
        begun = event.onward
        key = limit.amount, limit.unit, cutoff, calendar.edition, begun[:16]
        known = self._ends.get(key)
        if known is None:
            if len(self._ends) >= _KEPT:
                self._ends.clear()
            start = datetime.fromisoformat(begun)
            end = working_time.end_of(start, limit, calendar, cutoff=cutoff)
            known = self._ends[key] = record.instant(end)
        return known


def _early(case: Dossier, event: Opened) -> Ruling | None:
    recorded = case.timers.get(event.visit)
    due = None if recorded is None else _parsed(recorded)
    if due is None:
        return fails("no-timer")
    early = event.instant < due
    return fails("early", due=record.instant(due)) if early else None


def _late(case: Dossier, event: Opened, effect: Any) -> Ruling:
    """Whether the step, or with it the whole case, was done after it was due."""
    timely = _ORDERLY
    if event.type == _COMPLETED or event.type in beside.GIVEN:
        work = case.open.get(event.visit)
        if work is not None and work.due is not None:
            if event.done > work.due:
                return deviates("late", due=work.due)
            timely = _IN_TIME
    ended = effect is not None and effect["status"] == "completed"
    if ended and case.due is not None and event.onward > case.due:
        return deviates("case-late", due=case.due)
    return timely


def _parsed(text: str) -> datetime | None:
    try:
        return iso8601.parse_instant(text)
    except DurationError:
        return None
