"""The organisation: a tree of agencies, positions and holders by date."""

import dataclasses
from datetime import date, timedelta
from uuid import UUID

import pytest

from engine.domain.organisation import (
    Account,
    Agency,
    Holder,
    Organisation,
    Position,
    Role,
    Seat,
)

DAY = date(2026, 11, 20)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
PROVINCE, OFFICE, DESK, ELSEWHERE = (UUID(int=n) for n in range(1, 5))
PARENTS = {PROVINCE: None, OFFICE: PROVINCE, DESK: OFFICE, ELSEWHERE: None}
ME = Account(
    tenant=UUID(int=9),
    id=UUID(int=8),
    login="me",
    name="Tôi",
    roles=frozenset({Role.CLERK}),
)
EXAMINER = Position(
    id=UUID(int=20), agency=OFFICE, name="Chuyên viên", performers=frozenset({"x", "y"})
)


def organisation(*holders: Holder, position: Position = EXAMINER) -> Organisation:
    agencies = {
        agency: Agency(id=agency, name=str(agency.int), parent=parent)
        for agency, parent in PARENTS.items()
    }
    return Organisation(agencies, {position.id: position}, holders)


def holder(**dates: date) -> Holder:
    return Holder(position=EXAMINER.id, account=ME.id, **dates)


@pytest.mark.parametrize(
    ("dates", "holds"),
    [
        ({}, True),
        ({"valid_from": DAY}, True),
        ({"valid_to": DAY}, True),
        ({"valid_from": AFTER}, False),
        ({"valid_to": BEFORE}, False),
    ],
)
def test_a_position_is_held_from_its_first_day_to_its_last(
    dates: dict[str, date], *, holds: bool
) -> None:
    actor = organisation(holder(**dates)).actor(ME, DAY)
    assert actor.positions == ((EXAMINER,) if holds else ())
    assert actor.agencies == ({OFFICE} if holds else set())
    assert actor.supervised == ({OFFICE, DESK} if holds else set())
    ended = dataclasses.replace(EXAMINER, **dates)  # type: ignore[arg-type]
    actor = organisation(holder(), position=ended).actor(ME, DAY)
    assert bool(actor.positions) is holds, "a position has its days too"
    found = organisation(position=ended)
    assert found.performs("x", OFFICE, DAY) is holds
    assert found.performs("x", OFFICE), "without a day every position counts"


@pytest.mark.parametrize(
    ("last", "active", "expected"),
    [
        (DAY, True, True),
        (BEFORE, True, False),
        (AFTER, True, True),
        (AFTER, False, False),
    ],
)
def test_an_account_is_active_until_its_last_day(
    last: date, *, active: bool, expected: bool
) -> None:
    account = dataclasses.replace(ME, valid_to=last, active=active)
    assert organisation().actor(account, DAY).account.active is expected


def test_a_holder_of_a_position_that_is_unknown_holds_nothing() -> None:
    stray = Holder(position=UUID(int=99), account=ME.id)
    assert organisation(stray).actor(ME, DAY).positions == ()


def test_what_somebody_else_holds_is_not_mine() -> None:
    theirs = Holder(position=EXAMINER.id, account=UUID(int=77))
    assert organisation(theirs).actor(ME, DAY).positions == ()


def test_below_an_agency_is_everything_under_it() -> None:
    found = organisation()
    assert found.below([PROVINCE]) == {PROVINCE, OFFICE, DESK}
    assert found.below([DESK]) == {DESK}
    assert found.below([]) == set()
    assert found.below([ELSEWHERE, OFFICE]) == {ELSEWHERE, OFFICE, DESK}


def test_a_ring_in_the_tree_ends() -> None:
    ring = {
        OFFICE: Agency(id=OFFICE, name="a", parent=DESK),
        DESK: Agency(id=DESK, name="b", parent=OFFICE),
    }
    assert Organisation(ring).below([OFFICE]) == {OFFICE, DESK}


def test_a_position_does_the_work_of_its_performers_in_its_agency() -> None:
    actor = organisation(holder()).actor(ME, DAY)
    assert actor.seat_for("x", OFFICE) == Seat(position=EXAMINER)
    assert actor.seat_for("z", OFFICE) is None
    assert actor.seat_for("x", DESK) is None
    assert actor.seat_for("", OFFICE) == Seat(position=EXAMINER), (
        "no performer: everybody's"
    )
    assert actor.seat_for("", DESK) is None
    assert not organisation().performs("z", OFFICE)
    assert not organisation().performs("", DESK)
