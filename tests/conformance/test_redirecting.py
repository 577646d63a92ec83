"""Rules 42 and 43: tokens that go, or end, by a person's order."""

from collections.abc import Callable

from tests.conformance.driving import Case, refuses, send
from tests.models import (
    both,
    complex_,
    flow,
    some,
    task,
    xor,
)

Make = Callable[..., Case]


def forked(case: Make) -> Case:
    """Two branches side by side, one with two steps, and a step before and after."""
    return case(
        "start > p > s > a > a2 > j > c > end", "s > b > j", both("s"), both("j")
    ).open()


# One token.


def test_a_step_is_returned_to_the_one_before(case: Make) -> None:
    c = case("start > a > b > c").open()
    send(c.do("a"), "b", "a")
    assert (c.ready, c.opened, c.closed) == ("a#2", "a#2", "b-")
    assert (c.taken, c.completed, c.decided) == ("", "", [])
    c.do("a#2")
    assert (c.ready, c.taken) == ("b#2", "a-b")


def test_a_step_may_begin_anew_or_be_skipped(case: Make) -> None:
    c = case("start > a > b > end").open()
    assert send(c, "a", "a").ready == "a#2"
    assert send(c, "a#2", "b").ready == "b"
    send(c, "b", "end")
    assert (c.status, c.completed, c.closed) == ("completed", "end", "b-")


def test_only_what_is_open_is_moved(case: Make) -> None:
    c = case("start > a > b > c").open().do("a")
    for visit in ("a", "a#2", "b#2", "c", "start", "nothing"):
        refuses(c, visit, "a")
    for target in ("start", "nothing", ""):
        refuses(c, "b", target)


def test_data_stay_and_an_outcome_does_not_go_along(case: Make) -> None:
    c = case(
        task("a", "x-b"),
        xor("x", by_outcome=True, default="x-c"),
        "start > a > x > b",
        "x > c",
    ).open()
    c.do("a", outcome="x-b", n=7)
    send(c, "b", "x")
    assert (c.ready, c.data["n"]) == ("c", 7)
    assert c.decided == [("flows", "x#2", ["x-c"])]


def test_conditions_are_looked_at_after_a_move(case: Make) -> None:
    c = case(
        "start > a > x > b",
        xor("x", default="x-b"),
        flow("x", "a", "n > 1"),
    ).open(n=0)
    send(c.do("a"), "b", "x")
    assert c.ready == "b#2"


def test_a_loop_drawn_and_one_that_is_not_go_round_alike(case: Make) -> None:
    c = case(
        "start > m > a > x > b > end",
        xor("m"),
        xor("x", default="x-b"),
        flow("x", "m", "n > 1"),
    ).open(n=0)
    send(c.do("a"), "b", "m")
    assert (c.ready, c.taken) == ("a#2", "m-a")


# Branches.


def test_leaving_a_branch_ends_those_beside_it(case: Make) -> None:
    c = forked(case).do("p").do("a")
    send(c, "a2", "p")
    assert (c.ready, c.closed) == ("p#2", "b- a2-")
    assert c.do("p#2").ready == "a#2 b#2"


def test_a_move_within_a_branch_leaves_the_others_alone(case: Make) -> None:
    c = forked(case).do("p").do("a")
    send(c, "a2", "a")
    assert (c.ready, c.closed) == ("b a#2", "a2-")
    c.do("b").do("a#2").do("a2#2")
    assert (c.ready, c.status) == ("c", "open")


def test_another_branch_cannot_be_entered(case: Make) -> None:
    c = forked(case).do("p")
    refuses(c, "a", "b")
    refuses(c, "b", "a2")
    refuses(c.do("a"), "b", "a2")


def test_from_after_the_join_to_before_the_split_but_not_between(case: Make) -> None:
    c = forked(case).do("p").do("a").do("a2").do("b")
    assert c.ready == "c"
    refuses(c, "c", "a")
    refuses(c, "c", "b")
    refuses(c, "c", "j")
    send(c, "c", "s")
    assert (c.ready, c.completed) == ("a#2 b#2", "s")


def test_a_token_that_waits_at_the_join_is_in_its_branch(case: Make) -> None:
    c = forked(case).do("p").do("b")
    assert c.ready == "a"
    send(c, "a", "p")
    c.do("p#2").do("b#2")
    assert (c.ready, c.status) == ("a#2", "open")
    c.do("a#2").do("a2")
    assert (c.ready, c.status) == ("c", "open")


def test_skipping_out_of_a_branch_ends_the_others(case: Make) -> None:
    c = forked(case).do("p").do("b")
    send(c, "a", "c")
    assert (c.ready, c.closed) == ("c", "a-")
    assert c.do("c").status == "completed"


def test_of_branches_in_branches_only_those_left_end(case: Make) -> None:
    c = case(
        "start > s > t > a > u > j > c",
        "t > b > u",
        "s > q > d > j",
        both("s"),
        both("t"),
        both("u"),
        both("j"),
    ).open()
    c.do("q")
    assert c.ready == "a b d"
    send(c, "a", "t")
    assert (c.ready, c.closed) == ("d a#2 b#2", "a- b-")
    send(c, "b#2", "s")
    assert (c.ready, c.closed) == ("q#2 a#3 b#3", "d- a#2- b#2-")


def test_of_an_inclusive_split_the_branches_taken_end(case: Make) -> None:
    c = case(
        some("s", default="s-a"),
        some("j"),
        "start > p > s > a > j > c",
        flow("s", "b", "n > 0"),
        flow("s", "d", "n > 1"),
        "b > j",
        "d > j",
    ).open(n=1)
    c.do("p").do("b")
    assert (c.ready, c.status) == ("c", "open")
    send(c, "c", "p")
    c.do("p#2", n=3).do("b#2")
    assert c.ready == "d"
    send(c, "d", "p")
    assert (c.ready, c.closed) == ("p#3", "d-")
    assert c.do("p#3", n=0).ready == "a"
    assert c.do("a").ready == "c#2"


def test_an_inclusive_join_goes_on_when_what_it_waited_for_is_moved(
    case: Make,
) -> None:
    c = case(
        some("s"),
        some("j"),
        "start > s > a > j > c > end",
        "s > b > x > j",
        "x > e",
        xor("x", default="x-j"),
    ).open()
    c.do("a")
    assert c.ready == "b"
    refuses(c, "b", "j")
    send(c, "b", "e")
    assert (c.ready, c.completed) == ("e c", "j")


def test_an_activity_with_two_ways_out_splits_too(case: Make) -> None:
    c = case("start > p > a > j > c", "p > b > j", both("j")).open()
    c.do("p")
    refuses(c, "a", "b")
    send(c, "a", "p")
    assert (c.ready, c.closed) == ("p#2", "a- b-")


def test_tokens_that_were_merged_without_waiting_are_in_no_branch(case: Make) -> None:
    c = case("start > p > s > a > x > c", "s > b > x", both("s"), xor("x")).open()
    c.do("p").do("a")
    assert c.ready == "b c"
    send(c, "b", "p")
    assert (c.ready, c.closed) == ("c p#2", "b-")


def test_a_complex_gateway_that_waits_for_reset_goes_on_waiting(case: Make) -> None:
    c = case(
        "start > p > s > a > g > c",
        "s > b > g",
        both("s"),
        complex_("g", "activationCount >= 1"),
    ).open()
    c.do("p").do("a")
    assert c.ready == "b c"
    refuses(c, "b", "g")
    send(c, "b", "b")
    assert c.ready == "c b#2"
    c.do("b#2")
    assert (c.ready, c.status) == ("c", "open")
    assert c.do("c").status == "completed"
