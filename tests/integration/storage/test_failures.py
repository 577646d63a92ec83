"""What a database fails at is a refusal in words, and never half an act."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from engine.domain.case import Case
from engine.errors import BusyError, StorageFullError, UnavailableError
from storage import database as databases
from storage import failures
from storage.database import Database
from tests.contracts import world
from tests.contracts.world import World


@pytest.fixture
def driver(database: Database) -> str:
    """The kind of the database, for what only one kind can suffer."""
    return database.engine.dialect.name


def _act(
    here: World,
    case: Case,
    *,
    before_saving: Callable[[], None] = lambda: None,
    before_commit: Callable[[], None] = lambda: None,
) -> None:
    with here.begin() as work:
        work.cases.lock(case.id)
        before_saving()
        work.cases.save(world.next_act(case))
        before_commit()
        work.commit()


def _act_on_and_on(here: World, case: UUID) -> None:
    for _ in range(200):
        _act(here, _now(here, case))


def test_an_act_without_room_is_refused_whole_and_goes_through_with_room(
    database: Database, here: World, driver: str
) -> None:
    if driver != "sqlite":
        pytest.skip("PostgreSQL has no limit of pages.")
    case = here.opened()
    with _no_more_pages(database), pytest.raises(StorageFullError):
        _act_on_and_on(here, case.id)
    stopped = _now(here, case.id)
    with here.begin() as work:
        assert len(work.history.read(case.id, case.month)) == stopped.seq
    _act(here, stopped)
    assert _now(here, case.id).seq == stopped.seq + 1


def test_a_cut_connection_is_told_and_the_next_unit_of_work_gets_another(
    database: Database, here: World, driver: str
) -> None:
    if driver != "postgresql":
        pytest.skip("A file has no connection to cut.")
    case = here.opened()
    # Three connections wait in the pool; all of them are cut.
    with here.begin(), here.begin(), here.begin():
        pass
    with pytest.raises(UnavailableError):
        _act(here, case, before_saving=lambda: _cut_all(database))
    _act(here, case)
    assert _now(here, case.id).seq == case.seq + 1


def test_a_connection_cut_after_the_work_takes_nothing_back(
    database: Database, here: World, driver: str
) -> None:
    if driver != "postgresql":
        pytest.skip("A file has no connection to cut.")
    case = here.opened()
    with here.begin() as work:
        found = work.cases.find(case.code)
        _cut_all(database)
    assert found == (case.id,)
    # The other connections of the pool are cut as well.
    database.engine.dispose()
    with here.begin() as work:
        work.cases.lock(case.id)
        work.cases.save(world.next_act(case))
        work.commit()
        _cut_all(database)
    database.engine.dispose()
    assert _now(here, case.id).seq == case.seq + 1


def test_a_commit_that_gets_no_answer_is_told(
    database: Database, here: World, driver: str
) -> None:
    if driver != "postgresql":
        pytest.skip("A file has no connection to cut.")
    case = here.opened()
    with pytest.raises(UnavailableError):
        _act(here, case, before_commit=lambda: _cut_all(database))
    assert _now(here, case.id).seq == case.seq


def test_a_database_that_another_program_holds_is_busy(
    database: Database,
    here: World,
    driver: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if driver != "sqlite":
        pytest.skip("PostgreSQL lets many write.")
    file = database.engine.url.database
    assert file is not None
    impatient = [each.replace("30000", "50") for each in databases.PRAGMAS]
    monkeypatch.setattr(databases, "PRAGMAS", impatient)
    database.engine.dispose()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusyError), here.begin():
        pass
    with pytest.raises(BusyError), database.write():
        pass
    other.execute("ROLLBACK")
    other.close()
    here.opened()


def test_a_server_that_is_away_is_told_in_words() -> None:
    away = databases.open_database("postgresql://nobody@127.0.0.1:1/none")
    for lend in (away.read, away.write):
        with pytest.raises(UnavailableError), lend():
            pass
    with pytest.raises(UnavailableError):
        away.take()
    away.close()


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        (psycopg.errors.DiskFull(), StorageFullError),
        (psycopg.errors.AdminShutdown(), UnavailableError),
        (psycopg.errors.TooManyConnections(), BusyError),
        (psycopg.errors.DeadlockDetected(), BusyError),
        (psycopg.OperationalError(), UnavailableError),
        (exc.TimeoutError(), BusyError),
        # Faults of our own stay what they are.
        (psycopg.errors.UniqueViolation(), None),
        (psycopg.errors.UndefinedColumn(), None),
        (sqlite3.IntegrityError(), None),
        (exc.IntegrityError("", None, sqlite3.IntegrityError()), None),
        (ZeroDivisionError(), None),
        (None, None),
    ],
    ids=repr,
)
def test_each_failure_has_its_refusal(
    error: BaseException | None, refusal: type[UnavailableError] | None
) -> None:
    found = failures.refusal(error)
    assert (None if found is None else type(found)) is refusal


def test_a_fault_does_not_tell_the_log_what_was_to_be_stored(
    database: Database,
) -> None:
    wrong = sa.text("INSERT INTO no_such_table VALUES (:name)")
    with pytest.raises(exc.DBAPIError) as found, database.write() as connection:
        connection.execute(wrong, {"name": "Nguyễn Thị Đượm"})
    assert "no_such_table" in str(found.value)
    assert "Đượm" not in str(found.value)


def test_a_fault_of_our_own_is_no_refusal(database: Database) -> None:
    with pytest.raises(exc.DBAPIError), database.read() as connection:
        connection.exec_driver_sql("SELECT nothing FROM nowhere")


def _now(here: World, case: UUID) -> Case:
    with here.begin() as work:
        return work.cases.lock(case).case


@contextlib.contextmanager
def _no_more_pages(database: Database) -> Iterator[None]:
    """Let no connection make the file larger than it is."""

    def limit(driver: sqlite3.Connection, _record: object) -> None:
        pages = driver.execute("PRAGMA page_count").fetchone()[0]
        driver.execute(f"PRAGMA max_page_count = {pages}")

    database.engine.dispose()
    sa.event.listen(database.engine, "connect", limit)
    try:
        yield
    finally:
        sa.event.remove(database.engine, "connect", limit)
        database.engine.dispose()


def _cut_all(database: Database) -> None:
    """Cut every connection of the owner but this one."""
    url = database.engine.url.set(drivername="postgresql")
    with psycopg.connect(
        url.render_as_string(hide_password=False), autocommit=True
    ) as own:
        own.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
