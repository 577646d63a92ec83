"""Cells that no spreadsheet computes, and the texts that they hold."""

import pytest

from engine.domain import cells


@pytest.mark.parametrize("text", ["=1", "+1", "@x", "'=1", "''-2", "\t", "\uff1d1"])
def test_what_begins_like_a_formula_is_marked_and_read_back(text: str) -> None:
    assert cells.harmless(text) == f"'{text}"
    assert cells.plain(cells.harmless(text)) == text


@pytest.mark.parametrize("text", ["", "'", "'a'", "Đồng ý = 1", "a-1"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert cells.harmless(text) == cells.plain(text) == text
