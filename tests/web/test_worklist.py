"""The worklist in a real browser: keys, choosing, and without scripts."""

import pytest
from playwright import sync_api

from tests.web.office import Office, Staff

pytestmark = pytest.mark.browser


def test_rows_are_walked_chosen_and_opened_by_keyboard(staff: Staff) -> None:
    page = staff.page("giamsat")
    page.goto(f"{staff.office.address}/viec")
    rows = page.locator("tr.work")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    assert rows.nth(1).evaluate("it => it.classList.contains('is-chosen')")
    assert page.locator(".bulk-bar strong").inner_text() == "Đã chọn 1 việc"
    page.keyboard.press("k")
    page.keyboard.press("?")
    assert page.locator("#phim-tat").evaluate("it => it.open")
    page.locator("tr.work a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/viec/*-*/**")


def test_keys_stay_letters_while_somebody_types(staff: Staff) -> None:
    page = staff.page("motcua")
    page.goto(f"{staff.office.address}/viec")
    page.locator("#tim-viec").press_sequentially("jkx?")
    assert page.locator("#tim-viec").input_value() == "jkx?"
    assert page.locator("tr.is-chosen").count() == 0


def test_tasks_are_chosen_and_taken_without_scripts(
    office: Office, chromium: sync_api.Browser
) -> None:
    staff = Staff(office, chromium, {"java_script_enabled": False})
    page = staff.page("motcua")
    page.goto(f"{office.address}/viec?nhom=tu-do")
    assert page.locator(".bulk-bar").is_hidden()
    code = page.locator("tr.work a.worklist__code").first.inner_text()
    page.locator("tr.work input[type=checkbox]").first.check()
    page.locator(".bulk-bar").get_by_role("button", name="Nhận việc").click()
    page.goto(f"{office.address}/viec?nhom=cua-toi")
    assert code in page.locator("table.worklist").inner_text()
    staff.close()
