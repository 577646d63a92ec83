"""Replay in a real browser: by keys, by link, without scripts, offline, in pairs."""

from pathlib import Path
from typing import Final
from uuid import UUID

import pytest
from playwright import sync_api

from engine.commands.claim_task import ClaimTask
from engine.commands.receive_message import ReceiveMessage
from engine.commands.release_task import ReleaseTask
from engine.queries import CaseFilter
from tests.web import looks
from tests.web.office import DESK, TELEPHONE, Office, Staff

pytestmark = pytest.mark.browser

SHOWN: Final = ".moment.is-shown h2"


@pytest.fixture(scope="module")
def case(office: Office) -> UUID:
    """A land case in which a supervisor took work back from whoever had it."""
    auditor = office.actor("kiemtoan")
    found = [
        one
        for one in office.application.queries.cases(auditor, CaseFilter())
        if one.procedure_code == "DKDD-GCN" and not one.closed_at
    ]
    item = max(found, key=lambda one: one.acts)
    execute = office.application.engine.execute
    heard = ReceiveMessage(
        case=item.id,
        name="thong_bao_thue",
        payload={
            "trang_thai_thue": "phai_nop",
            "so_tien": 12_500_000,
            "so_thong_bao": "318/TB-CCT",
        },
        correlation={"ma_ho_so": item.code},
    )
    execute(heard, office.actor("tichhop"))
    office.clock.move(minutes=30)
    step = "thong_bao_nop_tien"
    claimed = ClaimTask(case=item.id, element=step, occurrence=1)
    execute(claimed, office.actor("motcua"))
    office.clock.move(minutes=25)
    released = ReleaseTask(case=item.id, element=step, occurrence=1)
    execute(released, office.actor("giamsat"))
    return item.id


def open_replay(staff: Staff, case: UUID, more: str = "") -> sync_api.Page:
    page = staff.page("kiemtoan")
    page.goto("about:blank")
    page.goto(f"{staff.office.address}/ho-so/{case}/phat-lai{more}")
    return page


def classes(page: sync_api.Page, element: str) -> str:
    """The marks of an element in the diagram that the page shows."""
    shape = page.locator(f'.djs-shape[data-element-id="{element}"]')
    return str(shape.get_attribute("class"))


def test_keys_lead_through_the_moments(staff: Staff, case: UUID) -> None:
    page = open_replay(staff, case)
    page.wait_for_selector("[data-diagram=shown]")
    assert page.locator(SHOWN).inner_text() == "1. Tiếp nhận hồ sơ"
    page.keyboard.press("ArrowRight")
    assert page.locator(SHOWN).inner_text() == "2. Kiểm tra, tiếp nhận hồ sơ"
    assert "is-current" in classes(page, "kiem_tra_ho_so")
    page.keyboard.press("ArrowRight")
    assert "is-done" in classes(page, "kiem_tra_ho_so")
    assert "is-current" not in classes(page, "kiem_tra_ho_so")
    page.keyboard.press("ArrowLeft")
    assert page.locator("#thoi-diem").input_value() == "2"
    page.keyboard.press("End")
    last = page.locator(SHOWN).inner_text()
    page.keyboard.press("ArrowRight")
    assert page.locator(SHOWN).inner_text() == last
    page.keyboard.press("Home")
    page.keyboard.press("b")
    assert "Can thiệp" in page.locator(".moment.is-shown").inner_text()


def test_the_slider_is_one_for_screen_readers_and_the_place_is_read_out(
    staff: Staff, case: UUID
) -> None:
    page = open_replay(staff, case)
    slider = page.get_by_role("slider", name="Thời điểm phát lại")
    slider.focus()
    page.keyboard.press("ArrowRight")
    said = "Bước 2 trong 12: Kiểm tra, tiếp nhận hồ sơ"
    assert str(slider.get_attribute("aria-valuetext")).startswith(said)
    assert page.locator("[aria-live=polite]").inner_text().startswith(said)
    # One press is one step, on the slider as well.
    assert slider.input_value() == "2"
    page.keyboard.press("b")
    assert page.locator(SHOWN).inner_text().startswith("12. Trả việc")


def test_typing_a_code_moves_nothing(staff: Staff, case: UUID) -> None:
    page = open_replay(staff, case, "#buoc-3")
    page.fill("#so-voi", "")
    page.locator("#so-voi").press_sequentially("bb")
    page.keyboard.press("Home")
    assert page.locator("#thoi-diem").input_value() == "3"


