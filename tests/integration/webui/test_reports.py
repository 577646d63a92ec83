"""Reports: numbers that lead to dossiers, files that say what they were made from."""

import csv
import html
import io
import json
import re
from typing import Any, Final

import openpyxl
import pytest

from engine.commands.access import stream_of
from engine.domain import iso8601
from engine.domain.organisation import Role
from engine.evidence import record
from tests.integration.webui import world
from tests.integration.webui.world import World
from webui import report_words

ABOVE: Final = world.login_of(Role.SUPERVISOR, "supervised")
BESIDE: Final = world.login_of(Role.SUPERVISOR, "unrelated")
AUDITOR: Final = world.login_of(Role.AUDITOR, "unrelated")
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
