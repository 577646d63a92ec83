"""What is wrong with a page by its looks is found, whatever it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright import sync_api

from tests import waiting
from tests.web import looks

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="vi"><title>Thử</title><main><h1>Thử</h1>
<p style="color: rgb(34, 36, 42); background: {paper}">Đọc được</p>
<p style="color: {ink}; background: {paper}">Một dòng</p>
<p style="color: {ink}">Dòng khác cùng màu</p>{more}</main></html>"""
LEGIBLE = {"ink": "rgb(34, 36, 42)", "paper": "rgb(255, 255, 255)"}


@pytest.fixture(scope="module")
def page(chromium: sync_api.Browser) -> Iterator[sync_api.Page]:
    """One page for all: each test writes its document anew."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, []),
        ({"ink": "rgb(200, 200, 200)"}, ["color-contrast"]),
        ({"ink": "rgba(34, 36, 42, 0.4)"}, ["color-contrast"]),
        ({"paper": "rgb(40, 40, 40)"}, ["color-contrast"]),
        ({"more": "<img src='data:,'>"}, ["image-alt"]),
        ({"more": "<button></button><input>"}, ["button-name", "label"]),
    ],
)
def test_what_is_wrong_is_found_and_nothing_else(
    page: sync_api.Page, changed: dict[str, str], found: list[str]
) -> None:
    page.set_content(PAGE.format(**{**LEGIBLE, "more": "", **changed}))
    assert [rule for rule, _ in looks.violations(page)] == found


def test_a_page_that_changed_is_looked_at_anew(page: sync_api.Page) -> None:
    page.set_content(PAGE.format(**LEGIBLE, more=""))
    assert looks.violations(page) == []
    page.evaluate("document.querySelector('h1').style.color = 'rgb(200, 200, 200)'")
    ((rule, place),) = looks.violations(page)
    assert (rule, "<h1" in place) == ("color-contrast", True)


def test_a_page_that_scrolls_sideways_is_told(page: sync_api.Page) -> None:
    page.set_content(PAGE.format(**LEGIBLE, more=""))
    assert looks.faults(page) == []
    page.set_content(PAGE.format(**LEGIBLE, more="<p style='width: 3000px'>Rộng</p>"))
    ((fault, place),) = looks.faults(page)
    assert (fault, "Rộng" in place) == (looks.WIDER, True)


def test_what_is_wrong_on_a_telephone_alone_is_found_there(
    page: sync_api.Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "SHEET", tmp_path)
    rule = "@media (width < 600px) { h1 { color: silver; width: 500px } }"
    page.set_content(PAGE.format(**LEGIBLE, more=f"<style>{rule}</style>"))
    found = [(width, fault) for _, width, fault, _ in looks.of(page, "thu")]
    assert found == [("390", "color-contrast"), ("390", looks.WIDER)]
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "thu-1280.jpg",
        "thu-390.jpg",
    ]


def test_a_diagram_that_is_never_drawn_is_a_fault(
    page: sync_api.Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "BROWSER", 100)
    lost = "<div data-diagram-url='/so-do'></div>"
    page.set_content(PAGE.format(**LEGIBLE, more=lost))
    with pytest.raises(sync_api.Error, match="a diagram is not drawn"):
        looks.of(page, "thu")
