"""Rules 20 to 22: multi-instance activities."""

import contextlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from engine import limits
from engine.domain import stops
from engine.domain.run import Json, Message, Visit
from engine.errors import NotReadyError
from tests.conformance.driving import Case, Functions
from tests.models import (
    both,
    call,
    each,
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
    times,
    xor,
)

Make = Callable[..., Case]


def seen(c: Case, visit: str) -> dict[str, Json]:
    element, _, number = visit.partition("#")
    return dict(c.execution.picture().locals.get(Visit(element, int(number or 1)), {}))


def test_parallel_instances_open_at_once_in_item_order(case: Make) -> None:
    c = case("start > a > b", task("a", multi_instance=each("items", "i")))
    c.open(items=["x", None, {"n": 1}])
    assert (c.ready, c.opened) == ("a a#2 a#3", "a a#2 a#3")
    assert c.decided == [("instances", "a", 3)]
    assert seen(c, "a") == {"i": "x", "loopCounter": 1}
    assert seen(c, "a#2") == {"i": None, "loopCounter": 2}
    c.do("a#2")
    assert (c.completed, c.taken, c.ready) == ("a", "", "a a#3")
    assert c.do("a#3").do("a").taken == "a-b"
    assert c.ready == "b"


def test_sequential_instances_open_one_after_the_other(case: Make) -> None:
    c = case(
        "start > a > b", task("a", multi_instance=each("items", "i", sequential=True))
    )
    c.open(items=["x", None, "z"])
    assert c.ready == "a"
    c.do("a")
    assert (c.ready, c.completed, seen(c, "a#2")) == (
        *("a#2", "a"),
        {"i": None, "loopCounter": 2},
    )
    c.do("a#2")
    assert seen(c, "a#3")["i"] == "z"
    assert c.do("a#3").ready == "b"


@pytest.mark.parametrize("sequential", [True, False])
def test_without_items_the_activity_is_over_at_once(
    case: Make, *, sequential: bool
) -> None:
    instances = each("items", "i", sequential=sequential, output_collection="out")
    c = case("start > a > b", task("a", multi_instance=instances)).open(items=[])
    assert (c.ready, c.completed, c.taken) == ("b", "start", "start-a a-b")
    assert c.decided == [("instances", "a", 0)]
    assert "out" not in c.data


def test_an_empty_pass_uses_up_its_number(case: Make) -> None:
    c = case(
        *("start > m > a > b > m", xor("m")),
        task("a", multi_instance=each("items", "i")),
    )
    c.open(items=[]).do("b", items=[1])
    assert c.decided == [("instances", "a#2", 1)]
    assert c.ready == "a#2"


@pytest.mark.parametrize("items", ["text", None, 3, {"a": 1}])
def test_a_collection_that_is_no_list_is_an_incident(case: Make, items: Json) -> None:
    c = case("start > a > b", task("a", multi_instance=each("items"))).open(items=items)
    assert (c.incidents, c.ready, c.waiting) == ("a", "", "")
    assert c.advance.incidents[0].message == stops.NOT_A_LIST


@pytest.mark.parametrize("number", [-1, 1.5, 3.0, True, "3", None, 10**9])
def test_a_number_that_cannot_be_made_is_an_incident(case: Make, number: Json) -> None:
    boundary = on("a", "t", timer("P1D"))
    c = case("start > a > b", task("a", multi_instance=times("n")), boundary)
    c.open(n=number)
    assert (c.incidents, c.ready, c.waiting) == ("a", "", "")
    assert c.advance.incidents[0].message == stops.NOT_A_NUMBER


def test_a_cardinality_beyond_the_list_gives_empty_items(case: Make) -> None:
    c = case(
        "start > a > b",
        task("a", multi_instance=times("1 + 1", collection="items", item="i")),
    )
    c.open(items=["x"])
    assert (seen(c, "a")["i"], seen(c, "a#2")["i"]) == ("x", None)


def test_too_long_a_list_is_an_incident(case: Make) -> None:
    c = case("start > a > b", task("a", multi_instance=each("items")))
    c.open(items=[0] * (limits.MULTI_INSTANCE_ITEMS + 1))
    assert c.incidents == "a"


def test_results_are_gathered_in_item_order(case: Make) -> None:
    instances = each("items", "i", output_collection="out", output_item="vote")
    c = case("start > a > b", task("a", multi_instance=instances)).open(items=[1, 2, 3])
    c.do("a#3", vote="c", note="n")
    assert c.data == {"items": [1, 2, 3], "out": ["c"]}
    c.do("a", vote="a")
    assert c.data["out"] == ["a", "c"]
    c.do("a#2")
    assert c.data["out"] == ["a", None, "c"]


