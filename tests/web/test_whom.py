"""Whom to ask is found by typing, with the keyboard alone, on a small screen, too."""

import pytest
from playwright import sync_api

from tests.web.office import Staff

pytestmark = pytest.mark.browser


@pytest.fixture
def form(staff: Staff) -> sync_api.Page:
    """The page that asks for an opinion, as wide as a telephone."""
    page = staff.page("motcua")
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{staff.office.address}/viec?nhom=tu-do")
    page.locator("tr.work a.worklist__code").first.click()
    page.wait_for_url("**/viec/*-*/**")
    page.get_by_role("link", name="Hỏi ý kiến").click()
    page.get_by_label("Nơi được hỏi").wait_for()
    return page


def lines(page: sync_api.Page) -> list[str]:
    found = page.get_by_label("Nơi được hỏi").locator("option")
    return [one for one in found.all_inner_texts() if " · " in one]


def test_typing_without_marks_leaves_what_fits_and_enter_takes_it(
    form: sync_api.Page,
) -> None:
    whole = lines(form)
    wanted = next(one for one in whole if "đ" in one.casefold())
    plain = wanted.casefold().translate(str.maketrans("đ", "d"))
    form.get_by_label("Lọc theo cơ quan").focus()
    form.keyboard.type(plain.split(" · ")[0])
    assert 0 < len(lines(form)) < len(whole)
    assert wanted in lines(form)
    assert f"trong {len(whole)} lựa chọn" in form.get_by_role("status").inner_text()
    form.keyboard.press("Enter")
    chosen = form.get_by_label("Nơi được hỏi")
    assert chosen.evaluate("one => one === document.activeElement")
    assert chosen.evaluate("one => one.selectedOptions[0].text") == lines(form)[0]
    assert "/hoi-y-kien" in form.url


def test_filtering_on_changes_no_answer_and_escape_shows_all_again(
    form: sync_api.Page,
) -> None:
    whole = lines(form)
    select = form.get_by_label("Nơi được hỏi")
    select.select_option(label=whole[-1])
    search = form.get_by_label("Lọc theo cơ quan")
    search.fill("khong co ai nhu the")
    assert lines(form) == [whole[-1]]
    assert select.evaluate("one => one.selectedOptions[0].text") == whole[-1]
    search.press("Escape")
    assert lines(form) == whole
    assert form.evaluate("document.documentElement.scrollWidth") <= 390
