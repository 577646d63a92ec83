"""Escalation inside SpiffWorkflow: whose tokens go on, and in which order."""

from engine.spiff.runtime import SpiffRuntime
from tests import models
from tests.conformance.driving import Case


def told(*, interrupting: bool, code: str = "E", last: str = "w") -> Case:
    thrown = models.escalation("E")
    inner = models.sub("p", f"start2 > t > {last}", models.throw("t", thrown))
    boundary = models.on("p", "b", models.escalation(code), interrupting=interrupting)
    model = models.build("start > p > z", inner, boundary, "b > c")
    return Case(SpiffRuntime(), model).open()


def test_the_thrower_goes_on_after_the_catcher() -> None:
    case = told(interrupting=False)
    assert (case.completed, case.ready) == ("start start2 t b", "c w")
    assert case.taken == "start-p start2-t b-c t-w"


def test_an_interrupted_thrower_sends_no_token() -> None:
    case = told(interrupting=True)
    assert (case.completed, case.ready) == ("start start2 t b", "c")


def test_nobody_hears_another_code() -> None:
    case = told(interrupting=True, code="F", last="end2")
    assert (case.completed, case.ready) == ("start start2 t end2 p", "z")


def test_an_escalating_end_keeps_its_scope_until_the_catcher_has_left() -> None:
    inner = models.sub("p", "start2 > e", models.end("e", models.escalation("E")))
    boundary = models.on("p", "b", models.escalation(), interrupting=False)
    model = models.build("start > p > z", inner, boundary, "b > c")
    case = Case(SpiffRuntime(), model).open()
    assert (case.completed, case.ready) == ("start start2 e b p", "c z")
