"""Blank forms: the form of the circular with places to write, on one sheet."""

import io
import re
from datetime import UTC, datetime
from typing import Final

import pypdf
import pytest

from engine.domain.paper_forms import SETS, FormSet, Kind
from webui import blanks as pages
from webui.documents import blanks

NOON: Final = datetime(2026, 3, 2, 5, tzinfo=UTC)
OFFICE: Final = blanks.Office(
    above="UBND tỉnh Lào Cai", office="UBND xã Bắc Hà", place="Bắc Hà"
)
FORMS: Final = [(forms, kind) for forms in SETS for kind in pages.kinds_of(forms)]


def read(forms: FormSet, kind: Kind) -> list[str]:
    content = blanks.pdf(forms, kind, OFFICE, NOON)
    sheets = pypdf.PdfReader(io.BytesIO(content)).pages
    return [" ".join(sheet.extract_text().split()) for sheet in sheets]


def dotted(text: str) -> str:
    """The text with three dots for each row of them."""
    return re.sub(r"(?:\. ?){3,}", "... ", text)


def reason_lines(text: str) -> float:
    """How many lines a hand has for the reason: a whole line has some 88 dots."""
    room = re.search(r"Lý do: ((?:\. ?)+)", text)
    assert room is not None
    return room[1].count(".") / 80


@pytest.mark.parametrize(("forms", "kind"), FORMS)
def test_a_blank_form_is_one_sheet_with_number_title_and_agency(
    forms: FormSet, kind: Kind
) -> None:
    (text,) = read(forms, kind)
    form = forms.forms[kind]
    assert f"Mẫu số {form.number}" in text
    assert form.title.upper() in text
    assert "UBND XÃ BẮC HÀ" in text
    assert "Mẫu trống, dùng khi hệ thống gặp sự cố" in text


@pytest.mark.parametrize(("forms", "kind"), FORMS)
def test_a_blank_form_of_an_agency_with_long_names_is_one_sheet_too(
    forms: FormSet, kind: Kind
) -> None:
    office = blanks.Office(
        above="Ủy ban nhân dân phường Quy Nhơn Nam",
        office="Trung tâm Phục vụ hành chính công phường Quy Nhơn Nam",
        place="Quy Nhơn Nam",
        address="01 Trần Phú, phường Quy Nhơn Nam, tỉnh Gia Lai",
        phone="(0256) 3 822 111",
    )
    content = blanks.pdf(forms, kind, office, NOON)
    (sheet,) = pypdf.PdfReader(io.BytesIO(content)).pages
    if kind in (Kind.RECEIPT, Kind.SUPPLEMENT):
        assert "(0256)" in sheet.extract_text()


@pytest.mark.parametrize(("forms", "kind"), FORMS)
def test_a_blank_form_says_nothing_that_nobody_wrote(
    forms: FormSet, kind: Kind
) -> None:
    (text,) = read(forms, kind)
    # Neither the day on which it was printed nor any value of a record stands on it.
    assert "2026" not in text
    assert "năm 20……" in text
    for word in ("Không thu", "Hệ thống", "chưa nhận", "không có", "DỰ THẢO"):
        assert word not in text


def test_a_receipt_leaves_the_way_of_collecting_to_be_ticked() -> None:
    (text,) = read(SETS[0], Kind.RECEIPT)
    for way in ("Trực tiếp", "Bưu chính công ích", "Trực tuyến"):
        assert way.replace(" ", "") in text.replace("\u00a0", "").replace(" ", "")


@pytest.mark.parametrize(
    ("forms", "said"),
    [
        (SETS[0], "Thời gian giải quyết được gia hạn đến …… giờ …… phút, ngày ……"),
        (SETS[1], "và hẹn lại thời gian trả kết quả là …… giờ …… phút, ngày ……"),
    ],
)
def test_a_letter_of_apology_says_what_the_printed_one_says_with_dots_for_what_differs(
    forms: FormSet, said: str
) -> None:
    (text,) = read(forms, Kind.APOLOGY)
    for words in (
        f"Số: ……/{forms.forms[Kind.APOLOGY].symbol}",
        "Kính gửi: ...",
        "Ngày …… / …… / 20……, ...",
        "đã tiếp nhận hồ sơ của ông (bà) đề nghị giải quyết thủ tục ...",
        "hẹn trả kết quả vào …… giờ …… phút, ngày …… tháng …… năm 20……",
        "chưa thể trả kết quả đúng thời gian đã hẹn. Lý do: ...",
        "UBND xã Bắc Hà xin lỗi ông (bà) vì sự chậm trễ này",
        said,
        "NGƯỜI QUYẾT ĐỊNH GIA HẠN (Ký, ghi rõ họ tên, chức vụ)",
    ):
        assert words in dotted(text)
    assert reason_lines(text) >= 4


def test_a_notice_of_stopping_leaves_case_fees_and_originals_to_be_written() -> None:
    (text,) = read(SETS[0], Kind.STOP)
    for words in (
        "Số: ……/TBDHS",
        "Căn cứ ...",
        "UBND xã Bắc Hà thông báo dừng giải quyết hồ sơ về thủ tục ...",
        "tiếp nhận lúc …… giờ …… phút, ngày …… tháng …… năm 20……",
        "1. Trường hợp dừng: người nộp đề nghị rút hồ sơ cơ quan dừng giải quyết",
        "2. Thời điểm dừng: …… giờ …… phút",
        "3. Lý do: ...",
        "4. Công việc đang thực hiện khi dừng: ...",
        "5. Phí, lệ phí: phải nộp ...",
        "6. Giấy tờ bản chính trả lại người nộp: ...",
        "NGƯỜI QUYẾT ĐỊNH (Ký, ghi rõ họ tên, chức vụ)",
    ):
        assert words in dotted(text)
    assert reason_lines(text) >= 3


def test_only_the_set_of_2025_has_a_blank_notice_of_stopping() -> None:
    assert [Kind.STOP in pages.kinds_of(forms) for forms in SETS] == [True, False]
    assert [Kind.APOLOGY in pages.kinds_of(forms) for forms in SETS] == [True, True]


def test_two_prints_of_the_same_instant_are_the_same_bytes() -> None:
    made = {blanks.pdf(SETS[0], Kind.SLIP, OFFICE, NOON) for _ in range(2)}
    assert len(made) == 1
