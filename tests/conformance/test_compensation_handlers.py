"""Rule 32: what handlers of compensation may be and do."""

from collections.abc import Callable

from tests.conformance.driving import Case
from tests.models import (
    catch,
    compensation,
    done,
    end,
    error,
    handler,
    message,
    on,
    sub,
    throw,
    timer,
    times,
    undo,
    undoing,
)

Make = Callable[..., Case]


def test_a_handler_may_be_anything_that_ends(case: Make) -> None:
    t = throw("t", compensation())
    inner = sub("ua", "start1 > v > w > end1", for_compensation=True)
    c = case("start > a > t > z", undo("a", "xa", "ua"), inner, t).open().do("a")
    assert (c.ready, c.completed) == ("v", "a start1")
    c.do("v").do("w")
    assert (c.completed, c.ready) == ("w end1 ua t", "z")
    many = undoing("ua", multi_instance=times("2"))
    c = case("start > a > t > z", undo("a", "xa", "ua"), many, t).open().do("a")
    assert c.ready == "ua ua#2"
    assert c.do("ua").ready == "ua#2"
    assert c.do("ua#2").ready == "z"
    none = undoing("ua", multi_instance=times("0"))
    c = case("start > a > t > z", undo("a", "xa", "ua"), none, t).open().do("a")
    assert c.ready == "z"


def test_one_handler_may_undo_several_activities(case: Make) -> None:
    c = case(
        *("start > a > b > t > z", undo("a", "xa", "u"), undo("b", "xb", "u")),
        *(undoing("u"), throw("t", compensation())),
    )
    c.open().do("a").do("b").do("u")
    assert c.ready == "u#2"
    assert c.do("u#2").ready == "z"


def test_a_handler_is_not_remembered(case: Make) -> None:
    inner = sub("ua", "start1 > v > end1", *done("v"), for_compensation=True)
    c = case(
        *("start > a > t > s > z", undo("a", "xa", "ua"), inner),
        *(throw("t", compensation()), throw("s", compensation())),
    )
    c.open().do("a").do("v")
    assert (c.completed, c.ready) == ("v end1 ua t s", "z")


def test_a_handler_with_a_throw_undoes_what_its_own_scope_remembers(case: Make) -> None:
    inner = sub(
        "ua",
        *("start1 > v > tv > end1", throw("tv", compensation())),
        *done("v"),
        for_compensation=True,
    )
    c = case(
        *("start > b > a > t > z", undo("a", "xa", "ua"), inner),
        *done("b"),
        throw("t", compensation("a")),
    )
    c.open().do("b").do("a").do("v")
    assert c.ready == "uv"
    c.do("uv")
    assert (c.completed, c.ready) == ("uv tv end1 ua t", "z")


def test_a_handler_that_is_interrupted_has_ended(case: Make) -> None:
    c = case(
        *("start > b > a > t > z", *done("a", "b"), throw("t", compensation())),
        *(on("ua", "m", message("m")), "m > y > end"),
    )
    c.open().do("b").do("a")
    assert (c.ready, c.waiting) == ("ua", "m")
    c.message("m")
    assert (c.closed, c.ready, c.taken) == ("m+ ua-", "y ub", "m-y")
    c.do("ub")
    assert (c.completed, c.ready) == ("ub t", "y z")


def test_an_error_in_a_handler_goes_outward_from_the_throw(case: Make) -> None:
    inner = sub(
        "ua", "start1 > v > endx", end("endx", error("E")), for_compensation=True
    )
    p = sub(
        "p",
        *("start2 > a > t > z", undo("a", "xa", "ua"), inner),
        throw("t", compensation()),
    )
    c = case("start > p > y", p, on("p", "e", error("E")), "e > w").open().do("a")
    c.do("v")
    assert (c.completed, c.ready) == ("v endx e", "w")


def test_an_event_sub_process_undoes_what_its_scope_remembers(case: Make) -> None:
    h = handler(
        *("h", "s", message("undo"), "s > v > t > w > end2"),
        *done("v"),
        throw("t", compensation()),
    )
    p = sub("p", "start1 > a > b > end1", *done("a"), h)
    c = case("start > c > p > z", p, *done("c")).open().do("c").do("a")
    c.message("undo").do("v")
    assert c.ready == "uv"
    assert c.do("uv").ready == "ua"
    c.do("ua")
    assert (c.completed, c.ready) == ("ua t", "w")
    c.do("w")
    assert (c.completed, c.ready) == ("w end2 h p", "z")


def test_an_event_sub_process_may_name_an_activity_of_its_scope(case: Make) -> None:
    h = handler(
        *("h", "s", error("E"), "s > t > w > end2"), throw("t", compensation("a"))
    )
    p = sub("p", "start1 > a > b > endx", end("endx", error("E")), *done("a", "b"), h)
    c = case("start > p > z", p).open().do("a").do("b")
    assert (c.ready, c.completed) == ("ua", "b endx s")
    assert c.do("ua").ready == "w"


def test_a_throw_ends_with_its_scope(case: Make) -> None:
    p = sub("p", "start1 > a > t > b", throw("t", compensation()), *done("a"))
    c = case("start > p > z", p, on("p", "m", timer("P1D")), "m > y").open().do("a")
    assert (c.ready, c.waiting) == ("ua", "m")
    c.fire("m")
    assert (c.ready, c.closed, c.status) == ("y", "m+ ua-", "open")


def test_a_handler_sees_the_data_of_now(case: Make) -> None:
    c = case(
        "start > a > b > c > t > z > end",
        *done("a", "c"),
        throw("t", compensation("a")),
    ).open(n=0)
    c.do("a", n=1).do("b", n=2).do("c", n=3).do("ua", undone=True)
    assert c.data == {"n": 3, "undone": True}


def test_each_handler_begins_in_a_step_of_its_own(case: Make) -> None:
    c = (
        case(
            "start > a > b > c > t > z > end",
            *done("a", "c"),
            throw("t", compensation()),
        )
        .open()
        .do("a")
        .do("b")
    )
    c.budget = 1
    c.do("c")
    assert (c.ready, c.completed, c.advance.more) == ("", "c", True)
    c.go_on()
    assert (c.ready, c.advance.more) == ("uc", False)
    c.budget = 0
    c.do("uc")
    assert (c.ready, c.completed, c.advance.more) == ("", "uc", True)


def test_a_message_may_come_to_a_handler(case: Make) -> None:
    inner = sub(
        "ua", "start1 > r > end1", catch("r", message("r")), for_compensation=True
    )
    c = case(
        *("start > a > t > z", undo("a", "xa", "ua"), inner),
        throw("t", compensation()),
    )
    c.open().do("a")
    assert (c.waiting, c.ready) == ("r", "")
    c.message("r")
    assert (c.completed, c.ready) == ("r end1 ua t", "z")
