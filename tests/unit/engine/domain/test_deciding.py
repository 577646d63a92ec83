"""Deciding now, following a record, and comparing both."""

import pytest

from engine.domain.deciding import Comparing, Difference, Evaluating, Following
from engine.domain.run import Choice, Decision, Incident, Json
from engine.errors import ExpressionError, IncidentError

RECORD = (
    Decision(Choice.FLOWS, "x", 1, ["yes"]),
    Decision(Choice.FLOWS, "x", 2, ["no"]),
    Decision(Choice.INSTANCES, "m", 1, 3),
    Decision(Choice.ANSWER, "s", 1, {"answer": 1}),
)


def never() -> Json:
    message = "what is recorded is not evaluated"
    raise AssertionError(message)


def test_what_happens_now_is_evaluated() -> None:
    assert Evaluating().decide(Choice.FLOWS, "x", 1, lambda: ["a"]) == ["a"]


def test_a_record_is_followed_by_visit_and_never_evaluated() -> None:
    following = Following(RECORD)
    assert following.decide(Choice.FLOWS, "x", 1, never) == ["yes"]
    assert following.decide(Choice.FLOWS, "x", 2, never) == ["no"]
    assert following.decide(Choice.INSTANCES, "m", 1, never) == 3


def test_a_recorded_incident_happens_again_with_its_words() -> None:
    following = Following(RECORD, [Incident("y", 1, "no condition holds")])
    with pytest.raises(IncidentError, match="no condition holds") as caught:
        following.decide(Choice.FLOWS, "y", 1, never)
    assert caught.value.element == "y"


@pytest.mark.parametrize(
    ("choice", "element", "visit"),
    [(Choice.FLOWS, "x", 3), (Choice.DONE, "x", 1), (Choice.FLOWS, "z", 1)],
)
def test_a_silent_record_stops_the_token(
    choice: Choice, element: str, visit: int
) -> None:
    with pytest.raises(IncidentError, match="does not say"):
        Following(RECORD).decide(choice, element, visit, never)


def test_comparing_follows_the_record_and_keeps_what_differs() -> None:
    comparing = Comparing(Following(RECORD))
    assert comparing.decide(Choice.FLOWS, "x", 1, lambda: ["yes"]) == ["yes"]
    assert comparing.differences == []
    assert comparing.decide(Choice.FLOWS, "x", 2, lambda: ["yes"]) == ["no"]
    assert comparing.differences == [Difference(Choice.FLOWS, "x", 2, ["no"], ["yes"])]


def test_comparing_keeps_why_an_evaluation_fails() -> None:
    def fails() -> Json:
        raise ExpressionError("n > 1", "there is no value n")

    comparing = Comparing(Following(RECORD))
    assert comparing.decide(Choice.INSTANCES, "m", 1, fails) == 3
    (found,) = comparing.differences
    assert (found.evaluated, found.reason) == (None, "there is no value n")


def test_comparing_never_calls_a_function_again() -> None:
    comparing = Comparing(Following(RECORD))
    assert comparing.decide(Choice.ANSWER, "s", 1, never) == {"answer": 1}
