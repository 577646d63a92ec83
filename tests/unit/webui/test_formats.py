"""Dates, remaining working time and numbers as people read them."""

from datetime import UTC, date, datetime

import flask
import pytest

from engine.domain import iso8601
from models_bpmn import calendars
from webui import formats, i18n

NBSP = "\N{NO-BREAK SPACE}"
#: 14:05 on a Friday; 24/11 is a holiday.
NOW = datetime(2026, 11, 20, 7, 5, tzinfo=UTC)
CALENDAR = calendars.default_calendar()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026 by the clock in Vietnam."""
    return datetime(2026, 11, day, hour, minute, tzinfo=iso8601.VIETNAM)


def test_moments_are_told_by_the_clock_in_vietnam() -> None:
    assert formats.moment(NOW) == "20/11/2026 14:05"
    assert formats.short_moment(NOW) == "14:05 20/11"
    assert formats.day(datetime(2026, 11, 20, 18, tzinfo=UTC)) == "21/11/2026"
    assert formats.day(date(2026, 3, 5)) == "05/03/2026"


def test_nothing_is_told_of_nothing() -> None:
    told = [formats.moment(None), formats.short_moment(None), formats.day(None)]
    assert [*told, formats.number(None)] == ["", "", "", ""]


@pytest.mark.parametrize(
    ("due", "words", "tone"),
    [
        (at(20, 15, 40), "Còn 1 giờ 35 phút làm việc", "soon"),
        (at(20, 14, 6), "Còn 1 phút làm việc", "soon"),
        (at(20, 14, 5), "Còn 0 phút làm việc", "soon"),
        (at(23, 17), "Còn 1 ngày 2 giờ làm việc", ""),
        (at(25, 17), "Còn 2 ngày 2 giờ làm việc", "calm"),
        (at(20, 14), "Quá hạn 5 phút", "late"),
        (at(18, 14, 5), "Quá hạn 2 ngày", "late"),
    ],
)
def test_remaining_time_is_counted_in_working_units(
    due: datetime, words: str, tone: str
) -> None:
    left = formats.left(NOW, due, CALENDAR)
    assert (left.words.replace(NBSP, " "), left.tone) == (words, tone)
    assert (left.minutes < 0) == (tone == "late")


def test_a_number_and_its_unit_stay_on_one_line() -> None:
    assert formats.words(95, CALENDAR) == f"1{NBSP}giờ 35{NBSP}phút"


def test_minutes_beside_whole_days_are_not_told() -> None:
    day = formats.words(10**9, CALENDAR).split(NBSP)[1]
    assert day.startswith("ngày")
    assert formats.words(480 + 35, CALENDAR) == f"1{NBSP}ngày"


def test_numbers_follow_the_language() -> None:
    assert formats.number(1234567.5) == "1.234.567,5"
    app = flask.Flask(__name__, static_folder=None)
    app.secret_key = "x"
    with app.test_request_context():
        flask.session["language"] = "en"
        assert i18n.language() == "en"
        assert formats.number(1234567.5) == "1,234,567.5"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (9 * 480 + 330, "9 ngày 5 giờ 30 phút"),
        (480 + 35, "1 ngày 35 phút"),
        (60, "1 giờ"),
        (0, "0 phút"),
    ],
)
def test_what_others_reckon_with_is_told_to_the_minute(minutes: int, said: str) -> None:
    assert formats.exactly(minutes, CALENDAR).replace(NBSP, " ") == said


@pytest.mark.parametrize(
    ("closed", "said", "tone"),
    [
        (at(20, 15, 35), "Quá hạn 1 giờ 35 phút", "late"),
        # Nothing was worked on the Saturday; it is late all the same.
        (at(21, 9), "Quá hạn 3 giờ", "late"),
        (at(20, 14), "đúng hạn", ""),
        (at(20, 13, 59), "trước hạn", ""),
    ],
)
def test_what_has_ended_stands_to_its_due_instant_by_the_minute(
    closed: datetime, said: str, tone: str
) -> None:
    found = formats.ended(closed, at(20, 14), CALENDAR)
    assert (found.words.replace(NBSP, " "), found.tone) == (said, tone)
