"""Ad-hoc sub-processes inside SpiffWorkflow: what a state holds of them (rule 36)."""

import json

import pytest

from engine.domain import run
from engine.errors import NotReadyError, StateError
from engine.spiff.runtime import SpiffRuntime
from tests import models
from tests.conformance.driving import Case
from tests.unit.engine.spiff.test_codec import sealed

RUNTIME = SpiffRuntime()


def folder(completion: str = "", **how: bool) -> Case:
    inside = models.ad_hoc("p", "a", "b", completion=completion, **how)
    return Case(RUNTIME, models.build("start > p > z", inside)).open()


def begin(case: Case, activity: str) -> Case:
    return case.act(run.Begin("p", 1, activity))


def _of(case: Case, number: int) -> list[object]:
    """How the state holds a token."""
    parts: list[list[object]] = json.loads(case.execution.dump()[8:])[5]
    return next(one for one in parts if one[0] == number)


def test_its_scope_instance_comes_back_without_a_token() -> None:
    case = folder()
    assert len(_of(case, 2)) == 7
    assert begin(case, "a").ready == "p a"
    assert (case.do("a").ready, case.completed) == ("p", "a")
    assert (case.do("p").ready, case.completed) == ("z", "p")


def test_a_state_says_that_nothing_may_be_begun_any_more() -> None:
    case = folder("enough", cancel_remaining=False)
    begin(begin(case, "a"), "b").do("a", enough=True)
    assert (case.ready, _of(case, 2)[7:]) == ("p b", [{"z": 1}])
    with pytest.raises(NotReadyError):
        begin(case, "a")
    assert case.do("b").completed == "b p"


def test_two_instances_end_apart() -> None:
    inside = models.ad_hoc("p", "a", "b")
    twice = models.sub("q", "start2 > p > z", inside, multi_instance=models.times("2"))
    case = Case(RUNTIME, models.build("start > q > end", twice)).open()
    case.act(run.Begin("p", 2, "a"))
    assert case.ready == "p p#2 a"
    with pytest.raises(NotReadyError):
        case.do("p#2")
    assert case.do("p").ready == "p#2 a z"


def test_other_work_begins_nothing() -> None:
    case = begin(folder(), "a")
    with pytest.raises(NotReadyError):
        case.act(run.Begin("a", 1, "b"))


def test_a_state_with_a_token_inside_what_holds_none_is_refused() -> None:
    case = begin(folder(), "a")
    parts = json.loads(case.execution.dump()[8:])
    RUNTIME.load(case.model, sealed(parts))
    parts[5][0][4] = 64
    with pytest.raises(StateError):
        RUNTIME.load(case.model, sealed(parts))