def test_without_output_collection_answers_are_case_data(case: Make) -> None:
    c = case("start > a > b", task("a", multi_instance=times("2"))).open()
    c.do("a#2", vote=2).do("a", vote=1)
    assert c.data == {"vote": 1}


@pytest.mark.parametrize("sequential", [True, False])
def test_the_completion_condition_ends_the_rest(
    case: Make, *, sequential: bool
) -> None:
    instances = times(
        "3",
        sequential=sequential,
        completion="numberOfCompletedInstances == 2 and nrOfInstances == 3"
        " and nrOfTerminatedInstances == 0",
    )
    c = case("start > a > b", task("a", multi_instance=instances)).open()
    c.do("a")
    assert c.decided == [("done", "a", False)]
    c.do("a#2")
    assert c.decided[0] == ("done", "a#2", True)
    assert (c.ready, c.taken) == ("b", "a-b")
    assert c.closed == ("a#2+" if sequential else "a#2+ a#3-")


@pytest.mark.parametrize(("sequential", "active"), [(True, 0), (False, 1)])
def test_the_condition_sees_what_is_still_active(
    case: Make, *, sequential: bool, active: int
) -> None:
    completion = f"numberOfActiveInstances == {active} and loopCounter == 1"
    instances = times("2", sequential=sequential, completion=completion)
    c = case("start > a > b", task("a", multi_instance=instances)).open()
    assert c.do("a").ready == "b"


def test_the_condition_sees_the_answers_of_its_instance(case: Make) -> None:
    instances = times("3", output_collection="out", completion="vote == 'no'")
    c = case("start > a > b", task("a", multi_instance=instances)).open()
    assert c.do("a", vote="yes").ready == "a#2 a#3"
    assert c.do("a#3", vote="no").ready == "b"


def test_the_condition_is_not_asked_after_the_last_instance(case: Make) -> None:
    instances = times("1", completion="gone")
    c = case("start > a > b", task("a", multi_instance=instances)).open().do("a")
    assert (c.ready, c.decided) == ("b", [])


def test_a_condition_that_fails_stops_the_activity_only(case: Make) -> None:
    instances = times("2", completion="gone")
    c = case("start > a > b", task("a", multi_instance=instances)).open().do("a")
    assert (c.incidents, c.ready, c.closed) == ("a", "a#2", "a+")
    c.do("a#2")
    assert (c.incidents, c.ready, c.status) == ("a", "", "incident")


def test_boundary_events_belong_to_the_activity(case: Make) -> None:
    c = case(
        "start > a > b",
        task("a", multi_instance=times("2")),
        on("a", "t", timer("P1D")),
    )
    c.open()
    assert (c.ready, c.waiting) == ("a a#2", "t")
    assert c.do("a").waiting == "t"
    c.do("a#2")
    assert (c.waiting, c.closed) == ("", "a#2+ t-")


def test_an_interrupting_boundary_ends_every_instance(case: Make) -> None:
    c = case(
        *("start > a > b", on("a", "t", timer("P1D")), "t > c"),
        task("a", multi_instance=times("3")),
    )
    c.open().do("a#2").fire("t")
    assert (c.closed, c.ready, c.taken) == ("t+ a- a#3-", "c", "t-c")


def test_the_last_outcome_goes_on(case: Make) -> None:
    c = case(
        *("start > a > x", xor("x", by_outcome=True), "x > b", "x > c"),
        task("a", "x-b", "x-c", multi_instance=times("2")),
    )
    c.open().do("a", "x-b").do("a#2", "x-c")
    assert c.taken == "a-x x-c"


def test_choices_of_leaving_stand_under_the_last_instance(case: Make) -> None:
    c = case(
        "start > a",
        task("a", multi_instance=times("2"), default="a-b"),
        *(flow("a", "c", "n == 1"), "a > b"),
    )
    c.open().do("a#2", n=0).do("a", n=1)
    assert c.decided == [("flows", "a", ["a-c"])]


def test_instances_of_a_sub_process_keep_to_themselves(case: Make) -> None:
    instances = each("items", "i", output_collection="out", output_item="r")
    c = case(
        "start > p > z",
        sub("p", "start1 > a > b > end1", multi_instance=instances),
    )
    c.open(items=["x", "y"], r="outside")
    assert c.ready == "a a#2"
    c.do("a#2", r="2")
    assert (seen(c, "b"), seen(c, "a")) == (
        {"i": "y", "loopCounter": 2, "r": "2"},
        {"i": "x", "loopCounter": 1},
    )
    c.do("a", r="1").do("b")
    assert (c.completed, c.data["out"]) == ("b end1 p", ["2"])
    c.do("b#2")
    assert (c.completed, c.ready) == ("b end1 p", "z")
    assert (c.data["out"], c.data["r"]) == (["1", "2"], "outside")


