"""One dossier on its long way, received on the eve of Tết and handed back late.

Working hours are 07:30 to 11:30 and 13:00 to 17:00, 480 minutes a day. Monday 16 to
Friday 20 February 2026 are Tết (Thông báo 9441/TB-BNV). The procedure, in the folder
`late_dossier`, promises its result in 10 working days with the cut-off 15:00, gives the
assessment 16 working hours and lets the clock stand for a supplement. Every value below
was worked out by hand from docs/manual/clock.md:

- *Received* Friday 13/02 15:20, after 15:00: counted from the next working day, Monday
  23/02 07:30. Ten working days after it: 24, 25, 26, 27/02, 02, 03, 04, 05, 06, 09/03.
  Due Monday 09/03 07:30. Left out are eight days at weekends (14, 15, 21, 22, 28/02,
  01, 07, 08/03) and five of Tết: 13.
- *Supplement asked* 23/02 10:00. Left: 330 minutes of that day and nine days, 4,650,
  which is 9 days, 5 hours, 30 minutes. *Brought* 02/03 11:00: 270 minutes of that day,
  1,920 of 03 to 06/03 and 2,400 of 09 to 13/03 are 4,590; the other 60 end Monday 16/03
  08:30. The pause was 330 + 4 × 480 + 210 = 2,460 minutes: five days and one hour, and
  by that the due instant moved.
- *Assessment*, opened 02/03 14:00: 180 minutes of that day, 480 of 03/03, 300 of 04/03
  (240 until 11:30, 60 from 13:00): due 04/03 14:00. On 05/03 09:00 it is overdue by
  180 + 90 = 270 minutes; it is done at 10:30. From 02/03 14:00 these are 180 + 960 +
  180 = 1,320 minutes: 2 days, 6 hours.
- *Returned* Friday 06/03 08:00: 450 minutes of that day, 480 of Monday 09/03, 30 of
  10/03: due 08:00. The substitute does it on 09/03 16:00, early, after 450 + 420 = 870
  minutes: 1 day, 6 hours, 30 minutes.
- *Extended* by 5 working days from Monday 16/03 08:30: 17, 18, 19, 20, 23/03, 08:30.
- *Handed back* 23/03 10:05: 95 minutes late, 1 hour and 35 minutes.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from tests import databases
from tests.web import office as offices
from tests.web.days import Days, button, printed, said, says, send, why
from tests.web.office import Office, Staff

pytestmark = pytest.mark.browser

HANOI: Final = ZoneInfo("Asia/Ho_Chi_Minh")
PACKAGE: Final = Path(__file__).parent / "late_dossier"
CODE: Final = "H99.12-260213-0001"
OWNER: Final = "Nguyễn Thị Đượm"
DRAWING: Final = "Bản vẽ hiện trạng nhà ở"
STEP: Final = "/viec/{case}/%s"
COMPLETE: Final = "Hoàn thành bước"
WEEKENDS: Final = "Ngày nghỉ hằng tuần: 14/2, 15/2, 21/2, 22/2, 28/2, 1/3, 7/3, 8/3"
TET: Final = " ".join(f"{day}/2: Tết Âm lịch" for day in range(16, 21))
#: What was counted at the receipt.
COUNTED: Final = [
    "Tiếp nhận 13/02/2026 15:20",
    "Thời hạn 13/2: Nhận sau giờ chốt, tính từ ngày làm việc sau + 10 ngày làm việc",
    f"Không tính {WEEKENDS} {TET} 13 ngày nghỉ",
    "Hẹn trả kết quả 09/03/2026 07:30",
]


@pytest.fixture(scope="module")
def office(
    prepared_files: databases.SQLiteFiles, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """Serve a demonstration that was installed before Tết."""
    folder = tmp_path_factory.mktemp("late")
    began = datetime(2026, 2, 12, 8, tzinfo=HANOI).astimezone(UTC)
    database = prepared_files.fresh(folder)
    offices.install(database, folder, began)
    with offices.opened(database, folder, began) as made:
        yield made


def test_a_dossier_of_the_eve_of_tet_is_handed_back_late(staff: Staff) -> None:
    days = Days(staff)
    publish(days)
    receive(days)
    wait_for_a_supplement(days)
    assess_too_late(days)
    send_it_back(days)
    appoint_substitutes(days)
    extend(days)
    assess_for_somebody(days)
    sign(days)
    hand_back(days)
    the_page_explains_each_date(days)
    the_slip_names_hands_dates_and_minutes(days)
    the_replay_shows_who_stepped_in(days)
    the_verdict_names_four_deviations(days)


def publish(days: Days) -> None:
    """The designer uploads the procedure, somebody else puts it in force."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for one in sorted(PACKAGE.rglob("*.*")):
            archive.write(one, one.relative_to(PACKAGE))
    page = days.go("thietke", "12/02 09:00", "/quy-trinh/tai-len")
    page.set_input_files(
        "#package",
        {
            "name": "xac-nhan.zip",
            "mimeType": "application/zip",
            "buffer": packed.getvalue(),
        },
    )
    page.get_by_role("button", name="Kiểm tra và lưu").click()
    page.wait_for_url("**/phien-ban/*")
    draft = page.url.removeprefix(days.staff.office.address)
    page = days.go("pheduyet", "12/02 09:30", draft)
    page.get_by_role("button", name="Công bố").click()
    assert "đã được công bố và có hiệu lực" in said(page)


