"""Rule 38: compensation event sub-processes."""

from collections.abc import Callable

import pytest

from engine.errors import NothingWaitsError
from tests.conformance.driving import Case
from tests.models import (
    Element,
    Part,
    again,
    both,
    cancel,
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
    service,
    signal,
    sub,
    throw,
    transaction,
    undo,
    when,
    xor,
)

Make = Callable[..., Case]


def undoes(*parts: Part, id: str = "h", start: str = "s") -> Element:  # noqa: A002
    """A compensation event sub-process."""
    return handler(id, start, compensation(), *parts)


def row(*inner: Part, activity: str = "") -> tuple[Part, ...]:
    """A sub-process `p` with a task `a`, then a throw event, then `z`."""
    p = sub("p", "start1 > a > end1", *inner)
    return ("start > p > b > t > z", p, throw("t", compensation(activity)))


H = undoes("s > x > end2")


def test_a_completed_sub_process_is_undone_by_it(case: Make) -> None:
    c = case(*row(H)).open()
    assert (c.ready, c.waiting) == ("a", "")
    c.do("a").do("b")
    assert (c.completed, c.taken) == ("b s", "b-t s-x")
    assert (c.ready, c.waiting, c.opened) == ("x", "", "x")
    c.do("x")
    assert (c.completed, c.taken, c.ready) == ("x end2 h t", "x-end2 t-z", "z")
    assert c.do("z").status == "completed"


@pytest.mark.parametrize("activity", ["p", ""])
def test_it_may_be_named_by_its_sub_process(case: Make, activity: str) -> None:
    c = case(*row(H, activity=activity)).open().do("a").do("b")
    assert c.ready == "x"


@pytest.mark.parametrize("activity", ["a", "h", "b"])
def test_another_name_does_not_call_it(case: Make, activity: str) -> None:
    c = case(*row(H, activity=activity)).open().do("a").do("b")
    assert (c.ready, c.completed) == ("z", "b t")


def test_it_is_never_armed_and_begins_only_after_the_end(case: Make) -> None:
    inner = ("a > t1 > a2 > end1", throw("t1", compensation()))
    c = case(*row(H, *inner)).open().do("a")
    # The sub-process itself is not completed: there is nothing to undo in it.
    assert (c.completed, c.ready) == ("a end1 t1", "a2")
    with pytest.raises(NothingWaitsError):
        c.signal("s")


def test_what_is_cancelled_is_not_undone(case: Make) -> None:
    c = case(*row(H), on("p", "e", message("m")), "e > b").open().message("m").do("b")
    assert (c.completed, c.ready) == ("b t", "z")


def test_a_boundary_handler_goes_before_it(case: Make) -> None:
    c = case(*row(H), *done("p")).open().do("a").do("b")
    assert c.ready == "up"
    assert c.do("up").ready == "z"


def test_a_throw_inside_undoes_what_its_sub_process_remembers(case: Make) -> None:
    inner: tuple[Part, ...] = ("a > d > end1", *done("a", "d"))
    h = undoes("s > x > w > y > end2", throw("w", compensation()))
    c = case(*row(*inner, h)).open()
    c.do("a").do("d").do("b")
    assert c.ready == "x"
    c.do("x")
    assert (c.ready, c.completed) == ("ud", "x")
    c.do("ud")
    assert c.ready == "ua"
    c.do("ua")
    assert (c.completed, c.ready) == ("ua w", "y")
    assert c.do("y").completed == "y end2 h t"


def test_what_it_does_not_undo_is_forgotten(case: Make) -> None:
    inner: tuple[Part, ...] = ("a > d > end1", *done("a", "d"))
    h = undoes("s > w > y > end2", throw("w", compensation("a")))
    parts = ("start > p > t > t2 > z", throw("t2", compensation()))
    p = sub("p", "start1 > a > end1", *inner, h)
    c = case(*parts, p, throw("t", compensation())).open().do("a").do("d")
    assert (c.ready, c.completed) == ("ua", "d end1 p s")
    c.do("ua").do("y")
    assert (c.completed, c.ready) == ("y end2 h t t2", "z")


def test_a_second_throw_inside_finds_what_the_first_left(case: Make) -> None:
    inner: tuple[Part, ...] = ("a > d > end1", *done("a", "d"))
    h = undoes(
        "s > v > w > y > w2 > w3 > end2",
        *done("v"),
        throw("w", compensation("a")),
        *(throw("w2", compensation()), throw("w3", compensation())),
    )
    c = case(*row(*inner, h)).open().do("a").do("d").do("b").do("v")
    assert c.ready == "ua"
    c.do("ua").do("y")
    # First what was done in the handler itself, then what the sub-process remembers.
    assert c.ready == "uv"
    assert c.do("uv").ready == "ud"
    assert c.do("ud").completed == "ud w2 w3 end2 h t"


