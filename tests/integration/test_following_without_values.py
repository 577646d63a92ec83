"""A record is followed without the values of its acts: they may have been erased."""

from dataclasses import replace

import pytest

from engine.conformance.game import TokenGame
from engine.domain import deciding, run
from engine.domain.deciding import Following
from engine.ports import Runtime
from engine.spiff.runtime import SpiffRuntime
from tests.integration import random_walks
from tests.integration.random_models import dice


def bare(act: run.Act) -> run.Act:
    """The act as it stands in a record whose values were erased."""
    if isinstance(act, run.Open):
        return replace(act, data={})
    if isinstance(act, run.Complete):
        return replace(act, answers={})
    if isinstance(act, run.Message | run.Signal):
        return replace(act, payload={})
    return act


def gone(made: run.Decision) -> run.Decision:
    """A decision as it is followed when the answer of a function was erased."""
    value = made.value
    if made.choice is not run.Choice.ANSWER or not isinstance(value, dict):
        return made
    if "error" in value:
        return made
    rules = {name: one for name, one in value.items() if name == "rules"}
    return replace(made, value={**rules, deciding.ERASED: True})


@pytest.mark.parametrize("runtime", [SpiffRuntime(), TokenGame()])
@pytest.mark.parametrize("kind", ["eventful", "late", "voted", "reversed"])
@pytest.mark.parametrize("seed", range(15))
def test_the_effects_are_those_of_the_record(
    runtime: Runtime, kind: str, seed: int
) -> None:
    model = random_walks.model(kind, seed)
    rng, now = dice("acts", seed), random_walks.NOW
    live, follower = runtime.begin(model), runtime.begin(model)
    act: run.Act = random_walks.opening(rng, model.root.triggers)
    for _ in range(random_walks.ACTS):
        around = random_walks.context(now, rng.choice((3, 40, 40)))
        before = live.dump()
        effect = random_walks.outcome(live, act, around)
        if isinstance(effect, run.Advance):
            decisions = tuple(map(gone, effect.decisions))
            record = Following(decisions, effect.incidents)
            again = follower.act(bare(act), replace(around, decider=record))
            assert replace(again, decisions=effect.decisions) == effect
            assert again.decisions == decisions
        else:
            live = runtime.load(model, before)
        now = random_walks.later(rng, now)
        act = random_walks.random_act(rng, live.picture(), model)
