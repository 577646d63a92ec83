"""Supervision on both databases: what is counted is what the lists behind it show."""

import dataclasses
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from engine.domain import iso8601, supervision, urgency
from engine.domain.calendars import Register
from engine.domain.case import Agencies, Case, Task, TaskStatus
from engine.domain.figures import PARTS, grouped
from engine.domain.run import Status
from engine.domain.supervision import Behind, Group, Lateness, Moment, Pick, Range
from models_bpmn import calendars
from storage.database import Database
from storage.months import MonthFigures
from storage.supervision import Supervision
from tests.contracts import world
from tests.contracts.world import World

#: A Friday, 19:00 in Vietnam: the working day is over.
NOW = world.NOON
CALENDAR = calendars.default_calendar()
HOUR = 60


@pytest.fixture
def source(database: Database) -> Supervision:
    return Supervision(database)


@pytest.fixture
def months(database: Database) -> MonthFigures:
    return MonthFigures(database)


def at() -> Moment:
    tomorrow = iso8601.midnight(iso8601.day(NOW) + timedelta(days=1))
    return supervision.moment(urgency.edges(NOW, CALENDAR), tomorrow, CALENDAR)


def of(here: World, *agencies: UUID) -> Range:
    return Range(agencies=frozenset(agencies or (here.office, here.ward)))


def open_case(here: World, *tasks: dict[str, object], **changes: object) -> Case:
    case = here.case(**changes)
    made = [
        here.task(case, element=f"step{n}", **{"performer": "clerk", **one})
        for n, one in enumerate(tasks)
    ]
    # A case always had some work; none that is open, where a test names none.
    return here.opened(
        case, *(made or [dataclasses.replace(done(here, NOW, 1), case=case.id)])
    )


def ended(here: World, when: datetime, due: datetime | None, *tasks: Task) -> Case:
    case = here.case(status=Status.COMPLETED, closed_at=when, due_at=due)
    mine = [dataclasses.replace(one, case=case.id) for one in tasks]
    return here.opened(case, *mine)


def done(here: World, when: datetime, minutes: int, **changes: object) -> Task:
    told = {"status": TaskStatus.DONE, "name": "Thẩm tra", "due_at": None}
    started = when - timedelta(minutes=minutes)
    return here.task(
        here.case(), closed_at=when, opened_at=started, **{**told, **changes}
    )


def test_load_is_counted_by_unit_performer_and_hands(
    here: World, there: World, source: Supervision
) -> None:
    late: dict[str, object] = {
        "due_at": world.at(-HOUR),
        "opened_at": world.at(-9 * 24 * HOUR),
    }
    mine = {"status": TaskStatus.CLAIMED, "assignee": here.clerk.id}
    open_case(here, late, {**mine, **late}, {**mine, "opened_at": world.at(-5)})
    open_case(here, {"agency": here.elsewhere})
    open_case(there, late)
    loads = source.loads(here.tenant, of(here), at())
    told = {(one.agency, one.account): (one.open, one.late) for one in loads}
    assert told == {(here.office, None): (1, 1), (here.office, here.clerk.id): (2, 1)}
    taken = next(one for one in loads if one.account == here.clerk.id)
    assert taken.oldest == late["opened_at"]
    assert source.loads(here.tenant, of(here, here.ward), at()) == ()


def test_what_a_number_counts_is_what_its_list_shows(
    here: World, source: Supervision
) -> None:
    edges = at()
    # One before each edge of the ages, and one after the last.
    ages = [one + timedelta(minutes=1) for one in edges.ages]
    ages.append(edges.ages[-1] - timedelta(minutes=1))
    for opened in ages:
        open_case(here, {"opened_at": opened, "due_at": opened + timedelta(hours=1)})
    procedure = here.procedure.id
    [row] = source.waiting(here.tenant, of(here), edges)
    assert (row.procedure, row.element, row.ages) == (procedure, "step0", (1, 1, 1, 1))
    for age, number in enumerate(row.ages):
        pick = Pick(element="step0", age=age)
        found = source.work(here.tenant, of(here), pick, edges, (10, 0))
        assert [one.opened_at for one in found] == [ages[age]]
        assert source.work_count(here.tenant, of(here), pick, edges) == number
    late = Pick(lateness=Lateness.LATE)
    assert source.work_count(here.tenant, of(here), late, edges) == row.late
    nobody = Pick(performer="nobody")
    assert source.work(here.tenant, of(here), nobody, edges, (10, 0)) == ()


def test_work_is_listed_in_pages_by_due_instant(
    here: World, source: Supervision
) -> None:
    for minutes in (30, 10, 20):
        open_case(here, {"due_at": world.at(minutes)})
    pages = [
        source.work(here.tenant, of(here), Pick(free=True), at(), (2, start))
        for start in (0, 2)
    ]
    due = [[one.due_at for one in page] for page in pages]
    assert due == [[world.at(10), world.at(20)], [world.at(30)]]
    taken = Pick(free=False)
    assert source.work(here.tenant, of(here), taken, at(), (10, 0)) == ()


