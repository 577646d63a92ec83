"""A migrated database is the schema that the program speaks."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import autogenerate, migration
from alembic.operations import Operations

import storage
from engine.domain import clock_text
from engine.domain.case import TaskStatus
from engine.domain.clock_state import Cause, Clock, Policy, Wait
from engine.errors import ConfigurationError
from engine.queries import SavedFilter
from storage import database, migrations, partitions, schema, worklist_schema
from storage.database import Database
from storage.kept import Kept
from tests.contracts import world
from tests.contracts.world import World

PARTITION = re.compile(r"(event|personal)_(default|\d{6})$")


def _described(engine: sa.Engine) -> dict[str, Any]:
    inspector = sa.inspect(engine)
    names = set(inspector.get_table_names()) - {"alembic_version"}
    return {
        name: {
            "columns": [
                (each["name"], str(each["type"]), each["nullable"], each["default"])
                for each in inspector.get_columns(name)
            ],
            "primary key": inspector.get_pk_constraint(name),
            "foreign keys": sorted(map(str, inspector.get_foreign_keys(name))),
            "unique keys": sorted(map(str, inspector.get_unique_constraints(name))),
            "indexes": sorted(map(_index, inspector.get_indexes(name))),
            "options": str(inspector.get_table_options(name)),
        }
        for name in names
        if not PARTITION.match(name)
    }


def _index(index: Any) -> str:
    conditions = {key: str(value) for key, value in index["dialect_options"].items()}
    return str({**index, "dialect_options": conditions})


def test_the_migrated_schema_is_the_one_of_the_metadata(
    empty_database_url: str,
) -> None:
    engine = database.create_engine(empty_database_url)
    schema.metadata.create_all(engine)
    made = _described(engine)
    schema.metadata.drop_all(engine)
    migrations.upgrade(engine)
    assert _described(engine) == made
    assert set(made) == set(schema.metadata.tables)
    engine.dispose()


def test_alembic_finds_nothing_left_to_do(database: Database) -> None:
    def ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
        return not (kind == "table" and PARTITION.match(name or ""))

    with database.read() as connection:
        context = migration.MigrationContext.configure(
            connection, opts={"include_object": ours}
        )
        found = autogenerate.compare_metadata(context, schema.metadata)
    # SQLite keeps ids as bytes and instants as numbers: types are compared above.
    assert [each for each in found if "type" not in str(each[0])] == []


@pytest.mark.parametrize("table", schema.metadata.tables.values(), ids=str)
def test_the_tenant_comes_first_in_every_key(table: sa.Table) -> None:
    """Architecture, section 5: the same schema can be distributed by tenant."""
    kinds = sa.PrimaryKeyConstraint | sa.UniqueConstraint | sa.ForeignKeyConstraint
    keys = [each for each in table.constraints if isinstance(each, kinds)]
    columns = [key.columns for key in (*keys, *table.indexes)]
    assert columns
    assert {next(iter(each)).name for each in columns} == {"tenant_id"}


def test_migrating_again_changes_nothing(database_url: str, here: World) -> None:
    case = here.opened()
    storage.migrate(database_url)
    with here.begin() as work:
        assert work.cases.lock(case.id).case == case


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "broken.py").write_text(
        "from alembic import op\n"
        "revision = 'broken'\n"
        f"down_revision = {migrations.newest()!r}\n"
        "def upgrade():\n"
        "    op.execute('CREATE TABLE half (a INTEGER)')\n"
        "    raise ZeroDivisionError\n"
    )
    with pytest.raises(ZeroDivisionError):
        migrations.upgrade(database.engine, tmp_path)
    with database.read() as connection:
        migrations.check(connection)
        assert "half" not in sa.inspect(connection).get_table_names()


def test_a_migration_that_breaks_references_is_refused(
    database: Database, here: World, tmp_path: Path
) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL refuses each broken reference by itself.")
    (tmp_path / "orphans.py").write_text(
        "import sqlalchemy as sa\n"
        "from alembic import op\n"
        "revision = 'orphans'\n"
        f"down_revision = {migrations.newest()!r}\n"
        "def upgrade():\n"
        "    op.execute(sa.delete(sa.table('tenant')))\n"
    )
    with pytest.raises(ConfigurationError, match="broken references"):
        migrations.upgrade(database.engine, tmp_path)
    assert here.tenant in here.store.tenants()
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_an_older_database_is_not_served(empty_database_url: str) -> None:
    opened = database.open_database(empty_database_url)
    with opened.read() as connection, pytest.raises(ConfigurationError, match="needs"):
        migrations.check(connection)
    opened.close()


def test_work_of_a_case_that_stands_is_paused_from_the_migration_on(
    database: Database, here: World
) -> None:
    """Also lists that somebody keeps show what they showed."""
    wait = Wait(
        key='"since":"', cause=Cause.PAYMENT, policy=Policy.SUSPEND, began=world.NOON
    )
    stands, runs = (
        clock_text.dump(Clock(waits=(wait,), since=since))
        for since in (world.NOON, None)
    )
    for clock in (stands, runs, ""):
        case = here.case(clock=clock)
        over = {"status": TaskStatus.DONE, "closed_at": world.NOON}
        here.opened(
            case,
            here.task(case, element="open", due_at=None),
            here.task(case, element="over", due_at=None, **over),
        )
    kept = SavedFilter(
        id=world.new_id(),
        account=here.clerk.id,
        name="Không hạn",
        query="nhom=vi-tri&han=khong-han&buoc=K",
        agency=None,
    )
    Kept(database).keep(here.tenant, kept, world.NOON)
    known = sa.select(schema.case.c.clock, schema.task.c.element).join_from(
        schema.task, schema.case, schema.task.c.case_id == schema.case.c.id
    )
    revision = importlib.import_module("storage.migrations.versions.0024_paused")
    with database.engine.begin() as connection:
        with Operations.context(migration.MigrationContext.configure(connection)):
            revision.downgrade()
            assert "paused" not in str(_columns(connection, "task"))
            revision.upgrade()
        paused = connection.execute(known.where(schema.task.c.paused)).all()
        assert paused == [(stands, "open")]
        query = connection.scalar(sa.select(worklist_schema.saved_filter.c.query))
        assert query == "nhom=vi-tri&han=tam-dung&han=khong-han&buoc=K"


def _columns(connection: sa.Connection, table: str) -> list[str]:
    return [each["name"] for each in sa.inspect(connection).get_columns(table)]


def test_partitions_follow_the_month() -> None:
    assert partitions.next_month(world.MONTH) == 202612
    assert partitions.next_month(202612) == 202701
