"""Rule 36: ad-hoc sub-processes."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.domain.model import Work
from engine.errors import NotReadyError, OutcomeRequiredError
from tests.conformance.driving import Case
from tests.models import (
    Part,
    ad_hoc,
    again,
    both,
    call,
    catch,
    compensation,
    done,
    each,
    end,
    error,
    escalation,
    flow,
    handler,
    message,
    on,
    process,
    service,
    signal,
    sub,
    task,
    terminate,
    throw,
    timer,
    times,
    xor,
)

Make = Callable[..., Case]


def folder(*parts: Part, completion: str = "", **how: bool) -> tuple[Part, ...]:
    """An ad-hoc sub-process `p` with the activities `a` and `b > c`, then `z`."""
    p = ad_hoc("p", task("a"), "b > c", *parts, completion=completion, **how)
    return ("start > p > z", p)


# Beginning and ending.


def test_its_visit_is_work_and_holds_nothing_at_first(case: Make) -> None:
    c = case(*folder()).open()
    assert (c.ready, c.opened, c.completed) == ("p", "p", "start")
    assert (c.waiting, c.incidents, c.status) == ("", "", "open")


def test_a_person_begins_what_is_needed_in_any_order(case: Make) -> None:
    c = case(*folder()).open().begin("p", "b")
    assert (c.ready, c.opened, c.completed, c.taken) == ("p b", "b", "", "")
    c.begin("p", "a").begin("p", "a")
    assert c.ready == "p b a a#2"
    c.do("b")
    assert (c.ready, c.taken) == ("p a a#2 c", "b-c")
    c.do("a").do("a#2").do("c")
    assert (c.ready, c.status, c.closed) == ("p", "open", "c+")
    c.begin("p", "b")
    assert c.ready == "p b#2"


def test_without_a_condition_a_person_ends_it(case: Make) -> None:
    c = case(*folder()).open().begin("p", "a").do("a").do("p", n=1)
    assert (c.completed, c.taken, c.closed) == ("p", "p-z", "p+")
    assert (c.ready, c.data) == ("z", {"n": 1})
    assert case(*folder()).open().do("p").ready == "z"


def test_it_is_not_ended_while_something_runs_inside(case: Make) -> None:
    c = case(*folder()).open().begin("p", "b")
    with pytest.raises(NotReadyError):
        c.do("p")
    c = case(*folder()).open().begin("p", "b").do("b").do("c")
    assert c.do("p").ready == "z"
    bad = folder(service("s", "work", parameters={"r": "missing"}))
    c = case(*bad).open().begin("p", "s")
    assert (c.incidents, c.ready) == ("s", "p")
    with pytest.raises(NotReadyError):
        c.do("p")


@pytest.mark.parametrize(
    ("visit", "activity"),
    [("p", "c"), ("p", "z"), ("p", "nothing"), ("p", "p"), ("p#2", "a"), ("x", "a")],
)
def test_only_what_may_be_begun_is_begun(case: Make, visit: str, activity: str) -> None:
    c = case(*folder()).open()
    with pytest.raises(NotReadyError):
        c.begin(visit, activity)


def test_nothing_is_begun_in_other_work_or_after_the_end(case: Make) -> None:
    c = case(*folder()).open().begin("p", "a")
    with pytest.raises(NotReadyError):
        c.begin("a", "a")
    c = case(*folder()).open().do("p")
    with pytest.raises(NotReadyError):
        c.begin("p", "a")


def test_in_order_one_activity_runs_at_a_time(case: Make) -> None:
    c = case(*folder(sequential=True)).open().begin("p", "b").do("b")
    with pytest.raises(NotReadyError):
        c.begin("p", "a")
    c = case(*folder(sequential=True)).open().begin("p", "b").do("b").do("c")
    assert c.begin("p", "a").ready == "p a"


def test_it_may_ask_for_an_outcome(case: Make) -> None:
    parts = ("start > p > g", xor("g", by_outcome=True), "g > y", "g > z")
    p = ad_hoc("p", task("a"))
    p = replace(p, node=replace(p.node, work=Work(outcomes=("g-y", "g-z"))))
    with pytest.raises(OutcomeRequiredError):
        case(*parts, p).open().do("p")
    assert case(*parts, p).open().do("p", "g-z").ready == "z"


# The completion condition.


def test_a_condition_ends_it_and_what_still_runs(case: Make) -> None:
    c = case(*folder(completion="enough")).open(enough=False)
    c.begin("p", "a").begin("p", "b").do("a")
    assert (c.ready, c.decided) == ("p b", [("enough", "a", False)])
    c.begin("p", "a").do("a#2", enough=True)
    assert (c.completed, c.taken, c.ready) == ("a p", "p-z", "z")
    assert c.decided == [("enough", "a#2", True)]
    assert c.closed == "a#2+ b- p+"


def test_the_activity_that_ends_it_takes_no_flow(case: Make) -> None:
    c = case(*folder(completion="enough")).open(enough=True)
    c.begin("p", "b").do("b")
    assert (c.completed, c.taken, c.ready) == ("b p", "p-z", "z")
    c = case(*folder(completion="enough")).open(enough=False)
    c.begin("p", "b").do("b")
    assert (c.taken, c.ready) == ("b-c", "p c")


def test_what_still_runs_may_go_on(case: Make) -> None:
    c = case(*folder(completion="enough", cancel_remaining=False)).open(enough=True)
    c.begin("p", "a").begin("p", "b").do("a")
    assert (c.completed, c.ready, c.closed) == ("a", "p b", "a+")
    with pytest.raises(NotReadyError):
        c.begin("p", "a")
    c = case(*folder(completion="enough", cancel_remaining=False)).open(enough=True)
    c.begin("p", "a").begin("p", "b").do("a").do("b", enough=False)
    # It was true: it is not asked again.
    assert (c.decided, c.ready) == ([], "p c")
    c.do("c")
    assert (c.completed, c.ready, c.closed) == ("c p", "z", "c+ p+")


def test_the_last_activity_ends_it_in_the_same_step(case: Make) -> None:
    c = case(*folder(completion="enough", cancel_remaining=False)).open(enough=True)
    c.begin("p", "a").do("a")
    assert (c.completed, c.taken, c.ready) == ("a p", "p-z", "z")


def test_with_a_condition_nobody_else_ends_it(case: Make) -> None:
    for cancel in (True, False):
        c = case(*folder(completion="n > 1", cancel_remaining=cancel)).open(n=0)
        c.begin("p", "a").do("a")
        assert c.ready == "p"
        with pytest.raises(NotReadyError):
            c.do("p")


@pytest.mark.parametrize("text", ["missing", "1", "'true'"])
def test_a_condition_that_fails_is_an_incident(case: Make, text: str) -> None:
    c = case(*folder(completion=text)).open().begin("p", "b").do("b")
    assert (c.completed, c.incidents, c.closed) == ("b", "b", "b+")
    assert (c.ready, c.taken, c.decided) == ("p", "", [])
    assert c.begin("p", "a").ready == "p a"


def test_of_several_instances_the_last_one_is_asked_about(case: Make) -> None:
    for several in (each("items"), each("items", sequential=True)):
        m = task("m", multi_instance=several)
        c = case(*folder(m, completion="n > 0")).open(items=[1, 2], n=1)
        c.begin("p", "m").do("m")
        assert (c.decided, c.ready) == ([], "p m#2")
        c.do("m#2")
        assert c.decided == [("enough", "m#2", True)]
        assert (c.completed, c.ready) == ("m p", "z")
    looped = task("m", loop=again("loopCounter < 2"))
    c = case(*folder(looped, completion="n > 0")).open(n=1).begin("p", "m")
    c.do("m").do("m#2")
    assert c.decided == [("loop", "m#3", False), ("enough", "m#2", True)]


def test_without_an_instance_nothing_is_asked(case: Make) -> None:
    m = task("m", multi_instance=each("items"))
    c = case(*folder(m, completion="True")).open(items=[]).begin("p", "m")
    assert (c.decided, c.ready) == ([("instances", "m", 0)], "p")
    looped = task("m", loop=again("False", test_before=True))
    c = case(*folder(looped, completion="True")).open().begin("p", "m")
    assert (c.decided, c.ready) == ([("loop", "m", False)], "p")


def test_events_and_gateways_inside_ask_nothing(case: Make) -> None:
    inner = (
        "m > e > g > t",
        catch("e", message("e")),
        xor("g"),
        throw("t", signal("s")),
    )
    c = case(*folder(*inner, completion="n > 0")).open(n=0)
    c.begin("p", "m").do("m").message("e", n=1)
    assert (c.completed, c.decided, c.ready) == ("e g t", [], "p")


def test_every_kind_of_activity_is_asked_about(case: Make) -> None:
    q = process("Q", "start1 > x > end1")
    c = case(*folder(call("k", "Q"), completion="n > 0"), q).open(n=1)
    assert c.begin("p", "k").do("x").decided == [("enough", "k", True)]
    c = case(*folder(sub("k", "x", task("x")), completion="n > 0")).open(n=1)
    c.begin("p", "k").do("x")
    # Not about what is done deeper inside.
    assert (c.decided, c.completed) == ([("enough", "k", True)], "x k p")


def test_an_interrupted_activity_is_not_asked_about(case: Make) -> None:
    b = on("a", "e", message("e"))
    c = case(*folder(b, "e > d", completion="n > 0")).open(n=1).begin("p", "a")
    c.message("e")
    assert (c.decided, c.ready) == ([], "p d")
    assert c.do("d").decided == [("enough", "d", True)]


# Around it.


def test_boundary_events_are_armed_while_it_is_open(case: Make) -> None:
    b = (on("p", "e", message("e")), on("p", "t", timer("P1D"), interrupting=False))
    more = ("e > y", "t > x")
    c = case(*folder(), *b, *more).open()
    assert (c.ready, c.waiting) == ("p", "e t")
    c.begin("p", "a").fire("t")
    assert (c.ready, c.waiting) == ("p a x", "e")
    c.message("e")
    assert (c.ready, c.closed) == ("x y", "e+ p- a-")
    c = case(*folder(), *b, *more).open().do("p")
    assert (c.ready, c.closed) == ("z", "p+ e- t-")


def test_what_is_thrown_inside_is_heard_outside(case: Make) -> None:
    inner: tuple[Part, ...] = (
        task("m"),
        "m > x1",
        end("x1", error("E")),
        "n > t",
        task("n"),
    )
    inner += (throw("t", escalation("C")),)
    b = (on("p", "e", error("E")), on("p", "h", escalation("C"), interrupting=False))
    c = case(*folder(*inner), *b, "e > y", "h > x").open()
    c.begin("p", "n").do("n")
    assert (c.completed, c.ready) == ("n t h", "p x")
    c.begin("p", "m").begin("p", "a").do("m")
    assert (c.ready, c.closed) == ("x y", "m+ p- a-")


def test_terminate_ends_it(case: Make) -> None:
    inner = ("m > x1", end("x1", terminate()))
    for completion in ("", "False"):
        c = case(*folder(*inner, completion=completion)).open()
        c.begin("p", "a").begin("p", "m").do("m")
        assert (c.completed, c.ready, c.closed) == ("m x1 p", "z", "m+ a- p+")


def test_an_event_sub_process_beside_what_runs(case: Make) -> None:
    h = handler("h", "s", message("m"), "s > x > end2", interrupting=False)
    c = case(*folder(h)).open()
    assert (c.ready, c.waiting) == ("p", "s")
    c.message("m")
    assert (c.ready, c.waiting) == ("p x", "s#2")
    with pytest.raises(NotReadyError):
        c.do("p")
    c = case(*folder(h)).open().message("m").do("x")
    assert (c.ready, c.waiting, c.completed) == ("p", "s#2", "x end2 h")
    c.do("p")
    assert (c.ready, c.waiting, c.closed) == ("z", "", "s#2- p+")


def test_an_event_sub_process_is_no_activity_that_ends_it(case: Make) -> None:
    h = handler("h", "s", message("m"), "s > x > end2", interrupting=False)
    c = case(*folder(h, completion="True")).open().message("m").do("x")
    assert (c.decided, c.ready) == ([], "p")


def test_an_interrupting_event_sub_process_is_its_end(case: Make) -> None:
    h = handler("h", "s", message("m"), "s > x > end2")
    for completion in ("", "True"):
        c = case(*folder(h, completion=completion)).open().begin("p", "a").message("m")
        assert (c.ready, c.closed) == ("p x", "s+ a-")
        with pytest.raises(NotReadyError):
            c.begin("p", "a")
        c = case(*folder(h, completion=completion)).open().message("m").do("x")
        assert (c.completed, c.ready, c.closed) == ("x end2 h p", "z", "x+ p+")


def test_what_was_done_in_it_can_be_undone(case: Make) -> None:
    inner: tuple[Part, ...] = (
        *done("a"),
        "b2 > t",
        task("b2"),
        throw("t", compensation()),
    )
    c = case(*folder(*inner)).open().begin("p", "a").do("a").begin("p", "b2").do("b2")
    assert (c.ready, c.completed) == ("p ua", "b2")
    c.do("ua")
    assert (c.completed, c.ready) == ("ua t", "p")
    outside = ("start > p > t > z", throw("t", compensation()))
    c = case(*outside, ad_hoc("p", task("a"), *done("a"))).open()
    c.begin("p", "a").do("a").do("p")
    assert (c.ready, c.do("ua").ready) == ("ua", "z")


def test_a_handler_is_no_activity_that_ends_it(case: Make) -> None:
    inner: tuple[Part, ...] = (
        *done("a"),
        "b2 > t",
        task("b2"),
        throw("t", compensation()),
    )
    c = case(*folder(*inner, completion="n > 0")).open(n=0)
    c.begin("p", "a").do("a").begin("p", "b2").do("b2").do("ua", n=1)
    assert (c.decided, c.completed, c.ready) == ([], "ua t", "p")


def test_in_a_rework_loop_each_visit_is_another(case: Make) -> None:
    p = ad_hoc("p", task("a"), completion="enough")
    c = case(
        *("start > x > p > y", p, xor("x"), xor("y", default="y-z"), flow("y", "z")),
        flow("y", "x", "again"),
    ).open(enough=True, again=True)
    c.begin("p", "a").do("a")
    assert (c.ready, c.completed) == ("p#2", "a p y x")
    with pytest.raises(NotReadyError):
        c.begin("p", "a")
    c.begin("p#2", "a").do("a#2", again=False)
    assert c.ready == "z"


def test_instances_of_it_are_begun_apart(case: Make) -> None:
    p = ad_hoc("p", task("a"))
    several = replace(p, node=replace(p.node, multi_instance=times("2")))
    c = case("start > p > z", several).open()
    assert c.ready == "p p#2"
    c.begin("p#2", "a").do("p")
    assert c.ready == "p#2 a"
    seen = c.execution.picture().locals
    assert [one["loopCounter"] for one in seen.values()] == [2, 2]
    c.do("a").do("p#2")
    assert c.ready == "z"


def test_inside_a_sub_process_and_beside_other_work(case: Make) -> None:
    inner = ("start1 > f", both("f"), "f > p > end1", "f > b > end1")
    p = ad_hoc("p", task("a"), "a > g", both("g"), "g > d", "g > e")
    c = case("start > q > z", sub("q", *inner, p)).open().begin("p", "a")
    c.do("a")
    assert c.ready == "p b d e"
    c.do("d").do("e").do("b").do("p")
    assert (c.completed, c.ready) == ("p end1 q", "z")


def test_beginning_is_an_act_with_steps_of_its_own(case: Make) -> None:
    c = case(*folder(service("s", "work"), "s > a2")).open()
    c.services.functions = {"work": lambda _: {"n": 1}}
    c.budget = 0
    assert (c.begin("p", "s").advance.more, c.ready) == (True, "p")
    c.budget = 1
    assert (c.go_on().completed, c.advance.more) == ("s", True)
    assert (c.go_on().advance.more, c.ready) == (False, "p a2")
