"""Two interpreters, one page: whatever the model and the acts, they do the same."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from engine.conformance.game import TokenGame
from engine.domain import run
from engine.spiff.runtime import SpiffRuntime
from tests.integration import random_walks

ROOT = Path(__file__).resolve().parents[2]
MODELS = 175
SEEDS = ("0", "1", "2", "3", "77", "4711", "65535", "4294967295")


@pytest.mark.parametrize("kind", random_walks.KINDS)
@pytest.mark.parametrize("seed", range(100))
def test_both_interpreters_do_the_same(kind: str, seed: int) -> None:
    model = random_walks.model(kind, seed)
    random_walks.walk(model, seed, SpiffRuntime(), TokenGame())


def test_the_walks_meet_what_the_page_is_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Agreement says little about what never happens: count what does."""
    met: Counter[object] = Counter()
    outcome = random_walks.outcome

    def counting(*args: object) -> object:
        effect = outcome(*args)  # type: ignore[arg-type]
        if isinstance(effect, run.Advance):
            met[effect.status] += 1
            met["more"] += effect.more
            met.update(one.choice for one in effect.decisions)
            met.update(one.end for one in effect.closed)
            met.update(one.message for one in effect.incidents)
        return effect

    monkeypatch.setattr(random_walks, "outcome", counting)
    random_walks.path(MODELS)
    wanted = {*run.Status, *run.Choice, *run.End, "more"}
    assert {one for one in wanted if met[one] < 10} == set()
    assert len([one for one in met if isinstance(one, str)]) > 5


def test_the_path_does_not_depend_on_the_hash_seed() -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.integration.random_walks", str(MODELS)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in SEEDS
    ]
    digests = {child.communicate()[0] for child in children}
    assert all(child.returncode == 0 for child in children)
    assert len(digests) == 1
    assert len(digests.pop()) == 64
