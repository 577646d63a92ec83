"""What the tokens did beside what the record says that they did."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.domain.run import Advance, Incident, Json, Picture, Visit, Wait
from engine.judging.ruling import Ruling, fails

Effect = Mapping[str, Any]
#: Names that one reason lists.
_MOST = 12


def compare(advance: Advance, effect: Effect) -> Ruling | None:
    """The first point in which an effect is not that of the model; None: it is."""
    for code, done, recorded in _points(advance, effect):
        if done != recorded:
            return fails(code, allowed=shown(done), recorded=shown(recorded))
    return None


def _points(advance: Advance, effect: Effect) -> Iterator[tuple[str, Json, Json]]:
    yield "other-flows", [*advance.taken], effect["taken"]
    yield "other-elements", [*advance.completed], effect["completed"]
    opened: Json = [[one.element, one.occurrence] for one in advance.opened]
    yield "other-work", opened, [one[:2] for one in effect["opened"]]
    closed: Json = [
        [one.element, one.occurrence, one.end.value] for one in advance.closed
    ]
    yield "other-closed", closed, effect["closed"]
    made: Json = [
        [one.choice.value, one.element, one.occurrence] for one in advance.decisions
    ]
    yield "other-decisions", made, [one[:3] for one in effect["decisions"]]
    thrown: Json = [
        [one.kind, one.element, one.occurrence, one.name, one.partner]
        for one in advance.thrown
    ]
    yield "other-thrown", thrown, effect["thrown"]
    incidents: Json = [
        [one.element, one.occurrence, one.message] for one in advance.incidents
    ]
    yield "other-incidents", incidents, effect["incidents"]
    yield "other-status", advance.status.value, effect["status"]
    yield "other-rest", advance.more, effect["more"]


def incidents(effect: Effect) -> list[Incident]:
    """The incidents that an event tells of."""
    return [Incident(*one) for one in effect["incidents"]]


def possible(picture: Picture) -> str:
    """What the model allowed at a moment: work, waits, incidents to be retried."""
    visits: list[Json] = [_visit(one) for one in picture.ready]
    visits += [_visit(one) for one in picture.waiting]
    visits += [_visit(one) for one in picture.incidents]
    return shown(visits)


def _visit(one: Visit | Wait | Incident) -> Json:
    return [one.element, one.occurrence]


def shown(value: Json) -> str:
    """What a reason names, on one line; an empty list is a dash."""
    if isinstance(value, list):
        listed = [_item(one) for one in value[:_MOST]]
        return ", ".join([*listed, *["…"] * (len(value) > _MOST)]) or "–"
    return _item(value)


def _item(value: Json) -> str:
    if isinstance(value, list):
        first, *rest = (str(one) for one in value)
        return f"{first} ({', '.join(rest)})" if rest else first
    return str(value)
