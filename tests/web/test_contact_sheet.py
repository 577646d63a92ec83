"""Every page, at a desk and on a telephone: accessible, nothing cut off.

The pictures go to `build/contact-sheet/`; with QUYTRINH_WRITE_SCREENSHOT=1 the worklist
is also written to `docs/images/worklist.png` for the README.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest
from playwright import sync_api

from engine.commands.tell_notices import TellNotices
from engine.domain import notices
from engine.domain.notices import Choice, Way
from tests.web import asked_pages, looks, uploads
from tests.web.office import COPIES, LAND, Office, Staff, Turns
from webui.jobs import runner

pytestmark = pytest.mark.browser

ROOT: Final = Path(__file__).parents[2]
PICTURE: Final = ROOT / "docs" / "images" / "worklist.png"
BROKEN: Final = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" '
    'targetNamespace="urn:test"><process id="p" isExecutable="true" name="Thử">'
    '<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
    '<scriptTask id="t" name="Tính phí"/>'
    '<sequenceFlow id="g" sourceRef="t" targetRef="x"/>'
    '<complexGateway id="x" name="Chọn"/>'
    '<sequenceFlow id="h" sourceRef="x" targetRef="e"/><endEvent id="e"/>'
    "</process></definitions>"
).encode()
Visit = Callable[[sync_api.Page, Office], None]


def at(path: str) -> Visit:
    """Open an address."""
    return lambda page, office: _open(page, office, path)


def case_of(slug: str, more: str = "") -> Visit:
    """Open the oldest case of a procedure."""

    def visit(page: sync_api.Page, office: Office) -> None:
        code = _code(slug)
        _open(page, office, f"/ho-so?quy-trinh={code}")
        case = page.locator("a.worklist__code").last.get_attribute("href")
        _open(page, office, f"{case}{more}")

    return visit


def first_task(page: sync_api.Page, office: Office) -> None:
    """Open the most urgent task."""
    _open(page, office, "/viec")
    page.locator("a.worklist__code").first.click()
    page.wait_for_url("**/viec/**")


def wrong_sheet(page: sync_api.Page, office: Office) -> None:
    """Enter a task as done on paper, without saying who did it."""
    first_task(page, office)
    page.get_by_text("Đã làm trên giấy", exact=True).click()
    page.fill("#giay-ngay", "20/11/2026")
    page.locator(".action-bar button").first.click()
    page.wait_for_selector(".error-summary")


def returning(page: sync_api.Page, office: Office) -> None:
    """Open the fields by which a task goes back."""
    first_task(page, office)
    page.get_by_text("Trả lại bước trước").click()


def second_look(page: sync_api.Page, office: Office) -> None:
    """Ask for the end of a case, and look at it once more."""
    case_of(LAND, "/dung-giai-quyet")(page, office)
    for name in ("reason", "basis", "document"):
        page.fill(f"[name='f.{name}']", "Theo văn bản số 12/QĐ-UBND")
    page.get_by_role("button", name="Dừng hẳn").click()
    page.wait_for_selector("text=Xem lại lần cuối")


def wrong_receipt(page: sync_api.Page, office: Office) -> None:
    """Send the receipt empty."""
    _open(page, office, f"/quy-trinh/{_code(COPIES)}/mo")
    page.get_by_role("button", name="Tiếp nhận hồ sơ").click()
    page.wait_for_selector(".error-summary")


def version_of(slug: str) -> Visit:
    """Open the version in force of a procedure."""

    def visit(page: sync_api.Page, office: Office) -> None:
        _open(page, office, "/quy-trinh")
        page.click(f"tr:has-text('{_code(slug)}') a[href*=phien-ban]")
        page.wait_for_selector("[data-diagram=shown]")

    return visit


def trial_of(slug: str) -> Visit:
    """Run old cases on the version in force of a procedure."""

    def visit(page: sync_api.Page, office: Office) -> None:
        version_of(slug)(page, office)
        page.click("a[href$=chay-thu]")
        page.wait_for_selector("h1:has-text('Chạy thử hồ sơ cũ')")

    return visit


def finished_trial(page: sync_api.Page, office: Office) -> None:
    """Run old cases on the version in force, and wait for the end of the job."""
    trial_of(COPIES)(page, office)
    page.fill("#tu", "1/1/2020")
    page.get_by_role("button", name="Đếm hồ sơ").click()
    page.get_by_role("button", name="Chạy thử", exact=True).click()
    page.wait_for_url("**/tac-vu/*")
    worker = runner.Runner(office.application)
    while worker.once():
        pass
    # The page fetches it anew by itself.
    page.wait_for_selector("#tien-do .state-tag--good")


def trial_result(page: sync_api.Page, office: Office) -> None:
    """Open what came out of a job that ran old cases."""
    _open(page, office, "/tac-vu")
    page.locator("main table a").first.click()
    page.get_by_role("link", name="Xem các hồ sơ").click()
    page.wait_for_url("**/chay-thu/*")


def refused_upload(page: sync_api.Page, office: Office) -> None:
    """Upload a diagram that is not accepted."""
    _open(page, office, "/quy-trinh/tai-len")
    page.set_input_files(
        "#package", {"name": "thu.bpmn", "mimeType": "text/xml", "buffer": BROKEN}
    )
    page.get_by_role("button", name="Kiểm tra").click()
    page.wait_for_selector(".findings")


def message(page: sync_api.Page, office: Office) -> None:
    """Open the form of an awaited message."""
    _open(page, office, "/trao-doi")
    page.locator("td a.button").first.click()
    page.wait_for_selector("#ten-1")


def calendar_draft(page: sync_api.Page, office: Office) -> None:
    """Begin a draft of the calendar, or look at the one that was begun."""
    _open(page, office, "/to-chuc/lich")
    begin = page.get_by_role("button", name="Lập dự thảo")
    if begin.count():
        begin.click()
    else:
        page.get_by_role("link", name="Xem dự thảo").click()
    page.wait_for_selector("h1:has-text('Dự thảo')")


def calendar_day(page: sync_api.Page, office: Office) -> None:
    """Put a special day into the draft."""
    calendar_draft(page, office)
    page.get_by_role("link", name="Thêm ngày đặc biệt").click()
    page.wait_for_selector("h1:has-text('Ngày đặc biệt')")


def calendar_confirmation(page: sync_api.Page, office: Office) -> None:
    """See what a confirmation of the draft would move."""
    _open(page, office, "/to-chuc/lich")
    page.get_by_role("link", name="Xem dự thảo").click()
    page.get_by_role("link", name="Xác nhận dự thảo").click()
    page.wait_for_selector("h1:has-text('Xác nhận dự thảo')")


def by_link(text: str) -> Visit:
    """Open what a link of the organisation leads to."""

    def visit(page: sync_api.Page, office: Office) -> None:
        _open(page, office, "/to-chuc")
        page.locator("main table a").get_by_text(text).first.click()
        page.wait_for_selector("main form")

    return visit


def wrong_holder(page: sync_api.Page, office: Office) -> None:
    """Give a position to nobody."""
    by_link("Giao cho")(page, office)
    page.fill("#f-login", "khong-co")
    page.locator(".action-bar button").click()
    page.wait_for_selector(".error-summary")


def wrong_password(page: sync_api.Page, office: Office) -> None:
    """Send the form of the password empty."""
    _open(page, office, "/tai-khoan/mat-khau")
    page.locator(".action-bar button").click()
    page.wait_for_selector(".error-summary")


def reset_password(page: sync_api.Page, office: Office) -> None:
    """Open the form that resets somebody's password."""
    _open(page, office, "/to-chuc/tai-khoan")
    page.locator('main table a[href$="/mat-khau"]').first.click()
    page.wait_for_selector("main form")


