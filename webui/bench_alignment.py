"""Aligning a foreign log, for `quytrinh bench evidence`: 1,400 cases, 120 variants.

The model is a loop around parallel, inclusive and exclusive blocks with 27 tasks; each
variant is a way through it with up to three mistakes: something left out, strange or
doubled. Every case is explained by its cheapest deviations, by the very function that
`quytrinh log import` calls.
"""

import random
import time
from collections.abc import Iterator
from typing import Any, Final

from engine.conformance import flow_compiler, foreign
from engine.conformance.foreign import Case, Event
from engine.domain.model import Model
from engine.errors import ModelInvalidError
from models_bpmn import packages
from webui import bench_models, bootstrap

CASES: Final = 1_400
VARIANTS: Final = 120
_BLOCKS: Final = 6
_WAYS: Final = "cdf"
#: How many ways out of a block are taken: all, some, one.
_TAKEN: Final = ((3, 3), (1, 3), (1, 1))


def run() -> dict[str, Any]:
    """Measure; seconds are CPU seconds with the model ready."""
    net = flow_compiler.net(_model())
    cases = [*_cases(random.Random(1))]  # noqa: S311 - the same log each time
    began = time.process_time()
    found = foreign.measure(cases, net)
    took = time.process_time() - began
    if found.not_computed or not 0 < found.fitting < found.cases:
        raise AssertionError(f"Not every case was explained: {found.not_computed}")
    return {
        "cases": found.cases,
        "variants": found.variants,
        "cost": found.cost,
        "seconds": round(took, 3),
    }


def _model() -> Model:
    files = {"process.bpmn": bench_models.blocks(_BLOCKS, _WAYS)}
    maker = packages.Maker(bootstrap.tools().services.names())
    found = maker.analyse(files, defaults=True, intent=False)
    if found.model is None:
        raise ModelInvalidError(found.findings)
    return found.model


def _cases(chance: random.Random) -> Iterator[Case]:
    """The cases; each variant comes again and again."""
    variants: dict[tuple[str, ...], None] = {}
    while len(variants) < VARIANTS:
        variants[_variant(chance)] = None
    known = [*variants]
    for number in range(CASES):
        labels = known[number % VARIANTS]
        events = tuple(_event(one) for one in labels)
        yield Case(id=str(number), events=events)


def _variant(chance: random.Random) -> tuple[str, ...]:
    """A way through the model, with up to three mistakes."""
    done = []
    for block in range(_BLOCKS):
        ways = chance.sample(_WAYS, chance.randint(*_TAKEN[block % len(_TAKEN)]))
        done += [f"b{block}", *(f"{name}{block}" for name in ways)]
    done += [f"b{_BLOCKS}", "g", "h"]
    for _ in range(chance.randint(0, 3)):
        place = chance.randrange(len(done))
        done[place : place + 1] = chance.choice(([], ["x"], [done[place]] * 2))
    return tuple(done)


def _event(label: str) -> Event:
    return Event(label=label, elements=() if label == "x" else (label,))
