"""Rule 28: standard loops."""

from collections.abc import Callable, Mapping

import pytest

from engine import limits
from engine.domain import stops
from engine.domain.run import Json
from tests.conformance.driving import Case, Functions
from tests.models import (
    Part,
    again,
    both,
    call,
    end,
    error,
    flow,
    message,
    on,
    process,
    receive,
    service,
    sub,
    task,
    terminate,
    timer,
    xor,
)

Make = Callable[..., Case]


def locals_of(c: Case) -> list[Mapping[str, Json]]:
    """What the ready visits see besides the case data."""
    picture = c.execution.picture()
    return [picture.locals.get(visit, {}) for visit in picture.ready]


def test_a_loop_asks_after_each_iteration(case: Make) -> None:
    c = case("start > a > b", task("a", loop=again("not good"))).open()
    assert (c.ready, c.decided, locals_of(c)) == ("a", [], [{"loopCounter": 1}])
    c.do("a", good=False)
    assert (c.ready, c.opened, c.closed) == ("a#2", "a#2", "a+")
    assert (c.completed, c.taken) == ("a", "")
    assert c.decided == [("loop", "a#2", True)]
    assert locals_of(c) == [{"loopCounter": 2}]
    c.do("a#2", good=True)
    assert (c.ready, c.completed, c.taken) == ("b", "a", "a-b")
    assert c.decided == [("loop", "a#3", False)]


def test_a_loop_that_tests_before_may_never_begin(case: Make) -> None:
    c = case("start > a > b", task("a", loop=again("more", test_before=True)))
    c.open(more=False)
    assert (c.ready, c.completed, c.taken) == ("b", "start", "start-a a-b")
    assert c.decided == [("loop", "a", False)]


def test_a_loop_that_tests_before_asks_each_time(case: Make) -> None:
    condition = "loopCounter <= 2"
    c = case("start > a > b", task("a", loop=again(condition, test_before=True)))
    c.open()
    assert (c.ready, c.decided) == ("a", [("loop", "a", True)])
    c.do("a")
    assert (c.ready, c.decided) == ("a#2", [("loop", "a#2", True)])
    c.do("a#2")
    assert (c.ready, c.decided) == ("b", [("loop", "a#3", False)])


@pytest.mark.parametrize(("before", "times"), [(True, 2), (False, 3)])
def test_the_counter_is_that_of_the_iteration_asked_about(
    case: Make, *, before: bool, times: int
) -> None:
    """After an iteration its own number counts, before one the number to come."""
    loop = again("loopCounter < 3", test_before=before)
    c = case("start > s > a", service("s", "f", loop=loop))
    c.services = Functions({"f": lambda _: None})
    c.open()
    assert c.completed == "start" + " s" * times
    assert c.ready == "a"


def test_a_maximum_alone_ends_a_loop_without_a_choice(case: Make) -> None:
    c = case("start > a > b", task("a", loop=again(maximum=2))).open()
    c.do("a")
    assert (c.ready, c.decided) == ("a#2", [])
    c.do("a#2")
    assert (c.ready, c.decided, c.completed) == ("b", [], "a")


def test_the_maximum_comes_before_the_condition(case: Make) -> None:
    c = case("start > a > b", task("a", loop=again("True", maximum=2))).open().do("a")
    assert c.decided == [("loop", "a#2", True)]
    c.do("a#2")
    assert (c.ready, c.decided) == ("b", [])


def test_the_number_asked_for_is_used_up_and_that_of_a_maximum_is_not(
    case: Make,
) -> None:
    parts = ("start > m", xor("m"), "m > a > x", xor("x", default="x-m"))
    last = flow("x", "end", "over")
    c = case(*parts, last, "x > m", task("a", loop=again("more"))).open(
        more=False, over=False
    )
    assert c.do("a").ready == "a#3"
    assert c.do("a#3").ready == "a#5"
    c = case(*parts, last, "x > m", task("a", loop=again(maximum=1))).open(over=False)
    assert c.do("a").ready == "a#2"


