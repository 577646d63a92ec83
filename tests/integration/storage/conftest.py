"""Fixtures: an open database of each kind in turn, with a tenant and a case in it."""

from collections.abc import Iterator

import pytest

from storage.database import Database, open_database
from tests.contracts import world
from tests.contracts.world import World


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def here(database: Database) -> World:
    return world.found(database)
