"""What is done with a worklist: several tasks at once, files, kept lists, the feed."""

import csv
import html
import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import openpyxl
import pytest

from engine import limits
from engine.commands.claim_task import ClaimTask
from engine.commands.open_case import OpenCase
from engine.domain import urgency
from engine.domain.case import TaskStatus
from engine.domain.organisation import Role
from engine.domain.urgency import Urgency
from engine.queries import Choice, Part, Place
from tests.integration.webui import world
from tests.integration.webui.world import World
from webui import cells, worklist_asking, worklist_feed
from webui.jobs import runner

CLERK: Final = world.login_of(Role.CLERK, "own-position")
DESK: Final = world.login_of(Role.CLERK, "other-agency")
STRANGER: Final = world.login_of(Role.CLERK, "unrelated")
ABOVE: Final = world.login_of(Role.SUPERVISOR, "supervised")
STEP: Final = "tham_tra"


def key(here: World) -> str:
    return f"{here.case}/{STEP}/1"


def status(here: World) -> TaskStatus:
    item = here.application.queries.task(here.actor(CLERK), here.case, STEP, 1)
    assert item is not None
    return item.status


def types(here: World) -> list[str]:
    with here.application.store.read(world.HERE) as uow:
        case = uow.cases.get(here.case)
        return [one.type for one in uow.history.read(case.id, case.month)]


def test_chosen_tasks_are_taken_and_given_back(here: World) -> None:
    browser = here.client(CLERK)
    form = {"viec": key(here), "next": "/viec?nhom=cua-toi"}
    answer = browser.post("/viec/nhieu", **form, **{"viec-gi": "nhan"})
    assert (answer.status_code, answer.location) == (303, "/viec?nhom=cua-toi")
    assert status(here) is TaskStatus.CLAIMED
    assert "Số việc đã nhận: 1." in browser.get("/viec").text
    browser.post("/viec/nhieu", **form, **{"viec-gi": "tra"})
    assert status(here) is TaskStatus.OPEN


def test_what_somebody_else_took_is_told_with_name_and_time(here: World) -> None:
    engine, clerk = here.application.engine, here.actor(CLERK)
    engine.execute(ClaimTask(case=here.case, element=STEP, occurrence=1), clerk)
    other = world.login_of(Role.SUPERVISOR, "own-position")
    browser = here.client(other)
    browser.post("/viec/nhieu", viec=key(here), **{"viec-gi": "nhan"})
    page = browser.get("/viec").text
    assert f"{clerk.account.name} đã nhận việc này lúc" in html.unescape(page)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"viec": "nonsense", "viec-gi": "nhan"},
        {"viec": f"{world.HERE}/x/99999999999", "viec-gi": "nhan"},
    ],
    ids=str,
)
def test_nothing_chosen_is_refused_and_nothing_happens(
    here: World, form: dict[str, str]
) -> None:
    before = types(here)
    assert here.client(CLERK).post("/viec/nhieu", **form).status_code == 409
    assert types(here) == before


def test_a_supervisor_gives_work_to_a_person_with_a_reason(here: World) -> None:
    browser = here.client(ABOVE)
    page = browser.post("/viec/nhieu", viec=key(here), **{"viec-gi": "chuyen"}).text
    name = here.actor(CLERK).account.name
    found = re.search(rf'value="([^"]+:[^"]+)">[^<]*{re.escape(name)}<', page)
    assert found is not None, page
    form = {"viec": key(here), "viec-gi": "chuyen-den", "den": found[1]}
    refused = browser.post("/viec/nhieu", **form, **{"ly-do": " "})
    assert refused.status_code == 422
    assert "Hãy ghi lý do chuyển việc cho người khác." in refused.text
    assert re.search(rf'value="{re.escape(found[1])}" selected', refused.text)
    assert status(here) is TaskStatus.OPEN, "without a reason nothing is given"
    browser.post("/viec/nhieu", **form, **{"ly-do": "Nghỉ phép"})
    assert status(here) is TaskStatus.CLAIMED
    assert types(here)[-1] == "task.reassigned"


def test_a_supervisor_sees_the_work_of_the_units_below(here: World) -> None:
    page = here.client(ABOVE).get("/viec").text
    assert "Thẩm tra hồ sơ" in page
    assert "Đơn vị tôi giám sát" in page
    assert "Giao cho" not in here.client(CLERK).get("/viec").text


# Files.


def formulas(here: World) -> None:
    """A case whose applicant is called like a formula."""
    with here.application.store.read(world.HERE) as uow:
        agencies = uow.cases.get(here.case).agencies
    command = OpenCase(procedure="thu_tuc", data={}, agencies=agencies)
    here.application.engine.execute(command, here.actor(DESK))


def test_the_files_hold_exactly_the_filtered_list(here: World) -> None:
    formulas(here)
    browser = here.client(CLERK)
    text = browser.get("/viec.csv").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row[3] for row in rows[1:]] == re.findall(
        r'class="worklist__code"[^>]*>([^<]+)<', browser.get("/viec").text
    )
    answer = browser.get("/viec.xlsx?trang-thai=dang-lam")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    assert sheet.max_row == 1, "nobody has taken anything"
    whole = browser.get("/viec.xlsx")
    table = openpyxl.load_workbook(io.BytesIO(whole.data)).active
    assert table is not None
    assert [[cell.value or "" for cell in row] for row in table.rows] == rows


