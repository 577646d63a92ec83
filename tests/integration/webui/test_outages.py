"""Outages on the pages: declared, told to everybody at work, ended; blank forms."""

import io
import json
import re
from datetime import timedelta
from typing import Any, Final

import pypdf
import pytest

from engine.commands.declare_outage import DeclareOutage
from engine.domain.organisation import Role
from engine.domain.paper_forms import SETS
from engine.evidence import record
from storage.database import count_statements
from tests.integration.webui import world
from tests.integration.webui.world import World
from webui import blanks

ADMINISTRATOR: Final = world.login_of(Role.ADMINISTRATOR, "unrelated")
AUDITOR: Final = world.login_of(Role.AUDITOR, "unrelated")
CLERK: Final = world.login_of(Role.CLERK, "own-position")
FOREIGNER: Final = world.login_of(Role.CLERK, "other-tenant")
DECLARE: Final = "/to-chuc/su-co/khai-bao"
SAID: Final = "Đang có sự cố từ 20/11/2026 08:30: Mất điện toàn xã"
OUTAGE: Final = {
    "f.since_day": "20/11/2026",
    "f.since_time": "08:30",
    "f.reason": "Mất điện toàn xã",
    "f.document": "12/TB-UBND",
}


def declare(here: World, **more: str) -> int:
    browser = here.client(ADMINISTRATOR)
    return browser.post(DECLARE, key="1" * 32, **{**OUTAGE, **more}).status_code


def printed(here: World) -> list[dict[str, Any]]:
    with here.application.database.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT body FROM event WHERE type = 'paper.printed' ORDER BY at, seq"
        ).all()
    bodies: list[dict[str, Any]] = [dict(record.parse(row[0])) for row in rows]
    return [dict(one["facts"]) for one in bodies]


def test_whoever_works_reads_of_an_outage_as_long_as_it_goes_on(here: World) -> None:
    assert "Đang có sự cố" not in here.client(CLERK).get("/viec").text
    assert declare(here) == 303
    page = here.client(CLERK).get("/viec").text
    assert SAID in page
    assert 'href="/giay-to/mau-trong"' in page
    administrator = here.client(ADMINISTRATOR)
    listed = administrator.get("/to-chuc/su-co").text
    assert "Mất điện toàn xã" in listed
    assert "12/TB-UBND" in listed
    found = re.search(r"/to-chuc/su-co/[0-9a-f-]+/ket-thuc", listed)
    assert found is not None
    ended = {"f.until_day": "20/11/2026", "f.until_time": "09:00"}
    assert administrator.post(found[0], key="2" * 32, **ended).status_code == 303
    assert "Đang có sự cố" not in here.client(CLERK).get("/viec").text
    assert "20/11/2026 09:00" in administrator.get("/to-chuc/su-co").text
    # It is over: there is nothing left to end.
    assert administrator.get(found[0]).status_code == 404
    assert administrator.post(found[0], key="3" * 32, **ended).status_code == 409


def test_the_people_of_another_tenant_are_told_nothing(here: World) -> None:
    declare(here)
    assert "Đang có sự cố" not in here.client(FOREIGNER).get("/viec").text


def test_an_outage_that_is_over_is_declared_with_its_end_and_told_to_nobody(
    here: World,
) -> None:
    over = {"f.until_day": "20/11/2026", "f.until_time": "8h45"}
    assert declare(here, **over) == 303
    assert "Đang có sự cố" not in here.client(CLERK).get("/viec").text
    assert "20/11/2026 08:45" in here.client(AUDITOR).get("/to-chuc/su-co").text


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"f.since_time": "25:00"}, 422, "Nhập giờ và phút, ví dụ 09:10."),
        ({"f.until_time": "08:45"}, 422, "Nhập cả ngày."),
        ({"f.until_day": "20/11/2026"}, 422, "Nhập giờ và phút, ví dụ 09:10."),
        ({"f.document": ""}, 422, ""),
        ({"f.reason": ""}, 422, ""),
        ({"f.since_time": "23:00"}, 409, ""),
        ({"f.until_day": "20/11/2026", "f.until_time": "08:00"}, 409, ""),
    ],
)
def test_what_is_no_outage_is_refused_and_keeps_what_was_typed(
    here: World, wrong: dict[str, str], status: int, said: str
) -> None:
    browser = here.client(ADMINISTRATOR)
    answer = browser.post(DECLARE, key="1" * 32, **{**OUTAGE, **wrong})
    assert answer.status_code == status
    assert said in answer.text
    for value in {**OUTAGE, **wrong}.values():
        assert f'value="{value}"' in answer.text
    assert "Chưa khai báo sự cố nào." in browser.get("/to-chuc/su-co").text


