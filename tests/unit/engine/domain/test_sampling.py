"""Samples: the same again for whoever draws them, heavier cases more often."""

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from engine.domain import sampling
from engine.domain.sampling import Basis, Member, Plan, Query, Risk

DAY = date(2026, 11, 20)
QUERY = Query(
    basis=Basis.CLOSED,
    first=DAY,
    last=DAY,
    as_of=datetime(2026, 11, 21, tzinfo=UTC),
)
PLAN = Plan(query=QUERY, seed="12345", size=5, weights={Risk.LATE: 3})


def population(size: int, late: int = 0) -> list[Member]:
    return [
        Member(
            case=UUID(int=number),
            code=f"H-{number}",
            risks=frozenset({Risk.LATE}) if number < late else frozenset(),
        )
        for number in range(size)
    ]


def codes(plan: Plan, members: list[Member]) -> list[str]:
    return [one.code for one in sampling.draw(plan, members).chosen]


def test_the_same_seed_draws_the_same_cases_in_whatever_order_they_come() -> None:
    members = population(200, late=20)
    assert sampling.draw(PLAN, members) == sampling.draw(PLAN, members[::-1])
    assert len(set(codes(PLAN, members))) == 5


def test_another_seed_draws_other_cases_of_the_same_population() -> None:
    members = population(200)
    other = replace(PLAN, seed="12346")
    assert codes(PLAN, members) != codes(other, members)
    assert sampling.draw(PLAN, members).digest == sampling.draw(other, members).digest


def test_the_key_can_be_made_with_any_sha_256() -> None:
    case = UUID(int=7)
    numbers = [
        hashlib.sha256(f"12345:{case.hex}:{n}".encode()).digest() for n in (1, 2, 3, 4)
    ]
    assert sampling.key("12345", case, 4) == max(numbers)


def test_the_digest_changes_with_a_case_and_with_a_weight() -> None:
    members = population(10)
    risky = [replace(members[0], risks=frozenset({Risk.LATE})), *members[1:]]
    found = {sampling.draw(PLAN, each).digest for each in (members, members[1:], risky)}
    assert len(found) == 3


def test_weights_make_a_case_as_much_more_likely_as_they_say() -> None:
    """One late case of weight 4 among four of weight 1: drawn in half of the draws."""
    members = population(5, late=1)
    drawn = Counter(
        codes(replace(PLAN, seed=str(seed), size=1), members)[0] for seed in range(2000)
    )
    assert 0.46 < drawn["H-0"] / 2000 < 0.54
    assert min(drawn.values()) > 200


def test_a_sample_is_no_larger_than_its_population_and_never_holds_a_case_twice() -> (
    None
):
    members = population(3)
    assert sorted(codes(PLAN, [*members, *members])) == ["H-0", "H-1", "H-2"]
    assert sampling.draw(PLAN, []).chosen == ()


@pytest.mark.parametrize(("adds", "weight"), [(0, 1), (3, 4), (1000, 64)])
def test_a_weight_is_one_and_what_the_risks_add_up_to_the_most(
    adds: int, weight: int
) -> None:
    [member] = population(1, late=1)
    assert sampling.weight(member, {Risk.LATE: adds}) == weight
