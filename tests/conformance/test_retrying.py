"""Rule 40: a person lets the step of an incident begin anew."""

from collections.abc import Callable, Mapping

import pytest

from engine.domain.model import TimerKind
from engine.domain.run import Json, Retry
from engine.errors import NotReadyError, ServiceFailedError
from tests.conformance.driving import Case, Functions, split
from tests.models import (
    Part,
    both,
    complex_,
    each,
    flow,
    message,
    on,
    service,
    signal,
    some,
    sub,
    task,
    throw,
    timed,
    timer,
    xor,
)

Make = Callable[..., Case]


class Moody:
    """A function that fails until its mood is better."""

    def __init__(self) -> None:
        self.fails = True
        self.calls = 0

    def __call__(self, _: Mapping[str, Json]) -> Json:
        """Answer, or fail."""
        self.calls += 1
        if self.fails:
            raise ServiceFailedError("The registry does not answer.")
        return {"answer": self.calls}


@pytest.fixture
def moody() -> Moody:
    """A function that fails at first."""
    return Moody()


def with_service(case: Make, moody: Moody, *parts: Part) -> Case:
    c = case(*parts)
    c.services = Functions({"ask": moody})
    return c


def retry(c: Case, visit: str) -> Case:
    return c.act(Retry(*split(visit)))


def test_a_function_that_failed_is_called_again_in_a_new_visit(
    case: Make, moody: Moody
) -> None:
    c = with_service(case, moody, "start > s > a", service("s", "ask")).open()
    assert (c.status, c.incidents) == ("incident", "s")
    retry(c, "s")
    assert (c.status, c.incidents) == ("incident", "s#2")
    moody.fails = False
    retry(c, "s#2")
    assert (c.status, c.ready, c.incidents) == ("open", "a", "")
    assert (c.completed, c.taken, c.closed) == ("s", "s-a", "")
    assert moody.calls == 3


def test_what_is_no_incident_cannot_begin_anew(case: Make, moody: Moody) -> None:
    c = with_service(case, moody, "start > s > a", service("s", "ask")).open()
    for visit in ("s#2", "a", "nothing"):
        with pytest.raises(NotReadyError):
            retry(c, visit)
    moody.fails = False
    retry(c, "s")
    for visit in ("s", "s#2", "a"):
        with pytest.raises(NotReadyError):
            retry(c, visit)


def test_work_whose_way_on_failed_is_open_again(case: Make) -> None:
    c = case("start > a", flow("a", "b", "n > 1"), task("a")).open()
    c.do("a", n=0)
    assert (c.ready, c.status, c.completed) == ("", "incident", "a")
    retry(c, "a")
    assert (c.ready, c.opened, c.incidents) == ("a#2", "a#2", "")
    c.do("a#2", n=2)
    assert (c.ready, c.taken) == ("b", "a-b")


def test_a_gateway_chooses_again_with_the_data_of_now(case: Make) -> None:
    c = case(
        "start > p > x",
        both("p"),
        xor("x"),
        flow("x", "b", "n > 1"),
        "p > a > end",
    ).open(n=0)
    assert c.incidents == "x"
    c.do("a", n=2)
    retry(c, "x")
    assert (c.ready, c.status, c.taken) == ("b", "open", "x-b")
    assert c.decided == [("flows", "x#2", ["x-b"])]


def test_a_join_that_cannot_choose_keeps_the_tokens_it_has_taken(case: Make) -> None:
    c = case(
        "start > p > a > j",
        "p > b > j",
        "p > c",
        both("p"),
        some("j"),
        flow("j", "d", "n > 1"),
    ).open(n=0)
    c.do("a").do("b")
    assert c.incidents == "j"
    c.do("c", n=2)
    retry(c, "j")
    assert (c.ready, c.taken) == ("d", "j-d")


def test_what_the_step_had_armed_ends(case: Make) -> None:
    c = case(
        "start > a > b",
        task("a"),
        on("a", "t", timed(TimerKind.DURATION, "wait"), interrupting=False),
        on("a", "m", message("hello"), interrupting=False),
        flow("a", "b", "n > 1"),
        "t > late",
        "m > told",
    ).open(wait="PT1H", n=0)
    c.do("a")
    assert c.waiting == ""
    retry(c, "a")
    assert (c.ready, c.waiting) == ("a#2", "t#2 m#2")


def test_an_armed_event_that_failed_is_armed_again(case: Make) -> None:
    c = case(
        "start > p > a > b",
        both("p"),
        "p > c",
        on("a", "t", timed(TimerKind.DURATION, "wait")),
        "t > late",
    ).open()
    assert (c.ready, c.waiting) == ("a c", "")
    assert c.incidents == "t"
    c.do("c", wait="PT1H")
    retry(c, "t")
    assert (c.ready, c.waiting, c.incidents) == ("a", "t#2", "")
    c.fire("t#2")
    assert (c.ready, c.closed) == ("late", "t#2+ a-")


def test_of_an_instance_the_whole_activity_begins_anew(
    case: Make, moody: Moody
) -> None:
    c = with_service(
        case,
        moody,
        "start > s > a",
        service("s", "ask", multi_instance=each("items")),
    ).open(items=[1, 2])
    assert c.incidents == "s s#2"
    moody.fails = False
    retry(c, "s")
    assert (c.ready, c.incidents) == ("a", "")
    assert moody.calls == 4


def test_inside_of_a_scope_only_its_own_step_begins_anew(
    case: Make, moody: Moody
) -> None:
    c = with_service(
        case,
        moody,
        "start > u > z",
        sub("u", "start2 > p > s > k", both("p"), "p > a > k2", service("s", "ask")),
    ).open()
    moody.fails = False
    retry(c, "s")
    assert (c.ready, c.closed) == ("a k", "")


def test_a_deadlock_and_an_event_that_has_happened_do_not_begin_anew(
    case: Make,
) -> None:
    c = case(
        "start > x > j > b",
        xor("x"),
        both("j"),
        flow("x", "a", "n > 1"),
        flow("x", "j", "n <= 1"),
        "a > j",
    ).open(n=0)
    assert c.incidents == "j#0"
    with pytest.raises(NotReadyError):
        retry(c, "j#0")
    c = case(
        "start > a > b",
        on("a", "t", timer("PT1H")),
        flow("t", "late", "n > 1"),
    ).open(n=0)
    c.fire("t")
    assert c.incidents == "t"
    with pytest.raises(NotReadyError):
        retry(c, "t")


def test_a_complex_gateway_does_not_begin_anew(case: Make) -> None:
    c = case("start > k > a", complex_("k"), flow("k", "a", "n > 1")).open(n=0)
    with pytest.raises(NotReadyError):
        retry(c, "k")


def test_what_could_not_be_thrown_is_thrown(case: Make) -> None:
    c = case(
        "start > p > t > a",
        both("p"),
        "p > b",
        throw("t", signal("go", n="n")),
    ).open()
    assert c.incidents == "t"
    c.do("b", n=3)
    retry(c, "t")
    assert (c.ready, c.thrown) == ("a", "t#2")


def test_a_case_may_end_by_it(case: Make, moody: Moody) -> None:
    c = with_service(case, moody, "start > s > end", service("s", "ask")).open()
    moody.fails = False
    retry(c, "s")
    assert c.status == "completed"
    with pytest.raises(NotReadyError):
        retry(c, "s")
