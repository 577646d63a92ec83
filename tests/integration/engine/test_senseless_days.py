"""Days that make no sense are refused to whoever sends the command."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

import pytest

from engine.commands.calendars import ConfirmCalendar, ProposeCalendar
from engine.commands.extend_deadline import AskExtension, ExtendDeadline
from engine.domain import calendar_content
from engine.domain.calendar_content import Content
from engine.domain.calendars import EditionStatus
from engine.domain.office_hours import Reason, SpecialDay
from engine.errors import NotReadyError
from tests.integration.engine.office import Office
from tests.integration.engine.test_calendars_of_agencies import YEAR, confirm
from tests.integration.engine.test_clock_of_cases import procedure

SATURDAY: Final = date(2026, 11, 28)
MAKEUP: Final = SpecialDay(
    reason=Reason.MAKEUP_WORK,
    name="Làm bù",
    source="2/QĐ",
    hours=calendar_content.hours_of(["07:30-11:30"]),
)
OFF: Final = SpecialDay(reason=Reason.SWAP_OFF, name="Hoán đổi", source="2/QĐ")
ADDITIONS: Final = Content(name="Xã", first=YEAR.first, last=YEAR.last)


def refused(office: Office, content: Content, agency: UUID | None = None) -> str:
    command = ProposeCalendar(agency=agency, content=content, source="Sở Nội vụ")
    with pytest.raises(NotReadyError) as error:
        office.do("quantri", command)
    assert error.value.params == {"day": SATURDAY.isoformat()}
    with office.app.store.begin(office.tenant) as unit:
        drafts = [one.status for one in unit.calendars.editions(agency)]
    assert EditionStatus.DRAFT not in drafts
    return error.value.code


def test_nobody_stores_a_draft_with_a_day_that_makes_no_sense(office: Office) -> None:
    assert refused(office, replace(YEAR, special={SATURDAY: OFF})) == "calendar-off"
    saturdays = replace(YEAR, week=(YEAR.week[0],) * 6 + ((),))
    worked = replace(saturdays, special={SATURDAY: MAKEUP})
    assert refused(office, worked) == "calendar-makeup"
    confirm(office, replace(YEAR, special={SATURDAY: MAKEUP}))
    # It was counted on since, so it does not keep the week from changing.
    confirm(office, worked)


def test_a_draft_is_confirmed_beside_what_is_in_force_by_then(office: Office) -> None:
    ward = office.agencies["ward"]
    confirm(office, YEAR)
    assert refused(office, replace(ADDITIONS, special={SATURDAY: OFF}), ward) == (
        "calendar-off"
    )
    content = replace(ADDITIONS, special={SATURDAY: MAKEUP})
    proposal = ProposeCalendar(agency=ward, content=content, source="Xã")
    draft = UUID(str(office.do("quantri", proposal)["edition"]))
    confirm(office, replace(YEAR, week=(YEAR.week[0],) * 6 + ((),)))
    order = ConfirmCalendar(edition=draft, document="7/QĐ", dated=date(2026, 11, 2))
    with pytest.raises(NotReadyError) as error:
        office.do("pheduyet", order)
    assert error.value.code == "calendar-makeup"
    with office.app.store.begin(office.tenant) as unit:
        assert unit.calendars.get(draft).status is EditionStatus.DRAFT


def test_more_time_never_ends_on_a_day_off_whoever_gives_it(office: Office) -> None:
    office.publish(thoi_han=procedure("7.001"))
    confirm(office, YEAR)
    case = office.open("7.001")
    before = office.case(case)
    until = datetime(2026, 11, 28, 10, tzinfo=UTC)
    for login, kind in (("thamtra", AskExtension), ("giamsat", ExtendDeadline)):
        with pytest.raises(NotReadyError) as error:
            office.do(login, kind(case=case, by=until, reason="Phức tạp"))
        told = {"day": "2026-11-28", "next": "2026-11-30"}
        assert (error.value.code, error.value.params) == ("day-off", told)
    assert office.case(case) == before
    monday = until + timedelta(days=2)
    office.do("giamsat", ExtendDeadline(case=case, by=monday, reason="Phức tạp"))
    assert office.case(case).due_at == monday
    # 23:30 on Friday in London is Saturday here.
    late = datetime(2026, 12, 4, 17, 30, tzinfo=UTC)
    with pytest.raises(NotReadyError):
        office.do("giamsat", ExtendDeadline(case=case, by=late, reason="Phức tạp"))
