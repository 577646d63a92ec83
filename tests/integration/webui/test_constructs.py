"""A case whose procedure has more than tasks: opened, shown, verified."""

import html
import json
import re
from uuid import UUID

from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.commands.verify_case import VerifyCase
from engine.domain.organisation import Role
from tests import bpmn
from tests.integration.webui import world
from tests.integration.webui.world import World

CLERK = world.login_of(Role.CLERK, "other-agency")
WHEN = (
    "<conditionalEventDefinition><condition>du_giay_to</condition>"
    "</conditionalEventDefinition>"
)
ASIDE = bpmn.sub(
    "start bao_don 'Đôn đốc' isInterrupting='false' "
    f"{bpmn.timer('P30D')}; task don_doc; end xong",
    "bao_don > don_doc > xong",
)
MODEL = bpmn.definitions(
    '<message id="m" name="ho_so_den"/>',
    bpmn.process(
        "start den <messageEventDefinition messageRef='m'/>; and chia;"
        f"task tham_tra 'Thẩm tra'; catch du 'Đủ giấy tờ' {WHEN}; and gop; end e;"
        f'sub nhac triggeredByEvent="true" {ASIDE}',
        "den > chia > tham_tra > gop > e\nchia > du > gop",
        identity="su_kien",
        name="Thủ tục mở bằng sự kiện",
        more=world.LANE,
    ),
)


EITHER = bpmn.definitions(
    '<message id="m" name="ho_so_den"/>',
    bpmn.process(
        "start den; catch cho 'Chờ bổ sung' "
        f"<messageEventDefinition messageRef='m'/>{bpmn.timer('P30D')};"
        "task nhap; end e",
        "den > cho > nhap > e",
        identity="nhieu_su_kien",
        name="Thủ tục chờ nhiều sự kiện",
        more=world.LANE,
    ),
)


def opened(here: World, model: bytes = MODEL, procedure: str = "su_kien") -> UUID:
    execute = here.application.engine.execute
    designer = here.actor(world.login_of(Role.DESIGNER, "own-position"))
    approver = here.actor(world.login_of(Role.APPROVER, "own-position"))
    made = execute(UploadVersion(files={"process.bpmn": model}), designer)
    execute(PublishVersion(version=UUID(str(made["version"]))), approver)
    with here.application.store.begin(world.HERE) as uow:
        agencies = uow.cases.lock(here.case).case.agencies
    case = execute(
        OpenCase(procedure=procedure, data={"du_giay_to": False}, agencies=agencies),
        here.actor(CLERK),
    )
    assert case["status"] == "open"
    return UUID(str(case["case"]))


def test_a_person_opens_a_case_at_its_first_triggered_start(here: World) -> None:
    case = opened(here)
    with here.application.store.begin(world.HERE) as uow:
        month = uow.cases.lock(case).case.month
        first = uow.history.read(case, month)[0]
    assert b'"start":"den"' in first.body
    supervisor = here.actor(world.login_of(Role.AUDITOR, "own-position"))
    found = here.application.engine.execute(VerifyCase(case=case), supervisor)
    assert found["differences"] == []


def test_its_page_shows_the_condition_and_no_armed_start(here: World) -> None:
    case = opened(here)
    browser = here.client(world.login_of(Role.CLERK, "own-position"))
    for path in ("", "/lich-su"):
        assert browser.get(f"/ho-so/{case}{path}").status_code == 200
    page = browser.get(f"/ho-so/{case}").text
    assert "Đang chờ: Đủ giấy tờ" in page
    assert "Đang chờ: Đôn đốc" not in page


def test_an_event_of_several_definitions_is_one_element_of_the_page(
    here: World,
) -> None:
    case = opened(here, EITHER, "nhieu_su_kien")
    browser = here.client(world.login_of(Role.CLERK, "own-position"))
    page = browser.get(f"/ho-so/{case}").text
    assert "Đang chờ: Chờ bổ sung" in page
    written = re.search(r'data-marks="([^"]*)"', page)
    assert written is not None
    assert json.loads(html.unescape(written[1]))["current"] == ["cho"]
