"""Thousands of odd files: each is a model or a refusal, never anything else."""

import os
import time
from collections import Counter

import pytest

from engine.errors import ModelInvalidError
from models_bpmn import importer, outline
from models_bpmn.importer import Outcome, Settings, messages
from tests import effort
from tests.unit.models_bpmn import mutants


def outcomes(seed: int, count: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for content in mutants.mutants(seed, count):
        with effort.bounded():
            found[_outcome(content)] += 1
    return found


def _outcome(content: bytes) -> str:
    try:
        loaded = importer.load([("a.bpmn", content)])
    except ModelInvalidError as error:
        _readable(error)
        return "refused"
    assert mutants.faults(loaded.model) == []
    steps = outline.outline(loaded.model)
    assert len({step.node for step in steps}) == len(steps)
    return "accepted"


def _readable(error: ModelInvalidError) -> None:
    assert any(finding.severity == "refusal" for finding in error.findings)
    for finding in error.findings:
        assert messages.describe(finding, "vi")


def test_the_seeds_themselves_are_accepted() -> None:
    for content in mutants.seeds():
        assert mutants.faults(importer.load([("a.bpmn", content)]).model) == []


def test_two_thousand_mutants_are_models_or_refusals() -> None:
    found = outcomes(20_261_121, 2_000)
    # Both happen often: the mutants reach behind the first check.
    assert found["accepted"] > 100
    assert found["refused"] > 500


def analysed(seed: int, count: int) -> Counter[str]:
    """What becomes of mutants once every default is accepted."""
    found: Counter[str] = Counter()
    for number, content in enumerate(mutants.mutants(seed, count)):
        settings = Settings(forms={}, defaults=bool(number % 2))
        with effort.bounded():
            analysis = importer.analyse([("a.bpmn", content)], settings)
        found[analysis.outcome.value] += 1
        assert analysis.nodes == analysis.executable + len(analysis.listed)
        assert all(one.question("vi") for one in analysis.decisions)
        assert all(one.reason("vi") for one in analysis.listed)
        if analysis.outcome is Outcome.REFUSED:
            assert any(one.severity == "refusal" for one in analysis.findings)
        elif analysis.model is not None:
            assert mutants.faults(analysis.model) == []
        # A default leaves nothing open.
        assert not (settings.defaults and analysis.decisions)
    return found


def test_a_thousand_mutants_keep_the_balance_whatever_becomes_of_them() -> None:
    found = analysed(20_261_122, 1_000)
    assert found["runs"] > 100
    assert found["decisions"] > 50
    assert found["refused"] > 50


@pytest.mark.fuzz
def test_many_mutants_keep_the_balance() -> None:
    seed = int(os.environ.get("QUYTRINH_FUZZ_SEED", "0")) or time.monotonic_ns()
    assert analysed(seed, 50_000)["runs"] > 1_000, f"QUYTRINH_FUZZ_SEED={seed}"


@pytest.mark.fuzz
def test_many_mutants_are_models_or_refusals() -> None:
    seed = int(os.environ.get("QUYTRINH_FUZZ_SEED", "0")) or time.monotonic_ns()
    found = outcomes(seed, 50_000)
    assert found["accepted"] > 1_000, f"QUYTRINH_FUZZ_SEED={seed}"