def test_the_latest_is_undone_first_and_each_visit_once(case: Make) -> None:
    c = case(
        *("start > x1 > p > g", xor("x1"), xor("g", default="g-t"), flow("g", "t")),
        *(flow("g", "x1", "more"), sub("p", "start1 > a > end1", H)),
        *("t > z", throw("t", compensation())),
    ).open(more=True)
    c.do("a").do("a#2", more=False)
    assert (c.ready, c.completed) == ("x", "a end1 p g s")
    c.do("x")
    assert (c.ready, c.completed) == ("x#2", "x end2 h s")
    assert c.do("x#2").completed == "x end2 h t"


def test_each_instance_and_iteration_is_undone(case: Make) -> None:
    for how in ({"multi_instance": each("items")}, {"loop": again("loopCounter < 2")}):
        p = sub("p", "start1 > a > end1", H, **how)
        c = case("start > p > t > z", p, throw("t", compensation())).open(items=[1, 2])
        c.do("a").do("a#2")
        assert (c.ready, c.do("x").ready) == ("x", "x#2")
        assert c.do("x#2").ready == "z"


def test_it_is_found_inside_a_remembered_sub_process(case: Make) -> None:
    q = sub("q", "start2 > p > c > end3", sub("p", "start1 > a > end1", H), *done("c"))
    c = case("start > q > t > z", q, throw("t", compensation())).open()
    c.do("a").do("c")
    assert (c.ready, c.do("uc").ready) == ("uc", "x")
    assert c.do("x").completed == "x end2 h t"


def test_its_handler_may_hold_such_a_sub_process_again(case: Make) -> None:
    deep = sub("q", "start2 > c > end3", undoes("s2 > y", id="h2", start="s2"))
    h = undoes("s > w > end2", throw("w", compensation()))
    p = sub("p", "start1 > q > a > end1", deep, h)
    c = case("start > p > t > z", p, throw("t", compensation())).open()
    c.do("c").do("a")
    assert (c.completed, c.ready) == ("a end1 p s s2", "y")
    assert c.do("y").completed == "y h2 w end2 h t"


def test_it_is_not_remembered_itself(case: Make) -> None:
    h = undoes("s > v > end2", *done("v"))
    p = sub("p", "start1 > a > end1", h)
    throws = (throw("t", compensation()), throw("t2", compensation()))
    c = case("start > p > t > t2 > z", p, *throws).open().do("a").do("v")
    assert (c.completed, c.ready) == ("v end2 h t t2", "z")


def test_a_handler_of_a_boundary_is_not_undone_by_its_own(case: Make) -> None:
    by = sub("ua", "start1 > v", H, for_compensation=True)
    throws = (throw("t", compensation()), throw("t2", compensation()))
    c = case("start > a > t > t2 > z", undo("a", "xa", "ua"), by, *throws).open()
    c.do("a").do("v")
    assert (c.completed, c.ready) == ("v ua t t2", "z")


def test_an_event_sub_process_of_events_can_be_undone_by_one(case: Make) -> None:
    inner = handler("m", "sm", message("m"), "sm > v > end3", H, interrupting=False)
    p = sub("p", "start1 > a > t > end1", inner, throw("t", compensation()))
    c = case("start > p > z", p).open().message("m").do("v").do("a")
    assert (c.ready, c.do("x").completed) == ("x", "x end2 h t end1 p")


def test_an_error_in_it_goes_outward_from_the_throw(case: Make) -> None:
    h = undoes("s > x > endx", end("endx", error("E")))
    catcher = handler("k", "sk", error("E"), "sk > y > end4")
    c = case(*row(h), on("p", "e", error("E")), "e > w", catcher).open()
    c.do("a").do("b").do("x")
    assert (c.completed, c.ready) == ("x endx sk", "y")
    q = sub("q", "start0 > p > b > t > z", *row(h)[1:])
    c = case("start > q > z2", q, on("q", "e", error("E")), "e > w").open()
    c.do("a").do("b").do("x")
    assert (c.completed, c.ready) == ("x endx e", "w")
    c = case(*row(h)).open().do("a").do("b").do("x")
    assert (c.incidents, c.ready) == ("endx", "")


def test_an_escalation_in_it_is_heard_beside_the_throw(case: Make) -> None:
    h = undoes("s > w > x > end2", throw("w", escalation("C")))
    catcher = handler("k", "sk", escalation("C"), "sk > y > end4", interrupting=False)
    c = case(*row(h), catcher).open().do("a").do("b")
    assert (c.completed, c.ready) == ("b s w sk", "y x")
    assert c.do("x").ready == "y z"


def test_an_error_handler_of_the_undone_sub_process_does_not_hear_it(
    case: Make,
) -> None:
    h = undoes("s > x > endx", end("endx", error("E")))
    sibling = handler("k", "sk", error("E"), "sk > y > end4")
    c = case(*row(h, sibling)).open().do("a").do("b").do("x")
    assert (c.incidents, c.completed) == ("endx", "x")


