"""What the token game can do in a model is an order of work that the model allows."""

import random
from collections import Counter

import pytest

from engine.conformance import flow_compiler
from engine.conformance.alignment import Aligner
from engine.conformance.flows import NotComputedError
from engine.conformance.game import TokenGame
from engine.domain import run
from engine.domain.model import Model
from tests.integration import random_walks
from tests.integration.random_models import dice

MODELS = 70
WALKS = 3
#: Of the completed walks at least so many in a hundred are computed.
COMPUTED = {
    "structured": 85,
    "tangled": 100,
    "eventful": 15,
    "late": 30,
    "reversed": 0,
    "undone": 0,
}


def completed(game: TokenGame, model: Model, seed: int) -> list[str] | None:
    """The elements that a random case completes; None when it does not end."""
    rng = dice("acts", seed)
    case = game.begin(model)
    act: run.Act = random_walks.opening(rng, model.root.triggers)
    now = random_walks.NOW
    seen: list[str] = []
    for _ in range(random_walks.ACTS):
        around = random_walks.context(now, rng.choice((3, 40, 40)))
        effect = random_walks.outcome(case, act, around)
        if isinstance(effect, run.Advance):
            seen += effect.completed
            if effect.status is run.Status.COMPLETED:
                return seen
            if effect.incidents:
                return None
        now = random_walks.later(rng, now)
        act = _drawn(rng, case.picture(), model)
    return None


def _drawn(rng: random.Random, picture: run.Picture, model: Model) -> run.Act:
    """An act that the model foresees: no order of a person moves or ends the case."""
    while True:
        act = random_walks.random_act(rng, picture, model)
        if not isinstance(act, run.Redirect | run.Stop):
            return act


@pytest.mark.parametrize("kind", COMPUTED)
def test_every_completed_walk_of_the_token_game_costs_nothing(kind: str) -> None:
    met: Counter[str] = Counter()
    game = TokenGame()
    for seed in range(MODELS):
        model = random_walks.model(kind, seed)
        walks = [completed(game, model, seed * WALKS + one) for one in range(WALKS)]
        met += _costs(model, [walk for walk in walks if walk is not None])
    assert set(met) <= {"0", "not computed"}
    assert met["0"] + met["not computed"] > 0
    assert met["0"] * 100 >= COMPUTED[kind] * sum(met.values())


def _costs(model: Model, walks: list[list[str]]) -> Counter[str]:
    met: Counter[str] = Counter()
    try:
        aligner = Aligner(flow_compiler.net(model))
    except NotComputedError:
        return Counter({"not computed": len(walks)})
    for walk in walks:
        tasks = [
            ((one,),)
            for one in walk
            if model.nodes[one].kind.value.lower()[-4:] == "task"
        ]
        try:
            met[str(aligner.align(tasks).cost)] += 1
        except NotComputedError:
            met["not computed"] += 1
    return met