def told(path: str) -> Visit:
    """Tell of the open work, by every way, and open an address."""

    def visit(page: sync_api.Page, office: Office) -> None:
        app = office.application
        (tenant,) = app.store.tenants()
        clerk = app.sign_in.by_login(tenant, "chuyenvien")
        assert clerk is not None
        ways = notices.changed([("opened", "page"), ("opened", "mail")])
        chosen = Choice(account=clerk.account.id, mail="a@example.gov.vn", ways=ways)
        app.bell.choose(tenant, chosen)
        app.log.integrate(tenant, app.clock.now().year, 100_000)
        command = TellNotices(ways=frozenset(Way))
        while app.engine.run(command, tenant)["looked"]:
            pass
        _open(page, office, path)

    return visit


def hook_secret(page: sync_api.Page, office: Office) -> None:
    """Enter a system that is told, and see its secret."""
    _open(page, office, "/he-thong/thong-bao/he-thong-nhan")
    page.fill("#url", "https://tich-hop.example.gov.vn/thong-bao")
    page.locator(".action-bar button").click()
    page.wait_for_selector("#khoa")


def wrong_text(page: sync_api.Page, office: Office) -> None:
    """Send a text with a place that there is not."""
    _open(page, office, "/he-thong/thong-bao/mau/sua?loai=overdue")
    page.fill("#subject", "Trễ hạn {ma}")
    page.locator(".action-bar button").click()
    page.wait_for_selector(".error-summary")


