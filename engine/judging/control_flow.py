"""Control flow: did the approved model allow exactly this effect at this moment?

The token game follows the record step by step; the first event that it cannot follow is
named with what the model allowed instead.

Theory of operation. Tokens move independently of the data as long as the record is
followed: every choice is taken from it. So a step is a function of the state of the
tokens (without data), the act and the recorded choices, with three abstractions that
lead the tokens nowhere else: what was entered or answered is left away (an answer keeps
whether it was a BPMN error), correlation values are numbered in the order of their
appearance in the case, an instant says only that there is one (whether a timer fired
before it was due is asked by the verdict on time). A step that was made once is a
dictionary look-up ever after; its key is the whole of what it depends on, so nothing is
guessed.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

import orjson

from engine.conformance.game import TokenGame
from engine.domain.deciding import Difference
from engine.domain.events import BUDGET, EventType
from engine.domain.model import EventKind, Model, NodeKind, TimerKind
from engine.domain.run import Advance, Choice
from engine.errors import EngineError
from engine.evidence import acts
from engine.judging import decided, told
from engine.judging.decided import Names, Raw
from engine.judging.integrity import Opened
from engine.judging.ruling import Ruling, fails, passes, unknown
from engine.ports import Context, Execution, Outside

#: Steps kept for one model; one takes about two kilobytes.
STEPS: Final = 100_000
#: How many ways are tried in which erased answers can have led the tokens.
_GUESSES: Final = 64
AS_MODELLED: Final = passes("as-modelled")
LOST: Final = unknown("not-followed")
GONE: Final = unknown("erased-path")


class Found(NamedTuple):
    """What following one event came to."""

    ruling: Ruling
    differences: Sequence[Difference] = ()
    #: Some choice could not be evaluated: what it reads was erased.
    unseen: bool = False


class Place:
    """A state of the tokens, and the steps that lead on from it."""

    __slots__ = ("state", "steps")

    def __init__(self, state: bytes) -> None:
        #: As the token game dumps it; empty before the first act.
        self.state = state
        self.steps: dict[bytes, tuple[Place | None, Found]] = {}


class Tracks:
    """Every step that the cases of a model have made."""

    def __init__(self, game: TokenGame, model: Model, outside: Outside) -> None:
        self._game = game
        self.model = model
        self._outside = outside
        self.begin = Place(b"")
        self._places: dict[bytes, Place] = {}
        self._made = 0
        nodes = model.nodes.values()
        self.by_outcome = frozenset(one.id for one in nodes if one.by_outcome)
        self.codes = codes(model)

    def step(
        self, place: Place, signature: bytes, event: Opened, raws: list[Raw], keys: Any
    ) -> tuple[Place | None, Found]:
        """The step from a place, made now if it never was before."""
        known = place.steps.get(signature)
        if known is None:
            self._made += 1
            if self._made > STEPS:
                # Cases under way keep the places that they stand at.
                self.begin, self._places, self._made = Place(b""), {}, 0
            known = place.steps[signature] = self._step(place, event, raws, keys)
        return known

    def _step(
        self, place: Place, event: Opened, raws: list[Raw], keys: Any
    ) -> tuple[Place | None, Found]:
        first: Found | None = None
        for filled in islice(decided.guesses(raws, self.codes), _GUESSES):
            execution = self._execution(place)
            found = self._try(execution, event, filled, keys)
            if found.ruling is AS_MODELLED:
                state = execution.dump()
                return self._places.setdefault(state, Place(state)), found
            first = first or found
        if any(one[3] == "erased" for one in raws):
            return None, Found(GONE)
        return None, first or Found(LOST)

    def _execution(self, place: Place) -> Execution:
        if not place.state:
            return self._game.begin(self.model)
        return self._game.load(self.model, place.state)

    def _try(
        self, execution: Execution, event: Opened, raws: list[Raw], keys: Any
    ) -> Found:
        effect = event.body["effect"]
        judge = decided.Recorded(
            decided.decisions_of(raws), told.incidents(effect), self.by_outcome
        )
        context = Context(
            now=decided.AFTER_ALL,
            decider=judge,
            services=self._outside.services,
            decisions=self._outside.decisions,
            budget=effect.get("budget", BUDGET),
        )
        ruling = follow(execution, event, keys, context)
        return Found(ruling, tuple(judge.differences))


def codes(model: Model) -> tuple[str, ...]:
    """The codes of BPMN errors that a model knows."""
    events = (node.event for node in model.nodes.values())
    named = {one.name for one in events if one.kind is EventKind.ERROR}
    return tuple(sorted(named))


def follow(
    execution: Execution, event: Opened, values: Any, context: Context
) -> Ruling:
    """Let the tokens do what an event records, and compare."""
    act = acts.act_of(EventType(event.type), event.body, values)
    if act is None:
        return fails("no-act", type=event.type)
    try:
        advance: Advance = execution.act(act, context)
    except EngineError:
        # A refusal comes before anything moves.
        return fails("not-possible", allowed=told.possible(execution.picture()))
    return told.compare(advance, event.body["effect"]) or AS_MODELLED


class Walk:
    """One case on the tracks of its model."""

    def __init__(self, tracks: Tracks) -> None:
        self._tracks = tracks
        self._at: Place | None = tracks.begin
        self._names = Names()
        self._lost = LOST
        self._keyless = False

    @property
    def place(self) -> Place | None:
        """Where the tokens are; None: they were lost."""
        return self._at

    def step(self, event: Opened) -> Found:
        """Follow one event that moves tokens."""
        if self._at is None:
            return Found(self._lost)
        raws: list[Raw] = event.body["effect"]["decisions"]
        keys: Any = _NO_KEYS
        signature = b"" if event.shape is None else event.shape.signature
        if not signature:
            signature, raws, keys = self._signed(event, raws)
        self._at, found = self._tracks.step(self._at, signature, event, raws, keys)
        if event.erased:
            self._keyless = self._keyless or keyless(event)
        if self._at is None and self._keyless and event.type in _HEARD:
            found = Found(GONE)
        if self._at is None and found.ruling is GONE:
            self._lost = GONE
        return found

    def _signed(self, event: Opened, raws: list[Raw]) -> tuple[bytes, list[Raw], Any]:
        """What a step depends on: as one key, its decisions, its correlation."""
        heard, keys = event.type in _HEARD, _NO_KEYS
        own = heard or decided.has_own(raws)
        if own:
            raws = decided.abstract(raws, event.values, event.erased, self._names)
        if heard:
            keys = _correlation(event, self._names)
        signature = _signature(event, event.body["effect"], raws, keys)
        if event.shape is not None and not own:
            # All of it stands in the bytes of the shape.
            event.shape.signature = signature
        return signature, raws, keys


_NO_KEYS: Final[dict[str, Any]] = {}
_KEYS: Final = f"{Choice.KEYS.value}:"
_HEARD: Final = frozenset({EventType.MESSAGE_RECEIVED.value})


def keyless(event: Opened) -> bool:
    """Whether values were erased that tell which wait took a message (rule 15)."""
    return bool(event.erased) and any(
        one.startswith((acts.CORRELATION, _KEYS)) for one in event.erased
    )


def _correlation(event: Opened, names: Names) -> dict[str, Any]:
    return names.of(
        {
            name: value
            for name, value in event.values.items()
            if name.startswith(acts.CORRELATION)
        }
    )


#: Facts that an act is made of (`engine.evidence.acts`).
_NAMED: Final = ("start", "activity", "name", "target")


def _signature(event: Opened, effect: Any, raws: list[Raw], keys: Any) -> bytes:
    """Everything that a step depends on, and everything it is compared with."""
    body = event.body
    facts = body["facts"]
    named = facts and tuple(map(facts.get, _NAMED))
    return orjson.dumps(
        (
            event.type,
            event.visit,
            body.get("outcome"),
            named,
            keys,
            effect["taken"],
            effect["completed"],
            [one[:2] for one in effect["opened"]],
            effect["closed"],
            raws,
            effect["thrown"],
            effect["incidents"],
            effect["status"],
            effect["more"],
            effect.get("budget"),
        )
    )


def flat(model: Model) -> bool:
    """Whether what a choice of this model sees is the data of the case and no more.

    Then its decisions can be evaluated beside the tokens (`engine.judging.plain_data`).
    Instances and loops have values of their own, conditions are looked at when no token
    moves, a cycle counts, a signal thrown in a case may be heard in it.
    """
    return not any(_reasons(model))


def _reasons(model: Model) -> Iterator[bool]:
    thrown: set[str] = set()
    caught: set[str] = set()
    for node in model.nodes.values():
        event = node.event
        timer = event.timer
        yield node.multi_instance is not None or node.loop is not None
        yield node.ad_hoc is not None or bool(node.activation)
        yield event.kind is EventKind.CONDITIONAL
        yield timer is not None and timer.kind is TimerKind.CYCLE
        if event.kind is EventKind.SIGNAL:
            throws = node.kind in _THROWING
            (thrown if throws else caught).add(event.name)
    yield bool(thrown & caught)


_THROWING: Final = frozenset(
    {NodeKind.SEND_TASK, NodeKind.THROW_EVENT, NodeKind.END_EVENT}
)
