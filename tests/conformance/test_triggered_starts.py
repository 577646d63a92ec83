"""Rule 31: processes that an event opens."""

from collections.abc import Callable

import pytest

from engine.domain import run
from engine.domain.model import EventDefinition
from engine.errors import NotReadyError
from tests.conformance.driving import Case
from tests.models import (
    both,
    call,
    flow,
    handler,
    message,
    on,
    process,
    signal,
    some,
    sub,
    timer,
    trigger,
    when,
)

Make = Callable[..., Case]


@pytest.mark.parametrize(
    "event",
    [message("m", key="gone"), signal("s"), timer("R/P1D"), when("gone > 1")],
)
def test_a_triggered_start_opens_a_case(case: Make, event: EventDefinition) -> None:
    c = case("start > a > end", trigger("s", event), "s > b > end")
    c.act(run.Open({"n": 1}, "s"))
    assert (c.completed, c.taken, c.ready) == ("s", "s-b", "b")
    assert (c.waiting, c.decided, c.data) == ("", [], {"n": 1})
    assert c.do("b").status == "completed"


def test_without_a_name_the_plain_start_opens_it(case: Make) -> None:
    c = case("start > a > end", trigger("s", message("m")), "s > b > end").open()
    assert (c.completed, c.ready, c.waiting) == ("start", "a", "")


def test_a_case_that_runs_is_not_opened_again(case: Make) -> None:
    c = case("start > a > end", trigger("s", message("m")), "s > b > end").open()
    with pytest.raises(NotReadyError):
        c.act(run.Open({}, "s"))
    c = case("start > a > end", trigger("s", message("m")), "s > b > end").open()
    with pytest.raises(NotReadyError):
        c.message("m")


@pytest.mark.parametrize("start", ["start", "a", "nothing", "s1", "end"])
def test_only_triggered_starts_of_the_process_open_it(case: Make, start: str) -> None:
    h = handler("h", "s1", message("m"), "s1 > x > end1")
    c = case("start > a > end", trigger("s", message("m")), "s > b > end", h)
    with pytest.raises(NotReadyError):
        c.act(run.Open({}, start))


def test_a_process_with_triggered_starts_only_needs_one_of_them(case: Make) -> None:
    parts = (trigger("s", message("m")), trigger("t", timer("R/P1D")), "t > b", "s > a")
    with pytest.raises(NotReadyError):
        case(*parts).open()
    assert case(*parts).act(run.Open({}, "t")).ready == "b"
    assert case(*parts).act(run.Open({}, "s")).ready == "a"


def test_a_triggered_start_chooses_its_flows(case: Make) -> None:
    c = case(
        *("start > a", trigger("s", message("m")), flow("s", "b", "n > 1")),
        flow("s", "c", "n < 1"),
    )
    c.act(run.Open({"n": 2}, "s"))
    assert (c.ready, c.decided) == ("b", [("flows", "s", ["s-b"])])
    c = case("start > a", trigger("s", message("m")), flow("s", "b", "n > 1"))
    c.act(run.Open({"n": 0}, "s"))
    assert (c.incidents, c.completed) == ("s", "s")


def test_event_sub_processes_are_armed_as_ever(case: Make) -> None:
    h = handler("h", "s1", message("m"), "s1 > x > end1")
    c = case("start > a > end", trigger("s", message("m")), "s > b > end", h)
    c.act(run.Open({}, "s"))
    assert (c.ready, c.waiting) == ("b", "s1")
    assert c.message("m").ready == "x"


def test_a_called_process_begins_at_its_plain_start(case: Make) -> None:
    called = process("Q", "start1 > a", trigger("s", message("m")), "s > b")
    c = case("start > k > z", call("k", "Q"), called).open()
    assert (c.completed, c.ready, c.waiting) == ("start start1", "a", "")
    with pytest.raises(NotReadyError):
        case("start > k > z", call("k", "Q"), called).act(run.Open({}, "s"))


def test_joins_know_where_the_token_is(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > a > j", "f > b > j", some("j"), "j > z"),
        *(trigger("s", signal("s")), "s > a"),
    )
    c.act(run.Open({}, "s")).do("a")
    assert c.ready == "z"


def test_the_start_is_one_step(case: Make) -> None:
    c = case("start > a", trigger("s", message("m")), "s > p", sub("p", "start1 > b"))
    c.budget = 1
    c.act(run.Open({}, "s"))
    assert (c.completed, c.taken, c.advance.more) == ("s", "s-p", True)
    c.budget = 5
    assert c.go_on().ready == "b"


def test_boundary_events_are_armed_as_ever(case: Make) -> None:
    c = case(
        "start > a", trigger("s", message("m")), "s > b", on("b", "m", message("m"))
    )
    c.act(run.Open({}, "s"))
    assert (c.ready, c.waiting) == ("b", "m")
    assert c.message("m").closed == "m+ b-"
