"""What is the token game's own: its tables, its state, its reach."""

import json
import os
import subprocess
import sys

import pytest

from engine import limits
from engine.conformance import net as nets
from engine.conformance.game import NETS, TokenGame
from engine.domain import run
from engine.domain.deciding import Evaluating, Following
from engine.domain.run import Choice, Decision
from engine.errors import StateError
from engine.ports import Context
from tests import models
from tests.conformance.driving import NOW, Case, Functions
from tests.models import both, build, flow, on, some, sub, task, timer, times, xor


def test_reach_counts_paths_that_avoid_the_join() -> None:
    net = nets.compile_net(
        build(
            *("start > s", both("s"), "s > a > j", "s > b > j", some("j")),
            *("j > c > x", xor("x"), flow("x", "s", "again"), "x > end"),
            *(on("b", "t", timer("P1D")), "t > a"),
        )
    )
    reach = net.reach(net.node_index["j"])
    told = {place.id: reach[place.index] for place in net.places}
    assert told == {
        "start": 3,
        "s": 3,
        "a": 1,
        "b": 3,
        "t": 1,
        "c": 3,
        "x": 3,
        "j": 0,
        "end": 0,
    }


def test_reach_goes_through_links_and_not_into_event_sub_processes() -> None:
    h = models.handler("h", "s", models.message("m"), "s > x > end1")
    net = nets.compile_net(
        build(
            *("start > f", both("f"), "f > a > j", "f > b > t", some("j"), "j > end"),
            *(models.throw("t", models.link("L")), models.catch("c", models.link("L"))),
            *("c > j", h),
            *models.done("b"),
        )
    )
    reach = net.reach(net.node_index["j"])
    told = {place.id for place in net.places if reach[place.index]}
    assert told == {"start", "f", "a", "b", "t", "c"}


def test_compiled_models_are_kept_but_not_for_ever() -> None:
    game = TokenGame()
    kept = [build("start > a", hash=str(number)) for number in range(NETS + 5)]
    for model in kept:
        game.begin(model)
    assert len(game._nets) == NETS


def test_scopes_nested_hundreds_deep_run_and_end() -> None:
    element = sub("p500", "a")
    for depth in range(499, 0, -1):
        element = sub(f"p{depth}", element)
    case = Case(TokenGame(), build("start > p1 > end", element)).open()
    assert case.do("a").status == "completed"


@pytest.mark.parametrize(
    ("choice", "element", "value"),
    [
        (Choice.FLOWS, "x", ["nothing"]),
        (Choice.FLOWS, "x", []),
        (Choice.FLOWS, "x", "x-a"),
        (Choice.DUE, "t", 7),
        (Choice.DUE, "t", "soon"),
        (Choice.INSTANCES, "m", "many"),
        (Choice.INSTANCES, "m", 10**9),
        (Choice.ANSWER, "s", None),
        (Choice.KEYS, "k", []),
    ],
)
def test_a_record_that_does_not_fit_the_model_is_an_incident(
    choice: Choice, element: str, value: run.Json
) -> None:
    model = build(
        *(f"start > {element}", xor("x"), flow("x", "a", "n"), flow("x", "b", "n")),
        *(models.catch("t", timer("P1D")), models.service("s", "f")),
        models.catch("k", models.message("k", key="n")),
        task("m", multi_instance=times("n")),
    )
    game = TokenGame().begin(model)
    decisions = [Decision(choice, element, 1, value)]
    context = Context(now=NOW, decider=Following(decisions), services=Functions({}))
    advance = game.act(run.Open({"n": True}), context)
    assert [one.element for one in advance.incidents][:1] == [element]
    assert advance.status is run.Status.INCIDENT


SCRIPT = """
from engine.conformance.game import TokenGame
from tests.conformance.driving import Case
from tests.models import both, build, some, task, times
case = Case(TokenGame(), build(
    "start > s", some("s"), *(f"s > t{n} > j" for n in range(20)), some("j"), "j > m",
    task("m", multi_instance=times("4")), "m > end"))
case.open(**{f"v{n}": n for n in range(20)})
for n in (7, 3, 11):
    case.do(f"t{n}", **{f"w{n}": {"b": 1, "a": [n]}})
print(case.execution.dump().decode())
"""


def test_the_state_is_the_same_bytes_under_every_hash_seed() -> None:
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
    assert "w11" in outputs.pop()


def test_a_straight_line_costs_no_more_late_than_early() -> None:
    model = build("start > " + " > ".join(f"t{n}" for n in range(300)) + " > end")
    game = TokenGame().begin(model)
    context = Context(now=NOW, decider=Evaluating(), services=Functions({}))
    game.act(run.Open(), context)
    for number in range(300):
        advance = game.act(run.Complete(f"t{number}", 1), context)
        assert len(advance.completed) == (2 if number == 299 else 1)
    assert advance.status is run.Status.COMPLETED


def everything() -> Case:
    """A case in which everything that a state can hold is held."""
    cycle = models.handler(
        *("g", "s1", timer("R/PT1H"), "s1 > w > end3"), interrupting=False
    )
    resting = models.handler(
        *("h", "s", models.when("n > 2"), "s > v > end2"), interrupting=False
    )
    inner = sub("p", "start1 > b > end1", *models.done("b"))
    model = build(
        *("start > f", both("f"), "f > a > p > t > end", "f > l > end", cycle, resting),
        *(task("l", loop=models.again("True")), *models.done("a"), inner),
        models.throw("t", models.compensation()),
    )
    case = Case(TokenGame(), model).open(n=3)
    return case.do("a").do("b").do("l").fire("s1")


def test_the_state_of_everything_comes_back() -> None:
    case = everything()
    assert (case.ready, case.waiting) == ("v ub l#2 w", "s1#2")
    record = json.loads(case.execution.dump())
    assert [one["e"] for one in record["tokens"] if one.get("q")] == ["s", "s1"]
    assert record["done"] == [["a", 15, []], ["p", 15, [["b", 0, []]]]]


def test_a_state_that_contradicts_itself_is_refused() -> None:
    case = everything()
    state = json.loads(case.execution.dump())
    numbers = {one["e"]: number for number, one in enumerate(state["tokens"])}
    for path, value in (
        (["unseen"], [99]),
        (["done"], [["nothing", 0, []]]),
        (["done"], [["a", 0]]),
        (["tokens", numbers["ub"], "c"], 99),
        (["tokens", numbers["s"], "a"], 99),
        (["tokens", numbers["l"], "g"], 99),
        (["tokens", numbers["s"], "m"], 99),
    ):
        damaged = json.loads(json.dumps(state))
        at = damaged
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = value
        with pytest.raises(StateError):
            TokenGame().load(case.model, json.dumps(damaged).encode())


def test_a_state_of_the_first_codec_is_refused() -> None:
    case = everything()
    state = {**json.loads(case.execution.dump()), "version": 1}
    with pytest.raises(StateError):
        TokenGame().load(case.model, json.dumps(state).encode())


def test_undoing_as_deep_as_a_file_may_nest() -> None:
    element = sub(f"p{limits.XML_DEPTH}", "a", *models.done("a"))
    for depth in range(limits.XML_DEPTH - 1, 0, -1):
        element = sub(f"p{depth}", element)
    throw = models.throw("t", models.compensation())
    case = Case(TokenGame(), build("start > p1 > t > end", element, throw)).open()
    assert case.do("a").ready == "ua"
    assert case.do("ua").status == "completed"
