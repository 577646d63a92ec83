"""A disk without room: the page says so, and what was typed is not lost."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
import sqlalchemy as sa

from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.world import World

CLERK: Final = world.login_of(Role.CLERK, "own-position")
NOTE: Final = "Hồ sơ đủ thành phần " * 400


@pytest.fixture
def full(here: World) -> Iterator[list[bool]]:
    """Let the file of the database grow no more while the list says so."""
    state = [False]
    engine = here.application.database.engine

    def limit(driver: Any, *_: object) -> None:
        pages = driver.execute("PRAGMA page_count").fetchone()[0]
        room = 0 if state[0] else 100_000
        driver.execute(f"PRAGMA max_page_count = {pages + room}")

    sa.event.listen(engine, "checkout", limit)
    yield state
    sa.event.remove(engine, "checkout", limit)


def test_a_full_disk_is_507_in_words_and_keeps_what_was_typed(
    here: World, full: list[bool]
) -> None:
    browser = here.client(CLERK)
    before = world.facts(here)
    full[0] = True
    path = f"/viec/{here.case}/tham_tra/1"
    answer = browser.post(path, key="k1", **{"f.comment": NOTE})
    assert answer.status_code == 507
    assert "Máy chủ đã hết chỗ lưu nội dung này. Chưa có gì thay đổi." in answer.text
    assert NOTE.strip() in answer.text
    assert world.facts(here) == before
    full[0] = False
    assert browser.post(path, key="k1", **{"f.comment": NOTE}).status_code == 303
    assert world.facts(here) != before
