"""Laws of working time, over generated instants, limits and calendars.

The suite tries a few hundred; `make laws` tries 10,000 of each.
"""

import os
from datetime import UTC, date, datetime, timedelta
from typing import Final

import hypothesis
from hypothesis import strategies as st

from engine.domain import calendar_content, term, working_time
from engine.domain.model import TimeLimit
from engine.domain.working_time import Calendar, Season
from models_bpmn import calendars

#: 10,000 under `make laws`.
EXAMPLES: Final = int(os.environ.get("QUYTRINH_LAWS", "150"))
LONG: Final = calendar_content.hours_of(["07:30-11:30", "13:00-17:00"])
SUMMER: Final = calendar_content.hours_of(["07:00-11:30", "13:30-17:00"])
MORNING: Final = calendar_content.hours_of(["07:30-11:30"])
KNOWN: Final = calendars.default_calendar()
#: Saturday mornings, and other hours every summer.
COMMUNE: Final = Calendar(
    name="Phường",
    edition="2",
    week=(LONG,) * 5 + (MORNING, ()),
    special=KNOWN.special,
    seasons=tuple(
        Season(since=date(year, month, 16), week=(hours,) * 5 + (MORNING, ()))
        for year in range(2024, 2029)
        for month, hours in ((4, SUMMER), (10, LONG))
    ),
)
CALENDARS: Final = st.sampled_from([KNOWN, COMMUNE])
INSTANTS: Final = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001
    datetime(2027, 9, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
LIMITS: Final = st.builds(
    TimeLimit,
    st.integers(0, 90),
    st.sampled_from(["hour", "day", "month", "working-hour", "working-day"]),
)
CUTOFFS: Final = st.sampled_from(["", "15:00"])
MINUTES: Final = st.integers(0, 20_000)
laws: Final = hypothesis.settings(max_examples=EXAMPLES, deadline=None)


def minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


@laws
@hypothesis.given(INSTANTS, MINUTES, MINUTES, CALENDARS)
def test_minutes_worked_in_two_parts_are_minutes_worked_in_one(
    start: datetime, first: int, second: int, calendar: Calendar
) -> None:
    middle = working_time.after(start, first, calendar)
    whole = working_time.after(start, first + second, calendar)
    assert second == 0 or working_time.after(middle, second, calendar) == whole


@laws
@hypothesis.given(INSTANTS, MINUTES, CALENDARS)
def test_what_was_added_has_been_worked_and_going_back_gives_it_again(
    start: datetime, minutes: int, calendar: Calendar
) -> None:
    end = working_time.after(start, minutes, calendar)
    assert working_time.worked(start, end, calendar) == minutes
    back = working_time.before(end, minutes, calendar)
    assert working_time.worked(back, end, calendar) == minutes
    assert back >= minute(start)


@laws
@hypothesis.given(INSTANTS, INSTANTS, INSTANTS, CALENDARS)
def test_time_worked_adds_up_and_turns_its_sign(
    one: datetime, two: datetime, three: datetime, calendar: Calendar
) -> None:
    worked = working_time.worked
    whole = worked(one, three, calendar)
    assert worked(one, two, calendar) + worked(two, three, calendar) == whole
    assert worked(three, one, calendar) == -whole


@laws
@hypothesis.given(INSTANTS, st.timedeltas(timedelta(0), timedelta(9)), LIMITS, CUTOFFS)
def test_who_begins_later_is_never_due_earlier(
    start: datetime, wait: timedelta, limit: TimeLimit, cutoff: str
) -> None:
    for calendar in (KNOWN, COMMUNE):
        first = working_time.end_of(start, limit, calendar, cutoff=cutoff)
        later = working_time.end_of(start + wait, limit, calendar, cutoff=cutoff)
        assert first <= later


@laws
@hypothesis.given(INSTANTS, LIMITS, CALENDARS, CUTOFFS)
def test_a_longer_limit_never_ends_earlier(
    start: datetime, limit: TimeLimit, calendar: Calendar, cutoff: str
) -> None:
    longer = TimeLimit(limit.amount + 1, limit.unit)
    ends = [
        working_time.end_of(start, one, calendar, cutoff=cutoff)
        for one in (limit, longer)
    ]
    assert ends == sorted(ends)


@laws
@hypothesis.given(INSTANTS, LIMITS, CALENDARS)
def test_the_last_possible_beginning_is_in_time_and_a_minute_later_is_not(
    due: datetime, limit: TimeLimit, calendar: Calendar
) -> None:
    start = working_time.start_of(due, limit, calendar)
    goal = minute(due)
    assert working_time.end_of(start, limit, calendar) <= goal
    if start < goal:
        later = start + timedelta(minutes=1)
        assert working_time.end_of(later, limit, calendar) > goal


@laws
@hypothesis.given(INSTANTS, MINUTES, MINUTES, MINUTES, CALENDARS)
def test_a_pause_shifts_what_is_due_by_the_time_worked_in_it(
    start: datetime, limit: int, before: int, pause: int, calendar: Calendar
) -> None:
    due = working_time.after(start, limit + before + 1, calendar)
    stopped = working_time.after(start, before, calendar)
    runs = working_time.after(stopped, pause, calendar)
    moved = working_time.resumed(due, (stopped, runs), calendar)
    left = working_time.worked(stopped, due, calendar)
    assert working_time.worked(runs, moved, calendar) == left
    assert working_time.worked(due, moved, calendar) == pause


@laws
@hypothesis.given(INSTANTS, LIMITS, CALENDARS, CUTOFFS)
def test_the_explanation_is_of_the_same_sum_and_in_order(
    start: datetime, limit: TimeLimit, calendar: Calendar, cutoff: str
) -> None:
    due = working_time.add(start, limit, calendar, cutoff=cutoff)
    assert due.at == working_time.end_of(start, limit, calendar, cutoff=cutoff)
    days = [line.day for line in due.lines]
    assert days == sorted(days)


@laws
@hypothesis.given(INSTANTS, INSTANTS, MINUTES, CALENDARS)
def test_after_a_pause_with_work_in_it_nothing_is_due_when_work_begins(
    due: datetime, stopped: datetime, minutes: int, calendar: Calendar
) -> None:
    pause = (stopped, stopped + timedelta(minutes=minutes))
    hypothesis.assume(working_time.worked(*pause, calendar) > 0)
    moved = term.shifted(due, TimeLimit(1, "working-day"), pause, calendar)
    wall = calendar.local(moved)
    spans = calendar.hours(wall.date())
    assert any(begins < wall.time() <= ends for begins, ends in spans)
