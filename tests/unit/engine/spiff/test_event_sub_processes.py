"""Event sub-processes inside SpiffWorkflow: what a state says, and who is left."""

import json

import pytest

from engine.domain import run
from engine.errors import NotReadyError, StateError
from engine.spiff.runtime import SpiffRuntime
from tests import models
from tests.conformance.driving import Case
from tests.models import handler
from tests.unit.engine.spiff.test_codec import sealed

RUNTIME = SpiffRuntime()


def make(*parts: models.Part) -> Case:
    return Case(RUNTIME, models.build(*parts))


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_signal_begins_the_sub_process(*, interrupting: bool) -> None:
    signal = models.signal("s")
    case = make(
        "start > a > end",
        handler("h", "go", signal, "go > b", interrupting=interrupting),
    ).open()
    assert (case.ready, case.waiting) == ("a", "go")
    case.signal("s", note=1)
    assert (case.completed, case.taken, case.data) == ("go", "go-b", {"note": 1})
    if interrupting:
        assert (case.closed, case.ready, case.waiting) == ("go+ a-", "b", "")
        assert case.do("b").completed == "b h"
    else:
        assert (case.closed, case.ready, case.waiting) == ("go+", "a b", "go#2")
        assert case.do("a").status == "open"
        assert (case.do("b").completed, case.closed) == ("b h", "b+ go#2-")
    assert case.status == "completed"


def test_armed_starts_keep_no_scope_alive() -> None:
    timer = handler("h", "late", models.timer("P1D"), "late > b")
    case = make("start > p > z", models.sub("p", "start2 > a > end2", timer)).open()
    assert (case.ready, case.waiting) == ("a", "late")
    assert (case.do("a").ready, case.closed) == ("z", "a+ late-")


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_is_heard_in_its_own_scope_first(*, interrupting: bool) -> None:
    told = models.escalation("E")
    inner = models.sub(
        "p",
        "start2 > t > a",
        models.throw("t", told),
        handler("h", "go", told, "go > b", interrupting=interrupting),
    )
    case = make("start > p > end", inner, models.on("p", "x", told), "x > c").open()
    assert case.completed == "start start2 t go"
    assert case.ready == ("b" if interrupting else "b a")


def test_what_an_event_sub_process_throws_goes_outward() -> None:
    wrong = models.error("E")
    inner = models.sub(
        "p",
        "start2 > e",
        models.end("e", wrong),
        handler("h", "go", wrong, "go > f", models.end("f", wrong)),
    )
    case = make("start > p > end", inner, models.on("p", "x", wrong), "x > c").open()
    assert case.completed == "start start2 e go f x"
    assert case.ready == "c"


def test_a_start_that_cannot_leave_keeps_its_number_in_the_state() -> None:
    parts = (
        "start > a > end",
        handler(
            "h",
            "go",
            models.signal("s"),
            models.flow("go", "b", "unknown"),
            interrupting=False,
        ),
    )
    case = make(*parts).open().signal("s")
    assert (case.incidents, case.ready, case.waiting) == ("go", "a", "go#2")
    assert case.signal("s").incidents == "go go#2"


def test_a_process_opens_by_a_triggered_start() -> None:
    parts = (
        "start > a > end",
        models.trigger("post", models.message("m")),
        "post > b > end",
        handler("h", "go", models.signal("s"), "go > c"),
    )
    case = make(*parts).act(run.Open({"x": 1}, "post"))
    assert (case.completed, case.ready, case.waiting) == ("post", "b", "go")
    for wrong in ("start", "go", "none"):
        with pytest.raises(NotReadyError):
            make(*parts).act(run.Open({}, wrong))
    with pytest.raises(NotReadyError):
        make(models.trigger("post", models.message("m")), "post > b").open()


def test_a_token_stands_only_in_its_own_scope_or_the_one_it_guards() -> None:
    inner = models.sub(
        "p", "start2 > a", handler("h", "go", models.signal("s"), "go > b")
    )
    case = make("start > p > end", inner).open()
    parts = json.loads(case.execution.dump()[8:])
    (row,) = (one for one in parts[5] if one[4] == 8)  # The only wait.
    row[1] = 0
    with pytest.raises(StateError):
        RUNTIME.load(case.model, sealed(parts))
