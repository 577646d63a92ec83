"""Rule 42: out of scope instances, and events."""

from collections.abc import Callable

import pytest

from tests.conformance.driving import Case, refuses, send
from tests.models import (
    ad_hoc,
    again,
    any_of,
    both,
    call,
    catch,
    first,
    handler,
    link,
    message,
    on,
    process,
    receive,
    signal,
    sub,
    task,
    throw,
    timer,
    times,
)

Make = Callable[..., Case]


# Scopes.


def test_out_of_a_sub_process_everything_in_it_ends(case: Make) -> None:
    c = case(
        sub("u", "start1 > s > a > end1", "s > b", both("s")),
        on("u", "e", timer("PT1H")),
        "start > p > u > c",
        "e > late",
    ).open()
    c.do("p")
    assert (c.ready, c.waiting) == ("a b", "e")
    send(c, "a", "p")
    assert (c.ready, c.waiting, c.closed) == ("p#2", "", "e- a- b-")
    assert c.do("p#2").ready == "a#2 b#2"


def test_nothing_goes_into_a_sub_process_but_through_its_start(case: Make) -> None:
    c = case(
        sub("u", "start1 > a > b > end1"), "start > p > u > c", sub("v", "start2 > d")
    ).open()
    refuses(c, "p", "a")
    refuses(c, "p", "d")
    send(c, "p", "u")
    assert c.ready == "a"
    c.do("a")
    send(c, "b", "a")
    assert c.ready == "a#2"


def test_a_called_procedure_is_left_and_entered_as_a_whole(case: Make) -> None:
    c = case(
        "start > p > k > c",
        call("k", "called"),
        process("called", "start1 > a > b > end1"),
    ).open()
    c.do("p").do("a")
    send(c, "b", "a")
    assert c.ready == "a#2"
    send(c, "a#2", "k")
    assert (c.ready, c.closed) == ("a#3", "a#2-")
    send(c, "a#3", "p")
    refuses(c, "p#2", "b")


def test_of_a_scope_in_a_branch_the_branches_around_are_left(case: Make) -> None:
    c = case(
        sub("u", "start1 > a > end1"),
        "start > p > s > u > j > c",
        "s > b > j",
        both("s"),
        both("j"),
    ).open()
    c.do("p")
    refuses(c, "a", "b")
    send(c, "a", "p")
    assert (c.ready, c.closed) == ("p#2", "b- a-")


@pytest.mark.parametrize("sequential", [True, False])
def test_all_instances_go_with_one(case: Make, sequential: bool) -> None:  # noqa: FBT001
    several = times("3", sequential=sequential)
    c = case("start > p > a > c", task("a", multi_instance=several)).open()
    c.do("p")
    first_ = c.ready.split()[0]
    assert first_ == "a"
    send(c, "a", "p")
    assert c.ready == "p#2"
    assert c.closed == ("a-" if sequential else "a- a#2- a#3-")
    c.do("p#2")
    again_ = c.ready.split()
    assert len(again_) == (1 if sequential else 3)
    send(c, again_[0], "a")
    assert len(c.ready.split()) == len(again_)


def test_instances_of_a_sub_process_move_inside_one_by_one(case: Make) -> None:
    c = case(
        sub("u", "start1 > a > b > end1", multi_instance=times("2")),
        "start > p > u > c",
    ).open()
    c.do("p").do("a").do("a#2")
    assert c.ready == "b b#2"
    send(c, "b", "a")
    assert (c.ready, c.closed) == ("b#2 a#3", "b-")
    send(c, "a#3", "p")
    assert (c.ready, c.closed) == ("p#2", "b#2- a#3-")


def test_a_loop_ends_with_its_iteration(case: Make) -> None:
    c = case("start > p > a > c", task("a", loop=again("go"))).open(go=True)
    c.do("p").do("a")
    send(c, "a#2", "p")
    assert (c.ready, c.closed) == ("p#2", "a#2-")


def test_in_an_ad_hoc_sub_process_one_activity_becomes_another(case: Make) -> None:
    c = case(ad_hoc("h", "a > b", task("d")), "start > p > h > c").open()
    c.do("p").begin("h", "a").do("a").begin("h", "d")
    send(c, "b", "a")
    assert c.ready == "h d a#2"
    send(c, "d", "p")
    assert (c.ready, c.closed) == ("p#2", "h- d- a#2-")
    c.do("p#2")
    send(c, "h#2", "c")
    assert c.ready == "c"


# Events.


