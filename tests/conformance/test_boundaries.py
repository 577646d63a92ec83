"""Rules 13, 17, 18: boundary events, services and errors."""

from collections.abc import Callable, Mapping

import pytest

from engine.domain import run, stops
from engine.domain.model import EventDefinition, TimerKind
from engine.domain.run import Json
from engine.errors import NotReadyError, ServiceFailedError
from tests.conformance.driving import Case, Functions
from tests.models import (
    Part,
    both,
    call,
    catch,
    each,
    end,
    error,
    message,
    on,
    process,
    receive,
    service,
    signal,
    sub,
    task,
    timed,
    timer,
)

Make = Callable[..., Case]


def test_an_interrupting_boundary_event_cancels_its_activity(case: Make) -> None:
    c = case("start > a > b", on("a", "t", timer("P1D")), "t > c").open()
    assert (c.ready, c.waiting, c.completed) == ("a", "t", "start")
    c.fire("t")
    assert (c.closed, c.completed, c.taken) == ("t+ a-", "t", "t-c")
    assert (c.ready, c.waiting) == ("c", "")
    with pytest.raises(NotReadyError):
        c.do("a")


def test_boundary_events_end_with_their_activity(case: Make) -> None:
    c = case(
        *("start > a > b", on("a", "t", timer("P1D")), on("a", "m", message("m"))),
    )
    c.open().do("a")
    assert (c.closed, c.waiting, c.ready) == ("a+ t- m-", "", "b")
    with pytest.raises(NotReadyError):
        c.message("m")


def test_one_boundary_event_ends_the_others(case: Make) -> None:
    c = case(
        *("start > a > b", on("a", "t", timer("P1D")), on("a", "m", message("m"))),
        *("t > c", "m > d"),
    )
    c.open().message("m", n=1)
    assert (c.closed, c.ready, c.data) == ("m+ a- t-", "d", {"n": 1})


def test_a_non_interrupting_boundary_event_leaves_its_activity(case: Make) -> None:
    c = case("start > a > b", on("a", "t", timer("P1D"), interrupting=False), "t > c")
    c.open().fire("t")
    assert (c.ready, c.waiting, c.closed) == ("a c", "", "t+")
    assert c.do("a").ready == "c b"


@pytest.mark.parametrize(
    ("event", "act"),
    [(message("m"), run.Message("m")), (signal("m"), run.Signal("m"))],
)
def test_a_non_interrupting_boundary_event_catches_again(
    case: Make, event: EventDefinition, act: run.Act
) -> None:
    c = case("start > a > b", on("a", "m", event, interrupting=False), "m > c").open()
    c.act(act)
    assert (c.ready, c.waiting, c.closed) == ("a c", "m#2", "m+")
    c.act(act)
    assert (c.ready, c.waiting, c.closed) == ("a c c#2", "m#3", "m#2+")
    assert c.do("a").closed == "a+ m#3-"


def test_a_cycle_beside_its_activity_fires_until_it_is_used_up(case: Make) -> None:
    cycle = on("a", "t", timer("R2/PT1H"), interrupting=False)
    c = case("start > a > b", cycle, "t > c").open()
    assert c.due("t") == "2026-01-31 02:00"
    c.fire("t")
    assert (c.waiting, c.due("t#2")) == ("t#2", "2026-01-31 03:00")
    assert c.decided == [("due", "t#2", "2026-01-31T03:00:00Z")]
    c.fire("t#2")
    assert (c.ready, c.waiting) == ("a c c#2", "")
    assert c.decided == [("due", "t#3", None)]


def test_the_next_instant_of_a_cycle_counts_from_the_last_one(case: Make) -> None:
    c = case(
        "start > a > b", on("a", "t", timer("R/PT1H"), interrupting=False), "t > c"
    )
    c.open().later(hours=10).fire("t")
    assert c.due("t#2") == "2026-01-31 03:00"


def test_the_text_of_a_cycle_is_read_anew_each_time(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > a > end", "f > b > end", "t > end"),
        on("a", "t", timed(TimerKind.CYCLE, "cycle"), interrupting=False),
    )
    c.open(cycle="R5/PT1H").do("b", cycle="R5/P1D").fire("t")
    assert c.due("t#2") == "2026-02-01 02:00"


