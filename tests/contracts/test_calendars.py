"""Editions of calendars, on every database."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import pytest

from engine.domain.calendars import Edition, EditionStatus
from engine.domain.working_time import Calendar
from engine.errors import NotFoundError, StaleError
from storage.database import Database
from storage.directory import Directory
from tests.contracts import world
from tests.contracts.world import World

SEED: Final = Calendar(name="Lịch mẫu", edition="seed", week=world.WEEK)


def confirmed(here: World, draft: Edition, minutes: int = 0) -> Edition:
    made = draft.confirm(
        "12/TB-UBND", date(2026, 11, 2), here.clerk.id, world.at(minutes)
    )
    with here.begin() as work:
        work.calendars.add(draft)
        work.calendars.change(made)
        work.commit()
    return made


def test_an_edition_is_found_as_it_was_stored(here: World) -> None:
    draft = replace(world.edition(here.ward), authors=(here.clerk.id,))
    made = confirmed(here, draft)
    with here.begin() as work:
        assert work.calendars.get(draft.id) == made
        assert work.calendars.editions(here.ward) == (made,)
        assert work.calendars.editions(None) == ()
        assert work.calendars.agencies() == {here.ward}


def test_an_edition_of_another_tenant_is_not_there(here: World, there: World) -> None:
    draft = world.edition()
    confirmed(there, draft)
    with here.begin() as work:
        with pytest.raises(NotFoundError):
            work.calendars.get(draft.id)
        assert work.calendars.editions(None) == ()
        register = work.calendars.register(SEED)
        assert register.in_force(None, world.at(9)).edition == "seed"


def test_what_is_confirmed_cannot_be_changed_again(here: World) -> None:
    made = confirmed(here, world.edition())
    with here.begin() as work, pytest.raises(StaleError):
        work.calendars.change(replace(made, status=EditionStatus.REPLACED))


def test_every_process_sees_an_edition_once_it_is_confirmed_and_no_sooner(
    database: Database, here: World
) -> None:
    directory = Directory(database)
    draft = world.edition()
    later = world.at(5) + timedelta(days=1)

    def names() -> set[str]:
        with here.begin() as work:
            inside = work.calendars.register(SEED).in_force(here.ward, later)
        outside = directory.calendars(here.tenant, SEED).in_force(here.ward, later)
        return {inside.edition, outside.edition}

    assert names() == {"seed"}
    with here.begin() as work:
        work.calendars.lock()
        work.calendars.add(draft)
        work.calendars.change(
            draft.confirm("1", date(2026, 11, 2), here.clerk.id, world.at(5))
        )
        mine = work.calendars.register(SEED).in_force(None, later)
        assert mine.edition == draft.id.hex
    # It was not committed.
    assert names() == {"seed"}
    confirmed(here, draft)
    assert names() == {draft.id.hex}


def test_additions_hold_for_the_agency_and_what_is_under_it(here: World) -> None:
    base = confirmed(here, world.edition())
    added = confirmed(here, world.edition(here.office, "13:00-15:00"), 1)
    joint = f"{base.id.hex}+{added.id.hex}"
    with here.begin() as work:
        register = work.calendars.register(SEED)
    assert register.in_force(here.ward, world.at(2)).edition == joint
    assert register.in_force(here.elsewhere, world.at(2)).edition == base.id.hex
    assert register.in_force(here.ward, world.at(0)).edition == base.id.hex
