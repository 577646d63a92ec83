"""Two interpreters, one page: whatever the model and the acts, they do the same."""

import hashlib

import pytest

from engine.conformance.game import TokenGame
from engine.domain import run
from engine.domain.model import Model
from engine.errors import EngineError
from engine.ports import Context, Execution, Runtime
from engine.spiff.runtime import SpiffRuntime
from tests.integration import random_models

ACTS = 25


def outcome(execution: Execution, act: run.Act, context: Context) -> object:
    """The effect of an act, or the class of its refusal."""
    try:
        return execution.act(act, context)
    except EngineError as refusal:
        return type(refusal)


def walk(model: Model, seed: int, *runtimes: Runtime) -> str:
    """Run random acts on every interpreter, reloading after each; digest the path."""
    rng = random_models.dice("acts", seed)
    digest = hashlib.sha256()
    states = [one.begin(model).dump() for one in runtimes]
    act: run.Act = random_models.opening(rng)
    now = random_models.NOW
    for number in range(ACTS):
        context = random_models.context(now, rng.choice((3, 40, 40)))
        cases = [
            one.load(model, state) for one, state in zip(runtimes, states, strict=True)
        ]
        outcomes = [outcome(one, act, context) for one in cases]
        for other in outcomes[1:]:
            assert other == outcomes[0], (number, act)
        if not isinstance(outcomes[0], run.Advance):
            cases = [
                one.load(model, state)
                for one, state in zip(runtimes, states, strict=True)
            ]
        pictures = [one.picture() for one in cases]
        for other in pictures[1:]:
            assert other == pictures[0], (number, act)
        states = [one.dump() for one in cases]
        digest.update(repr((outcomes[0], pictures[0])).encode())
        digest.update(states[0])
        if _over(outcomes[0], pictures[0]):
            break
        now = random_models.later(rng, now)
        act = random_models.random_act(rng, pictures[0])
    return digest.hexdigest()


def _over(effect: object, picture: run.Picture) -> bool:
    """Whether nothing can happen any more."""
    more = isinstance(effect, run.Advance) and effect.more
    refused = not isinstance(effect, run.Advance)
    return not (picture.ready or picture.waiting or more or refused)


@pytest.mark.parametrize("kind", ["structured", "tangled"])
@pytest.mark.parametrize("seed", range(60))
def test_both_interpreters_do_the_same(kind: str, seed: int) -> None:
    draw = getattr(random_models, kind)
    walk(draw(seed), seed, SpiffRuntime(), TokenGame())
