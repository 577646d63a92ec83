"""Urgency: the thresholds in working time, worked out by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.domain import urgency
from engine.domain.urgency import Urgency
from models_bpmn import calendars

CALENDAR = calendars.default_calendar()
#: Friday 20/11/2026, 14:05 in Vietnam.
NOW = datetime(2026, 11, 20, 7, 5, tzinfo=UTC)
AT = urgency.edges(NOW, CALENDAR)
JUST = NOW - timedelta(minutes=1)


def test_the_edges_are_working_days_away() -> None:
    # Three working days back: Thursday, Wednesday, Tuesday; one ahead: Monday.
    assert AT.serious == datetime(2026, 11, 17, 7, 5, tzinfo=UTC)
    assert AT.soon == datetime(2026, 11, 23, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (datetime(2026, 11, 17, 7, 4, tzinfo=UTC), Urgency.SERIOUS),
        (datetime(2026, 11, 17, 7, 5, tzinfo=UTC), Urgency.LATE),
        (NOW - timedelta(microseconds=1), Urgency.LATE),
        (NOW, Urgency.SOON),
        (datetime(2026, 11, 23, 7, 4, tzinfo=UTC), Urgency.SOON),
        (datetime(2026, 11, 23, 7, 5, tzinfo=UTC), Urgency.LATER),
        (None, Urgency.NONE),
    ],
)
def test_each_urgency_begins_at_its_edge(
    due: datetime | None, expected: Urgency
) -> None:
    opened = JUST if due is None or due > NOW else NOW - timedelta(days=30)
    assert urgency.of(opened, due, AT) is expected


@pytest.mark.parametrize(
    ("used", "expected"), [(79, Urgency.LATER), (80, Urgency.SOON)]
)
def test_four_fifths_of_a_long_limit_are_soon(used: int, expected: Urgency) -> None:
    opened = NOW - timedelta(days=used)
    assert urgency.of(opened, opened + timedelta(days=100), AT) is expected