def test_taking_the_list_is_recorded_without_the_words(here: World) -> None:
    with here.application.database.read() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM event").scalar()
    here.client(CLERK).get("/viec.csv?tim=Nguyen+Bi+Mat&kenh=direct")
    with here.application.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT type, body FROM event").all()
    assert len(rows) == (before or 0) + 1
    taken = [bytes(body) for kind, body in rows if kind == "file.taken"]
    assert b'"format":"csv"' in taken[-1]
    assert b"direct" in taken[-1]
    assert b"Bi Mat" not in taken[-1]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "=cmd|'/c'!A1", "\uff1d1+1", "\uff201"],
)
def test_a_cell_that_looks_like_a_formula_is_text(text: str) -> None:
    assert cells.harmless(text) == f"'{text}"
    assert cells.harmless("Nguyễn Văn An = 1") == "Nguyễn Văn An = 1"


def test_a_list_that_no_file_takes_is_refused(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WORKLIST_FILE_ROWS", 0)
    assert here.client(CLERK).get("/viec.csv").status_code == 413


# Kept lists.


def test_a_list_is_kept_shared_with_the_unit_and_removed(here: World) -> None:
    browser = here.client(CLERK)
    unit = here.actor(CLERK).positions[0].agency
    form = {"ten": "Việc gấp", "query": "han=qua-han&x=//evil.test"}
    browser.post("/viec/bo-loc", **form, **{"don-vi-chung": str(unit)})
    page = html.unescape(browser.get("/viec").text)
    assert "Việc gấp" in page
    assert "han=qua-han" in page
    assert "evil" not in page
    same = here.client(world.login_of(Role.CLERK, "own-agency"))
    theirs = html.unescape(same.get("/viec").text)
    assert "Việc gấp" in theirs
    assert "Việc gấp" not in here.client(STRANGER).get("/viec").text
    found = re.search(r'action="(/viec/bo-loc/[^"]+/xoa)"', page)
    assert found is not None
    same.post(found[1])
    assert "Việc gấp" in browser.get("/viec").text, "it is somebody else's"
    browser.post(found[1])
    assert "Việc gấp" not in browser.get("/viec").text.split("Đã lưu")[-1]


def test_nobody_keeps_more_lists_than_the_limit(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SAVED_FILTERS", 1)
    browser = here.client(CLERK)
    assert browser.post("/viec/bo-loc", ten="a").status_code == 303
    assert browser.post("/viec/bo-loc", ten="b").status_code == 413


# The feed.


def address(page: str) -> str:
    found = re.search(r'value="http://[^/"]+(/lich/[^"]+\.ics)"', page)
    assert found is not None, page
    return found[1]


def test_a_feed_opens_with_its_token_until_it_is_revoked(here: World) -> None:
    browser, nobody = here.client(CLERK), here.client("")
    first = address(browser.post("/viec/lich").text)
    answer = nobody.get(first)
    assert answer.status_code == 200
    assert answer.text.startswith("BEGIN:VCALENDAR\r\n")
    second = address(browser.post("/viec/lich").text)
    assert nobody.get(first).status_code == 404, "a new address ends the old one"
    assert nobody.get(second).status_code == 200
    browser.post("/viec/lich/thu-hoi")
    assert nobody.get(second).status_code == 404


def test_the_feed_names_code_and_step_and_nobody(here: World) -> None:
    item = here.application.worklists
    actor = here.actor(CLERK)

    now = here.application.clock.now()
    at = urgency.edges(now, here.application.engine.tools.calendar)
    found = item.page(actor, Choice(), at, Part())
    due = replace(found[0], task=replace(found[0].task, due_at=now, applicant="Ai Đó"))
    whole = worklist_feed.lines((due,), now, "https://motcua.example.gov.vn")
    text = "\n".join(whole)
    assert due.task.code in text
    assert "Ai Đó" not in text
    assert text.count("BEGIN:VEVENT") == 1
    link = f"/viec/{due.task.case}/{due.task.element}/{due.task.occurrence}"
    assert f"\nURL:https://motcua.example.gov.vn{link}\n" in text
    assert here.client(CLERK).get(link).status_code == 200


def test_lines_of_a_feed_are_short_and_whole() -> None:
    line = "SUMMARY:" + "Thẩm định hồ sơ đề nghị " * 10
    pieces = list(worklist_feed.fold(line))
    assert all(len(one.encode()) <= 75 for one in pieces)
    assert "".join(one[1:] if n else one for n, one in enumerate(pieces)) == line
    assert worklist_feed.escape("a,b;c\\d\ne") == "a\\,b\\;c\\\\d\\ne"


# Addresses.


def test_a_cursor_survives_its_address_and_nonsense_is_none() -> None:

    at = datetime(2026, 11, 20, 7, 5, tzinfo=UTC)
    place = Place(
        urgency=Urgency.SOON,
        due_at=None,
        opened_at=at,
        case=world.HERE,
        element="bước-1",
        occurrence=2,
    )
    made = worklist_asking.Cursor(at=at, place=place)
    assert worklist_asking.cursor(made.text()) == made
    for text in ("", "x", "é", "W10", "WzFd", made.text()[:-3]):
        assert worklist_asking.cursor(text) is None


def test_more_than_are_done_at_once_become_a_job(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BULK_AT_ONCE", 0)
    browser = here.client(CLERK)
    answer = browser.post("/viec/nhieu", viec=key(here), **{"viec-gi": "nhan"})
    assert answer.status_code == 303
    assert "/tac-vu/" in answer.location
    assert status(here) is TaskStatus.OPEN, "a worker does it"
    worker = runner.Runner(here.application)
    while worker.once():
        pass
    assert status(here) is TaskStatus.CLAIMED
    assert "Nhận nhiều việc" in browser.get(answer.location).text
