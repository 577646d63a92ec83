"""The court: six verdicts on every event of a case, one case after the other.

What is the same for many cases (the steps of a model, due instants, forms) is worked
out once; `Court.bulk` therefore judges a million events about as fast as their bytes
can be read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from engine.conformance.game import TokenGame
from engine.domain.events import EventType, Sealed
from engine.domain.run import Choice
from engine.judging import (
    authority,
    data,
    deviations,
    following,
    timing,
    version,
)
from engine.judging.dossier import Dossier, performers
from engine.judging.following import Route, Routes
from engine.judging.integrity import Chain, Opened
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
    )
)
_RESUMED: Final = EventType.CASE_RESUMED.value
_RETRIED: Final = EventType.INCIDENT_RETRIED.value
_OPENED: Final = EventType.CASE_OPENED.value
_CLAIMED: Final = EventType.TASK_CLAIMED.value
_RELEASED: Final = EventType.TASK_RELEASED.value
_HALTED: Final = EventType.CASE_HALTED.value

_NOTED: Final = passes("noted")
_LIFE: Final = passes("work-moved")
_MALFORMED: Final = fails("format")
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
        self.time = timing.Bench(surroundings.calendar)
        self._routes: dict[int, tuple[Norm, Routes, Mapping[str, str]]] = {}

    def case(
        self,
        events: Sequence[Sealed],
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

    def bulk(self, cases: Iterable[Sequence[Sealed]]) -> Iterator[Judgement]:
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
    """One case before the court."""

    def __init__(self, court: Court, *, whole: bool) -> None:
        self._court = court
        self._whole = whole
        self._norm: Norm | None = None
        self._case: Dossier
        self._route: Route
        self._performers: Mapping[str, str] = {}
        self._before = ""
        #: Something before cannot be trusted, so nothing can be said of what follows.
        self._broken = False
        self._judged: list[Judged] = []
        self._deviations: list[Deviation] = []
        self._failed = False

    def judge(
        self, events: Sequence[Sealed], head: tuple[int, bytes] | None
    ) -> Judgement:
        """Judge every event."""
        chain = Chain(events)
        for number, sealed in enumerate(events, start=1):
            opened, integrity = chain.open(sealed)
            last = head is not None and number == len(events)
            if last and head != (sealed.seq, sealed.leaf):
                integrity = fails("tail-missing")
            if opened is None:
                self._broken = True
                self._keep(sealed, None, integrity, _BLIND)
            elif self._broken:
                self._keep(sealed, opened, integrity, _BLIND)
            else:
                self._keep(sealed, opened, integrity, self._asked(opened))
        closed = self._norm is not None and self._case.closed
        name = events[0].stream.id.hex if events else ""
        failed = self._failed or not events
        return Judgement(
            name, tuple(self._judged), tuple(self._deviations), failed, closed
        )

    def _keep(
        self, sealed: Sealed, opened: Opened | None, integrity: Ruling, rest: Five
    ) -> None:
        rulings = (integrity, *rest)
        for one in rulings:
            if one.verdict is Verdict.FAIL:
                self._failed = True
        visit = ("", 0)
        if opened is not None and not self._broken:
            visit = self._case.visit(opened)
        self._judged.append(
            Judged(
                sealed.seq,
                sealed.type if opened is None else opened.type,
                "" if opened is None else opened.at,
                *visit,
                rulings,
            )
        )

    def _asked(self, event: Opened) -> Five:
        """The five verdicts besides integrity."""
        try:
            if self._norm is None and not self._begin(event):
                self._broken = True
                return _NO_NORM_ANYWHERE
            return self._ask(event)
        except _ODD:
            self._broken = True
            return _MALFORMED, UNTRUSTED, UNTRUSTED, UNTRUSTED, UNTRUSTED

    def _begin(self, event: Opened) -> bool:
        self._norm = self._court.norm(event)
        if self._norm is None:
            return False
        routes, self._performers = self._court.routes(self._norm)
        self._route = routes.begin(whole=self._whole)
        self._case = Dossier(self._norm.model, event.body["facts"])
        return True

    def _ask(self, event: Opened) -> Five:
        norm, case, court, body = self._norm, self._case, self._court, event.body
        if norm is None:
            raise AssertionError("A case is judged by a version.")
        effect = body.get("effect")
        # A form shows what the case held before the act.
        wrong = data.fits(norm, case, event, self._route)
        path, found = self._path(event, effect)
        timers = [one for one in found.differences if one.choice is Choice.DUE]
        others = found.differences
        if timers:
            others = [one for one in others if one.choice is not Choice.DUE]
        authority_ = court.authority.judge(norm, case, event)
        if effect is not None:
            given = authority.given(case, self._performers, effect)
            authority_ = given or authority_
        rulings = (
            path,
            authority_,
            court.time.judge(case, event, self._before, timers),
            wrong or data.judge(event, others, unseen=found.unseen),
            version.opening(norm, event)
            if event.type == _OPENED
            else version.later(norm, event),
        )
        self._deviate(event, rulings)
        self._before = event.at
        if effect is not None:
            case.take(event, effect)
        elif event.type == _CLAIMED:
            case.claim(event, body["doer"].get("account", ""))
        elif event.type == _RELEASED:
            case.claim(event, "")
        return rulings

    def _deviate(self, event: Opened, rulings: Five) -> None:
        for one in rulings:
            if one.verdict is Verdict.DEVIATION:
                self._deviations.extend(deviations.of(self._case, event, rulings))
                return

    def _path(self, event: Opened, effect: Any) -> tuple[Ruling, following.Found]:
        """The verdict on control flow, and what following found."""
        if event.type not in _MOVES:
            if effect is not None:
                return fails("no-act", type=event.type), _NOT_FOLLOWED
            return self._still(event), _NOT_FOLLOWED
        if effect is None:
            return fails("no-effect"), _NOT_FOLLOWED
        found = self._route.step(event, data.entered(event))
        ruling = found.ruling
        if ruling.verdict is Verdict.PASS:
            ruling = self._planned(event, effect, ruling)
        return ruling, found

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
        if event.type == _RETRIED:
            return deviates("retried")
        return deviates("resumed") if event.type == _RESUMED else ruling

    def _still(self, event: Opened) -> Ruling:
        """The verdict on an event that moves no token."""
        if event.type in version.REMARKS:
            return _NOTED
        if event.type == _HALTED:
            return deviates("halted", steps=event.body["facts"].get("steps", 0))
        if event.type not in (_CLAIMED, _RELEASED):
            return fails("no-act", type=event.type)
        work = self._case.open.get(self._case.visit(event))
        if work is None:
            return fails("no-such-work")
        claims = event.type == _CLAIMED
        if claims is bool(work.holder):
            return fails("claimed-already" if claims else "not-claimed")
        return _LIFE


_BLIND: Final[Five] = (UNTRUSTED, UNTRUSTED, UNTRUSTED, UNTRUSTED, UNTRUSTED)
_NO_NORM_ANYWHERE: Final[Five] = (
    _NO_NORM_TO_ASK,
    _NO_NORM_TO_ASK,
    _NO_NORM_TO_ASK,
    _NO_NORM_TO_ASK,
    _NO_NORM,
)
_NOT_FOLLOWED: Final = following.Found(_NOTED, (), unseen=False)
