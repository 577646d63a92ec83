"""The bytes of cases in which the last elements of BPMN stand (rules 34 to 38)."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from engine.conformance.game import TokenGame
from engine.errors import StateError
from tests import models
from tests.conformance.driving import Case


def everything() -> Case:
    """A case in which each of them is half done."""
    p = models.sub(
        "p",
        "start1 > a > end1",
        models.handler("h", "s", models.compensation(), "s > x > end2"),
        *models.done("a"),
    )
    folder = models.ad_hoc(
        "o",
        *(models.task("b"), models.task("c")),
        completion="n > 2",
        cancel_remaining=False,
    )
    event = models.all_of(models.message("m"), models.timer("R3/PT1H"))
    model = models.build(
        *("start > f", models.both("f"), "f > p > t", "f > o > z"),
        *("f > d > g", "f > e > g", "f > k > g", "f > w", "f > q", p, folder),
        *(models.on("w", "v", event, interrupting=False), "v > y"),
        *(models.complex_("g", "activationCount >= 2"), "g > l"),
        models.throw("t", models.compensation()),
        models.sub(
            "q",
            *("start3 > f3", models.both("f3"), "f3 > a3 > g3", "f3 > b3 > g3"),
            *(models.complex_("g3", "activationCount > 0"), "g3 > c3"),
        ),
    )
    case = Case(TokenGame(), model).open(n=3).do("a").do("d").do("e").do("a3")
    return case.begin("o", "b").begin("o", "c").do("b").fire("v.2")


def state(case: Case) -> dict[str, Any]:
    """The dumped state, read."""
    read: dict[str, Any] = json.loads(case.execution.dump())
    return read


def test_what_is_half_done_comes_back() -> None:
    case = everything()
    assert (case.ready, case.waiting) == ("o k w b3 x l c3 c", "v.1")
    record = state(case)
    assert record["resets"] == {"g": ["k-g"]}
    tokens = {one["e"]: one for one in record["tokens"]}
    assert (tokens["o"]["w"], tokens["q"]["z"]) == (True, {"g3": ["b3-g3"]})
    assert (tokens["v.2"]["m"], tokens["v.2"]["d"]) == (9, "2026-01-31T02:00:00Z")
    assert record["done"] == [["p", tokens["t"]["n"], [["a", 0, []]]]]


@pytest.mark.parametrize(
    ("element", "key"), [("h", "c"), ("v.2", "h"), ("g", "resets"), ("q", "z")]
)
def test_what_contradicts_itself_is_refused(element: str, key: str) -> None:
    case = everything()
    record = state(case)
    if key == "resets":
        record[key] = {element: ["nothing"]}
    else:
        (token,) = (one for one in record["tokens"] if one["e"] == element)
        token[key] = {"g3": ["nothing"]} if key == "z" else 9999
    with pytest.raises(StateError):
        TokenGame().load(case.model, json.dumps(record).encode())


def test_a_handler_without_its_throw_is_refused() -> None:
    case = everything()
    record = state(case)
    (handler,) = (one for one in record["tokens"] if one["e"] == "h")
    del handler["c"]
    with pytest.raises(StateError):
        TokenGame().load(case.model, json.dumps(record).encode())


def test_states_of_cases_without_them_are_as_they_were() -> None:
    model = models.build("start > a > end")
    case = Case(TokenGame(), model).open(n=1)
    assert case.execution.dump() == (
        b'{"areas":1,"begun":true,"counts":{"a":1,"start":1},"data":{"n":1},"done":[],'
        b'"model":"h","number":2,"tokens":[{"a":1,"e":"a","f":"start-a","m":1,"n":2,'
        b'"o":1}],"unseen":[],"version":2}'
    )


SCRIPT = """
from tests.unit.engine.conformance import test_late_states
print(test_late_states.everything().execution.dump().decode())
"""


def test_the_bytes_are_the_same_under_every_hash_seed() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(outputs) == 1
    assert '"resets"' in outputs.pop()
