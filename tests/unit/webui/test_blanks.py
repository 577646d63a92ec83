"""Blank forms: the form of the circular with places to write, on one sheet."""

import io
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
FORMS: Final = [(forms, kind) for forms in SETS for kind in pages.KINDS]


def read(forms: FormSet, kind: Kind) -> list[str]:
    content = blanks.pdf(forms, kind, OFFICE, NOON)
    sheets = pypdf.PdfReader(io.BytesIO(content)).pages
    return [" ".join(sheet.extract_text().split()) for sheet in sheets]


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
    if kind is not Kind.SLIP:
        assert "(0256)" in sheet.extract_text()


@pytest.mark.parametrize(("forms", "kind"), FORMS)
def test_a_blank_form_says_nothing_that_nobody_wrote(
    forms: FormSet, kind: Kind
) -> None:
    (text,) = read(forms, kind)
    # Neither the day on which it was printed nor any value of a record stands on it.
    assert "2026" not in text
    assert "năm 20……" in text
    for word in ("Không thu", "Hệ thống", "chưa nhận", "không có thời hạn"):
        assert word not in text


def test_a_receipt_leaves_the_way_of_collecting_to_be_ticked() -> None:
    (text,) = read(SETS[0], Kind.RECEIPT)
    for way in ("Trực tiếp", "Bưu chính công ích", "Trực tuyến"):
        assert way.replace(" ", "") in text.replace("\u00a0", "").replace(" ", "")


def test_two_prints_of_the_same_instant_are_the_same_bytes() -> None:
    made = {blanks.pdf(SETS[0], Kind.SLIP, OFFICE, NOON) for _ in range(2)}
    assert len(made) == 1
