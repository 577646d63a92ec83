"""The court: six verdicts on every event of a case, one case after the other.

What is the same for many cases (the steps of a model, due instants, forms) is worked
out once; `Court.bulk` therefore judges a million events about as fast as their bytes
can be read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat, takewhile
from typing import Any, Final

from engine.conformance.game import TokenGame
from engine.domain import onward
from engine.domain.deciding import Difference
from engine.domain.events import EventType
from engine.domain.run import Choice
from engine.judging import (
    authority,
    beside,
    data,
    deviations,
    drawn,
    path,
    timing,
    transfers,
    version,
)
from engine.judging.control_flow import Found, Place
from engine.judging.dossier import Dossier, performers
from engine.judging.following import Apart, Route, Routes
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
    fails,
    unknown,
)
from engine.judging.shapes import Shapes
from engine.judging.steps import Begun, Five
from engine.judging.trodden import Lesson, Trodden

_NO_NORM: Final = fails("no-version")
_NO_NORM_TO_ASK: Final = unknown("no-norm")
#: What a forged event makes impossible to read.
_ODD: Final = (LookupError, TypeError, ValueError, AttributeError)

_SUSPENDED: Final = EventType.CASE_SUSPENDED.value
_SUSPENSION_ENDED: Final = EventType.SUSPENSION_ENDED.value
_CLAIMED: Final = EventType.TASK_CLAIMED.value
_RELEASED: Final = EventType.TASK_RELEASED.value
_REASSIGNED: Final = EventType.TASK_REASSIGNED.value
_TRANSFERRED: Final = EventType.CASE_TRANSFERRED.value
_FAIL: Final = Verdict.FAIL
_DEVIATION: Final = Verdict.DEVIATION
_PASS: Final = Verdict.PASS


class Court:
    """Judges the cases of one tenant."""

    def __init__(
        self, surroundings: Surroundings, people: People, game: TokenGame | None = None
    ) -> None:
        self._norms = surroundings.norms
        self._services = surroundings.services
        self._game = game or TokenGame()
        self.authority = authority.Bench(people)
        self.time = timing.Bench(surroundings.calendars, people)
        #: None: every event is read by itself.
        self.shapes: Shapes | None = Shapes(canonical)
        self.trodden = Trodden(people)
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
        if self.shapes is not None and not whole and _is_ended(events, head):
            begun = self.trodden.begin(events[0]) or self._begun(events)
            known = begun and self.trodden.follow(events, begun)
            if known is not None:
                return known
        return _Trial(self, whole=whole).judge(events, head)

    def _begun(self, events: Sequence[Brought]) -> Begun | None:
        """A case whose first event was judged."""
        return _Trial(self, whole=False).begin(events)

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
        self._route: Route
        self._performers: Mapping[str, str] = {}
        self._before = ""
        #: Whether one of the five verdicts on some event is FAIL.
        self._failed = False
        self._deviations: list[Deviation] = []

    def begin(self, events: Sequence[Brought]) -> Begun | None:
        """Judge the first event; None: something is to be said of it."""
        (first,) = self.judge(events[:1], None).events
        if self._norm is None or any(one[0] is not _PASS for one in first.rulings):
            return None
        route = self._route
        if not isinstance(route, Apart) or route.place is None:
            return None
        norm, case = self._norm, self._case
        stand = self._court.trodden.stand(norm, case, route.place)
        if stand is None:
            return None
        return Begun(first, norm, case.code, case.due, stand, route.beside)

    def judge(
        self, events: Sequence[Brought], head: tuple[int, bytes] | None
    ) -> Judgement:
        """Judge every event."""
        opened = [*map(Chain(events, self._court.shapes).open, events)]
        if head is not None and events and head != (events[-1].seq, events[-1].leaf):
            opened[-1] = opened[-1][0], fails("tail-missing")
        # Nothing can be said of what follows bytes that are not those sealed.
        sound = [one for one, _ in takewhile(_is_sound, opened) if one is not None]
        fives = chain(self._fives(sound, events), repeat(_BLIND))
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

    def _fives(
        self, events: Sequence[Opened], brought: Sequence[Brought]
    ) -> Iterator[Five]:
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
        self._route = routes.begin(whole=self._whole)
        yield from self._asked(norm, events, brought)

    def _asked(
        self, norm: Norm, events: Sequence[Opened], brought: Sequence[Brought]
    ) -> Iterator[Five]:
        """Ask of each event what is not asked of its bytes."""
        found = self._followed(norm, events)
        held = getattr(self._route, "beside", None)
        lesson = Lesson(self._court.trodden, norm, self._case, held)
        for event, sealed, (wrong, led, place) in zip(
            events, brought, found, strict=False
        ):
            try:
                five = self._ask(norm, event, wrong, led)
            except _ODD:
                break
            lesson.take(sealed, event, five, place)
            yield five
        else:
            if len(found) == len(events):
                return
        self._failed = True
        yield _MALFORMED

    def _followed(
        self, norm: Norm, events: Sequence[Opened]
    ) -> list[tuple[Ruling | None, Found, Place | None]]:
        """What is wrong with answers, and where the tokens went."""
        followed, route = [], self._route
        try:
            for event in events:
                given = data.entered(event)
                # A form shows what the case held before the act.
                wrong = data.fits(norm, self._case, event, given, route)
                wrong = wrong or drawn.judge(norm, event, given)
                moves = event.type in path.MOVES and "effect" in event.body
                found = route.step(event, given) if moves else _NOT_FOLLOWED
                followed.append((wrong, found, route.place))
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
        way = path.judge(norm, case, event, effect, found)
        timely = court.time.judge(case, event, self._before, timers)
        fit = wrong or data.judge(event, others, unseen=found.unseen)
        same = version.judge(norm, event)
        five = way, doer, timely, fit, same
        if not way[0] is doer[0] is timely[0] is fit[0] is same[0] is _PASS:
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
        if effect is None and onward.matters(event.type, effect):
            case.acts.append(event)
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


def _is_ended(events: Sequence[Brought], head: tuple[int, bytes] | None) -> bool:
    """Whether a case goes on after its first event, and no more of it is known of."""
    return len(events) > 1 and head in (None, (events[-1].seq, events[-1].leaf))


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
_NOT_FOLLOWED: Final = Found(path.NOTED, (), unseen=False)
