"""What pages say of time: the measure, what an answer does, what is provisional."""

import html
from uuid import UUID

import pytest

from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.domain.organisation import Role
from tests import bpmn
from tests.integration.webui import test_calendars, world
from tests.integration.webui.world import World

CLERK = world.login_of(Role.CLERK, "own-position")
SUPERVISOR = world.login_of(Role.SUPERVISOR, "own-position")
MISSING = {"f.missing": "Giấy chứng nhận kết hôn", "f.reason": "Chưa nộp"}
#: 09:05 on Friday 20/11/2026; the case is due at 09:05 on Wednesday 25/11, for the
#: 24th is a day off.
ANEW = "Nếu ghi nhận lúc này, ngày hẹn trả mới là 26/11/2026 09:05."
STAYS = "Ngày hẹn trả không đổi: 25/11/2026 09:05."
TWO_DAYS = '<qt:limit amount="2" unit="working-day"/>'


def opened(here: World, policy: str = "SUSPEND", limit: str = TWO_DAYS) -> UUID:
    execute = here.application.engine.execute
    designer = here.actor(world.login_of(Role.DESIGNER, "own-position"))
    approver = here.actor(world.login_of(Role.APPROVER, "own-position"))
    drawn = bpmn.diagram(
        "start s; task a 'Tiếp nhận'; end e",
        "s > a > e",
        identity="co_han",
        more=f'<extensionElements><qt:procedure supplement="{policy}" payment="{policy}'
        f'">{limit}</qt:procedure></extensionElements>',
    )
    stored = execute(UploadVersion(files={"p.bpmn": drawn}), designer)
    execute(PublishVersion(version=UUID(str(stored["version"]))), approver)
    made = execute(OpenCase(procedure="co_han", data={}), here.actor(CLERK))
    return UUID(str(made["case"]))


def text(here: World, address: str, login: str = CLERK) -> str:
    page = html.unescape(here.client(login).get(address).text)
    return page.replace("\N{NO-BREAK SPACE}", " ")


def finish(here: World, case: UUID) -> None:
    sent = here.client(CLERK).post(f"/viec/{case}/a/1", **{"f.comment": "Xong"})
    assert sent.status_code == 303


def test_a_case_that_ended_hours_before_has_a_class_by_each_measure(
    here: World,
) -> None:
    case = opened(here)
    here.clock.move(days=4, hours=23)
    finish(here, case)
    page = text(here, f"/ho-so/{case}")
    assert "trước hạn (theo phút)" in page
    assert "đúng hạn (theo ngày, như trong báo cáo)" in page
    assert "trước hạn (theo phút)" in text(here, "/ho-so?tinh-trang=da-xong")
    lines = (
        here.client(CLERK).get("/ho-so.csv?quy-trinh=co_han").data.decode("utf-8-sig")
    )
    head = lines.splitlines()[1]
    assert head.endswith("Đã kết thúc,Theo phút,Theo ngày")
    row = next(one for one in lines.splitlines() if "25/11/2026 09:05" in one)
    assert row.endswith("25/11/2026 08:05,trước hạn,đúng hạn")
    report = text(here, "/bao-cao", world.login_of(Role.AUDITOR, "own-position"))
    assert "Giải quyết đúng hạn, theo ngày" in report


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("SUSPEND", f"cộng thêm thời gian làm việc của đợt chờ. {ANEW}"),
        ("RESTART", f"tính lại từ đầu: đủ thời hạn kể từ lúc này. {ANEW}"),
        ("CONTINUE", f"vẫn chạy trong lúc chờ từ 20/11/2026 09:05. {STAYS}"),
    ],
)
def test_the_answer_says_what_the_policy_does_to_the_promised_date(
    here: World, policy: str, told: str
) -> None:
    case = opened(here, policy)
    browser, page = here.client(CLERK), f"/ho-so/{case}"
    assert browser.post(f"{page}/yeu-cau-bo-sung", **MISSING).status_code == 303
    here.clock.move(days=3)
    shown = text(here, f"{page}/da-bo-sung")
    assert told in shown
    # Signed in anew: nobody is for three days.
    sent = here.client(CLERK).post(f"{page}/da-bo-sung", **{"f.note": "Đủ"})
    assert sent.status_code == 303
    promised = "25/11/2026" if policy == "CONTINUE" else "26/11/2026"
    assert f"{promised} 09:05" in text(here, page)


def test_a_payment_beside_a_supplement_does_not_promise_a_date(here: World) -> None:
    case = opened(here)
    browser, page = here.client(CLERK), f"/ho-so/{case}"
    browser.post(f"{page}/yeu-cau-bo-sung", **MISSING)
    pay = {"f.amount": "150.000", "f.reason": "Phí"}
    assert browser.post(f"{page}/yeu-cau-nop", **pay).status_code == 303
    shown = text(here, f"{page}/da-nop")
    assert "Thời hạn vẫn dừng vì hồ sơ còn chờ việc khác." in shown
    assert "ngày hẹn trả mới" not in shown


