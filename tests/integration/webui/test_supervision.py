"""Supervision: numbers lead to what they count, and only the supervised is counted."""

import csv
import html
import io
import re
from typing import Final
from uuid import UUID

import openpyxl

from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.domain import targets
from engine.domain.events import StreamKind
from engine.domain.organisation import Role
from engine.evidence import aims
from tests import bpmn
from tests.integration.webui import world
from tests.integration.webui.world import World

ABOVE: Final = world.login_of(Role.SUPERVISOR, "supervised")
BESIDE: Final = world.login_of(Role.SUPERVISOR, "unrelated")
CLERK: Final = world.login_of(Role.CLERK, "own-position")
DESK: Final = world.login_of(Role.CLERK, "other-agency")
AUDITOR: Final = world.login_of(Role.AUDITOR, "unrelated")
LINK: Final = re.compile(r'href="(/giam-sat/(?:viec|ho-so)\?[^"]+)"[^>]*>([\d.]+)<')
ROW: Final = re.compile(r'<tr class="work')
CASE: Final = re.compile(r'<a href="/ho-so/[^"]+"><b>')
TARGET: Final = {"f.procedure": "-", "f.percent": "97,5", "f.why": "Mục tiêu 2026"}


def agency(name: str) -> str:
    return world.id_of("agency", name).hex


def open_another(here: World) -> None:
    here.application.engine.execute(
        OpenCase(procedure="thu_tuc", data={}, agencies=world.case_agencies()),
        here.actor(DESK),
    )


def complete(here: World) -> None:
    browser = here.client(CLERK)
    assert browser.post(f"/viec/{here.case}/tham_tra/1/nhan").status_code == 303


def test_every_number_leads_to_as_many_pieces_of_work_or_cases(here: World) -> None:
    open_another(here)
    complete(here)
    browser = here.client(ABOVE)
    pages = ["/giam-sat", "/giam-sat/so-do?quy-trinh=thu_tuc"]
    found = {link for page in pages for link in LINK.findall(browser.get(page).text)}
    assert len(found) > 5
    for address, number in found:
        page = browser.get(html.unescape(address)).text
        rows = ROW if "/viec?" in address else CASE
        assert len(rows.findall(page)) == int(number), address


def test_whoever_supervises_other_units_sees_none_of_the_work(here: World) -> None:
    browser = here.client(BESIDE)
    assert "Thẩm tra hồ sơ" not in browser.get("/giam-sat").text
    assert not ROW.findall(browser.get("/giam-sat/viec").text)
    # Naming a unit in the address opens nothing.
    other = f"don-vi={agency('handling')}&rieng=1"
    assert not ROW.findall(browser.get(f"/giam-sat/viec?{other}").text)
    assert not CASE.findall(browser.get(f"/giam-sat/ho-so?{other}").text)
    answer = browser.post("/giam-sat/chuyen", **{"don-vi": agency("handling")})
    assert answer.status_code == 409


def test_nonsense_in_the_address_counts_as_not_asked(here: World) -> None:
    browser = here.client(ABOVE)
    for query in ("don-vi=x", "quy-trinh=<b>", "nhom=?", "tuoi=9", "trang=-1"):
        for page in ("", "/viec", "/ho-so"):
            assert browser.get(f"/giam-sat{page}?{query}").status_code == 200
    odd = "/giam-sat/ho-so?ket-thuc=da-xong&thang=999999&trang=99999999999"
    assert browser.get(odd).status_code == 200


def test_work_whose_position_nobody_holds_today_is_said_to_be_unassigned(
    here: World,
) -> None:
    page = here.client(ABOVE).get("/giam-sat/bang/chua-phan-cong").text
    assert "Mọi việc đang mở đều có người giữ" in page
    # Every holding ended long ago, the supervisor's own excepted.
    with here.application.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE holder SET valid_to = '2020-01-01' WHERE account != ?",
            (here.actor(ABOVE).account.id.bytes,),
        )
        connection.exec_driver_sql("UPDATE tenant SET organisation = organisation + 1")
    page = here.client(ABOVE).get("/giam-sat/bang/chua-phan-cong").text
    assert "Hôm nay không ai giữ vị trí" in page
    assert world.EXAMINER in page


