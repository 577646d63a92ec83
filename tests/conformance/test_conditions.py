"""Rule 29: conditional events, in the flow, at a boundary and as starts."""

from collections.abc import Callable, Mapping

import pytest

from engine.domain import run
from engine.domain.deciding import Comparing, Evaluating, Following
from engine.domain.run import Choice, Decision, Json
from engine.errors import NotReadyError, ServiceFailedError
from engine.ports import Context, Runtime
from tests.conformance.driving import NOW, Case, Functions
from tests.models import (
    again,
    both,
    build,
    catch,
    each,
    first,
    flow,
    handler,
    message,
    on,
    service,
    signal,
    some,
    sub,
    task,
    throw,
    timer,
    when,
    xor,
)

Make = Callable[..., Case]


#: A wait beside two tasks that write.
BESIDE = (
    *("start > f", both("f"), "f > c > z > end", "f > a > end", "f > b > end"),
    catch("c", when("n > 2")),
)


def holds(visit: str, look: int) -> tuple[str, str, Json]:
    """The recorded choice of a look."""
    return ("holds", visit, look)


def test_a_condition_that_holds_lets_the_token_pass_at_once(case: Make) -> None:
    c = case(*BESIDE).open(n=3)
    assert (c.ready, c.waiting, c.closed) == ("a b z", "", "")
    assert c.completed == "start f c"
    assert c.decided == [holds("c", 1)]


def test_a_token_waits_until_its_condition_holds(case: Make) -> None:
    c = case(*BESIDE).open(n=0)
    assert (c.ready, c.waiting, c.decided) == ("a b", "c", [])
    (wait,) = c.execution.picture().waiting
    assert (wait.kind, wait.name, wait.due, wait.keys) == ("conditional", "", None, {})
    c.do("a", n=1)
    assert (c.waiting, c.decided) == ("c", [])
    c.do("b", n=3)
    assert (c.waiting, c.ready, c.closed) == ("", "z", "b+ c+")
    assert (c.completed, c.taken) == ("b end c", "b-end c-z")
    assert c.decided == [holds("c", 3)]


def test_nothing_from_outside_fires_a_condition(case: Make) -> None:
    for act in (run.Fire("c", 1), run.Message(""), run.Signal(""), run.Signal("n > 2")):
        c = case(*BESIDE).open(n=0)
        with pytest.raises(NotReadyError):
            c.act(act)


@pytest.mark.parametrize("condition", ["missing > 1", "n", "'yes'", "None", "1"])
def test_what_fails_or_is_no_boolean_does_not_hold(case: Make, condition: str) -> None:
    c = case("start > c > a", catch("c", when(condition))).open(n=1)
    assert (c.waiting, c.incidents, c.status) == ("c", "", "open")
    assert c.decided == []


def test_a_look_is_made_after_every_act_whatever_it_wrote(case: Make) -> None:
    c = case(*BESIDE).open(n=0).do("a")
    assert c.do("b", n=4).decided == [holds("c", 3)]


def test_to_go_on_is_no_reason_to_look(case: Make) -> None:
    c = case(*BESIDE).open(n=0).go_on().go_on()
    assert c.do("b", n=4).decided == [holds("c", 2)]


def test_a_visit_counts_its_own_looks(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > c > end", "f > a > d > end", "f > b > end"),
        *(catch("c", when("n > 2")), catch("d", when("n > 2"))),
    )
    c.open(n=0).do("a", n=1).do("b", n=3)
    assert (c.completed, c.status) == ("b end c end d end", "completed")
    assert c.decided == [holds("c", 3), holds("d", 2)]


def test_conditions_are_looked_at_in_order_of_arrival_one_step_at_a_time(
    case: Make,
) -> None:
    """What fires moves first; the others are looked at when it has come to rest."""
    c = case(
        *("start > f", both("f"), "f > a > end", "f > d > x > e > end", xor("x")),
        *("f > c > s > end", service("s", "f", "n")),
        *(catch("c", when("n == 1")), catch("d", when("n == 1"))),
        catch("e", when("n == 0")),
    )
    c.services = Functions({"f": lambda _: 0})
    c.open(n=2).do("a", n=1)
    assert (c.completed, c.waiting) == ("a end d x c s end e end", "")
    c = case(
        *("start > f", both("f"), "f > a > end", "f > c > s > end", "f > d > end"),
        *(catch("c", when("n == 1")), catch("d", when("n == 1"))),
        service("s", "f", "n"),
    )
    c.services = Functions({"f": lambda _: 0})
    c.open(n=2).do("a", n=1)
    assert (c.completed, c.waiting) == ("a end c s end", "d")


