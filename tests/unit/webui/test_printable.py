"""What the fonts of the papers have: what is kept is what the typesetter says."""

import unicodedata
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webui.documents import glyphs_build, printable

KEPT: Final = [one for one in glyphs_build.assigned() if printable.has(one)]


def test_every_sign_that_is_said_to_be_there_is_set() -> None:
    assert len(KEPT) > 5_000
    assert glyphs_build.refused(KEPT) == ""


def test_no_sign_next_to_those_would_be_set_as_well() -> None:
    near = {chr(ord(one) + step) for one in KEPT for step in (-1, 1)}
    asked = set(glyphs_build.assigned())
    missing = sorted(one for one in near & asked if not printable.has(one))
    assert missing
    assert list(glyphs_build.printed(missing)) == []


def test_the_signs_of_vietnamese_and_of_the_mark_are_there() -> None:
    assert all(map(printable.has, "ẾễỴăĐđƯợ₫–“”▯•"))
    assert not any(map(printable.has, "王한ก\ue000"))


@given(st.text())
def test_what_is_printed_is_set_and_counts_what_it_lost(typed: str) -> None:
    for plainly in (False, True):
        shown, lost = printable.text(typed, plainly=plainly)
        seen = [one for one in shown if one not in "\n\t"]
        assert all(map(printable.has, seen))
        assert lost == shown.count(printable.MARK) - (
            0 if plainly else unicodedata.normalize("NFC", typed).count(printable.MARK)
        )
        # What can be printed once is printed the same again.
        if not lost:
            assert printable.text(shown, plainly=plainly) == (shown, 0)


@pytest.mark.parametrize("typed", ["", "Ý kiến", "a\tb\nc", "10⁵ m² ≥ 5 ‰"])
def test_what_the_fonts_have_stays_as_it_was_typed(typed: str) -> None:
    assert printable.text(typed) == (typed, 0)


def test_entries_count_for_themselves_and_other_data_stays() -> None:
    told = printable.told(
        {
            "form": {"title": "Giấy 王"},
            "papers": [{"name": "王王", "rows": [{"a": ("王", 1, None)}]}, {"n": True}],
            "words": ["Đơn\x00"],
        }
    )
    assert told == {
        "form": {"title": "Giấy ▯"},
        "papers": [
            {"name": "▯▯", "rows": [{"a": ["▯", 1, None]}], "unprinted": 3},
            {"n": True, "unprinted": 0},
        ],
        "words": ["Đơn"],
    }
