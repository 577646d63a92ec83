"""Fixtures of the web's tests: a world and a demonstration, copied for each test."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.evidence import keeper
from tests import databases
from tests.integration.webui import world
from webui import bootstrap, demo, passwords, sequencing


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Hash the password of all accounts once."""
    return passwords.hash_password(world.PASSWORD)


@pytest.fixture(scope="session")
def template(
    prepared_files: databases.SQLiteFiles,
    tmp_path_factory: pytest.TempPathFactory,
    password_hash: str,
) -> world.World:
    """Make the world once; nobody works in this one."""
    url = prepared_files.fresh(tmp_path_factory.mktemp("world"))
    made = world.found(url, password_hash)
    with made.application.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    made.close()
    return made


@pytest.fixture
def here(template: world.World, tmp_path: Path) -> Iterator[world.World]:
    """Give a world that a test may change."""
    made = world.copy(template, tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def on_server(
    cluster: databases.Cluster,
    prepare_database: databases.Prepare | None,
    password_hash: str,
) -> world.Lend:
    """Make the world once on PostgreSQL; every test works in a copy."""
    made: list[world.World] = []

    def prepare(url: str) -> None:
        assert prepare_database is not None
        prepare_database(url)
        made.append(world.found(url, password_hash))
        made[0].close()

    copies = databases.Databases(cluster, prepare)

    @contextlib.contextmanager
    def lend() -> Iterator[world.World]:
        with copies.fresh() as url:
            lent = world.again(made[0], url)
            yield lent
            lent.close()

    return lend


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[world.World]:
    """Give a world that a test may change, on each database in turn."""
    if request.param == "postgresql":
        lend: world.Lend = request.getfixturevalue("on_server")
        with lend() as made:
            yield made
        return
    made = world.copy(request.getfixturevalue("template"), tmp_path)
    yield made
    made.close()


@pytest.fixture
def data(here: world.World, tmp_path: Path) -> Path:
    """Give a folder beside the database, and make the pages look there."""
    here.close()
    here.open(data=tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def folder(here: world.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep attachments apart from those of other tests."""
    monkeypatch.setenv("QUYTRINH_DATA", str(tmp_path))
    here.close()
    here.open()
    return tmp_path / "attachments"


@pytest.fixture
def sequenced(here: world.World, data: Path) -> sequencing.Sequencing:
    """Give a sequencer whose signer is kept in the folder."""
    kept = keeper.Keeper(data / "signer")
    for tenant in (world.HERE, world.THERE):
        kept.make_key(sequencing.log_name(tenant), "1")
    made = sequencing.Sequencing(here.application, kept)
    made.once()
    return made


@pytest.fixture(scope="session")
def demonstration(
    prepared_files: databases.SQLiteFiles, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Install the demonstration once; every test works in a copy."""
    folder = tmp_path_factory.mktemp("demonstration")
    app = bootstrap.build(prepared_files.fresh(folder))
    demo.install_demo(app)
    with app.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    app.close()
    (path,) = folder.glob("*.db")
    return path


@pytest.fixture
def database(
    demonstration: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Name a copy of the demonstration in the environment."""
    path = tmp_path / "quytrinh.db"
    shutil.copyfile(demonstration, path)
    monkeypatch.setenv(bootstrap.DATABASE_VARIABLE, f"sqlite:///{path}")
    return path
