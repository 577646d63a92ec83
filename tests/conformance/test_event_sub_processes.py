"""Rule 30: event sub-processes, of every trigger, interrupting and not."""

from collections.abc import Callable

import pytest

from engine.domain import run
from engine.domain.model import EventDefinition, TimerKind
from engine.errors import NotReadyError
from tests.conformance.driving import Case
from tests.models import (
    Part,
    both,
    call,
    catch,
    each,
    end,
    error,
    escalation,
    flow,
    handler,
    message,
    on,
    process,
    signal,
    some,
    sub,
    terminate,
    throw,
    timed,
    timer,
    xor,
)

Make = Callable[..., Case]

ARMED = [
    (message("m"), run.Message("m", {"n": 1})),
    (signal("m"), run.Signal("m", {"n": 1})),
]


ESCAPE = end("endx", error("E"))


def beside(*parts: Part, on_event: EventDefinition, interrupting: bool = True) -> Part:
    """A sub-process with two tasks, and an event sub-process `h` of a task `x`."""
    return sub(
        "p",
        *("start1 > f", both("f"), "f > a > end1", "f > b > end1"),
        handler("h", "s", on_event, "s > x > end2", interrupting=interrupting),
        *parts,
    )


@pytest.mark.parametrize(("event", "act"), ARMED)
def test_an_interrupting_event_ends_the_rest_of_its_scope(
    case: Make, event: EventDefinition, act: run.Act
) -> None:
    c = case("start > p > z", beside(on_event=event)).open()
    assert (c.ready, c.waiting, c.completed) == ("a b", "s", "start start1 f")
    c.act(act)
    assert (c.completed, c.taken) == ("s", "s-x")
    assert (c.ready, c.waiting, c.closed) == ("x", "", "s+ a- b-")
    assert c.data == {"n": 1}
    c.do("x")
    assert (c.completed, c.ready) == ("x end2 h p", "z")
    assert c.taken == "x-end2 p-z"


@pytest.mark.parametrize(("event", "act"), ARMED)
def test_an_event_that_interrupts_nothing_is_armed_again(
    case: Make, event: EventDefinition, act: run.Act
) -> None:
    c = case("start > p > z", beside(on_event=event, interrupting=False)).open()
    c.act(act)
    assert (c.ready, c.waiting, c.closed) == ("a b x", "s#2", "s+")
    assert c.completed == "s"
    c.act(act)
    assert (c.ready, c.waiting) == ("a b x x#2", "s#3")
    c.do("x").do("a").do("b")
    assert (c.ready, c.waiting) == ("x#2", "s#3")
    c.do("x#2")
    assert (c.completed, c.ready) == ("x end2 h p", "z")
    assert (c.closed, c.waiting) == ("x#2+ s#3-", "")


def test_armed_starts_keep_nothing_alive(case: Make) -> None:
    c = case("start > p > z", beside(on_event=message("m"))).open().do("a")
    assert (c.ready, c.waiting) == ("b", "s")
    c.do("b")
    assert (c.completed, c.ready, c.closed) == ("b end1 p", "z", "b+ s-")
    with pytest.raises(NotReadyError):
        c.message("m")


def test_a_timer_begins_it_once(case: Make) -> None:
    for interrupting, ready in ((True, "x"), (False, "a b x")):
        p = beside(on_event=timer("P1D"), interrupting=interrupting)
        c = case("start > p > z", p).open()
        assert c.decided == [("due", "s", "2026-02-01T01:00:00Z")]
        c.fire("s")
        assert (c.ready, c.waiting, c.decided) == (ready, "", [])


def test_a_cycle_begins_it_until_its_repetitions_are_used(case: Make) -> None:
    p = beside(on_event=timer("R2/PT1H"), interrupting=False)
    c = case("start > p > z", p).open().fire("s")
    assert (c.waiting, c.due("s#2")) == ("s#2", "2026-01-31 03:00")
    assert c.decided == [("due", "s#2", "2026-01-31T03:00:00Z")]
    c.fire("s#2")
    assert (c.waiting, c.ready, c.decided) == (
        *("", "a b x x#2"),
        [("due", "s#3", None)],
    )
    c = case("start > p > z", beside(on_event=timer("R2/PT1H"))).open().fire("s")
    assert (c.waiting, c.decided) == ("", [])


