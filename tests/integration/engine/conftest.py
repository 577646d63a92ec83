"""Fixtures: an office on each database in turn."""

from collections.abc import Iterator

import pytest

from tests.integration.engine.office import MAIN, Office


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """Give an office with one procedure in force."""
    made = Office(database_url)
    made.publish(thu_tuc=MAIN)
    yield made
    made.close()
