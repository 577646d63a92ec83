"""Rules 1 to 8: visits, order, and the flows by which a token leaves."""

from collections.abc import Callable

import pytest

from engine.domain import stops
from engine.errors import NotReadyError, OutcomeRequiredError
from tests.conformance.driving import Case
from tests.models import both, flow, message, some, sub, task, throw, xor

Make = Callable[..., Case]


def test_a_line_of_tasks_opens_one_after_the_other(case: Make) -> None:
    c = case("start > a > b > end").open()
    assert (c.ready, c.taken, c.completed) == ("a", "start-a", "start")
    c.do("a")
    assert (c.ready, c.opened, c.closed) == ("b", "b", "a+")
    assert (c.taken, c.completed) == ("a-b", "a")
    c.do("b")
    assert (c.ready, c.taken, c.completed) == ("", "b-end", "b end")
    assert c.status == "completed"


def test_work_that_is_not_open_is_refused(case: Make) -> None:
    for visit in ("b", "a#2", "start", "nothing"):
        with pytest.raises(NotReadyError):
            case("start > a > b > end").open().do(visit)
    with pytest.raises(NotReadyError):
        case("start > a > b > end").open().do("a").do("a")


def test_a_case_opens_once_and_before_anything_else(case: Make) -> None:
    with pytest.raises(NotReadyError):
        case("start > a > end").open().open()
    with pytest.raises(NotReadyError):
        case("start > a > end").do("a")


def test_nothing_more_happens_after_the_end(case: Make) -> None:
    c = case("start > end").open()
    assert c.status == "completed"
    assert c.go_on().completed == ""


def test_each_pass_of_a_loop_is_another_visit(case: Make) -> None:
    c = case(
        "start > a > x", xor("x", default="x-end"), flow("x", "a", "no"), "x > end"
    )
    c.open().do("a", no=True)
    assert (c.ready, c.taken, c.completed) == ("a#2", "a-x x-a", "a x")
    assert c.decided == [("flows", "x", ["x-a"])]
    c.do("a#2", no=False)
    assert c.decided == [("flows", "x#2", ["x-end"])]
    assert c.status == "completed"


def test_an_activity_sends_a_token_along_every_flow(case: Make) -> None:
    c = case("start > a > b > end", "a > c > end", "a > d").open().do("a")
    assert (c.ready, c.taken, c.decided) == ("b c d", "a-b a-c a-d", [])
    assert c.do("d").status == "open"
    assert c.do("c").do("b").status == "completed"


def test_the_default_is_taken_when_no_conditional_flow_was(case: Make) -> None:
    parts = (
        "start > a",
        task("a", default="a-e"),
        "a > b",
        flow("a", "c", "n > 1"),
        flow("a", "d", "n > 2"),
        "a > e",
    )
    assert case(*parts).open().do("a", n=3).taken == "a-b a-c a-d"
    assert case(*parts).open().do("a", n=2).taken == "a-b a-c"
    c = case(*parts).open().do("a", n=1)
    assert c.taken == "a-b a-e"
    assert c.decided == [("flows", "a", ["a-b", "a-e"])]


def test_an_activity_without_a_way_completes_and_stops(case: Make) -> None:
    c = case("start > a", flow("a", "b", "n > 1")).open().do("a", n=1)
    assert (c.completed, c.closed, c.taken) == ("a", "a+", "")
    assert (c.incidents, c.status, c.ready) == ("a", "incident", "")
    assert c.advance.incidents[0].message == stops.NO_FLOW
    with pytest.raises(NotReadyError):
        c.do("a")


def test_a_failing_condition_stops_only_its_token(case: Make) -> None:
    c = case(
        "start > f", both("f"), "f > x", xor("x"), flow("x", "b", "gone > 1"), "f > a"
    )
    c.open()
    assert (c.incidents, c.ready, c.status) == ("x", "a", "incident")
    assert "x" not in c.completed.split()
    assert c.do("a").incidents == "x"
    assert c.status == "incident"


def test_exclusive_takes_the_first_true_flow_in_document_order(case: Make) -> None:
    parts = (
        "start > x",
        xor("x", default="x-d"),
        "x > d",
        flow("x", "b", "n > 1"),
        flow("x", "c", "n > 0"),
    )
    assert case(*parts).open(n=2).taken == "start-x x-b"
    assert case(*parts).open(n=1).taken == "start-x x-c"
    assert case(*parts).open(n=0).taken == "start-x x-d"


