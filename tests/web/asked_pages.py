"""Pages on which somebody else is asked or waited for, for the contact sheet."""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from playwright import sync_api

from engine.commands.ask_beside import AskOpinion
from engine.commands.ask_outside import RequestSupplement
from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.remark_case import RemarkCase
from engine.commands.upload_version import UploadVersion
from engine.domain.model import TimeLimit
from engine.queries import CaseFilter
from tests import bpmn
from tests.web.office import Office

Visit = Callable[[sync_api.Page, Office], None]
#: One step; who completes it ends the case, and is asked to look once more.
SHORT: Final = bpmn.definitions(
    bpmn.process(
        "start s; task tra 'Trả kết quả giải quyết'; end e",
        "s > tra > e",
        identity="tra_ket_qua_ngay",
        name="Trả kết quả trong ngày",
        more='<laneSet id="lanes"><lane id="lane" name="Bộ phận Một cửa">'
        "<flowNodeRef>tra</flowNodeRef></lane></laneSet>",
    )
)
CLERK: Final = "motcua"
LAND: Final = "DKDD-GCN"


def step(office: Office) -> tuple[UUID, str]:
    """A fresh case of one step, and the address of the step."""
    execute = office.application.engine.execute
    made = execute(UploadVersion(files={"p.bpmn": SHORT}), office.actor("thietke"))
    if made["status"] == "draft":
        version = UUID(str(made["version"]))
        execute(PublishVersion(version=version), office.actor("pheduyet"))
    command = OpenCase(procedure="tra_ket_qua_ngay", data={})
    case = UUID(str(execute(command, office.actor(CLERK))["case"]))
    return case, f"/viec/{case}/tra/1"


def beside(what: str, *, wrong: bool = False) -> Visit:
    """Ask somebody beside a step, or forget whom."""

    def visit(page: sync_api.Page, office: Office) -> None:
        page.goto(f"{office.address}{step(office)[1]}/{what}")
        if wrong:
            page.locator(".action-bar button").click()
            page.wait_for_selector(".error-summary")

    return visit


def asked(more: str) -> Visit:
    """Look at what was asked: answer it, take it back, or see it beside the step."""

    def visit(page: sync_api.Page, office: Office) -> None:
        case, address = step(office)
        clerk = office.actor(CLERK)
        (position,) = clerk.positions
        command = AskOpinion(
            case=case,
            element="tra",
            occurrence=1,
            performer="Bộ phận Một cửa",
            agency=position.agency,
            question="Người nhận có giấy ủy quyền không?",
            limit=TimeLimit(2, "working-day"),
        )
        office.application.engine.execute(command, clerk)
        page.goto(f"{office.address}{more.format(case=case) or address}")

    return visit


def remarked(page: sync_api.Page, office: Office) -> None:
    """Look at a step of a case in which somebody noted something."""
    case, address = step(office)
    command = RemarkCase(case=case, text="Người dân gọi điện: thứ Hai mới đến nhận.")
    office.application.engine.execute(command, office.actor(CLERK))
    page.goto(f"{office.address}{address}")


def confirmed(page: sync_api.Page, office: Office) -> None:
    """Complete the last step, and look once more before it is sent."""
    page.goto(f"{office.address}{step(office)[1]}")
    page.fill("[name='f.comment']", "Đã trả bản chính, người nhận ký sổ.")
    page.locator(".action-bar button").first.click()
    page.wait_for_selector("h1:has-text('Kiểm tra lại')")


def clock(what: str) -> Visit:
    """A form that stops or moves the clock of a dossier."""
    return lambda page, office: _open(page, office, what)


def supplemented(page: sync_api.Page, office: Office) -> None:
    """Ask for what a dossier lacks, and take note that it came."""
    asked = RequestSupplement(
        case=_land(office),
        missing="Bản trích lục bản đồ",
        reason="Thiếu thành phần hồ sơ",
    )
    office.application.engine.execute(asked, office.actor(CLERK))
    _open(page, office, "da-bo-sung")


def split(page: sync_api.Page, office: Office) -> None:
    """See what a split would do, with the positions to choose from."""
    page.goto(f"{office.address}/to-chuc/sap-xep")
    page.locator("[name=dong]").first.check()
    for number in (1, 2):
        page.locator("[name=ke-tiep]").nth(number).check()
    page.fill("[name=tu-ngay]", "01/12/2026")
    page.fill("[name=van-ban]", "1685/NQ-UBTVQH15")
    page.get_by_role("button", name="Xem").click()
    page.wait_for_selector("[name=vi-tri]")


def _open(page: sync_api.Page, office: Office, what: str) -> None:
    page.goto(f"{office.address}/ho-so/{_land(office)}/{what}")


def _land(office: Office) -> UUID:
    """The open case whose clock runs."""
    wanted = CaseFilter(procedure=LAND)
    return office.application.queries.cases(office.actor(CLERK), wanted)[-1].id


#: Name of the picture: login and how to get there.
PAGES: Final[Mapping[str, tuple[str, Visit]]] = {
    "hoi-y-kien": (CLERK, beside("hoi-y-kien")),
    "hoi-y-kien-sai": (CLERK, beside("hoi-y-kien", wrong=True)),
    "trinh-dong-ky": (CLERK, beside("trinh-dong-ky")),
    "viec-da-hoi": (CLERK, asked("")),
    "tra-loi-y-kien": (CLERK, asked("/tra-loi/{case}/~y1")),
    "thoi-hoi": (CLERK, asked("/ho-so/{case}/thoi-hoi/1")),
    "ghi-chu": (CLERK, beside("ghi-chu")),
    "ghi-chu-sai": (CLERK, beside("ghi-chu", wrong=True)),
    "viec-da-ghi-chu": (CLERK, remarked),
    "viec-kiem-tra": (CLERK, confirmed),
    "sap-xep-xem": ("quantri", split),
    "yeu-cau-bo-sung": (CLERK, clock("yeu-cau-bo-sung")),
    "yeu-cau-nop": (CLERK, clock("yeu-cau-nop")),
    "hoi-co-quan": (CLERK, clock("hoi-co-quan")),
    "xin-gia-han": (CLERK, clock("xin-gia-han")),
    "gia-han": ("giamsat", clock("gia-han")),
    "da-bo-sung": (CLERK, supplemented),
}
