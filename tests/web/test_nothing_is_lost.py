"""What people typed stays, and an act happens once, however often it is sent."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from playwright import sync_api

from tests.web.office import COPIES, Office, Staff, fill, receive, scenario
from webui import demo_data

pytestmark = pytest.mark.browser

STEP = "kiem_tra_ho_so"
PDF = b"%PDF-1.4 thu"
ANSWERS: Mapping[str, Any] = scenario(COPIES, "co-trong-so-goc")["open"]
NOTE = "Đã đối chiếu bản gốc; còn chờ xác nhận của người ủy quyền."


def opened(staff: Staff) -> tuple[UUID, sync_api.Page]:
    """A fresh case, with the first task on the receiver's screen."""
    code = receive(staff, COPIES, ANSWERS)
    page = staff.page("motcua")
    assert STEP in page.url
    return staff.office.case(code).id, page


def acts(office: Office, case: UUID, kind: str = "task.completed") -> int:
    with office.application.store.begin(demo_data.TENANT) as uow:
        month = uow.cases.lock(case).case.month
        return sum(one.type == kind for one in uow.history.read(case, month))


def gone_on(page: sync_api.Page, case: UUID) -> None:
    """Wait until the page has left a case, for the next work."""
    page.wait_for_url(lambda address: str(case) not in address)


def press(page: sync_api.Page, name: str) -> None:
    page.locator(".action-bar button").get_by_text(name, exact=True).click()


def test_a_double_click_leaves_one_act(staff: Staff) -> None:
    case, page = opened(staff)
    page.locator(".action-bar button").first.dblclick()
    gone_on(page, case)
    assert acts(staff.office, case) == 1
    assert page.locator(".error-summary").count() == 0


def test_a_late_second_click_does_nothing_to_the_next_dossier(staff: Staff) -> None:
    for _ in range(2):
        case, page = opened(staff)
    page.reload()
    # Time stands still for what moves or fades: the next page has just come.
    motion = page.context.new_cdp_session(page)
    motion.send("Animation.enable")
    motion.send("Animation.setPlaybackRate", {"playbackRate": 0})
    press(page, "Đủ hồ sơ")
    gone_on(page, case)
    assert f"/{STEP}/" in page.url
    button = page.locator(".action-bar button").first
    box = button.bounding_box()
    assert box is not None
    address = page.url
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_load_state()
    assert page.url == address
    assert button.evaluate("it => getComputedStyle(it).pointerEvents") == "none"
    motion.send("Animation.setPlaybackRate", {"playbackRate": 1})
    button.click()
    page.wait_for_url(lambda now: now != address)


def test_going_back_and_sending_again_leaves_one_act(staff: Staff) -> None:
    case, page = opened(staff)
    page.fill("[name='f.ghi_chu_tiep_nhan']", NOTE)
    press(page, "Đủ hồ sơ")
    gone_on(page, case)
    page.go_back()
    again = page.locator(".action-bar button")
    if again.count():
        again.first.click()
    page.wait_for_load_state()
    assert acts(staff.office, case) == 1
    assert NOTE in page.content()


def test_what_a_second_window_typed_stands_on_the_page_that_refuses_it(
    staff: Staff,
) -> None:
    case, page = opened(staff)
    second = page.context.new_page()
    second.goto(page.url)
    second.fill("[name='f.ghi_chu_tiep_nhan']", NOTE)
    second.check("[name='f.thanh_phan_ho_so'][value=day_du]")
    press(page, "Đủ hồ sơ")
    gone_on(page, case)
    with second.expect_response(lambda one: one.request.method == "POST") as answer:
        press(second, "Thiếu hồ sơ")
    assert answer.value.status == 409
    shown = second.locator("main").inner_text()
    assert NOTE in shown
    assert "Giấy tờ đầy đủ" in shown
    assert "còn đủ ở bên dưới" in shown
    assert acts(staff.office, case) == 1


def sent_wrong(staff: Staff) -> sync_api.Page:
    """The receipt with a wrong number and a file, sent."""
    page = staff.page("motcua")
    page.goto(f"{staff.office.address}/quy-trinh/2.000908/mo")
    fill(page, {**ANSWERS, "so_dinh_danh": "12"})
    page.set_input_files(
        "input[type=file]:not([name='f.quet_ban_giay'])",
        {"name": "giấy tờ.pdf", "mimeType": "application/pdf", "buffer": PDF},
    )
    page.get_by_role("button", name="Tiếp nhận hồ sơ").click()
    # With a script the form goes when its file has come.
    page.locator(".error-summary").wait_for()
    page.wait_for_load_state()
    return page


@pytest.mark.parametrize("people", ["staff", "plain_staff"])
def test_a_wrong_answer_is_named_and_everything_else_stays(
    people: str, request: pytest.FixtureRequest
) -> None:
    page = sent_wrong(request.getfixturevalue(people))
    assert page.title().startswith("Lỗi:")
    assert page.locator(".error-summary").get_by_role("link").count() == 1
    assert page.input_value("[name='f.ho_ten']") == ANSWERS["ho_ten"]
    assert page.input_value("[name='f.so_dinh_danh']") == "12"
    assert page.input_value("[name='f.loai_giay_to']") == ANSWERS["loai_giay_to"]
    field = page.locator("#f-so_dinh_danh")
    assert field.get_attribute("aria-invalid") == "true"


def test_the_summary_of_errors_has_the_focus_and_leads_to_the_field(
    staff: Staff,
) -> None:
    page = sent_wrong(staff)
    summary = page.locator(".error-summary")
    sync_api.expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    field = page.locator("#f-so_dinh_danh")
    sync_api.expect(field).to_be_focused()


@pytest.mark.parametrize("people", ["staff", "plain_staff"])
def test_an_uploaded_file_need_not_be_chosen_again(
    people: str, request: pytest.FixtureRequest
) -> None:
    staff: Staff = request.getfixturevalue(people)
    page = sent_wrong(staff)
    page.fill("[name='f.so_dinh_danh']", ANSWERS["so_dinh_danh"])
    page.get_by_role("button", name="Tiếp nhận hồ sơ").click()
    named = page.get_by_role("link", name="giấy tờ.pdf", exact=True)
    link = named.first.get_attribute("href")
    got = page.context.request.get(f"{staff.office.address}{link}")
    assert got.body() == PDF
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.headers["x-content-type-options"] == "nosniff"


def test_taking_a_task_changes_its_row_in_place(staff: Staff) -> None:
    case, page = opened(staff)
    page.goto(f"{staff.office.address}/viec")
    row = page.locator(f"tr:has(a[href*='{case}'])")
    row.get_by_role("button").click()
    sync_api.expect(row.locator(".holder")).to_have_text("Tôi")
    assert page.url.endswith("/viec")
    assert acts(staff.office, case, "task.claimed") == 1
    assert page.locator("tr.work").count() > 1


def test_a_task_that_somebody_took_says_who_has_it(staff: Staff) -> None:
    case, page = opened(staff)
    press(page, "Đủ hồ sơ")
    examiner = staff.page(staff.office.doer(case, "tra_cuu_so_goc"))
    examiner.goto(f"{staff.office.address}/viec/{case}/tra_cuu_so_goc/1")
    examiner.get_by_role("button", name="Nhận việc").click()
    assert examiner.get_by_text("Ông/bà đang giữ việc này.").is_visible()
    page.goto(f"{staff.office.address}/ho-so/{case}")
    assert "Trần Thị Bình" in page.locator(".timeline .is-now").inner_text()
    examiner.get_by_role("button", name="Trả việc lại").click()
    assert acts(staff.office, case, "task.released") == 1
