"""A story of several days: people at work by the clock, what pages and papers say."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pypdf
from playwright import sync_api

from tests.web import office as offices
from tests.web.office import Staff
from webui import demo_data

_PAPERS: Final = "**/giay-to/*/*"


@dataclass(slots=True)
class Days:
    """People at work, on the days and at the hours of the story."""

    staff: Staff
    case: str = ""

    def go(self, login: str, when: str, path: str) -> sync_api.Page:
        """Somebody opens a page at a time; whose session is over signs in again."""
        office = self.staff.office
        moment = datetime.strptime(f"2026/{when} +0700", "%Y/%d/%m %H:%M %z")
        page = self.staff.page(login)
        # What a page still asks for is not answered on another day.
        page.goto("about:blank")
        office.clock.at = moment.astimezone(UTC)
        page.goto(f"{office.address}{path.format(case=self.case)}")
        if "/dang-nhap" in page.url:
            page.fill("[name=login]", login)
            page.fill("[name=password]", demo_data.PASSWORD)
            page.get_by_role("button", name="Đăng nhập").click()
            page.wait_for_url(lambda address: "dang-nhap" not in address)
        return page


def said(place: sync_api.Page | sync_api.Locator, selector: str = "main") -> str:
    """What stands in a part of a page, on one line."""
    text = place.locator(selector).first.inner_text()
    return " ".join(text.split())


def send(page: sync_api.Page, answers: Mapping[str, object]) -> None:
    """Fill the form of a page in and send it."""
    offices.fill(page, answers)
    page.locator("main form button").first.click()


def why(page: sync_api.Page) -> list[str]:
    """The lines of “Vì sao là ngày này?”."""
    page.get_by_text("Vì sao là ngày này?").click()
    rows = page.locator(".date-sum tr")
    return [" ".join(one.split()) for one in rows.all_inner_texts()]


def says(text: str, *wanted: str) -> None:
    """Every part stands in a text."""
    for part in wanted:
        assert part in text, f"{part}\n\n{text}"


def button(page: sync_api.Page, *names: str) -> sync_api.Locator:
    """The button of the row that says all of it."""
    row = page.locator("tbody tr")
    for name in names:
        row = row.filter(has_text=name)
    return row.get_by_role("button")


def printed(page: sync_api.Page, wanted: sync_api.Locator) -> str:
    """The text of the paper that a button prints.

    Chromium would show it in its own viewer, whose button saves it. Here it is saved at
    once: the answer of the server is the same but for the header that says so.
    """

    def save(route: sync_api.Route) -> None:
        answer = route.fetch()
        head = {**answer.headers, "content-disposition": "attachment"}
        route.fulfill(response=answer, headers=head)

    page.context.route(_PAPERS, save)
    with page.context.expect_event("download") as taken:
        wanted.click()
    content = Path(taken.value.path()).read_bytes()
    page.context.unroute(_PAPERS)
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(one.extract_text() for one in pages).split())
