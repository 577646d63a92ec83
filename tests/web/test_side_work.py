"""An opinion asked for and given in a real browser."""

import pytest
from playwright import sync_api

from tests.web.office import Staff

pytestmark = pytest.mark.browser


@pytest.fixture
def asked(staff: Staff) -> tuple[sync_api.Page, str, str]:
    """After a colleague of the same position was asked: page, step and dossier code."""
    page = staff.page("motcua")
    page.goto(f"{staff.office.address}/viec?nhom=tu-do")
    link = page.locator("tr.work a.worklist__code").first
    code = link.inner_text()
    link.click()
    page.wait_for_url("**/viec/*-*/**")
    step = page.url
    performer, agency = page.locator(".page-title p").inner_text().split(" · ")
    page.get_by_role("link", name="Hỏi ý kiến").click()
    page.get_by_label("Nơi được hỏi").select_option(label=f"{performer} · {agency}")
    page.get_by_label("Nội dung hỏi").fill("Có vướng quy hoạch không?")
    page.get_by_role("button", name="Gửi câu hỏi").click()
    page.wait_for_url(step)
    return page, step, code


def test_an_opinion_is_given_and_read_beside_the_form(
    asked: tuple[sync_api.Page, str, str], staff: Staff
) -> None:
    page, step, code = asked
    section = page.get_by_role("region", name="Ý kiến và đồng ký")
    assert "Chưa trả lời" in section.inner_text()
    page.goto(f"{staff.office.address}/viec?nhom=tu-do")
    row = page.locator("tr.work", has_text="Cho ý kiến").filter(has_text=code)
    row.locator("a.worklist__code").first.click()
    page.wait_for_url("**/tra-loi/**")
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_label("Đồng ý", exact=True).check()
    page.get_by_label("Ý kiến", exact=True).fill("Không vướng.")
    page.get_by_role("button", name="Gửi ý kiến").click()
    page.wait_for_url("**/viec**")
    page.goto(step)
    assert "Không vướng." in section.inner_text()
