"""Fixtures of the tests that drive a real browser over the demonstration."""

from collections.abc import Iterator

import pytest
from playwright import sync_api

from tests import databases
from tests.web import office as offices


@pytest.fixture(scope="session")
def office(
    prepared_files: databases.SQLiteFiles, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[offices.Office]:
    """Serve the demonstration as long as the tests run."""
    folder = tmp_path_factory.mktemp("office")
    with offices.opened(prepared_files.fresh(folder), folder / "attachments") as made:
        yield made


@pytest.fixture
def staff(
    office: offices.Office, chromium: sync_api.Browser
) -> Iterator[offices.Staff]:
    """Let people sign in, each in a browser of their own."""
    made = offices.Staff(office, chromium)
    yield made
    made.close()


@pytest.fixture
def plain_staff(
    office: offices.Office, chromium: sync_api.Browser
) -> Iterator[offices.Staff]:
    """Let people sign in whose browsers run no scripts."""
    made = offices.Staff(office, chromium, {"java_script_enabled": False})
    yield made
    made.close()
