"""Rule 35: complex gateways."""

from collections.abc import Callable

import pytest

from engine.domain import stops
from tests.conformance.driving import Case
from tests.models import (
    Part,
    both,
    complex_,
    end,
    error,
    flow,
    handler,
    message,
    on,
    signal,
    some,
    sub,
    terminate,
    xor,
)

Make = Callable[..., Case]


def voters(*names: str, activation: str = "activationCount >= 2") -> tuple[Part, ...]:
    """Tasks side by side whose votes a complex gateway `g` counts, then `z`."""
    ways = [f"f > {one} > g" for one in names]
    return ("start > f", both("f"), *ways, complex_("g", activation), "g > z > end")


# Splitting.


def test_with_one_flow_in_and_no_condition_it_splits(case: Make) -> None:
    parts = ("start > g", complex_("g", default="g-c"), "a > end", "b > end")
    ways = (flow("g", "a", "n > 0"), flow("g", "b", "n > 1"), flow("g", "c"))
    c = case(*parts, *ways, "c > end").open(n=2)
    assert (c.ready, c.decided) == ("a b", [("flows", "g", ["g-a", "g-b"])])
    assert case(*parts, *ways, "c > end").open(n=0).ready == "c"
    c = case("start > g", complex_("g"), flow("g", "a", "n > 0")).open(n=0)
    assert (c.incidents, c.completed) == ("g", "start")


# Activation.


def test_two_of_three_are_enough_and_the_third_ends(case: Make) -> None:
    c = case(*voters("a", "b", "c")).open().do("b")
    assert (c.ready, c.completed) == ("a c", "b")
    assert (c.decided, c.taken) == ([("activates", "g", False)], "b-g")
    c.do("a")
    assert (c.ready, c.completed, c.taken) == ("c z", "a g", "a-g g-z")
    assert c.decided == [("activates", "g#2", True)]
    c.do("c")
    assert (c.ready, c.completed, c.taken, c.decided) == ("z", "c", "c-g", [])
    assert (c.do("z").status, c.completed) == ("completed", "z end")


def test_the_late_token_may_be_the_last_of_all(case: Make) -> None:
    c = case(*voters("a", "b", "c")).open().do("a").do("b").do("z")
    assert (c.status, c.ready) == ("open", "c")
    c.do("c")
    assert (c.status, c.completed) == ("completed", "c")


def test_all_at_once_is_reset_in_the_same_step(case: Make) -> None:
    c = case(*voters("a", "b", activation="activationCount == 2")).open()
    c.budget = 2
    c.do("a").do("b")
    assert (c.completed, c.ready, c.advance.more) == ("b g", "z", False)


def test_its_way_out_is_chosen_like_an_inclusive_one(case: Make) -> None:
    parts = voters("a", "b", activation="activationCount == 2")
    more = (flow("g", "y", "n > 1"), flow("g", "x", "n > 0"), "y > end", "x > end")
    c = case(*parts, *more).open(n=2).do("a").do("b")
    assert (c.taken, c.ready) == ("b-g g-z g-y g-x", "z y x")
    assert c.decided[-1] == ("flows", "g#2", ["g-z", "g-y", "g-x"])


def test_a_firing_without_a_way_out_is_an_incident(case: Make) -> None:
    parts = ("start > f", both("f"), "f > a > g", "f > b > g", "f > c > g", "z > end")
    gate = (complex_("g", "activationCount == 2"), flow("g", "z", "n > 0"))
    c = case(*parts, *gate).open(n=0).do("a").do("b")
    assert (c.incidents, c.completed) == ("g#2", "b")
    c.do("c")
    # The gateway fired: the late token ends, and nothing is asked.
    assert (c.incidents, c.ready, c.decided) == ("g#2", "", [])


def test_the_condition_reads_the_data_of_the_case(case: Make) -> None:
    text = "activationCount >= needed"
    c = case(*voters("a", "b", "c", activation=text)).open(needed=3)
    c.do("a").do("b")
    assert c.ready == "c"
    c.do("c")
    assert (c.ready, c.decided) == ("z", [("activates", "g#3", True)])
    c = case(*voters("a", "b", activation=text)).open(needed=1).do("a")
    assert c.ready == "b z"