def receive(days: Days) -> None:
    """A minute past the cut-off hour counts for the first day after Tết."""
    page = days.go("motcua", "13/02 15:20", "/quy-trinh/XN-NHA-O/mo")
    offices.fill(
        page,
        {
            "ho_ten": OWNER,
            "dien_thoai": "0905 123 456",
            "dia_chi": "Số 12, phố Hòa Bình, phường Minh Họa",
        },
    )
    page.get_by_role("button", name="Tiếp nhận hồ sơ").click()
    told = f"Đã tiếp nhận hồ sơ {CODE}. Hẹn trả kết quả: 09/03/2026 07:30."
    assert told in said(page, "body")
    days.case = re.findall("[0-9a-f-]{36}", page.url)[0]
    text = printed(page, page.get_by_role("button", name="In giấy hẹn"))
    assert re.search("Mã tra cứu [^:]*: [A-HJKMNP-Z2-9]{8} ", text)
    says(
        text,
        "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG PHƯỜNG MINH HỌA Số: 1/TNHS",
        "Minh Họa, ngày 13 tháng 02 năm 2026",
        f"Mã hồ sơ: {CODE}",
        f"Tiếp nhận hồ sơ của: {OWNER}",
        "Địa chỉ: Số 12, phố Hòa Bình, phường Minh Họa",
        "Số điện thoại: 0905 123 456",
        "Nội dung yêu cầu giải quyết: Xác nhận hiện trạng nhà ở",
        "1 Đơn đề nghị xác nhận Bản chính 1",
        f"2 {DRAWING} Bản sao 1",
        "Thời hạn giải quyết theo quy định: 10 ngày làm việc",
        "Thời gian nhận hồ sơ: 15 giờ 20 phút, ngày 13 tháng 02 năm 2026",
        "Thời gian trả kết quả: 07 giờ 30 phút, ngày 09 tháng 03 năm 2026",
        "Lê Thị Mai",
    )
    page = days.go("motcua", "13/02 15:20", "/ho-so/{case}")
    assert page.get_by_role("button", name="In giấy hẹn").count() == 0
    assert why(page) == COUNTED


