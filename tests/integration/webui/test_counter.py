"""At the counter: what is asked, sent back, told, handed over, looked up and rated."""

import hashlib
import io
import re
from typing import Any, Final
from uuid import UUID

import pypdf
import pytest

from engine.commands.end_case import StopCase
from engine.domain.organisation import Role
from engine.queries import CaseFilter
from tests.integration.webui import world
from tests.integration.webui.test_procedures import CLERK, in_force
from tests.integration.webui.world import World
from webui import papers

PAGE: Final = "/quy-trinh/2.000908/mo"
ASKED: Final[dict[str, Any]] = {
    "channel": "direct",
    "sets": "1",
    "submitter": "owner",
    "collect": "post",
    "tp-0-co": "1",
    "tp-0-loai": "copy",
    "tp-0-so": "2",
    "tp-0-so-hoa": "1",
    "tp-0-nguon": "store",
    "dia_chi": "12 Trần Phú",
}


#: A result that is recorded before its steps are done.
RESULT: Final[dict[str, Any]] = {
    "f.number": "12/BS",
    "f.date": "20/11/2026",
    "f.form": "paper",
    "f.reason": "Đã ký trên giấy khi mất mạng",
}
PDF: Final = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
#: The answers of the start form, as a scenario of the procedure gives them.
ANSWERS: Final[dict[str, Any]] = {
    "f.ho_ten": "Nguyễn Thị Đượm",
    "f.so_dinh_danh": "001085012345",
    "f.dien_thoai": "0912345678",
    "f.dia_chi": "12 Trần Phú",
    "f.loai_giay_to": "van_bang",
    "f.thong_tin_giay_to": "Bằng tốt nghiệp năm 2003",
    "f.so_ban_sao": "2",
}


@pytest.fixture
def filled(here: World) -> dict[str, Any]:
    """Everything that the desk types for one dossier."""
    in_force(here)
    return ASKED | ANSWERS


def received(here: World, filled: dict[str, Any], **more: str) -> tuple[UUID, str]:
    """Receive it and go to the next; give the case and its look-up code."""
    browser = here.client(CLERK)
    answer = browser.post(PAGE, **filled, then="next", key="the form", **more)
    assert answer.status_code == 303, answer.text
    case = UUID(answer.location.partition("da-nhan=")[2])
    page = browser.get(answer.location).text
    code = re.search(r"Mã tra cứu: <b>([2-9A-Z]{8})</b>", page)
    assert code is not None
    again = browser.get(answer.location).text
    assert "Mã tra cứu: <b>" not in again, "it is shown once"
    return case, code[1]


def test_the_desk_asks_the_documents_of_the_procedure(
    here: World, filled: dict[str, Any]
) -> None:
    case, _ = received(here, filled)
    page = here.client(CLERK).get(f"/ho-so/{case}/thong-tin").text
    assert "Lấy từ kho dữ liệu" in page
    assert re.search(r'<td data-label="Số lượng">2</td>', page)
    assert "Được tiếp nhận (2)" in page


def test_nothing_is_ticked_as_brought_before_somebody_ticks_it(
    here: World, filled: dict[str, Any]
) -> None:
    browser = here.client(CLERK)
    page = browser.get(PAGE).text
    assert re.search(r'name="tp-0-co"[^>]*checked', page) is None
    nothing = {name: text for name, text in filled.items() if name[:5] != "tp-0-"}
    refused = browser.post(PAGE, **nothing)
    assert refused.status_code == 422
    assert 'id="thanh-phan-loi"' in refused.text
    assert "Nguyễn Thị Đượm" in refused.text


def test_everything_is_ticked_by_a_button_without_a_script(
    here: World, filled: dict[str, Any]
) -> None:
    browser = here.client(CLERK)
    nothing = {name: text for name, text in filled.items() if name != "tp-0-co"}
    before = here.application.queries.cases(here.actor(CLERK), CaseFilter())
    page = browser.post(PAGE, **nothing, act="du")
    assert page.status_code == 200
    assert len(re.findall(r'name="tp-\d-co"[^>]*checked', page.text)) == 2
    assert "Nguyễn Thị Đượm" in page.text
    assert "error-summary" not in page.text
    after = here.application.queries.cases(here.actor(CLERK), CaseFilter())
    assert after == before