def test_an_auditor_looks_at_outages_and_declares_none(here: World) -> None:
    page = here.client(AUDITOR).get("/to-chuc/su-co").text
    assert "Chưa khai báo sự cố nào." in page
    assert DECLARE not in page


@pytest.mark.parametrize(
    ("forms", "kind"),
    [(one.name, kind.value) for one in SETS for kind in blanks.kinds_of(one)],
)
def test_a_blank_form_is_printed_for_ones_agency_and_recorded(
    here: World, forms: str, kind: str
) -> None:
    agency = world.id_of("agency", "handling").hex
    path = f"/giay-to/mau-trong/{forms}/{kind}"
    assert path in here.client(CLERK).get("/giay-to/mau-trong").text
    answer = here.client(CLERK).post(path, **{"co-quan": agency})
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    text = pypdf.PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    assert "CƠ QUAN HANDLING" in text
    (told,) = printed(here)
    assert (told["paper"], told["set"], told["agency"]) == (kind, forms, agency)
    assert told["blank"] is True
    assert "number" not in told
    assert json.dumps(told).count("case") == 0


@pytest.mark.parametrize(
    "path",
    ["tt-99-2099/slip", "tt-01-2018/stop", "tt-03-2025/refusal", "tt-03-2025/book"],
)
def test_a_form_that_has_no_blank_is_not_found(here: World, path: str) -> None:
    browser = here.client(CLERK)
    assert f"/giay-to/mau-trong/{path}" not in browser.get("/giay-to/mau-trong").text
    assert browser.post(f"/giay-to/mau-trong/{path}").status_code == 404


def test_the_page_says_once_why_the_set_of_2018_has_no_notice_of_stopping(
    here: World,
) -> None:
    page = here.client(CLERK).get("/giay-to/mau-trong").text
    assert page.count("không có mẫu thông báo dừng giải quyết hồ sơ") == 1


def test_blank_forms_of_a_foreign_agency_are_not_found(here: World) -> None:
    foreign = {"co-quan": world.id_of("agency", "elsewhere").hex}
    path = "/giay-to/mau-trong/tt-03-2025/slip"
    assert here.client(CLERK).post(path, **foreign).status_code == 404
    assert printed(here) == []


def test_what_another_process_declares_is_told_within_five_seconds(
    here: World,
) -> None:
    browser = here.client(CLERK)
    assert "Đang có sự cố" not in browser.get("/viec").text
    command = DeclareOutage(
        begins=here.clock.now() - timedelta(minutes=5),
        ends=None,
        reason="Mất điện toàn xã",
        document="12/TB-UBND",
    )
    here.application.engine.execute(command, here.actor(ADMINISTRATOR))
    here.clock.move(seconds=5)
    assert "Đang có sự cố" in browser.get("/viec").text


def test_pages_ask_for_the_outage_once_in_five_seconds(here: World) -> None:
    browser = here.client(CLERK)
    browser.get("/viec")
    counts = []
    for seconds in (6, 1, 6):
        here.clock.move(seconds=seconds)
        with count_statements(here.application.database) as counted:
            browser.get("/viec")
        counts.append(counted.statements)
    assert counts[0] == counts[1] + 1 == counts[2]
