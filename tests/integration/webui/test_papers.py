"""Papers on the pages: what can be printed, numbers that stay, prints that are told."""

import io
import json
import re
from typing import Any, Final
from uuid import UUID

import pypdf
import pytest
from werkzeug.test import TestResponse

from engine.commands.ask_outside import RequestSupplement
from engine.commands.end_case import StopCase
from engine.commands.extend_deadline import ExtendDeadline
from engine.commands.number_paper import NumberPaper
from engine.commands.open_case import OpenCase
from engine.domain.model import TimeLimit
from engine.domain.organisation import Role
from engine.domain.paper_forms import Kind
from engine.errors import ConfigurationError, NotAllowedError, NotReadyError
from engine.evidence import record
from tests.integration.webui import world
from tests.integration.webui.world import World
from webui.documents import typesetting

DESK: Final = world.login_of(Role.CLERK, "other-agency")
CLERK: Final = world.login_of(Role.CLERK, "own-position")
SUPERVISOR: Final = world.login_of(Role.SUPERVISOR, "supervised")
AUDITOR: Final = world.login_of(Role.AUDITOR, "own-agency")


def text_of(answer: TestResponse) -> str:
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def events(here: World, kind: str) -> list[dict[str, Any]]:
    with here.application.database.read() as connection:
        rows = connection.exec_driver_sql(
            f"SELECT body FROM event WHERE type = '{kind}' ORDER BY at, seq"  # noqa: S608
        ).all()
    bodies: list[dict[str, Any]] = [dict(record.parse(row[0])) for row in rows]
    return [dict(one["facts"]) for one in bodies]


def open_more(here: World, *, times: int = 1) -> list[str]:
    command = OpenCase(procedure="thu_tuc", data={}, agencies=world.case_agencies())
    execute = here.application.engine.execute
    opened = (execute(command, here.actor(DESK))["case"] for _ in range(times))
    return [str(UUID(str(one))) for one in opened]


def test_a_receipt_gets_its_number_when_it_is_printed_first_and_keeps_it(
    here: World,
) -> None:
    path = f"/ho-so/{here.case}/giay-to/receipt/1"
    first = text_of(here.client(DESK).post(path))
    here.clock.move(hours=30)
    second = text_of(here.client(CLERK).post(path))
    assert "Số: 1/TNHS" in first
    assert "ngày 20 tháng 11 năm 2026" in first
    assert "09 giờ 05 phút, ngày 20 tháng 11 năm 2026" in first
    assert "CƠ QUAN RECEIVING" in first
    assert first == second
    assert [one["number"] for one in events(here, "paper.numbered")] == [1]


def test_numbers_count_up_for_each_agency_year_and_kind(here: World) -> None:
    for case in open_more(here, times=2):
        text_of(here.client(DESK).post(f"/ho-so/{case}/giay-to/receipt/1"))
    here.clock.move(days=45)
    later = f"/ho-so/{open_more(here)[0]}/giay-to/receipt/1"
    assert "Số: 1/TNHS" in text_of(here.client(DESK).post(later))
    told = [(one["year"], one["number"]) for one in events(here, "paper.numbered")]
    assert told == [(2026, 1), (2026, 2), (2027, 1)]


def test_each_print_is_told_with_form_set_and_number(here: World) -> None:
    for _ in range(2):
        here.client(DESK).post(f"/ho-so/{here.case}/giay-to/receipt/1")
    here.client(CLERK).post(f"/ho-so/{here.case}/giay-to/slip/1")
    told = events(here, "paper.printed")
    assert [(one["paper"], one["form"], one.get("number")) for one in told] == [
        ("receipt", "01", 1),
        ("receipt", "01", 1),
        ("slip", "06", None),
    ]
    assert {one["set"] for one in told} == {"tt-03-2025"}