@pytest.mark.parametrize(
    ("wrong", "place", "said"),
    [
        ({"sets": "0"}, "sets", "Số bộ hồ sơ"),
        ({"tp-0-so": "abc"}, "tp-0-so", "Số lượng của “Giấy tờ tùy thân"),
        ({"tp-1-so-hoa": "1"}, "tp-1-co", "đánh dấu cả ô đã nhận"),
        ({"phi-0": "tám", "phi-vi-sao": "Vì"}, "phi-0", "Lệ phí: ghi số tiền"),
        ({"phi-0": "8.000"}, "phi-vi-sao", "lý do khoản thu khác"),
    ],
    ids=["sets", "quantity", "digitised", "fee", "why"],
)
def test_what_is_wrong_at_the_desk_stands_beside_its_field(
    here: World,
    filled: dict[str, Any],
    wrong: dict[str, str],
    place: str,
    said: str,
) -> None:
    answer = here.client(CLERK).post(PAGE, **filled | wrong)
    assert answer.status_code == 422
    assert f'<a href="#{place}">' in answer.text
    beside = re.search(f'id="{place}-loi">([^<]*)', answer.text)
    assert beside is not None
    assert said in beside[1]
    for typed in wrong.values():
        assert f'value="{typed}"' in answer.text
    assert "Nguyễn Thị Đượm" in answer.text


def test_what_is_sent_back_is_no_case_and_has_a_number(
    here: World, filled: dict[str, Any]
) -> None:
    browser = here.client(CLERK)
    missing = {name: text for name, text in filled.items() if name != "tp-0-co"}
    silent = browser.post(PAGE, **missing, act="02")
    assert silent.status_code == 409
    assert 'id="reason-loi"' in silent.text
    answer = browser.post(PAGE, **missing, act="02", reason="Chưa có chữ ký")
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.location).text
    assert "1/HDHS" in page
    form = re.search(r'action="(/giay-to/tra-lai/[^"]+)"', page)
    assert form is not None
    paper = browser.post(form[1])
    assert paper.content_type == "application/pdf"
    shown = pypdf.PdfReader(io.BytesIO(paper.data)).pages[0].extract_text()
    assert "Số: 1/HDHS" in shown


@pytest.mark.parametrize("sent", ["x", "x/2026-11-20/1", f"{'0' * 32}/hôm nay/1"])
def test_an_address_that_names_no_paper_offers_none(here: World, sent: str) -> None:
    in_force(here)
    page = here.client(CLERK).get(f"{PAGE}?da-tra={sent}")
    assert page.status_code == 200
    assert "/giay-to/tra-lai/" not in page.text


def test_a_payment_and_a_result_are_recorded_on_the_page(
    here: World, filled: dict[str, Any]
) -> None:
    more = {"phi-0": "10.000", "phi-vi-sao": "Hai bản"}
    case, _ = received(here, filled | more)
    browser = here.client(CLERK)
    paid = {
        "f.name": "Lệ phí",
        "f.amount": "8000",
        "f.channel": "npsp",
        "f.receipt": "BL 12",
    }
    assert browser.post(f"/ho-so/{case}/ghi/nop-phi", **paid).status_code == 303
    page = browser.get(f"/ho-so/{case}/thong-tin").text
    assert "8.000 đ" in page
    too_much = browser.post(f"/ho-so/{case}/ghi/nop-phi", **paid)
    assert too_much.status_code == 422
    assert "không còn phải nộp khoản này" in too_much.text
    why = {"f.reason": "Thêm một bản sao"}
    assert browser.post(f"/ho-so/{case}/ghi/nop-phi", **paid, **why).status_code == 303
    answer = browser.post(f"/ho-so/{case}/ghi/ket-qua", **RESULT)
    assert answer.status_code == 303, answer.text
    assert "12/BS" in browser.get(f"/ho-so/{case}/thong-tin").text
    assert browser.get(f"/ho-so/{case}/ghi/gi-do").status_code == 404


