"""How long a record is kept."""

from datetime import UTC, datetime

import pytest

from engine.domain import retention

CLOSED = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("10 năm", "P10Y"),
        ("6 tháng", "P6M"),
        ("10 years", "P10Y"),
        ("1 month", "P1M"),
        ("P70Y", "P70Y"),
        (" P1Y6M ", "P1Y6M"),
    ],
)
def test_a_period_is_read_as_officials_write_it(text: str, period: str) -> None:
    assert retention.read(text) == retention.Retention(period)


@pytest.mark.parametrize("text", ["Vĩnh viễn", "permanent", "", "lâu dài", "10", "P"])
def test_what_is_kept_for_ever_or_not_understood_is_never_over(text: str) -> None:
    far = datetime(2999, 1, 1, tzinfo=UTC)
    assert not retention.read(text).over(CLOSED, far)


def test_what_is_not_understood_says_so() -> None:
    assert retention.read("Vĩnh viễn").known
    assert not retention.read("lâu dài").known


def test_the_last_day_is_counted_on_the_calendar() -> None:
    kept = retention.read("10 năm")
    assert not kept.over(CLOSED, datetime(2036, 11, 20, 8, 59, tzinfo=UTC))
    assert kept.over(CLOSED, datetime(2036, 11, 20, 9, tzinfo=UTC))
