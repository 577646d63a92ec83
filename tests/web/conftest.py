"""Fixtures of the tests that drive a real browser over the demonstration."""

import functools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright import sync_api

from tests import databases
from tests.web import office as offices


@pytest.fixture(scope="session", autouse=True)
def patient_clicks() -> Iterator[None]:
    """Let each click end when the page that it leads to is there, scripts and all.

    Playwright's ends when the first bytes have come: what is looked at next (`count`,
    `is_visible`, `all`, the focus) may be half a page.
    """
    with pytest.MonkeyPatch.context() as patch:
        for kind in (sync_api.Page, sync_api.Locator):
            patch.setattr(kind, "click", _arriving(kind.click))
        yield


def _arriving(click: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(click)
    def arrive(
        place: sync_api.Page | sync_api.Locator, *given: Any, **more: Any
    ) -> None:
        click(place, *given, **more)
        page = place if isinstance(place, sync_api.Page) else place.page
        page.wait_for_load_state()

    return arrive


@pytest.fixture(scope="session")
def demonstration(
    prepared_files: databases.SQLiteFiles, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Install the demonstration once; nobody works in this one."""
    folder = tmp_path_factory.mktemp("demonstration")
    offices.install(prepared_files.fresh(folder), folder)
    return folder


@pytest.fixture(scope="module")
def office(
    demonstration: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[offices.Office]:
    """Serve a copy of the demonstration: no file of tests sees the work of another."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copytree(demonstration, folder, dirs_exist_ok=True)
    with offices.opened(databases.sqlite_url(folder / databases.FILE), folder) as made:
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
