"""Substitutes and reorganisation on the pages: given, shown, ended, previewed, done."""

import csv
import html
import io
import re
from datetime import date
from typing import Final
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from engine.commands.complete_task import CompleteTask
from engine.commands.rename_agency import RenameAgency
from engine.domain.organisation import Naming, Role
from tests.integration.webui import world
from tests.integration.webui.test_staffing import send, text_of
from tests.integration.webui.world import World
from webui.jobs import runner

ADMINISTRATOR: Final = world.login_of(Role.ADMINISTRATOR, "own-position")
HOLDER: Final = world.login_of(Role.CLERK, "own-position")
DEPUTY: Final = world.login_of(Role.CLERK, "unrelated")
POSITION: Final = world.id_of("position", HOLDER)
ACCOUNT: Final = world.id_of("account", HOLDER)
GIVE: Final = f"/to-chuc/vi-tri/{POSITION}/{ACCOUNT}/lam-thay"
WEEK: Final = {
    "login": DEPUTY,
    "since": "20/11/2026",
    "until": "30/11/2026",
    "order": "12/QĐ-VP",
    "procedures": [],
}


def listed(answer: TestResponse) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


@pytest.fixture
def given(here: World) -> World:
    """Somebody of elsewhere stands in for a clerk."""
    answer = send(here.client(ADMINISTRATOR), GIVE, WEEK)
    assert answer.status_code == 303
    return here


def test_a_substitute_reads_for_whom_on_every_page_and_in_the_list(
    given: World,
) -> None:
    browser = given.client(DEPUTY)
    page = browser.get("/lam-thay")
    name = f"Người {HOLDER}"
    assert name in text_of(page)
    assert "12/QĐ-VP" in text_of(page)
    assert f"Tôi làm thay {name}" in listed(browser.get("/viec"))
    assert f"thay {name}" in text_of(browser.get("/viec"))
    task = browser.get(f"/viec/{given.case}/tham_tra/1")
    assert f"ông/bà đang làm thay {name}" in text_of(task)


def test_who_does_not_stand_in_reads_nothing_of_it(given: World) -> None:
    browser = given.client(world.login_of(Role.CLERK, "own-agency"))
    assert "Ông/bà không làm thay ai" in text_of(browser.get("/lam-thay"))
    assert "Tôi làm thay" not in listed(browser.get("/viec"))


def test_what_a_substitute_did_names_both_in_the_history(given: World) -> None:
    command = CompleteTask(
        case=given.case, element="tham_tra", occurrence=1, answers={}
    )
    given.application.engine.execute(command, given.actor(DEPUTY))
    page = text_of(
        given.client(world.login_of(Role.AUDITOR, "own-position")).get(
            f"/ho-so/{given.case}"
        )
    )
    assert f"Người {DEPUTY} thay Người {HOLDER}" in page


def test_a_substitution_is_listed_and_ended(given: World) -> None:
    browser = given.client(ADMINISTRATOR)
    page = browser.get("/to-chuc/thay-the")
    assert f"Người {HOLDER}" in text_of(page)
    path = re.findall(r'href="(/to-chuc/thay-the/[^"]+/thoi)"', page.text)[0]
    assert send(browser, path, {"since": "20/11/2026"}).status_code == 303
    assert "Đã hết" in text_of(browser.get("/to-chuc/thay-the"))
    assert "Ông/bà không làm thay ai" in text_of(given.client(DEPUTY).get("/lam-thay"))


def test_nobody_stands_in_for_himself_and_days_run_forwards(here: World) -> None:
    browser = here.client(ADMINISTRATOR)
    own = send(browser, GIVE, WEEK | {"login": HOLDER})
    assert own.status_code == 409
    back = send(browser, GIVE, WEEK | {"until": "19/11/2026"})
    assert back.status_code == 422
    stranger = send(browser, GIVE, WEEK | {"login": "khong-co"})
    assert stranger.status_code == 422
    assert "Chưa ai làm thay ai" in text_of(browser.get("/to-chuc/thay-the"))


OLD: Final = world.id_of("agency", "handling").hex
NEW: Final = world.id_of("agency", "elsewhere").hex
ORDER: Final = {
    "dong": [OLD],
    "ke-tiep": [NEW],
    "tu-ngay": "20/11/2026",
    "van-ban": "1685/NQ",
}