def test_a_cycle_that_cannot_be_set_again_is_an_incident(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > a > end", "f > b > end", "t > end"),
        on("a", "t", timed(TimerKind.CYCLE, "cycle"), interrupting=False),
    )
    c.open(cycle="R5/PT1H").do("b", cycle="often").fire("t")
    assert (c.waiting, c.incidents, c.ready) == ("", "t#2", "a")
    assert (c.completed, c.do("a").status) == ("t end", "completed")


def test_an_interrupting_cycle_fires_once(case: Make) -> None:
    c = case("start > a > b", on("a", "t", timer("R3/PT1H")), "t > c").open().fire("t")
    assert (c.ready, c.waiting, c.decided) == ("c", "", [])


def test_work_goes_on_beside_a_broken_boundary_event(case: Make) -> None:
    c = case("start > a > b", on("a", "t", timed(TimerKind.DURATION, "gone"))).open()
    assert (c.ready, c.waiting, c.incidents, c.status) == ("a", "", "t", "incident")
    c.do("a")
    assert (c.ready, c.incidents, c.status) == ("b", "", "open")


def test_a_receive_task_has_boundary_events(case: Make) -> None:
    parts = ("start > r > a", receive("r", message("m")), on("r", "t", timer("P1D")))
    c = case(*parts, "t > b").open()
    assert c.waiting == "r t"
    assert c.fire("t").closed == "t+ r-"
    assert case(*parts, "t > b").open().message("m").closed == "r+ t-"


def test_a_boundary_event_cancels_everything_inside(case: Make) -> None:
    inner = sub(
        "q",
        "start2 > f",
        both("f"),
        "f > b > end2",
        "f > m > end2",
        catch("m", message("m")),
        on("b", "u", timer("P2D")),
    )
    c = case(
        *("start > p > d", sub("p", "start1 > g", both("g"), "g > q", inner, "g > a")),
        *(on("p", "t", timer("P1D")), "t > e"),
    )
    c.open()
    assert (c.ready, c.waiting) == ("a b", "t m u")
    c.fire("t")
    assert c.closed == "t+ a- b- m- u-"
    assert (c.ready, c.waiting, c.completed) == ("e", "", "t")


def test_boundary_events_of_a_scope_end_when_it_is_empty(case: Make) -> None:
    c = case(
        *("start > p > d", sub("p", "start1 > a > end1"), on("p", "t", timer("P1D"))),
    )
    c.open().do("a")
    assert (c.closed, c.completed, c.ready) == ("a+ t-", "a end1 p", "d")


# Services and errors.


def failing(code: str) -> Functions:
    def fail(_: Mapping[str, Json]) -> Json:
        raise ServiceFailedError("It failed.", error_code=code)

    return Functions({"f": fail})


def test_an_answer_is_merged_or_written_under_its_name(case: Make) -> None:
    def double(parameters: Mapping[str, Json]) -> Json:
        number = parameters["n"]
        assert isinstance(number, int)
        return {"twice": 2 * number}

    for result, data in (
        ("", {"n": 2, "twice": 4}),
        ("r", {"n": 2, "r": {"twice": 4}}),
    ):
        c = case("start > s > a", service("s", "f", result, parameters={"n": "n"}))
        c.services = Functions({"f": double})
        c.open(n=2)
        assert (c.ready, c.data, c.completed) == ("a", data, "start s")
        assert c.decided == [("answer", "s", {"answer": {"twice": 4}})]


def test_a_plain_answer_without_a_name_is_not_written(case: Make) -> None:
    c = case("start > s > a", service("s", "f"))
    c.services = Functions({"f": lambda _: 7})
    assert c.open().data == {}


def test_a_service_that_fails_is_an_incident(case: Make) -> None:
    c = case("start > s > a", service("s", "f"), on("s", "e", error()), "e > b")
    c.services = failing("")
    c.open()
    assert (c.incidents, c.ready, c.completed) == ("s", "", "start")
    assert c.advance.incidents[0].message == "It failed."


@pytest.mark.parametrize(
    ("code", "way"), [("A", "ea-b"), ("B", "eb-c"), ("C", "e-d"), ("D", "e-d")]
)
def test_the_specific_error_boundary_wins(case: Make, code: str, way: str) -> None:
    c = case(
        *("start > s > a", service("s", "f"), on("s", "e", error()), "e > d"),
        *(on("s", "ea", error("A")), "ea > b", on("s", "eb", error("B")), "eb > c"),
    )
    c.services = failing(code)
    c.open()
    assert c.taken == f"start-s {way}"
    assert c.completed == f"start {way.split('-', maxsplit=1)[0]}"
    assert c.decided == [("answer", "s", {"error": code})]


