"""Fixtures: an office on each database in turn.

The office is founded once for each kind of database; a test works in a copy.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

import storage
from tests import databases
from tests.conftest import KINDS
from tests.integration.engine.office import Office


class Founding:
    """Prepares a database, and remembers the office in it."""

    office: Office

    def __call__(self, url: str) -> None:
        """Found an office in an empty database."""
        storage.migrate(url)
        self.office = Office(url)
        self.office.found()
        self.office.close()


@pytest.fixture(scope="session")
def offices_in_files(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[databases.SQLiteFiles, Founding]:
    """Make SQLite files with an office."""
    founding = Founding()
    folder = tmp_path_factory.mktemp("office")
    return databases.SQLiteFiles(folder, founding), founding


@pytest.fixture(scope="session")
def offices_on_the_server(
    cluster: databases.Cluster,
) -> tuple[databases.Databases, Founding]:
    """Make PostgreSQL databases with an office."""
    founding = Founding()
    return databases.Databases(cluster, founding), founding


@pytest.fixture(params=KINDS)
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """Give an office with one procedure in force, on each kind of database."""
    if request.param == "sqlite":
        files, founding = request.getfixturevalue("offices_in_files")
        made = founding.office.moved(files.fresh(tmp_path))
        yield made
        made.close()
        return
    server, founding = request.getfixturevalue("offices_on_the_server")
    with server.fresh() as url:
        made = founding.office.moved(url)
        yield made
        made.close()
