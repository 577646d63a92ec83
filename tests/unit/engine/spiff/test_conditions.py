"""Conditional events inside SpiffWorkflow: looks, rests, and what a state keeps."""

from engine.domain import run
from engine.spiff.runtime import SpiffRuntime
from tests import models
from tests.conformance.driving import Case


def make(*parts: models.Part) -> Case:
    return Case(SpiffRuntime(), models.build(*parts))


def test_a_wait_is_looked_at_when_it_is_new_and_after_every_act() -> None:
    case = make(
        "start > g",
        models.both("g"),
        "g > c > b",
        "g > a > end",
        "g > d > end",
        models.catch("c", models.when("n > 2")),
    ).open(n=1)
    assert (case.ready, case.waiting, case.decided) == ("a d", "c", [])
    case.do("a")
    assert (case.waiting, case.decided) == ("c", [])
    case.do("d", n=3)
    assert (case.ready, case.decided) == ("b", [("holds", "c", 3)])
    assert case.closed == "d+ c+"


def test_what_is_no_boolean_does_not_hold() -> None:
    case = make(
        "start > g",
        models.both("g"),
        "g > c > b",
        "g > a > end",
        models.catch("c", models.when("n")),
    ).open()
    assert case.do("a", n=1).waiting == "c"


def test_a_look_that_is_due_survives_the_budget_and_the_state() -> None:
    case = make(
        "start > g",
        models.both("g"),
        "g > c > b",
        "g > a > end",
        models.catch("c", models.when("n")),
    ).open(n=False)
    case.budget = 1
    assert case.do("a", n=True).advance.more
    assert (case.waiting, case.completed) == ("c", "a end")
    assert (case.go_on().completed, case.advance.more) == ("c", True)
    assert case.go_on().ready == "b"


def test_a_boundary_rests_until_its_condition_is_false() -> None:
    case = make(
        "start > p > end",
        models.sub("p", "start2 > a > a"),
        models.on("p", "b", models.when("n > 2"), interrupting=False),
        "b > end",
    ).open(n=1)
    assert (case.waiting, case.do("a", n=3).waiting, case.completed) == (
        "b",
        "",
        "a b end",
    )
    assert (case.do("a#2", n=4).waiting, case.completed) == ("", "a")
    assert (case.do("a#3", n=0).waiting, case.decided) == ("b#3", [("holds", "b#2", 3)])
    assert case.do("a#4", n=5).decided == [("holds", "b#3", 2)]


def test_a_resting_start_keeps_no_scope_alive_and_ends_unseen() -> None:
    case = make(
        "start > a > end",
        models.handler("h", "go", models.when("n"), "go > end2", interrupting=False),
    ).open(n=True)
    assert (case.completed, case.ready, case.waiting) == ("start go end2 h", "a", "")
    assert (case.do("a").status, case.closed) == ("completed", "a+")


def test_an_answer_and_a_gathered_result_are_changes_and_going_on_is_none() -> None:
    case = (
        make(
            "start > g",
            models.both("g"),
            "g > c > end",
            "g > a > end",
            models.catch("c", models.when("len(out) > 1")),
            models.task(
                "a",
                multi_instance=models.times(
                    "2", sequential=True, output_collection="out", output_item="v"
                ),
            ),
        )
        .open()
        .do("a", v=1)
    )
    assert case.waiting == "c"
    assert case.act(run.Continue()).waiting == "c"
    assert case.do("a#2", v=2).decided == [("holds", "c", 3)]