def test_a_second_supplement_is_late_for_the_portal_and_pages_say_so(
    here: World,
) -> None:
    case = opened(here)
    browser, page = here.client(CLERK), f"/ho-so/{case}"
    assert "lần thứ hai" not in text(here, f"{page}/yeu-cau-bo-sung")
    browser.post(f"{page}/yeu-cau-bo-sung", **MISSING)
    browser.post(f"{page}/da-bo-sung", **{"f.note": "Đủ"})
    assert "Trên Cổng dịch vụ công" not in text(here, page)
    assert "Cổng dịch vụ công tính hồ sơ là quá hạn" in text(
        here, f"{page}/yeu-cau-bo-sung"
    )
    browser.post(f"{page}/yeu-cau-bo-sung", **MISSING)
    shown = text(here, page)
    assert "tính là quá hạn" in shown
    assert "đã yêu cầu bổ sung lần thứ hai ngày 20/11/2026" in shown
    browser.post(f"{page}/da-bo-sung", **{"f.note": "Đủ"})
    here.clock.move(hours=1)
    finish(here, case)
    shown = text(here, page)
    assert "tính là quá hạn" in shown
    assert "trước hạn (theo phút)" in shown


def test_lists_and_files_mark_a_date_that_no_confirmed_calendar_covers(
    here: World,
) -> None:
    test_calendars.confirmed(here, test_calendars.drafted(here))
    sure = opened(here)
    case = opened(here, limit='<qt:limit amount="40" unit="month"/>')
    code = text(here, f"/ho-so/{case}").split("<title>")[1].split("<")[0].split()[0]
    row = text(here, f"/ho-so?tim={code}").split(str(case))[1].split("</tr>")[0]
    assert "20/03/2030 (tạm tính)" in row
    other = text(here, "/ho-so").split(str(sure))[1].split("</tr>")[0]
    assert "tạm tính" not in other
    lines = here.client(CLERK).get(f"/ho-so.csv?tim={code}").data.decode("utf-8-sig")
    assert ",20/03/2030 17:00,tạm tính," in lines
    shown = text(here, "/giam-sat/ho-so?loai=dang-xu-ly", SUPERVISOR)
    assert "20/03/2030 17:00 (tạm tính)" in shown


def test_other_people_may_be_given_hours(here: World) -> None:
    case = opened(here)
    browser, page = here.client(CLERK), f"/ho-so/{case}"
    question = {"f.agency": "Sở Tư pháp", "f.letter": "15/UBND", "f.question": "Đủ?"}
    hours = {"f.span": "4", "f.unit": "working-hour"}
    sent = browser.post(f"{page}/hoi-co-quan", **question, **hours)
    assert sent.status_code == 303
    more = {"f.reason": "Phức tạp", "f.span": "2", "f.unit": "working-hour"}
    assert here.client(SUPERVISOR).post(f"{page}/gia-han", **more).status_code == 303
    assert "25/11/2026 11:05" in text(here, page)
    asked = {**hours, "f.question": "Ý kiến?"}
    form = text(here, f"/viec/{case}/a/1/hoi-y-kien")
    whom = form.split('<option value="')[2].split('"')[0]
    sent = browser.post(f"/viec/{case}/a/1/hoi-y-kien", **asked, **{"f.whom": whom})
    assert sent.status_code == 303
    assert "20/11/2026 14:35" in text(here, f"/viec/{case}/a/1")


def test_more_time_until_a_day_off_is_refused_and_the_next_day_named(
    here: World,
) -> None:
    case = opened(here)
    chief, page = here.client(SUPERVISOR), f"/ho-so/{case}"
    why = {"f.reason": "Phức tạp"}
    for off, working in (("28/11/2026", "30/11/2026"), ("01/01/2027", "04/01/2027")):
        refused = chief.post(f"{page}/gia-han", **why, **{"f.until": off})
        assert refused.status_code == 422
        said = html.unescape(refused.text)
        assert f"{off} là ngày nghỉ. Ngày làm việc tiếp theo là {working}." in said
        assert f'value="{off}"' in said
    assert "25/11/2026 09:05" in text(here, page)
    given = chief.post(f"{page}/gia-han", **why, **{"f.until": "30/11/2026"})
    assert given.status_code == 303
    assert "30/11/2026 17:00" in text(here, page)


def test_more_time_by_years_is_given_only_when_that_is_ticked(here: World) -> None:
    case = opened(here)
    chief, page = here.client(SUPERVISOR), f"/ho-so/{case}"
    assert "f.sure" not in chief.get(f"{page}/gia-han").text
    for by in ({"f.until": "03/12/2029"}, {"f.span": "40", "f.unit": "month"}):
        far = {"f.reason": "Phức tạp", **by}
        refused = chief.post(f"{page}/gia-han", **far)
        assert refused.status_code == 422
        assert "trên một năm" in refused.text
        assert 'name="f.sure"' in refused.text
    assert "25/11/2026 09:05" in text(here, page)
    sent = chief.post(f"{page}/gia-han", **far, **{"f.sure": "on"})
    assert sent.status_code == 303, sent.text


def test_the_sum_names_who_gave_more_time_and_why_to_who_may_read_it(
    here: World,
) -> None:
    case = opened(here)
    more = {"f.reason": "Chờ kết quả đo đạc", "f.span": "2", "f.unit": "working-day"}
    page = f"/ho-so/{case}"
    assert here.client(SUPERVISOR).post(f"{page}/gia-han", **more).status_code == 303
    shown = text(here, page).split("Vì sao là ngày này?")[1].split("</details>")[0]
    assert "người quyết định: " in shown
    assert "lý do: Chờ kết quả đo đạc" in shown