def wait_for_a_supplement(days: Days) -> None:
    """The clock stands from the request until the drawing is brought."""
    page = days.go("motcua", "23/02 10:00", "/ho-so/{case}")
    page.get_by_role("link", name="Yêu cầu bổ sung").click()
    assert "dừng lại cho đến khi xong" in said(page)
    asked = {"missing": "Bản vẽ tầng hai có chữ ký", "reason": "Thiếu tầng hai"}
    send(page, {"components": [DRAWING], **asked})
    assert "thời hạn đang dừng" in said(page, "aside")
    page = days.go("motcua", "02/03 11:00", "/ho-so/{case}")
    left = "khi đó còn 9 ngày 5 giờ 30 phút thời gian còn lại được tính tiếp sau đó"
    assert why(page) == [
        *COUNTED,
        f"Đang chờ bổ sung 10:00 23/02 – đến nay {left}",
        "Hẹn trả kết quả thời hạn đang dừng",
    ]
    page.get_by_role("link", name="Đã bổ sung").click()
    send(page, {"components": [DRAWING], "note": "Bản vẽ đủ hai tầng"})
    assert "16/03/2026 08:30" in said(page, "aside")
    page = days.go("motcua", "02/03 14:00", STEP % "kiem_tra/1")
    page.get_by_role("button", name=COMPLETE).click()


def assess_too_late(days: Days) -> None:
    """List and page say by how much the step is overdue."""
    page = days.go("chuyenvien", "03/03 08:00", STEP % "tham_dinh/1")
    page.get_by_role("button", name="Nhận việc").click()
    page = days.go("chuyenvien", "05/03 09:00", f"/viec?tim={CODE}")
    row = said(page, "tr.work")
    assert row.startswith(f"Quá hạn 4 giờ 30 phút {CODE} {OWNER} Thẩm định")
    page.get_by_role("link", name=CODE, exact=True).click()
    assert "14:00 04/03 Quá hạn 4 giờ 30 phút" in said(page, ".identity-bar")
    assert why(page) == [
        "Bước bắt đầu 02/03/2026 14:00",
        "Thời hạn + 16 giờ làm việc",
        "Hạn của việc 04/03/2026 14:00",
    ]
    page = days.go("chuyenvien", "05/03 10:30", STEP % "tham_dinh/1")
    offices.fill(page, {"ket_qua_tham_dinh": "Nhà hai tầng, sàn 86,4 m²"})
    page.get_by_role("button", name=COMPLETE).click()


def send_it_back(days: Days) -> None:
    """The leader returns it once, with a reason."""
    page = days.go("lanhdao", "06/03 08:00", STEP % "ky_duyet/1")
    page.get_by_text("Trả lại bước trước").click()
    page.get_by_label("Thẩm định hiện trạng").check()
    page.get_by_label("Lý do", exact=True).fill("Chưa đo lại tầng hai")
    page.get_by_role("button", name="Trả lại", exact=True).click()
    assert f"{CODE}" in said(page, "body")


def appoint_substitutes(days: Days) -> None:
    """Orders for two times: one for the examiner, one for the leader."""
    for absent, login, first, last, order in (
        ("tư pháp – hộ tịch: Trần Thị Bình", "vanthu", 9, 11, "15/QĐ-UBND"),
        ("Chủ tịch UBND phường: Nguyễn Văn Cường", "chuyenvien", 16, 20, "18/GUQ-UBND"),
    ):
        page = days.go("quantri", "06/03 14:00", "/to-chuc")
        page.get_by_role("link", name=re.compile(f"^Cử.*{absent}$")).click()
        span = {"since": f"2026-03-{first:02}", "until": f"2026-03-{last}"}
        send(page, {"login": login, "order": order, **span})
        assert order in said(page)


