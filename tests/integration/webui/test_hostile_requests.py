"""Requests that no page of ours sends: answered in words, and nothing is changed."""

import io
import json
import random
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest
from werkzeug.datastructures import FileStorage

from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.domain.case import Agencies
from engine.domain.organisation import Role
from engine.errors import EngineError
from tests import bpmn
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


def test_a_key_as_long_as_a_book_is_refused(here: World) -> None:
    before = world.facts(here)
    path = f"/viec/{here.case}/tham_tra/1"
    answer = here.client(CLERK).post(path, key="k" * 201)
    assert answer.status_code == 400
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


FORM: Final = json.dumps(
    {
        "type": "default",
        "schemaVersion": 18,
        "components": [
            {"type": "filepicker", "id": "tep", "key": "tep", "label": "Tệp"}
        ],
    }
).encode()


def with_files(here: World) -> UUID:
    """A case of a procedure whose step asks for files."""
    lane = world.LANE
    files = {
        "process.bpmn": bpmn.definitions(
            bpmn.process(
                "start s; task tham_tra 'Thẩm tra' <extensionElements>"
                '<qt:work form="tep"/></extensionElements>'
                "; end e",
                "s > tham_tra > e",
                identity="co_tep",
                more=lane,
            ),
        ),
        "forms/tep.form": FORM,
    }
    do = here.application.engine.execute
    stored = do(UploadVersion(files=files), here.actor(DESIGNER))
    published = PublishVersion(version=UUID(str(stored["version"])))
    do(published, here.actor(world.login_of(Role.APPROVER, "own-position")))
    handling = world.id_of("agency", "handling")
    agencies = Agencies(
        helping=handling, receiving=handling, handling=handling, deciding=handling
    )
    command = OpenCase(procedure="co_tep", data={}, agencies=agencies)
    return UUID(str(do(command, here.actor(CLERK))["case"]))


def stored_files(folder: Path) -> int:
    """How many files are kept; the marks of rounds through them are none."""
    return sum(one.is_file() and one.name[0] != "." for one in folder.rglob("*"))


def test_files_of_those_who_may_not_do_the_step_are_not_stored(
    here: World, folder: Path
) -> None:
    path = f"/viec/{with_files(here)}/tham_tra/1"
    for role, relation in (
        (Role.AUDITOR, "own-position"),
        (Role.SUPERVISOR, "supervised"),
        (Role.CLERK, "own-agency"),
    ):
        browser = here.client(world.login_of(role, relation))
        tep = (io.BytesIO(b"%PDF-1.7"), "don.pdf")
        assert browser.post(path, key="k", **{"f.tep": tep}).status_code == 403
    assert stored_files(folder) == 0
    tep = (io.BytesIO(b"%PDF-1.7"), "don.pdf")
    answer = here.client(CLERK).post(path, key="k", **{"f.tep": tep})
    assert answer.status_code == 303
    assert stored_files(folder) == 1


def test_a_wrong_name_in_a_message_keeps_what_was_typed(here: World) -> None:
    integrator = here.client(world.login_of(Role.INTEGRATOR, "unrelated"))
    values = {"name": "so tien", "value": "một triệu"}
    answer = integrator.post(f"/trao-doi/{here.case}/cho_thue/1", key="m", **values)
    assert answer.status_code == 400
    assert "một triệu" in answer.text
    assert "so tien" in answer.text