def test_nested_instances_write_to_the_innermost_that_gathers(case: Make) -> None:
    inner = task("a", multi_instance=each("row", "cell"))
    outer = each(
        "rows", "row", output_collection="out", output_item="v", sequential=True
    )
    c = case(
        "start > p > z", sub("p", "start1 > a > end1", inner, multi_instance=outer)
    )
    c.open(rows=[[1, 2], [], [3]])
    assert seen(c, "a#2") == {"row": [1, 2], "loopCounter": 2, "cell": 2}
    c.do("a", v="first").do("a#2", v="second")
    assert c.data["out"] == ["second", None]
    assert c.ready == "a#4"
    c.do("a#4", v="third")
    assert (c.data["out"], c.ready) == (["second", None, "third"], "z")


def test_a_gateway_inside_an_instance_decides_by_its_item(case: Make) -> None:
    c = case(
        "start > p > z",
        sub(
            "p",
            *("start1 > x", xor("x", default="x-b"), flow("x", "a", "i > 1"), "x > b"),
            multi_instance=each("items", "i"),
        ),
    )
    assert c.open(items=[1, 2]).ready == "b a"


def test_terminate_ends_one_instance_only(case: Make) -> None:
    c = case(
        "start > p > z",
        sub(
            "p",
            *("start1 > f", both("f"), "f > a > endt", end("endt", terminate())),
            "f > b",
            multi_instance=times("2"),
        ),
    )
    c.open().do("a")
    assert (c.closed, c.completed, c.ready) == ("a+ b-", "a endt p", "a#2 b#2")


def test_an_error_inside_one_instance_ends_all(case: Make) -> None:
    c = case(
        *("start > p > z", on("p", "e", error("A")), "e > y"),
        sub(
            "p",
            *("start1 > a > endx", end("endx", error("A"))),
            multi_instance=times("3"),
        ),
    )
    c.open().do("a#2")
    assert (c.completed, c.closed, c.ready) == ("a endx e", "a#2+ a- a#3-", "y")


def test_services_run_for_every_item(case: Make) -> None:
    for sequential in (True, False):
        instances = each(
            "items",
            "i",
            sequential=sequential,
            output_collection="out",
            output_item="r",
        )
        c = case(
            "start > s > a",
            service("s", "f", "r", parameters={"i": "i"}, multi_instance=instances),
        )
        c.services = Functions({"f": lambda parameters: [parameters["i"]]})
        c.open(items=[1, 2])
        assert (c.data["out"], c.ready) == ([[1], [2]], "a")
        assert c.completed == "start s s"


def test_instances_may_wait_for_messages_and_calls(case: Make) -> None:
    c = case(
        "start > r > k > z",
        receive("r", message("m", n="i"), multi_instance=each("items", "i")),
        call("k", "Q", multi_instance=times("2")),
        process("Q", "start1 > a"),
    )
    c.open(items=[1, 2])
    assert c.waiting == "r r#2"
    c.act(Message("m", {}, {"n": 2}))
    assert c.closed == "r#2+"
    c.act(Message("m", {}, {"n": 1}))
    assert c.ready == "a a#2"
    assert c.do("a").do("a#2").completed == "a k"
    with pytest.raises(NotReadyError):
        c.do("a")


@pytest.mark.parametrize("sequential", [True, False])
def test_the_work_grows_with_the_number_of_items(
    case: Make, *, sequential: bool
) -> None:
    def calls(number: int) -> int:
        instances = each(
            *("items", "i"),
            sequential=sequential,
            output_collection="out",
            output_item="r",
            completion="numberOfCompletedInstances == 5000",
        )
        c = case("start > a > b", task("a", multi_instance=instances))
        c.careful = False
        with counted_calls() as counter:
            c.open(items=list(range(number)))
            for one in range(1, number + 1):
                c.do("a" if one == 1 else f"a#{one}", r=one)
        assert c.data["out"] == list(range(1, number + 1))
        assert c.ready == "b"
        return counter.total()

    assert calls(1000) < 5 * calls(250)


@contextlib.contextmanager
def counted_calls() -> Iterator[Counter[str]]:
    """Count function calls: the work done, whatever else the machine does."""
    counter: Counter[str] = Counter()

    def note(_: object, event: str, __: object) -> None:
        counter[event] += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        yield counter
    finally:
        sys.setprofile(None)
