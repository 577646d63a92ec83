"""Rules 11, 14, 15 and 39: timers, messages, signals, event-based gateways."""

from collections.abc import Callable

import pytest

from engine.domain import run
from engine.domain.model import EventDefinition, EventKind, TimerKind
from engine.errors import NotReadyError
from tests.conformance.driving import Case
from tests.models import (
    both,
    catch,
    each,
    end,
    first,
    flow,
    message,
    on,
    receive,
    send,
    signal,
    sub,
    terminate,
    throw,
    timed,
    timer,
    xor,
)

Make = Callable[..., Case]


def test_a_timer_fires_when_it_is_due_and_not_before(case: Make) -> None:
    c = case("start > t > end", catch("t", timer("PT1H"))).open()
    assert (c.waiting, c.due("t"), c.ready) == ("t", "2026-01-31 02:00", "")
    assert c.decided == [("due", "t", "2026-01-31T02:00:00Z")]
    early = case("start > t > end", catch("t", timer("PT1H"))).open().later(minutes=59)
    with pytest.raises(NotReadyError):
        early.act(run.Fire("t", 1))
    c.later(hours=1).act(run.Fire("t", 1))
    assert (c.status, c.closed, c.taken) == ("completed", "t+", "t-end")


@pytest.mark.parametrize(
    ("event", "due"),
    [
        (timer("P1M"), "2026-02-28 01:00"),
        (timer("2026-02-01"), "2026-01-31 17:00"),
        (timer("2026-02-01T08:00:00Z"), "2026-02-01 08:00"),
        (timer("R3/PT2H"), "2026-01-31 03:00"),
        (timer("R3/2026-03-01T00:00:00Z/PT2H"), "2026-03-01 00:00"),
        (timed(TimerKind.DURATION, "length"), "2026-02-02 01:00"),
        (timed(TimerKind.DATE, "day"), "2026-05-01 17:00"),
    ],
)
def test_a_due_instant_is_fixed_when_the_wait_opens(
    case: Make, event: EventDefinition, due: str
) -> None:
    c = case("start > t > end", catch("t", event)).open(length="P2D", day="2026-05-02")
    assert c.due("t") == due


@pytest.mark.parametrize("value", [7, "soon", None, "P101Y"])
def test_a_timer_without_a_time_is_an_incident(case: Make, value: run.Json) -> None:
    c = case("start > t > end", catch("t", timed(TimerKind.DURATION, "length")))
    c.open(length=value)
    assert (c.incidents, c.waiting, c.status) == ("t", "", "incident")


def test_an_intermediate_cycle_fires_once(case: Make) -> None:
    c = case("start > t > end", catch("t", timer("R3/PT1H"))).open().fire("t")
    assert (c.status, c.waiting) == ("completed", "")


def test_a_message_goes_to_the_oldest_wait_that_matches(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > m1 > a", "f > m2 > b", "f > m3 > c"),
        catch("m1", message("tax", dossier="code", part="1 + 0")),
        catch("m2", message("tax", dossier="code")),
        catch("m3", message("tax", dossier="code")),
    )
    c.open(code="H1")
    assert c.waiting == "m1 m2 m3"
    assert c.decided[0] == ("keys", "m1", {"dossier": "H1", "part": 1})
    c.act(run.Message("tax", {"sum": 5}, {"dossier": "H1", "part": True}))
    assert (c.closed, c.taken, c.data["sum"]) == ("m2+", "m2-b", 5)
    c.act(run.Message("tax", {}, {"dossier": "H1", "part": 1, "more": 2}))
    assert c.closed == "m1+"
    c.act(run.Message("tax", {}, {"dossier": "H1"}))
    assert (c.closed, c.waiting) == ("m3+", "")


@pytest.mark.parametrize("correlation", [{}, {"dossier": "H2"}, {"code": "H1"}])
def test_a_message_that_nobody_waits_for_is_refused(
    case: Make, correlation: dict[str, run.Json]
) -> None:
    c = case("start > m > end", catch("m", message("tax", dossier="code")))
    c.open(code="H1")
    with pytest.raises(NotReadyError):
        c.act(run.Message("tax", {}, correlation))


