"""What only PostgreSQL needs: dead connections, and a planner that has seen nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.errors import UnavailableError
from storage import guards, statistics
from storage.database import Database, count_statements, open_database
from tests import databases
from tests.contracts import world
from tests.contracts.world import World

PID = sa.text("SELECT pg_backend_pid()")


@pytest.fixture
def database(prepared_databases: databases.Databases) -> Iterator[Database]:
    """A database on the server."""
    with prepared_databases.fresh() as url:
        opened = open_database(url)
        yield opened
        opened.close()


@pytest.fixture
def here(database: Database) -> World:
    return world.found(database)


def end_all(database: Database) -> None:
    """Let the server end every connection that the pool keeps, as a restart does."""
    address = database.engine.url.set(drivername="postgresql+psycopg")
    other = sa.create_engine(address, poolclass=sa.NullPool)
    with other.connect() as connection:
        ended = connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
        ).all()
    other.dispose()
    assert ended


def test_the_first_request_after_a_restart_of_the_server_is_answered(
    database: Database, here: World
) -> None:
    case = here.opened()
    with database.read() as connection:
        before = connection.scalar(PID)
    end_all(database)
    with database.read() as connection:
        assert connection.scalar(PID) != before
    end_all(database)
    with here.begin() as work:
        work.cases.lock(case.id)
        work.cases.save(world.next_act(case))
        work.commit()


def test_every_connection_of_the_pool_is_looked_at(database: Database) -> None:
    taken = [database.engine.connect() for _ in range(4)]
    for one in taken:
        one.close()
    end_all(database)
    again = [database.engine.connect() for _ in range(4)]
    assert [one.scalar(sa.text("SELECT 1")) for one in again] == [1] * 4
    for one in again:
        one.close()


def test_looking_asks_the_server_nothing(database: Database) -> None:
    with database.read() as connection:
        connection.scalar(PID)
        before = connection.scalar(sa.text("SELECT 1"))
    with count_statements(database) as counter:
        for _ in range(10):
            database.engine.connect().close()
    assert before == 1
    assert counter.statements == 0


def test_a_connection_with_news_that_lives_is_kept(database: Database) -> None:
    with database.engine.connect() as connection:
        pid = connection.scalar(PID)
        connection.exec_driver_sql("LISTEN something")
        connection.commit()
    other = sa.create_engine(database.engine.url, poolclass=sa.NullPool)
    with other.begin() as connection:
        connection.exec_driver_sql("NOTIFY something")
    other.dispose()
    with database.read() as connection:
        assert connection.scalar(PID) == pid


def test_a_server_that_is_away_is_a_refusal_in_words() -> None:
    nowhere = open_database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(UnavailableError), nowhere.read():
        pass
    nowhere.close()


def test_the_planner_looks_at_new_tables_with_rows_and_only_once(
    database: Database, here: World
) -> None:
    here.opened()
    looked = statistics.look_at_new(database)
    assert {"case", "task", "procedure_version"} <= set(looked)
    assert "attachment" not in looked, "a table without rows tells nothing"
    assert statistics.look_at_new(database) == ()
    with database.read() as connection:
        guards.check_guards(connection)


def test_sqlite_has_nothing_to_look_at(tmp_path: Path) -> None:
    opened = open_database(databases.sqlite_url(tmp_path / "a.db"))
    assert statistics.look_at_new(opened) == ()
    opened.close()
