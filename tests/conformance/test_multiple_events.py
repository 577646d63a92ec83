"""Rule 34: multiple and parallel multiple events."""

from collections.abc import Callable

import pytest

from engine.domain import run
from engine.domain.model import EventDefinition
from engine.errors import NothingWaitsError
from tests.conformance.driving import Case
from tests.models import (
    Part,
    Several,
    all_of,
    any_of,
    both,
    catch,
    each,
    first,
    flow,
    handler,
    message,
    on,
    receive,
    signal,
    some,
    sub,
    timer,
    when,
    xor,
)

Make = Callable[..., Case]

M, N, S, DAY = message("m"), message("n"), signal("s"), timer("P1D")
BOTH = (any_of, all_of)


# Intermediate catch.


def test_any_part_lets_the_token_go_and_the_others_end(case: Make) -> None:
    c = case("start > e > z", catch("e", any_of(M, S, DAY))).open()
    assert (c.ready, c.waiting, c.completed) == ("", "e.1 e.2 e.3", "start")
    assert c.decided == [("due", "e.3", "2026-02-01T01:00:00Z")]
    c.signal("s", n=1)
    assert (c.closed, c.completed, c.taken) == ("e.2+ e.1- e.3-", "e.2 e", "e-z")
    assert (c.ready, c.waiting, c.data) == ("z", "", {"n": 1})


def test_all_parts_must_happen_in_any_order(case: Make) -> None:
    c = case("start > e > z", catch("e", all_of(M, S, DAY))).open()
    assert c.waiting == "e.1 e.2 e.3"
    c.signal("s", n=1)
    assert (c.closed, c.completed, c.taken) == ("e.2+", "e.2", "")
    assert (c.ready, c.waiting, c.data) == ("", "e.1 e.3", {"n": 1})
    with pytest.raises(NothingWaitsError):
        c.signal("s")
    c.fire("e.3")
    assert (c.completed, c.waiting) == ("e.3", "e.1")
    c.message("m", n=2)
    assert (c.closed, c.completed, c.ready) == ("e.1+", "e.1 e", "z")
    assert c.data == {"n": 2}


def test_the_parts_are_visits_of_their_own_in_a_rework_loop(case: Make) -> None:
    loop = ("start > x > e > a > y > end", xor("x"), xor("y", default="y-end"))
    for several, first_round in ((any_of, "e.1"), (all_of, "e.1 e.2")):
        c = case(*loop, flow("y", "x", "again"), catch("e", several(M, N))).open()
        for _ in first_round.split():
            c.message("n" if "m" in c.data else "m", m=1)
        c.do("a", again=True)
        assert (c.waiting, c.data["again"]) == ("e.1#2 e.2#2", True)
        c.message("n")
        assert c.completed == ("e.2 e" if several is any_of else "e.2")


def test_two_tokens_wait_for_the_same_event_one_after_the_other(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > x", "f > y", "y > x", xor("x"), xor("y")),
        *("x > e > z", catch("e", all_of(M, N))),
    ).open()
    assert c.waiting == "e.1 e.2 e.1#2 e.2#2"
    c.message("m").message("m")
    assert (c.waiting, c.ready) == ("e.2 e.2#2", "")
    c.message("n")
    assert (c.closed, c.completed, c.ready) == ("e.2+", "e.2 e", "z")
    c.message("n")
    assert (c.completed, c.ready) == ("e.2 e", "z z#2")


def test_a_signal_reaches_parts_of_many_events(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > e > a", "f > d > b"),
        *(catch("e", any_of(S, S)), catch("d", all_of(S, S, M))),
    ).open()
    c.signal("s")
    assert (c.completed, c.ready, c.waiting) == ("e.1 e d.1 d.2", "a", "d.3")
    assert c.closed == "e.1+ e.2- d.1+ d.2+"


