"""Waiting, extending and “Vì sao là ngày này?” in the pages of a case."""

import io
import re
from uuid import UUID

import openpyxl
import pytest

from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.tell_notices import TellNotices
from engine.commands.upload_version import UploadVersion
from engine.domain.organisation import Role
from tests import bpmn
from tests.integration.webui import world
from tests.integration.webui.test_papers import events, text_of
from tests.integration.webui.world import HERE, World

CLERK = world.login_of(Role.CLERK, "own-position")
SUPERVISOR = world.login_of(Role.SUPERVISOR, "own-position")
LIMITED = bpmn.diagram(
    "start s; task a 'Tiếp nhận' <extensionElements><qt:work>"
    '<qt:limit amount="2" unit="working-day"/></qt:work></extensionElements>; end e',
    "s > a > e",
    identity="co_han",
    more='<extensionElements><qt:procedure supplement="SUSPEND">'
    '<qt:document name="Đơn đề nghị"/>'
    '<qt:limit amount="5" unit="working-day"/></qt:procedure></extensionElements>',
)
WAITS = "Đang chờ bổ sung. Khi đã nhận được, ghi nhận ở trang hồ sơ trước"
MISSING = {"f.missing": "Giấy chứng nhận kết hôn", "f.reason": "Bà Hoa chưa nộp"}


@pytest.fixture
def case(here: World) -> UUID:
    execute = here.application.engine.execute
    designer = here.actor(world.login_of(Role.DESIGNER, "own-position"))
    approver = here.actor(world.login_of(Role.APPROVER, "own-position"))
    stored = execute(UploadVersion(files={"p.bpmn": LIMITED}), designer)
    execute(PublishVersion(version=UUID(str(stored["version"]))), approver)
    made = execute(OpenCase(procedure="co_han", data={}), here.actor(CLERK))
    return UUID(str(made["case"]))


def test_a_refused_request_keeps_what_was_typed(here: World, case: UUID) -> None:
    browser = here.client(CLERK)
    page = browser.get(f"/ho-so/{case}").text
    assert "Yêu cầu bổ sung" in page
    assert "Vì sao là ngày này?" in page
    form = browser.get(f"/ho-so/{case}/yeu-cau-bo-sung").text
    assert "Đơn đề nghị" in form
    assert "dừng lại cho đến khi xong" in form
    refused = browser.post(f"/ho-so/{case}/yeu-cau-bo-sung", **{"f.reason": "vì luật"})
    assert refused.status_code == 422
    assert "vì luật" in refused.text


def test_the_pages_say_that_the_case_waits(here: World, case: UUID) -> None:
    browser = here.client(CLERK)
    sent = browser.post(f"/ho-so/{case}/yeu-cau-bo-sung", **MISSING)
    assert sent.status_code == 303
    page = browser.get(f"/ho-so/{case}").text
    assert "Đang chờ bổ sung" in page
    assert "thời hạn đang dừng" in page
    assert "Đã bổ sung" in page
    assert "Đang chờ bổ sung" in browser.get("/viec").text
    task = browser.get(f"/viec/{case}/a/1").text
    assert "thời hạn đang dừng" in task
    assert WAITS in task
    history = browser.get(f"/ho-so/{case}/lich-su").text
    assert "Nội dung cần bổ sung" in history
    assert "thời hạn dừng" in history
    done = browser.post(f"/ho-so/{case}/da-bo-sung", **{"f.note": "Đủ"})
    assert done.status_code == 303
    page = browser.get(f"/ho-so/{case}").text
    assert "thời hạn đang dừng" not in page
    assert WAITS not in browser.get(f"/viec/{case}/a/1").text
    assert "Chờ bổ sung" in page  # the line of the sum


@pytest.mark.parametrize("who", [CLERK, SUPERVISOR])
def test_the_worklist_groups_work_whose_case_stands(
    here: World, case: UUID, who: str
) -> None:
    own = "nhom=giam-sat" if who == SUPERVISOR else "nhom=vi-tri"
    browser = here.client(who)
    heading = "Chưa có hạn vì đồng hồ của hồ sơ đang dừng"
    with here.application.store.read(here.actor(who).tenant) as unit:
        code = unit.cases.get(case).code
    assert heading not in browser.get(f"/viec?{own}").text
    assert code not in browser.get(f"/viec?{own}&han=tam-dung").text
    here.client(CLERK).post(f"/ho-so/{case}/yeu-cau-bo-sung", **MISSING)
    page = browser.get(f"/viec?{own}&han=tam-dung").text
    assert heading in page
    assert code in page
    assert code not in browser.get(f"/viec?{own}&han=khong-han").text
    table = browser.get(f"/viec.csv?{own}&han=tam-dung").text
    assert table.count("Đang tạm dừng,Đang chờ bổ sung") == table.count(code) == 1
    packed = browser.get(f"/viec.xlsx?{own}&han=tam-dung").data
    rows = list(openpyxl.load_workbook(io.BytesIO(packed)).active.values)
    assert [row[0] for row in rows if row[3] == code] == ["Đang tạm dừng"]
    here.client(CLERK).post(f"/ho-so/{case}/da-bo-sung", **{"f.note": "Đủ"})
    assert code not in browser.get(f"/viec?{own}&han=tam-dung").text
    assert code in browser.get(f"/viec?{own}&han=con-han").text


