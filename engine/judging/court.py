"""The court: six verdicts on every event of a case, one case after the other.

What is the same for many cases (the steps of a model, due instants, forms) is worked
out once; `Court.bulk` therefore judges a million events about as fast as their bytes
can be read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat, takewhile
from typing import Any, Final

from engine.conformance.game import TokenGame
from engine.domain import clocked, dossier_record
from engine.domain.deciding import Difference
from engine.domain.events import EventType
from engine.domain.run import Choice
from engine.judging import (
    authority,
    beside,
    data,
    deviations,
    timing,
    transfers,
    version,
)
from engine.judging.control_flow import Found
from engine.judging.dossier import Dossier, Work, performers
from engine.judging.following import Route, Routes
from engine.judging.integrity import Brought, Chain, Opened, canonical
from engine.judging.norm import Norm, Surroundings
from engine.judging.people import People
from engine.judging.ruling import (
    UNTRUSTED,
    Deviation,
    Judged,
    Judgement,
    Ruling,
    Verdict,
    deviates,
    fails,
    passes,
    unknown,
)
from engine.judging.shapes import Shapes

#: Events that move tokens; each tells its effect.
_MOVES: Final = frozenset(
    one.value
    for one in (
        EventType.CASE_OPENED,
        EventType.CASE_CONTINUED,
        EventType.CASE_RESUMED,
        EventType.INCIDENT_RETRIED,
        EventType.TASK_COMPLETED,
        EventType.ACTIVITY_BEGUN,
        EventType.TIMER_FIRED,
        EventType.MESSAGE_RECEIVED,
        EventType.SIGNAL_RECEIVED,
        EventType.TASK_RETURNED,
        EventType.TASK_RECALLED,
        EventType.CASE_STOPPED,
        EventType.CASE_WITHDRAWN,
    )
)
#: What a person orders that no drawing asks for, and the reason of its verdict.
_ORDERED: Final = {
    EventType.TASK_RETURNED.value: deviates("returned"),
    EventType.TASK_RECALLED.value: deviates("recalled"),
    EventType.CASE_STOPPED.value: deviates("stopped-by-person"),
    EventType.CASE_WITHDRAWN.value: deviates("withdrawn"),
    EventType.INCIDENT_RETRIED.value: deviates("retried"),
    EventType.CASE_RESUMED.value: deviates("resumed"),
}
_SUSPENDED: Final = EventType.CASE_SUSPENDED.value
_SUSPENSION_ENDED: Final = EventType.SUSPENSION_ENDED.value
#: What is work, which nobody does during a suspension (docs/manual/clock.md, rule 7).
_WORKS: Final = _MOVES.union((EventType.TASK_CLAIMED.value,), beside.EVENTS).difference(
    (EventType.CASE_STOPPED.value, EventType.CASE_WITHDRAWN.value)
)
_OPENED: Final = EventType.CASE_OPENED.value
_CLAIMED: Final = EventType.TASK_CLAIMED.value
_RELEASED: Final = EventType.TASK_RELEASED.value
_REASSIGNED: Final = EventType.TASK_REASSIGNED.value
_HALTED: Final = EventType.CASE_HALTED.value
_TRANSFERRED: Final = EventType.CASE_TRANSFERRED.value

#: Events that move the legal clock, and nothing else.
_CLOCKS: Final = frozenset(one.value for one in clocked.EVENTS) - {
    _SUSPENDED,
    _SUSPENSION_ENDED,
}

#: Events that move the clock or the agencies of a case that is under way.
_NOTES: Final = _CLOCKS | {_TRANSFERRED}
#: What is told of the dossier, whether its case is over or not.
_TOLD: Final = frozenset(one.value for one in dossier_record.ACTS)

_NOTED: Final = passes("noted")
_LIFE: Final = passes("work-moved")
_FAIL: Final = Verdict.FAIL
_DEVIATION: Final = Verdict.DEVIATION
_PASS: Final = Verdict.PASS
_NO_NORM: Final = fails("no-version")
_NO_NORM_TO_ASK: Final = unknown("no-norm")
#: What a forged event makes impossible to read.
_ODD: Final = (LookupError, TypeError, ValueError, AttributeError)

Five = tuple[Ruling, Ruling, Ruling, Ruling, Ruling]


class Court:
    """Judges the cases of one tenant."""

    def __init__(
        self, surroundings: Surroundings, people: People, game: TokenGame | None = None
    ) -> None:
        self._norms = surroundings.norms
        self._services = surroundings.services
        self._game = game or TokenGame()
        self.authority = authority.Bench(people)
        self.time = timing.Bench(surroundings.calendars)
        #: None: every event is read by itself.
        self.shapes: Shapes | None = Shapes(canonical)
        self._routes: dict[int, tuple[Norm, Routes, Mapping[str, str]]] = {}

    def case(
        self,
        events: Sequence[Brought],
        head: tuple[int, bytes] | None = None,
        *,
        whole: bool = False,
    ) -> Judgement:
        """Judge one case.

        Args:
            events: Its whole stream, in order, with what is left of personal values.
            head: Number and leaf hash of the last event, by another witness (the row
                of the case, a sealed day); None: there is none.
            whole: Follow tokens and data together, as models need that are not flat.
        """
        return _Trial(self, whole=whole).judge(events, head)

    def bulk(self, cases: Iterable[Sequence[Brought]]) -> Iterator[Judgement]:
        """Judge many cases, each given whole."""
        for events in cases:
            yield self.case(events)

    def norm(self, event: Opened) -> Norm | None:
        """What a case that opened so is judged by."""
        facts = event.body["facts"]
        return self._norms.of(str(facts["version"]), str(facts.get("process", "")))

    def routes(self, norm: Norm) -> tuple[Routes, Mapping[str, str]]:
        """The ways through the model of a norm, and who does its work."""
        known = self._routes.get(id(norm))
        if known is None:
            model = norm.model
            routes = Routes(self._game, model, norm.package.outside(self._services))
            known = self._routes[id(norm)] = norm, routes, performers(model)
        return known[1], known[2]


class _Trial:
    """One case before the court.

    One question is asked of all events, then the next: the same code over and over is
    half as dear as all of it for each event.
    """

    def __init__(self, court: Court, *, whole: bool) -> None:
        self._court = court
        self._whole = whole
        self._norm: Norm | None = None
        self._case: Dossier
        self._performers: Mapping[str, str] = {}
        self._before = ""
        #: Whether one of the five verdicts on some event is FAIL.
        self._failed = False
        self._deviations: list[Deviation] = []

    def judge(
        self, events: Sequence[Brought], head: tuple[int, bytes] | None
    ) -> Judgement:
        """Judge every event."""
        opened = [*map(Chain(events, self._court.shapes).open, events)]
        if head is not None and events and head != (events[-1].seq, events[-1].leaf):
            opened[-1] = opened[-1][0], fails("tail-missing")
        # Nothing can be said of what follows bytes that are not those sealed.
        sound = [one for one, _ in takewhile(_is_sound, opened) if one is not None]
        fives = chain(self._fives(sound), repeat(_BLIND))
        judged = tuple(
            [
                _judged(sealed, *one, five)
                for sealed, one, five in zip(events, opened, fives, strict=False)
            ]
        )
        name = events[0].stream.id.hex if events else ""
        closed = self._norm is not None and self._case.closed
        failed = self._failed or not events
        failed = failed or any(ruling[0] is _FAIL for _, ruling in opened)
        return Judgement(name, judged, tuple(self._deviations), failed, closed)

    def _fives(self, events: Sequence[Opened]) -> Iterator[Five]:
        """The five verdicts besides integrity, as far as they can be given."""
        if not events:
            return
        try:
            norm = self._court.norm(events[0])
            if norm is not None:
                self._case = Dossier(norm.model, events[0].body["facts"])
                self._norm = norm
        except _ODD:
            self._failed = True
            yield _MALFORMED
            return
        if norm is None:
            self._failed = True
            yield _NO_NORM_ANYWHERE
            return
        routes, self._performers = self._court.routes(norm)
        found = self._followed(norm, routes.begin(whole=self._whole), events)
        for event, one in zip(events, found, strict=False):
            try:
                five = self._ask(norm, event, *one)
            except _ODD:
                break
            yield five
        else:
            if len(found) == len(events):
                return
        self._failed = True
        yield _MALFORMED

    def _followed(
        self, norm: Norm, route: Route, events: Sequence[Opened]
    ) -> list[tuple[Ruling | None, Found]]:
        """What is wrong with answers, and where the tokens went."""
        followed = []
        try:
            for event in events:
                given = data.entered(event)
                # A form shows what the case held before the act.
                wrong = data.fits(norm, self._case, event, given, route)
                moves = event.type in _MOVES and "effect" in event.body
                found = route.step(event, given) if moves else _NOT_FOLLOWED
                followed.append((wrong, found))
        except _ODD:
            # As far as here; the next event cannot be read.
            pass
        return followed

    def _ask(
        self, norm: Norm, event: Opened, wrong: Ruling | None, found: Found
    ) -> Five:
        case, court, effect = self._case, self._court, event.body.get("effect")
        others, timers = found.differences, _NO_DIFFERENCE
        if others:
            timers = [one for one in others if one.choice is Choice.DUE]
            others = [one for one in others if one.choice is not Choice.DUE]
        doer = court.authority.judge(norm, case, event)
        if effect is not None and effect["opened"]:
            doer = authority.given(case, self._performers, effect) or doer
        path = self._path(event, effect, found)
        timely = court.time.judge(case, event, self._before, timers)
        fit = wrong or data.judge(event, others, unseen=found.unseen)
        same = version.judge(norm, event)
        five = path, doer, timely, fit, same
        if not path[0] is doer[0] is timely[0] is fit[0] is same[0] is _PASS:
            self._note(event, five)
        self._before = event.at
        self._take(event, effect)
        return five

    def _take(self, event: Opened, effect: Any) -> None:
        """Go on in the case."""
        case = self._case
        if effect is not None:
            case.take(event, effect)
        elif event.type == _CLAIMED:
            case.claim(event, event.body["doer"].get("account", ""))
        elif event.type == _RELEASED:
            case.claim(event, "")
        elif event.type == _REASSIGNED:
            case.reassign(event)
        elif event.type == _TRANSFERRED:
            transfers.moved(case, event.body["facts"])
        elif event.type in (_SUSPENDED, _SUSPENSION_ENDED):
            case.suspended = event.type == _SUSPENDED
        beside.take(case, event)

    def _note(self, event: Opened, rulings: Five) -> None:
        """Look at verdicts that are not all PASS."""
        for one in rulings:
            if one[0] is _FAIL:
                self._failed = True
        for one in rulings:
            if one[0] is _DEVIATION:
                self._deviations.extend(deviations.of(self._case, event, rulings))
                return

    def _path(self, event: Opened, effect: Any, found: Found) -> Ruling:
        """The verdict on control flow."""
        if self._case.suspended and event.type in _WORKS:
            return fails("was-suspended")
        if event.type not in _MOVES:
            if effect is not None:
                return fails("no-act", type=event.type)
            return self._still(event)
        if effect is None:
            return fails("no-effect")
        ruling = found.ruling
        if ruling[0] is _PASS:
            wrong = beside.ended(self._case, event)
            return wrong or self._planned(event, effect, ruling)
        return ruling

    def _planned(self, event: Opened, effect: Any, ruling: Ruling) -> Ruling:
        """Whether what the model allows was planned as well."""
        stopped = effect["incidents"]
        if stopped:
            fresh = [one for one in stopped if one not in self._case.incidents]
            if fresh:
                element, occurrence, why = fresh[0]
                return deviates(
                    "stopped", element=element, occurrence=occurrence, why=why
                )
        return _ORDERED.get(event.type, ruling)

    def _still(self, event: Opened) -> Ruling:
        """The verdict on an event that moves no token."""
        if event.type in version.REMARKS or self._notes(event):
            return _NOTED
        if event.type in (_SUSPENDED, _SUSPENSION_ENDED):
            return self._rests(begins=event.type == _SUSPENDED)
        if event.type == _HALTED:
            return deviates("halted", steps=event.body["facts"].get("steps", 0))
        if event.type not in (_CLAIMED, _RELEASED, _REASSIGNED):
            return beside.still(self._case, event) or _NOTED
        work = self._case.open.get(event.visit)
        if work is None:
            return fails("no-such-work")
        return _moved(event, work) or _LIFE

    def _notes(self, event: Opened) -> bool:
        """Whether it only tells of the dossier, or moves clock or agencies."""
        if event.type in _TOLD:
            return True
        return event.type in _NOTES and not self._case.closed

    def _rests(self, *, begins: bool) -> Ruling:
        """The verdict on the beginning or the end of a suspension."""
        case = self._case
        if case.closed or case.suspended is begins:
            return fails("was-suspended" if begins else "not-suspended")
        return deviates("suspended") if begins else _NOTED


def _moved(event: Opened, work: Work) -> Ruling | None:
    """What is wrong with work changing hands."""
    if event.type == _REASSIGNED:
        held = event.body["facts"].get("from", "") == work.holder
        return None if held else fails("other-holder", holder=work.holder)
    claims = event.type == _CLAIMED
    if claims is bool(work.holder):
        return fails("claimed-already" if claims else "not-claimed")
    return None


def _is_sound(one: tuple[Opened | None, Ruling]) -> bool:
    return one[0] is not None


def _judged(
    sealed: Brought, opened: Opened | None, integrity: Ruling, five: Five
) -> Judged:
    if opened is None:
        return Judged(sealed.seq, sealed.type, "", "", 0, (integrity, *five))
    element, occurrence = opened.visit
    rulings = (integrity, *five)
    return Judged(sealed.seq, opened.type, opened.at, element, occurrence, rulings)


_BLIND: Final[Five] = (UNTRUSTED, UNTRUSTED, UNTRUSTED, UNTRUSTED, UNTRUSTED)
_MALFORMED: Final[Five] = (fails("format"), *_BLIND[1:])
_NO_NORM_ANYWHERE: Final[Five] = (
    _NO_NORM_TO_ASK,
    _NO_NORM_TO_ASK,
    _NO_NORM_TO_ASK,
    _NO_NORM_TO_ASK,
    _NO_NORM,
)
_NO_DIFFERENCE: Final[Sequence[Difference]] = ()
_NOT_FOLLOWED: Final = Found(_NOTED, (), unseen=False)
