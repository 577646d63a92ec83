"""Rules 9, 10 and 24: parallel and inclusive joins, in loops and out of them."""

from collections.abc import Callable
from itertools import permutations, product

import pytest

from engine.domain import stops
from engine.domain.run import Json
from tests.conformance.driving import Case
from tests.models import (
    Part,
    both,
    catch,
    end,
    first,
    flow,
    message,
    on,
    some,
    sub,
    task,
    terminate,
    timer,
    xor,
)

Make = Callable[..., Case]
ORDERS = list(permutations("abc"))


def rework(split: Part, join: Part) -> tuple[Part, ...]:
    """Three opinions in parallel, then back for rework or on."""
    return (
        *(
            "start > m > s",
            xor("m"),
            split,
            "s > a > j",
            "s > b > j",
            "s > c > j",
            join,
            "j > d > x",
        ),
        *(xor("x", default="x-end"), flow("x", "m", "again"), "x > end"),
    )


def visit(name: str, round_: int) -> str:
    return name if round_ == 1 else f"{name}#{round_}"


@pytest.mark.parametrize("gateways", [(both("s"), both("j")), (some("s"), some("j"))])
@pytest.mark.parametrize("orders", list(product(ORDERS[::2], ORDERS[1::2], ORDERS)))
def test_a_join_waits_for_every_branch_in_every_round(
    case: Make, gateways: tuple[Part, Part], orders: tuple[tuple[str, ...], ...]
) -> None:
    c = case(*rework(*gateways)).open()
    for number, order in enumerate(orders, 1):
        assert c.ready == " ".join(visit(name, number) for name in "abc")
        for name in order[:2]:
            c.do(visit(name, number))
            assert "d" not in c.ready
            assert (c.completed, c.status) == (name, "open")
        c.do(visit(order[2], number))
        assert (c.ready, c.completed) == (visit("d", number), f"{order[2]} j")
        c.do(visit("d", number), again=number < len(orders))
    assert c.status == "completed"


CHOICES = [(1, 0, 0), (0, 1, 1), (1, 1, 0), (1, 0, 1), (1, 1, 1)]


@pytest.mark.parametrize("rounds", list(product(CHOICES[:3], CHOICES[2:], CHOICES)))
@pytest.mark.parametrize("backwards", [False, True])
def test_an_inclusive_join_waits_for_the_branches_taken_in_this_round(
    case: Make, rounds: tuple[tuple[int, ...], ...], *, backwards: bool
) -> None:
    c = case(
        *("start > e > s", some("s"), some("j"), "a > j", "b > j", "c > j"),
        *(flow("s", name, f"{name}{name} == 1") for name in "abc"),
        *("j > d > x", xor("x", default="x-end"), flow("x", "s", "again"), "x > end"),
    )
    counts = dict.fromkeys("abc", 0)
    c.open()
    for number, chosen in enumerate(rounds, 1):
        answers: dict[str, Json] = dict(zip(("aa", "bb", "cc"), chosen, strict=True))
        before = "e" if number == 1 else visit("d", number - 1)
        c.do(before, "", again=True, **answers)
        names = [name for name, yes in zip("abc", chosen, strict=True) if yes]
        for name in names:
            counts[name] += 1
        open_ = [visit(name, counts[name]) for name in names]
        assert c.ready == " ".join(open_)
        for one in reversed(open_) if backwards else open_:
            assert "d" not in c.ready
            c.do(one)
        assert c.ready == visit("d", number)
    assert c.do(visit("d", len(rounds)), again=False).status == "completed"