#: Name of the picture: login and how to get there.
PAGES: Final[Mapping[str, tuple[str, Visit]]] = {
    "viec": ("motcua", at("/viec")),
    "thong-bao": ("chuyenvien", told("/thong-bao")),
    "thong-bao-cai-dat": ("chuyenvien", at("/thong-bao/cai-dat")),
    "gui-thong-bao": ("quantri", told("/he-thong/thong-bao?tat-ca=")),
    "he-thong-nhan": ("quantri", hook_secret),
    "mau-thong-bao": ("quantri", at("/he-thong/thong-bao/mau")),
    "mau-thong-bao-sua": ("quantri", wrong_text),
    "viec-giam-sat": ("giamsat", at("/viec")),
    "giam-sat": ("giamsat", at("/giam-sat")),
    "bao-cao": ("giamsat", at("/bao-cao")),
    "bao-cao-ho-so": ("giamsat", at("/bao-cao/ho-so?cot=received")),
    "giam-sat-buoc": ("giamsat", at("/giam-sat?nhom=buoc")),
    "giam-sat-bang": ("giamsat", at("/giam-sat/bang/vi-tri")),
    "giam-sat-viec": ("giamsat", at("/giam-sat/viec")),
    "giam-sat-ho-so": ("giamsat", at("/giam-sat/ho-so")),
    "giam-sat-so-do": ("giamsat", at("/giam-sat/so-do?quy-trinh=DKDD-GCN")),
    "giam-sat-chi-tieu": ("giamsat", at("/giam-sat/chi-tieu")),
    "giam-sat-dat": ("giamsat", at("/giam-sat/chi-tieu/dat")),
    "viec-lich": ("motcua", at("/viec/lich")),
    "viec-trong": ("vanphong", at("/viec?nhom=cua-toi")),
    "viec-lam": ("motcua", first_task),
    "viec-tren-giay": ("motcua", wrong_sheet),
    "tiep-nhan": ("motcua", at("/quy-trinh/2.000908/mo")),
    "tiep-nhan-sai": ("motcua", wrong_receipt),
    "ban-giao": ("motcua", at("/ban-giao")),
    "quet": ("motcua", at("/quet?ma=khong-co")),
    "tra-cuu": ("motcua", at("/tra-cuu")),
    "ho-so-thong-tin": ("motcua", case_of(COPIES, "/thong-tin")),
    "danh-sach-ho-so": ("motcua", at("/ho-so")),
    "ho-so": ("motcua", case_of(COPIES)),
    "ho-so-dat-dai": ("giamsat", case_of(LAND)),
    "dung-giai-quyet": ("giamsat", case_of(LAND, "/dung-giai-quyet")),
    "dung-xem-lai": ("giamsat", second_look),
    "tam-dung": ("giamsat", case_of(LAND, "/tam-dung")),
    "tra-lai": ("chuyenvien", returning),
    "giay-to-ho-so": ("motcua", case_of(LAND, "/giay-to")),
    "giay-to": ("motcua", at("/giay-to")),
    "mau-trong": ("motcua", at("/giay-to/mau-trong")),
    "lich-su": ("kiemtoan", case_of(LAND, "/lich-su")),
    "phat-lai-dat-dai": ("giamsat", case_of(LAND, "/phat-lai")),
    "chay-thu": ("pheduyet", trial_of(COPIES)),
    "tac-vu-xong": ("pheduyet", finished_trial),
    "chay-thu-ket-qua": ("pheduyet", trial_result),
    "tac-vu": ("pheduyet", at("/tac-vu")),
    "tac-vu-trong": ("motcua", at("/tac-vu")),
    "xuat-nhieu": ("kiemtoan", at("/kiem-chung/xuat-nhieu")),
    "quy-trinh": ("motcua", at("/quy-trinh")),
    "phien-ban": ("pheduyet", version_of(COPIES)),
    "phien-ban-dat-dai": ("thietke", version_of(LAND)),
    "tai-len": ("thietke", at("/quy-trinh/tai-len")),
    "tai-len-sai": ("thietke", refused_upload),
    "tai-len-hoi": ("thietke", uploads.typed_wrongly),
    "tai-lieu": ("thietke", uploads.kept),
    "viec-tuy-bien": ("motcua", uploads.ad_hoc),
    "trao-doi": ("tichhop", at("/trao-doi")),
    "thong-diep": ("tichhop", message),
    "to-chuc": ("quantri", at("/to-chuc")),
    "to-chuc-xem": ("kiemtoan", at("/to-chuc")),
    "tai-khoan": ("quantri", at("/to-chuc/tai-khoan")),
    "thay-the": ("quantri", at("/to-chuc/thay-the")),
    "su-co": ("quantri", at("/to-chuc/su-co")),
    "su-co-khai-bao": ("quantri", at("/to-chuc/su-co/khai-bao")),
    "cu-lam-thay": ("quantri", by_link("Cử người làm thay")),
    "dia-chi-co-quan": ("quantri", by_link("Địa chỉ, điện thoại")),
    "doi-ten-co-quan": ("quantri", by_link("Đổi tên")),
    "sap-xep-co-quan": ("quantri", at("/to-chuc/sap-xep")),
    "lam-thay": ("motcua", at("/lam-thay")),
    "them-co-quan": ("quantri", at("/to-chuc/co-quan/them")),
    "them-tai-khoan": ("quantri", at("/to-chuc/tai-khoan/them")),
    "them-vi-tri": ("quantri", by_link("Thêm vị trí")),
    "giao-vi-tri": ("quantri", by_link("Giao cho")),
    "thoi-giu": ("quantri", by_link("Cho thôi giữ")),
    "giao-vi-tri-sai": ("quantri", wrong_holder),
    "lich": ("motcua", at("/to-chuc/lich")),
    "lich-du-thao": ("quantri", calendar_draft),
    "lich-ngay": ("quantri", calendar_day),
    "lich-xac-nhan": ("pheduyet", calendar_confirmation),
    "mat-khau": ("motcua", at("/tai-khoan/mat-khau")),
    "mat-khau-sai": ("motcua", wrong_password),
    "dat-lai-mat-khau": ("quantri", reset_password),
    # The last one stops the clock of a dossier: what comes after shows it waiting.
    **asked_pages.PAGES,
    "khong-thay": ("motcua", at("/ho-so/00000000-0000-0000-0000-000000000000")),
}


def test_every_page_is_accessible_and_fits(office: Office, page: sync_api.Page) -> None:
    people = Turns(office, page)
    faults = []
    for name, (login, visit) in PAGES.items():
        visit(people.of(login), office)
        faults += looks.of(page, name)
    assert faults == []


@pytest.mark.skipif(
    not os.environ.get("QUYTRINH_WRITE_SCREENSHOT"), reason="writes to docs/"
)
def test_the_picture_of_the_readme(staff: Staff) -> None:
    page = staff.page("chuyenvien")
    _open(page, staff.office, "/viec")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURE, clip={"x": 0, "y": 0, "width": 1280, "height": 620})


def test_the_keyboard_reaches_the_content_first(staff: Staff) -> None:
    page = staff.page("motcua")
    _open(page, staff.office, "/viec")
    page.keyboard.press("Tab")
    skip = page.locator(".skip-link")
    assert skip.evaluate("it => it === document.activeElement")
    page.keyboard.press("Enter")
    assert page.locator("main").evaluate("it => it === document.activeElement")


def _open(page: sync_api.Page, office: Office, path: str) -> None:
    page.goto(f"{office.address}{path}")


def _code(slug: str) -> str:
    return "2.000908" if slug == COPIES else "DKDD-GCN"
