"""Only what waits can be done: SpiffWorkflow itself would run any task it is given."""

import pytest

from engine.domain import run
from engine.domain.model import Model
from engine.errors import EngineError, NotReadyError, OutcomeRequiredError
from engine.spiff.runtime import SpiffRuntime
from tests import models
from tests.conformance.driving import Case


def drawn() -> Model:
    return models.build(
        "start > a > g",
        models.both("g"),
        "g > chosen > j",
        models.task("chosen", "j-x"),
        "g > letter > j",
        models.receive("letter", models.message("letter")),
        models.on("letter", "late", models.timer("PT1H")),
        "late > after > end2",
        "g > s > j",
        models.service("s", "missing"),
        models.both("j"),
        "j > x > end",
        models.xor("x"),
    )


def broken(_: object) -> run.Json:
    raise EngineError("broken")


@pytest.fixture
def case() -> Case:
    """Work at `chosen`, a wait at `letter` with a timer, an incident at `s`."""
    case = Case(SpiffRuntime(), drawn())
    case.services.functions = {"missing": broken}
    case.open().do("a")
    assert (case.ready, case.waiting, case.incidents) == ("chosen", "letter late", "s")
    return case


REFUSED = {
    "finished work": run.Complete("a", 1),
    "a visit that never was": run.Complete("chosen", 2),
    "occurrence zero": run.Complete("chosen", 0),
    "work that lies ahead": run.Complete("after", 1),
    "an element of another model": run.Complete("nowhere", 1),
    "a gateway": run.Complete("g", 1),
    "a join that holds a token": run.Complete("j", 1),
    "an incident": run.Complete("s", 1),
    "a wait": run.Complete("letter", 1),
    "an armed timer": run.Complete("late", 1),
    "a scope": run.Complete("P", 1),
    "the root of the tree": run.Complete("the root", 0),
    "a timer before its instant": run.Fire("late", 1),
    "a timer of another visit": run.Fire("late", 2),
    "a wait that is no timer": run.Fire("letter", 1),
    "work as a timer": run.Fire("chosen", 1),
    "a message nobody waits for": run.Message("late"),
    "a signal nobody waits for": run.Signal("letter"),
    "a second beginning": run.Open(),
}


@pytest.mark.parametrize("act", REFUSED.values(), ids=REFUSED)
def test_what_does_not_wait_is_refused_and_nothing_changes(
    case: Case, act: run.Act
) -> None:
    before, picture = case.execution.dump(), case.execution.picture()
    with pytest.raises(NotReadyError):
        case.act(act)
    assert case.execution.dump() == before
    assert case.execution.picture() == picture


@pytest.mark.parametrize("outcome", ["", "x-end", "J-X", "g-chosen"])
def test_an_outcome_that_the_task_does_not_have_is_refused(
    case: Case, outcome: str
) -> None:
    before = case.execution.dump()
    with pytest.raises(OutcomeRequiredError):
        case.do("chosen", outcome, answer=1)
    assert case.execution.dump() == before


def test_work_that_a_timer_has_cancelled_cannot_be_completed() -> None:
    case = Case(
        SpiffRuntime(),
        models.build(
            "start > a > end", models.on("a", "t", models.timer("PT1H")), "t > b > end2"
        ),
    )
    case.open().fire("t")
    assert (case.ready, case.closed) == ("b", "t+ a-")
    for act in (run.Complete("a", 1), run.Fire("t", 1)):
        with pytest.raises(NotReadyError):
            case.act(act)


@pytest.mark.parametrize(
    "act", [run.Complete("a", 1), run.Fire("late", 1), run.Signal("n"), run.Continue()]
)
def test_nothing_happens_before_the_case_is_open(act: run.Act) -> None:
    case = Case(SpiffRuntime(), drawn())
    with pytest.raises(NotReadyError):
        case.act(act)


def test_a_completed_case_takes_no_act() -> None:
    case = Case(SpiffRuntime(), models.build("start > a > end")).open().do("a")
    assert case.status == "completed"
    for act in (run.Complete("a", 1), run.Open(), run.Signal("n")):
        with pytest.raises(NotReadyError):
            case.act(act)
