"""Follows one case, tokens and data, in the cheapest way that is exact for its model.

In a flat model tokens and data go separately: the tokens by steps that are made once
for all cases, the data beside them. In any other the token game follows with the data,
and every choice is evaluated where it is asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Final, Protocol

from engine.conformance.game import TokenGame
from engine.domain.deciding import Comparing, Difference, Following
from engine.domain.events import BUDGET, EventType
from engine.domain.model import Model
from engine.domain.run import Choice, Decision, Json, Visit
from engine.judging import control_flow, decided, told
from engine.judging.control_flow import (
    AS_MODELLED,
    GONE,
    LOST,
    Found,
    Place,
    Tracks,
    Walk,
)
from engine.judging.decided import Raw
from engine.judging.erased import EXPLAINED, Gone, Reads
from engine.judging.integrity import Opened
from engine.judging.plain_data import Beside, Questions
from engine.judging.ruling import Ruling
from engine.ports import Context, Outside

_COMMITTED: Final = frozenset({Choice.KEYS, Choice.PAYLOAD})
_MESSAGE: Final = EventType.MESSAGE_RECEIVED.value
_FIRED: Final = EventType.TIMER_FIRED.value
_GUESSES: Final = 64


class Route(Protocol):
    """One case on its way."""

    @property
    def place(self) -> Place | None:
        """Where its tokens are, if the data of the case are not asked for that."""

    def step(self, event: Opened, entered: Mapping[str, Json]) -> Found:
        """Follow an event that moves tokens."""

    def known(self, visit: tuple[str, int]) -> Mapping[str, Json]:
        """What the case holds now, as the form of a visit may show it."""


class Routes:
    """The ways through one model."""

    def __init__(self, game: TokenGame, model: Model, outside: Outside) -> None:
        self._game = game
        self._model = model
        self._outside = outside
        self.flat = control_flow.flat(model)
        self._tracks = Tracks(game, model, outside)
        self._questions = Questions(model, outside.decisions)

    def begin(self, *, whole: bool = False) -> Route:
        """A case before its first event; `whole`: with its data, flat or not."""
        if self.flat and not whole:
            return Apart(Walk(self._tracks), Beside(self._questions))
        return _Together(self._game, self._model, self._outside, self._questions)


class Apart:
    """Tokens and data, each for itself."""

    def __init__(self, walk: Walk, beside: Beside) -> None:
        self._walk = walk
        self.beside = beside

    @property
    def place(self) -> Place | None:
        """Where its tokens are; None: they were lost."""
        return self._walk.place

    def step(self, event: Opened, entered: Mapping[str, Json]) -> Found:
        """Follow an event that moves tokens."""
        followed = self._walk.step(event)
        differences, unseen = self.beside.step(event, entered)
        if not differences and not unseen:
            return followed
        return Found(followed.ruling, (*followed.differences, *differences), unseen)

    def known(self, visit: tuple[str, int]) -> Mapping[str, Json]:
        """The data of the case: a flat model knows no other."""
        del visit
        return self.beside.data


class _Together:
    """The token game with the data of the case."""

    def __init__(
        self, game: TokenGame, model: Model, outside: Outside, questions: Questions
    ) -> None:
        self._game = game
        self._model = model
        self._outside = outside
        self._execution = game.begin(model)
        self._begun = False
        self._lost: Ruling | None = None
        self._reads = questions.reads
        self._gone = Gone(questions.reads)
        self._keyless = False
        self._codes = control_flow.codes(model)
        #: What the data alone tell, where they can be looked at without the tokens.
        self._alone = Beside(questions) if control_flow.flat(model) else None

    @property
    def place(self) -> Place | None:
        """Tokens and data are one."""
        return None

    def step(self, event: Opened, entered: Mapping[str, Json]) -> Found:
        """Follow an event that moves tokens."""
        if event.type not in EXPLAINED:
            self._gone.enter(entered, event.erased)
        alone = self._alone.step(event, entered) if self._alone else None
        raws = event.body["effect"]["decisions"]
        if self._lost is not None:
            return Found(self._lost, *(alone or ((), bool(raws))))
        found = self._follow(event, raws)
        self._begun = True
        self._keyless = self._keyless or control_flow.keyless(event)
        unkeyed = self._keyless and event.type == _MESSAGE
        if found.ruling is AS_MODELLED:
            return found
        if unkeyed:
            found = Found(GONE, (), unseen=True)
        self._lost = GONE if found.ruling is GONE else LOST
        return Found(found.ruling, *alone) if alone else found

    def known(self, visit: tuple[str, int]) -> Mapping[str, Json]:
        """The data of the case under what the visit alone sees."""
        picture = self._execution.picture()
        return {**picture.data, **picture.locals.get(Visit(*visit), {})}

    def _follow(self, event: Opened, raws: list[Raw]) -> Found:
        erased = event.erased
        if not any(decided.is_erased(one, erased) for one in raws):
            return self._try(event, decided.concrete(raws, event.values))
        before = self._execution.dump() if self._begun else None
        marked = [
            [*one[:3], "erased"]
            if one[0] == Choice.ANSWER.value and decided.is_erased(one, erased)
            else [*one[:3], decided.stored(one, event.values)]
            for one in raws
        ]
        for filled in islice(decided.guesses(marked, self._codes), _GUESSES):
            found = self._try(event, [*map(_filled, decided.decisions_of(filled))])
            if found.ruling is AS_MODELLED:
                return found
            self._execution = (
                self._game.begin(self._model)
                if before is None
                else self._game.load(self._model, before)
            )
        return Found(GONE, (), unseen=True)

    def _try(self, event: Opened, decisions: list[Decision]) -> Found:
        effect = event.body["effect"]
        following = Following(decisions, told.incidents(effect))
        gone = self._gone.copy()
        judge = _Sighted(following, self._reads, gone, event.erased)
        context = Context(
            now=event.instant,
            decider=judge,
            services=self._outside.services,
            decisions=self._outside.decisions,
            budget=effect.get("budget", BUDGET),
        )
        ruling = control_flow.follow(self._execution, event, event.values, context)
        if ruling.code == "not-possible" and event.type == _FIRED:
            # Whether it was due is asked by the verdict on time.
            late = replace(context, now=decided.AFTER_ALL)
            ruling = control_flow.follow(self._execution, event, event.values, late)
        if ruling is AS_MODELLED:
            self._gone = gone
        return Found(ruling, tuple(judge.differences), judge.unseen)


class _Sighted:
    """Follows the record, and evaluates beside it what does not read erased values."""

    def __init__(
        self, following: Following, reads: Reads, gone: Gone, erased: frozenset[str]
    ) -> None:
        self._reads = reads
        self._following = following
        self._comparing = Comparing(following)
        self._gone = gone
        self._erased = erased
        #: Some choice could not be evaluated.
        self.unseen = False

    @property
    def differences(self) -> list[Difference]:
        """The recorded choices that evaluate otherwise."""
        return self._comparing.differences

    def decide(
        self,
        choice: Choice,
        element: str,
        occurrence: int,
        evaluate: Callable[[], Json],
    ) -> Json:
        """Repeat the record; compare, where what is read is still there."""
        kind = choice.value
        erased = decided.is_erased([kind, element, occurrence], self._erased)
        hidden = self._gone.hides(kind, element, erased=erased)
        judge = self._following if hidden else self._comparing
        value = judge.decide(choice, element, occurrence, evaluate)
        # Of what could not be decided, the record tells nothing to be compared.
        self.unseen = self.unseen or hidden
        if erased:
            self._gone.decide(kind, element)
        elif choice is Choice.ANSWER:
            self._gone.enter(self._reads.written(element, value), ())
        return value


def _filled(one: Decision) -> Decision:
    """Keys and payloads that were erased are empty ones."""
    if one.choice in _COMMITTED and one.value is None:
        return Decision(one.choice, one.element, one.occurrence, {})
    return one