def extend(days: Days) -> None:
    """Asked for by a clerk, granted by who may, with a letter of apology."""
    page = days.go("chuyenvien", "06/03 15:00", "/ho-so/{case}")
    page.get_by_role("link", name="Đề nghị gia hạn").click()
    asked = {"span": "5", "unit": "working-day", "reason": "Chờ đo lại tầng hai"}
    send(page, asked)
    page = days.go("giamsat", "06/03 16:10", "/ho-so/{case}")
    page.get_by_role("link", name="Gia hạn", exact=True).click()
    assert "Trần Thị Bình đề nghị: 5 ngày làm việc." in said(page)
    assert page.get_by_label("Lý do", exact=True).input_value() == "Chờ đo lại tầng hai"
    send(page, {"letter": "07/XLGH-UBND"})
    assert "23/03/2026 08:30" in said(page, "aside")
    page.get_by_role("link", name="Giấy tờ", exact=True).last.click()
    # One letter: what was asked for before is no second one.
    assert button(page, "Văn bản xin lỗi").count() == 1
    says(
        printed(page, button(page, "Văn bản xin lỗi", "06/03/2026 16:10")),
        "UBND TỈNH MINH HỌA UBND PHƯỜNG MINH HỌA Số: 07/XLGH-UBND",
        "Minh Họa, ngày 06 tháng 3 năm 2026",
        f"Kính gửi: {OWNER}",
        "Ngày 13/02/2026, Trung tâm Phục vụ hành chính công phường Minh Họa đã tiếp"
        " nhận hồ sơ của ông (bà)",
        "hẹn trả kết quả vào 08 giờ 30 phút, ngày 16 tháng 03 năm 2026.",
        "Lý do: Chờ đo lại tầng hai",
        "được gia hạn đến 08 giờ 30 phút, ngày 23 tháng 03 năm 2026.",
        "UBND TỈNH MINH HỌA CHUYÊN VIÊN KIỂM SOÁT THỦ TỤC HÀNH CHÍNH"
        " (Ký, ghi rõ họ tên) Đặng Văn Minh",
    )


def assess_for_somebody(days: Days) -> None:
    """Page and list name for whom the work is done."""
    page = days.go("vanthu", "09/03 16:00", f"/viec?tim={CODE}")
    assert "Thẩm định (thay Trần Thị Bình)" in said(page, "tr.work")
    page.get_by_role("link", name=CODE, exact=True).click()
    assert "đang làm thay Trần Thị Bình" in said(page, ".page-title")
    offices.fill(page, {"ket_qua_tham_dinh": "Đã đo lại, sàn 88,1 m²"})
    page.get_by_role("button", name=COMPLETE).click()
    page = days.go("giamsat", "09/03 16:00", "/ho-so/{case}")
    done = page.locator(".timeline > li").filter(has_text="Phạm Thị Dung")
    assert "16:00 09/03 Thẩm định hiện trạng" in said(done, "xpath=.")
    assert "Phạm Thị Dung thay Trần Thị Bình" in said(done, "xpath=.")


def sign(days: Days) -> None:
    """Who assessed, and now stands in for the leader, may not sign; the leader may."""
    page = days.go("chuyenvien", "18/03 09:00", f"/viec?tim={CODE}")
    page.get_by_role("link", name=CODE, exact=True).click()
    assert "đang làm thay Nguyễn Văn Cường" in said(page, ".page-title")
    pair = "Bước này và “Thẩm định hiện trạng” phải do hai người khác nhau làm"
    assert pair in said(page, ".notice")
    assert page.get_by_role("button", name=COMPLETE).count() == 0
    page = days.go("lanhdao", "23/03 09:00", STEP % "ky_duyet/2")
    page.get_by_role("button", name=COMPLETE).click()


def hand_back(days: Days) -> None:
    """The result is recorded, the last step done, the paper handed over."""
    page = days.go("motcua", "23/03 10:00", "/ho-so/{case}/thong-tin")
    page.get_by_role("link", name="Ghi kết quả").click()
    result = {"number": "21/GXN-UBND", "date": "2026-03-23", "form": "paper"}
    send(page, result)
    page = days.go("motcua", "23/03 10:05", STEP % "tra_ket_qua/1")
    offices.press(page, page.get_by_role("button", name=COMPLETE))
    page = days.go("motcua", "23/03 10:05", "/ho-so/{case}/thong-tin")
    page.get_by_role("link", name="Trả kết quả").click()
    send(page, {"how": "direct", "taken_by": OWNER})
    says(
        said(page),
        "Đã trả kết quả (10)",
        "Kết quả 21/GXN-UBND, 23/03/2026",
        "Trả kết quả 23/03/2026 10:05",
    )
    page = days.go("motcua", "23/03 10:05", f"/ho-so?tim={CODE}")
    assert said(page, "tbody tr").endswith("23/03/2026 xong quá hạn (theo phút)")


