"""Files that no form was sent with: there is room for so many, and none stays."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from engine import limits
from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.test_hostile_requests import stored_files, with_files
from tests.integration.webui.test_incoming import PDF, begin, sent
from tests.integration.webui.world import World
from webui import incoming, uploads

CLERK: Final = world.login_of(Role.CLERK, "own-position")
OTHER: Final = world.login_of(Role.CLERK, "own-agency")


@pytest.fixture
def two_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave room for two files of an account, and for three of everybody."""
    small = replace(uploads.ROOM, own=2 * len(PDF) + 9, all=3 * len(PDF) + 9)
    monkeypatch.setattr(uploads, "ROOM", small)


@pytest.mark.usefixtures("two_fit")
def test_whoever_has_no_room_is_told_what_to_do(here: World) -> None:
    browser = here.client(CLERK)
    for number in range(2):
        assert sent(browser, "a.pdf", PDF + b"%d" % number)[1].status_code == 200
    answer = begin(browser, "b.pdf", len(PDF))
    assert answer.status_code == 429
    assert "Hãy gửi các biểu mẫu có những tệp đó" in answer.text
    assert f"sau {limits.UPLOAD_HOURS} giờ" in answer.text
    other = here.client(OTHER)
    assert begin(other, "a.pdf", len(PDF)).status_code == 201
    answer = begin(other, "b.pdf", len(PDF))
    assert answer.status_code == 429
    assert "thử lại sau vài giờ" in answer.text
    here.clock.move(hours=limits.UPLOAD_HOURS + 1)
    assert incoming.sweep(here.application, world.HERE) == 3
    assert begin(here.client(CLERK), "b.pdf", len(PDF)).status_code == 201


@pytest.mark.usefixtures("two_fit")
def test_a_form_with_a_file_that_does_not_fit_says_so_and_keeps_nothing(
    here: World, folder: Path
) -> None:
    browser, path = here.client(CLERK), f"/viec/{with_files(here)}/tham_tra/1"
    for number in range(2):
        tep = (io.BytesIO(PDF + b"%d" % number), "don.pdf")
        assert browser.post(f"{path}/nhap", **{"f.tep": tep}).status_code == 303
    answer = browser.post(path, key="k", **{"f.tep": (io.BytesIO(PDF), "don.pdf")})
    assert answer.status_code == 422
    assert "Hãy gửi các biểu mẫu có những tệp đó" in answer.text
    assert stored_files(folder) == 2


@pytest.mark.usefixtures("two_fit")
def test_a_file_that_was_sent_with_its_form_takes_no_room(
    here: World, folder: Path
) -> None:
    browser, path = here.client(CLERK), f"/viec/{with_files(here)}/tham_tra/1"
    tep = (io.BytesIO(PDF), "don.pdf")
    assert browser.post(path, key="k", **{"f.tep": tep}).status_code == 303
    here.clock.move(hours=limits.UPLOAD_HOURS + 1)
    assert incoming.sweep(here.application, world.HERE) == 0
    assert stored_files(folder) == 1
    later = here.client(CLERK)
    for number in range(2):
        assert begin(later, f"{number}.pdf", len(PDF)).status_code == 201


def test_a_file_in_a_draft_stays_as_long_as_the_draft_and_no_longer(
    here: World, folder: Path
) -> None:
    browser, case = here.client(CLERK), with_files(here)
    path = f"/viec/{case}/tham_tra/1"
    tep = (io.BytesIO(PDF), "don.pdf")
    assert browser.post(f"{path}/nhap", **{"f.tep": tep}).status_code == 303
    for _ in range(2):
        here.clock.move(hours=limits.UPLOAD_HOURS + 1)
        assert incoming.sweep(here.application, world.HERE) == 0
        assert stored_files(folder) == 1
    # The step is done without it.
    assert here.client(CLERK).post(path, key="k").status_code == 303
    here.clock.move(hours=limits.UPLOAD_HOURS + 1)
    assert incoming.sweep(here.application, world.HERE) == 1
    assert stored_files(folder) == 0