def test_the_page_says_which_papers_there_are_and_why_not_others(here: World) -> None:
    page = here.client(CLERK).get(f"/ho-so/{here.case}/giay-to").text
    assert "Thông tư số 03/2025/TT-VPCP" in page
    assert "Chưa có lần yêu cầu bổ sung nào." in page
    assert "Ngày hẹn trả chưa được gia hạn." in page
    assert page.count('target="_blank"') == 2
    ask = RequestSupplement(case=here.case, missing="Bản vẽ", reason="Thiếu bản vẽ")
    here.application.engine.execute(ask, here.actor(CLERK))
    page = here.client(CLERK).get(f"/ho-so/{here.case}/giay-to").text
    assert "Chưa có lần yêu cầu bổ sung nào." not in page
    assert page.count('target="_blank"') == 3


def test_a_request_for_a_supplement_and_a_stop_print_what_was_entered(
    here: World,
) -> None:
    execute = here.application.engine.execute
    ask = RequestSupplement(
        case=here.case, missing="Bản vẽ có chữ ký\nĐơn ghi ngày", reason="Thiếu bản vẽ"
    )
    execute(ask, here.actor(CLERK))
    path = f"/ho-so/{here.case}/giay-to"
    asked = text_of(here.client(CLERK).post(f"{path}/supplement/2"))
    assert "1. Bản vẽ có chữ ký" in asked
    assert "2. Đơn ghi ngày" in asked
    assert "Số: 1/HDHS" in asked
    assert "CƠ QUAN HANDLING" in asked
    stop = StopCase(
        case=here.case,
        reason="Không bổ sung",
        basis="Điều 21",
        document="TB 7 ngày 20/11/2026",
    )
    execute(stop, here.actor(SUPERVISOR))
    number = len(
        json.loads(here.client(CLERK).get(path[:-8] + "/lich-su.json").text)["events"]
    )
    stopped = text_of(here.client(CLERK).post(f"{path}/stop/{number}"))
    assert "Căn cứ Điều 21 và TB 7 ngày 20/11/2026" in stopped
    assert "Thẩm tra hồ sơ" in stopped
    assert "Lý do: Không bổ sung" in stopped


def test_a_request_for_a_supplement_asks_its_rule_and_by_when(here: World) -> None:
    browser, path = here.client(CLERK), f"/ho-so/{here.case}"
    typed = {
        "f.missing": "Bản vẽ",
        "f.reason": "Thiếu",
        "f.basis": "khoản 2 Điều 17",
        "f.until": "19/11/2026",
    }
    early = browser.post(f"{path}/yeu-cau-bo-sung", **typed)
    assert early.status_code == 409
    assert "Ngày phải bổ sung xong sớm hơn ngày yêu cầu." in early.text
    assert 'value="khoản 2 Điều 17"' in early.text
    typed["f.until"] = "27/11/2026"
    assert browser.post(f"{path}/yeu-cau-bo-sung", **typed).status_code == 303
    asked = text_of(browser.post(f"{path}/giay-to/supplement/2"))
    assert "Căn cứ: khoản 2 Điều 17" in asked
    assert "Bổ sung chậm nhất ngày: 27/11/2026" in asked


@pytest.mark.parametrize("what", ["supplement/1", "receipt/2", "book/1", "letter/1"])
def test_a_paper_that_a_case_has_not_is_not_found(here: World, what: str) -> None:
    answer = here.client(CLERK).post(f"/ho-so/{here.case}/giay-to/{what}")
    assert answer.status_code == 404
    assert events(here, "paper.numbered") == []
    assert events(here, "paper.printed") == []


def test_only_who_prints_papers_of_the_case_numbers_them(here: World) -> None:
    command = NumberPaper(case=here.case, kind=Kind.RECEIPT, about=1)
    with pytest.raises(NotAllowedError):
        here.application.engine.execute(command, here.actor(AUDITOR))
    slip = NumberPaper(case=here.case, kind=Kind.SLIP, about=1)
    with pytest.raises(NotReadyError) as refused:
        here.application.engine.execute(slip, here.actor(CLERK))
    assert refused.value.code == "no-number"
    assert events(here, "paper.numbered") == []


