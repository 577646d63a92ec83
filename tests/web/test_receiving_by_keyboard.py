"""Ten dossiers in a row at the counter, without the mouse."""

from typing import Final

import pytest
from playwright import sync_api

from tests.web.office import Staff

pytestmark = pytest.mark.browser

PAGE: Final = "/quy-trinh/2.000908/mo"
IN_A_ROW: Final = 10
#: More stops than the page has.
STOPS: Final = 80
#: What is typed, in the order of the page.
TYPED: Final = (
    ("f.ho_ten", "Nguyễn Thị Đượm"),
    ("f.so_dinh_danh", "001085012345"),
    ("f.dien_thoai", "0912345678"),
    ("f.dia_chi", "12 Trần Phú"),
)
#: The button that ticks every document, and whether the first was brought.
ALL: Final = "act"
BROUGHT: Final = "tp-0-co"
#: Whether the first document has been digitised.
DIGITISED: Final = "tp-0-so-hoa"
#: Every press of a button of the mouse is kept over all pages.
COUNT: Final = """
addEventListener("mousedown", () => {
  sessionStorage.mouse = Number(sessionStorage.mouse || 0) + 1;
}, true);
"""


def focused(page: sync_api.Page) -> str:
    """The name of the field that has the focus."""
    return str(page.evaluate("document.activeElement.name || ''"))


def to(page: sync_api.Page, name: str) -> None:
    """Press the tabulator until a field has the focus."""
    for _ in range(STOPS):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(name)


def receive(page: sync_api.Page) -> str:
    """Type a dossier and go to the next one; give the code of its notice."""
    for name, text in TYPED:
        to(page, name)
        page.keyboard.type(text)
    to(page, "f.loai_giay_to")
    page.keyboard.press("ArrowDown")
    to(page, "f.thong_tin_giay_to")
    page.keyboard.type("Bằng tốt nghiệp năm 2003")
    assert not page.locator(f"[name={BROUGHT}]").is_checked(), "nobody said so yet"
    to(page, ALL)
    page.keyboard.press("Space")
    assert page.locator(f"[name={BROUGHT}]").is_checked()
    to(page, DIGITISED)
    page.keyboard.press("Space")
    to(page, "then")
    with page.expect_navigation(url="**da-nhan=*"):
        page.keyboard.press("Enter")
    return page.locator(".notice b").first.inner_text()


def test_ten_dossiers_are_received_in_a_row_without_the_mouse(staff: Staff) -> None:
    page = staff.page("motcua")
    page.add_init_script(COUNT)
    page.goto(f"{staff.office.address}{PAGE}")
    codes = []
    for _ in range(IN_A_ROW):
        codes.append(receive(page))
        assert focused(page) == "channel", "the next one begins at its first field"
    assert len(set(codes)) == IN_A_ROW
    assert all(staff.office.case(code).due_at for code in codes)
    assert page.evaluate("sessionStorage.mouse || 0") == 0
