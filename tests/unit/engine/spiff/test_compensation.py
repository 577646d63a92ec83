"""Compensation inside SpiffWorkflow: what a state remembers, and who undoes it."""

import json

import pytest

from engine.errors import StateError
from engine.spiff.runtime import SpiffRuntime
from tests import models
from tests.conformance.driving import Case
from tests.models import undo, undoing
from tests.unit.engine.spiff.test_codec import sealed

RUNTIME = SpiffRuntime()


def make(*parts: models.Part) -> Case:
    return Case(RUNTIME, models.build(*parts))


def undoable(name: str) -> tuple[models.Part, ...]:
    """A task with the task that undoes it."""
    return (
        models.task(name),
        undo(name, f"{name}-gone", f"un-{name}"),
        undoing(f"un-{name}"),
    )


def test_the_latest_is_undone_first_and_then_forgotten() -> None:
    case = make(
        "start > a > b > c > t > x > t",
        *undoable("a"),
        *undoable("b"),
        models.throw("t", models.compensation()),
    ).open()
    case.do("a").do("b").do("c")
    assert (case.ready, case.waiting, case.completed) == ("un-b", "", "c")
    assert (case.do("un-b").ready, case.completed) == ("un-a", "un-b")
    assert (case.do("un-a").ready, case.completed) == ("x", "un-a t")
    assert (case.do("x").ready, case.completed) == ("x#2", "x t")


def test_one_activity_only_and_every_visit_of_it() -> None:
    case = make(
        "start > a > b > s > t > end",
        models.task("a", multi_instance=models.times("2")),
        *undoable("a")[1:],
        *undoable("b"),
        models.task("s"),
        models.throw("t", models.compensation("a")),
    ).open()
    case.do("a#2").do("a").do("b").do("s")
    assert case.ready == "un-a"
    assert case.do("un-a").ready == "un-a#2"
    assert (case.do("un-a#2").completed, case.status) == ("un-a t end", "completed")


def test_a_sub_process_is_undone_by_what_it_remembers() -> None:
    inner = models.sub("p", "start2 > a > b > end2", *undoable("a"), *undoable("b"))
    case = make(
        "start > p > t", inner, models.end("t", models.compensation("p"))
    ).open()
    case.do("a").do("b")
    assert (case.ready, case.completed) == ("un-b", "b end2 p")
    assert case.do("un-b").do("un-a").completed == "un-a t"
    assert case.status == "completed"


def test_a_sub_process_with_a_handler_is_undone_by_it_alone() -> None:
    inner = models.sub("p", "start2 > a > end2", *undoable("a"))
    case = make(
        "start > p > t",
        inner,
        undo("p", "p-gone", "un-p"),
        undoing("un-p"),
        models.end("t", models.compensation()),
    ).open()
    assert case.do("a").ready == "un-p"
    assert case.do("un-p").status == "completed"


def test_a_cancelled_transaction_is_undone_and_left_by_its_boundary() -> None:
    inner = models.transaction(
        "p",
        "start2 > g",
        models.both("g"),
        "g > a > x",
        "g > w > end2",
        *undoable("a"),
        models.end("x", models.cancel()),
    )
    case = make(
        "start > p > z", inner, models.on("p", "k", models.cancel()), "k > c"
    ).open()
    assert (case.do("a").ready, case.closed) == ("un-a", "a+ w-")
    assert (case.do("un-a").completed, case.ready) == ("un-a x k", "c")


def test_a_cancelled_throw_leaves_the_rest_to_the_next() -> None:
    case = make(
        "start > a > b > c > t > end",
        *undoable("a"),
        *undoable("b"),
        models.throw("t", models.compensation()),
        models.handler(
            "h",
            "go",
            models.signal("s"),
            "go > t2",
            models.end("t2", models.compensation()),
        ),
    ).open()
    case.do("a").do("b").do("c").do("un-b").signal("s")
    assert (case.closed, case.ready) == ("go+ un-a-", "un-a#2")
    assert (case.do("un-a#2").completed, case.status) == ("un-a t2 h", "completed")


def test_a_handler_that_its_boundary_ends_is_done() -> None:
    case = make(
        "start > a > t > z",
        *undoable("a"),
        models.throw("t", models.compensation()),
        models.on("un-a", "late", models.timer("P1D")),
        "late > c",
    ).open()
    assert case.do("a").waiting == "late"
    assert (case.fire("late").completed, case.ready) == ("late t", "c z")


def test_the_handler_of_a_message_is_no_event_behind_a_gateway() -> None:
    case = make(
        "start > a > t > z",
        *undoable("a")[:2],
        models.receive("un-a", models.message("m"), for_compensation=True),
        models.throw("t", models.compensation()),
    ).open()
    assert case.do("a").waiting == "un-a"
    assert (case.message("m").completed, case.ready) == ("un-a t", "z")


@pytest.mark.parametrize("wrong", [[0, 1], [0, 99, 1, 0], [5, 1, 1, 0], [0, "1", 1, 0]])
def test_a_memory_of_what_does_not_exist_is_refused(wrong: object) -> None:
    case = make("start > a > b > end", *undoable("a")).open().do("a")
    parts = json.loads(case.execution.dump()[8:])
    assert parts[6][0][3] == 0
    parts[6] = [wrong]
    with pytest.raises(StateError):
        RUNTIME.load(case.model, sealed(parts))
