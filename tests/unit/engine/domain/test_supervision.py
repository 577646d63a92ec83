"""Months and ages as supervision counts them."""

from datetime import UTC, datetime, timedelta

from engine.domain import supervision, urgency
from models_bpmn import calendars


def test_a_month_begins_at_midnight_in_vietnam() -> None:
    begin = supervision.begin_of(202612)
    assert begin == datetime(2026, 11, 30, 17, tzinfo=UTC)
    assert supervision.month_of(begin) == 202612
    assert supervision.month_of(begin - timedelta(microseconds=1)) == 202611


def test_months_go_over_the_turn_of_the_year() -> None:
    assert supervision.next_month(202612) == 202701
    assert supervision.months_until(202702, 4) == (202611, 202612, 202701, 202702)
    assert supervision.months_until(202612, 12)[0] == 202601


def test_ages_are_counted_in_working_time() -> None:
    # Monday, 08:30 in Vietnam: half a working day ago it was Friday afternoon.
    monday = datetime(2026, 11, 16, 1, 30, tzinfo=UTC)
    calendar = calendars.default_calendar()
    edges = urgency.edges(monday, calendar)
    found = supervision.moment(edges, monday, calendar)
    half, one, two = found.ages
    assert half == datetime(2026, 11, 13, 7, tzinfo=UTC)
    assert two < one < half < monday