def test_a_table_as_a_file_says_the_same_and_is_recorded(here: World) -> None:
    browser = here.client(ABOVE)
    answer = browser.get("/giam-sat/bang/vi-tri.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[2][0] == world.EXAMINER
    assert rows[2][3:5] == ["1", "0"]
    packed = browser.get("/giam-sat/bang/vi-tri.xlsx").data
    [*_, sheet] = openpyxl.load_workbook(io.BytesIO(packed)).worksheets
    cells = [[one.value for one in row] for row in sheet.iter_rows()]
    assert ["" if one is None else str(one) for one in cells[2]] == rows[2]
    seen = here.client(AUDITOR).get("/kiem-chung/truy-cap").text
    assert "Bảng giám sát" in seen


def test_all_work_behind_a_number_is_given_on_with_a_reason(here: World) -> None:
    open_another(here)
    browser = here.client(ABOVE)
    asked = browser.post("/giam-sat/chuyen", next="/giam-sat/viec")
    assert asked.status_code == 200
    keys = re.findall(r'name="viec" value="([^"]+)"', asked.text)
    assert len(keys) == 2
    mine = here.actor(CLERK).account.id
    [target] = re.findall(rf'<option value="([0-9a-f-]+:{mine})"', asked.text)
    answer = browser.client.post(
        "/viec/nhieu",
        data={
            "csrf_token": browser.token,
            "viec": keys,
            "viec-gi": "chuyen-den",
            "den": target,
            "ly-do": "Người giữ việc nghỉ ốm",
            "next": "/giam-sat/viec",
        },
        base_url=browser.base,
    )
    assert (answer.status_code, answer.location) == (303, "/giam-sat/viec")
    listed = browser.get(f"/giam-sat/viec?nguoi={mine.hex}").text
    assert len(ROW.findall(listed)) == 2


def test_a_target_is_recorded_with_who_when_why_and_holds_below(here: World) -> None:
    browser = here.client(ABOVE)
    given = {**TARGET, "f.agency": agency("department"), "f.since": "20/11/2026"}
    assert browser.post("/giam-sat/chi-tieu/dat", **given).status_code == 303
    tenant = here.actor(ABOVE).tenant
    with here.application.store.read(tenant) as uow:
        stream = uow.history.known(StreamKind.TARGET, targets.stream_of(tenant))
        assert stream is not None
        [told] = aims.told(uow.history.read(stream.id, stream.month))
    assert (told.share, told.why) == (975, "Mục tiêu 2026")
    assert told.set_by == here.actor(ABOVE).account.id
    assert told.set_at == here.clock.now()
    below = f"/giam-sat?don-vi={agency('handling')}"
    assert "Chỉ tiêu 97,5 %" in html.unescape(browser.get(below).text)
    listed = here.client(AUDITOR).get("/giam-sat/chi-tieu").text
    assert "Mục tiêu 2026" in listed
    assert "đang áp dụng" in listed


def test_nobody_sets_a_target_where_they_do_not_supervise(here: World) -> None:
    browser = here.client(BESIDE)
    given = {**TARGET, "f.agency": agency("handling"), "f.since": "20/11/2026"}
    assert browser.post("/giam-sat/chi-tieu/dat", **given).status_code in {
        403,
        404,
        422,
    }
    assert "Chưa đặt chỉ tiêu nào" in browser.get("/giam-sat/chi-tieu").text


def test_a_target_that_is_no_share_is_refused_beside_its_field(here: World) -> None:
    browser = here.client(ABOVE)
    given = {**TARGET, "f.agency": agency("department"), "f.since": "20/11/2026"}
    for wrong in ("0", "101", "x", ""):
        answer = browser.post("/giam-sat/chi-tieu/dat", **{**given, "f.percent": wrong})
        assert answer.status_code == 422, wrong
    assert "Chưa đặt chỉ tiêu nào" in browser.get("/giam-sat/chi-tieu").text


def test_the_diagram_carries_numbers_and_a_table_beside_its_shades(
    here: World,
) -> None:
    page = here.client(ABOVE).get("/giam-sat/so-do?quy-trinh=thu_tuc").text
    drawn = page[page.index("<svg") : page.index("</svg>")]
    assert 'class="node heat-1" data-element="tham_tra"' in drawn
    assert '<g class="flag flag--heat">' in drawn
    assert 'class="heat-1">1</li>' in page
    assert ">Thẩm tra hồ sơ</td>" in page
    unknown = here.client(ABOVE).get("/giam-sat/so-do?quy-trinh=khong-co")
    assert unknown.status_code == 404


def test_counting_anew_shows_what_ended_meanwhile(here: World) -> None:
    browser = here.client(ABOVE)
    browser.get("/giam-sat")
    with here.application.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM figure_month")
    answer = browser.post("/giam-sat/tinh-lai", **{"quy-trinh": "thu_tuc"})
    assert answer.location == "/giam-sat?quy-trinh=thu_tuc"
    with here.application.database.read() as connection:
        [found] = connection.exec_driver_sql("SELECT count(*) FROM figure_month")
    assert found[0] == 2


def test_every_number_in_words_leads_to_as_many_too(here: World) -> None:
    open_another(here)
    here.clock.move(days=90)
    page = html.unescape(here.client(ABOVE).get("/giam-sat").text)
    told = re.findall(
        r'href="(/giam-sat/(?:viec|ho-so)[^"]*)"[^>]*>([^<]*\d[^<]*)<', page
    )
    said = {re.sub(r"[\d.]+", "#", words): (address, words) for address, words in told}
    assert {"Việc đang mở: #", "chưa ai nhận: #"} <= said.keys()
    for address, words in said.values():
        [number] = re.findall(r"[\d.]+", words)
        shown = here.client(ABOVE).get(address).text
        rows = ROW if "/viec" in address else CASE
        assert len(rows.findall(shown)) == int(number), words


def limited(here: World) -> UUID:
    """Two cases whose step has two working days; the second one."""
    drawn = bpmn.diagram(
        "start s; task a 'Thẩm định' <extensionElements><qt:work>"
        '<qt:limit amount="2" unit="working-day"/></qt:work></extensionElements>;'
        " end e",
        "s > a > e",
        identity="co_han",
    )
    execute = here.application.engine.execute
    designer = here.actor(world.login_of(Role.DESIGNER, "own-position"))
    approver = here.actor(world.login_of(Role.APPROVER, "own-position"))
    stored = execute(UploadVersion(files={"p.bpmn": drawn}), designer)
    execute(PublishVersion(version=UUID(str(stored["version"]))), approver)
    agencies = world.case_agencies()
    execute(OpenCase(procedure="co_han", data={}, agencies=agencies), here.actor(DESK))
    made = execute(
        OpenCase(procedure="co_han", data={}, agencies=agencies), here.actor(DESK)
    )
    return UUID(str(made["case"]))


def test_a_step_has_a_target_of_its_own_that_its_share_is_measured_by(
    here: World,
) -> None:
    case = limited(here)
    chief = here.client(ABOVE)
    form = html.unescape(chief.get("/giam-sat/chi-tieu/dat").text)
    [step] = re.findall(r'value="([0-9a-f]{32}:a)"[^>]*>[^<]*bước “Thẩm định”', form)
    given = {**TARGET, "f.agency": agency("department"), "f.since": "20/11/2026"}
    wrong = chief.post("/giam-sat/chi-tieu/dat", **{**given, "f.procedure": f"{step}x"})
    assert wrong.status_code == 422
    sent = chief.post("/giam-sat/chi-tieu/dat", **{**given, "f.procedure": step})
    assert sent.status_code == 303
    listed = html.unescape(here.client(AUDITOR).get("/giam-sat/chi-tieu").text)
    assert "bước “Thẩm định”" in listed
    here.clock.move(days=20)
    done = here.client(CLERK).post(f"/viec/{case}/a/1", **{"f.comment": "Xong"})
    assert done.status_code == 303
    page = here.client(ABOVE).get("/giam-sat/bang/dung-han-buoc.csv")
    rows = list(csv.reader(io.StringIO(page.data.decode("utf-8-sig"))))
    told = dict(zip(rows[1], rows[2], strict=True))
    assert told["Chỉ tiêu, phần trăm"] == "97.5"
    assert told["So với chỉ tiêu"] == "dưới chỉ tiêu (0/1)"
