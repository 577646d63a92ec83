"""Fixtures every test may use: databases of both kinds, and a real browser.

`database_url` runs a test once on SQLite and once on PostgreSQL, each time on a fresh
database with our schema; `empty_database_url` gives the same without the schema.
"""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright import sync_api

import storage
from tests import databases, statements, waiting

KINDS = ["sqlite", "postgresql"]

# Same examples on every run, so that a red test is red for everybody; `make fuzz`
# looks further, for other examples each time.
hypothesis.settings.register_profile(
    "test", deadline=None, derandomize=True, max_examples=50, database=None
)
hypothesis.settings.register_profile("fuzz", deadline=None, max_examples=5_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))
# Where pytest puts `tmp_path`, and with it every SQLite file.
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(databases.parent()))
statements.share()

# The collector walks everything that lives whenever enough has been made since: with
# thousands of tests alive, far more often than there is rubbish to be found.
gc.set_threshold(20_000, 10, 10)


def pytest_collection_finish() -> None:
    """Have the collector leave alone what lives as long as the tests."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse names of tests that differ from one process to the next.

    A set is written in the order of its hashes and an object with its address; two
    workers that collected different names run nothing at all.
    """
    unstable = [
        item.nodeid
        for item in items
        if "frozenset({" in item.name or " at 0x" in item.name
    ]
    if unstable:
        raise pytest.UsageError("name these tests by ids=[…]: " + "; ".join(unstable))


@pytest.fixture(scope="session")
def prepare_database() -> databases.Prepare | None:
    """Give what brings an empty database to the newest schema."""
    return storage.migrate


@pytest.fixture(scope="session", autouse=True)
def _kept_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests store out of the installation that somebody runs from here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUYTRINH_DATA", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def cluster() -> Iterator[databases.Cluster]:
    """Run a private PostgreSQL server as long as the tests run."""
    try:
        running = databases.Cluster()
    except databases.MissingPostgreSQLError as error:
        pytest.fail(str(error), pytrace=False)
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def prepared_databases(
    cluster: databases.Cluster, prepare_database: databases.Prepare | None
) -> databases.Databases:
    """Make PostgreSQL databases with our schema."""
    return databases.Databases(cluster, prepare_database)


@pytest.fixture(scope="session")
def empty_databases(cluster: databases.Cluster) -> databases.Databases:
    """Make PostgreSQL databases without anything."""
    return databases.Databases(cluster)


@pytest.fixture(scope="session")
def prepared_files(
    tmp_path_factory: pytest.TempPathFactory,
    prepare_database: databases.Prepare | None,
) -> databases.SQLiteFiles:
    """Make SQLite files with our schema."""
    folder = tmp_path_factory.mktemp("template")
    return databases.SQLiteFiles(folder, prepare_database)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give a fresh database with our schema, of each kind in turn."""
    if request.param == "sqlite":
        files: databases.SQLiteFiles = request.getfixturevalue("prepared_files")
        yield files.fresh(tmp_path)
        return
    made: databases.Databases = request.getfixturevalue("prepared_databases")
    with made.fresh() as url:
        yield url


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give a fresh database without our schema, of each kind in turn."""
    if request.param == "sqlite":
        yield databases.SQLiteFiles(tmp_path).fresh(tmp_path)
        return
    made: databases.Databases = request.getfixturevalue("empty_databases")
    with made.fresh() as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[sync_api.Browser]:
    """Run one headless Chromium for all tests; each opens a context of its own."""
    # The same engine without windows opens a page in a third of the processor time.
    names = (
        *("chromium-headless-shell", "chromium"),
        *("chromium-browser", "google-chrome"),
    )
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.fail(
            "Chromium is missing. Run: apt-get install -y chromium", pytrace=False
        )
    # Root has no sandbox to start; the tests open only pages of our own.
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    sync_api.expect.set_options(timeout=waiting.BROWSER)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: sync_api.Browser) -> Iterator[sync_api.Page]:
    """Open a page of 1280 × 900 as an office in Vietnam sees it."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900},
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
    )
    context.set_default_timeout(waiting.BROWSER)
    yield context.new_page()
    context.close()
