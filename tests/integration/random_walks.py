"""Random acts on random models: one walk is the same for the same seed everywhere."""

import gc
import hashlib
import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from engine.conformance.game import TokenGame
from engine.domain import run
from engine.domain.deciding import Evaluating
from engine.domain.model import Model
from engine.domain.run import Act, Json, Picture
from engine.errors import EngineError, IncidentError, ServiceFailedError
from engine.ports import Context, Execution, Ruled, Runtime
from engine.spiff.runtime import SpiffRuntime
from tests.integration import random_events, random_late, random_models
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
        for state in states:
            digest.update(state)
        if _over(outcomes[0], pictures[0]):
            break
        now = later(rng, now)
        act = random_act(rng, pictures[0], model)
    return digest.hexdigest()


def _over(effect: object, picture: run.Picture) -> bool:
    """Whether nothing can happen any more."""
    more = isinstance(effect, run.Advance) and effect.more
    refused = not isinstance(effect, run.Advance)
    stopped = any(one.occurrence for one in picture.incidents)
    return not (picture.ready or picture.waiting or stopped or more or refused)


KINDS = (
    "structured",
    "tangled",
    "eventful",
    "undone",
    "late",
    "voted",
    "reversed",
)


@lru_cache(maxsize=300)
def model(kind: str, seed: int) -> Model:
    """The random model of a kind and seed; nobody changes it."""
    draw = {
        "structured": random_models.structured,
        "tangled": random_models.tangled,
        "eventful": random_events.eventful,
        "undone": random_events.undone,
        "late": random_late.late,
        "voted": random_late.voted,
        "reversed": random_late.reversed_,
    }[kind]
    return draw(seed)


def paths(seeds: Iterable[int]) -> str:
    """The walks of both interpreters on models of every kind, one digest a line."""
    told = []
    for seed in seeds:
        drawn = model(kind_of(seed), seed)
        told.append(f"{seed} {walk(drawn, seed, SpiffRuntime(), TokenGame())}\n")
    return "".join(told)


def kind_of(seed: int) -> str:
    """The kind of model that a walk of this seed goes through."""
    return KINDS[seed % len(KINDS)]


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


class Tables:
    """Decisions that answer or fail, as their data say."""

    def decide(self, decision: str, data: Mapping[str, Json]) -> Ruled:
        """Answer by the value of `r`."""
        number = data.get("r")
        if decision == "unknown" or number == 9:
            raise IncidentError("There is no answer.")
        if decision == "list":
            return Ruled([number, len(data)], ("r1", "r2"))
        return Ruled({"r": 4, "flag": data.get("flag")}, (f"r{number}",))


# Acts.


def random_act(rng: random.Random, picture: Picture, model: Model | None = None) -> Act:
    """Something that may happen now, at times something that must be refused."""
    ordered = _ordered(rng, picture, model) if model is not None else None
    if ordered is not None:
        return ordered
    chance = rng.random()
    if picture.incidents and rng.random() < 0.3:
        stopped = rng.choice(picture.incidents)
        return run.Retry(stopped.element, stopped.occurrence)
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


def _ordered(rng: random.Random, picture: Picture, model: Model) -> Act | None:
    """What a person orders that no task asks for."""
    begun = _begun(rng, picture, model)
    if begun is not None:
        return begun
    return _redirected(rng, picture, model)


def _redirected(rng: random.Random, picture: Picture, model: Model) -> Act | None:
    """A token sent elsewhere, most often within a scope around it; seldom the end."""
    open_: list[run.Visit | run.Wait | run.Incident] = [*picture.ready]
    open_ += [*picture.waiting, *picture.incidents]
    visits = [(one.element, one.occurrence) for one in open_]
    if not visits or rng.random() < 0.8:
        return None
    if rng.random() < 0.05:
        return run.Stop()
    element, occurrence = rng.choice(visits)
    scopes = [model.nodes[element].scope]
    while around := [one for one in model.nodes.values() if one.body == scopes[-1]]:
        scopes.append(around[0].scope)
    chosen = rng.choice(scopes) if rng.random() < 0.9 else rng.choice([*model.scopes])
    return run.Redirect(element, occurrence, rng.choice(model.scopes[chosen].nodes))


def _begun(rng: random.Random, picture: Picture, model: Model) -> run.Begin | None:
    """An activity begun in an ad-hoc sub-process."""
    open_ = [one for one in picture.ready if model.nodes[one.element].ad_hoc]
    if not open_ or rng.random() < 0.5:
        return None
    one = rng.choice(open_)
    body = model.scopes[model.nodes[one.element].body]
    names = body.starts if rng.random() < 0.95 else body.nodes
    return run.Begin(one.element, one.occurrence, rng.choice(names))


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
    return Context(
        now=now,
        decider=Evaluating(),
        services=Functions(),
        decisions=Tables(),
        budget=budget,
    )


def later(rng: random.Random, now: datetime) -> datetime:
    """Time that passes between two acts."""
    return now + timedelta(minutes=rng.choice((0, 1, 61, 121, 60 * 24 * 40)))


if __name__ == "__main__":
    # Looking for rubbish takes a quarter of the time; there is room for it.
    gc.disable()
    sys.stdout.write(paths(range(*map(int, sys.argv[1:]))))