def test_a_result_before_the_decision_asks_why_and_is_not_handed_over(
    here: World, filled: dict[str, Any]
) -> None:
    case, code = received(here, filled)
    browser = here.client(CLERK)
    page = browser.get(f"/ho-so/{case}/ghi/ket-qua").text
    assert "Chưa làm xong: " in page
    silent = {name: text for name, text in RESULT.items() if name != "f.reason"}
    assert browser.post(f"/ho-so/{case}/ghi/ket-qua", **silent).status_code == 422
    for day, said in (
        ("19/11/2026", "trước ngày tiếp nhận"),
        ("21/11/2026", "chưa đến"),
    ):
        wrong = browser.post(f"/ho-so/{case}/ghi/ket-qua", **RESULT | {"f.date": day})
        beside = re.search('id="f-date-loi">([^<]*)', wrong.text)
        assert beside is not None
        assert said in beside[1]
    assert browser.post(f"/ho-so/{case}/ghi/ket-qua", **RESULT).status_code == 303
    assert "ghi/tra-ket-qua" not in browser.get(f"/ho-so/{case}/thong-tin").text
    back = {"f.how": "direct", "f.taken_by": "Ông B"}
    refused = browser.post(f"/ho-so/{case}/ghi/tra-ket-qua", **back)
    assert refused.status_code == 409
    assert "chưa được quyết định" in refused.text
    told = looked_up(here, case, code)
    assert "Đã trả kết quả" not in told
    assert "đánh giá mức độ hài lòng" not in told.lower()


def test_a_result_brings_its_file(here: World, filled: dict[str, Any]) -> None:
    case, _ = received(here, filled)
    browser = here.client(CLERK)
    address = f"/ho-so/{case}/ghi/ket-qua"
    sent = {**RESULT, "f.file": (io.BytesIO(PDF), "giấy phép.pdf")}
    picture = {**RESULT, "f.file": (io.BytesIO(b"\x89PNG\r\n\x1a\n"), "giả.pdf")}
    refused = browser.post(address, **picture)
    assert refused.status_code == 422
    assert "nội dung là ảnh PNG" in refused.text
    answer = browser.post(address, **sent)
    assert answer.status_code == 303, answer.text
    sha = hashlib.sha256(PDF).hexdigest()
    got = browser.get(f"/ho-so/{case}/tep/{sha}")
    assert (got.status_code, got.data) == (200, PDF)
    assert "giấy phép.pdf" in browser.get(address).text, "it may be chosen again"


def test_only_what_came_in_is_given_back(here: World, filled: dict[str, Any]) -> None:
    case, _ = received(here, filled | {"tp-0-nguon": "applicant"})
    browser = here.client(CLERK)
    address = f"/ho-so/{case}/ghi/tra-ban-chinh"
    asked = {"f.document": "0", "f.quantity": "999"}
    refused = browser.post(address, **asked)
    assert refused.status_code == 422
    assert "Chỉ còn giữ tối đa 2 bản" in refused.text
    assert browser.post(address, **asked | {"f.quantity": "2"}).status_code == 303
    assert browser.get(address).status_code == 409
    assert "ghi/tra-ban-chinh" not in browser.get(f"/ho-so/{case}/thong-tin").text


def looked_up(here: World, case: UUID, code: str) -> str:
    """What a citizen reads who has the receipt."""
    item = here.application.queries.case(here.actor(CLERK), str(case))
    assert item is not None
    citizen = here.app.test_client()
    page = citizen.get("/tra-cuu").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    sent = {"ho-so": item.code, "csrf_token": token[1] if token else ""}
    return citizen.post("/tra-cuu", data={**sent, "tra-cuu": code}).text


def test_a_citizen_sees_the_state_and_nobodys_name(
    here: World, filled: dict[str, Any]
) -> None:
    case, code = received(here, filled)
    item = here.application.queries.case(here.actor(CLERK), str(case))
    assert item is not None
    citizen = here.app.test_client()
    page = citizen.get("/tra-cuu", query_string={"ma": item.code}).text
    assert item.code in page
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    sent = {"ho-so": item.code, "csrf_token": token[1] if token else ""}
    wrong = citizen.post("/tra-cuu", data={**sent, "tra-cuu": "22222222"})
    assert wrong.status_code == 422
    told = citizen.post("/tra-cuu", data={**sent, "tra-cuu": code.lower()})
    assert told.status_code == 200
    assert "Được tiếp nhận" in told.text
    assert 'class="to-do"' not in told.text
    assert "Đượm" not in told.text
    assert "Trần Phú" not in told.text


def test_a_citizen_reads_the_date_of_the_result_as_it_is_written(
    here: World, filled: dict[str, Any]
) -> None:
    case, code = received(here, filled)
    here.client(CLERK).post(f"/ho-so/{case}/ghi/ket-qua", **RESULT)
    told = looked_up(here, case, code)
    assert "12/BS, 20/11/2026" in told
    assert "2026-11-20" not in told


