"""The verdict on time asks whose calendar was counted on (docs/manual/clock.md, 3).

The office handles, the commune elsewhere has a calendar of its own in which every
afternoon is free: who counts on it gives a case more days than it has.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from engine.commands.calendars import ConfirmCalendar, ProposeCalendar
from engine.commands.rename_agency import RenameAgency
from engine.domain import calendar_content, working_time
from engine.domain.calendar_content import Content
from engine.domain.model import TimeLimit
from engine.domain.organisation import Naming
from engine.evidence import record
from engine.judging.ruling import Judgement, Ruling
from tests.integration.engine import forging
from tests.integration.engine.forging import Body
from tests.integration.engine.office import Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_clock_of_cases import procedure, request
from tests.integration.engine.test_verdicts import judged, wrong

LONG: Final = calendar_content.hours_of(["07:30-11:30", "13:30-17:00"])
SHORT: Final = calendar_content.hours_of(["07:30-11:30"])
YEAR: Final = Content(
    name="Lịch năm 2026",
    first=date(2026, 1, 1),
    last=date(2026, 12, 31),
    week=(LONG,) * 5 + ((), ()),
)
MORNINGS: Final = replace(YEAR, name="Chỉ buổi sáng", week=(SHORT,) * 5 + ((), ()))


def confirm(office: Office, content: Content, agency: str = "") -> str:
    """Put an edition in force a minute from now; its id."""
    of = office.agencies[agency] if agency else None
    proposal = ProposeCalendar(agency=of, content=content, source="Sở Nội vụ")
    drafted = UUID(str(office.do("quantri", proposal)["edition"]))
    office.clock.move(minutes=5)
    order = ConfirmCalendar(edition=drafted, document="7/QĐ", dated=date(2026, 11, 2))
    office.do("pheduyet", order)
    office.clock.move(minutes=5)
    return drafted.hex


def under(office: Office, agency: str, parent: str) -> None:
    """Let an agency stand under another from now on."""
    known = office.app.directory.organisation(office.tenant)
    since = office.clock.at.date()
    naming = Naming(
        since=since,
        name=known.agencies[office.agencies[agency]].name,
        parent=office.agencies[parent],
        document="9/NQ",
    )
    office.do("quantri", RenameAgency(agency=office.agencies[agency], naming=naming))
    office.clock.move(minutes=5)


@scene
def bases(office: Office) -> tuple[str, str]:
    """Everybody's edition, and that of the commune elsewhere."""
    office.publish(thoi_han=procedure("7.001"))
    return confirm(office, YEAR), confirm(office, MORNINGS, "elsewhere")


def ruling(found: Judgement, seq: int) -> Ruling:
    """The verdict on time of an event."""
    return found.events[seq - 1].rulings[3]


def counted(office: Office, name: str) -> Callable[[Body, dict[str, Any]], None]:
    """Count a promise and a step on another calendar, without any other mistake."""
    register = office.app.directory.calendars(
        office.tenant, office.app.engine.tools.calendar
    )
    calendar = register.edition(name)

    def change(body: Body, _: dict[str, Any]) -> None:
        begun = forging.record_instant(body["at"])
        limits = TimeLimit(5, "working-day"), TimeLimit(16, "working-hour")
        whole, step = (
            record.instant(working_time.end_of(begun, one, calendar)) for one in limits
        )
        assert body["effect"]["opened"][0][4] != step
        body["facts"].update(calendar=name, due=whole)
        body["effect"]["opened"][0][4] = step

    return change


def test_a_case_counts_on_the_calendar_of_its_own_agency(
    office: Office, bases: tuple[str, str]
) -> None:
    case = office.open("7.001")
    assert calendar_of(office, case) == bases[0]
    own = confirm(office, MORNINGS, "office")
    later = office.open("7.001")
    assert calendar_of(office, later) == f"{bases[0]}+{own}"
    for one in (case, later):
        assert wrong(judged(office, one)) == []


def calendar_of(office: Office, case: UUID) -> str:
    """The calendar that an opening names."""
    return str(json.loads(office.events(case)[0].body)["facts"]["calendar"])


def test_a_calendar_of_another_agency_is_named(
    office: Office, bases: tuple[str, str]
) -> None:
    case, foreign = office.open("7.001"), "+".join(bases)
    forged = forging.forge(office.events(case), 1, counted(office, foreign))
    found = judged(office, case, forged)
    assert wrong(found) == [(1, "time", "foreign-calendar")]
    assert ruling(found, 1).params == {
        "edition": foreign,
        "agency": office.agencies["office"].hex,
        "counted": bases[0],
    }


def test_everybodys_calendar_is_named_where_the_agency_has_its_own(
    office: Office, bases: tuple[str, str]
) -> None:
    own = confirm(office, MORNINGS, "office")
    case = office.open("7.001")
    forged = forging.forge(office.events(case), 1, counted(office, bases[0]))
    found = judged(office, case, forged)
    assert wrong(found) == [(1, "time", "foreign-calendar")]
    assert ruling(found, 1).params["counted"] == f"{bases[0]}+{own}"


def test_who_names_no_calendar_counted_on_the_products_own(
    office: Office, bases: tuple[str, str]
) -> None:
    del bases
    case = office.open("7.001")

    def change(body: Body, _: dict[str, Any]) -> None:
        del body["facts"]["calendar"]

    found = judged(office, case, forging.forge(office.events(case), 1, change))
    assert (1, "time", "other-calendar") in wrong(found)


def test_additions_of_an_agency_above_hold_from_the_day_it_stands_above(
    office: Office, bases: tuple[str, str]
) -> None:
    before = office.open("7.001")
    under(office, "office", "elsewhere")
    after = office.open("7.001")
    assert calendar_of(office, before) == bases[0]
    assert calendar_of(office, after) == "+".join(bases)
    for one in (before, after):
        assert wrong(judged(office, one)) == []
    forged = forging.forge(office.events(after), 1, counted(office, bases[0]))
    assert wrong(judged(office, after, forged)) == [(1, "time", "foreign-calendar")]


def test_a_supplement_that_ends_by_the_calendar_of_another_agency_is_named(
    office: Office, bases: tuple[str, str]
) -> None:
    case = office.open("7.001")
    office.complete("thamtra", case, "xem")
    foreign = "+".join(bases)
    named: list[str] = []

    def change(body: Body, _: dict[str, Any]) -> None:
        for one in body["facts"]["clock"]:
            named.append(one["calendar"])
            one["calendar"] = foreign

    request(office, case, "motcua")
    assert wrong(judged(office, case)) == []
    forged = forging.forge(office.events(case), 3, change)
    found = judged(office, case, forged)
    assert named == [bases[0]]
    assert ruling(found, 3).code == "foreign-calendar"
