"""Days that people type into filters."""

from collections.abc import Iterator
from datetime import date

import flask
import pytest

from webui import days

TODAY = date(2026, 11, 22)
YEAR = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def _speaking() -> Iterator[None]:
    """A request, which has a language."""
    with flask.Flask(__name__).test_request_context():
        yield


def typed(text: str) -> days.Typed:
    """What a field makes of a text."""
    return days.typed("ngay", TODAY, last=TODAY, values={"ngay": text})


@pytest.mark.parametrize("text", ["2/3/2026", "02/03/2026", " 2026-03-02 "])
def test_a_day_is_read_and_written_as_officials_do(text: str) -> None:
    found = typed(text)
    assert (found.text, found.day, found.error) == (
        "02/03/2026",
        date(2026, 3, 2),
        "",
    )


@pytest.mark.parametrize("text", ["", " "])
def test_nothing_typed_is_the_usual_day(text: str) -> None:
    found = typed(text)
    assert (found.text, found.day, found.error) == ("22/11/2026", TODAY, "")


@pytest.mark.parametrize("text", ["31/02/2026", "11/22/2026", "hôm qua", "1/1/26"])
def test_what_is_no_day_stays_as_it_was_typed_with_a_word(text: str) -> None:
    found = typed(text)
    assert (found.text, found.day) == (text, TODAY)
    assert "20/11/2026" in found.error
    assert found.error.endswith("22/11/2026.")


@pytest.mark.parametrize("text", ["23/11/2026", "31/12/1999", "1/1/0026"])
def test_a_day_out_of_reach_stays_as_it_was_typed_with_a_word(text: str) -> None:
    found = typed(text)
    assert (found.text, found.day) == (text, TODAY)
    assert "01/01/2000" in found.error


def test_a_span_never_ends_before_it_begins() -> None:
    first = days.typed("tu", YEAR, values={"tu": "5/5/2026"})
    before = days.typed("den", TODAY, values={"den": "4/5/2026"})
    same = days.typed("den", TODAY, values={"den": "5/5/2026"})
    assert days.span(first, same) == (first, same)
    _, wrong = days.span(first, before)
    assert (wrong.text, wrong.day) == ("04/05/2026", date(2026, 5, 5))
    assert wrong.error


def test_a_span_keeps_what_is_wrong_with_its_last_day() -> None:
    first = days.typed("tu", YEAR, values={"tu": "5/5/2027"})
    last = days.typed("den", TODAY, values={"den": "x"})
    assert days.span(first, last)[1].error == last.error
