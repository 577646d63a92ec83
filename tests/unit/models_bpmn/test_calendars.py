"""The calendar that comes with the product."""

from datetime import date

import pytest

from engine.domain.working_time import Reason
from models_bpmn import calendars

HEAD = """
name = "Thử"
edition = "1"
zone = "Asia/Ho_Chi_Minh"
confirmed_from = 2026-01-01
confirmed_until = 2026-12-31
week.monday = ["08:00-12:00"]
"""
DAY = '[[day]]\ndate = 2026-01-02\nkind = "swap-off"\nname = "x"\nsource = "y"\n'


def test_every_day_off_names_its_document() -> None:
    calendar = calendars.default_calendar()
    assert all(day.name and day.source for day in calendar.special.values())


def test_each_swapped_day_off_of_a_year_has_a_day_made_up() -> None:
    special = calendars.default_calendar().special
    for year in (2024, 2025, 2026, 2027):
        reasons = [day.reason for at, day in special.items() if at.year == year]
        assert reasons.count(Reason.SWAP_OFF) == reasons.count(Reason.MAKEUP_WORK)


def test_days_made_up_are_weekend_days_with_hours_and_all_others_are_off() -> None:
    for at, day in calendars.default_calendar().special.items():
        assert bool(day.hours) == (day.reason is Reason.MAKEUP_WORK)
        assert (at.isoweekday() > 5) or not day.hours


@pytest.mark.parametrize(("year", "days"), [(2024, 11), (2025, 11), (2026, 12)])
def test_a_year_has_the_holidays_of_the_law(year: int, days: int) -> None:
    special = calendars.default_calendar().special
    holidays = [
        at
        for at, day in special.items()
        if at.year == year and day.reason is Reason.HOLIDAY
    ]
    assert len(holidays) == days
    assert (date(year, 11, 24) in holidays) == (year >= 2026)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + DAY + DAY,
        HEAD + DAY.replace("2026-01-02", '"2026-01-02"'),
        HEAD + DAY.replace("swap-off", "vacation"),
        HEAD.replace("08:00-12:00", "12:00-08:00") + DAY,
        HEAD + "[[day",
    ],
)
def test_a_broken_calendar_document_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each fault has its own words
        calendars.read(text)