def test_a_loop_in_a_rework_loop_counts_from_one_again(case: Make) -> None:
    c = case(
        *("start > m", xor("m"), "m > a > x", xor("x", default="x-m")),
        *(flow("x", "end", "over"), "x > m", task("a", loop=again(maximum=2))),
    )
    c.open(over=False)
    seen = []
    for visit in ("a", "a#2", "a#3", "a#4"):
        seen.append(locals_of(c)[0]["loopCounter"])
        c.do(visit)
    assert (seen, c.ready) == ([1, 2, 1, 2], "a#5")
    assert c.do("a#5", over=True).do("a#6").status == "completed"


def test_data_are_written_as_outside_the_loop(case: Make) -> None:
    c = case("start > a > b", task("a", loop=again("n < 2"))).open(n=0)
    c.do("a", n=1)
    assert c.data == {"n": 1}
    c.do("a#2", n=2, loopCounter=9)
    assert (c.ready, c.data) == ("b", {"n": 2, "loopCounter": 9})


def test_the_outcome_of_the_last_iteration_leads_on(case: Make) -> None:
    c = case(
        *("start > a > x", task("a", "x-b", "x-c", loop=again(maximum=2))),
        *(xor("x", by_outcome=True), "x > b", "x > c"),
    )
    c.open().do("a", "x-c").do("a#2", "x-b")
    assert c.ready == "b"


def test_flows_stand_under_the_last_iteration(case: Make) -> None:
    way = (flow("a", "b", "good"), flow("a", "c", "not good"))
    c = case("start > a", task("a", loop=again(maximum=2)), *way).open(good=True)
    c.do("a")
    assert c.decided == []
    assert c.do("a#2").decided == [("flows", "a#2", ["a-b"])]
    c = case("start > a", task("a", loop=again("bad", test_before=True)), *way)
    c.open(good=True, bad=False)
    assert c.decided == [("loop", "a", False), ("flows", "a", ["a-b"])]


def test_boundary_events_belong_to_the_activity(case: Make) -> None:
    c = case(
        *("start > a > b", task("a", loop=again("True"))),
        *(on("a", "t", timer("P1D")), on("a", "m", message("m"), interrupting=False)),
        *("t > c", "m > d"),
    )
    c.open()
    assert (c.ready, c.waiting) == ("a", "t m")
    c.do("a")
    assert (c.ready, c.waiting, c.closed) == ("a#2", "t m", "a+")
    c.message("m")
    assert (c.ready, c.waiting) == ("a#2 d", "t m#2")
    c.fire("t")
    assert (c.ready, c.closed) == ("d c", "t+ a#2- m#2-")


def test_boundary_events_end_with_the_last_iteration(case: Make) -> None:
    c = case(
        *("start > a > b", task("a", loop=again(maximum=2))),
        on("a", "t", timer("P1D")),
    )
    c.open().do("a").do("a#2")
    assert (c.closed, c.waiting, c.ready) == ("a#2+ t-", "", "b")


def test_a_loop_never_begun_arms_nothing(case: Make) -> None:
    c = case(
        *("start > a > b", task("a", loop=again("False", test_before=True))),
        on("a", "t", timer("P1D")),
    )
    c.open()
    assert (c.waiting, c.ready) == ("", "b")
    assert c.decided == [("loop", "a", False)]


@pytest.mark.parametrize("condition", ["missing", "1"])
def test_a_first_condition_that_fails_is_an_incident(
    case: Make, condition: str
) -> None:
    c = case(
        *("start > a > b", task("a", loop=again(condition, test_before=True))),
        on("a", "t", timer("P1D")),
    )
    c.open()
    assert (c.incidents, c.ready, c.waiting) == ("a", "", "")


@pytest.mark.parametrize("before", [True, False])
def test_a_later_condition_that_fails_is_an_incident_of_what_would_begin(
    case: Make, *, before: bool
) -> None:
    loop = again("loopCounter < 2 or missing", test_before=before)
    c = case(
        *("start > a > b", task("a", loop=loop), on("a", "t", timer("P1D")), "t > c"),
    )
    c.open().do("a")
    if not before:
        assert (c.ready, c.incidents) == ("a#2", "")
        c.do("a#2")
        assert c.incidents == "a#3"
    else:
        assert c.incidents == "a#2"
    assert (c.ready, c.waiting, c.completed, c.status) == ("", "t", "a", "incident")
    c.fire("t")
    assert (c.ready, c.incidents, c.status) == ("c", "", "open")