def the_page_explains_each_date(days: Days) -> None:
    """The promised date: the count, the wait, the extension."""
    page = days.go("motcua", "23/03 10:10", "/ho-so/{case}")
    says(
        said(page, ".identity-bar"),
        "Hẹn trả kết quả 23/03/2026 08:30",
        "Đã kết thúc 23/03/2026 10:05 Quá hạn 1 giờ 35 phút",
    )
    left = "khi đó còn 9 ngày 5 giờ 30 phút thời gian còn lại được tính tiếp sau đó"
    given = "người quyết định: Đặng Văn Minh lý do: Chờ đo lại tầng hai"
    assert why(page) == [
        *COUNTED,
        f"Chờ bổ sung 10:00 23/02 – 11:00 02/03 {left} → 16/03/2026 08:30",
        f"Gia hạn 16:10 06/03 + 5 ngày làm việc {given} → 23/03/2026 08:30",
        "Hẹn trả kết quả 23/03/2026 08:30",
    ]


def the_slip_names_hands_dates_and_minutes(days: Days) -> None:
    """Every hand-over, whether the giver was in time, and what moved the promise."""
    page = days.go("motcua", "23/03 10:10", "/ho-so/{case}/giay-to")
    desk = "Công chức Bộ phận Một cửa, Trung tâm Phục vụ hành chính công phường"
    examiner = "Công chức tư pháp – hộ tịch, UBND phường Minh Họa"
    leader = "Chủ tịch UBND phường, UBND phường Minh Họa"
    dung = "Phạm Thị Dung (thay Trần Thị Bình)"
    text = printed(page, button(page, "Phiếu kiểm soát"))
    says(
        text,
        f"Hồ sơ của: {OWNER}",
        "Tiếp nhận: 15:20 13/02/2026 Hẹn trả: 08:30 23/03/2026",
        "Bộ phận tiếp nhận: Trung tâm Phục vụ hành chính công phường Minh Họa",
        f"1. Giao: Lê Thị Mai {desk} Minh Họa 2. Nhận: Lê Thị Mai {desk}",
        "Giao: 15:20 13/02/2026 Nhận: 14:00 02/03/2026 Tiếp nhận hồ sơ",
        f"2. Nhận: Trần Thị Bình {examiner} Giao: 14:00 02/03/2026"
        " Nhận: 08:00 03/03/2026 Xong: Kiểm tra hồ sơ",
        f"1. Giao: Trần Thị Bình {examiner} 2. Nhận: Nguyễn Văn Cường {leader}"
        " Giao: 10:30 05/03/2026 Nhận: 08:00 06/03/2026 Quá hạn hạn 14:00 04/03/2026",
        f"1. Giao: Nguyễn Văn Cường {leader} 2. Nhận: {dung} {examiner}"
        " Giao: 08:00 06/03/2026 Nhận: 16:00 09/03/2026"
        " Trả lại bước trước: Thẩm định hiện trạng (Ký giấy xác nhận)",
        f"1. Giao: {dung} {examiner} 2. Nhận: Nguyễn Văn Cường {leader}"
        " Giao: 16:00 09/03/2026 Nhận: 09:00 23/03/2026 Trước hạn hạn 08:00 10/03/2026",
        f"1. Giao: Nguyễn Văn Cường {leader} 2. Nhận: Lê Thị Mai {desk}",
        "Giao: 09:00 23/03/2026 Nhận: 10:05 23/03/2026 Xong: Ký giấy xác nhận",
        "Chờ bổ sung hồ sơ: 10:00 23/02/2026 đến 11:00 02/03/2026;"
        " hẹn trả 07:30 09/03/2026 → 08:30 16/03/2026",
        "Gia hạn: 16:10 06/03/2026; hẹn trả 08:30 16/03/2026 → 08:30 23/03/2026",
        "Kết thúc: 10:05 23/03/2026 – Quá hạn",
    )
    # The desk is no agency that was consulted; nobody else had a hand in it.
    assert "Cơ quan phối hợp" not in text
    # The assessment, and the whole: nothing else was late.
    assert text.count("Quá hạn") == 2


