"""The databases themselves refuse to change the history."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from engine.errors import ConfigurationError, GuardsMissingError
from engine.evidence.sequencer import Signed
from storage import guards, log, log_schema, migrations, partitions, statistics
from storage.database import Database
from tests.contracts import world
from tests.contracts.world import World

#: What must never work, wherever it is said. `{}` is a copy of the columns of a row.
FORBIDDEN = {
    "event": [
        "UPDATE event SET body = 'forged'",
        "UPDATE event SET seq = seq + 100",
        "DELETE FROM event",
        "DELETE FROM event WHERE seq = 1",
    ],
    "personal": [
        "DELETE FROM personal",
        "UPDATE personal SET value = 'forged'",
        "UPDATE personal SET salt = 'forged'",
        "UPDATE personal SET name = 'other'",
        "UPDATE personal SET value = NULL, seq = seq + 100",
    ],
    "procedure_version": [
        "DELETE FROM procedure_version",
        "UPDATE procedure_version SET hash = 'forged'",
        "UPDATE procedure_version SET number = number + 1",
        "UPDATE procedure_version SET author = publisher",
        "UPDATE procedure_version SET status = 'draft'",
        "UPDATE procedure_version SET publisher = author",
        "UPDATE procedure_version SET published_at = created_at, publisher = NULL",
    ],
    "version_file": [
        "DELETE FROM version_file",
        "UPDATE version_file SET bytes = 'forged'",
        "UPDATE version_file SET path = 'other.bpmn'",
        (
            "INSERT INTO version_file SELECT tenant_id, version, 'more', bytes"
            " FROM version_file"
        ),
    ],
    "version_model": [
        "DELETE FROM version_model",
        "UPDATE version_model SET bytes = 'forged'",
        "UPDATE version_model SET hash = 'forged'",
    ],
    "log_index": [
        "DELETE FROM log_index",
        "UPDATE log_index SET leaf = 'forged'",
        "UPDATE log_index SET leaf_index = leaf_index + 100",
    ],
    "log_node": ["DELETE FROM log_node", "UPDATE log_node SET hash = 'forged'"],
    "checkpoint": [
        "DELETE FROM checkpoint",
        "UPDATE checkpoint SET note = 'forged'",
        "UPDATE checkpoint SET size = size + 100",
        "UPDATE checkpoint SET stamp = NULL",
    ],
    "calendar_edition": [
        "DELETE FROM calendar_edition",
        "UPDATE calendar_edition SET content = 'forged'",
        "UPDATE calendar_edition SET status = 'draft'",
        "UPDATE calendar_edition SET document = 'forged'",
    ],
}
#: SQLite replaces a row without firing a trigger on deletion.
REPLACING = {
    "event": [
        (
            "INSERT OR REPLACE INTO event SELECT tenant_id, month, stream, seq, kind,"
            " type, at, leaf, 'forged' FROM event"
        ),
        "REPLACE INTO event SELECT * FROM event",
        # Another key, but the place of an old row.
        (
            "INSERT OR REPLACE INTO event (rowid, tenant_id, month, stream, seq, kind,"
            " type, at, leaf, body) SELECT rowid, tenant_id, month, stream, seq + 50,"
            " kind, type, at, leaf, 'forged' FROM event"
        ),
        (
            "INSERT INTO event SELECT * FROM event WHERE true"
            " ON CONFLICT DO UPDATE SET body = 'forged'"
        ),
        "UPDATE OR REPLACE event SET seq = 1",
    ],
    "personal": [
        (
            "INSERT OR REPLACE INTO personal SELECT tenant_id, month, stream, seq,"
            " name, 'forged', salt FROM personal"
        )
    ],
    "procedure_version": [
        "REPLACE INTO procedure_version SELECT * FROM procedure_version",
        # Another id, but the number of an old version.
        (
            "INSERT OR REPLACE INTO procedure_version SELECT tenant_id, zeroblob(16),"
            " procedure, number, status, hash, name, controlled, author, created_at,"
            " publisher, published_at FROM procedure_version"
        ),
    ],
    "version_model": [
        (
            "INSERT OR REPLACE INTO version_model SELECT tenant_id, version, hash,"
            " 'forged' FROM version_model"
        ),
        (
            "INSERT OR REPLACE INTO version_model (rowid, tenant_id, version, hash,"
            " bytes) SELECT rowid, tenant_id, zeroblob(16), hash, bytes"
            " FROM version_model"
        ),
    ],
    "version_file": [
        (
            "INSERT OR REPLACE INTO version_file SELECT tenant_id, version, path,"
            " 'forged' FROM version_file"
        )
    ],
}
PAIRS = [(table, sql) for table, all_ in FORBIDDEN.items() for sql in all_]
REPLACES = [(table, sql) for table, all_ in REPLACING.items() for sql in all_]


def _content(database: Database, table: str) -> list[str]:
    with database.read() as connection:
        every = sa.select("*").select_from(sa.table(table))
        rows = connection.execute(every).all()
    return sorted(map(str, rows))


def _refused(database: Database, table: str, sql: str) -> None:
    before = _content(database, table)
    assert before
    with pytest.raises(exc.DBAPIError), database.write() as connection:
        connection.exec_driver_sql(sql)
    assert _content(database, table) == before


def _delete(table: str) -> str:
    return str(sa.delete(sa.table(table)))


def _fill_the_log(database: Database, tenant: UUID) -> None:
    signed = Signed(2026, 1, bytes(32), b"note", world.NOON)
    kept = log.Log(database)
    kept.integrate(tenant, 2026, 100)
    kept.add(tenant, signed)
    kept.stamp(tenant, signed, b"stamp")
    node = {"tenant_id": tenant, "year": 2026, "level": 8, "node_index": 0}
    with database.write() as connection:
        row = {**node, "hash": bytes(32)}
        connection.execute(sa.insert(log_schema.log_node), row)


def _each_is_refused(database: Database, here: World) -> None:
    _fill_the_log(database, here.tenant)
    with here.begin() as work:
        draft = world.edition()
        work.calendars.add(draft)
        account, at = here.clerk.id, world.NOON
        work.calendars.change(draft.confirm("1/TB", at.date(), account, at))
        work.commit()
    pairs = list(PAIRS)
    if database.engine.dialect.name == "sqlite":
        pairs += REPLACES
    else:
        pairs += [(table, f"TRUNCATE {table} CASCADE") for table in guards.GUARDED]
        for table in guards.PARTITIONED:
            with database.read() as connection:
                parts = guards.partitions(connection, table)
            pairs += [(table, f"TRUNCATE {part}") for part in parts]
            pairs += [(table, _delete(part)) for part in parts]
    for table, sql in pairs:
        if database.engine.dialect.name == "sqlite" or "DELETE FROM " not in sql:
            _refused(database, table, sql)
        else:
            _keeps(database, table, sql)


def _keeps(database: Database, table: str, sql: str) -> None:
    """A DELETE of an empty partition deletes nothing and need not be refused."""
    before = _content(database, table)
    try:
        with database.write() as connection:
            assert connection.exec_driver_sql(sql).rowcount == 0
    except exc.DBAPIError:
        pass
    assert _content(database, table) == before


def test_every_forbidden_statement_is_refused(database: Database, here: World) -> None:
    here.opened()
    _each_is_refused(database, here)


def test_what_the_application_does_is_not_refused(
    database: Database, here: World
) -> None:
    case = here.opened()
    with here.begin() as work:
        work.cases.save(world.next_act(case, here.task(case)))
        work.commit()
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE personal SET value = NULL, salt = NULL")
        connection.exec_driver_sql("UPDATE procedure_version SET status = 'retired'")
    with here.begin() as work:
        for event in work.history.read(case.id, case.month):
            assert all((one.value, one.salt) == (None, None) for one in event.personal)


def test_an_erased_value_cannot_be_given_again(database: Database, here: World) -> None:
    here.opened()
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE personal SET value = NULL")
    _refused(database, "personal", "UPDATE personal SET value = 'invented'")


@pytest.mark.usefixtures("here")
def test_a_retired_version_never_comes_back(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE procedure_version SET status = 'retired'")
    for status in ("published", "draft"):
        sql = "UPDATE procedure_version SET status = "
        _refused(database, "procedure_version", f"{sql}'{status}'")


@pytest.fixture
def later_revision(tmp_path: Path) -> Path:
    """A migration of a later release, which makes guarded tables anew on SQLite."""
    folder = tmp_path / "later"
    folder.mkdir()
    (folder / "later.py").write_text(
        "import sqlalchemy as sa\n"
        "from alembic import op\n"
        "revision = 'later'\n"
        f"down_revision = {_head()!r}\n"
        "def upgrade():\n"
        f"    for table in {guards.GUARDED!r}:\n"
        "        with op.batch_alter_table(table, recreate='auto') as batch:\n"
        "            batch.add_column(sa.Column('later', sa.Text))\n"
        "            batch.alter_column('later', type_=sa.String(40))\n"
    )
    return folder


def _head() -> str | None:
    return migrations.newest()


def test_the_guards_stand_again_after_a_later_migration(
    database: Database, here: World, later_revision: Path
) -> None:
    here.opened()
    migrations.upgrade(database.engine, later_revision)
    with database.read() as connection:
        columns = [each["name"] for each in sa.inspect(connection).get_columns("event")]
        assert "later" in columns
        guards.check_guards(connection)
    _refused(database, "event", "DELETE FROM event")
    _refused(database, "event", "UPDATE event SET body = 'forged'")
    _refused(database, "personal", "UPDATE personal SET value = 'forged'")
    _refused(database, "version_file", "DELETE FROM version_file")


def _names(database: Database) -> list[str]:
    with database.read() as connection:
        if database.engine.dialect.name == "sqlite":
            sql = "SELECT 'DROP TRIGGER ' || name FROM sqlite_master"
            return [
                *connection.exec_driver_sql(f"{sql} WHERE type = 'trigger'").scalars()
            ]
        return [
            *connection.exec_driver_sql(
                "SELECT 'ALTER TABLE ' || tgrelid::regclass || ' DISABLE TRIGGER '"
                " || tgname FROM pg_trigger WHERE tgname ~ '_guards_'"
            ).scalars()
        ]


def test_each_missing_guard_is_named_at_start(database: Database) -> None:
    without = _names(database)
    assert len(without) >= 12
    for sql in without:
        with database.write() as connection:
            connection.exec_driver_sql(sql)
        with (
            database.read() as connection,
            pytest.raises(GuardsMissingError) as caught,
        ):
            guards.check_guards(connection)
        assert sql.split()[-1] in caught.value.message
        with database.write() as connection:
            guards.ensure_guards(connection)
        with database.read() as connection:
            guards.check_guards(connection)


def test_a_weakened_guard_is_noticed(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        weaken = [
            "DROP TRIGGER event_guards_delete",
            (
                "CREATE TRIGGER event_guards_delete BEFORE DELETE ON event"
                " WHEN false BEGIN SELECT RAISE(ABORT, 'An event is never deleted.');"
                " END"
            ),
        ]
    else:
        weaken = [
            (
                "CREATE OR REPLACE FUNCTION event_guards_delete() RETURNS trigger"
                " LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'"
            )
        ]
    with database.write() as connection:
        for sql in weaken:
            connection.exec_driver_sql(sql)
    with (
        database.read() as connection,
        pytest.raises(GuardsMissingError, match="event_guards_delete"),
    ):
        guards.check_guards(connection)


@pytest.fixture
def on_postgresql(database: Database) -> Database:
    if database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has neither partitions nor roles.")
    return database


def test_a_new_partition_takes_its_month_and_is_guarded(
    on_postgresql: Database, here: World
) -> None:
    partitions.prepare(on_postgresql, world.NOON)
    partitions.prepare(on_postgresql, world.NOON)
    here.opened()
    with on_postgresql.read() as connection:
        parts = guards.partitions(connection, "event")
        assert parts == ("event_202611", "event_202612", "event_default")
        count = connection.exec_driver_sql("SELECT count(*) FROM event_202611").scalar()
        assert count == 1
        guards.check_guards(connection)
    _each_is_refused(on_postgresql, here)
    for part in ("event_202611", "personal_202611"):
        _refused(on_postgresql, part, _delete(part))
        _refused(on_postgresql, part, f"TRUNCATE {part}")


def test_a_month_that_began_without_a_partition_stays_where_it_is(
    on_postgresql: Database, here: World
) -> None:
    here.opened()
    partitions.prepare(on_postgresql, world.NOON)
    with on_postgresql.read() as connection:
        assert guards.partitions(connection, "event") == (
            "event_202612",
            "event_default",
        )
    here.opened()


def test_only_a_role_that_is_there_is_granted_anything(database: Database) -> None:
    with (
        pytest.raises(ConfigurationError, match=r"no role|Only PostgreSQL"),
        database.write() as connection,
    ):
        guards.grant_application(connection, "nobody_of_ours")


@pytest.fixture
def application(on_postgresql: Database) -> Iterator[sa.Engine]:
    """Connections of the application's role, in a database without any guard."""
    url = on_postgresql.engine.url
    role = f"app_{url.database}"
    root = sa.create_engine(url.set(username="postgres"))
    with root.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {role}")
        guards.grant_application(connection, role)
        for table in guards.GUARDED:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")

    def become(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL ROLE {role}")

    sa.event.listen(root, "begin", become)
    yield root
    sa.event.remove(root, "begin", become)
    with root.begin() as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {role}")
        connection.exec_driver_sql(f"DROP ROLE {role}")
    root.dispose()


@pytest.mark.parametrize(
    "sql",
    [
        *("UPDATE event SET body = body", "DELETE FROM event", "TRUNCATE event"),
        *("DELETE FROM personal", "UPDATE personal SET name = name"),
        *("DELETE FROM version_file", "UPDATE version_file SET bytes = bytes"),
        *("UPDATE procedure_version SET hash = hash", "DELETE FROM procedure_version"),
        *("DROP TABLE event", "ALTER TABLE event DISABLE TRIGGER USER"),
        *("DELETE FROM event_default", "TRUNCATE personal_default"),
    ],
)
def test_grants_keep_the_history_where_every_guard_is_disabled(
    here: World, application: sa.Engine, sql: str
) -> None:
    here.opened()
    with (
        application.connect() as connection,
        pytest.raises(exc.ProgrammingError, match=r"permission denied|must be owner"),
    ):
        connection.exec_driver_sql(sql)


def test_grants_let_the_application_work(here: World, application: sa.Engine) -> None:
    case = here.opened()
    with application.begin() as connection:
        connection.exec_driver_sql("UPDATE personal SET value = NULL, salt = NULL")
        connection.exec_driver_sql("UPDATE procedure_version SET status = 'retired'")
        connection.exec_driver_sql('UPDATE "case" SET version = version + 1')
        connection.execute(
            sa.text(
                "INSERT INTO event SELECT tenant_id, month, stream, 2, kind, type,"
                " at, leaf, body FROM event WHERE stream = :case"
            ),
            {"case": case.id},
        )


def test_the_application_starts_and_works_without_owning_the_tables(
    application: sa.Engine,
) -> None:
    opened = Database(application)
    with opened.read() as connection:
        migrations.check(connection)
    # Neither is an error: the owner does it at the next `init`.
    partitions.prepare(opened, world.NOON)
    statistics.look_at_new(opened)
    with opened.read() as connection:
        assert "event_202611" not in guards.partitions(connection, "event")
