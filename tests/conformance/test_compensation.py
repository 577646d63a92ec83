"""Rule 32: compensation."""

from collections.abc import Callable

import pytest

from engine.errors import NotReadyError
from tests.conformance.driving import Case
from tests.models import (
    Part,
    again,
    both,
    call,
    compensation,
    done,
    each,
    end,
    flow,
    handler,
    message,
    on,
    process,
    sub,
    task,
    terminate,
    throw,
    times,
    xor,
)

Make = Callable[..., Case]


#: Three tasks in a row, two of which can be undone, then a throw event.
ROW = ("start > a > b > c > t > z > end", *done("a", "c"))


def test_the_latest_completed_is_undone_first_one_after_the_other(case: Make) -> None:
    c = case(*ROW, throw("t", compensation())).open()
    assert (c.ready, c.waiting) == ("a", "")
    c.do("a").do("b").do("c")
    assert (c.completed, c.taken) == ("c", "c-t")
    assert (c.ready, c.waiting, c.opened, c.status) == ("uc", "", "uc", "open")
    c.do("uc")
    assert (c.completed, c.taken, c.ready, c.closed) == ("uc", "", "ua", "uc+")
    c.do("ua")
    assert (c.completed, c.taken, c.ready) == ("ua t", "t-z", "z")
    assert c.do("z").status == "completed"


def test_only_the_named_activity_is_undone(case: Make) -> None:
    c = case(*ROW, throw("t", compensation("a"))).open().do("a").do("b").do("c")
    assert c.ready == "ua"
    c.do("ua")
    assert (c.completed, c.ready) == ("ua t", "z")


@pytest.mark.parametrize("activity", ["", "b", "z", "nothing"])
def test_nothing_to_undo_completes_at_once(case: Make, activity: str) -> None:
    parts = ("start > b > t > z", throw("t", compensation(activity)))
    c = case(*parts, *done("z")).open().do("b")
    assert (c.completed, c.taken, c.ready) == ("b t", "b-t t-z", "z")


def test_compensation_boundaries_and_handlers_do_nothing_by_themselves(
    case: Make,
) -> None:
    c = case("start > a > end", *done("a")).open()
    assert (c.ready, c.waiting, c.incidents) == ("a", "", "")
    with pytest.raises(NotReadyError):
        c.do("ua")
    c.do("a")
    assert (c.status, c.closed, c.completed) == ("completed", "a+", "a end")


def test_what_is_undone_is_forgotten(case: Make) -> None:
    c = case(
        "start > a > t > s > z",
        *done("a"),
        *(throw("t", compensation()), throw("s", compensation())),
    )
    c.open().do("a").do("ua")
    assert (c.completed, c.ready) == ("ua t s", "z")


def test_what_was_not_done_or_not_finished_is_not_undone(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > a > end", "f > b > t > z"),
        *done("a", "b"),
        throw("t", compensation()),
    )
    c.open().do("b")
    assert c.ready == "a ub"
    c.do("a").do("ub")
    assert (c.completed, c.ready) == ("ub t", "z")


def test_a_cancelled_visit_is_not_undone(case: Make) -> None:
    c = case(
        *("start > a > t > z", on("a", "m", message("m")), "m > t"),
        *done("a"),
        throw("t", compensation()),
    )
    c.open().message("m")
    assert (c.completed, c.ready) == ("m t", "z")


def test_each_round_of_a_rework_loop_is_undone(case: Make) -> None:
    c = case(
        *("start > m", xor("m"), "m > a > x", xor("x", default="x-m"), "x > m"),
        *(flow("x", "t", "over"), throw("t", compensation()), "t > z"),
        *done("a"),
    )
    c.open(over=False).do("a").do("a#2").do("a#3", over=True)
    assert c.ready == "ua"
    assert c.do("ua").ready == "ua#2"
    assert c.do("ua#2").ready == "ua#3"
    c.do("ua#3")
    assert (c.completed, c.ready) == ("ua t", "z")


def test_a_throw_in_a_rework_loop_undoes_each_round_alone(case: Make) -> None:
    c = case(
        *("start > m", xor("m"), "m > a > t > x", xor("x", default="x-m"), "x > m"),
        *(flow("x", "end", "over"), throw("t", compensation())),
        *done("a"),
    )
    c.open(over=False)
    for number in ("", "#2", "#3"):
        assert c.do(f"a{number}").ready == f"ua{number}"
        c.do(f"ua{number}")
    assert c.ready == "a#4"


def test_an_end_event_undoes_and_ends(case: Make) -> None:
    c = case("start > a > endc", end("endc", compensation()), *done("a"))
    c.open().do("a")
    assert (c.ready, c.status) == ("ua", "open")
    c.do("ua")
    assert (c.completed, c.status) == ("ua endc", "completed")


def test_a_throw_sees_its_own_scope_instance_only(case: Make) -> None:
    p = sub("p", "start1 > b > t > y > end1", throw("t", compensation()), *done("b"))
    c = case("start > a > p > z", p, *done("a")).open().do("a").do("b")
    assert c.ready == "ub"
    c.do("ub")
    assert (c.completed, c.ready) == ("ub t", "y")


#: A sub-process with two tasks that can be undone.
INNER: tuple[Part, ...] = ("start1 > a > b > end1", *done("a", "b"))


