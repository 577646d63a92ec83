"""Waits that were begun and ended on paper, entered on their pages."""

import io
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import pytest

from engine.domain.organisation import Role
from engine.evidence import record
from tests.integration.webui import test_clock_pages, world
from tests.integration.webui.test_clock_pages import MISSING
from tests.integration.webui.world import World

CLERK: Final = world.login_of(Role.CLERK, "own-position")
case = test_clock_pages.case
PANEL: Final = 'id="lam-tren-giay"'
PAGES: Final = ("yeu-cau-bo-sung", "yeu-cau-nop", "hoi-co-quan")
ENDS: Final = {
    "yeu-cau-bo-sung": ("da-bo-sung", MISSING, {"f.note": "Đủ"}),
    "yeu-cau-nop": (
        "da-nop",
        {"f.amount": "8000", "f.reason": "Lệ phí"},
        {"f.amount": "8000", "f.channel": "counter", "f.receipt": "BL-1"},
    ),
    "hoi-co-quan": (
        "co-quan-tra-loi",
        {"f.agency": "Công an", "f.letter": "1/CV", "f.question": "Có đúng không?"},
        {"f.wait": "agency:1", "f.letter": "2/CV", "f.answer": "Đúng"},
    ),
}


def hand(login: str = CLERK) -> str:
    account, position = world.id_of("account", login), world.id_of("position", login)
    return f"{account.hex}.{position.hex}"


def sheet(time: str, **more: str) -> dict[str, str]:
    told = {"giay-ngay": "20/11/2026", "giay-gio": time, "giay-nguoi": hand()}
    return {**told, "giay-vi-sao": "Mất mạng", **more}


def last(here: World, case: UUID) -> dict[str, object]:
    """What the last event says."""
    with here.application.store.read(world.HERE) as uow:
        found = uow.cases.get(case)
        body = uow.history.read(found.id, found.month)[-1].body
    told = record.parse(body)["facts"]
    assert isinstance(told, dict)
    return {**told}


@pytest.mark.parametrize("page", PAGES)
def test_a_wait_begins_and_ends_when_the_sheets_say(
    here: World, case: UUID, page: str
) -> None:
    browser, (ends, asks, answers) = here.client(CLERK), ENDS[page]
    here.clock.move(minutes=25)
    base = f"/ho-so/{case}"
    assert PANEL in browser.get(f"{base}/{page}").text
    sent = browser.post(f"{base}/{page}", key="1", **asks, **sheet("9h15"))
    assert sent.status_code == 303
    begun = last(here, case)["paper"]
    assert PANEL in browser.get(f"{base}/{ends}").text
    sent = browser.post(f"{base}/{ends}", key="2", **answers, **sheet("9h20"))
    assert sent.status_code == 303
    for told, minute in ((begun, 15), (last(here, case)["paper"], 20)):
        assert isinstance(told, dict)
        at = datetime(2026, 11, 20, 2, minute, tzinfo=UTC)
        assert datetime.fromisoformat(told["at"]) == at
        assert told["why"] == "Mất mạng"
    said = "Làm trên giấy lúc 09:20 ngày 20/11/2026"
    assert said in browser.get(f"{base}/lich-su").text


def test_done_on_the_screen_no_sheet_is_told_of(here: World, case: UUID) -> None:
    browser = here.client(CLERK)
    assert browser.post(f"/ho-so/{case}/yeu-cau-bo-sung", **MISSING).status_code == 303
    assert "paper" not in last(here, case)


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"giay-gio": ""}, 422, "Nhập giờ đã làm, ví dụ 09:10."),
        ({"giay-nguoi": ""}, 422, "Chọn người đã làm trên giấy."),
        ({"giay-vi-sao": ""}, 409, "Hãy ghi lý do làm trên giấy."),
        ({"giay-gio": "23:59"}, 409, ""),
    ],
)
def test_half_a_sheet_begins_no_wait_and_stands_there_again(
    here: World, case: UUID, wrong: dict[str, str], status: int, said: str
) -> None:
    browser = here.client(CLERK)
    here.clock.move(minutes=25)
    told = {**sheet("9h15"), **wrong}
    answer = browser.post(f"/ho-so/{case}/yeu-cau-bo-sung", **MISSING, **told)
    assert answer.status_code == status
    assert said in answer.text
    assert MISSING["f.missing"] in answer.text
    assert f'value="{told["giay-gio"]}"' in answer.text
    assert "Đang chờ bổ sung" not in browser.get(f"/ho-so/{case}").text


def test_the_scan_becomes_a_file_of_the_case(here: World, case: UUID) -> None:
    browser = here.client(CLERK)
    here.clock.move(minutes=25)
    scan = (io.BytesIO(b"%PDF-1.7 to giay"), "to-1.pdf")
    sent = browser.post(
        f"/ho-so/{case}/yeu-cau-bo-sung",
        **MISSING,
        **sheet("9h15"),
        **{"f.quet_ban_giay": scan},
    )
    assert sent.status_code == 303
    files = here.application.attachments.of_case(world.HERE, case)
    told = last(here, case)["paper"]
    assert isinstance(told, dict)
    assert files[told["scan"]][0] == "to-1.pdf"


def test_the_box_for_causes_says_that_it_is_not_for_names(
    here: World, case: UUID
) -> None:
    page = here.client(CLERK).get(f"/ho-so/{case}/yeu-cau-bo-sung").text
    assert "không ghi tên người" in page