def test_names_of_messages_and_signals_are_apart(case: Make) -> None:
    for act in (run.Signal("m"), run.Message("n")):
        c = case("start > m > end", catch("m", message("m"))).open()
        with pytest.raises(NotReadyError):
            c.act(act)


def test_keys_that_cannot_be_evaluated_are_an_incident(case: Make) -> None:
    c = case("start > m > end", catch("m", message("tax", dossier="code"))).open()
    assert (c.incidents, c.waiting) == ("m", "")


def test_keys_stay_as_they_were_when_the_wait_opened(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > m > end", "f > a > end"),
        catch("m", message("tax", dossier="code")),
    )
    c.open(code="H1").do("a", code="H2")
    (wait,) = c.execution.picture().waiting
    assert (wait.kind, wait.name, wait.keys) == ("message", "tax", {"dossier": "H1"})


def test_a_receive_task_waits_and_takes_the_payload(case: Make) -> None:
    c = case("start > r > a", receive("r", message("paid"))).open()
    assert (c.waiting, c.ready) == ("r", "")
    c.message("paid", sum=7)
    assert (c.ready, c.completed, c.data) == ("a", "r", {"sum": 7})


def test_a_signal_reaches_every_wait_for_it(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > s1 > a", "f > s2 > b", "f > s3 > c"),
        *(catch("s1", signal("s")), catch("s2", signal("s")), catch("s3", signal("t"))),
    )
    c.open().signal("s", n=1)
    assert (c.closed, c.taken, c.ready) == ("s1+ s2+", "s1-a s2-b", "a b")
    assert (c.waiting, c.data) == ("s3", {"n": 1})
    with pytest.raises(NotReadyError):
        c.signal("s")


def test_a_thrown_signal_reaches_the_waits_of_its_own_case(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > s > a", "f > b > t > c"),
        *(catch("s", signal("go")), throw("t", signal("go", n="1 + 1"))),
    )
    c.open().do("b")
    (thrown,) = c.advance.thrown
    assert (thrown.kind, thrown.name, thrown.payload) == ("signal", "go", {"n": 2})
    assert c.decided == [("payload", "t", {"n": 2})]
    assert (c.completed, c.taken) == ("b t s", "b-t s-a t-c")
    assert (c.ready, c.data) == ("a c", {"n": 2})


def test_a_thrown_signal_does_not_wait_for_those_who_come_later(case: Make) -> None:
    c = case("start > t > s > a", throw("t", signal("go")), catch("s", signal("go")))
    assert c.open().waiting == "s"


def test_a_signal_end_event_may_end_its_own_scope(case: Make) -> None:
    c = case(
        *("start > p > a", sub("p", "start1 > b > end1", end("end1", signal("go")))),
        *(on("p", "c", signal("go")), "c > d"),
    )
    c.open().do("b")
    assert (c.completed, c.ready, c.taken) == ("b end1 c", "d", "b-end1 c-d")


def test_a_message_never_reaches_the_case_that_sent_it(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > m > a", "f > b > t > c"),
        *(catch("m", message("hi")), throw("t", message("hi"))),
    )
    c.open().do("b")
    assert (c.waiting, c.ready) == ("m", "c")
    (thrown,) = c.advance.thrown
    assert (thrown.kind, thrown.element, thrown.payload) == ("message", "t", {})


@pytest.mark.parametrize("shape", ["throw", "send", "end"])
def test_every_throwing_element_sends(case: Make, shape: str) -> None:
    event = EventDefinition(
        kind=EventKind.MESSAGE, name="tax", payload={"x": "n + 1"}, partner="T"
    )
    element = {"throw": throw, "send": send, "end": end}[shape]("e", event)
    c = case("start > e", element).open(n=1)
    (thrown,) = c.advance.thrown
    assert (thrown.name, thrown.payload, thrown.partner) == ("tax", {"x": 2}, "T")
    assert (c.completed, c.status) == ("start e", "completed")


@pytest.mark.parametrize("shape", ["throw", "end", "send"])
def test_a_thrown_message_takes_its_keys_along(case: Make, shape: str) -> None:
    event = EventDefinition(
        kind=EventKind.MESSAGE,
        name="m",
        correlation={"file": "code", "n": "n + 1"},
        payload={"fee": "2 * n"},
    )
    made = {"throw": throw, "end": end, "send": send}[shape]("t", event)
    c = case("start > t", made).open(code="HS-1", n=4)
    assert c.decided == [
        ("keys", "t", {"file": "HS-1", "n": 5}),
        ("payload", "t", {"fee": 8}),
    ]
    (thrown,) = c.advance.thrown
    assert (thrown.correlation, thrown.payload) == (
        {"file": "HS-1", "n": 5},
        {"fee": 8},
    )
    assert c.status == "completed"