def test_a_sub_process_is_undone_by_what_it_remembers(case: Make) -> None:
    c = case(
        *("start > c > p > d > t > z", sub("p", *INNER)),
        *done("c", "d"),
        throw("t", compensation()),
    )
    c.open()
    for visit in ("c", "a", "b", "d"):
        c.do(visit)
    undone = []
    while c.ready != "z":
        undone.append(c.ready)
        c.do(c.ready)
    assert undone == ["ud", "ub", "ua", "uc"]
    assert c.completed == "uc t"


def test_a_sub_process_with_a_handler_is_undone_by_it_alone(case: Make) -> None:
    c = case(
        *("start > p > t > z", sub("p", *INNER)),
        *done("p"),
        throw("t", compensation()),
    )
    c.open().do("a").do("b")
    assert c.ready == "up"
    assert c.do("up").ready == "z"


def test_one_named_sub_process_is_undone(case: Make) -> None:
    c = case(
        *("start > c > p > t > z", sub("p", *INNER)),
        *done("c"),
        throw("t", compensation("p")),
    )
    c.open().do("c").do("a").do("b").do("ub").do("ua")
    assert (c.completed, c.ready) == ("ua t", "z")


def test_scopes_in_scopes_are_undone_inside_out(case: Make) -> None:
    q = sub("q", "start2 > e > end2", *done("e"))
    p = sub("p", "start1 > a > q > b > end1", q, *done("a", "b"))
    c = case("start > p > t > z", p, throw("t", compensation())).open()
    for visit in ("a", "e", "b"):
        c.do(visit)
    undone = []
    while c.ready != "z":
        undone.append(c.ready)
        c.do(c.ready)
    assert undone == ["ub", "ue", "ua"]


def test_a_cancelled_sub_process_is_forgotten(case: Make) -> None:
    p = sub("p", "start1 > a > b > end1", *done("a"))
    c = case(
        *("start > p > z", p, on("p", "m", message("m")), "m > t > y"),
        throw("t", compensation()),
    )
    c.open().do("a").message("m")
    assert (c.completed, c.ready) == ("m t", "y")


def test_a_terminated_scope_is_complete_and_remembered(case: Make) -> None:
    p = sub(
        "p",
        *("start1 > f", both("f"), "f > a > endt", "f > b"),
        *done("a", "b"),
        end("endt", terminate()),
    )
    c = case("start > p > t > z", p, throw("t", compensation())).open().do("a")
    assert c.ready == "ua"
    assert c.do("ua").ready == "z"


def test_a_called_process_is_undone_only_by_its_own_handler(case: Make) -> None:
    q = process("Q", *INNER)
    t = throw("t", compensation())
    c = case("start > k > t > z", call("k", "Q"), q, t).open().do("a").do("b")
    assert (c.completed, c.ready) == ("b end1 k t", "z")
    c = case("start > k > t > z", call("k", "Q"), q, t, *done("k")).open()
    assert c.do("a").do("b").ready == "uk"


def test_each_instance_and_iteration_is_undone(case: Make) -> None:
    a = task("a", multi_instance=each("items", "i"))
    t = throw("t", compensation())
    c = case("start > a > t > z", a, t, *done("a")).open(items=[1, 2])
    c.do("a#2").do("a")
    assert c.do("ua").ready == "ua#2"
    assert c.do("ua#2").ready == "z"
    c = case("start > a > t > z", task("a", loop=again(maximum=2)), t, *done("a"))
    c.open().do("a").do("a#2").do("ua")
    assert c.ready == "ua#2"


def test_an_activity_without_visits_is_not_undone(case: Make) -> None:
    t = throw("t", compensation())
    a = task("a", multi_instance=times("0"))
    c = case("start > a > t > z", a, t, *done("a")).open()
    assert (c.completed, c.ready) == ("start t", "z")
    a = task("a", loop=again("False", test_before=True))
    assert case("start > a > t > z", a, t, *done("a")).open().ready == "z"


def test_instances_of_a_sub_process_are_undone_one_after_the_other(case: Make) -> None:
    p = sub("p", "start1 > a > end1", *done("a"), multi_instance=times("2"))
    c = case("start > p > t > z", p, throw("t", compensation())).open()
    c.do("a").do("a#2")
    assert c.do("ua").ready == "ua#2"
    assert c.do("ua#2").ready == "z"


def test_other_tokens_go_on_meanwhile(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > a > t > end", "f > b > d > end"),
        *done("a"),
        *(*done("b"), throw("t", compensation())),
    )
    c.open().do("a")
    assert c.ready == "b ua"
    c.do("b").do("d")
    assert (c.ready, c.status) == ("ua", "open")
    c.do("ua")
    assert (c.completed, c.status) == ("ua t end", "completed")


def test_two_throws_do_not_undo_the_same_visit(case: Make) -> None:
    c = case(
        *("start > a > f", both("f"), "f > t > y", "f > s > z"),
        *done("a"),
        *(throw("t", compensation()), throw("s", compensation("a"))),
    )
    c.open().do("a")
    assert (c.ready, c.completed) == ("ua z", "a f s")
    c.do("ua")
    assert (c.completed, c.ready) == ("ua t", "z y")


def test_a_cancelled_throw_leaves_the_rest_to_be_undone(case: Make) -> None:
    h = handler("h", "s", message("stop"), "s > endc", end("endc", compensation()))
    c = case("start > a > b > t > z", *done("a", "b"), throw("t", compensation()), h)
    c.open().do("a").do("b").do("ub").message("stop")
    assert (c.closed, c.ready, c.completed) == ("s+ ua-", "ua#2", "s")
    c.do("ua#2")
    assert (c.completed, c.status) == ("ua endc h", "completed")