@pytest.mark.parametrize("several", BOTH)
def test_a_part_that_cannot_wait_is_an_incident_beside_the_others(
    case: Make, several: Callable[..., Several]
) -> None:
    bad = message("n", key="missing")
    c = case("start > e > z", catch("e", several(M, bad))).open()
    assert (c.incidents, c.waiting, c.status) == ("e.2", "e.1", "incident")
    c.message("m")
    if several is any_of:
        assert (c.ready, c.incidents, c.status) == ("z", "", "open")
    else:
        assert (c.ready, c.waiting, c.incidents) == ("", "", "e.2")


def test_conditions_among_the_parts_are_looked_at(case: Make) -> None:
    c = case("start > e > z", catch("e", any_of(M, when("n > 1")))).open(n=2)
    assert (c.completed, c.ready, c.closed) == ("start e.2 e", "z", "")
    assert c.decided == [("holds", "e.2", 1)]
    c = case("start > e > z", catch("e", all_of(S, when("n > 1")))).open(n=0)
    assert c.waiting == "e.1 e.2"
    c.signal("s", n=2)
    assert (c.completed, c.ready) == ("e.1 e.2 e", "z")
    assert c.decided == [("holds", "e.2", 2)]


def test_correlation_belongs_to_each_part(case: Make) -> None:
    event = any_of(message("m", key="n"), message("m", key="n + 1"))
    c = case("start > e > z", catch("e", event)).open(n=1)
    assert c.decided == [("keys", "e.1", {"key": 1}), ("keys", "e.2", {"key": 2})]
    with pytest.raises(NothingWaitsError):
        c.act(run.Message("m", {}, {"key": 3}))
    c.act(run.Message("m", {}, {"key": 2}))
    assert c.completed == "e.2 e"


def test_parts_end_with_what_is_around_them(case: Make) -> None:
    inner = sub("p", "start1 > e > end1", catch("e", all_of(M, N)))
    c = case("start > p > z", inner, on("p", "b", S), "b > y").open()
    c.message("m").signal("s")
    assert (c.closed, c.ready, c.waiting) == ("b+ e.2-", "y", "")


def test_a_token_that_waits_for_parts_can_still_reach_a_join(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > a > g", "f > e > g", "g > z", some("g")),
        catch("e", all_of(M, N)),
    ).open()
    c.do("a").message("m")
    assert (c.ready, c.waiting) == ("", "e.2")
    c.message("n")
    assert c.ready == "z"


def test_an_event_of_one_part_is_like_a_single_event(case: Make) -> None:
    for several in BOTH:
        c = case("start > e > z", catch("e", several(M))).open().message("m")
        assert (c.completed, c.ready) == ("e.1 e", "z")


# Behind an event-based gateway.


def test_behind_a_gateway_the_first_part_decides(case: Make) -> None:
    c = case(
        *("start > g", first("g"), "g > e > z", "g > d > y"),
        *(catch("e", any_of(M, DAY)), catch("d", S)),
    ).open()
    assert (c.waiting, c.completed) == ("e.1 e.2 d", "start")
    c.fire("e.2")
    assert (c.completed, c.taken) == ("g e.2 e", "g-e e-z")
    assert (c.closed, c.ready) == ("e.2+ e.1- d-", "z")
    c = case(
        *("start > g", first("g"), "g > e > z", "g > d > y"),
        *(catch("e", any_of(M, DAY)), catch("d", S)),
    ).open()
    c.signal("s")
    assert (c.completed, c.closed, c.ready) == ("g d", "d+ e.1- e.2-", "y")


def test_a_gateway_in_a_loop_arms_new_parts(case: Make) -> None:
    c = case(
        *("start > x > g", xor("x"), first("g"), "g > e > x", "g > d > y"),
        *(catch("e", any_of(M, N)), catch("d", S)),
    ).open()
    c.message("n")
    assert (c.waiting, c.completed) == ("e.1#2 e.2#2 d#2", "g e.2 e x")
    c.message("m").message("m").signal("s")
    assert (c.ready, c.closed) == ("y", "d#4+ e.1#4- e.2#4-")


