"""Broken model files: an answer each, quickly and in little memory; never a crash.

A bounded part of what `make fuzz` does: our own files and those of other tools when
they are at hand, some thousand mutants, the same ones on every run.
"""

import os
from pathlib import Path

import pytest

from models_bpmn import packages
from tests.fuzz import campaign, child, corpus, mutations

SEED = 20_261_122
COUNT = 2_000


def test_the_same_seed_and_number_give_the_same_mutant() -> None:
    files = corpus.corpus(public=False)
    first = [mutations.mutant(files, SEED, number) for number in range(200)]
    again = [mutations.mutant(files, SEED, number) for number in range(200)]
    assert first == again
    assert len({content for _, content in first}) > 180


def test_thousands_of_mutants_are_answered_quickly_and_keep_the_balance() -> None:
    work = campaign.Campaign(corpus.corpus(), SEED, min(2, os.cpu_count() or 1))
    found = work.run(range(COUNT))
    assert not found.failures, found.failures[0]
    assert found.count == COUNT
    # Every answer happens often: the mutants reach behind the first check.
    for name in ("bpmn: runs", "bpmn: decisions", "bpmn: refused", "dmn: refused"):
        assert found.outcomes[name] > COUNT / 50, found.outcomes
    for name in ("bpmn: documentation", "dmn: ok"):
        assert found.outcomes[name] > COUNT / 200, found.outcomes


def test_a_child_that_dies_is_told_and_the_others_are_checked() -> None:
    nothing = corpus.Corpus(bpmn=(), dmn=())
    found = campaign.Campaign(nothing, SEED, 1).run(range(2))
    # There is nothing to break, so that the children cannot even begin.
    assert [one.number for one in found.failures] == [0, 1]
    assert all("died" in one.fault for one in found.failures)


def test_a_campaign_of_failures_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign, "ENOUGH", 2)
    nothing = corpus.Corpus(bpmn=(), dmn=())
    found = campaign.Campaign(nothing, SEED, 1).run(range(1_000))
    assert len(found.failures) == 2


def test_what_is_slow_or_large_or_raises_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = packages.Maker(frozenset())
    files = corpus.corpus(public=False)
    # This process holds the whole suite; a child holds one mutant.
    monkeypatch.setattr(child, "MEMORY", 2**40)
    good = child.one(maker, files, (SEED, 1), tmp_path)
    assert not good.fault
    monkeypatch.setattr(child, "CPU_SECONDS", 0.0)
    assert "CPU" in child.one(maker, files, (SEED, 1), tmp_path).fault
    monkeypatch.setattr(child, "CPU_SECONDS", 1.0)
    monkeypatch.setattr(child, "MEMORY", child.MIB)
    assert "MiB" in child.one(maker, files, (SEED, 1), tmp_path).fault
    monkeypatch.setattr(mutations, "mutant", lambda *_: ("bpmn", b"<a/>"))
    monkeypatch.setattr(child, "check", lambda *_: 1 / 0)
    assert "ZeroDivision" in child.one(maker, files, (SEED, 1), tmp_path).fault
