"""The databases that the other tests stand on."""

from pathlib import Path

import pytest
import sqlalchemy

from tests import databases
from tests.conftest import KINDS


def _make_table(url: str) -> None:
    database = sqlalchemy.create_engine(url)
    with database.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE office (name TEXT)"))
        connection.execute(sqlalchemy.text("INSERT INTO office VALUES ('Đống Đa')"))
    database.dispose()


def _names(url: str) -> list[str]:
    database = sqlalchemy.create_engine(url)
    with database.connect() as connection:
        rows = connection.execute(sqlalchemy.text("SELECT name FROM office")).all()
    database.dispose()
    return [row[0] for row in rows]


def test_an_empty_database_keeps_vietnamese_letters(empty_database_url: str) -> None:
    _make_table(empty_database_url)
    assert _names(empty_database_url) == ["Đống Đa"]


def test_a_prepared_postgresql_database_is_a_copy_and_not_shared(
    cluster: databases.Cluster,
) -> None:
    prepared: list[str] = []

    def prepare(url: str) -> None:
        prepared.append(url)
        _make_table(url)

    made = databases.Databases(cluster, prepare)
    with made.fresh() as first, made.fresh() as second:
        _add(first)
        assert _names(first) == ["Đống Đa", "Huế"]
        assert _names(second) == ["Đống Đa"]
    assert len(prepared) == 1


def test_a_prepared_sqlite_file_is_a_copy_and_not_shared(tmp_path: Path) -> None:
    made = databases.SQLiteFiles(tmp_path, _make_table)
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    first, second = [made.fresh(folder) for folder in folders]
    _add(first)
    assert _names(first) == ["Đống Đa", "Huế"]
    assert _names(second) == ["Đống Đa"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_prepared_further_leaves_its_start_as_it_was(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("start", "further", "a", "b")]
    for folder in folders:
        folder.mkdir()
    start: databases.SQLiteFiles | databases.Databases
    if kind == "sqlite":
        start = databases.SQLiteFiles(folders[0], _make_table)
    else:
        start = databases.Databases(request.getfixturevalue("cluster"), _make_table)
    further = start.then(folders[1], _add)
    with further.lend(folders[2]) as first, start.lend(folders[3]) as second:
        assert _names(first) == ["Đống Đa", "Huế"]
        assert _names(second) == ["Đống Đa"]
    further.forget()
    start.forget()


def test_the_owner_of_a_test_database_is_no_superuser(
    empty_databases: databases.Databases,
) -> None:
    with empty_databases.fresh() as url:
        database = sqlalchemy.create_engine(url)
        with database.connect() as connection:
            question = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
            assert connection.scalar(sqlalchemy.text(question)) is False
            assert connection.scalar(sqlalchemy.text("SHOW fsync")) == "on"
        database.dispose()


def test_missing_postgresql_is_named_with_the_command_to_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(databases.MissingPostgreSQLError, match="apt-get install"):
        databases.programs()


def _add(url: str) -> None:
    database = sqlalchemy.create_engine(url)
    with database.begin() as connection:
        connection.execute(sqlalchemy.text("INSERT INTO office VALUES ('Huế')"))
    database.dispose()
