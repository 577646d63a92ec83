"""Real procedures from receipt to result, by people with a real browser."""

from uuid import UUID

import pytest

from engine.commands.rebuild_case import RebuildCase
from engine.domain.run import Status
from tests.web.office import (
    COPIES,
    LAND,
    Office,
    Staff,
    do,
    hand_in,
    receive,
    scenario,
)
from webui import demo_data

pytestmark = pytest.mark.browser


def rebuild_agrees(office: Office, case: UUID) -> bool:
    found = office.application.engine.run(RebuildCase(case=case), demo_data.TENANT)
    return not found["differences"]


def test_register_copy_goes_from_receipt_to_returned_result_by_four_accounts(
    staff: Staff,
) -> None:
    story = scenario(COPIES, "co-trong-so-goc")
    code = receive(staff, COPIES, story["open"])
    office = staff.office
    case = office.case(code)
    doers = set()
    for step in story["step"]:
        office.clock.move(minutes=4)
        doers.add(office.doer(case.id, step["complete"]))
        page = do(staff, code, step)
        assert code in page.locator(".notice[role=status]").first.inner_text()
    assert len(doers) == 4
    assert office.case(code).status is Status.COMPLETED

    page = staff.page("motcua")
    page.goto(f"{office.address}/ho-so/{case.id}")
    told = page.locator(".timeline").inner_text()
    for name in ("Lê Thị Mai", "Trần Thị Bình", "Nguyễn Văn Cường", "Phạm Thị Dung"):
        assert name in told
    assert page.locator(".timeline > li").count() == len(story["step"]) + 1
    assert "Ký duyệt" in told
    page.wait_for_selector("[data-diagram=shown]")
    assert page.locator(".djs-shape.is-done").count() >= len(story["step"])
    page.get_by_role("link", name="Lịch sử").click()
    page.wait_for_url("**/lich-su")
    assert page.locator("tbody tr").count() == len(story["step"]) + 1
    assert rebuild_agrees(office, case.id)


def test_land_case_passes_opinions_tax_and_payment_to_its_certificate(
    staff: Staff,
) -> None:
    story = scenario(LAND, "tron-ven")
    code = receive(staff, LAND, story["open"])
    office = staff.office
    for step in story["step"]:
        office.clock.move(minutes=1)
        if "message" in step:
            hand_in(staff, code, step)
        else:
            do(staff, code, step)
    case = office.case(code)
    assert case.status is Status.COMPLETED
    assert rebuild_agrees(office, case.id)
    page = staff.page("tichhop")
    page.goto(f"{office.address}/trao-doi?tim={code}")
    assert page.get_by_text("Hiện không có hồ sơ nào chờ thông điệp.").is_visible()
    assert page.locator(f'section:has-text("Đã gửi đi") tr:has-text("{code}")').count()


def test_register_copy_goes_to_its_result_without_scripts(plain_staff: Staff) -> None:
    story = scenario(COPIES, "co-trong-so-goc")
    code = receive(plain_staff, COPIES, story["open"])
    for step in story["step"]:
        do(plain_staff, code, step)
    assert plain_staff.office.case(code).status is Status.COMPLETED
