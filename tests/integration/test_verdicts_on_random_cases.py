"""Verdicts on random cases of random models: what is lawful is never FAIL.

Both ways of following a case, tokens and data apart or together, say the same.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest

from engine.domain.events import Sealed
from engine.judging import control_flow
from engine.judging.ruling import Judgement, Question, Ruling, Verdict
from tests.integration import random_walks, recording
from tests.integration.engine import forging
from tests.integration.random_models import dice


@cache
def recorded(kind: str, seed: int) -> tuple[Sealed, ...]:
    """The record of a random case."""
    return tuple(recording.walk(random_walks.model(kind, seed), seed))


@pytest.mark.parametrize("kind", random_walks.KINDS)
@pytest.mark.parametrize("seed", range(40))
def test_a_lawful_case_never_fails(kind: str, seed: int) -> None:
    court = recording.court_of(random_walks.model(kind, seed))
    events = recorded(kind, seed)
    found = court.case(events)
    assert found.failures() == []
    unknown = [one for event in found.events for one in event.rulings]
    assert Verdict.UNKNOWN not in {one.verdict for one in unknown}
    assert court.case(events, whole=True) == found
    # The second case goes the ways that the first has made.
    assert court.case(events) == found


def bare(events: Sequence[Sealed]) -> tuple[Sealed, ...]:
    """Every value erased."""
    return tuple(
        replace(
            one,
            personal=tuple(
                each._replace(value=None, salt=None) for each in one.personal
            ),
        )
        for one in events
    )


@cache
def without_values(kind: str, seed: int) -> tuple[Judgement, Judgement]:
    """The verdicts on a case whose values were erased, in one way and in the other."""
    court = recording.court_of(random_walks.model(kind, seed))
    events = bare(recorded(kind, seed))
    return court.case(events), court.case(events, whole=True)


@pytest.mark.parametrize("kind", random_walks.KINDS)
@pytest.mark.parametrize("seed", range(25))
def test_a_case_whose_values_were_erased_never_fails(kind: str, seed: int) -> None:
    found, whole = without_values(kind, seed)
    assert found.failures() == []
    assert whole == found


@pytest.mark.parametrize("kind", random_walks.KINDS)
@pytest.mark.parametrize("seed", range(25))
def test_what_was_not_erased_is_judged_the_same_in_both_ways(
    kind: str, seed: int
) -> None:
    court = recording.court_of(random_walks.model(kind, seed))
    events = recorded(kind, seed)
    named = sorted({each.name for one in events for each in one.personal})
    for name in dice("erased", seed).sample(named, min(3, len(named))):
        less = forging.erase(events, name)
        found = court.case(less)
        assert found.failures() == []
        assert court.case(less, whole=True) == found


def test_choices_that_read_nothing_erased_are_still_evaluated() -> None:
    seen = Counter(
        (control_flow.flat(model), ruling.code)
        for kind in random_walks.KINDS
        for seed in range(25)
        for model in (random_walks.model(kind, seed),)
        for event in without_values(kind, seed)[1].events
        for ruling in (event.of(Question.DATA),)
    )
    for flat in (True, False):
        assert seen[flat, "data-fit"] > 20
        assert seen[flat, "erased-inputs"] > 5


def test_the_random_cases_meet_both_kinds_of_model() -> None:
    flat = Counter(
        control_flow.flat(random_walks.model(kind, seed))
        for kind in random_walks.KINDS
        for seed in range(40)
    )
    assert min(flat[True], flat[False]) > 20


def test_an_act_left_out_of_a_finished_case_is_missed() -> None:
    """Its token would still stand where it stood: the case could not have ended."""
    dropped = 0
    for seed in range(150):
        court = recording.court_of(random_walks.model("structured", seed))
        events = recorded("structured", seed)
        # What a person sends elsewhere, or stops, may end without it.
        ordered = {one.type for one in events} & {"task.returned", "case.stopped"}
        if ordered or not court.case(events).closed:
            continue
        for seq in range(2, len(events)):
            if not json.loads(events[seq - 1].body)["effect"]["completed"]:
                continue
            dropped += 1
            rest = forging.without(events, seq)
            judged = court.case(rest)
            assert judged.failures()
            assert paths(court.case(rest, whole=True)) == paths(judged)
    assert dropped > 60


def paths(found: Judgement) -> list[Ruling]:
    """The verdicts on control flow; together with its data a lost case says no more."""
    return [one.of(Question.CONTROL_FLOW) for one in found.events]