@pytest.mark.parametrize("text", ["missing > 0", "activationCount", "'yes'"])
def test_a_condition_that_fails_holds_only_the_token_that_arrived(
    case: Make, text: str
) -> None:
    activation = f"False if activationCount == 1 and not bad else {text}"
    parts = voters("a", "b", "c", "d", activation=activation)
    c = case(*parts).open(bad=False).do("a").do("b")
    assert (c.incidents, c.ready, c.status) == ("g#2", "c d", "incident")
    assert (c.completed, c.taken, c.decided) == ("b", "b-g", [])
    # It is not among those that wait any more.
    c.do("c")
    assert c.incidents == "g#2 g#3"


def test_without_a_condition_the_first_arrival_fires_it(case: Make) -> None:
    c = case(*voters("a", "b", activation="")).open().do("b")
    assert (c.ready, c.completed, c.decided) == ("a z", "b g", [])
    c.do("a")
    assert (c.ready, c.completed) == ("z", "a")


def test_with_one_flow_in_a_condition_counts_tokens(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > a > x", "f > b > x", "f > c > x", xor("x")),
        *("x > g > z", complex_("g", "activationCount == 2")),
    ).open()
    c.do("a").do("c")
    # One flow gives one token; the other is asked about once more.
    assert (c.completed, c.ready) == ("c x g", "b z")
    assert c.decided == [("activates", "g#2", True), ("activates", "g#3", False)]
    c.do("b")
    assert (c.decided, c.ready) == (
        [("activates", "g#4", True), ("activates", "g#5", False)],
        "z z#2",
    )


def test_tokens_that_are_not_enough_are_a_deadlock(case: Make) -> None:
    c = case(*voters("a", "b", activation="activationCount > 5")).open()
    c.do("a").do("b")
    assert c.advance.incidents[0].message == stops.DEADLOCK
    assert (c.incidents, c.advance.incidents[0].occurrence) == ("g#0", 0)


# Reset.


def test_while_it_waits_for_reset_nothing_is_asked(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > a > g", "f > b > g", "f > c > g", "f > d > x"),
        *("f > e > x", xor("x"), "x > g", complex_("g", "activationCount >= 2")),
        "g > z",
    ).open()
    c.do("a").do("b")
    assert c.ready == "c d e z"
    c.do("d")
    assert (c.completed, c.decided, c.ready) == ("d x", [], "c e z")
    # A second token on the same flow waits as well.
    c.do("e")
    assert (c.completed, c.decided, c.ready) == ("e x", [], "c z")
    c.do("c")
    # c's and d's tokens end; e's is asked about.
    assert (c.completed, c.decided) == ("c", [("activates", "g#3", False)])
    assert c.ready == "z"


def test_a_flow_that_can_get_no_token_is_not_waited_for(case: Make) -> None:
    parts = (
        *("start > s", some("s", default="s-c"), flow("s", "a", "True")),
        *(flow("s", "b", "True"), flow("s", "c")),
        *("a > g", "b > g", "c > g", complex_("g", "activationCount >= 1"), "g > z"),
    )
    c = case(*parts).open()
    assert c.ready == "a b"
    c.do("a")
    assert (c.ready, c.completed) == ("b z", "a g")
    c.do("b")
    assert (c.ready, c.completed) == ("z", "b")
    assert c.do("z").status == "completed"


def test_in_a_rework_loop_it_counts_anew(case: Make) -> None:
    c = case(
        *("start > x > f", xor("x"), both("f"), "f > a > g", "f > b > g", "f > c > g"),
        *(complex_("g", "activationCount >= 2"), "g > z > y", xor("y", default="y-e")),
        *(flow("y", "x", "again"), flow("y", "e"), "e > end"),
    ).open()
    for number in ("", "#2", "#3"):
        c.do(f"a{number}").do(f"b{number}")
        assert "z" in c.ready
        c.do(f"c{number}")
        assert c.ready == f"z{number}"
        c.do(f"z{number}", again=True)
    assert c.ready == "a#4 b#4 c#4"


def test_a_fast_rework_loop_meets_the_late_token_of_the_round_before(
    case: Make,
) -> None:
    c = case(
        *("start > x > f", xor("x"), both("f"), "f > a > g", "f > b > g", "f > c > g"),
        *(complex_("g", "activationCount >= 2"), "g > z > y", xor("y", default="y-e")),
        *(flow("y", "x", "again"), flow("y", "e"), "e > end"),
    ).open()
    c.do("a").do("b").do("z", again=True)
    assert c.ready == "c a#2 b#2 c#2"
    c.do("c")
    # Round 1 is reset by its own late token.
    assert (c.completed, c.decided) == ("c", [])
    c.do("c#2")
    assert c.decided == [("activates", "g#3", False)]
    c.do("a#2")
    assert (c.completed, c.ready) == ("a g", "b#2 z#2")