def test_running_cases_are_told_apart_and_listed(
    here: World, there: World, source: Supervision
) -> None:
    made = {
        Group.LATE: open_case(here, {}, due_at=world.at(-1)),
        Group.TODAY: open_case(here, {}, due_at=world.at(1)),
        Group.PAUSED: open_case(here, {}, suspended_at=world.at(-1)),
        Group.INCIDENT: open_case(here, status=Status.INCIDENT),
        Group.IDLE: open_case(here),
    }
    ended(here, world.at(-1), None)
    open_case(
        here,
        {},
        agencies=Agencies(
            **dict.fromkeys(
                ("helping", "receiving", "handling", "deciding"), here.elsewhere
            )
        ),
    )
    open_case(there, {}, due_at=world.at(-1))
    counts = source.running(here.tenant, of(here), at())
    assert counts == {**dict.fromkeys(made, 1), Group.RUNNING: 5}
    for group, case in made.items():
        found = source.cases(here.tenant, of(here), Behind(group=group), at())
        assert [one.id for one in found] == [case.id]
    every = source.cases(here.tenant, of(here), Behind(group=Group.RUNNING), at())
    assert {one.id for one in every} == {one.id for one in made.values()}
    assert source.running(here.tenant, of(here, here.ward), at()) == dict.fromkeys(
        Group, 0
    )


def test_months_count_what_ended_and_how_long_steps_worked(
    here: World, there: World, months: MonthFigures
) -> None:
    register = calendar_of(here)
    # 20/11/2026, 10:00 in Vietnam: an hour before, it was working time, too.
    ten = datetime(2026, 11, 20, 3, tzinfo=UTC)
    ended(here, ten, ten, done(here, ten, 60), done(here, ten, 30, occurrence=2))
    ended(here, ten, ten - timedelta(hours=1), done(here, ten, 60, due_at=ten))
    ended(here, ten, None)
    ended(here, ten + timedelta(days=30), ten)
    ended(there, ten, ten)
    months.count(here.tenant, 202611, register, NOW)
    [cases] = grouped(
        months.cases(here.tenant, of(here), [202611], "unit"), PARTS["unit"]
    )
    assert (cases.closed, cases.due, cases.on_time) == (3, 2, 1)
    [steps] = months.steps(here.tenant, of(here), [202611], "step")
    assert (steps.done, steps.due, steps.on_time, steps.again) == (3, 1, 1, 1)
    assert (steps.minutes, steps.key.step) == (150, "Thẩm tra")
    assert months.cases(here.tenant, of(here, here.ward), [202611], "unit") == ()
    assert months.cases(here.tenant, of(here), [202612], "month") == ()


def test_counting_a_month_again_adds_nothing_and_forgets_what_is_gone(
    here: World, months: MonthFigures
) -> None:
    register = calendar_of(here)
    ended(here, world.at(-60), None, done(here, world.at(-60), 60))
    for late in (0, 1):
        months.count(here.tenant, 202611, register, world.at(late))
    [cases] = months.cases(here.tenant, of(here), [202611], "month")
    assert (cases.key.month, cases.closed) == ("2026-11", 1)
    counted = months.counted(here.tenant, [202610, 202611])
    assert counted.counted.keys() == {202611}
    assert counted.oldest == world.at(1)


def test_the_cases_of_a_month_are_those_that_were_counted(
    here: World, source: Supervision
) -> None:
    # The last minute of October and the first of November, in Vietnam.
    begin = supervision.begin_of(202611)
    before = ended(here, begin - timedelta(minutes=1), begin)
    late = ended(here, begin, begin - timedelta(minutes=1), done(here, begin, 5))
    again = done(here, begin, 5, occurrence=2, due_at=begin)
    good = ended(here, begin, begin, again)

    def listed(how: str, month: int, element: str = "") -> set[UUID]:
        behind = Behind(ended=how, months=(month, month), element=element)
        return {one.id for one in source.cases(here.tenant, of(here), behind, at())}

    assert listed("closed", 202610) == {before.id}
    assert listed("closed", 202611) == {late.id, good.id}
    assert listed("on-time", 202611) == {good.id}
    assert listed("late", 202611) == {late.id}
    element = again.element
    assert listed("closed", 202611, element) == {late.id, good.id}
    assert listed("again", 202611, element) == {good.id}
    assert listed("on-time", 202611, element) == {good.id}
    assert listed("closed", 202610, element) == set()


def calendar_of(here: World) -> Register:
    with here.begin() as work:
        return work.calendars.register(CALENDAR)
