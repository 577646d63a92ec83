"""Rules 42 and 43: incidents, compensation, and cases that are stopped."""

from collections.abc import Callable

import pytest

from engine.domain.run import Stop
from engine.errors import NotReadyError
from tests.conformance.driving import Case, refuses, send
from tests.models import (
    both,
    cancel,
    compensation,
    done,
    end,
    flow,
    handler,
    on,
    signal,
    sub,
    terminate,
    throw,
    timer,
    transaction,
    undo,
    xor,
)

Make = Callable[..., Case]


# What failed, and what is undone.


def test_an_incident_is_sent_away(case: Make) -> None:
    c = case("start > a > x", xor("x"), flow("x", "b", "n > 1")).open()
    c.do("a", n=0)
    assert (c.status, c.incidents) == ("incident", "x")
    send(c, "x", "a")
    assert (c.status, c.incidents, c.ready) == ("open", "", "a#2")


def test_an_incident_beside_ends_with_its_branch(case: Make) -> None:
    c = case(
        "start > p > s > a > j",
        "s > b > j",
        both("s"),
        both("j"),
        xor("x"),
        "s > x",
        flow("x", "d", "n > 1"),
    ).open(n=0)
    c.do("p")
    assert (c.incidents, c.ready) == ("x", "a b")
    send(c, "a", "p")
    assert (c.status, c.incidents, c.ready) == ("open", "", "p#2")


def test_a_deadlock_is_no_visit_and_the_case_can_only_be_stopped(case: Make) -> None:
    c = case(
        "start > a > x > j > c",
        "x > b > j",
        xor("x", default="x-j"),
        flow("x", "b", "n > 1"),
        both("j"),
    ).open(n=0)
    c.do("a")
    assert c.status == "incident"
    refuses(c, "j#0", "a")
    c.act(Stop())
    assert (c.status, c.incidents) == ("completed", "")


def test_what_was_done_is_still_remembered(case: Make) -> None:
    c = case("start > a > b > c > t", *done("a"), throw("t", compensation())).open()
    c.do("a").do("b")
    send(c, "c", "b")
    c.do("b#2").do("c#2")
    assert c.ready == "ua"


def test_a_handler_cannot_be_sent_away_and_ends_with_its_throw(case: Make) -> None:
    c = case(
        *done("a"),
        "start > p > a > s > t > j",
        "s > b > j",
        both("s"),
        both("j"),
        throw("t", compensation()),
    ).open()
    c.do("p").do("a")
    assert c.ready == "b ua"
    refuses(c, "ua", "p")
    refuses(c, "ua", "t")
    send(c, "b", "p")
    assert (c.ready, c.closed) == ("p#2", "b- ua-")
    c.do("p#2").do("a#2")
    assert c.ready == "b#2 ua#2"
    c.do("ua#2")
    assert c.ready == "b#2 ua#3"


def test_within_what_undoes_tokens_move(case: Make) -> None:
    c = case(
        "start > a > t > c",
        undo("a", "xa", "ua"),
        sub("ua", "start1 > d > e", for_compensation=True),
        throw("t", compensation()),
    ).open()
    c.do("a").do("d")
    send(c, "e", "d")
    assert c.ready == "d#2"
    refuses(c, "d#2", "a")


def test_out_of_a_transaction_nothing_is_undone(case: Make) -> None:
    c = case(
        transaction("u", "start1 > a > b > end1", *done("a"), end("end1", cancel())),
        on("u", "x", cancel()),
        "start > p > u > c",
        "x > d",
    ).open()
    c.do("p").do("a")
    send(c, "b", "p")
    assert (c.ready, c.completed) == ("p#2", "")


# The end.


def test_a_stopped_case_is_over_and_nothing_is_completed(case: Make) -> None:
    c = case(
        *done("a"),
        "start > a > s > b > j > c",
        "s > u > j",
        both("s"),
        both("j"),
        sub("u", "start1 > d > end1"),
        on("u", "t", timer("PT1H")),
        handler("h", "start2", signal("s"), "start2 > help"),
        "t > late",
    ).open()
    c.do("a")
    c.act(Stop())
    assert (c.status, c.ready, c.waiting) == ("completed", "", "")
    assert (c.closed, c.completed, c.taken, c.thrown) == (
        "start2- b- t- d-",
        "",
        "",
        "",
    )
    with pytest.raises(NotReadyError):
        c.act(Stop())
    refuses(c, "b", "a")


def test_a_stopped_incident_is_no_incident_any_more(case: Make) -> None:
    c = case("start > s > x", both("s"), xor("x"), flow("x", "b", "n > 1"), "s > a")
    c.open(n=0).act(Stop())
    assert (c.status, c.incidents) == ("completed", "")


def test_a_case_that_has_not_begun_or_is_over_is_not_stopped(case: Make) -> None:
    c = case("start > a > end", end("end", terminate()))
    with pytest.raises(NotReadyError):
        c.execution.act(Stop(), c._context(None))  # type: ignore[arg-type]
    c.open().do("a")
    with pytest.raises(NotReadyError):
        c.act(Stop())