# Boundary events.


@pytest.mark.parametrize("number", [1, 2])
def test_any_part_interrupts_the_activity(case: Make, number: int) -> None:
    b = on("a", "b", any_of(M, N))
    c = case("start > a > z", "b > y", b).open()
    assert (c.ready, c.waiting) == ("a", "b.1 b.2")
    c.message("mn"[number - 1], n=number)
    other = f"b.{3 - number}-"
    assert (c.completed, c.taken) == (f"b.{number} b", "b-y")
    assert (c.closed, c.ready) == (f"b.{number}+ a- {other}", "y")
    assert c.data == {"n": number}


def test_the_activity_ends_the_parts(case: Make) -> None:
    for several in BOTH:
        c = case("start > a > z", "b > y", on("a", "b", several(M, N))).open()
        c.do("a")
        assert (c.closed, c.completed, c.ready) == ("a+ b.1- b.2-", "a", "z")
    c = case("start > a > z", "b > y", on("a", "b", all_of(M, N))).open()
    c.message("m").do("a")
    assert (c.closed, c.completed, c.ready) == ("a+ b.2-", "a", "z")


def test_only_all_parts_interrupt_the_activity(case: Make) -> None:
    c = case("start > a > z", "b > y", on("a", "b", all_of(M, N))).open()
    c.message("n")
    assert (c.ready, c.waiting, c.completed) == ("a", "b.1", "b.2")
    c.message("m")
    assert (c.completed, c.ready, c.closed) == ("b.1 b", "y", "b.1+ a-")


def test_a_part_is_armed_again_beside_the_activity(case: Make) -> None:
    b = on("a", "b", any_of(M, DAY, timer("R2/PT1H")), interrupting=False)
    c = case("start > a > z", "b > y", b).open()
    c.message("m").message("m")
    assert (c.ready, c.waiting) == ("a y y#2", "b.2 b.3 b.1#3")
    assert (c.completed, c.closed) == ("b.1 b", "b.1#2+")
    c.fire("b.3")
    assert (c.waiting, c.decided) == (
        *("b.2 b.1#3 b.3#2",),
        [("due", "b.3#2", "2026-01-31T03:00:00Z")],
    )
    c.fire("b.3#2").fire("b.2")
    assert (c.waiting, c.ready) == ("b.1#3", "a y y#2 y#3 y#4 y#5")


def test_all_parts_are_armed_again_when_all_have_happened(case: Make) -> None:
    b = on("a", "b", all_of(M, timer("R3/PT1H"), S), interrupting=False)
    c = case("start > a > z", "b > y", b).open()
    c.signal("s").fire("b.2")
    assert (c.ready, c.waiting, c.decided) == ("a", "b.1", [])
    c.later(hours=5).message("m")
    assert (c.completed, c.ready) == ("b.1 b", "a y")
    assert (c.waiting, c.due("b.2#2")) == ("b.1#2 b.2#2 b.3#2", "2026-01-31 03:00")
    assert c.decided == [("due", "b.2#2", "2026-01-31T03:00:00Z")]
    c.fire("b.2#2").message("m").signal("s")
    assert (c.waiting, c.ready) == ("b.1#3 b.2#3 b.3#3", "a y y#2")
    c.fire("b.2#3").message("m").signal("s")
    # The repetitions are used: nothing more can happen together.
    assert (c.waiting, c.ready) == ("", "a y y#2 y#3")
    assert (c.decided, c.closed) == ([("due", "b.2#4", None)], "b.3#3+")
    assert c.do("a").closed == "a+"


def test_with_a_single_date_among_them_none_is_armed_again(case: Make) -> None:
    b = on("a", "b", all_of(M, DAY), interrupting=False)
    c = case("start > a > z", "b > y", b).open().fire("b.2").message("m")
    assert (c.ready, c.waiting, c.decided) == ("a y", "", [])


