"""What the store of sessions, sign-ins and drafts promises."""

import pytest
import sqlalchemy as sa

from engine.domain.run import Visit
from storage import schema
from storage.database import Database
from storage.drafts import Drafts
from storage.sessions import Session, Sessions, SignIn
from tests.contracts import world
from tests.contracts.world import World

VISIT = Visit("check", 1)


def test_a_session_lives_from_its_creation_to_its_end(
    database: Database, here: World
) -> None:
    sessions = Sessions(database)
    secret = sessions.create(here.tenant, world.NOON, {"csrf": "x"})
    assert sessions.load(here.tenant, secret) == Session(
        account=None, created_at=world.NOON, seen_at=world.NOON, data={"csrf": "x"}
    )
    sessions.save(here.tenant, secret, world.at(5), {"họ": "Đỗ"})
    assert sessions.load(here.tenant, secret) == Session(
        account=None, created_at=world.NOON, seen_at=world.at(5), data={"họ": "Đỗ"}
    )
    sessions.drop(here.tenant, secret)
    assert sessions.load(here.tenant, secret) is None


def test_the_table_does_not_hold_what_the_cookie_holds(
    database: Database, here: World
) -> None:
    secret = Sessions(database).create(here.tenant, world.NOON, {})
    table = schema.web_session
    with database.read() as connection:
        row = connection.execute(
            sa.select(table).where(table.c.tenant_id == here.tenant)
        ).one()
    assert secret.encode() not in row.hash
    assert secret not in str(tuple(row))
    assert len(secret) >= 43  # 256 bits in base64.


@pytest.mark.parametrize(
    ("seen", "created", "stays"), [(5, 0, True), (6, 0, False), (0, 1, False)]
)
def test_old_and_idle_sessions_are_cleared(
    database: Database, here: World, seen: int, created: int, *, stays: bool
) -> None:
    sessions = Sessions(database)
    secret = sessions.create(here.tenant, world.NOON, {})
    sessions.save(here.tenant, secret, world.at(5), {})
    cleared = sessions.clear(here.tenant, world.at(seen), world.at(created))
    assert cleared == (not stays)
    assert (sessions.load(here.tenant, secret) is not None) == stays


def test_a_new_password_ends_what_the_old_one_began(
    database: Database, here: World
) -> None:
    sign_in = SignIn(database)
    before = sign_in.by_id(here.tenant, here.clerk.id)
    assert before is not None
    assert before.account == here.clerk
    with here.begin() as work:
        work.accounts.change_password(here.clerk.id, "new hash", before.password_hash)
        work.commit()
    assert sign_in.by_uniquifier(here.tenant, before.uniquifier) is None
    after = sign_in.by_id(here.tenant, here.clerk.id)
    assert after is not None
    assert after.password_hash == "new hash"
    assert not after.must_change
    assert sign_in.by_uniquifier(here.tenant, after.uniquifier) == after


def test_the_language_of_an_account_is_kept(database: Database, here: World) -> None:
    sign_in = SignIn(database)
    sign_in.set_language(here.tenant, here.clerk.id, "en")
    found = sign_in.by_id(here.tenant, here.clerk.id)
    assert found is not None
    assert found.account.language == "en"


def test_a_draft_is_replaced_and_forgotten_and_belongs_to_one_account(
    database: Database, here: World
) -> None:
    case = here.opened()
    drafts = Drafts(database)
    assert drafts.load(here.clerk, case.id, VISIT) is None
    drafts.save(here.clerk, case.id, VISIT, {"ghi chú": "Thiếu"}, world.NOON)
    drafts.save(here.clerk, case.id, VISIT, {"ghi chú": "Đủ"}, world.at(1))
    assert drafts.load(here.clerk, case.id, VISIT) == {"ghi chú": "Đủ"}
    assert drafts.load(here.colleague, case.id, VISIT) is None
    drafts.drop(here.clerk, case.id, VISIT)
    assert drafts.load(here.clerk, case.id, VISIT) is None


def test_a_draft_of_removed_work_goes_with_it(database: Database, here: World) -> None:
    case = here.opened()
    drafts = Drafts(database)
    drafts.save(here.clerk, case.id, VISIT, {"a": 1}, world.NOON)
    with here.begin() as work:
        work.cases.replace_tasks(case, ())
        work.commit()
    assert drafts.load(here.clerk, case.id, VISIT) is None
