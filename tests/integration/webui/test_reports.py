"""Reports: numbers that lead to dossiers, files that say what they were made from."""

import csv
import html
import io
import json
import re
from typing import Any, Final

import openpyxl
import pytest

from engine import limits
from engine.commands.access import stream_of
from engine.commands.open_case import OpenCase
from engine.domain import iso8601
from engine.domain.case import Agencies
from engine.domain.dossier_record import Component, Fee
from engine.domain.organisation import Role
from engine.evidence import record
from tests.integration.webui import world
from tests.integration.webui.world import World
from webui import report_making, report_words

ABOVE: Final = world.login_of(Role.SUPERVISOR, "supervised")
BESIDE: Final = world.login_of(Role.SUPERVISOR, "unrelated")
AUDITOR: Final = world.login_of(Role.AUDITOR, "unrelated")
DESK: Final = world.login_of(Role.CLERK, "other-agency")
LINK: Final = re.compile(r'href="(/bao-cao/ho-so\?[^"]+)"[^>]*>([\d.]+)<')
BEHIND: Final = re.compile(r'<a href="/ho-so/[^"]+"><b>')


def test_every_number_leads_to_as_many_dossiers(here: World) -> None:
    browser = here.client(AUDITOR)
    for group in ("linh-vuc", "don-vi", "quy-trinh"):
        found = LINK.findall(browser.get(f"/bao-cao?nhom={group}").text)
        assert any("chi-tieu=COMPONENTS_REUSED" in address for address, _ in found)
        assert any("cot=received" in address for address, _ in found)
        for address, number in found:
            if "PROCEDURES" in address:
                continue
            listed = browser.get(html.unescape(address)).text
            assert len(BEHIND.findall(listed)) == int(number), address


def test_page_and_files_have_the_same_numbers(here: World) -> None:
    browser = here.client(AUDITOR)
    told = json.loads(browser.get("/bao-cao.json").data)
    text = browser.get("/bao-cao/quy.csv").data.decode("utf-8-sig")
    [about, _, *rows] = csv.reader(io.StringIO(text))
    names = report_words.COLUMNS
    lines = [[str(one[name]) for name in names] for one in told["handling"]]
    assert lines
    assert [row[1:] for row in rows[:-1]] == lines
    assert told["madeBy"] in about[0]
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/bao-cao/quy.xlsx").data))
    cells = [[str(one) for one in row] for row in book.worksheets[0].values]
    assert [row[1:] for row in cells[2:]] == [row[1:] for row in rows]
    items = {one["code"]: one for one in told["indicators"]}
    assert len(items) == 20
    assert items["DOSSIER_SYNC"]["numerator"] is None
    assert items["DOSSIER_SYNC"]["score"] is None
    assert items["ON_TIME"]["maxScore"] == 20


def test_taking_a_report_is_recorded_and_looking_is_not(here: World) -> None:
    browser = here.client(AUDITOR)
    browser.get("/bao-cao")
    browser.get("/bao-cao/chi-tieu.csv?ky=2026-11")
    actor = here.actor(AUDITOR)
    day = iso8601.day(here.application.clock.now())
    with here.application.store.read(actor.tenant) as uow:
        stream = stream_of(actor.tenant, day)
        bodies = uow.auditing.accesses(stream, 1000, 1000)
    parsed: list[Any] = [record.parse(one) for one in bodies]
    facts = [one["facts"] for one in parsed]
    taken = [one for one in facts if one.get("format")]
    assert [(one["page"], one["format"]) for one in taken] == [("reports.file", "csv")]
    assert ["ky", "2026-11"] in taken[0]["query"]


def test_only_the_supervised_is_counted(here: World) -> None:
    unit = world.id_of("agency", "handling").hex
    assert LINK.findall(here.client(ABOVE).get("/bao-cao").text)
    outside = here.client(BESIDE)
    assert not LINK.findall(outside.get(f"/bao-cao?don-vi={unit}").text)
    assert not BEHIND.findall(outside.get("/bao-cao/ho-so?cot=received").text)


@pytest.mark.parametrize(
    "query", ["ky=2026-q5", "ky=2026-13", "ky=2026&nhom=x&don-vi=-", "ky=2026-12"]
)
def test_whatever_the_address_says_the_page_answers(here: World, query: str) -> None:
    browser = here.client(AUDITOR)
    for page in ("", "/ho-so", "/quy.csv", "/chi-tieu.xlsx", ".json"):
        assert browser.get(f"/bao-cao{page}?{query}").status_code == 200, page


def test_a_period_that_runs_is_counted_until_today(here: World) -> None:
    browser, today = here.client(AUDITOR), iso8601.day(here.application.clock.now())
    told = json.loads(browser.get(f"/bao-cao.json?ky={today.year}").data)
    assert told["period"]["first"] == f"{today.year}-01-01"
    assert told["period"]["last"] == today.isoformat()
    before = json.loads(browser.get(f"/bao-cao.json?ky={today.year - 1}-02").data)
    assert before["period"]["last"] == f"{today.year - 1}-02-28"


