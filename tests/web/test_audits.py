"""An audit in a real browser: from the sample to the effect of a corrective action."""

import re
from typing import Final

import pytest
from playwright import sync_api

from engine.commands.wake_case import WakeCase
from engine.domain.run import Status
from tests.web import looks
from tests.web.office import Staff, do, scenario
from webui import demo_data

pytestmark = pytest.mark.browser

ACTION: Final = "hanh-dong-khac-phuc"
ROOT: Final = "/kiem-chung"


def plan(page: sync_api.Page, address: str) -> None:
    """Put an audit of the copies from the register on the programme."""
    page.goto(f"{address}{ROOT}/danh-gia")
    page.get_by_role("link", name="Lập cuộc đánh giá").first.click()
    page.fill("[name='f.title']", "Cấp bản sao từ sổ gốc, quý IV")
    page.check("[name='f.procedures'][value='2.000908']")
    page.fill("[name='f.scope_first']", "01/10/2026")
    page.fill("[name='f.scope_last']", "31/12/2026")
    page.get_by_role("button", name="Đưa vào chương trình").click()
    page.get_by_role("link", name="KT-2026-001").click()


def draw(page: sync_api.Page) -> None:
    """Draw two cases, late ones with more weight, and look at the proof."""
    page.get_by_role("link", name="Lấy mẫu").click()
    page.check("[name='f.basis'][value='opened']")
    page.fill("[name='f.seed']", "quay số ngày 20/11")
    page.fill("[name='f.size']", "2")
    page.fill("[name='f.w_late']", "5")
    page.get_by_role("button", name="Lấy mẫu").click()
    page.get_by_role("link", name="Mẫu 1").click()


def raise_finding(page: sync_api.Page) -> str:
    """Answer a question, raise a finding on a step; give the code of its case."""
    page.locator("tbody a b").first.click()
    code = re.search(r"hồ sơ (\S+)", page.locator("h1").inner_text())
    assert code is not None
    page.locator("select[name^='a.8.5.1@']").first.select_option("fails")
    page.locator("input[name^='n.8.5.1@']").first.fill("Không có giấy tiếp nhận")
    page.get_by_role("button", name="Ghi nhận trả lời").click()
    page.get_by_role("link", name=re.compile("^Ghi nhận phát hiện 1$")).click()
    page.check("[name='f.grade'][value='minor']")
    page.select_option("[name='f.clause']", "8.5.1")
    page.fill("[name='f.text']", "Hồ sơ không có giấy tiếp nhận và hẹn trả kết quả.")
    page.get_by_role("button", name="Ghi nhận phát hiện").click()
    return code[1]


def work_off(staff: Staff, code: str) -> None:
    """Let clerks do the corrective action, wait, and check its effect."""
    office = staff.office
    case = office.case(code).id
    for step in scenario(ACTION, "co-hieu-luc")["step"]:
        if "advance" in step:
            office.clock.move(days=31)
            office.application.engine.run(WakeCase(case=case), demo_data.TENANT)
            # A month later everybody signs in anew.
            staff.close()
            staff._pages.clear()
        else:
            office.clock.move(minutes=1)
            do(staff, code, step)


def test_an_auditor_samples_finds_and_sees_the_effect_of_the_action(
    staff: Staff,
) -> None:
    page = staff.page("kiemtoan")
    plan(page, staff.office.address)
    draw(page)
    assert page.get_by_text("Đúng các hồ sơ đó, từ cùng một tập hồ sơ").is_visible()
    assert page.locator("tbody tr").count() == 2
    about = raise_finding(page)
    code = open_action(staff.office.address, page, about)
    assert staff.office.case(code).applicant == "KT-2026-001/1"
    work_off(staff, code)
    assert staff.office.case(code).status is Status.COMPLETED
    is_closed(staff, code)


def open_action(address: str, page: sync_api.Page, about: str) -> str:
    """Follow the finding to its step, then open its corrective action."""
    page.goto(f"{address}{ROOT}/khong-phu-hop")
    assert page.get_by_text("Chưa khắc phục").is_visible()
    page.locator(f"tbody a:has-text('{about}')").click()
    assert "phat-lai" in page.url
    assert page.url.endswith("#buoc-1")
    page.goto(f"{address}{ROOT}/danh-gia")
    page.get_by_role("link", name="KT-2026-001").click()
    page.get_by_role("button", name="Mở hành động khắc phục").click()
    said = page.locator(".notice[role=status]").inner_text()
    return said.removesuffix(".").split()[-1]


def is_closed(staff: Staff, code: str) -> None:
    """The auditor sees that the action had effect, and it counts in the review."""
    page, address = staff.page("kiemtoan"), staff.office.address
    page.goto(f"{address}{ROOT}/khong-phu-hop")
    assert page.get_by_text("Có hiệu lực, đã đóng").is_visible()
    page.get_by_role("link", name=code).click()
    assert "KT-2026-001/1" in page.locator(".identity-bar").inner_text()
    link = page.get_by_role("link", name="Bước có phát hiện").get_attribute("href")
    assert str(link).endswith("phat-lai?buoc=1#buoc-1")
    page.get_by_role("link", name="Cuộc đánh giá, phát hiện 1").click()
    assert page.get_by_role("link", name=code).is_visible()
    page.goto(f"{address}{ROOT}/xem-xet?tu=2026-10-01&den=2026-12-31")
    row = page.locator("tr:has-text('có hiệu lực, đã đóng')").first
    assert "1 / 1" in row.inner_text()


PAGES: Final = {
    "audits": "danh-gia",
    "findings": "khong-phu-hop",
    "matrix": "ma-tran",
    "figures": "so-lieu?nhom=buoc&tu=2026-10-01&den=2026-12-31",
    "figures-month": "so-lieu?nhom=thang&tu=2026-10-01&den=2026-12-31",
    "behind": "so-lieu/ho-so?loai=da-dong&tu=2026-10-01&den=2026-12-31",
    "review": "xem-xet?tu=2026-10-01&den=2026-12-31",
    "steps": "so-lieu/buoc?loai=da-lam&tu=2026-10-01&den=2026-12-31",
    "ratings": "so-lieu/hai-long?tu=2026-10-01&den=2026-12-31",
    "versions": "xem-xet/phien-ban?tu=2026-01-01&den=2026-12-31",
    "sampled": "danh-gia?loai=lay-mau&tu=2026-10-01&den=2026-12-31",
    "planning": "danh-gia/lap",
}


def test_pages_of_the_programme_break_no_rule_and_scroll_no_sideways(
    staff: Staff,
) -> None:
    page = staff.page("kiemtoan")
    found = {name: f"{ROOT}/{path}" for name, path in PAGES.items()}
    page.goto(f"{staff.office.address}{ROOT}/danh-gia")
    if page.get_by_role("link", name="KT-2026-001").count():
        audit = page.get_by_role("link", name="KT-2026-001").get_attribute("href")
        found["audit"], found["sample"] = str(audit), f"{audit}/mau/1"
        page.goto(f"{staff.office.address}{audit}/mau/1")
        found["checklist"] = str(page.locator("tbody a").first.get_attribute("href"))
    faults = []
    for name, path in found.items():
        page.goto(f"{staff.office.address}{path}")
        faults += looks.of(page, f"kiem-chung-{name}")
    assert faults == []
