"""Rule 37: business rule tasks."""

from collections.abc import Callable, Mapping

import pytest

from engine.domain import run, stops
from engine.domain.deciding import Following
from engine.domain.run import Json
from engine.errors import IncidentError
from engine.ports import Context, Ruled
from tests.conformance.driving import Case, Tables
from tests.models import (
    again,
    both,
    catch,
    each,
    error,
    flow,
    message,
    on,
    rule,
    sub,
    when,
    xor,
)

Make = Callable[..., Case]
Table = Callable[[Mapping[str, Json]], Ruled]


def asking(case: Case, **tables: Table) -> Case:
    """The case with decisions to ask."""
    case.decisions = Tables(tables)
    return case


def fee(data: Mapping[str, Json]) -> Ruled:
    """Two rules about an amount."""
    amount = data.get("amount")
    if not isinstance(amount, int):
        raise IncidentError("The amount is missing.")
    return Ruled({"fee": amount * 2}, ("r1", "r3")) if amount else Ruled(None)


def test_the_answer_is_recorded_with_the_rules_that_matched(case: Make) -> None:
    parts = ("start > d > z", rule("d", "fee", "got", parameters={"amount": "n + 1"}))
    c = asking(case(*parts), fee=fee).open(n=4)
    assert (c.completed, c.ready) == ("start d", "z")
    answer: Json = {"answer": {"fee": 10}, "rules": ["r1", "r3"]}
    assert c.decided == [("answer", "d", answer)]
    assert c.data == {"n": 4, "got": {"fee": 10}}


def test_without_a_result_the_answer_is_merged(case: Make) -> None:
    c = asking(case("start > d > z", rule("d", "fee")), fee=fee).open(amount=3)
    assert c.data == {"amount": 3, "fee": 6}


def test_an_answer_that_is_no_mapping_is_not_merged(case: Make) -> None:
    c = asking(case("start > d > z", rule("d", "fee")), fee=fee).open(amount=0)
    assert (c.data, c.ready) == ({"amount": 0}, "z")
    assert c.decided == [("answer", "d", {"answer": None, "rules": []})]
    c = asking(case("start > d > z", rule("d", "fee", "got")), fee=fee).open(amount=0)
    assert c.data == {"amount": 0, "got": None}


def test_without_parameters_it_is_given_everything_the_visit_sees(case: Make) -> None:
    seen: list[Mapping[str, Json]] = []

    def look(data: Mapping[str, Json]) -> Ruled:
        seen.append(dict(data))
        return Ruled(1)

    several = rule("d", "look", "got", multi_instance=each("items", "it"))
    c = asking(case("start > d > z", several), look=look)
    c.open(items=[7, 8], n=1)
    assert {"items": [7, 8], "n": 1, "it": 7, "loopCounter": 1} in seen
    assert (c.completed, c.ready) == ("start d d", "z")


@pytest.mark.parametrize("name", ["fee", "unknown"])
def test_a_decision_that_fails_is_an_incident(case: Make, name: str) -> None:
    c = asking(case("start > d > z", rule("d", name)), fee=fee).open(n=1)
    assert (c.incidents, c.completed, c.ready) == ("d", "start", "")
    assert (c.decided, c.status) == ([], "incident")


def test_a_parameter_that_fails_is_an_incident(case: Make) -> None:
    parts = ("start > d > z", rule("d", "fee", parameters={"amount": "missing"}))
    assert asking(case(*parts), fee=fee).open(amount=1).incidents == "d"


def test_no_boundary_event_hears_it(case: Make) -> None:
    b = (on("d", "b", message("m")), on("d", "e", error()), "b > y", "e > x")
    c = asking(case("start > d > z", rule("d", "fee"), *b), fee=fee).open(amount=1)
    assert (c.waiting, c.ready, c.closed) == ("", "z", "")
    c = asking(case("start > d > z", rule("d", "fee"), *b), fee=fee).open()
    assert (c.incidents, c.ready, c.waiting) == ("d", "", "")


def test_it_is_asked_again_in_every_round(case: Make) -> None:
    c = asking(
        case(
            *("start > x > d > a > y", xor("x"), rule("d", "fee")),
            *(xor("y", default="y-end"), flow("y", "x", "amount > 0"), "y > end"),
        ),
        fee=fee,
    )
    c.open(amount=1).do("a", amount=2)
    assert c.decided[-1] == (
        *("answer", "d#2"),
        {"answer": {"fee": 4}, "rules": ["r1", "r3"]},
    )
    assert (c.ready, c.data) == ("a#2", {"amount": 2, "fee": 4})


def test_it_may_loop_and_gather_inside_a_sub_process(case: Make) -> None:
    looped = rule("d", "fee", loop=again("loopCounter < 3"))
    c = asking(case("start > p > z", sub("p", "start1 > d", looped)), fee=fee)
    assert c.open(amount=1).completed == "start start1 d d d p"
    several = rule(
        "d",
        "fee",
        parameters={"amount": "it"},
        multi_instance=each(
            "items", "it", output_collection="fees", output_item="fee", sequential=True
        ),
    )
    c = asking(case("start > d > z", several), fee=fee).open(items=[1, 2, 5])
    assert c.data["fees"] == [2, 4, 10]


def test_its_answer_is_a_change_of_data(case: Make) -> None:
    c = asking(
        case(
            *("start > f", both("f"), "f > c > y", "f > w > d > x", "f > a > z"),
            *(catch("c", when("fee > 5")), catch("w", when("go")), rule("d", "fee")),
        ),
        fee=fee,
    )
    c.open(amount=3, go=False).do("a", go=True)
    assert (c.completed, c.ready) == ("a w d c", "z x y")
    # Its second look, in the same act, was before the answer.
    assert c.decided[-1] == ("holds", "c", 3)


@pytest.mark.parametrize("value", [{"error": "E"}, {"rules": []}, None, "yes"])
def test_a_recorded_answer_that_is_none_is_an_incident(case: Make, value: Json) -> None:
    c = case("start > d > z", rule("d", "fee"))
    recorded = Following([run.Decision(run.Choice.ANSWER, "d", 1, value)])
    context = Context(now=c.now, decider=recorded, services=c.services)
    advance = c.execution.act(run.Open({}), context)
    assert [one.message for one in advance.incidents] == [stops.NOT_IN_MODEL]
