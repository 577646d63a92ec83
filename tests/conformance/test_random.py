"""Random models: both interpreters give the same effect and picture, act by act."""

import random

import pytest

from engine.conformance.game import TokenGame
from engine.domain import run
from engine.ports import Runtime
from tests.conformance.drawing import NAMES, Drawer, acts
from tests.conformance.driving import Case

MODELS = 150
ACTS = 25


def play(runtime: Runtime, seed: int) -> None:
    """Drive one random case in both, reloading each after every act."""
    model = Drawer(seed).model()
    chooser = random.Random(seed)  # noqa: S311 - to repeat, not to hide
    ours, other = Case(TokenGame(), model), Case(runtime, model)
    # A small budget now and then: pauses must fall on the same step.
    ours.budget = other.budget = chooser.choice([1, 3, 60, 60])
    act: run.Act | None = run.Open({name: chooser.randint(0, 2) for name in NAMES})
    for _ in range(ACTS):
        if act is None:
            break
        for case in (ours, other):
            case.later(days=2).act(act)
        assert other.advance == ours.advance
        assert other.execution.picture() == ours.execution.picture()
        more = ours.advance.more and chooser.random() < 0.8
        act = run.Continue() if more else acts(chooser, ours.execution.picture())


@pytest.mark.parametrize("seed", range(MODELS))
def test_random_models_run_the_same_in_both(runtime: Runtime, seed: int) -> None:
    play(runtime, seed)


@pytest.mark.fuzz
def test_many_random_models_run_the_same_in_both(runtime: Runtime) -> None:
    for seed in range(MODELS, 20_000):
        play(runtime, seed)
