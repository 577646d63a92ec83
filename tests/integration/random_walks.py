"""Random acts on random models: one walk is the same for the same seed everywhere."""

import hashlib
import random
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from engine.domain import run
from engine.domain.deciding import Evaluating
from engine.domain.model import Model
from engine.domain.run import Act, Json, Picture
from engine.errors import EngineError, ServiceFailedError
from engine.ports import Context, Execution, Runtime
from engine.spiff.runtime import SpiffRuntime
from tests.integration import random_events, random_models
from tests.integration.random_models import NAMES, dice

NOW = datetime(2026, 1, 30, 23, 30, tzinfo=UTC)
ACTS = 25


def outcome(execution: Execution, act: run.Act, context: Context) -> object:
    """The effect of an act, or the class of its refusal."""
    try:
        return execution.act(act, context)
    except EngineError as refusal:
        return type(refusal)


def walk(model: Model, seed: int, *runtimes: Runtime) -> str:
    """Run random acts on every interpreter, reloading after each; digest the path."""
    rng = dice("acts", seed)
    digest = hashlib.sha256()
    states = [one.begin(model).dump() for one in runtimes]
    act: run.Act = opening(rng, model.root.triggers)
    now = NOW
    for number in range(ACTS):
        around = context(now, rng.choice((3, 40, 40)))
        cases = [
            one.load(model, state) for one, state in zip(runtimes, states, strict=True)
        ]
        outcomes = [outcome(one, act, around) for one in cases]
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
        now = later(rng, now)
        act = random_act(rng, pictures[0])
    return digest.hexdigest()


def _over(effect: object, picture: run.Picture) -> bool:
    """Whether nothing can happen any more."""
    more = isinstance(effect, run.Advance) and effect.more
    refused = not isinstance(effect, run.Advance)
    return not (picture.ready or picture.waiting or more or refused)


def model(kind: str, seed: int) -> Model:
    """The random model of a kind and seed."""
    draw = {
        "structured": random_models.structured,
        "tangled": random_models.tangled,
        "eventful": random_events.eventful,
        "undone": random_events.undone,
    }[kind]
    return draw(seed)


def path(models: int) -> str:
    """One digest over the walks of SpiffWorkflow on many models."""
    digest = hashlib.sha256()
    for seed in range(models):
        kind = ("structured", "tangled", "eventful", "undone")[seed % 4]
        digest.update(walk(model(kind, seed), seed, SpiffRuntime()).encode())
    return digest.hexdigest()


class Functions:
    """Functions that answer, throw an error or fail, as their parameters say."""

    def names(self) -> frozenset[str]:
        """The functions that exist."""
        return frozenset({"work"})

    def call(self, name: str, parameters: Mapping[str, Json]) -> Json:
        """Answer by the value of `r`."""
        number = parameters.get("r")
        if number == 9:
            raise ServiceFailedError("out of order")
        if number in {1, 2}:
            raise ServiceFailedError("refused", error_code=f"E{number}")
        return {"r": 3, "answer": [number]}


# Acts.


def random_act(rng: random.Random, picture: Picture) -> Act:
    """Something that may happen now, at times something that must be refused."""
    chance = rng.random()
    if picture.waiting and chance < 0.35:
        return _happening(rng, rng.choice(picture.waiting))
    if picture.ready and chance < 0.9:
        one = rng.choice(picture.ready)
        return run.Complete(one.element, one.occurrence, _answers(rng))
    if not picture.waiting and not picture.ready and chance < 0.9:
        return run.Continue()
    return rng.choice(
        (
            run.Complete(f"u{rng.randint(1, 3)}", rng.randint(1, 3), _answers(rng)),
            run.Fire(f"b{rng.randint(1, 3)}", 1),
            run.Signal(rng.choice(NAMES), {"r": 5}),
            run.Message(rng.choice(NAMES), {"r": 4}),
            run.Open({}),
        )
    )


def _happening(rng: random.Random, wait: run.Wait) -> Act:
    if wait.kind == "timer":
        return run.Fire(wait.element, wait.occurrence)
    if wait.kind == "conditional":
        return run.Signal(rng.choice(NAMES), {"r": rng.randint(0, 5)})
    if wait.kind == "signal":
        return run.Signal(wait.name, {"r": rng.randint(0, 5)})
    keys = wait.keys if rng.random() < 0.9 else {}
    return run.Message(wait.name, {"r": rng.randint(0, 5)}, keys)


def _answers(rng: random.Random) -> dict[str, Json]:
    number = 9 if rng.random() < 0.03 else rng.randint(0, 5)
    return {"r": number, "flag": rng.random() < 0.5}


def opening(rng: random.Random, triggers: Sequence[str] = ()) -> run.Open:
    """The first act."""
    items: list[Json] = [1, 2, 3]
    start = rng.choice(("", *triggers))
    return run.Open({**_answers(rng), "items": items[: rng.randint(0, 3)]}, start)


def context(now: datetime, budget: int) -> Context:
    """What surrounds an act."""
    return Context(now=now, decider=Evaluating(), services=Functions(), budget=budget)


def later(rng: random.Random, now: datetime) -> datetime:
    """Time that passes between two acts."""
    return now + timedelta(minutes=rng.choice((0, 1, 61, 121, 60 * 24 * 40)))


if __name__ == "__main__":
    sys.stdout.write(path(int(sys.argv[1])))
