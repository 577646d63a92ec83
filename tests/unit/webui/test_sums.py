"""Why this date: the sum that made a due date, line by line."""

from datetime import UTC, date, datetime, time
from typing import Final

from engine.domain import working_time
from engine.domain.model import TimeLimit
from engine.domain.working_time import Calendar, Reason, SpecialDay
from webui import sums

DAY: Final = ((time(7, 30), time(11, 30)), (time(13), time(17)))
CALENDAR: Final = Calendar(
    name="thử",
    edition="1",
    week=(DAY,) * 5 + ((), ()),
    special={
        date(2026, 11, 24): SpecialDay(reason=Reason.HOLIDAY, name="Ngày Văn hóa")
    },
    confirmed=(date(2026, 1, 1), date(2026, 12, 31)),
)
#: A Friday, 15:30 in Vietnam.
FRIDAY: Final = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
NAMES: Final = ("Tiếp nhận", "Hẹn trả")


def told(limit: TimeLimit, cutoff: str = "") -> list[sums.Entry]:
    due = working_time.add(FRIDAY, limit, CALENDAR, cutoff=cutoff)
    return sums.entries(FRIDAY, limit, due, names=NAMES)


def test_the_sum_runs_from_the_receipt_over_the_days_off_to_the_promise() -> None:
    lines = told(TimeLimit(3, "working-day"))
    assert [(one.name, one.value) for one in lines] == [
        ("Tiếp nhận", "20/11/2026 15:30"),
        ("Thời hạn", "+ 3\N{NO-BREAK SPACE}ngày làm việc"),
        ("Không tính", "3 ngày nghỉ"),
        ("Hẹn trả", "26/11/2026 15:30"),
    ]
    assert lines[2].notes == (
        "Ngày nghỉ hằng tuần: 21/11, 22/11",
        "24/11: Ngày Văn hóa",
    )


def test_without_days_off_nothing_is_left_out() -> None:
    names = [one.name for one in told(TimeLimit(1, "working-hour"))]
    assert names == ["Tiếp nhận", "Thời hạn", "Hẹn trả"]


def test_a_receipt_after_the_cutoff_says_why_it_counts_from_the_next_day() -> None:
    limit = told(TimeLimit(1, "working-day"), cutoff="15:00")[1]
    assert limit.notes == ("20/11: Nhận sau giờ chốt, tính từ ngày làm việc sau",)


def test_the_end_of_the_day_is_no_number_that_is_added() -> None:
    [_, limit, _] = told(TimeLimit(0, "working-day"))
    assert limit.value == "trong ngày làm việc"


def test_a_limit_in_days_of_the_calendar_counts_the_days_off() -> None:
    names = [one.name for one in told(TimeLimit(10, "day"))]
    assert names == ["Tiếp nhận", "Thời hạn", "Hẹn trả"]


def test_a_limit_that_ends_on_a_day_off_tells_only_the_days_it_is_moved_over() -> None:
    [_, limit, left_out, due] = told(TimeLimit(1, "day"))
    assert left_out.value == "2 ngày nghỉ"
    assert left_out.notes == ("Ngày nghỉ hằng tuần: 21/11, 22/11",)
    assert len(limit.notes) == 1
    assert due.value == "23/11/2026 17:00"
