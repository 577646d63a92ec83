"""Pages that only an uploaded diagram leads to, for the contact sheet."""

from typing import Final
from uuid import UUID

from playwright import sync_api

from engine.commands.begin_activity import BeginActivity
from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from tests import bpmn
from tests.web.office import Office

_LANE: Final = (
    '<laneSet id="lanes"><lane id="lane" name="Bộ phận Một cửa">'
    "<flowNodeRef>{node}</flowNodeRef></lane></laneSet>"
)
_INSIDE: Final = bpmn.nodes(
    "task hop 'Họp với các bên'; task di 'Kiểm tra thực địa'"
).replace("\n", "")
AD_HOC: Final = bpmn.definitions(
    bpmn.process(
        f"start s; adHocSubProcess nhom 'Xác minh nội dung' {_INSIDE}; end e",
        "s > nhom > e",
        identity="xac_minh_noi_dung",
        name="Xác minh nội dung phản ánh",
        more=_LANE.format(node="nhom"),
    )
)
WAITS: Final = bpmn.definitions(
    bpmn.process(
        "start s; task a 'Thẩm tra'; catch cho 'Chờ phản hồi' <timerEventDefinition/>;"
        "end e",
        "s > a > cho > e",
        identity="cho_phan_hoi",
        name="Chờ phản hồi",
        more=_LANE.format(node="a"),
    )
)


def ad_hoc(page: sync_api.Page, office: Office) -> None:
    """Look at ad-hoc work in which something runs."""
    page.goto(f"{office.address}{_begun(office)}")
    page.wait_for_selector("[data-diagram=shown]")


def _begun(office: Office) -> str:
    execute = office.application.engine.execute
    made = execute(UploadVersion(files={"p.bpmn": AD_HOC}), office.actor("thietke"))
    if made["status"] == "draft":
        version = UUID(str(made["version"]))
        execute(PublishVersion(version=version), office.actor("pheduyet"))
    clerk = office.actor("motcua")
    opened = execute(OpenCase(procedure="xac_minh_noi_dung", data={}), clerk)
    case = UUID(str(opened["case"]))
    begin = BeginActivity(case=case, element="nhom", occurrence=1, activity="hop")
    execute(begin, clerk)
    return f"/viec/{case}/nhom/1"


def typed_wrongly(page: sync_api.Page, office: Office) -> None:
    """Type an answer that cannot be one."""
    _send(page, office, "Kiểm tra")
    page.locator('input[type=radio][value="time:…"]').check()
    page.locator('input[name^="typed:time"]').fill("ba ngày")
    _send(page, None, "Kiểm tra")
    page.wait_for_selector("[aria-invalid=true]")


def kept(page: sync_api.Page, office: Office) -> None:
    """Keep a diagram as a document and look at it."""
    _send(page, office, "Lưu làm tài liệu")
    page.wait_for_selector("[data-diagram=shown]")


def _send(page: sync_api.Page, office: Office | None, button: str) -> None:
    if office is not None:
        page.goto(f"{office.address}/quy-trinh/tai-len")
    file = sync_api.FilePayload(name="cho.bpmn", mimeType="text/xml", buffer=WAITS)
    page.set_input_files("#package", file)
    page.get_by_role("button", name=button).click()
