"""Doing a step: nothing typed is lost, files come through, the end is no surprise."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright import sync_api

from tests.web import cutting, looks
from tests.web.office import (
    COPIES,
    DESK,
    TELEPHONE,
    Office,
    Staff,
    do,
    fill,
    receive,
    scenario,
)
from webui import demo_data

pytestmark = pytest.mark.browser

STORY: Final[Mapping[str, Any]] = scenario(COPIES, "co-trong-so-goc")
NOTE: Final = "Đã đối chiếu bản gốc; còn chờ xác nhận."
NOTED: Final = "[name='f.ghi_chu_tiep_nhan']"
FILE: Final = "input[type=file]:not([name='f.quet_ban_giay'])"
MEGABYTE: Final = 1024 * 1024
PDF: Final = b"%PDF-1.7\n"


def first_step(staff: Staff) -> sync_api.Page:
    """The first task of a fresh case."""
    receive(staff, COPIES, STORY["open"])
    return staff.page("motcua")


def to_the_last(staff: Staff) -> str:
    """A case whose last step is open; its code."""
    code = receive(staff, COPIES, STORY["open"])
    for step in STORY["step"][:-1]:
        do(staff, code, step)
    return code


def test_what_is_typed_is_saved_by_itself_and_stands_there_again(staff: Staff) -> None:
    page = first_step(staff)
    page.fill(NOTED, NOTE)
    state = page.locator(".draft-state")
    sync_api.expect(state).to_have_text(re.compile(r"^Đã lưu nháp lúc \d\d:\d\d$"))
    address = page.url
    page.goto(f"{staff.office.address}/viec")
    page.goto(address)
    assert page.input_value(NOTED) == NOTE
    assert looks.faults(page) == []


def test_an_older_window_keeps_its_text_and_takes_nothing_away(staff: Staff) -> None:
    page = first_step(staff)
    older = page.context.new_page()
    older.goto(page.url)
    page.fill(NOTED, "Mới hơn")
    said = re.compile("^Đã lưu nháp")
    sync_api.expect(page.locator(".draft-state")).to_have_text(said)
    older.fill(NOTED, "Cũ hơn")
    told = re.compile("Cửa sổ khác đã lưu bản nháp mới hơn")
    sync_api.expect(older.locator(".draft-state")).to_have_text(told)
    assert older.input_value(NOTED) == "Cũ hơn"
    older.reload()
    assert older.input_value(NOTED) == "Mới hơn"
    assert looks.faults(older) == []
    older.get_by_role("button", name="Dùng nội dung kia").click()
    assert older.input_value(NOTED) == "Cũ hơn"
    older.close()


def test_a_broken_line_does_not_begin_twenty_megabytes_anew(
    office: Office, chromium: sync_api.Browser, tmp_path: Path
) -> None:
    large = tmp_path / "Bản vẽ.pdf"
    large.write_bytes(PDF + bytes(20 * MEGABYTE))
    parts = urlsplit(office.address)
    with cutting.opened((parts.hostname or "", parts.port or 0)) as line:
        context = chromium.new_context(locale="vi-VN")
        page = context.new_page()
        page.goto(f"{line.address}/dang-nhap")
        page.fill("[name=login]", "motcua")
        page.fill("[name=password]", demo_data.PASSWORD)
        page.click("main form button >> nth=0")
        page.goto(f"{line.address}/quy-trinh/2.000908/mo")
        line.carried, line.breaks_at = 0, 8 * MEGABYTE + 300_000
        page.set_input_files(FILE, large)
        box = page.get_by_role("checkbox", name="Bản vẽ.pdf")
        sync_api.expect(box).to_be_checked(timeout=60_000)
        # The part on the way was lost with the line, and no other one.
        assert line.breaks == 1
        assert line.carried < 22 * MEGABYTE
        fill(page, STORY["open"])
        page.get_by_role("button", name="Tiếp nhận hồ sơ").click()
        href = page.get_by_role("link", name="Bản vẽ.pdf").first.get_attribute("href")
        got = page.context.request.get(f"{office.address}{href}")
        assert got.status == 200
        assert got.body() == large.read_bytes()
        context.close()


@pytest.mark.parametrize("people", ["staff", "plain_staff"])
def test_a_picture_that_calls_itself_pdf_is_refused_as_what_it_is(
    people: str, request: pytest.FixtureRequest
) -> None:
    page = request.getfixturevalue(people).page("motcua")
    page.goto(f"{request.getfixturevalue('office').address}/quy-trinh/2.000908/mo")
    picture = b"\x89PNG\r\n\x1a\n" + bytes(50)
    page.set_input_files(
        FILE, {"name": "đơn.pdf", "mimeType": "application/pdf", "buffer": picture}
    )
    if people == "plain_staff":
        page.get_by_role("button", name="Tiếp nhận hồ sơ").click()
    said = page.locator(".field-error", has_text="đơn.pdf").first
    sync_api.expect(said).to_contain_text("nội dung là ảnh PNG")


def test_the_end_of_a_case_is_confirmed_and_can_be_thought_over(staff: Staff) -> None:
    code = to_the_last(staff)
    step = STORY["step"][-1]
    case = staff.office.case(code).id
    page = staff.page(staff.office.doer(case, step["complete"]))
    page.goto(f"{staff.office.address}/viec?tim={code}")
    page.click(f'a[href*="/viec/{case}/{step["complete"]}/"]')
    fill(page, step["answers"])
    page.locator(".action-bar button").first.click()
    assert "Kiểm tra lại trước khi gửi" in page.locator("h1").inner_text()
    assert "hồ sơ kết thúc" in page.locator(".notice").inner_text()
    assert "Nguyễn Văn Được" in page.locator("main").inner_text()
    for view in (TELEPHONE, DESK):
        page.set_viewport_size(view)
        assert looks.faults(page) == []
    page.get_by_role("button", name="Quay lại sửa").click()
    assert page.input_value("[name='f.nguoi_nhan']") == "Nguyễn Văn Được"
    page.locator(".action-bar button").first.click()
    # The keyboard alone: the way to the button is the order of the page.
    page.locator("main").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText").startswith("Xác nhận")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: step["complete"] not in address)
    assert "Hồ sơ đã kết thúc" in page.content()


def test_the_whole_way_of_a_dossier_needs_no_script(
    office: Office, plain_staff: Staff
) -> None:
    code = receive(plain_staff, COPIES, STORY["open"])
    page = plain_staff.page("motcua")
    page.fill(NOTED, NOTE)
    page.get_by_role("button", name="Lưu nháp").click()
    assert page.input_value(NOTED) == NOTE
    assert "Đã lưu nháp lúc" in page.locator(".draft-state").inner_text()
    for step in STORY["step"]:
        do(plain_staff, code, step)
    assert office.case(code).status.name == "COMPLETED"


def test_what_was_done_is_taken_back_by_the_links_alone(
    office: Office, plain_staff: Staff
) -> None:
    code = receive(plain_staff, COPIES, STORY["open"])
    page = do(plain_staff, code, STORY["step"][0])
    page.get_by_role("status").get_by_role("link", name="Thu hồi").click()
    address = page.url
    case = office.case(code).id
    page.goto(f"{plain_staff.office.address}/ho-so/{case}")
    page.locator(".timeline").get_by_role("link", name="Thu hồi").click()
    assert page.url == address
    page.get_by_role("button", name="Thu hồi").click()
    assert "Đã thu hồi: “" in page.content()
    assert page.url == address.replace("/1#thu-hoi", "/2")


def test_an_ended_session_leads_back_to_everything_typed(
    office: Office, chromium: sync_api.Browser
) -> None:
    staff = Staff(office, chromium, {"java_script_enabled": False})
    page = first_step(staff)
    page.fill(NOTED, NOTE)
    page.context.clear_cookies()
    page.locator(".action-bar button").first.click()
    assert "/dang-nhap" in page.url
    assert "Nội dung đã nhập được giữ lại" in page.content()
    page.fill("[name=login]", "motcua")
    page.fill("[name=password]", demo_data.PASSWORD)
    page.click("main form button >> nth=0")
    assert page.input_value(NOTED) == NOTE
    staff.close()
