"""Dates are read as people in Việt Nam write them; days that do not exist are not."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from engine.conformance.foreign import Stamp
from engine.domain.iso8601 import VIETNAM
from models_bpmn.histories.dates import Reader
from models_bpmn.histories.table import Cell


def at(*parts: int, zone: timezone = VIETNAM) -> Stamp:
    """An instant."""
    return Stamp(datetime(*parts, tzinfo=zone))  # type: ignore[arg-type,misc]


def day(*parts: int) -> Stamp:
    """A day without hour."""
    return Stamp(datetime(*parts, tzinfo=VIETNAM), dated=True)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("05/03/2026", day(2026, 3, 5)),
        ("5-3-2026", day(2026, 3, 5)),
        ("05.03.26", day(2026, 3, 5)),
        ("05/03/1999 7:05", at(1999, 3, 5, 7, 5)),
        ("05/03/2026 14:05:06", at(2026, 3, 5, 14, 5, 6)),
        ("05/03/2026 02:05 CH", at(2026, 3, 5, 14, 5)),
        ("05/03/2026 12:05 SA", at(2026, 3, 5, 0, 5)),
        ("05/03/2026 2:05:00 PM", at(2026, 3, 5, 14, 5)),
        ("14:05 05/03/2026", at(2026, 3, 5, 14, 5)),
        ("14h05 ngày 05/03/2026", at(2026, 3, 5, 14, 5)),
        ("2026-03-05", day(2026, 3, 5)),
        ("20260305", day(2026, 3, 5)),
        ("2026-03-05 14:05", at(2026, 3, 5, 14, 5)),
        ("2026-03-05T14:05:06.25Z", at(2026, 3, 5, 14, 5, 6, 250000, zone=UTC)),
        (
            "2026-03-05T14:05:06+0200",
            at(2026, 3, 5, 14, 5, 6, zone=timezone(timedelta(hours=2))),
        ),
        ("46086,5", at(2026, 3, 5, 12)),
        (46086.25, at(2026, 3, 5, 6)),
        (46086.0, day(2026, 3, 5)),
        (datetime(2026, 3, 5, 6, tzinfo=UTC), at(2026, 3, 5, 6, zone=UTC)),
    ],
)
def test_a_stamp_is_read(text: Cell, wanted: Stamp) -> None:
    assert Reader().read(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        *("30/02/2026", "05/13/2026", "2026-02-30", "29/02/2025", "00/01/2026"),
        *(
            "05/03/2026 24:00",
            "05/03/2026 12:60",
            "yesterday",
            "5/3",
            "1",
            "",
            "9" * 99,
        ),
        *("2026-03-05T10:00+25:00", None, True, 12.0, 999_999.0),
    ],
)
def test_what_is_no_real_date_is_not_read(text: Cell) -> None:
    assert Reader().read(text) is None


def test_the_order_and_the_zone_can_be_told() -> None:
    reader = Reader(order="mdy", zone=UTC)
    assert reader.read("03/05/2026 10:00") == at(2026, 3, 5, 10, zone=UTC)
    assert Reader(since_1904=True).read(44624.0) == day(2026, 3, 5)


def test_a_day_is_kept_until_it_is_over() -> None:
    assert not at(2026, 3, 5, 23, 59).after(day(2026, 3, 5))
    assert at(2026, 3, 6, 0, 0).after(day(2026, 3, 5))
    assert not day(2026, 3, 5).after(at(2026, 3, 5, 8))
    assert at(2026, 3, 5, 9).after(at(2026, 3, 5, 8))
    # 23:00 in UTC is the next day in Việt Nam.
    assert at(2026, 3, 5, 23, zone=UTC).after(day(2026, 3, 5))
