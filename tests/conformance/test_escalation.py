"""Rule 27: escalation and the boundary events that hear it."""

from collections.abc import Callable

import pytest

from tests.conformance.driving import Case
from tests.models import (
    Part,
    again,
    both,
    call,
    catch,
    each,
    end,
    error,
    escalation,
    flow,
    message,
    on,
    process,
    some,
    sub,
    throw,
    timer,
    xor,
)

Make = Callable[..., Case]

#: A sub-process that escalates between two tasks, beside a third.
P = sub(
    "p",
    *("start1 > f", both("f"), "f > a > t > b > end1", "f > c"),
    throw("t", escalation("E")),
)


def test_an_interrupting_boundary_ends_the_activity_and_the_throw(case: Make) -> None:
    c = case("start > p > z", P, on("p", "e", escalation("E")), "e > y").open()
    assert (c.ready, c.waiting) == ("a c", "")
    c.do("a")
    assert (c.completed, c.taken) == ("a t e", "a-t e-y")
    assert (c.ready, c.closed, c.decided) == ("y", "a+ c-", [])


def test_a_non_interrupting_boundary_begins_beside_and_before(case: Make) -> None:
    e = on("p", "e", escalation("E"), interrupting=False)
    c = case("start > p > z", P, e, "e > y").open().do("a")
    assert (c.completed, c.taken) == ("a t e", "a-t e-y t-b")
    assert (c.ready, c.closed) == ("c y b", "a+")
    assert c.do("b").do("c").completed == "c p"
    assert c.do("y").do("z").status == "completed"


def test_an_escalation_that_nobody_hears_is_nothing(case: Make) -> None:
    c = case("start > t > a", throw("t", escalation("E"))).open()
    assert (c.completed, c.ready, c.status) == ("start t", "a", "open")
    assert (c.incidents, c.advance.thrown) == ("", ())
    c = case("start > p > z", P, on("p", "e", escalation("F")), "e > y")
    c.open().do("a")
    assert (c.completed, c.taken, c.ready) == ("a t", "a-t t-b", "c b")


def test_an_error_boundary_does_not_hear_an_escalation(case: Make) -> None:
    c = case("start > p > z", P, on("p", "e", error("E")), "e > y").open().do("a")
    assert c.ready == "c b"
    inner = sub("p", "start1 > a > end1", end("end1", error("E")))
    c = case("start > p > z", inner, on("p", "e", escalation()), "e > y")
    assert c.open().do("a").incidents == "end1"


def nest(*boundaries: tuple[str, str, str], code: str = "E") -> tuple[Part, ...]:
    def drawn(host: str) -> list[Part]:
        found: list[Part] = []
        for activity, name, heard in boundaries:
            if activity == host:
                found += [on(host, name, escalation(heard)), f"{name} > at_{name}"]
        return found

    inner = sub("q", "start2 > a > endx", end("endx", escalation(code)))
    return (
        "start > p > z",
        sub("p", "start1 > q > y", inner, *drawn("q")),
        *drawn("p"),
    )


@pytest.mark.parametrize(
    ("boundaries", "caught"),
    [
        ([("q", "q2", ""), ("q", "q1", "E"), ("p", "p1", "E")], "q1"),
        ([("q", "q2", ""), ("p", "p1", "E")], "q2"),
        ([("q", "q1", "F"), ("p", "p2", ""), ("p", "p1", "E")], "p1"),
        ([("q", "q1", "F"), ("p", "p2", "")], "p2"),
        ([("q", "q1", "E"), ("q", "q3", "E")], "q1"),
    ],
)
def test_the_innermost_catcher_hears_and_no_other(
    case: Make, boundaries: list[tuple[str, str, str]], caught: str
) -> None:
    c = case(*nest(*boundaries)).open().do("a")
    assert (c.completed, c.ready) == (f"a endx {caught}", f"at_{caught}")


def test_an_escalation_without_code_is_heard_by_every_code_only(case: Make) -> None:
    c = case(*nest(("q", "q1", "E"), ("p", "p1", ""), code="")).open().do("a")
    assert c.completed == "a endx p1"


def test_an_end_event_escalates_before_its_scope_is_empty(case: Make) -> None:
    inner = sub("p", "start1 > a > end1", end("end1", escalation("E")))
    c = case("start > p > z", inner, on("p", "e", escalation("E")), "e > y")
    c.open().do("a")
    assert (c.completed, c.ready, c.taken) == ("a end1 e", "y", "a-end1 e-y")