def test_a_loop_back_from_the_gateway_itself_does_not_keep_it_from_reset(
    case: Make,
) -> None:
    # z's token could reach b's flow, but it reaches a's as well.
    c = case(
        *("start > a", "a > g", xor("x"), "z > x", flow("x", "a", "n == 1")),
        *(flow("x", "b"), "b > g", complex_("g", "activationCount >= 1"), "g > z"),
    ).open(n=1)
    c.do("a")
    assert (c.ready, c.completed) == ("z", "a g")
    c.do("z")
    c.do("a#2")
    assert (c.completed, c.decided) == ("a g", [("activates", "g#2", True)])


def test_resetting_is_a_step(case: Make) -> None:
    c = case(*voters("a", "b", "c")).open().do("a").do("b")
    c.budget = 1
    assert (c.do("c").advance.more, c.completed) == (True, "c")
    assert (c.go_on().advance.more, c.ready) == (False, "z")


def test_it_comes_among_the_inclusive_joins_in_document_order(case: Make) -> None:
    def parts(*order: Part) -> tuple[Part, ...]:
        return (
            *("start > f", both("f"), *order, "f > a > g", "f > b > g", "f > c > g"),
            *("f > d > h", "f > e > h", "g > z", "h > y", "c > k", "k > h"),
        )

    gate = complex_("g", "activationCount >= 2")
    for order in ((gate, some("h")), (some("h"), gate)):
        c = case(*parts(*order)).open().do("a").do("b").do("d").do("e")
        assert c.ready == "c z"
        c.budget = 3
        c.do("c")
        assert c.ready == "z k"


# Scopes.


def test_every_scope_instance_counts_for_itself(case: Make) -> None:
    inner = ("start1 > f", both("f"), "f > a > g", "f > b > g", "f > c > g", "g > z")
    p = sub("p", *inner, complex_("g", "activationCount >= 2"))
    c = case("start > k", both("k"), "k > x > p", "k > y > p", xor("x"), xor("y"), p)
    c.open()
    assert c.ready == "a b c a#2 b#2 c#2"
    c.do("a").do("b#2").do("c#2")
    assert (c.ready, c.completed) == ("b c a#2 z", "c g")
    c.do("z").do("a#2")
    assert (c.completed, c.ready) == ("a p", "b c")
    c.do("b").do("z#2").do("c")
    assert (c.completed, c.status) == ("c p", "completed")


def test_waiting_for_reset_keeps_no_scope_alive(case: Make) -> None:
    p = sub(
        "p",
        *("start1 > s", some("s", default="s-b"), flow("s", "a", "True")),
        *(flow("s", "b"), "a > g", "b > g", complex_("g", "activationCount == 1")),
        "g > z",
    )
    c = case("start > p > y", p).open().do("a").do("z")
    assert (c.completed, c.ready) == ("z p", "y")


def test_cancelling_its_tokens_lets_it_wait_for_start_again(case: Make) -> None:
    h = handler("h", "s", message("m"), "s > x > end2")
    c = case(*voters("a", "b", "c"), h).open().do("a").do("b").message("m")
    assert (c.ready, c.closed) == ("x", "s+ c- z-")
    assert (c.do("x").status, c.incidents) == ("completed", "")
    b = on("p", "e", signal("s"))
    c = case("start0 > p > y", "e > p", b, sub("p", *voters("a", "b", "c"))).open()
    c.do("a").do("b").do("c").signal("s")
    assert c.ready == "a#2 b#2 c#2"
    c.do("c#2")
    assert (c.decided, c.ready) == ([("activates", "g#3", False)], "a#2 b#2")


def test_terminate_and_errors_end_what_waits_there(case: Make) -> None:
    for event in (terminate(), error("E")):
        parts = (*voters("a", "b", activation="False"), "f > c > e", end("e", event))
        c = case("start0 > p > y", sub("p", *parts), on("p", "r", error()), "r > x")
        c.open().do("a").do("c")
        assert c.ready == ("y" if event.name == "" else "x")
