"""Complex gateways inside SpiffWorkflow (rule 35)."""

import json

import pytest

from engine.domain.model import NodeKind
from engine.errors import StateError
from engine.spiff.runtime import SpiffRuntime
from tests import models
from tests.conformance.driving import Case
from tests.unit.engine.spiff.test_codec import sealed

RUNTIME = SpiffRuntime()


def gate(name: str, activation: str = "", **fields: str) -> models.Element:
    return models.node(name, NodeKind.COMPLEX_GATEWAY, activation=activation, **fields)


def two_of_three(*more: models.Part, condition: str = "activationCount >= 2") -> Case:
    return Case(
        RUNTIME,
        models.build(
            "start > s > a > j > x > end",
            "s > b > j",
            "s > c > j",
            models.both("s"),
            gate("j", condition),
            *more,
        ),
    ).open()


def test_it_fires_when_enough_tokens_wait_and_the_late_one_ends() -> None:
    case = two_of_three()
    assert (case.do("a").decided, case.ready) == ([("activates", "j", False)], "b c")
    case.do("b")
    assert case.decided == [("activates", "j#2", True)]
    assert (case.completed, case.taken, case.ready) == ("b j", "b-j j-x", "c x")
    case.do("x")
    assert (case.do("c").completed, case.status) == ("c", "completed")


def test_it_is_reset_when_nothing_more_can_come() -> None:
    case = Case(
        RUNTIME,
        models.build(
            "start > s > a > j > x > end",
            "s > b > j",
            "s > c > k > end2",
            models.flow("k", "j", "late"),
            models.xor("k", default="k-end2"),
            models.both("s"),
            gate("j", "activationCount >= 2"),
        ),
    ).open(late=False)
    case.do("a").do("b")
    assert (case.ready, _resets(case)) == ("c x", 1)
    case.do("c")
    assert (case.ready, _resets(case)) == ("x", 0)


def _resets(case: Case) -> int:
    """How many gateways the state says wait for reset."""
    return len(json.loads(case.execution.dump()[8:])[7:])


def test_it_fires_again_for_what_is_left_after_a_reset() -> None:
    case = Case(
        RUNTIME,
        models.build(
            "start > s > a > m > j > x > end",
            "s > b > m",
            "s > c > j",
            models.both("s"),
            models.xor("m"),
            gate("j", "activationCount >= p"),
        ),
    ).open(p=1)
    case.do("a")
    assert (case.decided, case.ready) == ([("activates", "j", True)], "b c x")
    assert (case.do("b").decided, case.ready) == ([], "c x")
    case.do("c", p=1)
    assert case.decided == [("activates", "j#2", True)]
    assert (case.completed, case.ready) == ("c j", "x x#2")


def test_without_a_condition_every_token_passes_and_nothing_is_recorded() -> None:
    case = two_of_three(condition="")
    case.do("a")
    assert (case.decided, case.ready) == ([], "b c x")


def test_it_chooses_like_an_inclusive_gateway() -> None:
    case = two_of_three("j > y", models.flow("j", "z", "no"))
    case.do("a", no=False).do("c")
    assert case.decided[1:] == [("flows", "j#2", ["j-x", "j-y"])]
    assert case.ready == "b x y"


def test_a_condition_that_fails_keeps_the_token_that_arrived() -> None:
    case = two_of_three(condition="activationCount >= limit")
    case.do("a")
    assert (case.incidents, case.ready) == ("j", "b c")
    case.do("b", limit=1)
    assert (case.ready, case.incidents) == ("c x", "j")
    assert case.decided == [("activates", "j#2", True)]


def test_a_firing_that_finds_no_flow_waits_for_reset_all_the_same() -> None:
    case = Case(
        RUNTIME,
        models.build(
            "start > s > a > j",
            "s > b > j",
            models.flow("j", "x", "no"),
            models.both("s"),
            gate("j", "activationCount >= 1"),
        ),
    ).open(no=False)
    assert (case.do("a").incidents, case.completed) == ("j", "a")
    assert _resets(case) == 1
    assert (case.do("b").incidents, _resets(case)) == ("j", 0)


def test_tokens_that_are_never_enough_are_a_deadlock() -> None:
    case = two_of_three(condition="activationCount >= 9")
    case.do("a").do("b").do("c")
    assert (case.incidents, case.status) == ("j#0", "incident")


def test_one_flow_in_without_a_condition_only_splits() -> None:
    parts = ("start > j > x", models.flow("j", "y", "no"), gate("j"))
    case = Case(RUNTIME, models.build(*parts)).open(no=False)
    assert (case.decided, case.ready) == ([("flows", "j", ["j-x"])], "x")


def test_many_tokens_left_fire_one_after_the_other() -> None:
    many = 300
    case = Case(
        RUNTIME,
        models.build(
            "start > s",
            models.both("s"),
            *(f"s > {side}{n} > {side}" for side in "yz" for n in range(many)),
            *(models.xor(f"{side}{n}") for side in "yz" for n in range(many)),
            *(models.xor(side) for side in "yz"),
            "s > w > y > j > end",
            "z > j",
            gate("j", "activationCount >= enough"),
        ),
    )
    case.open(enough=10_000)
    assert case.ready == "w"
    case.do("w", enough=1)
    assert len(case.decided) == case.completed.split().count("j") == many + 1
    assert case.status == "completed"


def test_a_reset_may_end_a_sub_process() -> None:
    inner = models.sub(
        "p", "s2 > a > j", "s2 > b > j", models.both("s2"), gate("j", "true")
    )
    case = Case(RUNTIME, models.build("start > p > x > end", inner)).open()
    assert (case.do("a").completed, case.ready) == ("a j", "b")
    assert (case.do("b").completed, case.ready) == ("b p", "x")


@pytest.mark.parametrize(
    "reset", [[0, 99, 0], [0, 0, 0], [5, 3, 0], [0], [0, 3, -1], 7, [0, 3, "0"]]
)
def test_a_state_with_an_impossible_reset_is_refused(reset: object) -> None:
    case = two_of_three().do("a").do("b")
    parts = json.loads(case.execution.dump()[8:])
    RUNTIME.load(case.model, sealed(parts))
    parts[7] = [reset]
    with pytest.raises(StateError):
        RUNTIME.load(case.model, sealed(parts))