def test_payment_and_other_agencies_are_asked_and_answer(
    here: World, case: UUID
) -> None:
    browser, page = here.client(CLERK), f"/ho-so/{case}"
    pay = {"f.amount": "150.000", "f.reason": "Phí thẩm định"}
    assert browser.post(f"{page}/yeu-cau-nop", **pay).status_code == 303
    paid = {"f.amount": "150.000", "f.channel": "npsp", "f.receipt": "BL 12"}
    assert browser.post(f"{page}/da-nop", **paid).status_code == 303
    question = {"f.agency": "Sở Tư pháp", "f.letter": "15/UBND", "f.question": "Đủ?"}
    limit = {"f.span": "2", "f.unit": "working-day"}
    sent = browser.post(f"{page}/hoi-co-quan", **question, **limit)
    assert sent.status_code == 303
    assert "Sở Tư pháp" in browser.get(f"{page}/co-quan-tra-loi").text
    answer = {"f.wait": "agency:1", "f.letter": "9/STP", "f.answer": "Đủ điều kiện"}
    assert browser.post(f"{page}/co-quan-tra-loi", **answer).status_code == 303
    history = browser.get(f"{page}/lich-su").text
    for told in ("150.000", "Sở Tư pháp", "9/STP", "Đủ điều kiện"):
        assert told in history


def test_more_time_is_asked_for_by_one_and_given_by_another(
    here: World, case: UUID
) -> None:
    browser, page = here.client(CLERK), f"/ho-so/{case}"
    both = {"f.reason": "Phức tạp", "f.span": "3", "f.unit": "working-day"}
    assert browser.post(f"{page}/gia-han", **both).status_code == 403
    twice = {**both, "f.until": "31/12/2027"}
    refused = browser.post(f"{page}/xin-gia-han", **twice)
    assert refused.status_code == 422
    assert "chỉ một trong hai" in refused.text
    assert browser.post(f"{page}/xin-gia-han", **both).status_code == 303
    asked = browser.get(f"{page}/lich-su").text
    assert "Thời gian gia hạn: 3 ngày làm việc" in asked
    chief = here.client(SUPERVISOR)
    form = chief.get(f"{page}/gia-han").text
    assert "3 ngày làm việc" in form.replace("\N{NO-BREAK SPACE}", " ")
    given = chief.post(f"{page}/gia-han", **both, **{"f.letter": "1/PXL"})
    assert given.status_code == 303
    shown = chief.get(page).text
    assert "Gia hạn ngày hẹn trả" in shown
    assert "1/PXL" in chief.get(f"{page}/lich-su").text
    assert chief.get(f"{page}/khong-gia-han").status_code == 409


NOTHING_TO_DO = "hiện không có việc phải làm"
DECIDE = "Ông/bà quyết định: gia hạn hoặc không gia hạn."


def test_a_request_for_more_time_is_what_who_may_give_it_has_to_do(
    here: World, case: UUID
) -> None:
    clerk, chief, page = here.client(CLERK), here.client(SUPERVISOR), f"/ho-so/{case}"
    # The step is somebody's, so that nothing else is to be done here.
    assert clerk.post(f"/viec/{case}/a/1/nhan").status_code == 303
    assert NOTHING_TO_DO in chief.get(page).text
    more = {"f.reason": "Phức tạp", "f.span": "3", "f.unit": "working-day"}
    clerk.post(f"{page}/xin-gia-han", **more)
    shown = chief.get(page).text
    assert NOTHING_TO_DO not in shown
    said = shown.replace("\N{NO-BREAK SPACE}", " ")
    assert f"đề nghị gia hạn: 3 ngày làm việc. {DECIDE}" in said
    # Each way once: not again among the orders for the whole case.
    for way in ("gia-han", "khong-gia-han"):
        assert shown.count(f'href="{page}/{way}"') == 1
    for other in (clerk, here.client(world.login_of(Role.AUDITOR, "own-position"))):
        assert DECIDE not in other.get(page).text
    refused = chief.post(f"{page}/khong-gia-han", **{"f.reason": "Đủ"})
    assert refused.status_code == 303
    after = chief.get(page).text
    assert DECIDE not in after
    assert NOTHING_TO_DO in after
    assert after.count(f'href="{page}/gia-han"') == 1