def test_exclusive_never_looks_behind_a_flow_without_condition(case: Make) -> None:
    c = case("start > x", xor("x"), "x > a", flow("x", "b", "unknown")).open()
    assert c.taken == "start-x x-a"


def test_exclusive_without_a_true_flow_is_an_incident(case: Make) -> None:
    c = case("start > x", xor("x"), flow("x", "a", "n > 1")).open(n=0)
    assert (c.incidents, c.completed) == ("x", "start")
    assert c.advance.incidents[0].message == stops.NO_FLOW


def test_exclusive_merges_without_waiting(case: Make) -> None:
    c = case(
        "start > f", both("f"), "f > x", "f > x2 > x", xor("x"), xor("x2"), "x > a"
    )
    assert c.open().ready == "a a#2"
    assert c.decided == []


def test_the_person_chooses_the_outcome(case: Make) -> None:
    parts = (
        "start > a",
        task("a", "x-b", "x-c"),
        "a > x",
        xor("x", by_outcome=True),
        "x > b",
        "x > c",
    )
    c = case(*parts).open().do("a", "x-c")
    assert (c.taken, c.ready) == ("a-x x-c", "c")
    for outcome in ("", "x-d", "b"):
        with pytest.raises(OutcomeRequiredError):
            case(*parts).open().do("a", outcome)


def test_an_outcome_goes_no_further_than_the_next_node(case: Make) -> None:
    c = case(
        "start > a > m",
        xor("m"),
        "m > x",
        xor("x", by_outcome=True, default="x-c"),
        "x > b",
        "x > c",
    )
    assert c.open().do("a", "x-b").taken == "a-m m-x x-c"


def test_an_outcome_that_names_no_flow_is_an_incident(case: Make) -> None:
    c = case("start > a > x", xor("x", by_outcome=True), "x > b", "x > c")
    assert c.open().do("a", "other").incidents == "x"


def test_an_inclusive_split_takes_every_true_flow(case: Make) -> None:
    parts = (
        "start > o",
        some("o", default="o-d"),
        flow("o", "a", "n > 1"),
        flow("o", "b", "n > 0"),
        "o > c",
        "o > d",
    )
    assert case(*parts).open(n=2).taken == "start-o o-a o-b o-c"
    assert case(*parts).open(n=0).taken == "start-o o-c"
    assert case(*parts).open(n=0).decided == [("flows", "o", ["o-c"])]


def test_an_inclusive_split_falls_back_to_its_default(case: Make) -> None:
    conditional = flow("o", "a", "n > 1")
    c = case("start > o", some("o", default="o-d"), conditional, "o > d").open(n=0)
    assert c.taken == "start-o o-d"
    c = case("start > o", some("o"), conditional, flow("o", "d", "n > 2")).open(n=0)
    assert c.incidents == "o"


def test_a_parallel_split_ignores_conditions(case: Make) -> None:
    c = case("start > f", both("f"), flow("f", "a", "n > 1"), "f > b").open(n=0)
    assert (c.ready, c.decided) == ("a b", [])


def test_steps_go_in_order_of_arrival(case: Make) -> None:
    c = case(
        "start > f",
        both("f"),
        *("f > x1 > x2 > a", "f > b", "f > y1 > c"),
        *(xor("x1"), xor("x2"), xor("y1")),
    )
    c.open()
    assert c.taken == "start-f f-x1 f-b f-y1 x1-x2 y1-c x2-a"
    assert c.completed == "start f x1 y1 x2"
    assert c.ready == "b c a"


def test_every_event_is_listed_when_it_completes(case: Make) -> None:
    c = case("start > s > end", throw("s", message("m"))).open()
    assert c.completed == "start s end"


def test_a_model_without_start_event_begins_where_nothing_comes_in(case: Make) -> None:
    c = case("a > c", "b > c").open()
    assert (c.ready, c.taken) == ("a b", "")
    c.do("b").do("a")
    assert c.ready == "c c#2"


def test_an_empty_scope_is_over_at_once(case: Make) -> None:
    c = case("start > s > a", sub("s")).open()
    assert (c.ready, c.completed) == ("a", "start s")
