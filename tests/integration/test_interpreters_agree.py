"""Two interpreters, one page: whatever the model and the acts, they do the same."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from engine.conformance.game import TokenGame
from engine.domain import run
from engine.spiff.runtime import SpiffRuntime
from tests.integration import random_walks

ROOT = Path(__file__).resolve().parents[2]
MODELS = 175
SEEDS = ("0", "1", "2", "3", "77", "4711", "65535", "4294967295")
#: Every model is walked under two of the seeds, every seed walks models of all kinds.
SHARES: Final = 4


@cache
def met(kind: str, seed: int) -> Counter[object]:
    """What happens in a walk that both interpreters go alike."""
    counted: Counter[object] = Counter()
    outcome = random_walks.outcome

    def counting(*args: object) -> object:
        effect = outcome(*args)  # type: ignore[arg-type]
        if isinstance(effect, run.Advance):
            counted[effect.status] += 1
            counted["more"] += effect.more
            counted.update(one.choice for one in effect.decisions)
            counted.update(one.end for one in effect.closed)
            counted.update(one.message for one in effect.incidents)
        return effect

    model = random_walks.model(kind, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(random_walks, "outcome", counting)
        random_walks.walk(model, seed, SpiffRuntime(), TokenGame())
    return counted


@pytest.mark.parametrize("kind", random_walks.KINDS)
@pytest.mark.parametrize("seed", range(100))
def test_both_interpreters_do_the_same(kind: str, seed: int) -> None:
    met(kind, seed)


def test_the_walks_meet_what_the_page_is_about() -> None:
    """Agreement says little about what never happens: count what does."""
    seen: Counter[object] = Counter()
    for seed in range(MODELS):
        seen += met(random_walks.kind_of(seed), seed)
    wanted = {*run.Status, *run.Choice, *run.End, "more"}
    assert {one for one in wanted if seen[one] < 10} == set()
    assert len([one for one in seen if isinstance(one, str)]) > 5


def walked(parts: Mapping[str, tuple[int, int, int]]) -> dict[str, list[str]]:
    """Digests of the walks by model, from one process for each seed of hashes."""
    children = [
        subprocess.Popen(
            [sys.executable, "-m", random_walks.__name__, *map(str, part)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed, part in parts.items()
    ]
    told = [child.communicate()[0] for child in children]
    assert all(child.returncode == 0 for child in children)
    found: dict[str, list[str]] = {}
    for line in "".join(told).splitlines():
        model, digest = line.split()
        found.setdefault(model, []).append(digest)
    return found


def test_the_path_does_not_depend_on_the_hash_seed() -> None:
    found = walked(
        {seed: (at % SHARES, MODELS, SHARES) for at, seed in enumerate(SEEDS)}
    )
    assert len(found) == MODELS
    assert {len(path) for path in found.values()} == {len(SEEDS) // SHARES}
    assert {one for one, path in found.items() if len(set(path)) > 1} == set()
    assert {len(one) for path in found.values() for one in path} == {64}


@pytest.mark.fuzz
def test_no_path_depends_on_any_hash_seed() -> None:
    found = walked(dict.fromkeys(SEEDS, (0, 4 * MODELS, 1)))
    assert len(found) == 4 * MODELS
    assert {len(path) for path in found.values()} == {len(SEEDS)}
    assert {one for one, path in found.items() if len(set(path)) > 1} == set()