def test_an_end_event_that_interrupts_nothing_lets_its_scope_complete(
    case: Make,
) -> None:
    inner = sub("p", "start1 > a > end1", end("end1", escalation("E")))
    e = on("p", "e", escalation("E"), interrupting=False)
    c = case("start > p > z", inner, e, "e > y").open().do("a")
    assert (c.completed, c.ready) == ("a end1 e p", "y z")
    assert c.taken == "a-end1 e-y p-z"


def test_an_unheard_end_event_is_an_ordinary_one(case: Make) -> None:
    inner = sub("p", "start1 > a > end1", end("end1", escalation("E")))
    c = case("start > p > z", inner).open().do("a")
    assert (c.completed, c.ready) == ("a end1 p", "z")


def test_an_escalation_crosses_the_call_of_a_process(case: Make) -> None:
    c = case(
        *("start > k > z", call("k", "Q"), "e > y"),
        on("k", "e", escalation("E"), interrupting=False),
        process("Q", "start1 > a > t > b > end1", throw("t", escalation("E"))),
    )
    c.open().do("a")
    assert (c.completed, c.ready) == ("a t e", "y b")


def test_a_boundary_that_interrupts_nothing_hears_each_time(case: Make) -> None:
    inner = sub(
        "p",
        *("start1 > m", xor("m"), "m > a > t > x", throw("t", escalation("E"))),
        *(xor("x", default="x-m"), flow("x", "end1", "over"), "x > m"),
    )
    e = on("p", "e", escalation("E"), interrupting=False)
    c = case("start > p > z", inner, e, "e > y").open(over=False)
    c.do("a").do("a#2").do("a#3", over=True)
    assert (c.ready, c.completed) == ("y y#2 y#3 z", "a t e x end1 p")


def test_a_boundary_hears_again_in_the_next_round(case: Make) -> None:
    inner = sub("p", "start1 > a > t > b > end1", throw("t", escalation("E")))
    c = case(
        *("start > m", xor("m"), "m > p > end", inner, on("p", "e", escalation())),
        "e > y > m",
    )
    c.open().do("a").do("y")
    assert c.ready == "a#2"
    c.do("a#2")
    assert (c.completed, c.ready) == ("a t e", "y#2")


@pytest.mark.parametrize("interrupting", [True, False])
def test_one_instance_escalates_for_the_whole_activity(
    case: Make, *, interrupting: bool
) -> None:
    inner = sub(
        "p",
        *("start1 > a > t > b > end1", throw("t", escalation("E"))),
        multi_instance=each("items", "i"),
    )
    e = on("p", "e", escalation("E"), interrupting=interrupting)
    c = case("start > p > z", inner, e, "e > y").open(items=[1, 2]).do("a#2")
    if interrupting:
        assert (c.ready, c.closed) == ("y", "a#2+ a-")
    else:
        assert (c.ready, c.closed) == ("a y b", "a#2+")


def test_an_iteration_of_a_loop_escalates_for_the_whole_activity(case: Make) -> None:
    inner = sub("p", "start1 > a > t", throw("t", escalation()), loop=again("True"))
    c = case("start > p > z", inner, on("p", "e", escalation("")), "e > y").open()
    assert (c.do("a").completed, c.ready) == ("a t e", "y")


def test_the_other_boundaries_end_with_the_activity(case: Make) -> None:
    c = case(
        *("start > p > z", P, on("p", "e", escalation("E")), "e > y"),
        *(on("p", "t1", timer("P1D")), on("p", "m", message("m"))),
    )
    c.open().do("a")
    assert (c.closed, c.waiting, c.ready) == ("a+ t1- m- c-", "", "y")


def test_what_is_outside_an_activity_is_not_heard(case: Make) -> None:
    c = case(
        *("start > a > t > z", throw("t", escalation("E"))),
        *(on("a", "e", escalation("E")), "e > y"),
    )
    assert c.open().do("a").ready == "z"


def test_an_inclusive_join_waits_for_an_escalation_that_may_come(case: Make) -> None:
    c = case(
        *("start > s", both("s"), "s > b > j", "s > p > end", "e > j"),
        *(some("j"), "j > z", on("p", "e", escalation())),
        sub(
            "p",
            "start1 > a > t > m > end1",
            throw("t", escalation("E")),
            catch("m", message("m")),
        ),
    )
    c.open().do("b")
    assert (c.ready, c.status) == ("a", "open")
    c.do("a")
    assert (c.completed, c.ready) == ("a t e j", "z")


def test_an_escalation_is_part_of_the_step_of_its_throw(case: Make) -> None:
    c = case("start > p > z", P, on("p", "e", escalation("E")), "e > y").open()
    c.budget = 1
    c.do("a")
    assert (c.completed, c.taken, c.advance.more) == ("a t e", "a-t e-y", True)
