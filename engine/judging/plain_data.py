"""The data of a case beside its tokens, for models whose choices see nothing else.

In a flat model (`control_flow.flat`) the data are the fold of what was entered and
answered, in the order of the record, so that every recorded choice can be evaluated
again without moving a token.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, cast

from engine import expressions
from engine.conformance import choices
from engine.conformance import net as nets
from engine.conformance.net import Place
from engine.domain import iso8601
from engine.domain.deciding import Difference
from engine.domain.model import Model
from engine.domain.run import Choice, Json
from engine.errors import EngineError
from engine.judging import decided
from engine.judging.decided import Raw
from engine.judging.erased import EXPLAINED, Gone, Reads
from engine.judging.integrity import Opened
from engine.ports import Decisions

Data = dict[str, Json]
Evaluate = Callable[[Data, datetime], Json]

_ANSWER: Final = Choice.ANSWER.value
_CHOICES: Final = {one.value: one for one in Choice}


class Questions:
    """The choices of a flat model, each worked out once."""

    def __init__(self, model: Model, decisions: Decisions) -> None:
        self._net = nets.compile_net(model)
        #: What the choices read.
        self.reads = Reads(model)
        self._decisions = decisions
        self._asked: dict[tuple[str, str], Evaluate | None] = {}

    def of(self, choice: str, element: str) -> Evaluate | None:
        """A choice; None where the data have no part in it, or there is no such."""
        key = choice, element
        if key not in self._asked:
            index = self._net.node_index.get(element)
            make = _MAKE.get(choice)
            place = None if index is None else self._net.places[index]
            made = make(self, place) if make and place else None
            self._asked[key] = made
        return self._asked[key]

    def flows(self, place: Place) -> Evaluate | None:
        """Rules 6 to 8; what a person's outcome names is the tokens' affair."""
        if place.node.by_outcome:
            return None

        def evaluate(data: Data, _: datetime) -> Json:
            return [way.id for way in choices.chosen(place, data, "")]

        return evaluate

    def keys(self, place: Place) -> Evaluate | None:
        """Rules 15 and 39."""
        return _fields(place.event.correlation)

    def payload(self, place: Place) -> Evaluate | None:
        """Rule 14."""
        return _fields(place.event.payload)

    def answer(self, place: Place) -> Evaluate | None:
        """Rule 37; what a function answered is taken from the record."""
        node = place.node
        if not node.decision:
            return None
        asked = _fields(node.parameters)

        def evaluate(data: Data, at: datetime) -> Json:
            given = asked(data, at) if asked else dict(data)
            ruled = self._decisions.decide(node.decision, cast("Data", given))
            return {"answer": ruled.answer, "rules": [*ruled.rules]}

        return evaluate

    def due(self, place: Place) -> Evaluate | None:
        """Rule 15, for timers that fire once."""
        timer = place.event.timer
        if timer is None:
            return None

        def evaluate(data: Data, at: datetime) -> Json:
            text: Json = timer.text
            if not timer.literal:
                text = expressions.compile(timer.text).evaluate(data)
            if not isinstance(text, str):
                raise EngineError(code="duration")
            return iso8601.instant_text(iso8601.first_due(timer.kind, text, at))

        return evaluate


_MAKE: Final[Mapping[str, Callable[[Questions, Place], Evaluate | None]]] = {
    Choice.FLOWS.value: Questions.flows,
    Choice.KEYS.value: Questions.keys,
    Choice.PAYLOAD.value: Questions.payload,
    Choice.ANSWER.value: Questions.answer,
    Choice.DUE.value: Questions.due,
}


def _fields(fields: Mapping[str, str]) -> Evaluate | None:
    if not fields:
        return None
    made = {name: expressions.compile(text) for name, text in fields.items()}

    def evaluate(data: Data, _: datetime) -> Json:
        return {name: one.evaluate(data) for name, one in made.items()}

    return evaluate


class Beside:
    """The data of one case, as far as the record has been read."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self.data: Data = {}
        self._gone = Gone(questions.reads)

    def fresh(self) -> "Beside":
        """The data of another case of the same model, before its first event."""
        return Beside(self._questions)

    def step(
        self, event: Opened, entered: Mapping[str, Json]
    ) -> tuple[list[Difference], bool]:
        """Take over what an act wrote, evaluate what it chose.

        Returns:
            What differs, and whether something that was chosen by could not be looked
            at because it was erased.
        """
        self._enter(event, entered)
        different: list[Difference] = []
        unseen = False
        for raw in event.body["effect"]["decisions"]:
            asked = self._questions.of(raw[0], raw[1])
            erased = decided.is_erased(raw, event.erased)
            if asked is not None:
                if self._gone.hides(raw[0], raw[1], erased=erased):
                    unseen = True
                else:
                    different.extend(_compared(raw, asked, event, self.data))
            if erased:
                self._gone.decide(raw[0], raw[1])
            elif raw[0] == _ANSWER:
                self._answered(raw, event)
        return different, unseen

    def _enter(self, event: Opened, values: Mapping[str, Json]) -> None:
        if event.type in EXPLAINED:
            return
        self.data.update(values)
        if event.erased or self._gone.names:
            self._gone.enter(values, event.erased)
            for name in event.erased:
                self.data.pop(name, None)

    def _answered(self, raw: Raw, event: Opened) -> None:
        written = self._questions.reads.written(
            raw[1], decided.stored(raw, event.values)
        )
        self.data.update(written)
        self._gone.enter(written, ())


def _compared(raw: Raw, asked: Evaluate, event: Opened, data: Data) -> list[Difference]:
    recorded = decided.stored(raw, event.values)
    evaluated, reason = decided.attempt(lambda: asked(data, event.instant))
    if not reason and evaluated == recorded:
        return []
    choice = _CHOICES[raw[0]]
    return [Difference(choice, raw[1], raw[2], recorded, evaluated, reason)]
