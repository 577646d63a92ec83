"""Whoever sees personal data is recorded, and only auditors read the record."""

import html
import re

import pytest

from engine.commands.access import stream_of
from engine.domain import iso8601
from engine.domain.case import month_of
from engine.domain.organisation import Role
from engine.evidence import retrace
from tests.integration.webui.world import HERE, World, login_of
from webui import accesses

CLERK = login_of(Role.CLERK, "own-position")
AUDITOR = login_of(Role.AUDITOR, "unrelated")
DESIGNER = login_of(Role.DESIGNER, "own-position")


def told(here: World) -> list[tuple[str, str]]:
    """Kind of each access of today, and the page."""
    now = here.clock.now()
    stream = stream_of(HERE, iso8601.day(now))
    with here.application.store.read(HERE) as uow:
        steps = retrace.opened(uow.history.read(stream, month_of(now)))
    return [(step.type.value, str(step.body["facts"]["page"])) for step in steps]


def test_a_view_of_a_case_is_recorded_once_in_ten_minutes(here: World) -> None:
    browser = here.client(CLERK)
    for _ in range(3):
        assert browser.get(f"/ho-so/{here.case}").status_code == 200
    assert told(here) == [("case.viewed", "cases.show")]
    here.clock.move(minutes=11)
    browser.get(f"/ho-so/{here.case}")
    assert len(told(here)) == 2


def test_another_page_and_another_person_are_views_of_their_own(here: World) -> None:
    here.client(CLERK).get(f"/ho-so/{here.case}")
    here.client(CLERK).get(f"/ho-so/{here.case}/lich-su")
    here.client(AUDITOR).get(f"/ho-so/{here.case}")
    pages = [page for _, page in told(here)]
    assert pages == ["cases.show", "cases.history", "cases.show"]


def test_a_page_that_was_refused_is_an_attempt_and_no_view(here: World) -> None:
    browser = here.client(DESIGNER)
    assert browser.get(f"/ho-so/{here.case}").status_code == 404
    assert told(here) == [("access.refused", "cases.show")]
    here.client(DESIGNER).get("/he-thong")
    assert told(here)[1] == ("access.refused", "incidents.system")


def test_the_record_names_pages_and_lists_in_words(here: World) -> None:
    browser = here.client(CLERK)
    browser.get(f"/ho-so/{here.case}/thong-tin")
    browser.get("/ho-so.csv")
    page = here.client(AUDITOR).get("/kiem-chung/truy-cap").text
    assert "Thông tin hồ sơ" in page
    assert "Danh sách hồ sơ" in page
    assert "dossier_pages.show" not in page
    assert "case_lists.file" not in page


def test_every_page_that_has_a_name_exists(here: World) -> None:
    known = set(here.app.view_functions)
    # The player of the replay is no page of its own.
    assert set(accesses.PAGES) - known == {"replay"}


def test_who_is_not_signed_in_leaves_nothing(here: World) -> None:
    here.client().get(f"/ho-so/{here.case}")
    assert told(here) == []


def test_only_auditors_read_who_saw_what(here: World) -> None:
    here.client(CLERK).get(f"/ho-so/{here.case}")
    page = here.client(AUDITOR).get("/kiem-chung/truy-cap").text
    assert "Xem hồ sơ" in page
    code = here.application.queries.case(here.actor(AUDITOR), here.case.hex)
    assert code is not None
    assert f">{code.code}</a>" in page
    assert "Các bước của hồ sơ" in page
    assert "cases.show" not in page
    assert str(here.case) in page
    for login in (CLERK, DESIGNER):
        answer = here.client(login).get("/kiem-chung/truy-cap")
        assert answer.status_code == 403


@pytest.mark.parametrize("day", ["2020-01-01", "xx", "9999-12-31", "0001-01-01", ""])
def test_any_day_can_be_asked_for(here: World, day: str) -> None:
    answer = here.client(AUDITOR).get(f"/kiem-chung/truy-cap?ngay={day}")
    assert answer.status_code == 200


def test_a_busy_day_is_read_page_after_page(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accesses, "PAGE", 2)
    for _ in range(5):
        here.client(CLERK).get(f"/ho-so/{here.case}")
        here.clock.move(minutes=11)
    browser, auditor = here.client(CLERK), here.client(AUDITOR)
    told_of: list[list[str]] = []
    address = "/kiem-chung/truy-cap"
    while address:
        page = auditor.get(address).text
        told_of.append(re.findall(r'class="nowrap">([^<]+)</td>', page))
        found = re.search(r'href="([^"]+truoc=\d+)"', page)
        address = html.unescape(found[1]) if found else ""
        # What is seen meanwhile moves nothing on the pages before it.
        browser.get(f"/ho-so/{here.case}/lich-su")
    times = [f"20/11/2026 {at}" for at in ("09:49", "09:38", "09:27", "09:16", "09:05")]
    assert told_of == [times[:2], times[2:4], times[4:]]
    assert (
        "Mới nhất trước: lượt 1 đến 2 trong 6"
        in auditor.get("/kiem-chung/truy-cap").text
    )


@pytest.mark.parametrize("before", ["-1", "0", "x", "999999999999999999999"])
def test_any_number_can_be_asked_for(here: World, before: str) -> None:
    here.client(CLERK).get(f"/ho-so/{here.case}")
    answer = here.client(AUDITOR).get(f"/kiem-chung/truy-cap?truoc={before}")
    assert answer.status_code == 200
    assert "Xem hồ sơ" in answer.text