def test_events_of_the_case_itself(case: Make) -> None:
    h = handler("h", "s", message("m"), "s > x > end2", interrupting=False)
    c = case("start > a > end", h).open()
    assert (c.ready, c.waiting) == ("a", "s")
    c.message("m")
    assert (c.ready, c.waiting) == ("a x", "s#2")
    c.do("a")
    assert (c.status, c.waiting, c.completed) == ("open", "s#2", "a end")
    c.do("x")
    assert (c.status, c.waiting, c.closed) == ("completed", "", "x+ s#2-")
    assert c.completed == "x end2 h"


def test_an_interrupting_event_of_the_case_ends_all_its_tokens(case: Make) -> None:
    h = handler("h", "s", signal("stop"), "s > x > end2")
    inner = sub("p", "start1 > b > end1", on("b", "t", timer("P1D")))
    c = case(
        *("start > f", both("f"), "f > a > end", "f > p > end", "f > m > end", h),
        *(inner, catch("m", message("m"))),
    )
    c.open()
    assert (c.ready, c.waiting) == ("a b", "s m t")
    c.signal("stop")
    assert (c.closed, c.ready, c.waiting) == ("s+ a- m- b- t-", "x", "")
    assert (c.do("x").status, c.completed) == ("completed", "x end2 h")


def test_events_of_a_called_process(case: Make) -> None:
    h = handler("h", "s", message("m"), "s > x > end2")
    c = case("start > k > z", call("k", "Q"), process("Q", "start1 > a > end1", h))
    c.open()
    assert c.waiting == "s"
    c.message("m").do("x")
    assert (c.completed, c.ready) == ("x end2 h k", "z")


def test_it_is_armed_in_each_round_and_instance(case: Make) -> None:
    h = handler("h", "s", message("m"), "s > x > end2")
    p = sub("p", "start1 > a > end1", h, multi_instance=each("items", "i"))
    c = case(
        *("start > m > p > g", xor("m"), p, xor("g", default="g-m"), "g > m"),
        flow("g", "end", "over"),
    )
    c.open(items=[1, 2], over=False)
    assert (c.ready, c.waiting) == ("a a#2", "s s#2")
    c.message("m")
    assert (c.ready, c.waiting, c.closed) == ("a#2 x", "s#2", "s+ a-")
    assert c.execution.picture().locals[run.Visit("x", 1)] == {
        "i": 1,
        "loopCounter": 1,
    }
    c.do("a#2")
    assert (c.ready, c.waiting) == ("x", "")
    c.do("x")
    assert (c.ready, c.waiting) == ("a#3 a#4", "s#3 s#4")


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_begins_it(case: Make, *, interrupting: bool) -> None:
    h = handler("h", "s", escalation("E"), "s > x > end2", interrupting=interrupting)
    p = sub(
        "p",
        *("start1 > f", both("f"), "f > a > t > d > end1", "f > b > end1", h),
        throw("t", escalation("E")),
    )
    c = case("start > p > z", p, on("p", "e", escalation("E")), "e > y").open()
    assert c.waiting == ""
    c.do("a")
    if interrupting:
        assert (c.completed, c.taken) == ("a t s", "a-t s-x")
        assert (c.ready, c.closed) == ("x", "a+ b-")
        assert c.do("x").completed == "x end2 h p"
    else:
        assert (c.completed, c.taken) == ("a t s", "a-t s-x t-d")
        assert (c.ready, c.closed) == ("b x d", "a+")
        assert c.do("d").do("b").ready == "x"
        assert c.do("x").ready == "z"


def test_an_escalation_of_a_nested_scope_begins_it(case: Make) -> None:
    h = handler("h", "s", escalation(), "s > x > end2", interrupting=False)
    inner = sub("q", "start2 > a > end3", end("end3", escalation("E")))
    c = case("start > p > z", sub("p", "start1 > q > b > end1", h, inner))
    c.open().do("a")
    assert (c.completed, c.ready) == ("a end3 s q", "x b")


def test_an_error_begins_it_and_always_interrupts(case: Make) -> None:
    h = handler("h", "s", error("E"), "s > x > end2", interrupting=False)
    p = sub(
        "p",
        *("start1 > f", both("f"), "f > a > endx", "f > b > end1", h),
        end("endx", error("E")),
    )
    c = case("start > p > z", p, on("p", "e", error("E")), "e > y").open()
    assert c.waiting == ""
    c.do("a")
    assert (c.completed, c.taken) == ("a endx s", "a-endx s-x")
    assert (c.ready, c.closed) == ("x", "a+ b-")
    c.do("x")
    assert (c.completed, c.ready) == ("x end2 h p", "z")