def test_who_guesses_codes_is_stopped(here: World, filled: dict[str, Any]) -> None:
    case, code = received(here, filled)
    item = here.application.queries.case(here.actor(CLERK), str(case))
    assert item is not None
    citizen = here.app.test_client()
    page = citizen.get("/tra-cuu").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    sent = {"ho-so": item.code, "csrf_token": token[1] if token else ""}
    for n in range(10):
        citizen.post("/tra-cuu", data={**sent, "tra-cuu": f"2222222{n % 8 + 2}"})
    right = citizen.post("/tra-cuu", data={**sent, "tra-cuu": code})
    assert right.status_code == 429


def test_a_finished_dossier_is_rated_once(here: World, filled: dict[str, Any]) -> None:
    case, code = received(here, filled)
    who = here.actor(world.login_of(Role.SUPERVISOR, "own-position"))
    stop = StopCase(case=case, reason="Trùng", basis="Điều 1", document="1/QĐ")
    here.application.engine.execute(stop, who)
    item = here.application.queries.case(here.actor(CLERK), str(case))
    assert item is not None
    citizen = here.app.test_client()
    page = citizen.get("/tra-cuu").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    sent = {
        "ho-so": item.code,
        "tra-cuu": code,
        "diem": "4",
        "csrf_token": token[1] if token else "",
    }
    assert (
        citizen.post("/tra-cuu/danh-gia", data={**sent, "diem": "9"}).status_code == 422
    )
    done = citizen.post("/tra-cuu/danh-gia", data=sent)
    assert "Cảm ơn" in done.text
    assert citizen.post("/tra-cuu/danh-gia", data=sent).status_code == 422


def test_a_scan_opens_the_case_and_knows_nothing_else(
    here: World, filled: dict[str, Any]
) -> None:
    case, _ = received(here, filled)
    browser = here.client(CLERK)
    item = here.application.queries.case(here.actor(CLERK), str(case))
    assert item is not None
    leaf = "0" * 64
    text = f"https://mot.cua/tra-cuu?ma={item.code}&dau={leaf}&nhat-ky=log"
    for scanned in (item.code, text):
        answer = browser.post("/quet", ma=scanned)
        assert answer.location.endswith(f"/ho-so/{case}")
    assert browser.post("/quet", ma="không có").location.endswith("/ban-giao")


def test_the_promise_is_summed_before_anything_is_saved(here: World) -> None:
    in_force(here)
    before = here.application.queries.cases(here.actor(CLERK), CaseFilter())
    page = here.client(CLERK).get(PAGE).text
    assert "Nếu tiếp nhận bây giờ" in page
    after = here.application.queries.cases(here.actor(CLERK), CaseFilter())
    assert after == before


def test_a_changed_fee_needs_a_reason_and_is_recorded(
    here: World, filled: dict[str, Any]
) -> None:
    browser = here.client(CLERK)
    for wrong in ({"phi-0": "8.000"}, {"phi-0": "tám", "phi-vi-sao": "Vì"}):
        assert browser.post(PAGE, **filled | wrong).status_code == 422
    case, _ = received(here, filled | {"phi-0": "8.000", "phi-vi-sao": "Hai bản"})
    assert "8.000 đ" in browser.get(f"/ho-so/{case}/thong-tin").text


def test_the_receipt_of_a_new_dossier_takes_its_code_along_once(
    here: World, filled: dict[str, Any]
) -> None:
    browser = here.client(CLERK)
    sent = browser.post(PAGE, **filled, key="another form")
    assert sent.status_code == 303
    item, *_ = here.application.queries.cases(here.actor(CLERK), CaseFilter())
    papers_of = f"/ho-so/{item.id}/giay-to"
    page = browser.get(papers_of).text
    code = re.search(r'name="ma-tra-cuu" value="([2-9A-Z]{8})"', page)
    assert code is not None
    assert "ma-tra-cuu" not in browser.get(papers_of).text
    printed = browser.post(f"{papers_of}/receipt/1", **{"ma-tra-cuu": code[1]})
    assert printed.status_code == 200
    assert printed.data.startswith(b"%PDF")


def test_the_code_on_the_receipt_opens_the_public_address_if_there_is_one(
    here: World,
) -> None:
    here.open(address="https://mot-cua.vn", tenants={})
    with here.app.test_request_context():
        assert papers.look_up() == "https://mot-cua.vn/tra-cuu"
    here.open(address="", tenants={})
    with here.app.test_request_context():
        assert papers.look_up() == ""