def test_an_endless_loop_is_an_incident(case: Make) -> None:
    c = case("start > s > a", service("s", "f", loop=again("True")))
    c.careful, c.services = False, Functions({"f": lambda _: None})
    c.budget = 2 * limits.CYCLE_REPETITIONS
    c.open()
    (incident,) = c.advance.incidents
    assert incident.message == stops.TOO_MANY_ITERATIONS
    assert incident.occurrence == limits.CYCLE_REPETITIONS + 1
    assert c.advance.completed.count("s") == limits.CYCLE_REPETITIONS
    assert len(c.advance.decisions) == 2 * limits.CYCLE_REPETITIONS


def test_as_many_iterations_as_allowed_are_no_incident(case: Make) -> None:
    loop = again(f"loopCounter < {limits.CYCLE_REPETITIONS}")
    c = case("start > s > a", service("s", "f", loop=loop))
    c.careful, c.services = False, Functions({"f": lambda _: None})
    c.budget = 2 * limits.CYCLE_REPETITIONS
    assert c.open().ready == "a"


def test_each_iteration_begins_as_a_step_of_its_own(case: Make) -> None:
    c = case("start > s > a", service("s", "f", loop=again(maximum=2)))
    c.services = Functions({"f": lambda _: None})
    c.budget = 3
    c.open()
    assert (c.completed, c.advance.more) == ("start s", True)
    c.budget = 1
    c.go_on()
    assert (c.completed, c.taken, c.advance.more) == ("s", "s-a", True)


SCOPE: tuple[Part, ...] = ("start1 > f", both("f"), "f > b > end1", "f > c > end1")


@pytest.mark.parametrize("called", [False, True])
def test_a_scope_goes_round_when_it_is_empty(case: Make, *, called: bool) -> None:
    loop = again("not good")
    looped = (
        [call("p", "Q", loop=loop), process("Q", *SCOPE)]
        if called
        else [sub("p", *SCOPE, loop=loop)]
    )
    c = case("start > p > d", *looped).open(good=False)
    assert c.ready == "b c"
    assert c.do("c").ready == "b"
    c.do("b")
    assert (c.completed, c.ready) == ("b end1 p start1 f", "b#2 c#2")
    assert locals_of(c) == [{"loopCounter": 2}] * 2
    c.do("b#2", good=True).do("c#2")
    assert (c.completed, c.ready) == ("c end1 p", "d")


def test_terminate_ends_one_iteration_only(case: Make) -> None:
    c = case(
        "start > p > d",
        sub("p", *SCOPE[:3], "f > c > endt", end("endt", terminate()), loop=again("n")),
    )
    c.open(n=True).do("c")
    assert (c.completed, c.ready, c.closed) == ("c endt p start1 f", "b#2 c#2", "c+ b-")


def test_an_error_ends_the_whole_loop(case: Make) -> None:
    c = case(
        *("start > p > z", on("p", "e", error("A")), "e > y"),
        sub("p", "start1 > b > endx", end("endx", error("A")), loop=again("True")),
    )
    c.open().do("b")
    assert (c.completed, c.ready) == ("b endx e", "y")


def test_a_receive_task_waits_in_each_iteration(case: Make) -> None:
    c = case("start > r > a", receive("r", message("m"), loop=again("n < 2"))).open()
    c.message("m", n=1)
    assert (c.waiting, c.closed) == ("r#2", "r+")
    assert c.message("m", n=2).ready == "a"


def test_a_loop_within_a_loop(case: Make) -> None:
    inner = task("a", loop=again(maximum=2))
    c = case("start > p > z", sub("p", "start1 > a", inner, loop=again(maximum=2)))
    c.open().do("a")
    assert locals_of(c) == [{"loopCounter": 2}]
    c.do("a#2")
    assert (c.completed, c.ready) == ("a p start1", "a#3")
    assert c.do("a#3").do("a#4").ready == "z"
