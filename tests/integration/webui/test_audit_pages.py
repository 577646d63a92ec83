"""Pages of the audit programme: what they show, keep, refuse and hand out."""

import csv
import html
import io
import re
from uuid import UUID

import pytest

from engine.commands.complete_task import CompleteTask
from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.domain.organisation import Role
from tests import bpmn
from tests.integration.webui import world
from tests.integration.webui.world import Browser, World

AUDITOR = world.login_of(Role.AUDITOR, "own-position")
CLERK = world.login_of(Role.CLERK, "own-position")
SUPERVISOR = world.login_of(Role.SUPERVISOR, "supervised")
STRANGER = world.login_of(Role.SUPERVISOR, "unrelated")
ROOT = "/kiem-chung/danh-gia"


def rows(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def plan(here: World, browser: Browser, **changes: object) -> str:
    """Plan an audit; give the address of its page."""
    me = here.actor(AUDITOR).account.id.hex
    sent = {
        "f.title": "Đánh giá quý IV",
        "f.criteria": "Quy trình nội bộ",
        "f.edition": "2015",
        "f.scope_first": "01/11/2026",
        "f.scope_last": "30/11/2026",
        "f.first": "20/11/2026",
        "f.last": "24/11/2026",
        "f.lead": me,
    }
    answer = browser.post(f"{ROOT}/lap", **{**sent, **changes})
    assert answer.status_code == 303, answer.text
    page = browser.get(ROOT).text
    return f"{ROOT}/" + page.split(f'href="{ROOT}/')[2].split('"')[0]


def draw(browser: Browser, path: str, **changes: object) -> int:
    sent = {
        "f.basis": "opened",
        "f.first": "01/11/2026",
        "f.last": "30/11/2026",
        "f.seed": "20112026",
        "f.size": "5",
        **{f"f.w_{risk}": "0" for risk in ("late", "late_step", "rework")},
        **{f"f.w_{risk}": "0" for risk in ("cancelled", "value")},
    }
    return browser.post(f"{path}/lay-mau", **{**sent, **changes}).status_code


def test_an_audit_goes_from_its_plan_to_its_conclusion(here: World) -> None:
    browser = here.client(AUDITOR)
    path = plan(here, browser)
    here.clock.move(minutes=1)
    assert draw(browser, path) == 303
    page = browser.get(f"{path}/mau/1").text
    assert "Đúng các hồ sơ đó, từ cùng một tập hồ sơ" in page
    assert "20112026" in page
    case = f"{path}/ho-so/{here.case}"
    assert f'href="{case}"' in page
    sent = {"own": "Ai giữ sổ?", "own_answer": "fails", "own_note": "Không rõ"}
    assert browser.post(case, **sent).status_code == 303
    checklist = browser.get(case).text
    assert "Ai giữ sổ?" in checklist
    assert 'value="fails" selected' in checklist
    found = {
        "f.seq": "1",
        "f.grade": "minor",
        "f.clause": "8.5.1",
        "f.text": "Thiếu giấy tiếp nhận",
    }
    assert browser.post(f"{case}/phat-hien", **found).status_code == 303
    _is_listed(here, browser)
    _is_acted_on_and_ended(browser, path)


def _is_listed(here: World, browser: Browser) -> None:
    listed = browser.get("/kiem-chung/khong-phu-hop").text
    assert "Thiếu giấy tiếp nhận" in listed
    assert f"/ho-so/{here.case}/phat-lai?buoc=1#buoc-1" in listed
    assert "Chưa khắc phục" in listed
    [head, row] = rows(browser.get("/kiem-chung/khong-phu-hop.csv").text)
    assert head[0] == "Phát hiện"
    assert row[1:3] == ["Không phù hợp nhẹ", "8.5.1"]


def _is_acted_on_and_ended(browser: Browser, path: str) -> None:
    refused = browser.post(f"{path}/phat-hien/1/hanh-dong")
    assert refused.status_code == 404
    assert "QT-10.2" in refused.text
    end = browser.post(f"{path}/ket-luan", **{"f.conclusion": "Cơ bản đạt"})
    assert end.status_code == 303
    assert "Cơ bản đạt" in browser.get(path).text
    assert draw(browser, path) == 409


def test_what_is_wrong_with_a_plan_is_said_and_nothing_is_stored(here: World) -> None:
    browser = here.client(AUDITOR)
    me = here.actor(AUDITOR).account.id.hex
    before = world.facts(here)
    sent = {
        "f.title": "Kiểm tra",
        "f.edition": "2015",
        "f.scope_first": "01/11/2026",
        "f.scope_last": "30/11/2026",
        "f.first": "24/11/2026",
        "f.last": "20/11/2026",
        "f.lead": me,
    }
    answer = browser.post(f"{ROOT}/lap", **sent)
    assert answer.status_code == 409
    assert "Kiểm tra" in answer.text
    assert browser.post(f"{ROOT}/lap", **{**sent, "f.title": ""}).status_code == 422
    stranger = {**sent, "f.lead": here.actor(SUPERVISOR).account.id.hex}
    assert browser.post(f"{ROOT}/lap", **stranger).status_code == 422
    assert world.facts(here) == before


def test_who_is_not_of_the_team_reads_and_does_not_write(here: World) -> None:
    path = plan(here, here.client(AUDITOR))
    other = here.client(world.login_of(Role.AUDITOR, "unrelated"))
    page = other.get(path).text
    assert "Đánh giá quý IV" in page
    assert "Lấy mẫu</a>" not in page
    assert draw(other, path) == 403
    abroad = here.client(world.login_of(Role.AUDITOR, "other-tenant"))
    assert abroad.get(path).status_code == 404


def test_a_checklist_asks_about_the_steps_that_the_case_came_to(here: World) -> None:
    here.case = with_clauses(here)
    browser = here.client(AUDITOR)
    path = plan(here, browser)
    here.clock.move(minutes=1)
    draw(browser, path)
    page = browser.get(f"{path}/ho-so/{here.case}").text
    asked, _, folded = page.partition('<details id="chua-den">')
    assert 'name="a.8.5.1@xem"' in asked
    assert 'name="a.8.6@ky"' not in page
    assert "1 câu hỏi về các bước mà hồ sơ chưa đi tới" in folded
    assert "Ký đơn" in folded.partition("</details>")[0]
    done = CompleteTask(case=here.case, element="xem", occurrence=1, answers={})
    here.application.engine.execute(done, here.actor(CLERK))
    page = browser.get(f"{path}/ho-so/{here.case}").text
    assert 'name="a.8.6@ky"' in page
    assert "chua-den" not in page


def with_clauses(here: World) -> UUID:
    """Open a case of a procedure whose two steps name a clause each."""
    work = (
        '<extensionElements><qt:work record="Phiếu"><qt:clause>%s</qt:clause></qt:work>'
    )
    work += "</extensionElements>"
    nodes = f"start s; task xem 'Xem đơn' {work % '8.5.1'}\n"
    nodes += f"task ky 'Ký đơn' {work % '8.6'}\nend e"
    lane = (
        f'<laneSet id="l"><lane id="lane" name="{world.EXAMINER}">'
        "<flowNodeRef>xem</flowNodeRef><flowNodeRef>ky</flowNodeRef></lane></laneSet>"
    )
    made = bpmn.process(nodes, "s > xem > ky > e", identity="hai", more=lane)
    files = {"process.bpmn": bpmn.definitions(made)}
    execute = here.application.engine.execute
    designer = here.actor(world.login_of(Role.DESIGNER, "own-position"))
    version = UUID(str(execute(UploadVersion(files=files), designer)["version"]))
    approver = here.actor(world.login_of(Role.APPROVER, "own-position"))
    execute(PublishVersion(version=version), approver)
    opened = OpenCase(procedure="hai", data={}, agencies=world.case_agencies())
    desk = here.actor(world.login_of(Role.CLERK, "other-agency"))
    return UUID(str(execute(opened, desk)["case"]))


def test_a_case_outside_of_the_samples_has_no_checklist(here: World) -> None:
    browser = here.client(AUDITOR)
    path = plan(here, browser)
    assert browser.get(f"{path}/ho-so/{here.case}").status_code == 404
    assert browser.get(f"{path}/mau/1").status_code == 404
    assert browser.get(f"{ROOT}/{UUID(int=1)}").status_code == 404


def test_the_matrix_shows_gaps_and_is_narrowed_by_the_address(here: World) -> None:
    browser = here.client(AUDITOR)
    page = browser.get("/kiem-chung/ma-tran").text
    # The world's steps name no clause.
    assert "Thẩm tra hồ sơ" in page
    assert "Bước chưa ghi điều" in page
    draft = browser.get("/kiem-chung/ma-tran?lan-ban-hanh=2026").text
    assert "dự thảo" in draft
    whole = rows(browser.get("/kiem-chung/ma-tran.csv").text)
    some = rows(browser.get("/kiem-chung/ma-tran.csv?dieu=8.5").text)
    assert {row[0] for row in some[1:]} == {f"8.5.{n}" for n in range(1, 7)}
    assert len(some) < len(whole)
    assert browser.get("/kiem-chung/ma-tran?lan-ban-hanh=1987").status_code == 404


def test_a_supervisor_sees_figures_of_the_units_under_supervision_only(
    here: World,
) -> None:
    inside = here.client(SUPERVISOR).get("/kiem-chung/so-lieu?nhom=buoc").text
    outside = here.client(STRANGER).get("/kiem-chung/so-lieu?nhom=buoc").text
    assert "Thẩm tra hồ sơ" in inside
    assert "Thẩm tra hồ sơ" not in outside
    unit = world.id_of("agency", "handling").hex
    asked = here.client(STRANGER).get(f"/kiem-chung/so-lieu?nhom=buoc&don-vi={unit}")
    assert "Thẩm tra hồ sơ" not in asked.text


@pytest.mark.parametrize("query", ["", "?tu=x&den=y&nhom=z&loai=w", "?tu=9999-01-01"])
def test_whatever_the_address_says_the_pages_answer(here: World, query: str) -> None:
    browser = here.client(AUDITOR)
    for page in ("so-lieu", "so-lieu.csv", "so-lieu/ho-so", "xem-xet", "xem-xet.csv"):
        assert browser.get(f"/kiem-chung/{page}{query}").status_code == 200, page


@pytest.mark.parametrize("page", ["so-lieu", "xem-xet", "phu-hop"])
def test_a_day_that_is_none_stays_beside_what_is_wrong_with_it(
    here: World, page: str
) -> None:
    shown = here.client(AUDITOR).get(f"/kiem-chung/{page}?tu=31/2/2026&den=1/3/2026")
    assert re.findall(r'class="field-error" id="(.+?)-loi"', shown.text) == ["tu"]
    assert 'name="tu" type="text" value="31/2/2026"' in shown.text
    assert 'name="den" type="text" value="01/03/2026"' in shown.text
    assert "<title>Lỗi: " in shown.text
    assert 'type="date"' not in shown.text
    good = here.client(AUDITOR).get(f"/kiem-chung/{page}?tu=1/2/2026&den=1/3/2026")
    assert "field-error" not in good.text
    assert "<title>Lỗi: " not in good.text


def test_every_figure_of_the_review_names_its_question_and_its_records(
    here: World,
) -> None:
    browser = here.client(AUDITOR)
    page = browser.get("/kiem-chung/xem-xet").text
    [head, *figures] = rows(browser.get("/kiem-chung/xem-xet.csv").text)
    assert len(figures) >= 15
    for row in figures:
        assert row[head.index("Câu hỏi")].endswith("."), row
        assert row[1] in page
    versions = next(row for row in figures if row[1].startswith("Phiên bản"))
    assert versions[2] == "1"
    paper = browser.get("/kiem-chung/xem-xet.html")
    assert "attachment" in paper.headers["Content-Disposition"]
    assert "<script" not in paper.text


def test_a_text_that_a_spreadsheet_would_compute_is_kept_a_text(here: World) -> None:
    browser = here.client(AUDITOR)
    path = plan(here, browser)
    here.clock.move(minutes=1)
    draw(browser, path)
    found = {"f.seq": "1", "f.grade": "major", "f.text": "=1+1"}
    browser.post(f"{path}/ho-so/{here.case}/phat-hien", **found)
    [_, row] = rows(browser.get("/kiem-chung/khong-phu-hop.csv").text)
    assert "'=1+1" in row


def count_of(page: str) -> int:
    """How many records a page lists."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return body.count("<tr>")


def figures_of(page: str) -> dict[str, tuple[int, int | None, list[str]]]:
    """Name of a figure → its count, what that is of, and the addresses of both."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    found = {}
    for row in body.split("<tr>")[1:]:
        cells = row.split("<td ")[1:]
        name = re.sub(r"<[^>]+>", "", cells[1].partition(">")[2]).strip()
        hidden = re.sub(r'<span class="for-screen-reader">.*?</span>', "", cells[2])
        told = re.sub(r"<[^>]+>", "", hidden.partition(">")[2]).strip()
        part, _, whole = told.partition(" / ")
        addresses = [html.unescape(one) for one in re.findall(r'href="([^"]+)"', row)]
        found[name] = (int(part), int(whole) if whole else None, addresses)
    return found


@pytest.fixture
def audited(here: World) -> Browser:
    """An audit with a finding of each grade, and a case that was worked on."""
    browser = here.client(AUDITOR)
    path = plan(here, browser)
    here.clock.move(minutes=1)
    assert draw(browser, path) == 303
    case = f"{path}/ho-so/{here.case}"
    for grade in ("major", "minor", "minor", "observation"):
        found = {"f.seq": "1", "f.grade": grade, "f.clause": "8.5.1"}
        sent = {**found, "f.text": f"Thiếu giấy ({grade})"}
        assert browser.post(f"{case}/phat-hien", **sent).status_code == 303
    done = CompleteTask(case=here.case, element="tham_tra", occurrence=1, answers={})
    here.application.engine.execute(done, here.actor(CLERK))
    return browser


def test_each_link_of_the_review_opens_exactly_what_was_counted(
    audited: Browser,
) -> None:
    page = audited.get("/kiem-chung/xem-xet?tu=01/11/2026&den=30/11/2026").text
    found = figures_of(page)
    assert len(found) >= 15
    assert found["Không phù hợp nặng"][:2] == (1, 4)
    assert found["Không phù hợp nhẹ"][:2] == (2, 4)
    assert found["Hồ sơ được lấy mẫu"][0] >= 1
    for name, (part, whole, addresses) in found.items():
        assert addresses, name
        shown = audited.get(addresses[0])
        assert shown.status_code == 200, name
        if "loai=lay-mau" in addresses[0]:
            _, _, below = shown.text.partition("</tbody>")
            assert count_of(below) == part, name
        else:
            assert count_of(shown.text) == part, name
        if whole is not None:
            assert count_of(audited.get(addresses[1]).text) == whole, name


def test_another_period_shows_none_of_the_records_of_this_one(audited: Browser) -> None:
    page = audited.get("/kiem-chung/xem-xet?tu=01/01/2025&den=31/12/2025").text
    for name, (part, whole, addresses) in figures_of(page).items():
        assert (part, whole or 0) == (0, 0), name
        assert all(count_of(audited.get(one).text) == 0 for one in addresses), name
    # The list itself still has all of it, and its spreadsheet follows the address.
    assert count_of(audited.get("/kiem-chung/khong-phu-hop").text) == 4
    [_, *listed] = rows(audited.get("/kiem-chung/khong-phu-hop.csv?loai=nang").text)
    assert [row[-3] for row in listed] == ["Thiếu giấy (major)"]


def test_steps_behind_a_figure_lead_to_the_event_that_holds_them(
    here: World, audited: Browser
) -> None:
    page = audited.get("/kiem-chung/so-lieu/buoc?loai=da-lam&tu=01/11/2026").text
    (address,) = re.findall(r'href="(/ho-so/[^"]+phat-lai[^"]+)"', page)
    number = int(address.partition("#buoc-")[2])
    with here.application.store.read(world.HERE) as uow:
        case = uow.cases.get(here.case)
        event = uow.history.read(case.id, case.month)[number - 1]
    assert b'"task.completed"' in event.body
    assert b'["tham_tra",1]' in event.body
    assert audited.get(address.partition("#")[0]).status_code == 200


def test_what_no_record_gives_is_listed_as_not_computed(audited: Browser) -> None:
    page = audited.get("/kiem-chung/xem-xet").text
    _, _, below = page.partition("Đầu vào không tính được")
    for clause in ("9.3.2 a", "9.3.2 d", "9.3.2 e", "9.3.2 f"):
        assert f">{clause}</td>" in below
    sheet = rows(audited.get("/kiem-chung/xem-xet.csv").text)
    none = [row for row in sheet if row[2] == "không tính được"]
    assert {row[0] for row in none} >= {"9.3.2 a", "9.3.2 d", "9.3.2 e", "9.3.2 f"}
    assert all(row[5].endswith(".") for row in none)
    assert "Đầu vào không tính được" in audited.get("/kiem-chung/xem-xet.html").text


def test_the_matrix_counts_the_records_of_each_step_and_names_gaps(
    here: World,
) -> None:
    case = with_clauses(here)
    browser = here.client(AUDITOR)
    asked = "/kiem-chung/ma-tran{}?quy-trinh=hai&tu=01/11/2026&den=30/11/2026"
    assert "so-lieu/buoc" not in browser.get(asked.format("")).text
    done = CompleteTask(case=case, element="xem", occurrence=1, answers={})
    here.application.engine.execute(done, here.actor(CLERK))
    page = browser.get(asked.format("")).text
    (address,) = set(re.findall(r'href="(/kiem-chung/so-lieu/buoc[^"]+)"', page))
    assert count_of(browser.get(html.unescape(address)).text) == 1
    assert "Chưa từng có" in page
    _, _, gaps = page.partition("chưa từng tạo</summary>")
    assert "Ký đơn (hai)" in gaps.partition("</details>")[0]
    assert "Xem đơn (hai)" not in gaps.partition("</details>")[0]
    [head, *lines] = rows(browser.get(asked.format(".csv")).text)
    at = head.index("Hồ sơ lưu trong kỳ")
    assert {row[4]: row[at : at + 2] for row in lines} == {
        "Xem đơn": ["1", "1"],
        "Ký đơn": ["0", "0"],
    }
    # Outside of the period there is none, and the step is no gap all the same.
    later = browser.get(asked.format("").replace("/2026&den=30/11", "/2025&den=30/11"))
    assert "so-lieu/buoc" in later.text
    before = asked.format("").replace("2026", "2025")
    assert "so-lieu/buoc" not in browser.get(before).text
