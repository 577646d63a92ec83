"""Standard loops inside SpiffWorkflow: numbers, limits, and what a state carries."""

from engine import limits
from engine.domain.model import Loop
from engine.spiff.runtime import SpiffRuntime
from tests import models
from tests.conformance.driving import Case


def looping(loop: Loop, *more: models.Part) -> Case:
    model = models.build(
        "start > a > b > a", models.task("a", loop=loop), models.task("b"), *more
    )
    return Case(SpiffRuntime(), model)


def test_iterations_are_visits_one_after_the_other() -> None:
    case = looping(Loop(condition="more")).open()
    (seen,) = case.execution.picture().locals.values()
    assert seen == {"loopCounter": 1}
    case.do("a", more=True)
    assert (case.ready, case.closed, case.opened) == ("a#2", "a+", "a#2")
    assert case.decided == [("loop", "a#2", True)]
    case.do("a#2", more=False)
    assert (case.ready, case.decided) == ("b", [("loop", "a#3", False)])
    assert case.data == {"more": False}


def test_a_number_under_which_the_condition_was_asked_is_used_up() -> None:
    loop = Loop(condition="n > loopCounter", test_before=True)
    case = looping(loop).open(n=2)
    assert (case.ready, case.decided) == ("a", [("loop", "a", True)])
    case.do("a")
    assert (case.ready, case.decided) == ("b", [("loop", "a#2", False)])
    assert case.do("b").ready == "a#3"
    assert case.do("a#3", n=0).do("b#2").ready == "b#3"
    assert case.completed == "b"
    assert case.decided == [("loop", "a#5", False)]


def test_the_maximum_ends_a_loop_without_a_choice() -> None:
    case = looping(Loop(maximum=2)).open().do("a").do("a#2")
    assert (case.ready, case.decided) == ("b", [])
    assert case.do("b").ready == "a#3"


def test_a_condition_that_fails_stops_the_iteration_that_would_begin() -> None:
    boundary = models.on("a", "e", models.message("m"))
    case = looping(Loop(condition="unknown"), boundary, "e > c").open()
    case.do("a", unknown=1)
    assert (case.incidents, case.completed, case.waiting) == ("a#2", "a", "e")
    case.message("m")
    assert (case.incidents, case.ready) == ("", "c")


def test_an_endless_loop_is_an_incident() -> None:
    model = models.build("start > s > end", models.service("s", "f", loop=Loop()))
    case = Case(SpiffRuntime(), model)
    case.services.functions = {"f": lambda _: None}
    case.careful = False
    case.open()
    assert case.incidents == f"s#{limits.CYCLE_REPETITIONS + 1}"
    assert case.advance.completed.count("s") == limits.CYCLE_REPETITIONS


def test_a_boundary_event_belongs_to_the_loop_not_to_an_iteration() -> None:
    inner = models.sub("p", "start2 > w > end2", loop=Loop(maximum=3))
    boundary = models.on("p", "e", models.signal("s"))
    model = models.build("start > p > end", inner, boundary, "e > c > end")
    case = Case(SpiffRuntime(), model).open().do("w").do("w#2")
    assert (case.ready, case.waiting) == ("w#3", "e")
    assert case.signal("s").ready == "c"
    assert case.closed == "e+ w#3-"
