"""Decision tables on the pages: of a version, and in the history of a case."""

import html
from pathlib import Path
from typing import Final
from uuid import UUID

from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.domain.organisation import Role
from engine.domain.run import Json
from models_bpmn import packages
from tests.integration.webui import world
from tests.integration.webui.world import World

EXAMPLE: Final = Path(__file__).resolve().parents[3] / "examples" / "fee-from-a-table"
DESIGNER: Final = world.login_of(Role.DESIGNER, "own-position")
APPROVER: Final = world.login_of(Role.APPROVER, "own-position")
AUDITOR: Final = world.login_of(Role.AUDITOR, "own-position")
DESK: Final = world.login_of(Role.CLERK, "other-agency")
GIVEN: Final[dict[str, Json]] = {
    "ho_ten": "Trần Văn Bình",
    "doi_tuong": "khac",
    "so_trang": 11,
}


def published(here: World) -> UUID:
    execute = here.application.engine.execute
    files = packages.read(EXAMPLE)
    made = execute(UploadVersion(files=files), here.actor(DESIGNER))
    version = UUID(str(made["version"]))
    execute(PublishVersion(version=version), here.actor(APPROVER))
    return version


def page(here: World, login: str, path: str) -> str:
    answer = here.client(login).get(path)
    assert answer.status_code == 200, path
    return html.unescape(answer.get_data(as_text=True))


def test_the_page_of_a_version_prints_its_tables(here: World) -> None:
    text = page(here, DESIGNER, f"/quy-trinh/phien-ban/{published(here)}")
    assert "Bảng quyết định" in text
    assert "Nhiều nhất một dòng đúng" in text
    assert "Nếu: Đối tượng" in text
    assert '"ho_ngheo", "nguoi_co_cong"' in text
    assert "muc_phi * so_trang" in text


def test_a_case_tells_which_row_decided(here: World) -> None:
    published(here)
    with here.application.store.begin(world.HERE) as uow:
        agencies = uow.cases.lock(here.case).case.agencies
    command = OpenCase(procedure="ban-sao-co-phi", data=GIVEN, agencies=agencies)
    made = here.application.engine.execute(command, here.actor(DESK))
    case = UUID(str(made["case"]))
    for login, path in ((DESK, f"/ho-so/{case}"), (AUDITOR, f"/ho-so/{case}/lich-su")):
        text = page(here, login, path)
        assert "Bảng quyết định “Mức phí một trang”, dòng 3" in text
        assert "dòng 1" not in text
        assert "dòng 3: 11000" in text


def test_who_acts_on_a_decision_sees_what_it_answered(here: World) -> None:
    published(here)
    with here.application.store.begin(world.HERE) as uow:
        agencies = uow.cases.lock(here.case).case.agencies
    command = OpenCase(procedure="ban-sao-co-phi", data=GIVEN, agencies=agencies)
    made = here.application.engine.execute(command, here.actor(DESK))
    case = UUID(str(made["case"]))
    (task,) = here.application.queries.case_tasks(here.actor(DESK), case)
    text = page(here, DESK, f"/viec/{case}/{task.element}/{task.occurrence}")
    assert "Bảng quyết định “Mức phí một trang”, dòng 3: <b>11000</b>" in text
