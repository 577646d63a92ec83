"""Going back by working time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import working_time
from models_bpmn import calendars

CALENDAR = calendars.default_calendar()
#: Sunday, 22 November 2026, 06:00 local.
SUNDAY = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)


def test_a_night_and_a_weekend_are_no_working_time() -> None:
    friday = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    assert working_time.before(SUNDAY, 60, CALENDAR) == friday


@given(minutes=st.integers(1, 20_000), later=st.integers(0, 200_000))
def test_going_back_leaves_just_so_much_working_time(minutes: int, later: int) -> None:
    now = datetime(2025, 6, 2, tzinfo=UTC) + timedelta(minutes=later)
    then = working_time.before(now, minutes, CALENDAR)
    assert working_time.remaining(then, now, CALENDAR) == minutes


def test_more_working_time_than_there_ever_was_is_refused() -> None:
    begin = datetime(1, 1, 10, tzinfo=UTC)
    with pytest.raises(ValueError, match="9000000"):
        working_time.before(begin, 9_000_000, CALENDAR)
