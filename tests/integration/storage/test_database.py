"""Opening a database."""

import stat
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.domain.case import Case
from engine.errors import ConfigurationError
from storage import database as opening
from storage import schema
from storage.database import Database, count_statements, open_database
from tests import waiting
from tests.contracts import world
from tests.contracts.world import World

MOUNTS = """\
/dev/vda / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
server:/data /srv/data nfs4 rw 0 0
//server/share /mnt/du\\040lieu cifs rw 0 0
/dev/vdb /srv/data/local ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 30_000),
        ("secure_delete", 1),
        ("trusted_schema", 0),
    ],
)
def test_every_sqlite_connection_is_prepared(
    tmp_path: Path, pragma: str, value: object
) -> None:
    opened = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    with opened.read() as first, opened.read() as second:
        for connection in (first, second):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
    opened.close()


def test_nobody_else_on_the_machine_can_read_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    opened = open_database(f"sqlite:///{path}")
    with opened.read() as connection:
        connection.exec_driver_sql("SELECT 1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    opened.close()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/quytrinh/a.db", "ext4"),
        ("/srv/data/quytrinh/a.db", "nfs4"),
        ("/srv/data/a.db", "nfs4"),
        ("/srv/database/a.db", "ext4"),
        ("/srv/data/local/a.db", "ext4"),
        ("/mnt/du lieu/a.db", "cifs"),
    ],
)
def test_the_file_system_of_a_path_is_told(
    tmp_path: Path, path: str, kind: str
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert opening.file_system(Path(path), mounts) == kind


def test_a_system_that_does_not_tell_is_trusted(tmp_path: Path) -> None:
    assert opening.file_system(tmp_path / "a.db", tmp_path / "none") == ""


def test_sqlite_on_a_network_file_system_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("server:/ / nfs rw 0 0\n")
    monkeypatch.setattr(opening.file_system, "__defaults__", (mounts,))
    with pytest.raises(ConfigurationError, match="network file system"):
        open_database(f"sqlite:///{tmp_path / 'a.db'}")
    assert not (tmp_path / "a.db").exists()


@pytest.mark.parametrize(
    "url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://u@h/d"]
)
def test_a_url_of_another_database_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError):
        open_database(url)


def test_readers_see_the_last_commit_while_a_writer_works(
    database: Database, here: World
) -> None:
    case = here.opened()
    with here.begin() as work:
        work.cases.save(world.next_act(case))
        with database.read() as connection:
            version = sa.select(schema.case.c.version)
            assert connection.scalar(version) == 1
        work.commit()
    with database.read() as connection:
        assert connection.scalar(version) == 2


def test_a_connection_that_breaks_does_not_hide_what_went_wrong(here: World) -> None:
    """A dead connection is thrown away; the next unit of work gets another one."""
    case = here.opened()

    def lose() -> None:
        with here.begin() as work:
            driver = work._link.connection.connection.driver_connection
            assert driver is not None
            driver.close()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lose()
    with here.begin() as work:
        assert work.cases.lock(case.id).case == case


def test_writers_are_let_in_in_the_order_of_their_coming(
    here: World, database: Database
) -> None:
    """SQLite's own waiting is unfair: one of four was seen waiting three seconds."""
    cases = [here.opened() for _ in range(4)]
    served: list[Case] = []

    def write(case: Case) -> None:
        with here.begin() as work:
            served.append(case)
            loaded = work.cases.lock(case.id)
            work.cases.save(world.next_act(loaded.case))
            work.commit()

    turns = database._turns
    threads = [threading.Thread(target=write, args=(case,)) for case in cases]
    last = time.monotonic() + waiting.LONGEST
    with here.begin():
        for count, thread in enumerate(threads, start=1):
            thread.start()
            # Whoever came before stands in the queue; on PostgreSQL nobody waits.
            while (len(turns._waiting) if turns else len(served)) < count:
                assert time.monotonic() < last
                time.sleep(0.001)
        assert served == ([] if turns else cases)
    for thread in threads:
        thread.join(waiting.LONGEST)
    assert served == cases


def test_writers_of_their_own_cases_lose_no_act(here: World) -> None:
    cases = [here.opened() for _ in range(4)]
    done: list[Case] = []

    def write(case: Case) -> None:
        for _ in range(25):
            with here.begin() as work:
                loaded = work.cases.lock(case.id)
                work.cases.save(world.next_act(loaded.case))
                work.commit()
                done.append(case)

    threads = [threading.Thread(target=write, args=(case,)) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(waiting.LONGEST)
    assert len(done) == 100
    for case in cases:
        with here.begin() as work:
            assert work.cases.lock(case.id).case.seq == case.seq + 25


def test_statements_are_counted_only_inside(database: Database) -> None:
    with count_statements(database) as counted, database.write() as connection:
        connection.execute(sa.select(sa.literal(1)))
    with database.read() as connection:
        connection.execute(sa.select(sa.literal(1)))
    assert vars(counted) == {
        "statements": 1,
        "begins": 1,
        "commits": 1,
        "rollbacks": 0,
    }
