"""The recorded decisions of one event, as an interpreter follows them.

A visit names its own decisions, and each stands in the event in which it was made, so
the decisions of an event suffice to follow it.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from engine.domain import iso8601
from engine.domain.deciding import Difference
from engine.domain.run import Choice, Decision, Incident, Json
from engine.errors import DurationError, EngineError, IncidentError
from engine.evidence import record

Raw = list[Any]

_ANSWER: Final = Choice.ANSWER.value
_KEYS: Final = Choice.KEYS.value
_PAYLOAD: Final = Choice.PAYLOAD.value
_DUE: Final = Choice.DUE.value
#: Choices whose recorded value depends on the case and leads the tokens nowhere else.
_ABSTRACT: Final = frozenset({_ANSWER, _KEYS, _PAYLOAD, _DUE})
_COMMITTED: Final = frozenset(one.value for one in record.COMMITTED)
_CHOICES: Final = {one.value: one for one in Choice}

_SILENT: Final = "The record does not say how this was decided."

#: Every timer of a case that is followed without its instants is due then.
SOME_TIME: Final = "2000-01-01T00:00:00Z"
AFTER_ALL: Final = datetime(2999, 1, 1, tzinfo=UTC)


class Names:
    """Numbers for the correlation values of one case, in the order of appearance.

    Equal values have equal numbers (rule 15), so cases whose values differ, but are
    equal and unequal at the same places, lead to the same numbers.
    """

    def __init__(self) -> None:
        self._seen: list[Json] = []

    def of(self, values: Mapping[str, Json]) -> dict[str, Json]:
        """The same names with numbers in place of values."""
        return {name: self._number(value) for name, value in sorted(values.items())}

    def _number(self, value: Json) -> int:
        for number, known in enumerate(self._seen):
            if isinstance(value, bool) is isinstance(known, bool) and value == known:
                return number
        self._seen.append(value)
        return len(self._seen) - 1


def stored(raw: Raw, values: Mapping[str, Json]) -> Json:
    """The value of a recorded decision; None where it was erased."""
    choice, element, occurrence, shown = raw
    if choice in _COMMITTED:
        return values.get(f"{choice}:{element}:{occurrence}")
    value: Json = shown
    return value


def is_erased(raw: Raw, erased: frozenset[str]) -> bool:
    """Whether the value of a recorded decision was erased."""
    return bool(erased) and f"{raw[0]}:{raw[1]}:{raw[2]}" in erased


def concrete(raws: list[Raw], values: Mapping[str, Json]) -> list[Decision]:
    """The decisions as they were recorded."""
    return [
        Decision(_CHOICES[one[0]], one[1], one[2], stored(one, values)) for one in raws
    ]


def has_own(raws: list[Raw]) -> bool:
    """Whether some decision leads the tokens by what is the case's own."""
    return bool(raws) and any(one[0] in _ABSTRACT for one in raws)


def abstract(
    raws: list[Raw], values: Mapping[str, Json], erased: frozenset[str], names: Names
) -> list[Raw]:
    """The decisions with only what leads the tokens.

    An answer keeps whether it was an error, correlation values become numbers, an
    instant says that there is one.
    """
    return [
        one
        if one[0] not in _ABSTRACT
        else [*one[:3], _plain(one, values, erased, names)]
        for one in raws
    ]


def _plain(
    raw: Raw, values: Mapping[str, Json], erased: frozenset[str], names: Names
) -> Json:
    choice, value = raw[0], stored(raw, values)
    if choice == _DUE:
        return _when(value)
    gone = is_erased(raw, erased)
    if choice == _ANSWER:
        return "erased" if gone else _answer(value)
    if gone:
        return {}
    if not isinstance(value, dict):
        return None
    return names.of(value) if choice == _KEYS else {}


def _when(value: Json) -> Json:
    if not isinstance(value, str):
        return value
    try:
        iso8601.parse_instant(value)
    except DurationError:
        return value
    return SOME_TIME


def _answer(value: Json) -> Json:
    if not isinstance(value, dict):
        return None
    if "error" in value:
        return {"error": value["error"]}
    return {"answer": None} if "answer" in value else None


class Recorded:
    """Decides as one event says (`engine.domain.deciding.Decider`).

    What depends on no data, such as the flow that a person's outcome names, is
    evaluated as well.
    """

    def __init__(
        self,
        decisions: list[Decision],
        incidents: list[Incident],
        free: frozenset[str] = frozenset(),
    ) -> None:
        self.differences: list[Difference] = []
        self._free = free
        self._values = {
            (one.choice, one.element, one.occurrence): one.value for one in decisions
        }
        self._incidents = {
            (one.element, one.occurrence): one.message for one in incidents
        }

    def decide(
        self,
        choice: Choice,
        element: str,
        occurrence: int,
        evaluate: Callable[[], Json],
    ) -> Json:
        """Repeat the record.

        Raises:
            IncidentError: The record says that the token stopped here, or it is silent.
        """
        key = (choice, element, occurrence)
        if key not in self._values:
            if choice is Choice.HOLDS:
                return 0
            message = self._incidents.get((element, occurrence), _SILENT)
            raise IncidentError(message, element=element)
        value = self._values[key]
        if choice is Choice.FLOWS and element in self._free:
            self._compare(key, value, evaluate)
        return value

    def _compare(
        self, key: tuple[Choice, str, int], value: Json, evaluate: Callable[[], Json]
    ) -> None:
        evaluated, reason = attempt(evaluate)
        if reason or evaluated != value:
            self.differences.append(Difference(*key, value, evaluated, reason))


def attempt(evaluate: Callable[[], Json]) -> tuple[Json, str]:
    """A value, or why there is none."""
    try:
        return evaluate(), ""
    except EngineError as error:
        return None, error.message


def decisions_of(raws: list[Raw]) -> list[Decision]:
    """Decisions whose values stand beside them."""
    return [Decision(_CHOICES[one[0]], one[1], one[2], one[3]) for one in raws]


def guesses(raws: list[Raw], codes: tuple[str, ...]) -> Iterator[list[Raw]]:
    """Every way in which erased answers of functions can have led the tokens.

    An answer that is gone was an answer, or an error that the model knows.
    """
    place = next((n for n, one in enumerate(raws) if one[3] == "erased"), None)
    if place is None:
        yield raws
        return
    errors: list[Json] = [{"error": code} for code in codes]
    ways: list[Json] = [{"answer": None}, *errors]
    for way in ways:
        filled = [*raws[:place], [*raws[place][:3], way], *raws[place + 1 :]]
        yield from guesses(filled, codes)
