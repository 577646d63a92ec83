"""Declared outages, on every database."""

from dataclasses import replace
from typing import Final

import pytest

from engine.domain.outages import Outage
from engine.errors import NotFoundError, StaleError
from tests.contracts import world
from tests.contracts.world import World

HOUR: Final = 60


def stored(here: World, begins: int, ends: int | None = None) -> Outage:
    made = Outage(
        id=world.new_id(),
        begins=world.at(begins),
        ends=None if ends is None else world.at(ends),
        reason="Mất điện",
        document="3/TB-UBND",
        declared_by=here.clerk.id,
        declared_at=world.at(begins + 1),
    )
    with here.begin() as work:
        work.outages.add(made)
        work.commit()
    return made


def test_an_outage_is_found_as_it_was_stored(here: World) -> None:
    made = stored(here, 0, HOUR)
    with here.begin() as work:
        assert work.outages.get(made.id) == made
        assert work.outages.listed() == (made,)


def test_an_outage_covers_its_first_instant_and_not_its_last(here: World) -> None:
    made = stored(here, 0, HOUR)
    with here.begin() as work:
        assert work.outages.in_force(world.at(-1)) is None
        assert work.outages.in_force(world.at(0)) == made
        assert work.outages.in_force(world.at(HOUR)) is None


def test_of_several_outages_the_one_that_began_first_is_meant(here: World) -> None:
    later, first = stored(here, 10), stored(here, 0, HOUR)
    with here.begin() as work:
        assert work.outages.in_force(world.at(20)) == first
        assert work.outages.in_force(world.at(2 * HOUR)) == later
        assert work.outages.listed() == (later, first)


def test_an_outage_ends_once(here: World) -> None:
    made = stored(here, 0)
    over = replace(made, ends=world.at(5), ended_by=here.clerk.id, ended_at=world.at(9))
    with here.begin() as work:
        work.outages.end(over)
        work.commit()
    with here.begin() as work:
        assert work.outages.get(made.id) == over
        with pytest.raises(StaleError):
            work.outages.end(over)


def test_an_outage_of_another_tenant_is_not_there(here: World, there: World) -> None:
    made = stored(there, 0)
    over = replace(made, ends=world.at(5))
    with here.begin() as work:
        assert work.outages.listed() == ()
        assert work.outages.in_force(world.at(1)) is None
        with pytest.raises(NotFoundError):
            work.outages.get(made.id)
        with pytest.raises(StaleError):
            work.outages.end(over)
    with there.begin() as work:
        assert work.outages.get(made.id) == made
