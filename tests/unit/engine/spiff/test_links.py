"""Links inside SpiffWorkflow: what a model and a stored state can do to them."""

import pytest

from engine.domain.model import EventDefinition, EventKind
from engine.spiff.runtime import SpiffRuntime
from tests import models
from tests.conformance.driving import Case

TO_X = EventDefinition(kind=EventKind.LINK, name="X")


def test_a_link_survives_the_budget_between_throw_and_catch() -> None:
    model = models.build(
        "start > a > out", models.throw("out", TO_X), models.catch("in", TO_X), "in > b"
    )
    case = Case(SpiffRuntime(), model).open()
    case.budget = 1
    assert case.do("a").advance.more
    assert (case.completed, case.taken) == ("a out", "a-out")
    case.budget = 9
    assert (case.go_on().ready, case.completed, case.taken) == ("b", "in", "in-b")


def test_a_link_leads_to_its_own_scope_only() -> None:
    inner = models.sub("p", "start2 > out2", models.throw("out2", TO_X))
    model = models.build("start > p > end", inner, models.catch("in", TO_X), "in > b")
    case = Case(SpiffRuntime(), model).open()
    assert (case.status, case.completed) == ("completed", "start start2 out2 p end")


@pytest.mark.parametrize("link", ["X", "Y"])
def test_an_inclusive_join_waits_for_what_comes_through_a_link(link: str) -> None:
    """Rule 10: without the right link nothing can come, and the join fires."""
    model = models.build(
        "start > g",
        models.both("g"),
        "g > a > out",
        models.throw("out", EventDefinition(kind=EventKind.LINK, name=link)),
        models.catch("in", TO_X),
        models.catch("elsewhere", EventDefinition(kind=EventKind.LINK, name="Y")),
        "in > j",
        "elsewhere > c",
        "g > b > j",
        models.some("j"),
        "j > z > end",
    )
    case = Case(SpiffRuntime(), model).open().do("b")
    assert case.ready == ("a" if link == "X" else "a z")