@pytest.mark.parametrize("order", list(permutations(["a", "b", "c", "d"])))
def test_nested_blocks_join_inside_out(case: Make, order: tuple[str, ...]) -> None:
    c = case(
        *(
            "start > m > s",
            xor("m"),
            both("s"),
            "s > t",
            both("t"),
            "t > a > u",
            "t > b > u",
        ),
        *(both("u"), "u > j", "s > v", some("v"), "v > c > w", "v > d > w"),
        *(some("w"), "w > j", both("j"), "j > e > x"),
        *(xor("x", default="x-end"), flow("x", "m", "again"), "x > end"),
    )
    c.open()
    for number in (1, 2, 3):
        for name in order:
            assert "e" not in c.ready
            c.do(visit(name, number))
        assert c.ready == visit("e", number)
        c.do(visit("e", number), again=number < 3)
    assert c.status == "completed"


def test_a_parallel_join_takes_the_oldest_token_of_each_flow(case: Make) -> None:
    c = case(
        *("start > s", both("s"), "s > m", "s > p > m", xor("m"), xor("p")),
        *("m > a > j", "s > b > j", both("j"), "j > d"),
    )
    c.open()
    assert c.ready == "b a a#2"
    c.do("a#2").do("a")
    assert c.ready == "b"
    c.do("b")
    assert (c.ready, c.status) == ("d", "open")
    c.do("d")
    assert (c.incidents, c.status) == ("j#0", "incident")
    assert c.advance.incidents[0].message == stops.DEADLOCK


def test_a_join_that_can_never_fire_is_an_incident(case: Make) -> None:
    c = case("start > x", xor("x"), "x > a > j", "x > b > j", both("j"), "j > end")
    c.open().do("a")
    (incident,) = c.advance.incidents
    assert (incident.element, incident.occurrence) == ("j", 0)
    assert incident.message == stops.DEADLOCK
    assert (c.status, c.ready, c.waiting) == ("incident", "", "")


def test_deadlock_is_not_said_while_something_may_still_happen(case: Make) -> None:
    c = case(
        *("start > s", both("s"), "s > x", xor("x"), "x > a > j", "x > b > j"),
        *(both("j"), "s > c"),
    )
    c.open().do("a")
    assert (c.incidents, c.status) == ("", "open")
    c.do("c")
    assert (c.incidents, c.status) == ("j#0", "incident")


def test_an_inclusive_join_fires_when_the_other_branch_has_gone_elsewhere(
    case: Make,
) -> None:
    c = case(
        *("start > s", both("s"), "s > a > j", "s > b > x"),
        *(xor("x", default="x-end"), flow("x", "j", "n == 1"), "x > end"),
        *(some("j"), "j > d"),
    )
    c.open().do("a")
    assert c.ready == "b"
    c.do("b", n=0)
    assert (c.ready, c.taken) == ("d", "b-x x-end j-d")


def test_an_inclusive_join_waits_for_work_that_a_boundary_event_may_send(
    case: Make,
) -> None:
    c = case(
        *(
            "start > s",
            both("s"),
            "s > a > j",
            "s > b > end",
            on("b", "t", timer("P1D")),
        ),
        *("t > j", some("j"), "j > d"),
    )
    c.open().do("a")
    assert (c.ready, c.waiting) == ("b", "t")
    assert c.do("b").ready == "d"


def test_an_inclusive_join_waits_for_events_behind_a_gateway(case: Make) -> None:
    c = case(
        *("start > s", both("s"), "s > a > j", "s > g", first("g")),
        *("g > m1 > j", "g > m2 > end", some("j"), "j > d"),
        *(_catch("m1"), _catch("m2")),
    )
    c.open().do("a")
    assert (c.ready, c.waiting) == ("", "m1 m2")
    assert c.message("m2").ready == "d"


def _catch(name: str) -> Part:
    return catch(name, message(name))


def test_a_path_through_the_join_itself_does_not_hold_it_back(case: Make) -> None:
    c = case(
        *("start > j", some("j"), "j > a > x", xor("x", default="x-end")),
        *(flow("x", "j", "again"), "x > end"),
    )
    c.open()
    assert c.ready == "a"
    assert c.do("a", again=True).ready == "a#2"
    assert c.do("a#2", again=False).status == "completed"


