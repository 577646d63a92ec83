"""Instants that people type."""

from datetime import UTC, datetime

import pytest

from webui import instants


@pytest.mark.parametrize(
    ("day", "time"),
    [
        ("2/3/2026", "9:10"),
        ("02/03/2026", "09:10"),
        (" 2026-03-02 ", " 09h10 "),
        ("02/03/2026", "9H10"),
    ],
)
def test_a_day_and_a_time_are_an_instant_of_vietnam(day: str, time: str) -> None:
    assert instants.parse(day, time) == datetime(2026, 3, 2, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "time"),
    [
        ("31/02/2026", "09:10"),
        ("3/2026", "09:10"),
        ("02/03/26", "09:10"),
        ("02/03/2026", "24:00"),
        ("02/03/2026", "9"),
        ("02/03/2026", "09:60"),
        ("", "09:10"),
        ("02/03/2026", ""),
        ("٠٢/03/2026", "09:10"),
    ],
)
def test_what_is_no_day_or_no_time_is_no_instant(day: str, time: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of whichever part.
        instants.parse(day, time)
    assert not (instants.is_day(day) and instants.is_time(time))


def test_an_instant_is_written_as_it_is_typed() -> None:
    at = datetime(2026, 3, 1, 17, 5, tzinfo=UTC)
    assert instants.written(at) == ("02/03/2026", "00:05")
    assert instants.parse(*instants.written(at)) == at