def open_agency(here: World) -> bool:
    """Whether the agency that handles the case is open."""
    known = here.application.directory.organisation(world.HERE).agencies
    return known[UUID(OLD)].valid_to == date.max


def test_a_preview_counts_the_cases_and_says_what_finds_nobody(here: World) -> None:
    browser = here.client(ADMINISTRATOR)
    page = browser.get("/to-chuc/sap-xep", query_string=ORDER)
    text = text_of(page)
    assert page.status_code == 200
    assert re.search(r"[1-9]\d* hồ sơ đang giải quyết chuyển sang", text)
    assert "Thực hiện sắp xếp" in text
    assert open_agency(here)


def test_an_order_is_carried_out_and_asks_for_the_job(here: World) -> None:
    browser = here.client(ADMINISTRATOR)
    done = browser.post("/to-chuc/sap-xep", **ORDER)
    assert done.status_code == 303
    assert "/tac-vu/" in done.headers["Location"]
    assert not open_agency(here)
    page = text_of(browser.get("/to-chuc/sap-xep"))
    assert "1 hồ sơ đang giải quyết ở cơ quan đã kết thúc" in page
    while runner.Runner(here.application).once():
        pass
    page = text_of(browser.get("/to-chuc/sap-xep"))
    assert "đang giải quyết ở cơ quan đã kết thúc" not in page
    agencies = here.application.queries.case(here.actor(ADMINISTRATOR), str(here.case))
    assert agencies is not None
    assert agencies.agencies.handling == UUID(NEW)


def test_an_order_that_makes_no_sense_is_refused(here: World) -> None:
    browser = here.client(ADMINISTRATOR)
    done = browser.post("/to-chuc/sap-xep", **(ORDER | {"ke-tiep": [OLD]}))
    assert done.status_code == 409
    assert open_agency(here)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"dong": []}, "dong"),
        ({"ke-tiep": []}, "ke-tiep"),
        ({"van-ban": " "}, "van-ban"),
        ({"tu-ngay": "31/02/2027"}, "tu-ngay"),
        ({"tu-ngay": "12/2026"}, "tu-ngay"),
        ({"tu-ngay": "19/11/2026"}, "tu-ngay"),
    ],
)
def test_what_is_missing_in_an_order_is_told_beside_its_field(
    here: World, wrong: dict[str, object], field: str
) -> None:
    browser = here.client(ADMINISTRATOR)
    asked = ORDER | wrong
    for answer in (
        browser.get("/to-chuc/sap-xep", query_string=asked),
        browser.post("/to-chuc/sap-xep", **asked),
    ):
        page = answer.text
        assert answer.status_code == 422
        assert re.findall(r'class="field-error" id="(.+?)-loi"', page) == [field]
        assert f'href="#{field}"' in page
        assert "Thực hiện sắp xếp" not in page
        for name in ("tu-ngay", "van-ban"):
            assert f'name="{name}" type="text" value="{asked[name]}"' in page
        chosen = re.findall(r'name="(dong|ke-tiep)" value="(\w+)"[^>]* checked', page)
        ticked = [("dong", OLD), ("ke-tiep", NEW)]
        assert chosen == [one for one in ticked if one[0] != field]
    assert open_agency(here)


def renamed(here: World, since: date, name: str) -> None:
    """Call the agency that handles the case otherwise from a day on."""
    naming = Naming(since=since, name=name, document="12/QĐ-UBND")
    command = RenameAgency(agency=UUID(OLD), naming=naming)
    here.application.engine.execute(command, here.actor(ADMINISTRATOR))


def places(here: World) -> list[str]:
    """The agencies in the list of work, as its file names them."""
    text = here.client(HOLDER).get("/viec.csv").text.removeprefix("\ufeff")
    heads, *rows = csv.reader(io.StringIO(text))
    return [row[heads.index("Đơn vị")] for row in rows]


