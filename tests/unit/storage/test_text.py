"""Folding a text for searching."""

import pytest

from storage import text


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Nguyễn Thị Đượm", "nguyen thi duom"),
        ("ĐẶNG VĂN ẤT", "dang van at"),
        ("Ằ ẵ Ộ ỡ Ử ự Ỹ ỵ", "a a o o u u y y"),
        # The same letter, once whole and once taken apart.
        ("Hue\u0302\u0301", "hue"),
        ("Hu\u1ebf", "hue"),
        ("  H01.01 -\t0034 ", "h01.01 - 0034"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("İ", "i"),
        ("", ""),
        ("한국", text.fold("한국")),
    ],
)
def test_a_text_is_folded(written: str, folded: str) -> None:
    assert text.fold(written) == folded


@pytest.mark.parametrize("written", ["H01-0034", "12/2026", "a_b%c", "o'neil"])
def test_what_has_no_marks_and_no_capitals_stays(written: str) -> None:
    assert text.fold(written.lower()) == written.lower()


def test_folding_twice_changes_nothing() -> None:
    once = text.fold("Đỗ Thị Ước, ĐẮK LẮK")
    assert text.fold(once) == once


@pytest.mark.parametrize(
    ("words", "expected"),
    [("Đắk", "%dak%"), ("100%", "%100\\%%"), ("a_b", "%a\\_b%"), ("\\", "%\\\\%")],
)
def test_a_pattern_finds_its_text_and_not_anything(words: str, expected: str) -> None:
    assert text.pattern(words) == expected


def test_an_id_is_told_from_a_code() -> None:
    known = text.uuid("018f3c3e-0000-7000-8000-000000000001")
    assert known is not None
    assert known.version == 7
    assert text.uuid("H01-0034") is None
    assert text.uuid("") is None
