"""Events of several definitions inside SpiffWorkflow (rule 34)."""

import json

import pytest

from engine.domain import run
from engine.domain.model import EventDefinition
from engine.domain.run import Visit
from engine.errors import StateError
from engine.spiff.runtime import SpiffRuntime
from tests import models
from tests.conformance.driving import Case
from tests.models import all_of, any_of, message, on, signal, timer
from tests.unit.engine.spiff.test_codec import sealed

RUNTIME = SpiffRuntime()
MS = (message("m"), signal("s"))


def make(*parts: models.Part) -> Case:
    return Case(RUNTIME, models.build(*parts))


def test_any_part_lets_a_catch_event_go_on_and_ends_the_others() -> None:
    case = make("start > c > a > end", models.catch("c", any_of(*MS))).open()
    assert (case.waiting, case.ready) == ("c.1 c.2", "")
    case.signal("s", x=1)
    assert (case.completed, case.closed) == ("c.2 c", "c.2+ c.1-")
    assert (case.taken, case.ready, case.data) == ("c-a", "a", {"x": 1})


def test_all_parts_must_happen_in_any_order() -> None:
    case = make("start > c > a > end", models.catch("c", all_of(*MS))).open()
    assert (case.signal("s").completed, case.waiting) == ("c.2", "c.1")
    assert (case.message("m").completed, case.ready) == ("c.1 c", "a")
    assert case.closed == "c.1+"


def test_a_part_that_cannot_wait_is_an_incident_beside_its_siblings() -> None:
    parts = (message("m", k="unknown"), signal("s"))
    case = make("start > c > a", models.catch("c", any_of(*parts))).open()
    assert (case.incidents, case.waiting) == ("c.1", "c.2")
    assert (case.signal("s").ready, case.incidents) == ("a", "")


def test_a_whole_that_cannot_leave_is_an_incident_at_its_own_visit() -> None:
    parts = (
        "start > c",
        models.flow("c", "a", "p > 1"),
        models.catch("c", any_of(*MS)),
    )
    case = make(*parts).open(p=1)
    case.message("m")
    assert (case.completed, case.incidents) == ("c.1 c", "c")


def test_a_gateway_arms_the_parts_and_leaves_through_the_whole() -> None:
    case = make(
        "start > g > c > a",
        "g > t > b",
        models.first("g"),
        models.catch("c", any_of(*MS)),
        models.catch("t", timer("PT1H")),
    ).open()
    assert case.waiting == "c.1 c.2 t"
    case.message("m")
    assert (case.completed, case.taken) == ("g c.1 c", "g-c c-a")
    assert (case.closed, case.ready) == ("c.1+ c.2- t-", "a")


def test_a_part_interrupts_an_activity() -> None:
    case = make("start > a > end", on("a", "b", any_of(*MS)), "b > x").open()
    assert case.waiting == "b.1 b.2"
    assert (case.message("m").completed, case.ready) == ("b.1 b", "x")
    assert case.closed == "b.1+ a- b.2-"


def test_a_part_that_does_not_interrupt_waits_again_alone() -> None:
    parts = (timer("PT1H"), signal("s"))
    beside = on("a", "b", any_of(*parts), interrupting=False)
    case = make("start > a > end", beside, "b > x").open()
    assert (case.signal("s").waiting, case.ready) == ("b.1 b.2#2", "a x")
    assert (case.fire("b.1").waiting, case.completed) == ("b.2#2", "b.1 b")
    assert case.do("a").closed == "a+ b.2#2-"


def test_all_parts_wait_again_together() -> None:
    beside = on("a", "b", all_of(*MS), interrupting=False)
    case = make("start > a > end", beside, "b > x").open()
    assert (case.message("m").waiting, case.ready) == ("b.2", "a")
    assert (case.signal("s").waiting, case.ready) == ("b.1#2 b.2#2", "a x")
    assert case.signal("s").waiting == "b.1#2"
    assert case.message("m").waiting == "b.1#3 b.2#3"


@pytest.mark.parametrize(
    ("event", "number"), [(timer("PT1H"), 0), (timer("R1/PT1H"), 2)]
)
def test_a_timer_used_up_lets_no_part_wait_again(
    event: EventDefinition, number: int
) -> None:
    parts = (message("m"), event, signal("s"))
    beside = on("a", "b", all_of(*parts), interrupting=False)
    case = make("start > a > end", beside, "b > x").open()
    case.fire("b.2").message("m").signal("s")
    assert (case.waiting, case.ready, case.closed) == ("", "a x", "b.3+")
    asked = [one[1] for one in case.decided]
    assert asked == ([f"b.2#{number}"] if number else [])


