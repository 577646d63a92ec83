"""Ending holdings and closing accounts, inside one tenant only."""

import dataclasses
from datetime import date

import pytest

from engine.domain.organisation import Holder, Substitution
from engine.errors import ExistsError, NotFoundError, StaleError
from storage.database import Database
from storage.directory import Directory
from storage.sessions import SignIn
from tests.contracts import world
from tests.contracts.world import World

LAST = world.NOON.date()


def test_an_ended_holding_ends_for_everybody(database: Database, here: World) -> None:
    directory = Directory(database)
    before = directory.organisation(here.tenant)
    held = Holder(position=here.desk.id, account=here.clerk.id)
    ended = dataclasses.replace(held, valid_to=LAST)
    assert held in before.holders
    with here.begin() as work:
        work.accounts.end_holding(ended)
        assert ended in work.accounts.organisation().holders
        work.commit()
    after = directory.organisation(here.tenant).holders
    assert ended in after
    assert held not in after
    assert len(after) == len(before.holders)


def test_what_was_not_committed_ends_nothing(database: Database, here: World) -> None:
    with here.begin() as work:
        held = Holder(position=here.desk.id, account=here.clerk.id, valid_to=LAST)
        work.accounts.end_holding(held)
        work.accounts.close_account(here.clerk.id)
    found = SignIn(database).by_id(here.tenant, here.clerk.id)
    assert found is not None
    assert found.account.active
    assert held not in Directory(database).organisation(here.tenant).holders


def test_a_closed_account_keeps_everything_but_its_sessions(
    database: Database, here: World
) -> None:
    sign_in = SignIn(database)
    before = sign_in.by_id(here.tenant, here.clerk.id)
    assert before is not None
    with here.begin() as work:
        work.accounts.close_account(here.clerk.id)
        work.commit()
    after = sign_in.by_id(here.tenant, here.clerk.id)
    assert after is not None
    assert after.account == dataclasses.replace(before.account, active=False)
    assert after.password_hash == before.password_hash
    assert sign_in.by_uniquifier(here.tenant, before.uniquifier) is None
    other = sign_in.by_id(here.tenant, here.colleague.id)
    assert other is not None
    assert other.account.active


def test_a_reset_password_must_be_changed_and_a_chosen_one_not(
    database: Database, here: World
) -> None:
    sign_in = SignIn(database)
    seen = [sign_in.by_id(here.tenant, here.clerk.id)]
    with here.begin() as work:
        work.accounts.reset_password(here.clerk.id, "given")
        work.commit()
    seen.append(sign_in.by_id(here.tenant, here.clerk.id))
    with here.begin() as work:
        work.accounts.change_password(here.clerk.id, "chosen", "given")
        work.commit()
    seen.append(sign_in.by_id(here.tenant, here.clerk.id))
    told = [(one.password_hash, one.must_change) for one in seen if one]
    assert told[1:] == [("given", True), ("chosen", False)]
    assert not told[0][1]
    assert len({one.uniquifier for one in seen if one}) == 3
    other = sign_in.by_id(here.tenant, here.colleague.id)
    assert other is not None
    assert not other.must_change


def test_a_password_that_was_changed_meanwhile_is_not_replaced(
    database: Database, here: World
) -> None:
    before = SignIn(database).by_id(here.tenant, here.clerk.id)
    with here.begin() as work, pytest.raises(StaleError):
        work.accounts.change_password(here.clerk.id, "mine", "an older hash")
    assert SignIn(database).by_id(here.tenant, here.clerk.id) == before


def test_nobody_ends_or_closes_in_another_tenant(here: World, there: World) -> None:
    held = Holder(position=there.desk.id, account=there.clerk.id, valid_to=LAST)
    with here.begin() as work, pytest.raises(NotFoundError):
        work.accounts.end_holding(held)
    with here.begin() as work, pytest.raises(NotFoundError):
        work.accounts.close_account(there.clerk.id)
    with here.begin() as work, pytest.raises(NotFoundError):
        work.accounts.reset_password(there.clerk.id, "stolen")
    with here.begin() as work, pytest.raises(StaleError):
        work.accounts.change_password(there.clerk.id, "stolen", "hash")


def test_a_substitution_stands_until_its_last_day_and_in_its_tenant(
    database: Database, here: World, there: World
) -> None:
    given = Substitution(
        id=world.new_id(),
        position=here.desk.id,
        absent=here.clerk.id,
        substitute=here.colleague.id,
        procedures=frozenset({here.procedure.id}),
        valid_from=LAST,
        valid_to=date.max,
        order="12/QĐ",
    )
    with here.begin() as work:
        work.accounts.add_substitution(given)
        work.commit()
    directory = Directory(database)
    assert directory.organisation(here.tenant).substitutions == (given,)
    with there.begin() as work, pytest.raises(NotFoundError):
        work.accounts.end_substitution(given.id, LAST)
    with here.begin() as work:
        work.accounts.end_substitution(given.id, LAST)
        work.commit()
    ended = dataclasses.replace(given, valid_to=LAST)
    assert directory.organisation(here.tenant).substitutions == (ended,)
    assert not directory.organisation(there.tenant).substitutions


def test_a_database_with_a_tenant_founds_no_other(here: World) -> None:
    before = here.store.tenants()
    with here.store.begin(world.new_id()) as work, pytest.raises(ExistsError):
        work.accounts.found("Tỉnh Thứ hai")
    assert here.store.tenants() == before