def the_replay_shows_who_stepped_in(days: Days) -> None:
    """Each act is a moment; those that were not planned are marked."""
    page = days.go("kiemtoan", "23/03 10:30", "/ho-so/{case}/phat-lai")
    told = [
        [" ".join(cell.split()) for cell in row.locator("td").all_inner_texts()]
        for row in page.locator("tbody tr").all()
    ]
    assert [(row[1], row[2], row[5]) for row in told if row[5] != "6 đạt"] == [
        ("05/03/2026 10:30", "Thẩm định hiện trạng", "Lệch: thời gian"),
        ("06/03/2026 08:00", "Trả lại bước trước: Ký giấy xác nhận", "Can thiệp"),
        ("06/03/2026 16:10", "Gia hạn ngày hẹn trả", "Lệch: thời gian"),
        ("23/03/2026 10:05", "Trả kết quả", "Lệch: thời gian"),
    ]
    assert "3 lệch, 1 can thiệp trong 15 bước" in said(page)
    assert [row[4] for row in told if row[2].startswith("Thẩm định")] == [
        "2 ngày 6 giờ (hạn 16 giờ làm việc)",
        "1 ngày 6 giờ (hạn 16 giờ làm việc)",
    ]
    assert told[10][3] == "Phạm Thị Dung thay Trần Thị Bình"
    page.wait_for_selector("[data-diagram=shown]")
    page.keyboard.press("Home")
    page.keyboard.press("b")
    page.keyboard.press("b")
    stepped_in = said(page, ".moment.is-shown")
    says(stepped_in, "Can thiệp", "Nguyễn Văn Cường", "Chưa đo lại tầng hai")
    page.get_by_role("link", name="Thẩm định hiện trạng, lần 2").click()
    says(
        said(page, ".moment.is-shown"),
        "Phạm Thị Dung, Công chức tư pháp – hộ tịch",
        "Thay mặt Trần Thị Bình",
    )


def the_verdict_names_four_deviations(days: Days) -> None:
    """A late step, a return, an extension, a late case; nothing else, no failure."""
    page = days.go("kiemtoan", "23/03 10:30", "/ho-so/{case}/bang-chung")
    assert "Hồ sơ phù hợp quy trình, có 4 sai lệch." in said(page, "#nhan-dinh")
    found = [
        " ".join(row.split())
        for row in page.locator("#sai-lech tbody tr").all_inner_texts()
    ]
    ward, desk = "UBND phường Minh Họa", "Trung tâm Phục vụ hành chính công phường"
    by_leader = f"{ward} Chưa đo lại tầng hai Nguyễn Văn Cường"
    by_supervisor = f"{ward} Chờ đo lại tầng hai Đặng Văn Minh"
    # Printing the receipt is an event too, number 2; the letter had a number.
    assert found == [
        f"7 05/03/2026 10:30 Trễ hạn Thẩm định hiện trạng {ward} – –",
        f"8 06/03/2026 08:00 Trả lại bước trước Ký giấy xác nhận {by_leader}",
        f"10 06/03/2026 16:10 Gia hạn ngày hẹn trả cả hồ sơ {by_supervisor}",
        f"14 23/03/2026 10:05 Trễ hạn cả hồ sơ {desk} Minh Họa – –",
    ]
    assert page.locator("#nhan-dinh .state-tag--late").count() == 0
