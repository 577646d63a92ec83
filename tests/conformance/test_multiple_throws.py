"""Rule 34: multiple events that are thrown, or open a process."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.domain import run
from engine.errors import NotReadyError
from tests.conformance.driving import Case
from tests.models import (
    any_of,
    both,
    call,
    catch,
    end,
    message,
    on,
    process,
    signal,
    sub,
    throw,
    timer,
    trigger,
)

Make = Callable[..., Case]

M, N, S, DAY = message("m"), message("n"), signal("s"), timer("P1D")


# Throw and end events.


def test_parts_are_thrown_in_order(case: Make) -> None:
    event = any_of(M, signal("s", n="n"), message("k", key="n"))
    c = case(
        *("start > f", both("f"), "f > w > b", "f > a > t > z"),
        *(catch("w", S), throw("t", event)),
    ).open(n=5)
    c.do("a")
    assert (c.thrown, c.completed) == ("t.1 t.2 t.3", "a t.1 t.2 w t.3 t")
    assert c.decided == [("payload", "t.2", {"n": 5}), ("keys", "t.3", {"key": 5})]
    assert c.advance.thrown[2].correlation == {"key": 5}
    assert (c.taken, c.ready) == ("a-t w-b t-z", "b z")


def test_an_end_event_throws_its_parts_and_ends(case: Make) -> None:
    c = case("start > a > e", end("e", any_of(M, N))).open().do("a")
    assert (c.thrown, c.completed, c.status) == ("e.1 e.2", "a e.1 e.2 e", "completed")


def test_a_token_cancelled_by_a_part_throws_no_more(case: Make) -> None:
    inner = sub("p", "start1 > a > t > end1", throw("t", any_of(S, M)))
    c = case("start > p > z", inner, on("p", "b", S), "b > y").open().do("a")
    assert (c.thrown, c.completed, c.ready) == ("t.1", "a t.1 b", "y")


def test_a_part_that_cannot_be_thrown_is_an_incident(case: Make) -> None:
    event = any_of(M, signal("s", n="missing"), N)
    c = case("start > a > t > z", throw("t", event), on("a", "b", DAY)).open().do("a")
    assert (c.thrown, c.completed, c.incidents) == ("t.1", "a t.1", "t.2")
    assert c.status == "incident"
    bad = replace(N, correlation={"key": "missing"})
    c = case("start > t > z", throw("t", any_of(bad, M))).open()
    assert (c.thrown, c.incidents, c.decided) == ("", "t.1", [])


def test_throwing_parts_is_one_step(case: Make) -> None:
    c = case("start > t > z", throw("t", any_of(M, N, S)))
    c.budget = 2
    assert (c.open().completed, c.advance.more) == ("start t.1 t.2 t.3 t", True)


# Starts.


def test_a_process_is_opened_by_any_part(case: Make) -> None:
    parts = ("s > a > end", trigger("s", any_of(M, DAY)), "start > b > end")
    c = case(*parts)
    assert c.model.root.triggers == ("s.1", "s.2")
    c.act(run.Open({}, "s.2"))
    assert (c.completed, c.taken, c.ready) == ("s.2 s", "s-a", "a")
    assert case(*parts).open().ready == "b"
    with pytest.raises(NotReadyError):
        case(*parts).act(run.Open({}, "s"))
    c = case(*parts)
    c.budget = 1
    assert (c.act(run.Open({}, "s.1")).completed, c.advance.more) == ("s.1 s", True)


def test_a_called_process_does_not_begin_by_a_part(case: Make) -> None:
    called = process("Q", "start1 > a > end1", "s > b", trigger("s", any_of(M, N)))
    c = case("start > k > end", call("k", "Q"), called).open()
    assert (c.ready, c.waiting, c.do("a").status) == ("a", "", "completed")