def test_what_was_armed_for_the_step_ends_with_it(case: Make) -> None:
    c = case(
        "start > a > b",
        on("b", "t", timer("PT1H")),
        on("b", "m", message("hello"), interrupting=False),
        "t > late",
        "m > told",
    ).open()
    c.do("a")
    assert c.waiting == "t m"
    send(c, "b", "a")
    assert (c.ready, c.waiting, c.closed) == ("a#2", "", "b- t- m-")
    assert c.do("a#2").waiting == "t#2 m#2"


def test_an_armed_event_cannot_be_sent_away(case: Make) -> None:
    c = case(
        handler("h", "start1", signal("s"), "start1 > help"),
        "start > p > a > b",
        on("a", "t", timer("PT1H")),
        "t > late",
    ).open()
    c.do("p")
    assert c.waiting == "start1 t"
    refuses(c, "t", "p")
    refuses(c, "start1", "p")
    for target in ("t", "start1", "h"):
        refuses(c, "a", target)


def test_what_follows_an_interrupting_boundary_event_goes_back(case: Make) -> None:
    c = case("start > a > b", on("a", "t", timer("PT1H")), "t > late").open()
    c.fire("t")
    send(c, "late", "a")
    assert (c.ready, c.waiting) == ("a#2", "t#2")


def test_what_goes_beside_an_activity_stays_beside(case: Make) -> None:
    c = case(
        "start > p > a > b",
        on("a", "t", timer("PT1H"), interrupting=False),
        "t > remind > told > end",
    ).open()
    c.do("p").fire("t")
    assert c.ready == "a remind"
    refuses(c, "remind", "p")
    refuses(c, "remind", "b")
    refuses(c, "a", "told")
    send(c, "remind", "told")
    assert c.ready == "a told"
    assert send(c, "told", "remind").ready == "a remind#2"


def test_all_events_behind_a_gateway_are_one_token(case: Make) -> None:
    c = case(
        "start > p > g > m > a",
        "g > t > b",
        first("g"),
        catch("m", message("hello")),
        catch("t", timer("PT1H")),
    ).open()
    c.do("p")
    send(c, "t", "p")
    assert (c.ready, c.waiting, c.closed) == ("p#2", "", "m- t-")
    send(c.do("p#2"), "m#2", "g")
    assert (c.waiting, c.closed) == ("m#3 t#3", "m#2- t#2-")
    c.message("hello")
    assert c.ready == "a"
    send(c, "a", "m")
    assert (c.waiting, c.ready) == ("m#4", "")


def test_a_multiple_event_is_left_as_a_whole(case: Make) -> None:
    c = case("start > p > e > a", catch("e", any_of(message("m"), signal("s")))).open()
    c.do("p")
    part = c.waiting.split()[0]
    refuses(c, part, part)
    send(c, part, "p")
    assert (c.ready, c.waiting) == ("p#2", "")
    send(c, "p#2", "e")
    assert len(c.waiting.split()) == 2


def test_a_wait_goes_back_and_waits_anew(case: Make) -> None:
    c = case("start > a > r > b", receive("r", message("hello"))).open()
    send(c.do("a"), "r", "a")
    assert (c.ready, c.waiting, c.closed) == ("a#2", "", "r-")


def test_paths_go_through_links(case: Make) -> None:
    c = case(
        throw("l", link("on")),
        catch("k", link("on")),
        "start > s > a > l",
        "s > b",
        "k > c > d",
        both("s"),
    ).open()
    c.do("a").do("c")
    refuses(c, "d", "k")
    refuses(c, "b", "c")
    send(c, "d", "l")
    assert (c.ready, c.completed) == ("b c#2", "l k")
    send(c, "c#2", "s")
    assert c.ready == "a#2 b#2"


def test_an_interrupting_event_sub_process_is_left(case: Make) -> None:
    c = case(
        handler("h", "start1", signal("s"), "start1 > help > end1"), "start > a > b"
    ).open()
    c.do("a").signal("s")
    assert c.ready == "help"
    send(c, "help", "a")
    assert (c.ready, c.status) == ("a#2", "open")


def test_one_that_does_not_interrupt_is_not(case: Make) -> None:
    beside = handler(
        "h", "start1", signal("s"), "start1 > help > more", interrupting=False
    )
    c = case(beside, "start > a > b").open()
    c.signal("s").do("help")
    assert c.ready == "a more"
    refuses(c, "more", "a")
    assert send(c, "more", "help").ready == "a help#2"