@pytest.mark.parametrize(
    ("inner", "boundary", "outer", "completed"),
    [
        ("E", "E", "E", "a endx s1"),
        ("F", "E", "E", "a endx e"),
        ("", "E", "E", "a endx s1"),
        ("F", "F", "E", "a endx s2"),
        ("F", "F", "", "a endx s2"),
    ],
)
def test_an_error_looks_at_event_sub_processes_before_boundaries(
    case: Make, inner: str, boundary: str, outer: str, completed: str
) -> None:
    h1 = handler("h1", "s1", error(inner), "s1 > x1 > end2")
    h2 = handler("h2", "s2", error(outer), "s2 > x2 > end3")
    p = sub("p", "start1 > a > endx", end("endx", error("E")), h1)
    c = case("start > p > z", p, on("p", "e", error(boundary)), "e > y", h2)
    assert c.open().do("a").completed == completed


def test_an_error_in_an_event_sub_process_passes_its_siblings_by(case: Make) -> None:
    h = handler("h", "s", error(), "s > x > endx", end("endx", error("E")))
    g = handler("g", "s1", error("E"), "s1 > w > end3")
    p = sub("p", "start1 > a > endy", end("endy", error("F")), h, g)
    c = case("start > p > z", p, on("p", "e", error("E")), "e > y").open().do("a")
    assert c.ready == "x"
    c.do("x")
    assert (c.completed, c.ready) == ("x endx e", "y")
    c = case("start > p > z", p).open().do("a").do("x")
    assert (c.incidents, c.ready) == ("endx", "")


def test_an_event_sub_process_has_event_sub_processes(case: Make) -> None:
    inner = handler("g", "s1", error("E"), "s1 > w > end3")
    stop = handler("k", "s2", message("m"), "s2 > v > end4", interrupting=False)
    h = handler("h", "s", signal("go"), "s > x > endx", inner, stop, ESCAPE)
    c = case("start > p > z", sub("p", "start1 > a > end1", h)).open()
    assert c.waiting == "s"
    c.signal("go")
    assert (c.ready, c.waiting) == ("x", "s2")
    c.message("m")
    assert (c.ready, c.waiting) == ("x v", "s2#2")
    c.do("x")
    assert (c.completed, c.ready, c.closed) == ("x endx s1", "w", "x+ s2#2- v-")
    assert c.do("w").completed == "w end3 g h p"


def test_one_that_interrupts_ends_those_that_run_and_wait(case: Make) -> None:
    g = handler("g", "s1", signal("note"), "s1 > w > end3", interrupting=False)
    c = case("start > p > z", beside(g, on_event=message("m"))).open()
    assert c.waiting == "s s1"
    c.signal("note")
    assert (c.ready, c.waiting) == ("a b w", "s s1#2")
    c.message("m")
    assert (c.ready, c.waiting, c.closed) == ("x", "", "s+ a- b- s1#2- w-")
    with pytest.raises(NotReadyError):
        c.signal("note")


def test_one_signal_begins_several(case: Make) -> None:
    g = handler("g", "s1", signal("m"), "s1 > w > end3", interrupting=False)
    p = beside(g, on_event=signal("m"), interrupting=False)
    c = case("start > p > z", p).open().signal("m")
    assert (c.ready, c.waiting, c.completed) == ("a b x w", "s#2 s1#2", "s s1")
    c = case("start > p > z", beside(g, on_event=signal("m"))).open().signal("m")
    assert (c.ready, c.waiting, c.completed) == ("x", "", "s")


def test_a_signal_thrown_inside_may_end_its_throw(case: Make) -> None:
    h = handler("h", "s", signal("go", n="1"), "s > x > end2")
    p = sub("p", "start1 > a > t > b > end1", throw("t", signal("go", n="1")), h)
    c = case("start > p > z", p).open().do("a")
    assert (c.completed, c.taken) == ("a t s", "a-t s-x")
    assert (c.ready, c.data) == ("x", {"n": 1})


