"""Durations, instants and cycles of ISO 8601."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from engine import limits
from engine.domain import iso8601
from engine.domain.iso8601 import Duration
from engine.domain.model import TimerKind
from engine.errors import DurationError


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "months", "days", "seconds"),
    [
        ("P1Y2M", 14, 0, 0),
        ("P3W", 0, 21, 0),
        ("P1W2D", 0, 9, 0),
        ("PT1H30M", 0, 0, 5400),
        ("PT0.5S", 0, 0, 0.5),
        ("PT1,5H", 0, 0, 5400),
        ("P1DT12H", 0, 1, 43200),
        ("P100Y", 1200, 0, 0),
        ("PT0S", 0, 0, 0),
    ],
)
def test_durations_are_read(text: str, months: int, days: int, seconds: float) -> None:
    expected = Duration(months, days, timedelta(seconds=seconds))
    assert iso8601.parse_duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "P", "PT", "P1", "1D", "P1DT", "P-1D", "-P1D", "P1H", "PT1D", "P1.5D"),
        *("P1M1Y", " P1D", "P1D ", "p1d", "P1D\n", "P١D", "R/P1D", "PT1H1H"),
        *("P101Y", "P100Y1M", "P1201M", "P36501D", "PT876001H", "P9999999999Y"),
        "P" + "0" * limits.ISO_CHARS + "D",
    ],
)
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(DurationError):
        iso8601.parse_duration(text)
    assert not iso8601.is_literal(TimerKind.DURATION, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02-01", "2026-01-31T17:00:00+00:00"),
        ("2026-02-01T08:00", "2026-02-01T01:00:00+00:00"),
        ("2026-02-01T08:00:00Z", "2026-02-01T08:00:00+00:00"),
        ("2026-02-01T08:00:00.5+07:00", "2026-02-01T01:00:00.500000+00:00"),
        ("2024-02-29T23:59:59-01", "2024-03-01T00:59:59+00:00"),
    ],
)
def test_instants_are_read_as_utc(text: str, expected: str) -> None:
    assert iso8601.parse_instant(text) == at(expected)
    assert iso8601.parse_instant(text).tzinfo is UTC


def test_the_offset_of_naive_instants_may_be_another() -> None:
    read = iso8601.parse_instant("2026-02-01", timezone.utc)  # noqa: UP017
    assert read == at("2026-02-01T00:00:00+00:00")


@pytest.mark.parametrize(
    "text",
    [
        *("2026-02-30", "2026-13-01", "2026-02-01T25:00", "2026-2-1", "20260201"),
        *("2026-02-01 08:00", "2026-W05-1", "0001-01-01", "tomorrow", ""),
    ],
)
def test_other_instants_are_refused(text: str) -> None:
    with pytest.raises(DurationError):
        iso8601.parse_instant(text)
    assert not iso8601.is_literal(TimerKind.DATE, text)


def test_cycles_are_read() -> None:
    cycle = iso8601.parse_cycle("R3/2026-02-01T00:00:00Z/PT1H")
    assert (cycle.repetitions, cycle.start) == (3, at("2026-02-01T00:00:00+00:00"))
    assert cycle.period == Duration(time=timedelta(hours=1))
    assert iso8601.parse_cycle("R/P1D").repetitions == limits.CYCLE_REPETITIONS
    assert iso8601.parse_cycle("R/P1D").start is None


@pytest.mark.parametrize(
    "text",
    [
        "R0/P1D",
        "R1001/P1D",
        "R-1/P1D",
        "R/PT0S",
        "R/",
        "R3",
        "P1D",
        "R3/x/P1D",
        "3/P1D",
    ],
)
def test_other_cycles_are_refused(text: str) -> None:
    with pytest.raises(DurationError):
        iso8601.parse_cycle(text)
    assert not iso8601.is_literal(TimerKind.CYCLE, text)


def test_literals_are_told_from_expressions() -> None:
    assert iso8601.is_literal(TimerKind.DURATION, "PT1H")
    assert iso8601.is_literal(TimerKind.DATE, "2026-02-01")
    assert iso8601.is_literal(TimerKind.CYCLE, "R3/PT1H")
    assert not iso8601.is_literal(TimerKind.DURATION, "due_time")


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2026-01-31T08:00:00+07:00", "P1M", "2026-02-28T08:00:00+07:00"),
        ("2024-01-31T08:00:00+07:00", "P1M", "2024-02-29T08:00:00+07:00"),
        ("2024-02-29T08:00:00+07:00", "P1Y", "2025-02-28T08:00:00+07:00"),
        ("2026-12-31T08:00:00+07:00", "P2M", "2027-02-28T08:00:00+07:00"),
        ("2026-10-31T08:00:00+07:00", "P1M", "2026-11-30T08:00:00+07:00"),
        ("2026-01-31T08:00:00+07:00", "P1M1D", "2026-03-01T08:00:00+07:00"),
        ("2026-01-31T08:00:00+07:00", "P1DT30M", "2026-02-01T08:30:00+07:00"),
    ],
)
def test_months_end_where_the_calendar_ends(
    start: str, duration: str, expected: str
) -> None:
    added = iso8601.add(at(start), iso8601.parse_duration(duration))
    assert added == at(expected)


def test_months_are_those_of_the_local_calendar() -> None:
    # 31 January 20:00 UTC is already 1 February in Hà Nội.
    instant = at("2026-01-31T20:00:00+00:00")
    month = iso8601.parse_duration("P1M")
    assert iso8601.add(instant, month) == at("2026-02-28T20:00:00+00:00")
    late = at("2026-01-30T20:00:00+00:00")
    assert iso8601.add(late, month) == at("2026-02-27T20:00:00+00:00")
    assert iso8601.add(late, month, UTC) == at("2026-02-28T20:00:00+00:00")


def test_the_calendar_has_an_end() -> None:
    with pytest.raises(DurationError):
        iso8601.add(at("9990-01-01T00:00:00+00:00"), iso8601.parse_duration("P50Y"))


def test_a_cycle_ends_when_its_repetitions_are_used() -> None:
    due = at("2026-01-31T00:00:00+00:00")
    assert iso8601.next_due("R2/PT1H", 1, due) == due + timedelta(hours=1)
    assert iso8601.next_due("R2/PT1H", 2, due) is None


def test_an_instant_is_written_in_utc_and_read_back() -> None:
    instant = at("2026-12-01T08:00:00.250000+07:00")
    assert iso8601.instant_text(instant) == "2026-12-01T01:00:00.250000Z"
    assert iso8601.parse_instant(iso8601.instant_text(instant)) == instant