def test_the_receipts_of_a_day_are_one_file_in_the_order_of_receipt(
    here: World,
) -> None:
    here.clock.move(minutes=5)
    open_more(here, times=2)
    agency = world.id_of("agency", "receiving").hex
    answer = here.client(DESK).post(
        "/giay-to/giay-tiep-nhan", **{"co-quan": agency, "ngay": "2026-11-20"}
    )
    assert len(pypdf.PdfReader(io.BytesIO(answer.data)).pages) == 3
    told = text_of(answer)
    places = [told.index(f"Số: {number}/TNHS") for number in (1, 2, 3)]
    assert places == sorted(places)
    assert len(events(here, "paper.printed")) == 3


def test_one_name_that_cannot_be_printed_spoils_neither_the_day_nor_the_book(
    here: World,
) -> None:
    command = OpenCase(
        procedure="thu_tuc",
        data={"ho_ten": "王小明 \U0001f600 \uf0b7"},
        agencies=world.case_agencies(),
    )
    here.application.engine.execute(command, here.actor(DESK))
    days = {"ngay": "2026-11-20", "tu": "2026-11-20", "den": "2026-11-20"}
    sent = {"co-quan": world.id_of("agency", "receiving").hex, **days}
    for path in ("/giay-to/giay-tiep-nhan", "/giay-to/so-theo-doi"):
        assert text_of(here.client(DESK).post(path, **sent))
    assert [one["number"] for one in events(here, "paper.numbered")] == [1, 2]


def test_a_paper_that_cannot_be_made_says_that_its_number_stays(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise ConfigurationError(code="not-set")

    path = f"/ho-so/{here.case}/giay-to/receipt/1"
    with monkeypatch.context() as patch:
        patch.setattr(typesetting, "_set", broken)
        answer = here.client(DESK).post(path)
    assert answer.status_code == 500
    assert "Không có gì được lưu" not in answer.text
    assert "số đã cấp cho giấy tờ được giữ lại" in answer.text
    assert "Số: 1/TNHS" in text_of(here.client(DESK).post(path))


def test_a_book_is_of_an_agency_where_one_works(here: World) -> None:
    here.client(DESK).post(f"/ho-so/{here.case}/giay-to/receipt/1")
    own = world.id_of("agency", "receiving").hex
    days = {"tu": "2026-01-01", "den": "2026-11-20"}
    answer = here.client(DESK).post("/giay-to/so-theo-doi", **{"co-quan": own}, **days)
    told = text_of(answer)
    assert "SỔ THEO DÕI HỒ SƠ" in told
    assert "Quyển số: 2026 – từ ngày 01/01/2026 đến ngày 20/11/2026 – 1 hồ sơ" in told
    assert "09:05 20/11/2026" in told
    assert events(here, "paper.printed")[-1]["rows"] == 1
    other = world.id_of("agency", "elsewhere").hex
    refused = here.client(DESK).post(
        "/giay-to/so-theo-doi", **{"co-quan": other}, **days
    )
    assert refused.status_code == 404
    turned = here.client(DESK).post(
        "/giay-to/so-theo-doi",
        **{"co-quan": own, "tu": "2026-11-20", "den": "2026-11-01"},
    )
    assert turned.status_code == 422
    assert re.findall(r'class="field-error" id="(.+?)-loi"', turned.text) == ["den"]
    assert 'name="den" type="text" value="01/11/2026"' in turned.text
    later = here.client(DESK).get("/giay-to?ngay=21/11/2026")
    assert re.findall(r'class="field-error" id="(.+?)-loi"', later.text) == ["ngay"]
    assert "Tiếp nhận ngày 20/11/2026" in later.text


def test_an_apology_without_a_promise_is_not_offered(here: World) -> None:
    extend = ExtendDeadline(
        case=here.case, by=TimeLimit(3, "working-day"), reason="Chờ", letter="3/XLGH"
    )
    with pytest.raises(NotReadyError):
        here.application.engine.execute(extend, here.actor(SUPERVISOR))
    page = here.client(CLERK).get(f"/ho-so/{here.case}/giay-to").text
    assert "Ngày hẹn trả chưa được gia hạn." in page
