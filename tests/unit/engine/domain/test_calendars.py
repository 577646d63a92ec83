"""Editions of calendars: what they may say, which is in force, what changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from engine.domain import calendar_content, calendars, working_time
from engine.domain.calendar_content import Change, Content
from engine.domain.calendars import Edition, Register
from engine.domain.model import TimeLimit
from engine.domain.working_time import Calendar, Reason, Season, SpecialDay

LONG: Final = calendar_content.hours_of(["07:30-11:30", "13:00-17:00"])
MORNING: Final = calendar_content.hours_of(["07:30-11:30"])
WEEK: Final = (LONG,) * 5 + ((), ())
SATURDAYS: Final = (LONG,) * 5 + (MORNING, ())
CULTURE: Final = SpecialDay(
    reason=Reason.HOLIDAY,
    name="Ngày Văn hóa Việt Nam",
    source="Nghị quyết số 28/2026/QH16",
)
SEED: Final = Calendar(name="Mẫu", edition="seed", week=WEEK)
AT: Final = datetime(2026, 1, 5, 2, tzinfo=UTC)
PROVINCE, WARD, DESK = (UUID(int=n) for n in (1, 2, 3))
PARENTS: Final = {PROVINCE: None, WARD: PROVINCE, DESK: WARD}
BASE: Final = Content(
    name="Lịch năm 2026",
    first=date(2026, 1, 1),
    last=date(2026, 12, 31),
    week=WEEK,
)


def above(agency: UUID, _: datetime) -> UUID | None:
    """Who stands over an agency, at any time."""
    return PARENTS.get(agency)


def edition(
    number: int, content: Content = BASE, agency: UUID | None = None, day: int = 0
) -> Edition:
    """An edition that was confirmed so many days after `AT`."""
    draft = Edition(
        id=UUID(int=100 + number),
        agency=agency,
        content=content,
        source="thử",
        authors=(),
        proposed_at=AT,
    )
    return draft.confirm(
        f"{number}/TB", date(2026, 1, 1), UUID(int=9), AT + timedelta(days=day)
    )


def test_the_latest_edition_confirmed_until_then_is_in_force() -> None:
    first, second = edition(1), edition(2, day=10)
    register = Register([second, first], above, SEED)
    named = [
        register.in_force(WARD, AT + timedelta(days=days)).edition
        for days in (-1, 0, 9, 10, 99)
    ]
    one, two = first.id.hex, second.id.hex
    assert named == ["seed", one, one, two, two]


def test_without_a_confirmed_edition_every_date_is_provisional() -> None:
    calendar = calendars.alone(SEED).in_force(None, AT)
    assert working_time.add(AT, TimeLimit(1, "working-day"), calendar).provisional
    sure = Register([edition(1)], above, SEED).in_force(None, AT)
    assert not working_time.add(AT, TimeLimit(1, "working-day"), sure).provisional
    assert working_time.add(AT, TimeLimit(400, "day"), sure).provisional


def test_a_draft_is_never_in_force() -> None:
    draft = replace(edition(1), confirmed_at=None)
    register = Register([draft], above, SEED)
    assert register.in_force(None, AT).edition == "seed"
    expected = register.expecting(draft, AT)
    assert expected.in_force(None, AT).edition == draft.id.hex
    assert register.in_force(None, AT).edition == "seed"


def test_additions_reach_the_units_below_and_end_with_their_period() -> None:
    added = edition(
        2,
        Content(
            name="Sáng thứ Bảy",
            first=date(2026, 3, 1),
            last=date(2026, 6, 30),
            week=SATURDAYS,
            special={date(2026, 4, 1): CULTURE},
            cutoff="15:00",
        ),
        WARD,
    )
    register = Register([edition(1), added], above, SEED)
    calendar = register.in_force(DESK, AT)
    works = {
        day: bool(calendar.hours(day))
        for day in map(date.fromisoformat, ("2026-02-28", "2026-03-07", "2026-07-04"))
    }
    assert list(works.values()) == [False, True, False]
    assert not calendar.hours(date(2026, 4, 1))
    assert calendar.cutoff == "15:00"
    assert register.in_force(PROVINCE, AT).hours(date(2026, 4, 1)) == LONG


def test_weekly_hours_change_from_a_date_on_and_the_sum_says_so() -> None:
    summer = Season(
        since=date(2026, 4, 16), week=(MORNING,) * 5 + ((), ()), name="Giờ mùa hè"
    )
    made = edition(1, replace(BASE, seasons=(summer,)))
    calendar = Register([made], lambda _, __: None, SEED).in_force(None, AT)
    assert calendar.hours(date(2026, 4, 15)) == LONG
    assert calendar.hours(date(2026, 4, 16)) == MORNING
    begins = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)  # 16:00 in Việt Nam
    due = working_time.add(begins, TimeLimit(2, "working-hour"), calendar)
    assert due.at == datetime(2026, 4, 16, 1, 30, tzinfo=UTC)
    assert [(one.reason, one.name) for one in due.lines] == [
        (Reason.OTHER_WEEK, "Giờ mùa hè")
    ]


def test_a_calendar_is_found_again_by_the_name_that_an_event_recorded() -> None:
    first, added = edition(1), edition(2, replace(BASE, name="Phường"), WARD)
    register = Register([first, added], above, SEED)
    name = register.in_force(WARD, AT).edition
    later = Register([first, added, edition(3, day=5)], lambda _, __: None, SEED)
    assert later.edition(name) == register.in_force(WARD, AT)
    assert later.held(name, AT)
    assert not later.held(name, AT + timedelta(days=5))
    assert not later.held(first.id.hex, AT - timedelta(days=1))
    assert later.held("seed", AT - timedelta(days=1))
    assert [one.document for one in later.document(name)] == ["1/TB", "2/TB"]
    with pytest.raises(LookupError):
        later.edition("never")


def test_an_agency_counts_on_what_stands_over_it_at_that_instant() -> None:
    other = UUID(int=4)
    moved = AT + timedelta(days=5)

    def over(agency: UUID, at: datetime) -> UUID | None:
        return other if agency == DESK and at >= moved else above(agency, at)

    added = [edition(2, BASE, WARD), edition(3, BASE, other)]
    register = Register([edition(1), *added], over, SEED)
    names = [
        register.in_force(DESK, at).edition for at in (AT, moved - timedelta(1), moved)
    ]
    base, ward, elsewhere = (one.id.hex for one in (edition(1), *added))
    assert names == [f"{base}+{ward}"] * 2 + [f"{base}+{elsewhere}"]
    assert register.named((DESK, WARD, PROVINCE), AT) == names[0]
    assert register.named((PROVINCE,), AT) == base


def test_a_content_as_plain_values_is_the_same_content() -> None:
    content = replace(
        BASE,
        special={date(2026, 11, 24): CULTURE},
        seasons=(Season(since=date(2026, 4, 16), week=SATURDAYS, name="Hè"),),
        cutoff="15:00",
    )
    assert calendar_content.content_of(calendar_content.plain(content)) == content


def test_what_an_edition_changes_is_listed_day_by_day() -> None:
    new = replace(
        BASE,
        last=date(2027, 12, 31),
        week=SATURDAYS,
        special={date(2026, 11, 24): CULTURE},
        cutoff="15:00",
    )
    found = calendar_content.differences(BASE, new)
    assert [one.what for one in found] == ["period", "cutoff", "week", "day"]
    assert found[-1] == Change(what="day", day=date(2026, 11, 24), after=CULTURE)
    assert calendar_content.differences(new, new) == ()
    first = calendar_content.differences(None, BASE)
    assert [one.what for one in first] == ["week"]


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("calendar-period", {"last": date(2025, 12, 31)}),
        ("calendar-texts", {"name": " "}),
        ("calendar-texts", {"name": "x" * 401}),
        ("calendar-hours", {"week": ((),) * 7}),
        ("calendar-hours", {"week": (LONG,)}),
        ("calendar-hours", {"cutoff": "25:00"}),
        (
            "calendar-seasons",
            {"seasons": (Season(since=date(2026, 2, 1), week=WEEK),) * 2},
        ),
        (
            "calendar-day-hours",
            {"special": {date(2026, 2, 1): replace(CULTURE, hours=LONG)}},
        ),
        (
            "calendar-day-hours",
            {
                "special": {
                    date(2026, 2, 1): replace(CULTURE, reason=Reason.MAKEUP_WORK)
                }
            },
        ),
        (
            "calendar-day-source",
            {"special": {date(2026, 2, 1): replace(CULTURE, source="")}},
        ),
    ],
)
def test_what_could_not_be_counted_on_is_refused(
    code: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=code):
        replace(BASE, **changes)
