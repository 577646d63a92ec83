"""Rules 16, 19, 23 and 25: sub-processes, calls, terminate, incidents, data."""

from collections.abc import Callable

from engine import limits
from tests.conformance.driving import Case
from tests.models import (
    both,
    call,
    catch,
    end,
    flow,
    message,
    on,
    process,
    sub,
    terminate,
    timer,
    xor,
)

Make = Callable[..., Case]


def test_a_sub_process_is_open_while_it_holds_tokens(case: Make) -> None:
    c = case(
        "start > p > d", sub("p", "start1 > f", both("f"), "f > a", "f > b > end1")
    )
    c.open()
    assert (c.ready, c.completed) == ("a b", "start start1 f")
    assert c.do("b").completed == "b end1"
    c.do("a")
    assert (c.completed, c.taken, c.ready) == ("a p", "p-d", "d")


def test_a_called_process_shares_the_data_of_its_caller(case: Make) -> None:
    c = case(
        "start > k > x",
        call("k", "Q"),
        *(xor("x", default="x-end"), flow("x", "z", "n + m == 3"), "x > end"),
        process("Q", "start1 > q", xor("q"), flow("q", "a", "n == 1")),
    )
    c.open(n=1)
    assert c.ready == "a"
    c.do("a", m=2)
    assert (c.completed, c.ready, c.data) == ("a k x", "z", {"n": 1, "m": 2})


def test_two_calls_of_one_process_count_their_visits_together(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > k > end", "f > l > end"),
        *(call("k", "Q"), call("l", "Q"), process("Q", "start1 > a > b > end1")),
    )
    c.open()
    assert c.ready == "a a#2"
    c.do("a#2")
    assert c.ready == "a b"
    assert c.do("b").completed == "b end1 l end"
    assert c.do("a").do("b#2").completed == "b end1 k end"
    assert c.status == "completed"


def test_scopes_that_end_together_end_inside_out(case: Make) -> None:
    inner = sub("q", "start2 > a > end2")
    c = case("start > p > end", sub("p", "start1 > q > end1", inner)).open().do("a")
    assert c.completed == "a end2 q end1 p end"
    assert (c.taken, c.status) == ("a-end2 q-end1 p-end", "completed")


def test_scopes_nested_as_deep_as_a_file_may_be_run_and_end(case: Make) -> None:
    element = sub(f"p{limits.XML_DEPTH}", "a")
    for depth in range(limits.XML_DEPTH - 1, 0, -1):
        element = sub(f"p{depth}", element)
    c = case("start > p1 > end", element)
    c.careful = False
    c.open()
    assert c.ready == "a"
    c.execution = c.runtime.load(c.model, c.execution.dump())
    assert c.do("a").status == "completed"
    assert len(c.completed.split()) == limits.XML_DEPTH + 2


def test_a_scope_that_empties_after_a_gateway_or_a_boundary_is_complete(
    case: Make,
) -> None:
    t = on("a", "t", timer("P1D"))
    c = case("start > p > z", sub("p", "start1 > a", t)).open().fire("t")
    assert (c.completed, c.ready, c.closed) == ("t p", "z", "t+ a-")
    c = case("start > p > z", sub("p", "start1 > a > x", xor("x"))).open().do("a")
    assert (c.completed, c.ready) == ("a x p", "z")


def test_terminate_ends_the_other_tokens_of_its_scope_only(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > p > d", "f > a"),
        sub(
            "p",
            "start1 > g",
            both("g"),
            "g > b > endt",
            end("endt", terminate()),
            "g > c",
            "g > m",
            catch("m", message("m")),
        ),
    )
    c.open()
    assert (c.ready, c.waiting) == ("a b c", "m")
    c.do("b")
    assert (c.closed, c.completed) == ("b+ c- m-", "b endt p")
    assert (c.ready, c.status) == ("a d", "open")


def test_terminate_of_the_main_process_ends_the_case(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > p", "f > b > endt", end("endt", terminate())),
        sub("p", "start1 > a"),
    )
    c.open().do("b")
    assert (c.status, c.closed, c.ready) == ("completed", "b+ a-", "")
    assert c.completed == "b endt"


def test_terminate_of_a_called_process_ends_only_the_call(case: Make) -> None:
    c = case(
        *("start > k > d", call("k", "Q")),
        process(
            "Q",
            "start1 > f",
            both("f"),
            "f > a > endt",
            end("endt", terminate()),
            "f > b",
        ),
    )
    c.open().do("a")
    assert (c.ready, c.completed, c.closed) == ("d", "a endt k", "a+ b-")


def test_a_token_that_has_not_moved_is_cancelled_without_a_visit(
    case: Make,
) -> None:
    parts = (
        *("start > m > f", xor("m"), both("f"), "f > endt", end("endt", terminate())),
        "f > b",
    )
    c = case(*parts).open()
    assert (c.status, c.completed, c.opened) == ("completed", "start m f endt", "")


def test_an_incident_goes_with_its_scope(case: Make) -> None:
    c = case(
        *("start > p > d",),
        sub(
            "p",
            "start1 > f",
            both("f"),
            "f > x",
            xor("x"),
            flow("x", "b", "gone"),
            "f > a > endt",
            end("endt", terminate()),
        ),
    )
    c.open()
    assert (c.incidents, c.ready, c.status) == ("x", "a", "incident")
    c.do("a")
    assert (c.incidents, c.ready, c.status) == ("", "d", "open")


def test_a_case_is_open_while_an_incident_stands(case: Make) -> None:
    c = case(
        "start > f", both("f"), "f > x", xor("x"), flow("x", "b", "gone"), "f > a > end"
    )
    c.open().do("a")
    assert (c.status, c.ready, c.incidents) == ("incident", "", "x")


def test_incidents_stand_in_order_of_arrival(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > a > y", "f > b > x"),
        *(xor("x"), xor("y"), flow("x", "c", "gone"), flow("y", "d", "gone")),
    )
    c.open().do("b").do("a")
    assert c.incidents == "x y"
    assert [one.element for one in c.advance.incidents] == ["x", "y"]


def test_a_write_replaces_the_value_of_its_name(case: Make) -> None:
    c = case("start > f", both("f"), "f > a > end", "f > b > end")
    c.open(n=1, kept=True).do("b", n={"x": 1}).do("a", n={"y": 2})
    assert c.data == {"n": {"y": 2}, "kept": True}


def test_what_is_given_in_is_never_changed(case: Make) -> None:
    given: dict[str, object] = {"list": [1, {"deep": []}]}
    c = case("start > a > end")
    c.careful = False
    c.open(**given).do("a", list=[2])  # type: ignore[arg-type]
    assert given == {"list": [1, {"deep": []}]}
    assert c.data == {"list": [2]}
