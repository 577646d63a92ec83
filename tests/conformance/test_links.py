"""Rule 26: link events."""

from collections.abc import Callable

from tests.conformance.driving import Case
from tests.models import (
    both,
    catch,
    flow,
    handler,
    link,
    message,
    on,
    some,
    sub,
    task,
    throw,
    timer,
    xor,
)

Make = Callable[..., Case]


def test_a_token_goes_from_a_throw_link_to_the_catch_link(case: Make) -> None:
    c = case(
        *("start > a > out", throw("out", link("L")), catch("in", link("L"))),
        "in > b > end",
    )
    c.open()
    assert (c.ready, c.waiting) == ("a", "")
    c.do("a")
    assert (c.completed, c.taken) == ("a out in", "a-out in-b")
    assert (c.ready, c.closed, c.decided) == ("b", "a+", [])
    assert c.do("b").status == "completed"


def test_several_throw_links_lead_to_one_catch_link(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > a > t1", "f > b > t2"),
        *(throw("t1", link("L")), throw("t2", link("L")), catch("in", link("L"))),
        "in > c > end",
    )
    c.open().do("b")
    assert (c.completed, c.ready) == ("b t2 in", "a c")
    c.do("a")
    assert (c.completed, c.ready) == ("a t1 in", "c c#2")
    assert c.do("c").do("c#2").status == "completed"


def test_links_of_other_names_and_scopes_do_not_hear(case: Make) -> None:
    inner = sub(
        "p",
        *("start1 > out1", throw("out1", link("L")), catch("in1", link("L"))),
        "in1 > a > end1",
    )
    c = case(
        *("start > p > out", inner, throw("out", link("L"))),
        *(catch("m", link("M")), "m > x", catch("in", link("L")), "in > b"),
    )
    c.open()
    assert (c.completed, c.ready) == ("start start1 out1 in1", "a")
    c.do("a")
    assert (c.completed, c.ready) == ("a end1 p out in", "b")


def test_a_link_leads_back_in_a_rework_loop(case: Make) -> None:
    c = case(
        *("start > m", xor("m"), "m > a > x", xor("x", default="x-back")),
        *(flow("x", "end", "good"), "x > back", throw("back", link("again"))),
        *(catch("in", link("again")), "in > m"),
    )
    c.open(good=False)
    for round_ in range(2, 5):
        c.do(f"a#{round_ - 1}")
        assert (c.completed, c.ready) == ("a x back in m", f"a#{round_}")
    assert c.do("a#4", good=True).status == "completed"


def test_an_inclusive_join_waits_for_what_comes_through_a_link(case: Make) -> None:
    c = case(
        *("start > s", both("s"), "s > a > j", "s > b > out", some("j"), "j > c"),
        *(throw("out", link("L")), catch("in", link("L")), "in > j"),
    )
    c.open().do("a")
    assert (c.ready, c.status) == ("b", "open")
    c.do("b")
    assert (c.completed, c.ready) == ("b out in j", "c")


def test_an_inclusive_join_does_not_wait_for_links_that_lead_elsewhere(
    case: Make,
) -> None:
    c = case(
        *("start > s", both("s"), "s > a > j", "s > b > out", some("j"), "j > c"),
        *(throw("out", link("L")), catch("in", link("L")), "in > d > end"),
        *(catch("other", link("M")), "other > j"),
    )
    c.open().do("a")
    assert c.ready == "b c"
    assert c.do("b").ready == "c d"


def test_a_link_is_two_steps(case: Make) -> None:
    c = case("start > out", throw("out", link("L")), catch("in", link("L")), "in > a")
    c.budget = 2
    c.open()
    assert (c.completed, c.ready, c.advance.more) == ("start out", "", True)
    c.go_on()
    assert (c.completed, c.taken, c.ready) == ("in", "in-a", "a")


def test_the_catch_link_arrives_after_what_came_before(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > out", "f > a", throw("out", link("L"))),
        *(catch("in", link("L")), "in > b"),
    )
    c.open()
    assert (c.completed, c.ready) == ("start f out in", "a b")


def test_links_are_no_waits_and_end_with_their_scope(case: Make) -> None:
    c = case(
        *("start > p > z", on("p", "t", timer("P1D")), "t > y"),
        sub(
            "p",
            *("start1 > out", throw("out", link("L")), catch("in", link("L"))),
            *("in > m > end1", catch("m", message("m"))),
        ),
    )
    c.open()
    assert c.waiting == "t m"
    c.fire("t")
    assert (c.closed, c.ready) == ("t+ m-", "y")


def test_a_link_carries_no_outcome(case: Make) -> None:
    c = case(
        *("start > a > out", task("a", "a-out"), throw("out", link("L"))),
        *(catch("in", link("L")), "in > x", xor("x", by_outcome=True)),
        *("x > b", "x > c"),
    )
    c.open().do("a", "a-out")
    assert (c.incidents, c.status) == ("x", "incident")


def test_a_link_keeps_the_armed_starts_of_its_scope(case: Make) -> None:
    c = case(
        *("start > a > out", throw("out", link("L")), catch("in", link("L"))),
        *("in > b > end", handler("h", "s", message("m"), "s > c")),
    )
    c.open().do("a")
    assert (c.ready, c.waiting, c.closed) == ("b", "s", "a+")


def test_a_throw_link_that_leads_nowhere_ends_its_token(case: Make) -> None:
    inner = sub("p", "start1 > a > out", throw("out", link("L")))
    c = case("start > p > z", inner, catch("in", link("L")), "in > b").open().do("a")
    assert (c.completed, c.taken, c.ready) == ("a out p", "a-out p-z", "z")
