"""Compensation event sub-processes inside SpiffWorkflow: what is stored (rule 38)."""

import json

import pytest

from engine.errors import StateError
from engine.spiff.runtime import SpiffRuntime
from tests import models
from tests.conformance.driving import Case
from tests.models import compensation, done, signal
from tests.unit.engine.spiff.test_codec import sealed

RUNTIME = SpiffRuntime()


def undone() -> Case:
    """A sub-process `p` that remembers `a` and `b`, and what undoes it."""
    undoes = models.handler(
        "h", "w", compensation(), "w > t > u > end3", models.throw("t", compensation())
    )
    inner = models.sub("p", "start2 > a > b > end2", *done("a", "b"), undoes)
    outer = models.sub(
        "q", "start4 > p > s > c > end4", inner, models.throw("c", compensation())
    )
    late = models.on("q", "e", signal("stop"))
    parts = ("start > q > end", "e > again > end", outer, late)
    thrown = models.throw("again", compensation())
    return Case(RUNTIME, models.build(*parts, thrown)).open().do("a").do("b")


def _memories(case: Case) -> list[list[object]]:
    parts: list[list[object]] = json.loads(case.execution.dump()[8:])[6]
    return parts


def test_what_it_remembers_is_stored_with_the_visit_until_it_is_undone() -> None:
    case = undone()
    ((_, _, _, _, inner),) = _memories(case)
    assert isinstance(inner, list)
    assert len(inner) == 6
    assert case.do("s").ready == "ub"
    assert case.do("ub").ready == "ua"
    assert (case.do("ua").ready, case.completed) == ("u", "ua t")
    assert (case.do("u").status, case.completed) == (
        "completed",
        "u end3 h c end4 q end",
    )


def test_a_signal_that_ends_the_throw_ends_what_undoes_as_well() -> None:
    case = undone().do("s").do("ub")
    assert (case.ready, case.waiting) == ("ua", "e")
    case.signal("stop")
    assert (case.closed, case.status) == ("e+ ua-", "completed")


def test_a_throw_that_is_cancelled_leaves_the_rest_to_the_next() -> None:
    undoes = models.handler(
        "h", "w", compensation(), "w > t > end3", models.throw("t", compensation())
    )
    inner = models.sub("p", "start2 > a > b > end2", *done("a", "b"), undoes)
    stop = models.handler(
        "k", "v", signal("stop"), "v > c2 > end5", models.throw("c2", compensation())
    )
    throw = models.throw("c", compensation())
    model = models.build("start > p > s > c > end", inner, throw, stop)
    case = Case(RUNTIME, model).open().do("a").do("b").do("s").do("ub")
    assert case.ready == "ua"
    case.signal("stop")
    assert case.ready == "ua#2"
    assert (case.do("ua#2").completed, case.status) == (
        "ua t end3 h c2 end5 k",
        "completed",
    )


@pytest.mark.parametrize("wrong", [[[]], [99, 0, 0], [0, 99, 0], [0, 0], ["a", 0, 0]])
def test_what_cannot_be_remembered_is_refused(wrong: list[object]) -> None:
    case = undone()
    parts = json.loads(case.execution.dump()[8:])
    RUNTIME.load(case.model, sealed(parts))
    parts[6][0][4] = wrong
    with pytest.raises(StateError):
        RUNTIME.load(case.model, sealed(parts))


def test_what_undoes_must_hang_on_what_wants_it() -> None:
    case = undone().do("s")
    parts = json.loads(case.execution.dump()[8:])
    undoing = next(one for one in parts[5] if one[2] and one[4] == 32)
    undoing[2] = 0
    with pytest.raises(StateError):
        RUNTIME.load(case.model, sealed(parts))