def test_lists_show_what_an_agency_is_called_today(here: World) -> None:
    old, new = "Cơ quan handling", "Phòng Kinh tế"
    renamed(here, date(2026, 11, 21), new)
    task = f"/viec/{here.case}/tham_tra/1"
    assert places(here) == [old]
    assert old in text_of(here.client(HOLDER).get(task))
    here.clock.move(days=1)
    assert places(here) == [new]
    browser = here.client(HOLDER)
    assert new in text_of(browser.get(task))
    assert old not in text_of(browser.get(task))
    assert new in text_of(browser.get(f"/ho-so/{here.case}"))


def test_what_was_done_before_a_rename_keeps_the_name_of_its_day(here: World) -> None:
    command = CompleteTask(case=here.case, element="tham_tra", occurrence=1, answers={})
    here.application.engine.execute(command, here.actor(HOLDER))
    renamed(here, date(2026, 11, 21), "Phòng Kinh tế")
    here.clock.move(days=1)
    page = text_of(here.client(HOLDER).get(f"/ho-so/{here.case}"))
    assert "Cơ quan handling" in page


THERE: Final = world.id_of("agency", "receiving").hex
#: An order that splits the agency: two follow it.
SPLIT: Final = ORDER | {"ke-tiep": [NEW, THERE]}
#: What does the same work in the first that follows, and what does other work.
ALIKE: Final = world.id_of("position", DEPUTY)
OTHER: Final = world.id_of("position", world.login_of(Role.CLERK, "other-agency"))
CHOSEN: Final = re.compile(
    rf'<option value="{POSITION.hex}:([0-9a-f]*)" selected>([^<]*)<'
)


def follows(here: World) -> UUID | None:
    """Which position takes the place of the clerk's."""
    known = here.application.directory.organisation(world.HERE).positions
    return known[POSITION].successor


def test_a_split_suggests_what_does_the_same_work_and_offers_the_rest(
    here: World,
) -> None:
    page = here.client(ADMINISTRATOR).get("/to-chuc/sap-xep", query_string=SPLIT)
    found = CHOSEN.search(page.text)
    assert found is not None
    known = here.application.directory.organisation(world.HERE).positions
    assert known[UUID(found[1])].performers == known[POSITION].performers
    assert f"{POSITION.hex}:{OTHER.hex}" in page.text
    assert f"(không làm: {world.EXAMINER})" in html.unescape(page.text)
    assert open_agency(here)


@pytest.mark.parametrize("chosen", [ALIKE, OTHER, None])
def test_the_pair_that_was_chosen_is_carried_out(
    here: World, chosen: UUID | None
) -> None:
    browser = here.client(ADMINISTRATOR)
    pair = f"{POSITION.hex}:{chosen.hex if chosen else ''}"
    done = browser.post("/to-chuc/sap-xep", **SPLIT, **{"vi-tri": [pair]})
    assert done.status_code == 303
    assert not open_agency(here)
    assert follows(here) == chosen


def test_looking_again_at_other_pairs_keeps_them_and_does_nothing(here: World) -> None:
    browser = here.client(ADMINISTRATOR)
    pair = {"vi-tri": [f"{POSITION.hex}:{OTHER.hex}"], "xem": "1"}
    page = browser.post("/to-chuc/sap-xep", **SPLIT, **pair)
    assert page.status_code == 200
    found = CHOSEN.search(page.text)
    assert found is not None
    assert found[1] == OTHER.hex
    assert open_agency(here)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        # Not where the work goes; nowhere; no id at all.
        (world.id_of("position", ADMINISTRATOR).hex, 409),
        (UUID(int=7).hex, 404),
        ("../../x", 404),
    ],
)
def test_a_pair_that_makes_no_sense_is_refused(
    here: World, wrong: str, status: int
) -> None:
    pair = {"vi-tri": [f"{POSITION.hex}:{wrong}"]}
    done = here.client(ADMINISTRATOR).post("/to-chuc/sap-xep", **SPLIT, **pair)
    assert done.status_code == status
    assert open_agency(here)


def test_what_an_empty_choice_means_is_said_once_below_the_label(here: World) -> None:
    page = listed(here.client(ADMINISTRATOR).get(GIVE))
    assert "Chỉ với các thủ tục này (không bắt buộc)" in page
    assert "Không chọn mục nào: tất cả." in page
