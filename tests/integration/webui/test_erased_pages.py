"""Where a value was erased, every page says under which rule, by which document, when.

On both databases: what is told comes from events that are read with one statement.
"""

import io
import json
import time
import zipfile
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from engine.commands.complete_task import CompleteTask
from engine.commands.erase_personal import ErasePersonal
from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.domain.organisation import Role
from engine.evidence import keeper
from tests import bpmn
from tests.integration.webui import world
from tests.integration.webui.world import World
from webui import sequencing

ADMIN: Final = world.login_of(Role.ADMINISTRATOR, "unrelated")
AUDITOR: Final = world.login_of(Role.AUDITOR, "unrelated")
CLERK: Final = world.login_of(Role.CLERK, "own-position")
DESK: Final = world.login_of(Role.CLERK, "other-agency")
NAME: Final = "Nguyễn Thị Bí Mật"
BASIS: Final = "Luật 91/2025/QH15, Điều 14"
ORDER: Final = "Quyết định 12/QĐ-UBND"
ERASED: Final = f"đã xóa theo {BASIS} ({ORDER}), ngày 20/11/2026"
GONE: Final = "không còn, không có quyết định xóa"
FORM: Final = {
    "type": "default",
    "id": "don",
    "schemaVersion": 18,
    "components": [
        {"type": "textfield", "id": "t", "key": "ten", "label": "Người nộp"}
    ],
}
MODEL: Final = bpmn.definitions(
    bpmn.process(
        "start s; task xem 'Xem đơn'; task ky 'Ký đơn'; end e",
        "s > xem > ky > e",
        identity="don",
        name="Nhận đơn",
        more="<extensionElements>"
        '<qt:procedure code="9.1" startForm="don" applicant="ten"/></extensionElements>'
        f'<laneSet id="lanes"><lane id="lane" name="{world.EXAMINER}">'
        "<flowNodeRef>xem</flowNodeRef><flowNodeRef>ky</flowNodeRef></lane></laneSet>",
    )
)


@pytest.fixture
def here(office: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give a world on each database, with a register of erasures of its own."""
    monkeypatch.setenv("QUYTRINH_DATA", str(tmp_path / "data"))
    office.open()
    execute = office.application.engine.execute
    files = {"process.bpmn": MODEL, "forms/don.form": json.dumps(FORM).encode()}
    designer = office.actor(world.login_of(Role.DESIGNER, "own-position"))
    version = UUID(str(execute(UploadVersion(files=files), designer)["version"]))
    approver = office.actor(world.login_of(Role.APPROVER, "own-position"))
    execute(PublishVersion(version=version), approver)
    return office


def opened(here: World) -> UUID:
    command = OpenCase(
        procedure="9.1", data={"ten": NAME}, agencies=world.case_agencies()
    )
    done = here.application.engine.execute(command, here.actor(DESK))
    here.clock.move(minutes=1)
    return UUID(str(done["case"]))


def complete(here: World, case: UUID, element: str) -> None:
    command = CompleteTask(
        case=case, element=element, occurrence=1, answers={"comment": f"Đã gặp {NAME}"}
    )
    here.application.engine.execute(command, here.actor(CLERK))
    here.clock.move(minutes=1)


def erase(here: World, case: UUID) -> None:
    page = f"/he-thong/du-lieu-ca-nhan/{case}/xoa"
    sent = here.client(ADMIN).post(page, **{"f.basis": BASIS, "f.order": ORDER})
    assert sent.status_code == 303


def test_every_page_of_a_case_says_under_what_it_was_erased(here: World) -> None:
    case = opened(here)
    complete(here, case, "xem")
    complete(here, case, "ky")
    pages = {
        "list": "/ho-so",
        "case": f"/ho-so/{case}",
        "task": f"/viec/{case}/ky/1",
        "history": f"/ho-so/{case}/lich-su",
        "replay": f"/ho-so/{case}/phat-lai",
        "evidence": f"/ho-so/{case}/bang-chung",
    }
    auditor = here.client(AUDITOR)
    before = {name: auditor.get(path).text for name, path in pages.items()}
    assert {name for name, text in before.items() if NAME in text} == {*pages}
    assert not any("đã xóa theo" in text for text in before.values())
    erase(here, case)
    after = {name: auditor.get(path).text for name, path in pages.items()}
    assert not any(NAME in text for text in after.values())
    assert {name for name, text in after.items() if ERASED not in text} == set()
    assert not any(GONE in text for text in after.values())
    # The applicant in the head, the opening answer, two comments.
    assert after["case"].count(ERASED) == 4
    assert after["list"].count(ERASED) == 1
    assert f"Đã xóa dữ liệu cá nhân: {BASIS}; {ORDER}" in after["case"]


def test_a_case_without_an_applicant_says_nothing_of_an_erasure(here: World) -> None:
    erased = opened(here)
    complete(here, erased, "xem")
    complete(here, erased, "ky")
    erase(here, erased)
    rows = here.client(AUDITOR).get("/ho-so").text.split("<tr>")
    [mine] = [row for row in rows if str(here.case) in row]
    [other] = [row for row in rows if str(erased) in row]
    assert "đã xóa" not in mine
    assert ERASED in other


def test_the_worklist_and_known_so_far_say_it_while_the_case_goes_on(
    here: World,
) -> None:
    case = opened(here)
    complete(here, case, "xem")
    engine = here.application.engine
    # One value by its name, while the case is open.
    engine.execute(
        ErasePersonal(case=case, basis=BASIS, order=ORDER, names=("ten",)),
        here.actor(ADMIN),
    )
    browser = here.client(CLERK)
    assert ERASED in browser.get("/viec").text
    page = browser.get(f"/viec/{case}/ky/1").text
    # In the head, and where the receipt is told.
    assert page.count(ERASED) == 2
    assert "Đã gặp" in page


def test_a_value_that_was_taken_away_is_not_called_erased(here: World) -> None:
    case = opened(here)
    with here.application.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE personal SET value = NULL, salt = NULL WHERE name = 'ten'"
        )
    for path in (f"/ho-so/{case}", f"/ho-so/{case}/phat-lai"):
        page = here.client(AUDITOR).get(path).text
        assert GONE in page
        assert "đã xóa theo" not in page


def test_the_report_in_a_bundle_says_it_in_every_form(
    here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = opened(here)
    complete(here, case, "xem")
    complete(here, case, "ky")
    erase(here, case)
    kept = keeper.Keeper(tmp_path / "signer")
    signer = sequencing.Beside(tmp_path / "signer", kept)
    sequence = sequencing.Sequencing(here.application, signer).once
    sequence()
    monkeypatch.setattr(time, "sleep", lambda _: sequence())
    answer = here.client(AUDITOR).post(f"/ho-so/{case}/bang-chung")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as bundle:
        report = json.loads(bundle.read("report.json"))
        page = bundle.read("report.html").decode()
        replay = bundle.read("report.replay.html").decode()
    answers = [one for step in report["cases"][0]["steps"] for one in step["answers"]]
    assert [one["under"]["basis"] for one in answers] == [BASIS] * 3
    assert f"{ERASED} / " in page
    assert f"erased under {BASIS} ({ORDER}), on 20/11/2026" in page
    assert ERASED in replay
    assert NAME not in page + replay