def test_terminate_ends_armed_starts_with_the_tokens(case: Make) -> None:
    h = handler("h", "s", message("m"), "s > x > end2")
    p = sub(
        "p",
        *("start1 > f", both("f"), "f > a > endt", "f > b > end1", h),
        end("endt", terminate()),
    )
    c = case("start > p > z", p, on("p", "t", timer("P1D"))).open()
    assert c.waiting == "t s"
    c.do("a")
    assert (c.completed, c.closed, c.ready) == ("a endt p", "a+ s- b- t-", "z")


def test_terminate_in_it_ends_its_own_scope_only(case: Make) -> None:
    h = handler(
        *("h", "s", message("m"), "s > g", both("g"), "g > x > endt", "g > w > end2"),
        end("endt", terminate()),
        interrupting=False,
    )
    c = case("start > a > end", h).open().message("m").do("x")
    assert (c.completed, c.closed, c.ready) == ("x endt h", "x+ w-", "a")
    assert c.waiting == "s#2"


def test_a_boundary_event_ends_the_running_one(case: Make) -> None:
    p = beside(on_event=message("m"))
    c = case("start > p > z", p, on("p", "t", timer("P1D")), "t > y").open()
    c.message("m").fire("t")
    assert (c.ready, c.closed, c.completed) == ("y", "t+ x-", "t")


def test_a_start_that_cannot_be_armed_is_an_incident_and_ends(case: Make) -> None:
    p = beside(on_event=timed(TimerKind.DURATION, "gone"))
    c = case("start > p > z", p).open()
    assert (c.ready, c.waiting, c.incidents, c.status) == ("a b", "", "s", "incident")
    c.do("a").do("b")
    assert (c.ready, c.incidents, c.status) == ("z", "", "open")


def test_the_keys_of_a_start_are_those_of_its_scope(case: Make) -> None:
    h = handler("h", "s", message("m", item="i"), "s > x > end2")
    p = sub("p", "start1 > a > end1", h, multi_instance=each("items", "i"))
    c = case("start > p > z", p).open(items=["A", "B"])
    c.act(run.Message("m", {}, {"item": "B"}))
    assert (c.ready, c.closed) == ("a x", "s#2+ a#2-")


def test_a_start_that_cannot_leave_is_an_incident_inside(case: Make) -> None:
    p = sub(
        *("p", "start1 > a > end1"),
        handler("h", "s", message("m"), flow("s", "x", "gone"), interrupting=False),
    )
    c = case("start > p > z", p).open().message("m")
    assert (c.completed, c.incidents, c.ready) == ("s", "s", "a")
    c.do("a")
    assert (c.status, c.waiting, c.incidents) == ("incident", "s#2", "s")


def test_one_that_holds_nothing_is_over_at_once(case: Make) -> None:
    h = handler("h", "s", message("m"), interrupting=False)
    c = case("start > a > end", h).open().message("m")
    assert (c.completed, c.ready, c.waiting) == ("s h", "a", "s#2")
    c = case("start > p > z", sub("p", "start1 > a", handler("h", "s", message("m"))))
    assert (c.open().message("m").completed, c.ready) == ("s h p", "z")


def test_an_inclusive_join_does_not_wait_for_it(case: Make) -> None:
    h = handler("h", "s", message("m"), "s > x > end2", interrupting=False)
    c = case(
        *("start > g", some("g", default="g-b"), flow("g", "a", "n > 0"), "g > b"),
        *("a > j", "b > j", some("j"), "j > c", h),
    )
    c.open(n=1).message("m")
    assert c.ready == "a x"
    assert c.do("a").ready == "x c"


def test_an_inclusive_join_inside_joins_its_own_tokens(case: Make) -> None:
    h = handler(
        *("h", "s", message("m"), "s > g", both("g"), "g > x > j", "g > w > j"),
        *(some("j"), "j > v > end2"),
        interrupting=False,
    )
    c = case("start > a > end", h).open().message("m").message("m")
    assert c.ready == "a x w x#2 w#2"
    assert c.do("x").do("w#2").ready == "a w x#2"
    assert c.do("w").ready == "a x#2 v"


def test_what_is_armed_is_numbered_after_the_first_tokens(case: Make) -> None:
    g = handler("g", "s1", timer("P1D"), "s1 > w > end3")
    h = handler("h", "s", message("m"), "s > x > end2")
    c = case("start > p", sub("p", "start1 > t > end1", h, g, catch("t", timer("P2D"))))
    c.open()
    assert c.waiting == "s s1 t"
    assert [visit for _, visit, _ in c.decided] == ["s1", "t"]