def test_keys_that_fail_send_nothing(case: Make) -> None:
    event = message("m", key="missing")
    c = case("start > t > z", throw("t", event)).open()
    assert (c.incidents, c.thrown, c.decided, c.ready) == ("t", "", [], "")


def test_a_signal_has_no_keys(case: Make) -> None:
    event = EventDefinition(
        kind=EventKind.SIGNAL, name="s", correlation={"key": "missing"}
    )
    c = case("start > t > z", throw("t", event)).open()
    assert (c.ready, c.decided, c.thrown) == ("z", [], "t")
    assert c.advance.thrown[0].correlation == {}


def test_a_message_without_keys_is_thrown_without(case: Make) -> None:
    c = case("start > t > z", throw("t", message("m"))).open()
    assert (c.decided, c.advance.thrown[0].correlation) == ([], {})


def test_each_instance_throws_its_own_keys(case: Make) -> None:
    many = send("t", message("m", key="it"), multi_instance=each("items", "it"))
    c = case("start > t > z", many).open(items=[7, 8])
    assert [one.correlation for one in c.advance.thrown] == [{"key": 7}, {"key": 8}]


def test_a_payload_that_fails_sends_nothing(case: Make) -> None:
    event = EventDefinition(kind=EventKind.SIGNAL, name="s", payload={"x": "gone"})
    c = case("start > e > a", throw("e", event)).open()
    assert (c.incidents, c.advance.thrown, c.ready) == ("e", (), "")


def test_the_first_event_behind_an_event_based_gateway_wins(case: Make) -> None:
    parts = (
        *("start > g", first("g"), "g > m > a", "g > t > b", "g > r > c"),
        *(
            catch("m", message("m")),
            catch("t", timer("P1D")),
            receive("r", message("r")),
        ),
    )
    c = case(*parts).open()
    assert (c.waiting, c.completed) == ("m t r", "start")
    c.message("m", n=1)
    assert (c.taken, c.completed, c.closed) == ("g-m m-a", "g m", "m+ t- r-")
    assert (c.ready, c.waiting, c.data) == ("a", "", {"n": 1})
    assert case(*parts).open().fire("t").taken == "g-t t-b"
    assert case(*parts).open().message("r").completed == "g r"


def test_only_one_event_behind_a_gateway_happens(case: Make) -> None:
    c = case(
        *("start > g", first("g"), "g > s1 > a", "g > s2 > b"),
        *(catch("s1", signal("s")), catch("s2", signal("s"))),
    )
    c.open().signal("s")
    assert (c.taken, c.closed, c.waiting) == ("g-s1 s1-a", "s1+ s2-", "")


def test_an_event_based_gateway_in_a_loop_arms_new_visits(case: Make) -> None:
    c = case(
        *("start > k > g", xor("k"), first("g"), "g > m > a > k", "g > t > end"),
        *(catch("m", message("m")), catch("t", timer("P1D"))),
    )
    c.open().message("m").do("a")
    assert c.waiting == "m#2 t#2"
    assert c.fire("t#2").status == "completed"


def test_a_broken_wait_behind_a_gateway_leaves_the_others(case: Make) -> None:
    c = case(
        *("start > g", first("g"), "g > m > a", "g > t > b"),
        *(catch("m", message("m")), catch("t", timed(TimerKind.DURATION, "gone"))),
    )
    c.open()
    assert (c.waiting, c.incidents, c.status) == ("m", "t", "incident")
    c.message("m")
    assert (c.ready, c.incidents, c.status) == ("a", "", "open")


def test_waits_end_with_their_scope(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > m > a", "f > b > endt"),
        *(catch("m", message("m")), end("endt", terminate()), flow("b", "c", "False")),
    )
    c.open().do("b")
    assert (c.status, c.closed, c.waiting) == ("completed", "b+ m-", "")
    with pytest.raises(NotReadyError):
        c.message("m")
