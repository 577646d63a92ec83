"""A database of the first release, brought to this one, still keeps its history."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from alembic import migration, script
from sqlalchemy import exc

import storage
from storage import database, guards, migrations, schema
from storage.database import Database
from tests.contracts import world

FIRST = "0001"
ACCOUNT = world.new_id()
BODY = b'{"type":"case.opened"}'
FORBIDDEN = (
    "DELETE FROM event",
    "DELETE FROM event WHERE seq = 1",
    "UPDATE event SET body = 'forged'",
    "UPDATE event SET seq = 2",
)


@pytest.fixture
def upgraded(empty_database_url: str) -> Iterator[Database]:
    """Give a database that began with the first revision and holds an event."""
    engine = database.create_engine(empty_database_url)
    migrations.upgrade(engine, revision=FIRST)
    tenant = world.new_id()
    event = {
        "tenant_id": tenant,
        "month": world.MONTH,
        "stream": world.new_id(),
        "seq": 1,
        "kind": "case",
        "type": "case.opened",
        "at": world.NOON,
        "leaf": bytes(32),
        "body": BODY,
    }
    with engine.begin() as connection:
        revision = migration.MigrationContext.configure(connection)
        assert revision.get_current_revision() == FIRST
        row = {"tenant_id": tenant, "name": "Tỉnh Cũ", "organisation": 0}
        connection.execute(sa.insert(schema.tenant), row)
        connection.execute(sa.insert(schema.event), event)
        account = {
            "tenant_id": tenant,
            "id": ACCOUNT,
            "login": "cu",
            "name": "Người cũ",
            "password_hash": "old hash",
            "fs_uniquifier": "u",
            "roles": "clerk",
            "active": True,
            "language": "vi",
            "valid_to": date.max,
            "failures": 0,
        }
        connection.execute(sa.insert(schema.account), account)
    engine.dispose()
    storage.migrate(empty_database_url)
    opened = database.open_database(empty_database_url)
    yield opened
    opened.close()


def test_an_event_of_the_first_release_is_neither_deleted_nor_changed(
    upgraded: Database,
) -> None:
    with upgraded.read() as connection:
        migrations.check(connection)
        guards.check_guards(connection)
    for forbidden in FORBIDDEN:
        with (
            pytest.raises(exc.DBAPIError, match=r"An event (is )?never"),
            upgraded.engine.begin() as connection,
        ):
            connection.exec_driver_sql(forbidden)
        with upgraded.read() as connection:
            assert list(connection.scalars(sa.select(schema.event.c.body))) == [BODY]


def test_an_account_of_the_first_release_keeps_its_password_for_good(
    upgraded: Database,
) -> None:
    row = schema.account.c
    question = sa.select(row.password_hash, row.must_change).where(row.id == ACCOUNT)
    with upgraded.read() as connection:
        assert [*connection.execute(question)] == [("old hash", False)]


def test_the_first_revision_is_the_one_that_others_build_on() -> None:
    folder = script.ScriptDirectory.from_config(migrations._settings())
    assert folder.get_base() == FIRST