def nest(*boundaries: Part, code: str = "A") -> tuple[Part, ...]:
    return (
        "start > p > z",
        sub(
            "p",
            *(
                "start1 > q > y",
                sub("q", "start2 > a > endx", end("endx", error(code))),
            ),
            *(one for one in boundaries if _on(one) == "q"),
            *(
                f"{_id(one)} > caught_{_id(one)}"
                for one in boundaries
                if _on(one) == "q"
            ),
        ),
        *(one for one in boundaries if _on(one) == "p"),
        *(f"{_id(one)} > caught_{_id(one)}" for one in boundaries if _on(one) == "p"),
    )


def _on(part: Part) -> str:
    return getattr(getattr(part, "node", None), "attached_to", "")


def _id(part: Part) -> str:
    return str(getattr(getattr(part, "node", None), "id", ""))


@pytest.mark.parametrize(
    ("boundaries", "caught"),
    [
        ([("q", "q1", "A"), ("q", "q2", ""), ("p", "p1", "A")], "q1"),
        ([("q", "q2", ""), ("p", "p1", "A")], "q2"),
        ([("q", "q1", "B"), ("p", "p1", "A"), ("p", "p2", "")], "p1"),
        ([("q", "q1", "B"), ("p", "p2", "")], "p2"),
    ],
)
def test_an_error_goes_outward_to_the_first_that_catches_it(
    case: Make, boundaries: list[tuple[str, str, str]], caught: str
) -> None:
    c = case(*nest(*(on(host, name, error(code)) for host, name, code in boundaries)))
    c.open()
    assert c.waiting == ""
    c.do("a")
    assert (c.completed, c.ready) == (f"a endx {caught}", f"caught_{caught}")


def test_an_uncaught_error_is_an_incident_and_nothing_else(case: Make) -> None:
    c = case(*nest(on("q", "q1", error("B")))).open().do("a")
    assert (c.incidents, c.completed, c.ready) == ("endx", "a", "")
    assert c.advance.incidents[0].message == stops.uncaught("A")


def test_an_error_without_code_is_caught_by_every_error_only(case: Make) -> None:
    c = case(*nest(on("q", "q1", error("B")), on("p", "p1", error("")), code=""))
    assert c.open().do("a").completed == "a endx p1"


def test_an_error_cancels_what_runs_beside_it(case: Make) -> None:
    c = case(
        *("start > p > z", on("p", "e", error()), "e > y"),
        sub(
            "p",
            "start1 > f",
            both("f"),
            "f > a > endx",
            end("endx", error("A")),
            "f > b",
            "f > m",
            catch("m", message("m")),
        ),
    )
    c.open().do("a")
    assert (c.closed, c.ready, c.waiting) == ("a+ b- m-", "y", "")


def test_an_error_crosses_the_call_of_a_process(case: Make) -> None:
    c = case(
        *("start > k > z", call("k", "Q"), on("k", "e", error("A")), "e > y"),
        process("Q", "start1 > a > endx", end("endx", error("A"))),
    )
    assert c.open().do("a").completed == "a endx e"


def test_an_error_of_one_instance_ends_the_whole_activity(case: Make) -> None:
    c = case(
        *("start > s > z", on("s", "e", error("A")), "e > y"),
        service("s", "f", multi_instance=each("items", "i", sequential=True)),
    )
    c.services = failing("A")
    c.open(items=[1, 2, 3])
    assert (c.completed, c.ready, c.status) == ("start e", "y", "open")


def test_a_caught_error_is_not_caught_twice(case: Make) -> None:
    c = case(*nest(on("q", "q1", error()), on("p", "p1", error()))).open().do("a")
    assert c.ready == "caught_q1"
    assert c.do("caught_q1").completed == "caught_q1 p"


def test_an_outer_boundary_does_not_hear_what_is_outside_it(case: Make) -> None:
    c = case(
        *("start > a > s > z", service("s", "f"), task("a"), on("a", "e", error())),
    )
    c.services = failing("A")
    assert c.open().do("a").incidents == "s"
