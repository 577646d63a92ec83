"""Rules 3 to 5: the step budget, `Continue`, and size."""

from collections.abc import Callable

import pytest

from engine.errors import NotReadyError, StateError
from engine.ports import Runtime
from tests.conformance.driving import Case
from tests.models import both, build, flow, on, some, task, timer, times, xor

Make = Callable[..., Case]


def test_an_act_stops_when_its_budget_is_spent(case: Make) -> None:
    c = case("start > x > y > a", xor("x"), xor("y"))
    c.budget = 2
    c.open()
    assert (c.taken, c.completed, c.ready) == ("start-x x-y", "start x", "")
    assert (c.advance.more, c.status, c.incidents) == (True, "open", "")
    c.go_on()
    assert (c.taken, c.ready, c.advance.more) == ("y-a", "a", False)


def test_what_an_act_does_itself_is_no_step(case: Make) -> None:
    c = case("start > a > b > end")
    c.budget = 2
    c.open()
    assert (c.ready, c.advance.more) == ("a", False)
    c.budget = 0
    c.do("a")
    assert (c.taken, c.completed, c.ready, c.advance.more) == ("a-b", "a", "", True)
    c.budget = 1
    assert c.go_on().ready == "b"
    assert not c.advance.more


def test_the_budget_changes_nothing_but_the_pauses(case: Make) -> None:
    parts = (
        *("start > s", some("s"), "s > a > j", "s > x > j", "s > y > z > j", some("j")),
        *(xor("x"), xor("y"), xor("z"), "j > b"),
    )
    whole = case(*parts).open()
    small = case(*parts)
    small.budget = 1
    small.open()
    taken, completed = [small.taken], [small.completed]
    while small.advance.more:
        small.go_on()
        taken.append(small.taken)
        completed.append(small.completed)
    assert " ".join(filter(None, taken)) == whole.taken
    assert " ".join(filter(None, completed)) == whole.completed
    assert small.execution.dump() == whole.execution.dump()
    for c in (whole, small):
        c.budget = 100
        assert c.do("a").ready == "b"


def test_an_inclusive_join_that_is_enabled_is_more_to_do(case: Make) -> None:
    c = case("start > s", both("s"), "s > j", "s > x > j", xor("x"), some("j"), "j > a")
    c.budget = 5
    c.open()
    assert (c.ready, c.advance.more, c.incidents, c.status) == ("", True, "", "open")
    assert c.go_on().ready == "a"


def test_people_may_act_while_steps_remain(case: Make) -> None:
    c = case("start > f", both("f"), "f > a", "f > x > y > b", xor("x"), xor("y"))
    c.budget = 3
    c.open()
    assert (c.ready, c.advance.more) == ("a", True)
    c.do("a")
    assert (c.ready, c.advance.more) == ("b", False)


def test_instances_are_placed_in_one_step_and_begin_in_one_each(case: Make) -> None:
    c = case("start > a > b", task("a", multi_instance=times("5")))
    c.budget = 4
    c.open()
    assert (c.ready, c.advance.more) == ("a a#2", True)
    assert c.go_on().ready == "a a#2 a#3 a#4 a#5"


def test_an_endless_loop_never_ends_an_act_late(case: Make) -> None:
    c = case("start > x > y", xor("x"), xor("y"), flow("y", "x", "True"))
    c.budget = 200
    c.open()
    for _ in range(3):
        assert c.go_on().advance.more
        assert len(c.completed.split()) == 200


def test_nothing_to_go_on_with_changes_nothing(case: Make) -> None:
    c = case("start > a > end").open()
    before = c.execution.dump()
    c.go_on()
    assert (c.execution.dump(), c.completed, c.ready) == (before, "", "a")
    with pytest.raises(NotReadyError):
        case("start > a > end").go_on()


def test_a_chain_of_a_thousand_nodes(case: Make) -> None:
    names = [f"t{number}" for number in range(1000)]
    c = case("start > " + " > ".join(names) + " > end")
    c.careful = False
    c.open()
    for name in names:
        assert c.ready == name
        c.do(name)
    assert c.status == "completed"
    assert len(c.execution.dump()) < 20_000


def test_a_chain_of_a_thousand_gateways_runs_in_one_act(case: Make) -> None:
    names = [f"x{number}" for number in range(1000)]
    c = case("start > " + " > ".join(names) + " > end", *map(xor, names)).open()
    assert c.status == "completed"
    assert len(c.completed.split()) == 1002


def test_the_state_is_the_same_bytes_after_every_way_there(case: Make) -> None:
    parts = ("start > f", both("f"), "f > a > c", "f > b > d")
    one = case(*parts).open(x=1, y="ế").do("a").do("b")
    two = case(*parts).open(y="ế", x=1).do("a").do("b")
    assert one.execution.dump() == two.execution.dump()


@pytest.mark.parametrize(
    "damage",
    [
        lambda state: state[:-2],
        lambda _: b"",
        lambda _: b"{}",
        lambda _: b"[]",
        lambda state: b"\xff" + state,
        lambda state: b"[" + state + b"]",
    ],
)
def test_damaged_state_is_refused(
    runtime: Runtime, damage: Callable[[bytes], bytes]
) -> None:
    model = build("start > a > b", on("a", "t", timer("P1D")))
    state = Case(runtime, model).open().execution.dump()
    assert runtime.load(model, state).dump() == state
    with pytest.raises(StateError):
        runtime.load(model, damage(state))


def test_state_of_another_model_is_refused(runtime: Runtime) -> None:
    state = Case(runtime, build("start > a > b")).open().execution.dump()
    with pytest.raises(StateError):
        runtime.load(build("start > a > b", hash="other"), state)