def test_conditions_are_looked_at_before_inclusive_joins(case: Make) -> None:
    c = case(
        *("start > g", both("g"), "g > c > x", "g > a > j", "g > e > end", xor("x")),
        *("x > end", flow("x", "j", "n > 5"), some("j"), "j > z"),
        catch("c", when("n > 2")),
    )
    c.open(n=0).do("a")
    assert c.ready == "e"
    c.do("e", n=3)
    assert c.completed == "e end c x end j"


def test_a_service_and_a_signal_of_the_case_change_the_data(case: Make) -> None:
    def answer(_: Mapping[str, Json]) -> Json:
        return {"n": 3}

    c = case(
        *("start > f", both("f"), "f > c > z", "f > g > s > end"),
        *(catch("g", timer("PT1H")), service("s", "f"), catch("c", when("n > 2"))),
    )
    c.services = Functions({"f": answer})
    c.open(n=0).fire("g")
    assert (c.completed, c.ready) == ("g s end c", "z")
    c = case(
        *("start > f", both("f"), "f > c > z", "f > g > s > end", "f > r > end"),
        *(catch("g", timer("PT1H")), throw("s", signal("go", n="3"))),
        *(catch("c", when("n > 2")), catch("r", signal("go"))),
    )
    c.open(n=0).fire("g")
    assert (c.completed, c.ready) == ("g s r end end c", "z")


def test_a_condition_in_a_rework_loop_is_a_new_wait_each_time(case: Make) -> None:
    c = case(
        *("start > m", xor("m"), "m > a > c > b > x", catch("c", when("n > 2"))),
        *(xor("x", default="x-m"), flow("x", "end", "over"), "x > m"),
    )
    c.open(n=0, over=False).do("a", n=3)
    assert c.decided == [holds("c", 1)]
    c.do("b", n=0).do("a#2")
    assert (c.waiting, c.ready) == ("c#2", "")
    assert c.decided == []


def test_a_condition_behind_an_event_based_gateway(case: Make) -> None:
    parts = (
        *("start > f", both("f"), "f > e > c > y", first("e"), "e > m > w"),
        *(catch("c", when("n > 2")), catch("m", message("m")), "f > a > end"),
    )
    c = case(*parts).open(n=0)
    assert (c.ready, c.waiting) == ("a", "c m")
    c.do("a", n=3)
    assert (c.completed, c.taken) == ("a end e c", "a-end e-c c-y")
    assert (c.closed, c.ready) == ("a+ c+ m-", "y")
    c = case(*parts).open(n=0).message("m")
    assert (c.closed, c.waiting) == ("m+ c-", "")
    assert c.do("a", n=3).decided == []


def test_an_interrupting_boundary_ends_its_activity(case: Make) -> None:
    c = case(
        *("start > f", both("f"), "f > a > z", "f > b > end"),
        *(on("a", "c", when("n > 2")), "c > y"),
    )
    c.open(n=0)
    assert (c.ready, c.waiting) == ("a b", "c")
    c.do("b", n=3)
    assert (c.completed, c.closed, c.ready) == ("b end c", "b+ c+ a-", "y")


def test_a_boundary_whose_condition_holds_ends_its_activity_at_once(
    case: Make,
) -> None:
    c = case("start > a > z", on("a", "c", when("n > 2")), "c > y").open(n=3)
    assert (c.ready, c.opened, c.completed) == ("y", "y", "start c")
    assert (c.closed, c.decided) == ("", [holds("c", 1)])


