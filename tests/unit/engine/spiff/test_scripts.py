"""SpiffWorkflow evaluates nothing: its script engine is ours from the first moment."""

import builtins
from collections.abc import Callable
from typing import NoReturn

import pytest
from SpiffWorkflow.bpmn import workflow
from SpiffWorkflow.bpmn.script_engine import python_environment
from SpiffWorkflow.exceptions import WorkflowException

from engine.domain import run
from engine.domain.model import Model, TimerKind
from engine.errors import IncidentError
from engine.spiff import script
from engine.spiff.elements import activities
from engine.spiff.runtime import SpiffRuntime
from tests import models
from tests.conformance.driving import Case


def drawn() -> Model:
    """Expressions wherever a diagram may have one."""
    return models.build(
        "start > g",
        models.some("g"),
        models.flow("g", "a", "n > 0"),
        models.flow("g", "s", "n > 1"),
        models.task(
            "a", multi_instance=models.times("n", completion="nrOfInstances > 5")
        ),
        models.on("a", "t", models.timed(TimerKind.DURATION, "'PT1H'")),
        "t > end2",
        models.service("s", "work", parameters={"x": "n + 1"}),
        "s > c > th > j",
        models.catch("c", models.message("m", key="n")),
        models.throw("th", models.signal("s", v="n * 2")),
        "a > j > end",
        models.some("j"),
    )


def boom(*_: object, **__: object) -> NoReturn:
    raise AssertionError("SpiffWorkflow evaluated something")


def answered(parameters: object) -> run.Json:
    return {"seen": str(parameters)}


def test_the_default_script_engine_is_never_made_and_eval_never_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workflow, "PythonScriptEngine", boom)
    monkeypatch.setattr(python_environment.TaskDataEnvironment, "evaluate", boom)
    monkeypatch.setattr(python_environment.TaskDataEnvironment, "execute", boom)
    case = Case(SpiffRuntime(), drawn())
    case.services.functions = {"work": answered}
    with monkeypatch.context() as patched:
        patched.setattr(builtins, "eval", boom)
        patched.setattr(builtins, "exec", boom)
        case.open(n=2)
        assert (case.ready, case.waiting) == ("a a#2", "t c")
        case.act(run.Message("m", {}, {"key": 2}))
        case.do("a").do("a#2")
    assert case.status == "completed"
    assert case.data["seen"] == "{'x': 3}"


def test_a_loaded_case_has_our_script_engine_and_environment() -> None:
    runtime = SpiffRuntime()
    begun = runtime.begin(drawn())
    loaded = runtime.load(drawn(), begun.dump())
    for one in (begun, loaded):
        engine = one._case.script_engine
        assert engine is script.NO_SCRIPTS
        assert type(engine.environment) is script.NoEnvironment


def test_the_script_engine_of_a_scope_instance_is_ours() -> None:
    model = models.build("start > p > end", models.sub("p", "start2 > a > end2"))
    execution = SpiffRuntime().begin(model)
    case = Case(SpiffRuntime(), model).open()
    loaded = case.runtime.load(model, case.execution.dump())
    assert isinstance(loaded, type(execution))
    (scope,) = loaded._case.subprocesses.values()
    assert scope.script_engine is script.NO_SCRIPTS


def test_every_way_into_the_script_engine_refuses() -> None:
    engine = script.NO_SCRIPTS
    environment = engine.environment
    calls: tuple[Callable[[], object], ...] = (
        lambda: engine.evaluate(None, "1"),
        lambda: engine.execute(None, "x = 1"),
        lambda: engine.validate("1"),
        lambda: engine.call_service(None),
        lambda: environment.evaluate("1", {}),
        lambda: environment.execute("x = 1", {}),
        lambda: environment.call_service({}),
    )
    for call in calls:
        with pytest.raises(IncidentError):
            call()


HOSTILE = "().__class__.__base__.__subclasses__()"


def test_a_hostile_condition_is_an_incident_and_the_other_branch_goes_on() -> None:
    case = Case(
        SpiffRuntime(),
        models.build(
            "start > g",
            models.both("g"),
            "g > x",
            models.xor("x", default="x-end"),
            models.flow("x", "a", HOSTILE),
            "x > end",
            "a > end",
            "g > b > end2",
        ),
    )
    case.open()
    assert (case.ready, case.incidents, case.status) == ("b", "x", "incident")


def test_an_exception_of_spiffworkflow_is_an_incident(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> NoReturn:
        raise WorkflowException("state went backwards")

    monkeypatch.setattr(activities.Service, "ask", fail)
    case = Case(
        SpiffRuntime(), models.build("start > s > end", models.service("s", "f"))
    )
    case.careful = False
    case.open()
    (incident,) = case.execution.picture().incidents
    assert incident.element == "s"
    assert incident.message.startswith("state went backwards")


@pytest.mark.parametrize("answer", [object(), {1, 2}, float("nan"), {"x": b"bytes"}])
def test_an_answer_that_cannot_be_stored_is_an_incident(answer: run.Json) -> None:
    case = Case(
        SpiffRuntime(), models.build("start > s > end", models.service("s", "f"))
    )
    case.services.functions = {"f": lambda _: answer}
    assert case.open(before=1).incidents == "s"
    assert case.data == {"before": 1}
