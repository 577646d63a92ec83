"""Special days that a document may order, and those that make no sense."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

import pytest

from engine.domain import calendar_content, calendar_days, calendars
from engine.domain.calendar_content import Content
from engine.domain.calendars import Edition
from engine.domain.office_hours import Reason, Season, SpecialDay
from engine.errors import NotReadyError
from models_bpmn.calendars import proposal

NOW: Final = datetime(2026, 11, 20, 2, tzinfo=UTC)
WARD: Final = UUID(int=7)
FULL: Final = calendar_content.hours_of(["07:30-11:30", "13:00-17:00"])
YEAR: Final = Content(
    name="Lịch",
    first=date(2026, 1, 1),
    last=date(2026, 12, 31),
    week=(*(FULL,) * 5, (), ()),
    # From December on Saturday mornings are worked.
    seasons=(
        Season(
            since=date(2026, 12, 1),
            week=(*(FULL,) * 5, FULL[:1], ()),
            name="Mùa đông",
            source="1/QĐ",
        ),
    ),
)
WEDNESDAY, SATURDAY, SUNDAY = (date(2026, 11, day) for day in (25, 28, 29))
WINTER: Final = date(2026, 12, 5)


def edition(content: Content, agency: UUID | None = None) -> Edition:
    return Edition(
        id=UUID(int=1),
        agency=agency,
        content=content,
        source="thử",
        authors=(),
        proposed_at=NOW,
    )


def day(reason: Reason, *hours: str) -> SpecialDay:
    made = calendar_content.hours_of(hours)
    return SpecialDay(reason=reason, name="Ngày", source="2/QĐ", hours=made)


def refusal(
    content: Content, agency: UUID | None = None, before: Edition | None = None
) -> tuple[str, str]:
    """The code and the day of the refusal; empty: it passes."""
    base = calendars.calendar_of(edition(EVERYBODY))
    try:
        calendar_days.check(edition(content, agency), base, before)
    except NotReadyError as error:
        return error.code, str(error.params["day"])
    return "", ""


HOLIDAY: Final = day(Reason.HOLIDAY)
EVERYBODY: Final = replace(YEAR, special={WEDNESDAY: HOLIDAY})
MAKEUP: Final = day(Reason.MAKEUP_WORK, "07:30-11:30")
SWAP: Final = day(Reason.SWAP_OFF)


def other(*hours: str) -> SpecialDay:
    return day(Reason.OTHER_HOURS, *hours)


@pytest.mark.parametrize(
    ("when", "what", "code"),
    [
        (WEDNESDAY, MAKEUP, "calendar-makeup"),
        (WINTER, MAKEUP, "calendar-makeup"),
        (SATURDAY, SWAP, "calendar-off"),
        (SUNDAY, day(Reason.COMPENSATION), "calendar-off"),
        (SATURDAY, other("07:30-11:30"), "calendar-other-off"),
        (WEDNESDAY, other("07:30-11:30", "13:00-17:00"), "calendar-other-same"),
        (WEDNESDAY, other("18:00-20:00"), "calendar-other-outside"),
        (WEDNESDAY, other("06:30-10:30"), "calendar-other-outside"),
        (WINTER, other("13:00-15:00"), "calendar-other-outside"),
    ],
)
def test_a_day_that_makes_no_sense_is_refused(
    when: date, what: SpecialDay, code: str
) -> None:
    assert refusal(replace(YEAR, special={when: what})) == (code, when.isoformat())


@pytest.mark.parametrize(
    ("when", "what"),
    [
        (SATURDAY, MAKEUP),
        (WINTER, SWAP),
        (WEDNESDAY, SWAP),
        (WEDNESDAY, day(Reason.COMPENSATION)),
        (WEDNESDAY, HOLIDAY),
        # The new year falls on a Sunday now and then.
        (SUNDAY, HOLIDAY),
        (WEDNESDAY, other("07:30-11:30")),
        (WEDNESDAY, other("08:00-15:30")),
        # A longer day may begin earlier and end later.
        (WEDNESDAY, other("06:00-11:30", "13:00-19:00")),
    ],
)
def test_a_day_that_differs_from_its_weekday_passes(
    when: date, what: SpecialDay
) -> None:
    assert refusal(replace(YEAR, special={when: what})) == ("", "")


ADDITIONS: Final = Content(name="Xã", first=YEAR.first, last=YEAR.last)


@pytest.mark.parametrize(
    ("when", "what", "code"),
    [
        # Everybody is off on that Wednesday.
        (WEDNESDAY, HOLIDAY, "calendar-off"),
        (WEDNESDAY, SWAP, "calendar-off"),
        (WEDNESDAY, MAKEUP, ""),
        (SATURDAY, MAKEUP, ""),
        (WINTER, MAKEUP, "calendar-makeup"),
        (SUNDAY, HOLIDAY, ""),
    ],
)
def test_the_days_of_an_agency_stand_beside_those_of_everybody(
    when: date, what: SpecialDay, code: str
) -> None:
    assert refusal(replace(ADDITIONS, special={when: what}), WARD)[0] == code


def test_weekly_hours_of_an_agency_count_for_its_days() -> None:
    mornings = replace(ADDITIONS, week=(*(FULL[:1],) * 6, ()))
    assert refusal(replace(mornings, special={SATURDAY: SWAP}), WARD) == ("", "")
    found = refusal(replace(mornings, special={SATURDAY: MAKEUP}), WARD)
    assert found == ("calendar-makeup", SATURDAY.isoformat())


def test_what_is_in_force_already_stays_whatever_the_week_becomes() -> None:
    """Else nobody could change hours any more once a Saturday was made up."""
    past = edition(replace(YEAR, special={SATURDAY: MAKEUP}))
    saturdays = replace(past.content, week=(*(FULL,) * 6, ()))
    assert refusal(saturdays, before=past) == ("", "")
    assert refusal(saturdays) == ("calendar-makeup", SATURDAY.isoformat())
    longer = {SATURDAY: day(Reason.MAKEUP_WORK, "07:30-12:00")}
    changed = refusal(replace(saturdays, special=longer), before=past)
    assert changed == ("calendar-makeup", SATURDAY.isoformat())


@pytest.mark.parametrize("first", range(2015, 2035, 3))
def test_what_the_product_proposes_makes_sense(first: int) -> None:
    assert refusal(proposal.proposed(first, first + 2)) == ("", "")
