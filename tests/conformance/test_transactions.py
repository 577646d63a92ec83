"""Rule 33: transactions and their cancellation."""

from collections.abc import Callable

import pytest

from engine.domain import stops
from engine.errors import NotReadyError
from tests.conformance.driving import Case
from tests.models import (
    Part,
    both,
    cancel,
    compensation,
    done,
    each,
    end,
    flow,
    handler,
    on,
    signal,
    sub,
    throw,
    timer,
    transaction,
    xor,
)

Make = Callable[..., Case]


def booking(*parts: Part) -> tuple[Part, ...]:
    """A transaction: two tasks, then a choice to cancel; a third task beside."""
    inner = transaction(
        "p",
        *("start1 > f", both("f"), "f > a > b > x", xor("x", default="x-end1")),
        *(flow("x", "endc", "fail"), "x > end1", end("endc", cancel())),
        "f > d > end1",
        *done("a", "b", "d"),
        *parts,
    )
    return ("start > p > z", inner)


HEARD = (on("p", "e", cancel()), "e > y")


def test_a_transaction_that_is_not_cancelled_is_a_sub_process(case: Make) -> None:
    c = case(*booking(), *HEARD).open(fail=False)
    assert (c.ready, c.waiting) == ("a d", "")
    c.do("a").do("d").do("b")
    assert (c.completed, c.ready, c.taken) == ("b x end1 p", "z", "b-x x-end1 p-z")


def test_a_cancelled_transaction_is_undone_and_left_by_its_boundary(case: Make) -> None:
    c = case(*booking(), *HEARD).open(fail=True).do("a").do("b")
    assert (c.completed, c.taken) == ("b x", "b-x x-endc")
    assert (c.closed, c.ready) == ("b+ d-", "ub")
    assert c.do("ub").ready == "ua"
    c.do("ua")
    assert (c.completed, c.taken) == ("ua endc e", "e-y")
    assert (c.ready, c.closed, c.status) == ("y", "ua+", "open")
    assert c.do("y").status == "completed"


def test_a_transaction_with_nothing_to_undo_is_cancelled_at_once(case: Make) -> None:
    inner = transaction("p", "start1 > a > endc", end("endc", cancel()))
    c = case("start > p > z", inner, *HEARD).open().do("a")
    assert (c.completed, c.taken, c.ready) == ("a endc e", "a-endc e-y", "y")


def test_without_a_cancel_boundary_nothing_changes_but_an_incident(case: Make) -> None:
    c = case(*booking()).open(fail=True).do("a").do("b")
    assert (c.ready, c.incidents, c.completed) == ("d", "endc", "b x")
    assert c.advance.incidents[0].message == stops.NO_CANCEL


def test_a_cancel_end_event_outside_a_transaction_is_an_incident(case: Make) -> None:
    inner = sub("q", "start2 > a > endc", end("endc", cancel()))
    for parts in (
        ("start > q > z", inner, on("q", "e", cancel()), "e > y"),
        ("start > p > z", transaction("p", "start1 > q > end1", inner), *HEARD),
        ("start > a > endc", end("endc", cancel())),
    ):
        c = case(*parts).open().do("a")
        assert (c.incidents, c.status) == ("endc", "incident")
        assert c.advance.incidents[0].message == stops.NO_CANCEL


def test_a_cancelled_transaction_is_not_undone_again(case: Make) -> None:
    inner = transaction("p", "start1 > a > endc", end("endc", cancel()), *done("a"))
    c = case(
        *("start > c > p > z", inner, on("p", "e", cancel()), "e > t > y"),
        *(*done("c"), throw("t", compensation())),
    )
    c.open().do("c").do("a").do("ua")
    assert (c.completed, c.ready) == ("ua endc e", "uc")
    assert c.do("uc").ready == "y"


def test_a_completed_transaction_is_undone_from_outside(case: Make) -> None:
    c = case(
        *(*booking()[1:], "start > p > t > y", throw("t", compensation())),
    ).open(fail=False)
    c.do("a").do("d").do("b")
    undone = []
    while c.ready != "y":
        undone.append(c.ready)
        c.do(c.ready)
    assert undone == ["ub", "ud", "ua"]


def test_boundary_events_stay_while_a_transaction_is_undone(case: Make) -> None:
    t = (on("p", "t", timer("P1D")), "t > w", *HEARD)
    c = case(*booking(), *t).open(fail=True).do("a").do("b")
    assert (c.waiting, c.ready) == ("t", "ub")
    c.fire("t")
    assert (c.ready, c.closed, c.completed) == ("w", "t+ ub-", "t")
    c = case(*booking(), *t).open(fail=True).do("a").do("b").do("ub").do("ua")
    assert (c.ready, c.closed, c.waiting) == ("y", "ua+ t-", "")


def test_armed_starts_end_with_the_tokens_of_a_transaction(case: Make) -> None:
    h = handler("h", "s", signal("go"), "s > v > end2")
    c = case(*booking(h), *HEARD).open(fail=True).do("a")
    assert c.waiting == "s"
    c.do("b")
    assert (c.closed, c.waiting, c.ready) == ("b+ s- d-", "", "ub")
    with pytest.raises(NotReadyError):
        c.signal("go")


def test_one_instance_cancels_the_whole_activity(case: Make) -> None:
    inner = transaction(
        "p",
        *("start1 > a > x", xor("x", default="x-b"), flow("x", "endc", "i == 2")),
        *("x > b > end1", end("endc", cancel())),
        *done("a"),
        multi_instance=each("items", "i"),
    )
    c = case("start > p > z", inner, *HEARD).open(items=[1, 2]).do("a").do("a#2")
    assert c.ready == "b ua"
    c.do("ua")
    assert (c.completed, c.closed, c.ready) == ("ua endc e", "ua+ b-", "y")


def test_a_transaction_in_a_rework_loop(case: Make) -> None:
    inner = transaction("p", "start1 > a > endc", end("endc", cancel()), *done("a"))
    c = case(
        *("start > m", xor("m"), "m > p > z", inner, on("p", "e", cancel())),
        "e > y > m",
    )
    c.open()
    for number in ("", "#2", "#3"):
        c.do(f"a{number}").do(f"ua{number}")
        assert c.ready == f"y{number}"
        c.do(f"y{number}")
    assert c.ready == "a#4"