def test_a_suspended_case_tells_of_the_request_too(here: World, case: UUID) -> None:
    chief, page = here.client(SUPERVISOR), f"/ho-so/{case}"
    more = {"f.reason": "Phức tạp", "f.span": "3", "f.unit": "working-day"}
    here.client(CLERK).post(f"{page}/xin-gia-han", **more)
    why = {"f.reason": "Chờ tòa", "f.basis": "Điều 9", "f.document": "12/QĐ"}
    assert chief.post(f"{page}/tam-dung", **why).status_code == 303
    assert DECIDE in chief.get(page).text


def test_the_notice_of_a_request_leads_to_the_case_and_its_answer_back(
    here: World, case: UUID
) -> None:
    clerk, chief, page = here.client(CLERK), here.client(SUPERVISOR), f"/ho-so/{case}"
    more = {"f.reason": "Phức tạp", "f.span": "3", "f.unit": "working-day"}
    clerk.post(f"{page}/xin-gia-han", **more)
    tell(here)
    told = chief.get("/thong-bao").text
    assert told.count("Có đề nghị gia hạn") == 1
    (path,) = re.findall(r'action="(/thong-bao/[^"]+/mo)"', told)
    assert chief.post(path).location == page
    assert 'value="extension:mail" checked' in chief.get("/thong-bao/cai-dat").text
    chief.post(f"{page}/khong-gia-han", **{"f.reason": "Đủ"})
    tell(here)
    assert "Không được gia hạn" in clerk.get("/thong-bao").text


def tell(here: World) -> None:
    """Tell everybody what has happened."""
    here.application.log.integrate(HERE, 2026, 10_000)
    while here.application.engine.run(TellNotices(), HERE)["looked"]:
        pass


def test_only_time_that_was_given_has_a_letter_and_that_has_one_number(
    here: World, case: UUID
) -> None:
    browser, page = here.client(CLERK), f"/ho-so/{case}"
    both = {"f.reason": "Phức tạp", "f.span": "3", "f.unit": "working-day"}
    browser.post(f"{page}/xin-gia-han", **both)
    offered = browser.get(f"{page}/giay-to").text
    assert "Xem dự thảo" in offered
    assert "cấp khi được gia hạn" in offered
    draft = text_of(browser.post(f"{page}/giay-to/apology/2"))
    assert "DỰ THẢO" in draft
    assert "Số:" not in draft
    chief = here.client(SUPERVISOR)
    chief.post(f"{page}/gia-han", **both, **{"f.letter": "9/XLGH-UB"})
    assert "Xem dự thảo" not in browser.get(f"{page}/giay-to").text
    assert browser.post(f"{page}/giay-to/apology/2").status_code == 404
    assert "Số: 9/XLGH-UB" in text_of(browser.post(f"{page}/giay-to/apology/3"))
    assert events(here, "paper.numbered") == []
    chief.post(f"{page}/gia-han", **both)
    assert browser.get(f"{page}/lich-su").text.count("Văn bản: ") == 1
    assert "Số: 1/XLGH" in text_of(browser.post(f"{page}/giay-to/apology/4"))
    assert len(events(here, "paper.numbered")) == 1
    told = [
        (one["about"], one.get("draft"), one.get("letter"), one.get("number"))
        for one in events(here, "paper.printed")
    ]
    assert told == [
        (2, True, None, None),
        (3, None, "9/XLGH-UB", None),
        (4, None, None, 1),
    ]


def test_a_number_that_another_letter_bears_is_refused_beside_its_field(
    here: World, case: UUID
) -> None:
    chief, page = here.client(SUPERVISOR), f"/ho-so/{case}"
    both = {"f.reason": "Phức tạp", "f.span": "3", "f.unit": "working-day"}
    chief.post(f"{page}/gia-han", **both)
    assert "Số: 1/XLGH" in text_of(chief.post(f"{page}/giay-to/apology/2"))
    refused = chief.post(f"{page}/gia-han", **both, **{"f.letter": "1/XLGH"})
    assert refused.status_code == 422
    assert "Số này đã được cấp cho một giấy tờ khác" in refused.text
    assert 'href="#f-letter"' in refused.text
    assert 'value="1/XLGH"' in refused.text
    assert len(events(here, "deadline.extended")) == 1


def test_who_only_reads_is_offered_nothing(here: World, case: UUID) -> None:
    auditor = here.client(world.login_of(Role.AUDITOR, "own-position"))
    page = auditor.get(f"/ho-so/{case}").text
    assert "yeu-cau-bo-sung" not in page
    assert auditor.get(f"/ho-so/{case}/yeu-cau-bo-sung").status_code == 403
    assert auditor.get(f"/ho-so/{case}/gia-han").status_code == 403
