"""Urgency: the thresholds in working time, worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from engine.domain import calendar_content, urgency
from engine.domain.calendar_content import Content
from engine.domain.calendars import Edition, Register
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
    ("due", "expected"), [(None, Urgency.PAUSED), (NOW, Urgency.SOON)]
)
def test_work_whose_case_stands_is_paused_unless_its_limit_runs_on(
    due: datetime | None, expected: Urgency
) -> None:
    assert urgency.of(JUST, due, AT, paused=True) is expected


@pytest.mark.parametrize(
    ("used", "expected"), [(79, Urgency.LATER), (80, Urgency.SOON)]
)
def test_four_fifths_of_a_long_limit_are_soon(used: int, expected: Urgency) -> None:
    opened = NOW - timedelta(days=used)
    assert urgency.of(opened, opened + timedelta(days=100), AT) is expected


def own_hours(agency: UUID) -> Edition:
    """Saturdays and Sundays are worked at an agency, too, in November."""
    hours = calendar_content.hours_of(["07:30-11:30", "13:00-17:00"])
    content = Content(
        name="Trực cả tuần",
        first=date(2026, 11, 1),
        last=date(2026, 11, 30),
        week=(hours,) * 7,
    )
    draft = Edition(
        id=UUID(int=100),
        agency=agency,
        content=content,
        source="thử",
        authors=(),
        proposed_at=NOW - timedelta(days=30),
    )
    by, at = UUID(int=9), NOW - timedelta(days=29)
    return draft.confirm("1/TB", date(2026, 10, 22), by, at)


def test_an_agency_with_a_calendar_of_its_own_has_edges_of_its_own() -> None:
    ward, desk, office = (UUID(int=n) for n in (1, 2, 3))
    register = Register(
        [own_hours(ward)], lambda one, _: ward if one == desk else None, CALENDAR
    )
    at = urgency.everywhere(NOW, register, [ward, desk, office])
    assert at.at(office) is at
    assert (at.serious, at.soon) == (AT.serious, AT.soon)
    # One working day ahead is Saturday there; a unit counts as what it stands under.
    assert at.at(ward).soon == datetime(2026, 11, 21, 7, 5, tzinfo=UTC)
    assert at.at(desk) == at.at(ward)
    due = datetime(2026, 11, 22, 7, 5, tzinfo=UTC)
    assert urgency.of(JUST, due, at.at(office)) is Urgency.SOON
    assert urgency.of(JUST, due, at.at(ward)) is Urgency.LATER


def test_without_calendars_of_agencies_there_is_one_set_of_edges() -> None:
    register = Register([], lambda _, __: None, CALENDAR)
    assert urgency.everywhere(NOW, register, [UUID(int=1)]).own == {}