def test_a_token_that_may_reach_a_held_flow_as_well_does_not_block(case: Make) -> None:
    # 13.4.3: from where token b stands, a path leads to the flow that holds a token.
    c = case(
        *("start > s", both("s"), "s > m", xor("m"), "m > j", "s > b > x"),
        *(
            xor("x", default="x-j"),
            flow("x", "m", "again"),
            "x > j",
            some("j"),
            "j > d",
        ),
    )
    c.open()
    assert c.ready == "b d"


def test_inclusive_joins_fire_in_document_order(case: Make) -> None:
    c = case(
        *("start > s", both("s"), some("j"), some("k"), "s > a > k", "s > b > j"),
        *("s > e > x", xor("x", default="x-end"), "x > end"),
        *(flow("x", "j", "n == 1"), flow("x", "k", "n == 2"), "j > c", "k > d"),
    )
    c.open().do("a").do("b")
    assert c.ready == "e"
    assert c.do("e", n=0).taken == "e-x x-end j-c k-d"


def test_joins_of_another_scope_instance_are_others(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > m", "f > n > m", xor("m"), xor("n"), "m > p"),
        sub(
            "p",
            "start1 > s",
            both("s"),
            "s > a > j",
            "s > b > j",
            both("j"),
            "j > end1",
        ),
        "p > end",
    )
    c.open()
    assert c.ready == "a b a#2 b#2"
    c.do("a").do("b#2")
    assert (c.completed, c.ready) == ("b", "b a#2")
    assert c.do("b").completed == "b j end1 p end"
    assert c.do("a#2").status == "completed"


def test_a_gateway_that_joins_and_splits_does_both_in_one_visit(case: Make) -> None:
    c = case(
        *("start > s", both("s"), "s > a > o", "s > b > o", some("o", default="o-e")),
        *(flow("o", "c", "n > 1"), flow("o", "d", "n > 0"), "o > e"),
    )
    c.open().do("a", n=1).do("b")
    assert (c.taken, c.completed, c.ready) == ("b-o o-d", "b o", "d")
    assert c.decided == [("flows", "o", ["o-d"])]


def test_a_join_without_a_way_keeps_its_merged_token(case: Make) -> None:
    c = case(
        *("start > s", both("s"), "s > a > o", "s > b > o", some("o")),
        *(flow("o", "c", "n > 1"), flow("o", "d", "n > 2")),
    )
    c.open().do("a", n=1).do("b")
    assert (c.incidents, c.status, c.completed) == ("o", "incident", "b")


def test_tokens_that_wait_at_a_join_end_with_their_scope(case: Make) -> None:
    c = case(
        *("start > s", both("s"), "s > a > j", "s > b > j", some("j"), "j > d"),
        *("s > c > endt", end("endt", terminate())),
    )
    c.open().do("a").do("c")
    assert (c.status, c.closed) == ("completed", "c+ b-")
    assert c.go_on().completed == ""


def test_1500_rework_loops_beside_an_open_branch(case: Make) -> None:
    c = case(
        *("start > s", both("s"), "s > a > x", xor("x", default="x-j")),
        *(flow("x", "a", "again"), "x > j", "s > b > j", both("j"), "j > end"),
    )
    c.careful = False
    c.open()
    for number in range(1, 1501):
        c.do(visit("a", number), again=True)
        assert c.status == "open"
    assert c.ready == "b a#1501"
    assert len(c.execution.dump()) < 1000
    c.do("a#1501", again=False)
    assert (c.ready, c.status) == ("b", "open")
    assert c.do("b").status == "completed"


@pytest.mark.parametrize("gateway", [both, some])
def test_200_parallel_branches_join(case: Make, gateway: Callable[..., Part]) -> None:
    names = [f"t{number}" for number in range(200)]
    c = case(
        "start > s",
        gateway("s"),
        gateway("j"),
        "j > end",
        *(f"s > {name} > j" for name in names),
        *map(task, names),
    )
    c.careful = False
    c.open()
    for name in names[1:]:
        c.do(name)
        assert c.status == "open"
    assert c.do("t0").completed == "t0 j end"
