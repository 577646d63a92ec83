"""The choices of a step: what is asked, how it is computed, what a record may answer.

A recorded answer that the model has no room for is an incident, never another error.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from engine import expressions, limits
from engine.conformance.net import Place, Way
from engine.conformance.state import Token, inner_frames
from engine.conformance.turn import Turn
from engine.domain import deciding, iso8601, stops
from engine.domain.model import MultiInstance, NodeKind, Timer
from engine.domain.run import Choice, Json
from engine.errors import DurationError, IncidentError, ServiceFailedError


def ways(turn: Turn, token: Token, place: Place) -> tuple[Way, ...]:
    """Rules 6 to 8: the flows to leave by.

    Raises:
        EngineError: There is none to take, or a condition fails.
    """
    if not place.chooses:
        return place.ways
    value = turn.decide(
        Choice.FLOWS,
        token,
        lambda: [
            way.id for way in chosen(place, turn.view(token.frames), token.outcome)
        ],
    )
    by_id = {way.id: way for way in place.ways}
    if not isinstance(value, list) or not value:
        raise IncidentError(stops.NOT_IN_MODEL, element=place.id)
    try:
        return tuple(by_id[str(one)] for one in value)
    except KeyError as error:
        raise IncidentError(stops.NOT_IN_MODEL, element=place.id) from error


def chosen(place: Place, view: Mapping[str, Json], outcome: str) -> list[Way]:
    """Rules 6 to 8: the flows that the data, or a person's outcome, choose.

    Raises:
        EngineError: There is none to take, or a condition fails.
    """
    if place.node.by_outcome:
        named = [way for way in place.ways if way.id == outcome]
        return _or_default(place, named)
    rule = _RULES.get(place.node.kind, _conditional)
    return rule(place, view)


def _true(way: Way, view: Mapping[str, Json]) -> bool:
    return expressions.truth(expressions.compile(way.condition).evaluate(view))


def _or_default(place: Place, chosen: list[Way]) -> list[Way]:
    if chosen:
        return chosen
    if place.default is None:
        raise IncidentError(stops.NO_FLOW, element=place.id)
    return [place.default]


def _conditional(place: Place, view: Mapping[str, Json]) -> list[Way]:
    """Rule 6: the default is taken when no conditional flow was."""
    chosen, hit = [], False
    for way in place.ways:
        if way is place.default:
            continue
        if not way.condition:
            chosen.append(way)
        elif _true(way, view):
            chosen.append(way)
            hit = True
    if not hit and place.default is not None:
        chosen.append(place.default)
    return _or_default(place, chosen)


def _exclusive(place: Place, view: Mapping[str, Json]) -> list[Way]:
    """Rule 7."""
    for way in place.ways:
        if way is not place.default and (not way.condition or _true(way, view)):
            return [way]
    return _or_default(place, [])


def _inclusive(place: Place, view: Mapping[str, Json]) -> list[Way]:
    """Rule 8."""
    chosen = [
        way
        for way in place.ways
        if way is not place.default and (not way.condition or _true(way, view))
    ]
    return _or_default(place, chosen)


_Rule = Callable[[Place, Mapping[str, Json]], list[Way]]
_RULES: dict[NodeKind, _Rule] = {
    NodeKind.EXCLUSIVE_GATEWAY: _exclusive,
    NodeKind.INCLUSIVE_GATEWAY: _inclusive,
    NodeKind.COMPLEX_GATEWAY: _inclusive,
}


def record(
    turn: Turn, choice: Choice, token: Token, fields: Mapping[str, str]
) -> dict[str, Json]:
    """Rules 14 and 15: named expressions (KEYS, PAYLOAD); nothing asked when none.

    Raises:
        EngineError: An expression fails.
    """
    if not fields:
        return {}
    value = turn.decide(choice, token, lambda: evaluated(turn, token, fields))
    if not isinstance(value, dict):
        raise IncidentError(stops.NOT_IN_MODEL)
    return value


def evaluated(turn: Turn, token: Token, fields: Mapping[str, str]) -> dict[str, Json]:
    """The values of named expressions, as a visit sees the data.

    Raises:
        ExpressionError: An expression fails.
    """
    view = turn.view(inner_frames(token))
    return {
        name: expressions.compile(text).evaluate(view) for name, text in fields.items()
    }


def due(turn: Turn, token: Token, timer: Timer) -> datetime:
    """Rule 15: when a timer that is set now fires first.

    Raises:
        EngineError: Its text is no time.
    """
    value = turn.decide(
        Choice.DUE,
        token,
        lambda: iso8601.instant_text(
            iso8601.first_due(
                timer.kind, _timer_text(turn, token, timer), turn.context.now
            )
        ),
    )
    return _instant(value)


def due_again(turn: Turn, token: Token, timer: Timer, last: Token) -> datetime | None:
    """Rule 15: when a cycle fires after its visit `last`; None: no more.

    Raises:
        EngineError: Its text is no cycle.
    """
    if last.due is None:
        raise AssertionError("A timer that fired was due.")
    before = last.due

    def evaluate() -> Json:
        text = _timer_text(turn, token, timer)
        following = iso8601.next_due(text, last.fired + 1, before)
        return None if following is None else iso8601.instant_text(following)

    value = turn.decide(Choice.DUE, token, evaluate)
    return None if value is None else _instant(value)


def _timer_text(turn: Turn, token: Token, timer: Timer) -> str:
    if timer.literal:
        return timer.text
    view = turn.view(inner_frames(token))
    text = expressions.compile(timer.text).evaluate(view)
    if not isinstance(text, str):
        raise DurationError(stops.NOT_A_TIME)
    return text


def _instant(value: Json) -> datetime:
    if not isinstance(value, str):
        raise IncidentError(stops.NOT_IN_MODEL)
    return iso8601.parse_instant(value)


def answer(
    turn: Turn, token: Token, place: Place
) -> tuple[Mapping[str, Json], str | None]:
    """Rule 13: what the function's answer writes, or the code of the error it threw.

    Raises:
        EngineError: It failed, or a parameter did.
    """

    def call() -> Json:
        parameters = evaluated(turn, token, place.node.parameters)
        try:
            given = turn.context.services.call(place.node.service, parameters)
        except ServiceFailedError as error:
            if not error.error_code:
                raise
            return {"error": error.error_code}
        return {"answer": given}

    value = turn.decide(Choice.ANSWER, token, call)
    if isinstance(value, dict):
        if "error" in value:
            return {}, str(value["error"])
        if "answer" in value or deciding.is_erased(value):
            return _written(place, value), None
    raise IncidentError(stops.NOT_IN_MODEL, element=place.id)


def _written(place: Place, value: dict[str, Json]) -> Mapping[str, Json]:
    """What an answer writes; nothing, where it was erased."""
    if deciding.is_erased(value):
        return {}
    found = value["answer"]
    if place.node.result:
        return {place.node.result: found}
    return found if isinstance(found, Mapping) else {}


def ruled(turn: Turn, token: Token, place: Place) -> Mapping[str, Json]:
    """Rule 37: what the decision's answer writes.

    Raises:
        EngineError: It failed, or a parameter did.
    """

    def ask() -> Json:
        data = (
            evaluated(turn, token, place.node.parameters)
            if place.node.parameters
            else dict(turn.view(inner_frames(token)))
        )
        given = turn.context.decisions.decide(place.node.decision, data)
        return {"answer": given.answer, "rules": list(given.rules)}

    value = turn.decide(Choice.ANSWER, token, ask)
    if isinstance(value, dict) and ("answer" in value or deciding.is_erased(value)):
        return _written(place, value)
    raise IncidentError(stops.NOT_IN_MODEL, element=place.id)


def activates(turn: Turn, token: Token, place: Place, count: int) -> bool:
    """Rule 35: whether an activation condition holds.

    Raises:
        EngineError: It fails.
    """
    if not place.node.activation:
        return True
    view = turn.view(token.frames, {"activationCount": count})
    return holds(turn, Choice.ACTIVATES, token, place.node.activation, view)


def holds(
    turn: Turn, choice: Choice, token: Token, text: str, view: Mapping[str, Json]
) -> bool:
    """A recorded condition of a visit.

    Raises:
        EngineError: It fails.
    """

    def evaluate() -> Json:
        return expressions.truth(expressions.compile(text).evaluate(view))

    return turn.decide(choice, token, evaluate) is True


def instances(turn: Turn, holder: Token, items: MultiInstance) -> int:
    """Rule 20: how many instances there are.

    Raises:
        EngineError: It cannot be said, or is too many.
    """
    view = turn.view(holder.frames)

    def count() -> Json:
        if items.cardinality:
            number = expressions.compile(items.cardinality).evaluate(view)
        else:
            listed = view.get(items.collection)
            if not isinstance(listed, list):
                raise IncidentError(stops.NOT_A_LIST)
            number = len(listed)
        return _checked_count(number)

    return _checked_count(turn.decide(Choice.INSTANCES, holder, count))


def _checked_count(number: Json) -> int:
    if type(number) is int and 0 <= number <= limits.MULTI_INSTANCE_ITEMS:
        return number
    raise IncidentError(stops.NOT_A_NUMBER)