def test_when_the_throw_is_cancelled_what_is_left_is_remembered(case: Make) -> None:
    h = undoes("s > w > x > end2", throw("w", compensation()))
    p = sub("p", "start1 > a > d > end1", *done("a", "d"), h)
    k = handler("k", "sk", signal("stop"), "sk > t2 > y", throw("t2", compensation()))
    c = case("start > p > t > z", p, k, throw("t", compensation())).open()
    c.do("a").do("d")
    assert c.ready == "ud"
    c.do("ud")
    assert c.ready == "ua"
    c.signal("stop")
    # The visit of `p` is undone anew, with what is left of it.
    assert (c.closed, c.completed, c.ready) == ("sk+ ua-", "sk s", "ua#2")
    c.do("ua#2").do("x")
    assert (c.completed, c.ready) == ("x end2 h t2", "y")


def test_it_sees_and_writes_the_data_as_the_throw_does(case: Make) -> None:
    p = sub("p", "start1 > a > end1", H, multi_instance=each("items", "it"))
    c = case("start > p > t > z", p, throw("t", compensation())).open(items=[1])
    c.do("a").do("x", n=3)
    assert (c.data["n"], c.execution.picture().locals) == (3, {})


def test_events_are_armed_in_it(case: Make) -> None:
    inner = handler("k", "sk", message("m"), "sk > y", interrupting=False)
    h = undoes("s > x > end2", inner, on("x", "e", message("n")), "e > w")
    c = case(*row(h)).open().do("a").do("b")
    assert (c.ready, c.waiting) == ("x", "sk e")
    c.message("m").message("n")
    assert (c.ready, c.waiting, c.closed) == ("y w", "sk#2", "e+ x-")
    c.do("w").do("y")
    assert (c.completed, c.closed, c.ready) == ("y k h t", "y+ sk#2-", "z")


def test_a_transaction_does_not_undo_itself_by_it(case: Make) -> None:
    cancelled = end("endc", cancel())
    p = transaction("p", "start1 > a > d > endc", cancelled, *done("a"), H)
    c = case("start > p > z", p, on("p", "c", cancel()), "c > y").open()
    c.do("a").do("d")
    assert (c.ready, c.do("ua").completed) == ("ua", "ua endc c")
    done_once = transaction("p", "start1 > a > end1", H)
    c = case("start > p > t > z", done_once, throw("t", compensation())).open().do("a")
    assert c.ready == "x"
    q = transaction("q", "start2 > p > d > endc", cancelled, sub("p", "a", H))
    c = case("start > q > z", q, on("q", "c", cancel()), "c > y").open()
    c.do("a").do("d")
    assert (c.ready, c.do("x").completed) == ("x", "x end2 h endc c")


def test_entering_it_is_one_step(case: Make) -> None:
    c = case(*row(H)).open().do("a")
    c.budget = 1
    assert (c.do("b").completed, c.advance.more) == ("b", True)
    assert (c.go_on().completed, c.advance.more) == ("s", True)
    assert (c.go_on().ready, c.advance.more) == ("x", False)


def test_an_automatic_one_ends_in_the_same_act(case: Make) -> None:
    c = case(*row(undoes("s > v > end2", service("v", "work", "got"))))
    c.services.functions = {"work": lambda _: 1}
    c.open().do("a").do("b")
    assert (c.completed, c.ready) == ("b s v end2 h t", "z")
    assert c.data == {"got": 1}


def test_a_start_that_cannot_leave_is_an_incident(case: Make) -> None:
    c = case(*row(undoes(flow("s", "x", "missing")))).open().do("a").do("b")
    assert (c.completed, c.incidents, c.ready) == ("b s", "s", "")


def test_two_throws_side_by_side_undo_each_visit_once(case: Make) -> None:
    c = case(
        *("start > p > q > f", sub("p", "start1 > a", H), both("f"), "f > t > y"),
        *(sub("q", "start2 > c", undoes("s2 > v", id="h2", start="s2")), "f > t2 > z"),
        *(throw("t", compensation("p")), throw("t2", compensation())),
    ).open()
    c.do("a").do("c")
    assert c.ready == "x v"
    c.do("v")
    assert (c.completed, c.ready) == ("v h2 t2", "x z")
    assert c.do("x").ready == "z y"


def test_a_condition_in_it_is_looked_at(case: Make) -> None:
    inner = handler("k", "sk", when("n > 1"), "sk > y")
    c = case(*row(undoes("s > x > end2", inner))).open(n=0).do("a").do("b")
    assert (c.ready, c.waiting) == ("x", "sk")
    c.do("x", n=2)
    assert (c.ready, c.completed) == ("z", "x end2 h t")


def test_a_handler_without_compensation_is_not_one_of_them(case: Make) -> None:
    other = handler("k", "sk", message("m"), "sk > y", interrupting=False)
    c = case(*row(other)).open().do("a").do("b")
    assert (c.ready, c.completed) == ("z", "b t")