def test_a_boundary_ends_with_its_activity_unseen(case: Make) -> None:
    c = case("start > a > z", on("a", "c", when("n > 2")), "c > y").open(n=0)
    c.do("a", n=3)
    assert (c.closed, c.ready, c.decided) == ("a+ c-", "z", [])


#: A boundary event that interrupts nothing, beside a task that is done over and over.
NOTED = (
    *("start > f", both("f"), "f > a > z", "f > m > b > m", xor("m")),
    *(on("a", "c", when("n > 2"), interrupting=False), "c > y > end"),
)


def test_a_condition_must_become_false_before_it_holds_again(case: Make) -> None:
    """BPMN 2.0.2, 10.5.2."""
    c = case(*NOTED).open(n=3)
    assert (c.ready, c.waiting, c.decided) == ("a b y", "", [holds("c", 1)])
    c.do("b", n=4)
    assert (c.waiting, c.decided) == ("", [])
    c.do("b#2", n=1)
    assert (c.waiting, c.decided, c.completed) == ("c#3", [holds("c#2", 3)], "b m")
    c.do("b#3", n=2)
    assert (c.waiting, c.decided) == ("c#3", [])
    c.do("b#4", n=3)
    assert (c.ready, c.waiting) == ("a y b#5 y#2", "")
    assert (c.decided, c.closed) == ([holds("c#3", 3)], "b#4+ c#3+")


def test_a_resting_condition_ends_with_its_activity(case: Make) -> None:
    c = case(*NOTED).open(n=3).do("a")
    assert (c.closed, c.ready) == ("a+", "b y z")
    assert c.do("b", n=0).waiting == ""
    assert c.decided == []


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_condition_begins_an_event_sub_process(
    case: Make, *, interrupting: bool
) -> None:
    h = handler("h", "s", when("n > 2"), "s > x > end2", interrupting=interrupting)
    c = case("start > m > a > m", xor("m"), h).open(n=0)
    assert (c.ready, c.waiting) == ("a", "s")
    c.do("a", n=3)
    assert c.completed == "a m s"
    if interrupting:
        assert (c.ready, c.closed, c.waiting) == ("x", "a+ s+", "")
        assert c.do("x").status == "completed"
        return
    assert (c.ready, c.closed, c.waiting) == ("a#2 x", "a+ s+", "")
    c.do("a#2")
    assert c.ready == "x a#3"
    c.do("a#3", n=0)
    assert (c.waiting, c.decided) == ("s#3", [holds("s#2", 3)])
    c.do("a#4", n=3)
    assert (c.ready, c.waiting) == ("x a#5 x#2", "")


def test_a_condition_sees_what_its_instance_sees(case: Make) -> None:
    p = sub(
        "p",
        *("start1 > f", both("f"), "f > c > z", "f > a", catch("c", when("n == i"))),
        multi_instance=each("items", "i", output_collection="out", output_item="n"),
    )
    c = case("start > p > end", p).open(items=[1, 2], n=0)
    assert c.waiting == "c c#2"
    c.do("a#2", n=1)
    assert c.waiting == "c c#2"
    c.do("a", n=1)
    assert (c.waiting, c.ready) == ("c#2", "z")


def test_gathered_results_change_the_data(case: Make) -> None:
    many = each("items", "i", output_collection="out", output_item="i")
    c = case(
        *("start > f", both("f"), "f > c > z", "f > t > s > end"),
        *(service("s", "f", multi_instance=many), catch("t", timer("PT1H"))),
        catch("c", when("len(out) == 2")),
    )
    c.services = Functions({"f": lambda _: None})
    c.open(items=[1, 2], out=[]).fire("t")
    assert (c.ready, c.data["out"]) == ("z", [1, 2])


def test_looks_due_are_more_to_do(case: Make) -> None:
    c = case("start > c > d > a", catch("c", when("True")), catch("d", when("False")))
    c.budget = 2
    c.open()
    assert (c.completed, c.waiting, c.advance.more) == ("start", "c", True)
    c.budget = 1
    c.go_on()
    assert (c.completed, c.taken, c.advance.more) == ("c", "c-d", True)
    c.go_on()
    assert (c.waiting, c.advance.more) == ("d", True)
    c.go_on()
    assert (c.waiting, c.advance.more, c.decided) == ("d", False, [])


