"""Follows one case, tokens and data, in the cheapest way that is exact for its model.

In a flat model tokens and data go separately: the tokens by steps that are made once
for all cases, the data beside them. In any other the token game follows with the data,
and every choice is evaluated where it is asked.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Final, Protocol

from engine.conformance.game import TokenGame
from engine.domain.deciding import Comparing, Following
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
        return _Together(self._game, self._model, self._outside)


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

    def __init__(self, game: TokenGame, model: Model, outside: Outside) -> None:
        self._game = game
        self._model = model
        self._outside = outside
        self._execution = game.begin(model)
        self._begun = False
        self._lost: Ruling | None = None
        self._gone = False
        self._keyless = False
        self._codes = control_flow.codes(model)

    @property
    def place(self) -> Place | None:
        """Tokens and data are one."""
        return None

    def step(self, event: Opened, entered: Mapping[str, Json]) -> Found:
        """Follow an event that moves tokens."""
        del entered
        self._gone = self._gone or bool(event.erased)
        raws = event.body["effect"]["decisions"]
        if self._lost is not None:
            return Found(self._lost, (), bool(raws))
        found = self._follow(event, raws)
        self._begun = True
        self._keyless = self._keyless or control_flow.keyless(event)
        unkeyed = self._keyless and event.type == _MESSAGE
        if unkeyed and found.ruling is not AS_MODELLED:
            found = Found(GONE, (), unseen=True)
        if found.ruling is not AS_MODELLED:
            self._lost = GONE if found.ruling is GONE else LOST
        if self._gone:
            return Found(found.ruling, (), bool(raws))
        return found

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
        judge = Comparing(Following(decisions, told.incidents(effect)))
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
        return Found(ruling, tuple(judge.differences), unseen=False)


def _filled(one: Decision) -> Decision:
    """Keys and payloads that were erased are empty ones."""
    if one.choice in _COMMITTED and one.value is None:
        return Decision(one.choice, one.element, one.occurrence, {})
    return one
