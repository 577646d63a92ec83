"""Case pages: where a case is, what happened, its sealed history."""

import csv
import hashlib
import io
from typing import Final

import openpyxl

from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.world import World

CLERK: Final = world.login_of(Role.CLERK, "own-position")
AUDITOR: Final = world.login_of(Role.AUDITOR, "unrelated")


def test_the_list_finds_by_state_and_words(here: World) -> None:
    browser = here.client(CLERK)
    assert f"/ho-so/{here.case}" in browser.get("/ho-so").text
    assert f"/ho-so/{here.case}" in browser.get("/ho-so?tinh-trang=dang-xu-ly").text
    done = browser.get("/ho-so?tinh-trang=da-xong").text
    assert f"/ho-so/{here.case}" not in done
    assert "Không có hồ sơ nào khớp bộ lọc." in done


def test_the_page_tells_who_has_it_and_what_it_waits_for(here: World) -> None:
    page = here.client(CLERK).get(f"/ho-so/{here.case}").text
    assert "Đang ở bước Thẩm tra hồ sơ" in page
    assert "Đang chờ: Chờ thuế" in page
    assert "Tiếp nhận hồ sơ" in page
    assert "&#34;current&#34;: [&#34;tham_tra&#34;, &#34;cho_thue&#34;]" in page
    assert "đang ở đây" in page
    assert f'href="/viec/{here.case}/tham_tra/1"' in page


def test_a_case_with_its_work_done_shows_the_step_newest_first(here: World) -> None:
    browser = here.client(CLERK)
    here.clock.move(minutes=20)
    browser.post(f"/viec/{here.case}/tham_tra/1", key="k", **{"f.comment": "Đạt"})
    page = browser.get(f"/ho-so/{here.case}").text
    timeline = page[page.index("timeline") :]
    assert "20\N{NO-BREAK SPACE}phút" in timeline
    assert timeline.index("Thẩm tra hồ sơ") < timeline.index("Tiếp nhận hồ sơ")
    assert "Người clerk.own-position" in timeline
    assert "Đạt" in timeline


def test_the_sealed_history_is_a_table_and_the_same_as_json(here: World) -> None:
    browser = here.client(AUDITOR)
    page = browser.get(f"/ho-so/{here.case}/lich-su").text
    found = browser.get(f"/ho-so/{here.case}/lich-su.json").json
    assert found is not None
    (event,) = found["events"]
    assert event["body"]["type"] == "case.opened"
    assert event["leaf"][:12] in page
    assert "Tiếp nhận hồ sơ" in page
    assert len(event["leaf"]) == len(hashlib.sha256().hexdigest())


def test_the_diagram_is_given_with_everything_drawn(here: World) -> None:
    answer = here.client(CLERK).get(f"/ho-so/{here.case}/so-do.bpmn")
    # The upload draws shapes and no lines; those are added for the page.
    assert b"BPMNEdge" not in world.MODEL
    assert answer.data.count(b"<bpmndi:BPMNEdge") == world.MODEL.count(b"<sequenceFlow")
    assert answer.headers["Content-Type"].startswith("application/xml")


def test_a_file_that_no_answer_names_is_not_found(here: World) -> None:
    path = f"/ho-so/{here.case}/tep/{'0' * 64}"
    assert here.client(CLERK).get(path).status_code == 404


def test_a_history_that_was_changed_shows_no_page(here: World) -> None:
    connection = here.application.database.engine.raw_connection()
    for trigger in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {trigger[0]}")
    connection.execute("UPDATE event SET leaf = zeroblob(32)")
    connection.commit()
    connection.close()
    assert here.client(AUDITOR).get(f"/ho-so/{here.case}/lich-su").status_code == 500


def test_the_list_shows_and_filters_by_the_state_on_the_portal(here: World) -> None:
    browser = here.client(CLERK)
    received = browser.get("/ho-so?cong=2").text
    assert f"/ho-so/{here.case}" in received
    assert "Cổng: 2 · Được tiếp nhận" in received
    assert f"/ho-so/{here.case}" not in browser.get("/ho-so?cong=4").text
    # A state that no case can have, and nonsense, count as not asked.
    for other in ("3", "99", "x", "-1"):
        assert f"/ho-so/{here.case}" in browser.get(f"/ho-so?cong={other}").text
    browser.post(f"/viec/{here.case}/tham_tra/1", key="k", **{"f.comment": "Đạt"})
    assert "Cổng: 4 · Đang xử lý" in browser.get("/ho-so?cong=4").text
    assert f"/ho-so/{here.case}" not in browser.get("/ho-so?cong=2").text


def test_the_list_leaves_as_files_that_hold_what_is_filtered(here: World) -> None:
    browser = here.client(CLERK)
    item = here.application.queries.case(here.actor(CLERK), str(here.case))
    assert item is not None
    text = browser.get("/ho-so.csv?cong=2").data.decode("utf-8-sig")
    [_, heads, row] = csv.reader(io.StringIO(text))
    told = dict(zip(heads, row, strict=True))
    assert told["Hồ sơ"] == item.code
    assert told["Trạng thái trên Cổng"] == "2 · Được tiếp nhận"
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/ho-so.xlsx").data))
    cells = [
        ["" if one is None else one for one in line]
        for line in book.worksheets[0].values
    ]
    assert cells[2] == row
    assert len(browser.get("/ho-so.csv?cong=9").data.splitlines()) == 2