def test_a_link_leads_to_its_step_and_the_address_follows(
    staff: Staff, case: UUID
) -> None:
    page = open_replay(staff, case, "#buoc-7")
    page.wait_for_selector("[data-diagram=shown]")
    assert page.locator(SHOWN).inner_text().startswith("7. ")
    assert page.locator("tr.is-here td").first.inner_text() == "7"
    assert "is-taken" in str(
        page.locator(".djs-connection.is-taken").first.get_attribute("class")
    )
    page.locator("table a").get_by_text("Tổng hợp ý kiến").click()
    page.keyboard.press("ArrowRight")
    assert page.url.endswith("/phat-lai#buoc-8")
    page.evaluate("location.hash = 'buoc-2'")
    page.wait_for_selector("#buoc-2.is-shown")


def test_without_scripts_links_show_each_moment_with_its_picture(
    plain_staff: Staff, case: UUID
) -> None:
    page = open_replay(plain_staff, case)
    page.locator("table a").get_by_text("Tổng hợp ý kiến").click()
    assert page.url.endswith("?buoc=7#buoc-7")
    shown = page.locator(".moment:visible h2")
    assert [shown.nth(n).inner_text() for n in range(shown.count())] == [
        "7. Tổng hợp ý kiến"
    ]
    current = page.locator("svg.bpmn .node.is-current")
    assert current.first.get_attribute("data-element") == "tong_hop_y_kien"
    assert page.locator("svg.bpmn").first.get_by_text("Đang xem").count() == 1
    # What only scripts move is not there.
    assert not page.locator("#thoi-diem").is_visible()
    assert not page.locator("[data-go]").first.is_visible()


def test_a_file_for_reading_plays_without_a_server(
    staff: Staff, case: UUID, tmp_path: Path, chromium: sync_api.Browser
) -> None:
    page = open_replay(staff, case)
    with page.expect_download() as saved:
        page.get_by_text("Lưu để đọc ngoại tuyến").click()
    path = tmp_path / saved.value.suggested_filename
    saved.value.save_as(path)
    assert path.stat().st_size < 150_000
    context = chromium.new_context(viewport=DESK, offline=True)
    alone = context.new_page()
    failures: list[object] = []

    def noted(what: object) -> None:
        failures.append(what)

    alone.on("pageerror", noted)
    alone.on("requestfailed", noted)
    plays(alone, f"{path.as_uri()}#buoc-7")
    assert (looks.of(alone, "phat-lai-ngoai"), failures) == ([], [])
    alone.set_viewport_size(TELEPHONE)
    plays(alone, f"{path.as_uri()}#buoc-7")
    assert failures == []
    context.close()


def plays(page: sync_api.Page, address: str) -> None:
    """A file for reading goes on from its step by the keys."""
    page.goto("about:blank")
    page.goto(address)
    page.keyboard.press("ArrowRight")
    assert page.locator(SHOWN).inner_text() == "8. Duyệt kết quả thẩm tra"
    node = page.locator('[data-element="duyet_ho_so"]')
    assert "is-current" in str(node.get_attribute("class"))


def test_two_cases_part_where_they_differ(staff: Staff, case: UUID) -> None:
    page = open_replay(staff, case)
    mine = page.locator("h1 .nowrap").inner_text()
    items = staff.office.application.queries.cases(
        staff.office.actor("kiemtoan"), CaseFilter(procedure="DKDD-GCN")
    )
    other = next(one.code for one in items if one.code != mine)
    page.fill("#so-voi", other)
    page.get_by_role("button", name="So sánh").click()
    assert page.locator("#khac-dau-tien").count() == 1
    assert "chỉ có ở hồ sơ thứ nhất" in page.locator("#khac-dau-tien").inner_text()
    first = page.locator(".replay-sides tbody tr").first.inner_text()
    assert "giống nhau" in first


def test_all_moments_are_printed(staff: Staff, case: UUID) -> None:
    page = open_replay(staff, case)
    page.emulate_media(media="print")
    shown = page.locator(".moment:visible")
    assert shown.count() == page.locator(".moment").count() > 1
    page.emulate_media(media="screen")


def test_the_pages_are_accessible_and_fit(staff: Staff, case: UUID) -> None:
    page = open_replay(staff, case, "#buoc-12")
    codes = [
        one.code
        for one in staff.office.application.queries.cases(
            staff.office.actor("kiemtoan"), CaseFilter(procedure="2.000908")
        )
    ]
    faults = looks.of(page, "phat-lai")
    page.goto(f"{staff.office.address}/phat-lai/so-sanh?a={codes[-1]}&b={codes[-3]}")
    faults += looks.of(page, "so-sanh")
    assert faults == []
