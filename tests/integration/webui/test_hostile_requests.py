"""Requests that no page of ours sends: answered in words, and nothing is changed."""

import io
import random
from typing import Final

import pytest
from werkzeug.datastructures import FileStorage

from engine.domain.organisation import Role
from engine.errors import EngineError
from tests.integration.webui import world
from tests.integration.webui.world import World
from tests.unit.models_bpmn import test_packages as archives
from webui import intake

CLERK: Final = world.login_of(Role.CLERK, "own-position")
DESIGNER: Final = world.login_of(Role.DESIGNER, "own-position")


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_a_number_that_no_database_holds_is_no_page(here: World, number: int) -> None:
    browser = here.client(CLERK)
    path = f"/viec/{here.case}/tham_tra/{number}"
    assert browser.get(path).status_code == 404
    for more in ("", "/nhan", "/tra"):
        assert browser.post(path + more).status_code in {404, 405}, more


def test_nul_is_refused_where_no_form_names_the_field(here: World) -> None:
    browser = here.client(CLERK)
    before = world.facts(here)
    for path in (
        "/ho-so?tim=a%00b",
        "/ho-so?%00=1",
        "/viec?tim=%00",
        "/quy-trinh/%00/mo",
    ):
        assert browser.get(path).status_code == 400, path
    answer = browser.post("/dang-nhap", login="a\0b", password="x")
    assert answer.status_code == 400
    path = f"/viec/{here.case}/tham_tra/1"
    assert browser.post(path, key="k\0").status_code == 400
    answer = browser.post(path, key="k", **{"f.comment": "gõ\0dở"})
    assert answer.status_code in {400, 422}
    assert world.facts(here) == before


def test_a_damaged_zip_is_refused_in_words(here: World) -> None:
    chance, refused = random.Random(9), 0  # noqa: S311 - no secret
    with here.app.test_request_context("/", base_url="http://here.test"):
        for _ in range(800):
            content = archives.damaged(archives.packed(), chance)
            sent = FileStorage(io.BytesIO(content), filename="goi.zip")
            try:
                intake.files([sent])
            except EngineError:
                refused += 1
    assert refused > 300


@pytest.mark.parametrize("method", [12, 14])
def test_a_zip_of_an_unusual_method_is_refused_in_words(
    here: World, method: int
) -> None:
    package = (io.BytesIO(archives.packed(method)), "goi.zip")
    answer = here.client(DESIGNER).post("/quy-trinh/tai-len", package=package)
    assert answer.status_code == 422
    assert "Không mở được" in answer.text
