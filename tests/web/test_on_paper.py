"""The paper bridge: an outage, a step done on paper, entered later by somebody else."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from playwright import sync_api

from engine.commands import change_organisation as change
from engine.domain.organisation import Account, Holder, Role
from tests.web import looks
from tests.web import office as offices
from tests.web.office import COPIES, Office, Staff, fill, receive
from webui import demo_data, instants, passwords

pytestmark = pytest.mark.browser

STORY: Final[Mapping[str, Any]] = offices.scenario(COPIES, "co-trong-so-goc")
CHECK: Final[Mapping[str, Any]] = STORY["step"][0]
#: Who enters it, in the position of who did it.
OTHER: Final = "motcua2"
SCAN: Final[Any] = {
    "name": "to-1.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.7",
}


@pytest.fixture(scope="module", autouse=True)
def second_official(office: Office) -> None:
    """Put a second official at the desk."""
    tenant, ids = demo_data.TENANT, office.application.engine.tools.ids
    first = office.actor("motcua")
    account = Account(
        tenant=tenant,
        id=ids.uuid(),
        login=OTHER,
        name="Phạm Văn Cường",
        roles=frozenset({Role.CLERK}),
    )
    hidden = passwords.hash_password(demo_data.PASSWORD)
    created = change.CreateAccount(account=account, password_hash=hidden)
    held = Holder(position=first.positions[0].id, account=account.id)
    for command in (created, change.HoldPosition(holder=held)):
        office.application.engine.run(command, tenant)


def declare(staff: Staff) -> None:
    """Declare an outage that has begun at 09:15 and goes on."""
    page = staff.page("quantri")
    page.goto(f"{staff.office.address}/to-chuc/su-co")
    page.get_by_role("link", name="Khai báo sự cố").click()
    page.fill("#f-since_time", "09:15")
    page.fill("#f-reason", "Mất điện toàn phường")
    page.fill("#f-document", "12/TB-UBND")
    page.get_by_role("button", name="Khai báo sự cố").click()
    page.wait_for_selector("td:has-text('Mất điện toàn phường')")


def open_step(staff: Staff, login: str, code: str) -> sync_api.Page:
    """The page of the first step, opened by somebody at the desk."""
    page = staff.page(login)
    case = staff.office.case(code).id
    page.goto(f"{staff.office.address}/viec/{case}/{CHECK['complete']}/1")
    return page


def finish(page: sync_api.Page) -> None:
    button = page.locator(".action-bar button").get_by_text(
        CHECK["outcome"], exact=True
    )
    offices.press(page, button)


def test_a_step_done_on_paper_in_an_outage_counts_by_its_real_time(
    staff: Staff, tmp_path: Path
) -> None:
    office = staff.office
    code = receive(staff, COPIES, STORY["open"])
    office.clock.move(minutes=15)
    declare(staff)
    # While it goes on, everybody at work is told and led to the blank forms.
    desk = staff.page("motcua")
    desk.goto(f"{office.address}/viec")
    desk.get_by_text("Đang có sự cố từ 20/11/2026 09:15").wait_for()
    assert looks.of(desk, "su-co-bao") == []
    desk.locator("main").get_by_role("link", name="Mẫu trống").click()
    desk.wait_for_url("**/giay-to/mau-trong")
    # The first official did it with pen and stamp at 09:40. It was due at 11:05; the
    # second one enters it at 13:45.
    office.clock.move(hours=4, minutes=25)
    page = _entered(staff, code)
    _case_tells_both(page, office, code)
    _replay_tells_two_clocks(page, office, code)
    _so_does_the_file_without_a_server(staff, code, tmp_path)


def _entered(staff: Staff, code: str) -> sync_api.Page:
    """Enter the first step as done on paper at 09:40, after a refusal."""
    page = open_step(staff, OTHER, code)
    fill(page, CHECK["answers"])
    page.get_by_text("Đã làm trên giấy", exact=True).click()
    page.fill("#giay-ngay", "20/11/2026")
    page.set_input_files("[name='f.quet_ban_giay']", files=[SCAN])
    page.locator("[name='t.quet_ban_giay']").wait_for()
    finish(page)
    # Half of it is told: it is refused, and everything stands there again.
    page.locator(".error-summary").get_by_text(
        "Chọn người đã làm trên giấy."
    ).wait_for()
    assert page.locator("#giay-ngay").input_value() == "20/11/2026"
    assert page.locator("[name='t.quet_ban_giay']").is_checked()
    assert looks.of(page, "viec-tren-giay-thieu") == []
    page.fill("#giay-gio", "9h40")
    page.get_by_label("Người làm, ở vị trí nào").select_option(
        label="Lê Thị Mai, Công chức Bộ phận Một cửa"
    )
    finish(page)
    page.wait_for_url("**/viec**")
    return page


def _case_tells_both(page: sync_api.Page, office: Office, code: str) -> None:
    case = office.case(code).id
    page.goto(f"{office.address}/ho-so/{case}")
    entry = page.locator(".timeline li", has_text="Kiểm tra, tiếp nhận hồ sơ").last
    told = " ".join(entry.inner_text().split())
    assert "Làm trên giấy lúc 09:40 ngày 20/11/2026" in told
    assert "nhập lúc 13:45 ngày 20/11/2026" in told
    assert "người làm: Lê Thị Mai, Công chức Bộ phận Một cửa" in told
    assert "người nhập: Phạm Văn Cường" in told
    assert "Trong thời gian sự cố đã khai báo" in told
    assert "đúng hạn" in told
    assert "quá hạn" not in told
    assert looks.of(page, "ho-so-tren-giay") == []
    with page.expect_download() as taken:
        entry.get_by_role("link", name="Bản quét").click()
    assert Path(taken.value.path()).read_bytes() == SCAN["buffer"]


def _replay_tells_two_clocks(page: sync_api.Page, office: Office, code: str) -> None:
    case = office.case(code).id
    page.goto(f"{office.address}/ho-so/{case}/phat-lai")
    heads = page.locator("table thead th").all_inner_texts()
    assert heads[1:3] == ["Giờ thật", "Giờ ghi nhận"]
    clocks = page.locator("[data-clocks] dd")
    page.locator("[data-go=first]").click()
    assert clocks.all_inner_texts() == ["20/11/2026 09:05", "20/11/2026 09:05"]
    # In the order of the record: the act on paper is the last one.
    last = int(page.locator("#thoi-diem").get_attribute("max") or 0)
    page.keyboard.press("End")
    assert page.locator("#thoi-diem").input_value() == str(last)
    assert clocks.all_inner_texts() == ["20/11/2026 09:40", "20/11/2026 13:45"]
    moment = " ".join(page.locator(".moment.is-shown").inner_text().split())
    assert "Người làm trên giấy Lê Thị Mai" in moment
    assert "Người nhập Phạm Văn Cường" in moment
    assert looks.of(page, "phat-lai-hai-dong-ho") == []


def _so_does_the_file_without_a_server(staff: Staff, code: str, folder: Path) -> None:
    page, case = staff.page("kiemtoan"), staff.office.case(code).id
    page.goto(f"{staff.office.address}/ho-so/{case}/phat-lai")
    with page.expect_download() as saved:
        page.get_by_text("Lưu để đọc ngoại tuyến").click()
    path = folder / saved.value.suggested_filename
    saved.value.save_as(path)
    context = staff.chromium.new_context(offline=True)
    alone = context.new_page()
    alone.goto(path.as_uri())
    heads = alone.locator("table thead th").all_inner_texts()
    assert heads[1:3] == ["Giờ thật", "Giờ ghi nhận"]
    clocks = alone.locator("[data-clocks] dd")
    alone.keyboard.press("Home")
    assert clocks.all_inner_texts() == ["20/11/2026 09:05", "20/11/2026 09:05"]
    alone.keyboard.press("End")
    assert clocks.all_inner_texts() == ["20/11/2026 09:40", "20/11/2026 13:45"]
    moment = " ".join(alone.locator(".moment.is-shown").inner_text().split())
    assert "Người làm trên giấy Lê Thị Mai" in moment
    assert looks.of(alone, "phat-lai-ngoai-hai-dong-ho") == []
    context.close()


def test_a_receipt_on_paper_is_entered_without_scripts_and_promised_from_then(
    plain_staff: Staff,
) -> None:
    office, page = plain_staff.office, plain_staff.page(OTHER)
    page.goto(f"{office.address}/quy-trinh/2.000908/mo")
    fill(page, STORY["open"])
    page.get_by_text("Đã làm trên giấy", exact=True).click()
    day, time = instants.written(office.clock.at - timedelta(minutes=3))
    page.fill("#giay-ngay", day)
    page.fill("#giay-gio", time)
    page.fill("#giay-vi-sao", "Mạng chập chờn")
    page.get_by_label("Người làm, ở vị trí nào").select_option(
        label="Lê Thị Mai, Công chức Bộ phận Một cửa"
    )
    page.get_by_role("button", name="Tiếp nhận hồ sơ").click()
    page.wait_for_url("**/viec/**")
    assert f"tiếp nhận {day} {time}" in page.locator(".identity-bar").inner_text()
