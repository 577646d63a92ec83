"""Orders, more time, fees and answers on paper, entered on their pages."""

import io
import re
from typing import Any, Final
from uuid import UUID

import pytest

from engine.domain.organisation import Role
from tests.integration.webui import test_clock_pages, world
from tests.integration.webui.test_on_paper import hand
from tests.integration.webui.test_waits_on_paper import CLERK, PANEL, last, sheet
from tests.integration.webui.world import World

SUPERVISOR: Final = world.login_of(Role.SUPERVISOR, "own-position")
case = test_clock_pages.case
REASON: Final = {"f.reason": "Bà Hoa đã bán nhà"}
ORDER: Final = {**REASON, "f.basis": "Điều 9", "f.document": "12/QĐ"}
TIME: Final = {"f.span": "2", "f.unit": "working-day", **REASON}
FEE: Final = {"f.name": "Lệ phí", "f.amount": "8000", "f.channel": "counter"}


def ordered(time: str, **more: str) -> dict[str, str]:
    """A sheet that a supervisor signed."""
    return sheet(time, **{"giay-nguoi": hand(SUPERVISOR), **more})


def send(here: World, login: str, address: str, **told: Any) -> None:
    answer = here.client(login).post(address, **told)
    assert answer.status_code == 303, address


def at(here: World, case: UUID) -> object:
    """The real instant of the last event."""
    paper = last(here, case)["paper"]
    assert isinstance(paper, dict)
    return paper["at"]


def test_a_suspension_begins_and_ends_when_the_sheets_say(
    here: World, case: UUID
) -> None:
    here.clock.move(minutes=25)
    base = f"/ho-so/{case}"
    assert PANEL in here.client(SUPERVISOR).get(f"{base}/tam-dung").text
    send(here, SUPERVISOR, f"{base}/tam-dung", key="1", **ORDER, **ordered("9h15"))
    assert at(here, case) == "2026-11-20T02:15:00.000000Z"
    assert PANEL in here.client(SUPERVISOR).get(f"{base}/tiep-tuc").text
    send(here, SUPERVISOR, f"{base}/tiep-tuc", key="2", **REASON, **ordered("9h20"))
    assert at(here, case) == "2026-11-20T02:20:00.000000Z"
    said = "Làm trên giấy lúc 09:20 ngày 20/11/2026"
    assert said in here.client(SUPERVISOR).get(f"{base}/lich-su").text


def test_stopping_asks_once_more_with_what_the_sheet_says(
    here: World, case: UUID
) -> None:
    here.clock.move(minutes=25)
    browser, address = here.client(SUPERVISOR), f"/ho-so/{case}/dung-giai-quyet"
    assert PANEL in browser.get(address).text
    scan = (io.BytesIO(b"%PDF-1.7 to giay"), "quyet-dinh.pdf")
    page = browser.post(
        address, **ORDER, **ordered("9h15"), **{"f.quet_ban_giay": scan}
    )
    assert page.status_code == 200
    assert "09:15 ngày 20/11/2026" in page.text
    inputs = re.findall(
        r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text
    )
    carried = {name: value for name, value in inputs if name != "csrf_token"}
    assert carried["giay-gio"] == "9h15"
    assert carried["confirmed"] == "1"
    send(here, SUPERVISOR, address, **carried)
    assert at(here, case) == "2026-11-20T02:15:00.000000Z"
    told = last(here, case)["paper"]
    assert isinstance(told, dict)
    files = here.application.attachments.of_case(world.HERE, case)
    assert files[told["scan"]][0] == "quyet-dinh.pdf"


@pytest.mark.parametrize("page", ["dung-giai-quyet", "tam-dung", "gia-han"])
def test_half_a_sheet_orders_nothing_and_stands_there_again(
    here: World, case: UUID, page: str
) -> None:
    here.clock.move(minutes=25)
    typed = TIME if page == "gia-han" else ORDER
    told = ordered("9h15", **{"giay-nguoi": ""})
    answer = here.client(SUPERVISOR).post(f"/ho-so/{case}/{page}", **typed, **told)
    assert answer.status_code == 422
    assert "Chọn người đã làm trên giấy." in answer.text
    assert 'value="9h15"' in answer.text
    assert REASON["f.reason"] in answer.text


def test_more_time_is_asked_for_by_who_works_and_given_by_who_supervises(
    here: World, case: UUID
) -> None:
    here.clock.move(minutes=25)
    base = f"/ho-so/{case}"
    asks = here.client(CLERK).get(f"{base}/xin-gia-han").text
    assert PANEL in asks
    assert hand() in asks
    gives = here.client(SUPERVISOR).get(f"{base}/gia-han").text
    assert hand(SUPERVISOR) in gives
    assert hand() not in gives
    send(here, CLERK, f"{base}/xin-gia-han", key="1", **TIME, **sheet("9h15"))
    refuses = here.client(SUPERVISOR).get(f"{base}/khong-gia-han").text
    assert PANEL in refuses
    send(here, SUPERVISOR, f"{base}/gia-han", key="2", **TIME, **ordered("9h20"))
    assert at(here, case) == "2026-11-20T02:20:00.000000Z"
    account = world.id_of("account", SUPERVISOR).hex
    assert last(here, case)["approver"] == account


def test_a_fee_is_paid_when_the_sheet_says(here: World, case: UUID) -> None:
    here.clock.move(minutes=25)
    address = f"/ho-so/{case}/ghi/nop-phi"
    page = here.client(CLERK).get(address).text
    assert PANEL in page
    # Of what nobody asked for the page may want the reason.
    why = {"f.reason": "Nộp trước"} if 'name="f.reason"' in page else {}
    send(here, CLERK, address, **FEE, **why, **sheet("9h15"))
    assert at(here, case) == "2026-11-20T02:15:00.000000Z"


@pytest.mark.parametrize("page", ["rut", "ghi/giay-to", "ghi/xin-rut"])
def test_what_is_not_done_on_paper_offers_no_sheet(
    here: World, case: UUID, page: str
) -> None:
    assert PANEL not in here.client(CLERK).get(f"/ho-so/{case}/{page}").text


def test_who_worked_after_an_order_is_told_in_words(here: World, case: UUID) -> None:
    here.clock.move(minutes=10)
    asked = {"f.amount": "8000", "f.reason": "Lệ phí"}
    send(here, CLERK, f"/ho-so/{case}/yeu-cau-nop", **asked)
    here.clock.move(minutes=15)
    told = ordered("9h06")
    answer = here.client(SUPERVISOR).post(
        f"/ho-so/{case}/dung-giai-quyet", **ORDER, **told, confirmed="1"
    )
    assert answer.status_code == 409
    assert "vẫn có người giải quyết hồ sơ này" in answer.text