def test_the_budget_does_not_change_the_looks(case: Make) -> None:
    def ended(budget: int) -> tuple[bytes, list[tuple[str, str, Json]]]:
        c = case(*NOTED)
        decided = []
        for act in (run.Open({"n": 3}), run.Complete("b", 1, {"n": 0})):
            c.budget = budget
            c.act(act)
            decided += c.decided
            while c.advance.more:
                c.go_on()
                decided += c.decided
        return c.execution.dump(), decided

    assert ended(1) == ended(100)
    assert ended(1)[1] == [holds("c", 1), holds("c#2", 2)]


def test_a_record_is_followed_without_the_values(runtime: Runtime) -> None:
    """Values may have been erased: looks are counted all the same."""
    model = build(*NOTED)
    acts: list[tuple[str, Mapping[str, Json]]] = [
        *(("b", {"n": 4}), ("b", {"n": 0}), ("b", {}), ("b", {"n": 5})),
    ]
    live, bare = Case(runtime, model).open(n=3), runtime.begin(model)
    bare.act(run.Open(), context(Following(live.advance.decisions)))
    for number, (element, answers) in enumerate(acts, 1):
        live.act(run.Complete(element, number, answers))
        effect = bare.act(
            run.Complete(element, number), context(Following(live.advance.decisions))
        )
        assert effect == live.advance
    assert (live.ready, live.waiting) == ("a y b#5 y#2", "")


def test_a_condition_that_holds_elsewhere_now_is_a_difference(
    runtime: Runtime,
) -> None:
    """Followed and compared: earlier, later, and at the recorded look."""
    for recorded, evaluated in ((2, 2), (2, 1), (1, None)):
        deciding = Comparing(Following([Decision(Choice.HOLDS, "c", 1, recorded)]))
        execution = runtime.begin(build(*BESIDE))
        opened = 3 if evaluated == 1 else 0
        execution.act(run.Open({"n": opened}), context(deciding))
        if recorded == 2:
            execution.act(run.Complete("b", 1, {"n": 3}), context(deciding))
        seen = [(one.recorded, one.evaluated) for one in deciding.differences]
        if evaluated == recorded:
            assert seen == []
        else:
            assert seen == [(recorded, evaluated)]


def context(decider: Evaluating | Following | Comparing) -> Context:
    """What surrounds an act."""
    return Context(now=NOW, decider=decider, services=Functions({}))


def test_a_wrong_recorded_answer_fires_nothing(runtime: Runtime) -> None:
    for value in (True, "1", None, -1, 2):
        following = Following([Decision(Choice.HOLDS, "c", 1, value)])
        execution = runtime.begin(build("start > c > a", catch("c", when("True"))))
        effect = execution.act(run.Open(), context(following))
        assert (effect.opened, effect.decisions) == ((), ())
        assert [one.element for one in execution.picture().waiting] == ["c"]


def test_a_condition_of_a_boundary_of_a_looped_task(case: Make) -> None:
    c = case(
        *("start > a > z", task("a", loop=again("True"))),
        *(on("a", "c", when("n > 2")), "c > y"),
    )
    c.open(n=0).do("a", n=1)
    assert (c.ready, c.waiting) == ("a#2", "c")
    c.do("a#2", n=3)
    assert (c.ready, c.closed) == ("y", "a#2+ c+")


def test_an_error_of_a_service_is_no_reason_to_look(case: Make) -> None:
    def fail(_: Mapping[str, Json]) -> Json:
        raise ServiceFailedError("It failed.", error_code="E")

    c = case(
        *("start > f", both("f"), "f > c > z", "f > d > s > end", "f > a > end"),
        *("f > b > end", catch("c", when("n > 2")), catch("d", when("n == 1"))),
        service("s", "f"),
    )
    for function, look in ((fail, 3), (lambda _: None, 4)):
        c = Case(c.runtime, c.model)
        c.services = Functions({"f": function})
        c.open(n=0).do("a", n=1)
        assert c.decided[0] == holds("d", 2)
        assert holds("c", look) in c.do("b", n=3).decided