def more_dossiers(here: World, count: int) -> None:
    """Dossiers that differ in what a report counts."""
    ward, at = world.id_of("agency", "receiving"), world.id_of("agency", "handling")
    for n in range(count):
        command = OpenCase(
            procedure="thu_tuc",
            data={},
            agencies=Agencies(helping=ward, receiving=ward, handling=at, deciding=at),
            channel=("online", "direct", "post")[n % 3],
            components=(Component(name="Đơn", source=("store", "applicant")[n % 2]),),
            fees=(Fee(name="Phí", amount=1000 * (n % 2)),),
            fees_why="Theo nghị quyết của tỉnh",
        )
        here.application.engine.execute(command, here.actor(DESK))


def files_of(here: World, login: str, job: str) -> dict[str, bytes]:
    """The files of a job, by the end of their names."""
    browser = here.client(login)
    found = re.findall(r'href="(/tac-vu/[^"]+/tep/[^"]+)"', browser.get(job).text)
    taken = [browser.get(one) for one in found]
    named = (one.headers["Content-Disposition"].split("-")[-1] for one in taken)
    return {name.strip('"'): one.data for name, one in zip(named, taken, strict=True)}


def test_too_many_dossiers_are_counted_by_a_job_with_the_same_figures(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    more_dossiers(here, 7)
    browser = here.client(AUDITOR)
    told = json.loads(browser.get("/bao-cao.json?nhom=quy-trinh").data)
    tables = {
        name: browser.get(f"/bao-cao/{name}.csv?nhom=quy-trinh").data.split(b"\r\n")[1:]
        for name in ("quy", "chi-tieu")
    }
    assert told["handling"][0]["received"] == 8
    monkeypatch.setattr(limits, "REPORT_DOSSIERS", 7)
    monkeypatch.setattr(limits, "REPORT_PART", 3)
    page = browser.get("/bao-cao?nhom=quy-trinh")
    assert "hơn 7 hồ sơ" in page.text
    assert not LINK.findall(page.text)
    assert browser.get("/bao-cao/quy.csv?nhom=quy-trinh").status_code == 413
    sent = [
        browser.post("/bao-cao/tac-vu", nhom="quy-trinh", key="một") for _ in range(2)
    ]
    assert sent[0].location == sent[1].location
    world.work(here)
    text = browser.get(sent[0].location).text
    assert "3 trên 3" in text
    assert "8 hồ sơ tiếp nhận" in text
    files = files_of(here, AUDITOR, sent[0].location)
    made = json.loads(files[_named(files, "json")])
    assert {**made, "madeAt": ""} == {**told, "madeAt": ""}
    assert files["quy.csv"].split(b"\r\n")[1:] == tables["quy"]
    assert files["tieu.csv"].split(b"\r\n")[1:] == tables["chi-tieu"]
    assert {"quy.xlsx", "tieu.xlsx"} < {*files}


def _named(files: dict[str, bytes], kind: str) -> str:
    (found,) = (one for one in files if one.endswith(kind))
    return found


def test_a_report_by_a_job_counts_the_supervised_alone_and_is_recorded(
    here: World,
) -> None:
    received = []
    for login in (ABOVE, BESIDE):
        sent = here.client(login).post("/bao-cao/tac-vu", key=login)
        world.work(here)
        files = files_of(here, login, sent.location)
        told = json.loads(files[_named(files, "json")])
        received.append(sum(one["received"] for one in told["handling"]))
        assert here.client(AUDITOR).get(sent.location).status_code == 404
    assert received == [1, 0]
    actor = here.actor(ABOVE)
    day = iso8601.day(here.application.clock.now())
    with here.application.store.read(actor.tenant) as uow:
        bodies = uow.auditing.accesses(stream_of(actor.tenant, day), 1000, 1000)
    parsed: list[Any] = [record.parse(one) for one in bodies]
    pages = [one["facts"]["page"] for one in parsed if "format" in one["facts"]]
    assert pages == ["jobs.report", "jobs.report"]


def test_a_part_that_cannot_be_counted_leaves_no_report(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoiled(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(report_making, "dump", spoiled)
    browser = here.client(AUDITOR)
    sent = browser.post("/bao-cao/tac-vu", key="hỏng")
    for _ in range(limits.JOB_ATTEMPTS):
        world.work(here)
        here.clock.move(minutes=2)
    text = browser.get(sent.location).text
    assert "Không lập được báo cáo" in text
    assert not files_of(here, AUDITOR, sent.location)


def test_what_no_version_says_is_named_with_its_procedure(here: World) -> None:
    text = html.unescape(here.client(AUDITOR).get("/bao-cao").text)
    said = "các thủ tục sau chưa khai mức độ cung cấp trực tuyến"
    assert re.search(rf"{said} *: thu_tuc", text)
    told = json.loads(here.client(AUDITOR).get("/bao-cao.json").data)
    items = {one["code"]: one for one in told["indicators"]}
    assert items["ONLINE_DOSSIERS"]["denominator"] is None
    assert items["ONLINE_DOSSIERS"]["silent"] == ["thu_tuc"]
