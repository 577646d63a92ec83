"""Corners that random walks seldom turn: what travels with a token, and who is left."""

from dataclasses import replace

from engine.domain import run
from engine.domain.model import Model
from engine.spiff.runtime import SpiffRuntime
from tests import models
from tests.conformance.driving import Case


def by_outcome(*parts: models.Part) -> Model:
    """The gateway `x` leads where the outcome says: to `yes` or, by default, `no`."""
    return models.build(
        *parts,
        models.xor("x", by_outcome=True, default="x-no"),
        "x > yes > end",
        "x > no > end",
    )


def test_an_outcome_survives_the_budget_between_task_and_gateway() -> None:
    model = by_outcome("start > a > x", models.task("a", "x-yes", "x-no"))
    case = Case(SpiffRuntime(), model).open()
    case.budget = 0
    assert case.do("a", "x-yes").advance.more
    case.budget = 5
    assert case.go_on().ready == "yes"


def test_an_outcome_does_not_pass_an_activity_without_instances() -> None:
    model = by_outcome(
        "start > a > many > x",
        models.task("a", "x-yes"),
        models.task("many", multi_instance=models.times("0")),
    )
    assert Case(SpiffRuntime(), model).open().do("a", "x-yes").ready == "no"


def test_the_last_instance_gives_the_outcome_of_its_activity() -> None:
    model = by_outcome(
        "start > a > x",
        models.task("a", "x-yes", "x-no", multi_instance=models.times("2")),
    )
    case = Case(SpiffRuntime(), model).open()
    assert case.do("a#2", "x-no").do("a", "x-yes").ready == "yes"


def test_a_thrower_that_its_own_signal_interrupts_sends_no_token() -> None:
    inner = models.sub(
        "p", "start2 > throw > a > end2", models.throw("throw", models.signal("stop"))
    )
    model = models.build(
        "start > p > end", inner, models.on("p", "b", models.signal("stop")), "b > c"
    )
    case = Case(SpiffRuntime(), model).open()
    assert case.completed == "start start2 throw b"
    assert case.ready == "c"
    assert case.do("c").status == "completed"


def test_one_signal_reaches_only_waits_that_it_has_not_ended() -> None:
    inner = models.sub(
        "p", "start2 > c > end2", models.catch("c", models.signal("stop"))
    )
    model = models.build(
        "start > p > end", inner, models.on("p", "b", models.signal("stop")), "b > end3"
    )
    case = Case(SpiffRuntime(), model).open().signal("stop")
    assert (case.closed, case.completed) == ("b+ c-", "b end3")
    assert case.status == "completed"


def test_a_merged_token_that_cannot_leave_stands_under_its_smallest_number() -> None:
    model = models.build(
        "start > g",
        models.both("g"),
        "g > fails > j",
        models.service("fails", "none", parameters={"x": "unknown"}),
        "g > s > o",
        "g > t > o",
        models.service("s", "work"),
        models.task("t"),
        models.some("o"),
        models.flow("o", "j", "no"),
        models.flow("o", "end", "no"),
        models.both("j"),
        "j > end",
        "g > u > v > end",
        models.task("u"),
        models.service("v", "none", parameters={"x": "unknown"}),
    )
    case = Case(SpiffRuntime(), model)
    case.services.functions = {"work": lambda _: None}
    case.open(no=False).do("u").do("t")
    assert case.incidents == "fails o v"


def test_a_flow_with_a_condition_leads_out_of_a_multi_instance_activity() -> None:
    model = models.build(
        "start > a",
        models.task("a", multi_instance=models.times("2"), default="a-c"),
        models.flow("a", "b", "r > 1"),
        "a > c > end",
        "b > end",
    )
    case = Case(SpiffRuntime(), model).open().do("a#2", r=1).do("a", r=2)
    assert case.decided == [("flows", "a", ["a-b"])]
    assert case.ready == "b"


def test_a_record_that_names_a_foreign_flow_is_an_incident() -> None:
    class Lying:
        def decide(self, *_: object) -> run.Json:
            return ["nowhere"]

    model = models.build("start > x", models.xor("x", default="x-b"), "x > a", "x > b")
    case = Case(SpiffRuntime(), model)
    effect = case.execution.act(run.Open(), replace(case._context(Lying())))
    assert [one.element for one in effect.incidents] == ["x"]
    assert effect.taken == ("start-x",)