def test_a_cycle_goes_on_from_its_own_last_instant() -> None:
    parts = (timer("R3/PT1H"), signal("s"))
    beside = on("a", "b", all_of(*parts), interrupting=False)
    case = make("start > a > end", beside, "b > x").open()
    case.fire("b.1").later(hours=9).signal("s")
    assert (case.waiting, case.due("b.1#2")) == ("b.1#2 b.2#2", "2026-01-31 03:00")


def test_a_condition_among_all_parts_rests_before_it_waits_again() -> None:
    parts = (models.when("p > 1"), message("m"))
    beside = on("a", "b", all_of(*parts), interrupting=False)
    case = make("start > a > end", beside, "b > x").open(p=1)
    assert case.waiting == "b.1 b.2"
    assert case.message("m", p=2).waiting == "b.2#2"  # It rests under its number 2.
    assert case.ready == "a x"
    assert case.message("m", p=1).waiting == "b.1#3"
    assert case.do("x", p=2).completed == "x b.1 b"


@pytest.mark.parametrize("interrupting", [True, False])
def test_any_part_begins_an_event_sub_process(*, interrupting: bool) -> None:
    handler = models.handler(
        "h", "w", any_of(*MS), "w > x > end2", interrupting=interrupting
    )
    case = make("start > a > end", handler).open()
    assert case.waiting == "w.1 w.2"
    case.message("m")
    assert (case.completed, case.taken) == ("w.1 w", "w-x")
    assert case.ready == ("x" if interrupting else "a x")
    assert case.waiting == ("" if interrupting else "w.2 w.1#2")
    assert case.closed == ("w.1+ w.2- a-" if interrupting else "w.1+")


@pytest.mark.parametrize("interrupting", [True, False])
def test_all_parts_begin_an_event_sub_process(*, interrupting: bool) -> None:
    handler = models.handler(
        "h", "w", all_of(*MS), "w > x > end2", interrupting=interrupting
    )
    case = make("start > a > end", handler).open()
    assert (case.message("m").completed, case.waiting) == ("w.1", "w.2")
    assert (case.signal("s").completed, case.taken) == ("w.2 w", "w-x")
    assert case.ready == ("x" if interrupting else "a x")
    assert case.waiting == ("" if interrupting else "w.1#2 w.2#2")


def test_parts_that_happened_keep_no_scope_alive() -> None:
    handler = models.handler("h", "w", all_of(*MS), "w > x > end2")
    case = make("start > a > end", handler).open().message("m")
    assert (case.do("a").closed, case.status) == ("a+ w.2-", "completed")


def test_all_parts_are_thrown_in_order() -> None:
    case = make("start > t > a", models.throw("t", any_of(*MS, signal("z")))).open()
    assert (case.completed, case.ready) == ("start t.1 t.2 t.3 t", "a")
    assert [one.element for one in case.advance.thrown] == ["t.1", "t.2", "t.3"]


def test_a_part_that_cannot_be_thrown_stops_the_rest() -> None:
    parts = (signal("s"), signal("z", x="unknown"), message("m"))
    case = make("start > t > a", models.end("t", any_of(*parts))).open()
    assert (case.incidents, case.status) == ("t.2", "incident")
    assert [one.element for one in case.advance.thrown] == ["t.1"]


def test_a_signal_that_ends_the_whole_ends_the_throwing() -> None:
    inner = models.sub(
        "p", "start2 > t > end2", models.throw("t", any_of(*reversed(MS)))
    )
    case = make("start > p > end", inner, on("p", "b", signal("s")), "b > x").open()
    assert (case.completed, case.ready) == ("start start2 t.1 b", "x")
    assert [one.name for one in case.advance.thrown] == ["s"]


def test_a_case_is_opened_by_a_part() -> None:
    case = make(models.trigger("w", any_of(*MS)), "w > a > end")
    case.act(run.Open({}, "w.2"))
    assert (case.completed, case.taken, case.ready) == ("w.2 w", "w-a", "a")


def test_a_state_in_which_any_other_token_has_completed_is_refused() -> None:
    case = make("start > c > a > end", models.catch("c", all_of(*MS))).open()
    case.message("m")
    parts = json.loads(case.execution.dump()[8:])
    RUNTIME.load(case.model, sealed(parts))
    parts[5][0][4] = 64
    with pytest.raises(StateError):
        RUNTIME.load(case.model, sealed(parts))


def test_only_the_parts_are_seen() -> None:
    case = make("start > c > a > end", models.catch("c", any_of(*MS))).open()
    picture = case.execution.picture()
    seen = [(Visit(one.element, 1), one.kind, one.name) for one in picture.waiting]
    assert seen == [
        (Visit("c.1", 1), "message", "m"),
        (Visit("c.2", 1), "signal", "s"),
    ]
