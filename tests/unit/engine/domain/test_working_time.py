"""Legal limits on the Vietnamese working calendar: a dated table, and properties."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import model, working_time
from engine.domain.working_time import Reason
from models_bpmn import calendars

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = calendars.default_calendar()
LONG_DAY = ((time(7, 30), time(11, 30)), (time(13), time(17)))
MORNING = ((time(7, 30), time(11, 30)),)
#: A calendar with half days, where positions in time still add up.
SATURDAYS = working_time.Calendar(
    name="Sáng thứ Bảy làm việc",
    edition="1",
    week=(LONG_DAY, LONG_DAY, LONG_DAY, LONG_DAY, LONG_DAY, MORNING, ()),
    special=CALENDAR.special,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


# Received, limit, cut-off → due. Weekdays stand beside the dates that need them.
DATED = [
    # Ordinary weeks.
    ("2026-11-02 08:00", 1, "working-day", "", "2026-11-03 08:00"),
    ("2026-11-06 16:20", 1, "working-day", "", "2026-11-09 16:20"),  # Friday
    ("2026-11-02 10:15", 2, "working-hour", "", "2026-11-02 13:45"),
    ("2026-11-02 16:30", 2, "working-hour", "", "2026-11-03 09:00"),
    ("2026-11-02 07:30", 8, "working-hour", "", "2026-11-02 17:00"),
    ("2026-11-02 12:10", 1, "working-hour", "", "2026-11-02 14:00"),  # lunch
    ("2026-11-07 09:00", 1, "working-hour", "", "2026-11-09 08:30"),  # Saturday
    ("2026-11-02 12:10", 1, "working-day", "", "2026-11-03 13:00"),
    ("2026-11-02 19:45", 1, "working-day", "", "2026-11-04 07:30"),
    # Same day, with the cut-off hour of 2.000908.
    ("2026-11-02 09:00", 0, "working-day", "15:00", "2026-11-02 17:00"),
    ("2026-11-02 15:00", 0, "working-day", "15:00", "2026-11-02 17:00"),
    ("2026-11-02 15:01", 0, "working-day", "15:00", "2026-11-03 17:00"),
    ("2026-11-06 15:30", 0, "working-day", "15:00", "2026-11-09 17:00"),
    ("2026-11-02 15:01", 3, "working-day", "15:00", "2026-11-06 07:30"),
    ("2026-11-07 16:00", 0, "working-day", "15:00", "2026-11-09 17:00"),
    # Vietnam Culture Day, off since 2026 and not before.
    ("2026-11-23 10:00", 1, "working-day", "", "2026-11-25 10:00"),
    ("2026-11-23 15:30", 0, "working-day", "15:00", "2026-11-25 17:00"),
    ("2026-11-23 16:00", 2, "working-hour", "", "2026-11-25 08:30"),
    ("2025-11-21 10:00", 1, "working-day", "", "2025-11-24 10:00"),
    ("2027-11-23 10:00", 1, "working-day", "", "2027-11-25 10:00"),
    # Tết.
    ("2024-02-07 14:00", 1, "working-day", "", "2024-02-15 14:00"),
    ("2025-01-24 14:00", 5, "working-day", "", "2025-02-07 14:00"),
    ("2026-02-13 16:00", 8, "working-hour", "", "2026-02-23 16:00"),
    ("2026-02-13 15:30", 3, "working-day", "15:00", "2026-02-26 07:30"),
    ("2027-02-03 09:00", 2, "working-day", "", "2027-02-12 09:00"),
    # Swapped days: off on a weekday, made up on a Saturday.
    ("2025-12-31 10:00", 1, "working-day", "", "2026-01-05 10:00"),
    ("2026-01-09 10:00", 1, "working-day", "", "2026-01-10 10:00"),
    ("2026-01-09 16:00", 2, "working-hour", "", "2026-01-10 08:30"),
    ("2026-08-21 10:00", 2, "working-day", "", "2026-08-24 10:00"),
    ("2026-08-28 10:00", 1, "working-day", "", "2026-09-03 10:00"),
    ("2024-04-26 10:00", 1, "working-day", "", "2024-05-02 10:00"),
    ("2024-05-03 10:00", 1, "working-day", "", "2024-05-04 10:00"),
    ("2025-04-25 10:00", 2, "working-day", "", "2025-04-28 10:00"),
    ("2025-05-01 10:00", 1, "working-day", "", "2025-05-06 07:30"),
    # A holiday on a weekend is made good on the next working day.
    ("2026-04-24 10:00", 1, "working-day", "", "2026-04-28 10:00"),
    ("2027-04-29 10:00", 1, "working-day", "", "2027-05-04 10:00"),
    # Units of the ordinary calendar.
    ("2026-11-02 16:30", 24, "hour", "", "2026-11-03 16:30"),
    ("2026-11-07 23:00", 2, "hour", "", "2026-11-08 01:00"),
    ("2026-11-02 10:00", 10, "day", "", "2026-11-12 17:00"),
    ("2026-11-02 10:00", 5, "day", "", "2026-11-09 17:00"),  # ends on a Saturday
    ("2026-01-20 10:00", 30, "day", "", "2026-02-23 17:00"),  # ends in Tết
    ("2026-11-24 10:00", 1, "month", "", "2026-12-24 17:00"),
    ("2026-08-31 10:00", 1, "month", "", "2026-09-30 17:00"),
    ("2024-01-31 10:00", 1, "month", "", "2024-02-29 17:00"),
    ("2026-11-02 10:00", 14, "month", "", "2028-01-03 17:00"),  # ends on a Sunday
]


@pytest.mark.parametrize(("received", "amount", "unit", "cutoff", "due"), DATED)
def test_a_limit_ends_when_the_calendar_says(
    received: str, amount: int, unit: str, cutoff: str, due: str
) -> None:
    limit = model.TimeLimit(amount, unit)
    result = working_time.add(at(received), limit, CALENDAR, cutoff=cutoff)
    assert result.at.astimezone(HANOI).replace(tzinfo=HANOI) == at(due)
    assert result.at.utcoffset() == timedelta(0)


# An office that works on Saturday mornings.
COMMUNE = [
    ("2026-11-06 09:00", 1, "working-day", "", "2026-11-07 09:00"),
    ("2026-11-06 16:00", 1, "working-day", "", "2026-11-07 11:30"),
    ("2026-11-06 15:30", 0, "working-day", "15:00", "2026-11-07 11:30"),
    ("2026-11-07 10:00", 1, "working-day", "", "2026-11-09 10:00"),
    ("2026-11-07 11:45", 1, "working-hour", "", "2026-11-09 08:30"),
    ("2026-11-07 10:30", 2, "working-hour", "", "2026-11-09 08:30"),
    ("2026-11-06 16:30", 1, "working-hour", "", "2026-11-07 08:00"),
    ("2026-11-02 10:00", 5, "day", "", "2026-11-07 11:30"),
    ("2026-02-14 09:00", 1, "working-day", "", "2026-02-21 09:00"),  # over Tết
    ("2025-01-24 14:00", 1, "working-day", "", "2025-01-25 11:30"),
    ("2027-02-03 16:00", 1, "working-day", "", "2027-02-11 16:00"),
    # A Saturday that makes up for a day off is a whole day.
    ("2026-08-21 16:00", 1, "working-day", "", "2026-08-22 16:00"),
    ("2026-08-22 14:00", 1, "working-day", "", "2026-08-24 14:00"),
    ("2026-01-09 15:30", 0, "working-day", "15:00", "2026-01-10 17:00"),
    ("2024-05-03 10:00", 2, "working-day", "", "2024-05-06 10:00"),
    ("2024-04-27 09:00", 1, "working-day", "", "2024-05-02 09:00"),
    # The month ends on a Saturday.
    ("2026-01-31 09:00", 1, "month", "", "2026-02-28 11:30"),
    ("2025-12-31 10:00", 1, "month", "", "2026-01-31 11:30"),
]


@pytest.mark.parametrize(("received", "amount", "unit", "cutoff", "due"), COMMUNE)
def test_a_limit_ends_when_the_calendar_of_an_agency_says(
    received: str, amount: int, unit: str, cutoff: str, due: str
) -> None:
    limit = model.TimeLimit(amount, unit)
    result = working_time.add(at(received), limit, SATURDAYS, cutoff=cutoff)
    assert result.at == at(due)


def test_the_tables_hold_sixty_cases_worked_by_hand() -> None:
    assert len({*DATED, *((*one, "commune") for one in COMMUNE)}) >= 60


def test_what_comes_on_a_day_off_never_overtakes_what_came_after_the_cut_off() -> None:
    hours = model.TimeLimit(2, "hour")
    late, saturday, night = (
        working_time.end_of(at(one), hours, CALENDAR, cutoff="15:00")
        for one in ("2026-11-06 15:01", "2026-11-07 09:00", "2026-11-09 06:00")
    )
    assert late == saturday == night == at("2026-11-09 09:30")


def test_the_sum_names_each_day_left_out_with_its_document() -> None:
    limit = model.TimeLimit(0, "working-day")
    due = working_time.add(at("2026-11-23 15:30"), limit, CALENDAR, cutoff="15:00")
    assert [(line.day.isoformat(), line.reason, line.name) for line in due.lines] == [
        ("2026-11-23", Reason.CUTOFF, "15:00"),
        ("2026-11-24", Reason.HOLIDAY, "Ngày Văn hóa Việt Nam"),
    ]
    assert due.lines[1].source == "Nghị quyết số 28/2026/QH16"


def test_the_sum_tells_days_made_up_and_an_end_that_moved() -> None:
    swap = working_time.add(
        at("2026-01-09 10:00"), model.TimeLimit(2, "working-day"), CALENDAR
    )
    assert [line.reason for line in swap.lines] == [
        Reason.MAKEUP_WORK,
        Reason.WEEKLY_OFF,
    ]
    moved = working_time.add(
        at("2026-11-02 10:00"), model.TimeLimit(5, "day"), CALENDAR
    )
    assert moved.lines[-1] == working_time.Line(date(2026, 11, 9), Reason.MOVED)


def test_a_receipt_at_lunch_is_told_and_an_ordinary_sum_has_no_lines() -> None:
    day = model.TimeLimit(1, "working-day")
    lunch = working_time.add(at("2026-11-02 12:10"), day, CALENDAR)
    assert [line.reason for line in lunch.lines] == [Reason.OUTSIDE_HOURS]
    assert working_time.add(at("2026-11-02 09:00"), day, CALENDAR).lines == ()


def test_a_year_without_an_approved_calendar_is_counted_as_provisional() -> None:
    day = model.TimeLimit(1, "working-day")
    assert working_time.add(at("2026-12-31 10:00"), day, CALENDAR).provisional
    assert not working_time.add(at("2026-12-30 10:00"), day, CALENDAR).provisional


def test_seconds_never_count() -> None:
    hour = model.TimeLimit(1, "working-hour")
    first = working_time.add(at("2026-11-02 09:00:00"), hour, CALENDAR)
    assert working_time.add(at("2026-11-02 09:00:59"), hour, CALENDAR) == first


@pytest.mark.parametrize(
    ("amount", "unit"),
    [(-1, "day"), (1, "week"), (1, ""), (36_526, "working-day"), (1_201, "month")],
)
def test_what_is_no_limit_is_refused(amount: int, unit: str) -> None:
    with pytest.raises(ValueError, match="not a time limit"):
        working_time.add(
            at("2026-11-02 09:00"), model.TimeLimit(amount, unit), CALENDAR
        )


def test_a_naive_instant_and_a_cut_off_that_is_no_time_are_refused() -> None:
    limit = model.TimeLimit(1, "day")
    with pytest.raises(ValueError, match="aware"):
        working_time.add(datetime(2026, 11, 2), limit, CALENDAR)  # noqa: DTZ001
    with pytest.raises(ValueError, match="15h"):
        working_time.add(at("2026-11-02 09:00"), limit, CALENDAR, cutoff="15h")


@pytest.mark.parametrize(
    "week",
    [
        (LONG_DAY,),
        ((),) * 7,
        (((time(9), time(8)),),) * 7,
        (((time(8), time(10)), (time(9), time(11))),) * 7,
        (((time(8, 0, 1), time(10)),),) * 7,
    ],
)
def test_a_calendar_on_which_nothing_could_be_counted_is_refused(
    week: tuple[working_time.Hours, ...],
) -> None:
    with pytest.raises(ValueError, match=r"calendar|hours"):
        working_time.Calendar(name="", edition="", week=week)


def test_a_half_day_takes_the_afternoon_to_its_end_never_to_another_day() -> None:
    due = working_time.add(
        at("2026-11-06 16:00"), model.TimeLimit(1, "working-day"), SATURDAYS
    )
    assert due.at == at("2026-11-07 11:30")


def test_remaining_time_is_minutes_of_work_and_negative_when_overdue() -> None:
    due = at("2026-11-25 08:30")
    assert working_time.remaining(at("2026-11-23 16:00"), due, CALENDAR) == 120
    assert working_time.remaining(at("2026-11-24 12:00"), due, CALENDAR) == 60
    assert working_time.remaining(due, due, CALENDAR) == 0
    assert working_time.remaining(at("2026-11-25 13:30"), due, CALENDAR) == -210


INSTANTS = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001
    datetime(2027, 10, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
CALENDARS = st.sampled_from([CALENDAR, SATURDAYS])
UNITS = st.sampled_from(["hour", "day", "month", "working-hour", "working-day"])
AMOUNTS = st.integers(0, 60)


def due_of(
    start: datetime, amount: int, unit: str, calendar: working_time.Calendar
) -> datetime:
    return working_time.add(start, model.TimeLimit(amount, unit), calendar).at


@given(INSTANTS, AMOUNTS, AMOUNTS, CALENDARS)
def test_working_hours_in_two_steps_are_working_hours_in_one(
    start: datetime, first: int, second: int, calendar: working_time.Calendar
) -> None:
    middle = due_of(start, first, "working-hour", calendar)
    assert due_of(middle, second, "working-hour", calendar) == due_of(
        start, first + second, "working-hour", calendar
    )


@given(INSTANTS, st.integers(1, 60), st.integers(1, 60))
def test_working_days_in_two_steps_are_working_days_in_one(
    start: datetime, first: int, second: int
) -> None:
    middle = due_of(start, first, "working-day", CALENDAR)
    assert due_of(middle, second, "working-day", CALENDAR) == due_of(
        start, first + second, "working-day", CALENDAR
    )


@given(INSTANTS, st.timedeltas(timedelta(0), timedelta(9)), AMOUNTS, UNITS, CALENDARS)
def test_who_comes_later_is_never_due_earlier(
    start: datetime,
    wait: timedelta,
    amount: int,
    unit: str,
    calendar: working_time.Calendar,
) -> None:
    later = due_of(start + wait, amount, unit, calendar)
    assert due_of(start, amount, unit, calendar) <= later


@given(INSTANTS, AMOUNTS, UNITS, CALENDARS)
def test_a_longer_limit_never_ends_earlier(
    start: datetime, amount: int, unit: str, calendar: working_time.Calendar
) -> None:
    longer = due_of(start, amount + 1, unit, calendar)
    assert due_of(start, amount, unit, calendar) <= longer


@given(INSTANTS, AMOUNTS, CALENDARS)
def test_what_remains_of_working_hours_is_what_was_given(
    start: datetime, amount: int, calendar: working_time.Calendar
) -> None:
    due = due_of(start, amount, "working-hour", calendar)
    assert working_time.remaining(start, due, calendar) == amount * 60


@given(INSTANTS, st.integers(1, 60), CALENDARS, st.sampled_from(["", "15:00"]))
def test_a_working_day_ends_within_working_hours(
    start: datetime, amount: int, calendar: working_time.Calendar, cutoff: str
) -> None:
    limit = model.TimeLimit(amount, "working-day")
    due = working_time.add(start, limit, calendar, cutoff=cutoff)
    wall = calendar.local(due.at)
    spans = calendar.hours(wall.date())
    assert any(begin <= wall.time() <= end for begin, end in spans)


@given(INSTANTS, INSTANTS, INSTANTS, CALENDARS)
def test_remaining_time_adds_up_over_any_instant_between(
    first: datetime,
    second: datetime,
    third: datetime,
    calendar: working_time.Calendar,
) -> None:
    whole = working_time.remaining(first, third, calendar)
    parts = working_time.remaining(first, second, calendar)
    assert parts + working_time.remaining(second, third, calendar) == whole
