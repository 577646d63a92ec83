"""Fixtures of the contracts: one database of each kind, and tenants of a test's own.

Tests share the database and not the tenant: what one leaves must not matter to
another.
"""

from collections.abc import Iterator

import pytest

from storage.database import Database, open_database
from tests import databases
from tests.contracts import world
from tests.contracts.world import World


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """Open a database with our schema, of each kind in turn."""
    if request.param == "sqlite":
        files: databases.SQLiteFiles = request.getfixturevalue("prepared_files")
        opened = open_database(files.fresh(tmp_path_factory.mktemp("contract")))
        yield opened
        opened.close()
        return
    made: databases.Databases = request.getfixturevalue("prepared_databases")
    with made.fresh() as url:
        opened = open_database(url)
        yield opened
        opened.close()


@pytest.fixture
def here(database: Database) -> World:
    """Give a tenant with an office, people and a procedure."""
    return world.found(database)


@pytest.fixture
def there(database: Database) -> World:
    """Give a second tenant in the same database."""
    return world.found(database, "Tỉnh Khác")