def test_a_condition_rests_before_it_can_happen_again(case: Make) -> None:
    for several in BOTH:
        b = on("a", "b", several(when("n > 1"), S), interrupting=False)
        c = case("start > a > z", "b > y", b).open(n=0).signal("s", n=2)
        if several is any_of:
            assert c.completed == "b.2 b b.1 b"
            assert (c.waiting, c.ready) == ("b.2#2", "a y y#2")
            c.signal("s", n=0)
            assert (c.waiting, c.decided) == ("b.2#3 b.1#3", [("holds", "b.1#2", 2)])
        else:
            assert c.completed == "b.2 b.1 b"
            assert (c.waiting, c.ready) == ("b.2#2", "a y")
            c.signal("s", n=0)
            assert (c.waiting, c.completed) == ("b.1#3", "b.2")


def test_a_part_that_fails_keeps_all_of_them_from_happening(case: Make) -> None:
    bad = message("n", key="missing")
    c = case("start > a > z", "b > y", on("a", "b", all_of(M, bad))).open()
    c.message("m")
    assert (c.ready, c.waiting, c.incidents) == ("a", "", "b.2")
    c.do("a")
    assert (c.ready, c.status) == ("z", "open")


def test_boundary_parts_of_every_activity_that_waits(case: Make) -> None:
    b = on("p", "b", any_of(M, N))
    c = case("start > p > z", "b > y", b, sub("p", "start1 > a > end1")).open()
    assert (c.waiting, c.message("n").closed) == ("b.1 b.2", "b.2+ b.1- a-")
    c = case("start > p > z", "b > y", b, receive("p", message("r"))).open()
    assert (c.waiting, c.message("n").ready) == ("p b.1 b.2", "y")
    many = sub("p", "start1 > a > end1", multi_instance=each("items"))
    c = case("start > p > z", "b > y", b, many).open(items=[1, 2])
    assert (c.waiting, c.message("m").closed) == ("b.1 b.2", "b.1+ b.2- a- a#2-")


# Event sub-processes.


def guarded(event: EventDefinition, *, interrupting: bool = True) -> tuple[Part, ...]:
    h = handler("h", "s", event, "s > x > end2", interrupting=interrupting)
    return ("start > p > z", sub("p", "start1 > a > end1", h))


def test_any_part_begins_an_event_sub_process(case: Make) -> None:
    c = case(*guarded(any_of(M, N))).open()
    assert (c.ready, c.waiting) == ("a", "s.1 s.2")
    c.message("n", n=1)
    assert (c.completed, c.taken, c.closed) == ("s.2 s", "s-x", "s.2+ s.1- a-")
    assert (c.ready, c.waiting, c.data) == ("x", "", {"n": 1})
    assert (c.do("x").completed, c.ready) == ("x end2 h p", "z")
    c = case(*guarded(any_of(M, N), interrupting=False)).open()
    c.message("n").message("m").message("n")
    assert (c.ready, c.waiting) == ("a x x#2 x#3", "s.1#2 s.2#3")


def test_all_parts_begin_an_event_sub_process(case: Make) -> None:
    c = case(*guarded(all_of(M, N))).open().message("n")
    assert (c.ready, c.waiting, c.completed) == ("a", "s.1", "s.2")
    assert (c.message("m").closed, c.ready) == ("s.1+ a-", "x")
    c = case(*guarded(all_of(M, N), interrupting=False)).open()
    c.message("n").message("m")
    assert (c.completed, c.ready, c.waiting) == ("s.1 s", "a x", "s.1#2 s.2#2")
    c.message("m").do("a")
    assert (c.ready, c.waiting) == ("x", "s.2#2")
    c.do("x")
    assert (c.completed, c.closed) == ("x end2 h p", "x+ s.2#2-")


def test_parts_keep_nothing_alive(case: Make) -> None:
    for several in BOTH:
        c = case(*guarded(several(M, N))).open().do("a")
        assert (c.ready, c.closed) == ("z", "a+ s.1- s.2-")
