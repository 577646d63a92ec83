"""The data of a case beside its tokens, for models whose choices see nothing else.

In a flat model (`control_flow.flat`) the data are the fold of what was entered and
answered, in the order of the record, so that every recorded choice can be evaluated
again without moving a token.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, cast

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
from engine.judging.integrity import Opened
from engine.ports import Decisions

Data = dict[str, Json]
Evaluate = Callable[[Data, datetime], Json]

_ANSWER: Final = Choice.ANSWER.value
_CHOICES: Final = {one.value: one for one in Choice}
#: Marks the inputs of a choice that reads everything.
_ALL: Final = frozenset({"*"})


class Asked:
    """One choice of one element: how it is evaluated, and what it reads."""

    __slots__ = ("evaluate", "names")

    def __init__(self, evaluate: Evaluate, names: frozenset[str]) -> None:
        self.evaluate = evaluate
        self.names = names


class Questions:
    """The choices of a flat model, each worked out once."""

    def __init__(self, model: Model, decisions: Decisions) -> None:
        self._net = nets.compile_net(model)
        self._decisions = decisions
        self._asked: dict[tuple[str, str], Asked | None] = {}

    def of(self, choice: str, element: str) -> Asked | None:
        """A choice; None where the data have no part in it, or there is no such."""
        key = choice, element
        if key not in self._asked:
            index = self._net.node_index.get(element)
            make = _MAKE.get(choice)
            place = None if index is None else self._net.places[index]
            made = make(self, place) if make and place else None
            self._asked[key] = made
        return self._asked[key]

    def written(self, element: str, answer: Json) -> Mapping[str, Json]:
        """What an answer writes (rules 13 and 37)."""
        node = self._net.model.nodes[element]
        if node.result:
            return {node.result: answer}
        return answer if isinstance(answer, Mapping) else {}

    def result(self, element: str) -> str:
        """The name that takes the answer; empty: it is merged."""
        return self._net.model.nodes[element].result

    def flows(self, place: Place) -> Asked | None:
        """Rules 6 to 8; what a person's outcome names is the tokens' affair."""
        if place.node.by_outcome:
            return None
        names = frozenset(
            name
            for way in place.ways
            if way.condition
            for name in _names(way.condition)
        )

        def evaluate(data: Data, _: datetime) -> Json:
            return [way.id for way in choices.chosen(place, data, "")]

        return Asked(evaluate, names)

    def keys(self, place: Place) -> Asked | None:
        """Rules 15 and 39."""
        return _fields(place.event.correlation)

    def payload(self, place: Place) -> Asked | None:
        """Rule 14."""
        return _fields(place.event.payload)

    def answer(self, place: Place) -> Asked | None:
        """Rule 37; what a function answered is taken from the record."""
        node = place.node
        if not node.decision:
            return None
        asked = _fields(node.parameters)

        def evaluate(data: Data, at: datetime) -> Json:
            given = asked.evaluate(data, at) if asked else dict(data)
            ruled = self._decisions.decide(node.decision, cast("Data", given))
            return {"answer": ruled.answer, "rules": [*ruled.rules]}

        return Asked(evaluate, asked.names if asked else _ALL)

    def due(self, place: Place) -> Asked | None:
        """Rule 15, for timers that fire once."""
        timer = place.event.timer
        if timer is None:
            return None
        names = frozenset() if timer.literal else _names(timer.text)

        def evaluate(data: Data, at: datetime) -> Json:
            text: Json = timer.text
            if not timer.literal:
                text = expressions.compile(timer.text).evaluate(data)
            if not isinstance(text, str):
                raise EngineError(code="duration")
            return iso8601.instant_text(iso8601.first_due(timer.kind, text, at))

        return Asked(evaluate, names)


_MAKE: Final[Mapping[str, Callable[[Questions, Place], Asked | None]]] = {
    Choice.FLOWS.value: Questions.flows,
    Choice.KEYS.value: Questions.keys,
    Choice.PAYLOAD.value: Questions.payload,
    Choice.ANSWER.value: Questions.answer,
    Choice.DUE.value: Questions.due,
}


def _fields(fields: Mapping[str, str]) -> Asked | None:
    if not fields:
        return None
    made = {name: expressions.compile(text) for name, text in fields.items()}

    def evaluate(data: Data, _: datetime) -> Json:
        return {name: one.evaluate(data) for name, one in made.items()}

    return Asked(evaluate, frozenset().union(*(one.names for one in made.values())))


def _names(text: str) -> frozenset[str]:
    try:
        return expressions.compile(text).names
    except EngineError:
        return frozenset()


class Beside:
    """The data of one case, as far as the record has been read."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self.data: Data = {}
        #: Names whose value was erased; `_ALL` when it cannot be said which.
        self.gone: set[str] = set()

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
        self._write(entered, event.erased)
        different: list[Difference] = []
        unseen = False
        for raw in event.body["effect"]["decisions"]:
            asked = self._questions.of(raw[0], raw[1])
            if asked is not None:
                if decided.is_erased(raw, event.erased) or self._unseen(asked.names):
                    unseen = True
                else:
                    different.extend(_compared(raw, asked, event, self.data))
            if raw[0] == _ANSWER:
                self._answered(raw, event)
        return different, unseen

    def _unseen(self, names: frozenset[str]) -> bool:
        if not self.gone:
            return False
        return names is _ALL or "*" in self.gone or not self.gone.isdisjoint(names)

    def _write(self, values: Mapping[str, Json], erased: frozenset[str]) -> None:
        if values:
            self.data.update(values)
            if self.gone:
                self.gone.difference_update(values)
        for name in erased:
            if ":" not in name:
                self.data.pop(name, None)
                self.gone.add(name)

    def _answered(self, raw: Raw, event: Opened) -> None:
        if decided.is_erased(raw, event.erased):
            self.gone.add(self._questions.result(raw[1]) or "*")
            return
        value: Any = decided.stored(raw, event.values)
        if isinstance(value, dict) and "answer" in value and "error" not in value:
            self._write(self._questions.written(raw[1], value["answer"]), frozenset())


def _compared(raw: Raw, asked: Asked, event: Opened, data: Data) -> list[Difference]:
    recorded = decided.stored(raw, event.values)
    evaluated, reason = decided.attempt(lambda: asked.evaluate(data, event.instant))
    if not reason and evaluated == recorded:
        return []
    choice = _CHOICES[raw[0]]
    return [Difference(choice, raw[1], raw[2], recorded, evaluated, reason)]
