"""Figures and populations: what both databases count, and what they leave out."""

import dataclasses
import json
from datetime import date, timedelta

import pytest

from engine.domain.case import Case, Task, TaskStatus
from engine.domain.events import EventType
from engine.domain.figures import PARTS, Queue, Wanted, grouped
from engine.domain.run import Status
from storage.database import Database
from storage.figures import Figures
from tests.contracts import world
from tests.contracts.world import World

NOVEMBER = Wanted(first=date(2026, 11, 1), last=date(2026, 11, 30))


@pytest.fixture
def figures(database: Database) -> Figures:
    return Figures(database)


def closed(here: World, at: int, *tasks: Task, due: int | None = None) -> Case:
    """A case that closed some minutes after noon of 20/11."""
    case = here.case(status=Status.COMPLETED, closed_at=world.at(at))
    case = dataclasses.replace(case, due_at=None if due is None else world.at(due))
    mine = [dataclasses.replace(one, case=case.id) for one in tasks]
    return here.opened(case, *(mine or [done(here, case, "check", at)]))


def done(here: World, case: Case, element: str, at: int, **changes: object) -> Task:
    told = {"status": TaskStatus.DONE, "assignee": here.clerk.id, "name": element}
    return here.task(
        case, element=element, closed_at=world.at(at), **{**told, **changes}
    )


def test_cases_count_by_the_month_of_their_end_in_vietnam(
    here: World, figures: Figures
) -> None:
    closed(here, 10, due=20)
    closed(here, 30, due=20)
    closed(here, 30)
    # Noon of 20/11 in UTC and 10 days, 5 hours on: 1/12, 00:10 in Vietnam.
    closed(here, 10 * 1440 + 5 * 60 + 10, due=20)
    here.opened()
    [november] = figures.cases(here.tenant, NOVEMBER)
    assert (november.closed, november.due, november.on_time) == (3, 2, 1)
    assert (november.key.month, november.key.agency) == ("2026-11", here.office)
    year = dataclasses.replace(NOVEMBER, last=date(2026, 12, 31))
    rows = figures.cases(here.tenant, year)
    assert sorted((row.key.month, row.closed) for row in rows) == [
        *(("2026-11", 3), ("2026-12", 1))
    ]


def test_other_tenants_procedures_and_units_are_left_out(
    here: World, there: World, figures: Figures
) -> None:
    closed(here, 10)
    closed(there, 10)
    assert sum(row.closed for row in figures.cases(here.tenant, NOVEMBER)) == 1
    for change in ({"procedure": "9.999"}, {"agencies": frozenset({here.ward})}):
        narrowed = dataclasses.replace(NOVEMBER, **change)
        assert figures.cases(here.tenant, narrowed) == ()
        assert figures.steps(here.tenant, narrowed) == ()
        assert figures.paths(here.tenant, narrowed) == ()
        assert figures.listed(here.tenant, narrowed, "closed") == ()
    nobody = dataclasses.replace(NOVEMBER, agencies=frozenset())
    assert figures.cases(here.tenant, nobody) == ()


def test_steps_count_rework_hand_overs_and_what_was_on_time(
    here: World, figures: Figures
) -> None:
    case = here.case(status=Status.COMPLETED, closed_at=world.at(50))
    other = here.colleague.id
    closed_at = (10, 20, 30, 40)
    first, second, third, fourth = closed_at
    here.opened(
        case,
        done(here, case, "a", first, due_at=world.at(5)),
        done(here, case, "b", second, due_at=world.at(25), assignee=other),
        done(here, case, "a", third, due_at=None, occurrence=2),
        done(here, case, "c", fourth, due_at=world.at(40)),
        here.task(case, element="d", status=TaskStatus.CANCELLED),
    )
    rows = {row.key.element: row for row in figures.steps(here.tenant, NOVEMBER)}
    counts = {
        name: (row.done, row.due, row.on_time, row.again, row.handed)
        for name, row in rows.items()
    }
    assert counts == {"a": (2, 1, 0, 1, 1), "b": (1, 1, 1, 0, 1), "c": (1, 1, 1, 0, 0)}
    [path] = figures.paths(here.tenant, NOVEMBER)
    assert path.steps == ("a", "b", "a", "c")
    listed = figures.listed(here.tenant, NOVEMBER, "rework")
    assert [one.id for one in listed] == [case.id]
    assert [one.id for one in figures.listed(here.tenant, NOVEMBER, "late-step")] == [
        case.id
    ]
    assert figures.listed(here.tenant, NOVEMBER, "no such figure") == ()


def test_a_hand_over_counts_though_the_step_before_lies_before_the_period(
    here: World, figures: Figures
) -> None:
    case = here.case(opened_at=world.at(-40 * 1440))
    here.opened(
        case,
        done(here, case, "a", -30 * 1440, assignee=here.colleague.id),
        done(here, case, "b", 10),
    )
    [row] = figures.steps(here.tenant, NOVEMBER)
    assert (row.key.element, row.handed) == ("b", 1)


def test_open_work_is_counted_by_its_age_and_closed_work_not_at_all(
    here: World, figures: Figures
) -> None:
    case = here.case()
    days = (0.5, 1, 2, 3, 5, 7, 30)
    here.opened(
        case,
        *(
            here.task(
                case,
                element="check",
                occurrence=number,
                opened_at=world.NOON - timedelta(days=age),
                due_at=world.at(-1) if age > 3 else None,
            )
            for number, age in enumerate(days, start=1)
        ),
        done(here, case, "done", 1),
    )
    rows = figures.queue(here.tenant, NOVEMBER, world.NOON)
    [row] = grouped(rows, PARTS["step"])
    assert isinstance(row, Queue)
    assert (row.open, row.ages, row.late) == (7, (1, 2, 2, 2), 3)


def test_the_cases_behind_the_figures_are_those_that_were_counted(
    here: World, figures: Figures
) -> None:
    good = closed(here, 10, due=20)
    bad = closed(here, 30, due=20)
    free = closed(here, 30)
    ids = {
        kind: {one.id for one in figures.listed(here.tenant, NOVEMBER, kind)}
        for kind in ("closed", "on-time", "late")
    }
    assert ids == {
        "closed": {good.id, bad.id, free.id},
        "on-time": {good.id},
        "late": {bad.id},
    }


def test_ratings_of_a_period_are_counted_by_their_score(
    here: World, there: World, figures: Figures
) -> None:
    for office, score in ((here, 5), (here, 2), (here, 5), (there, 1)):
        case = office.opened()
        with office.begin() as work:
            work.cases.save(world.next_act(case))
            work.commit()
        rated(office, case, score)
    assert figures.scores(here.tenant, NOVEMBER) == {5: 2, 2: 1}
    december = Wanted(first=date(2026, 12, 1), last=date(2026, 12, 31))
    assert figures.scores(here.tenant, december) == {}
    nowhere = dataclasses.replace(NOVEMBER, agencies=frozenset())
    assert figures.scores(here.tenant, nowhere) == {}


def rated(office: World, case: Case, score: int) -> None:
    """The applicant rates a case after its next act."""
    with office.begin() as work:
        after = work.cases.get(case.id)
        change = world.next_act(after)
        (act,) = change.events
        body = json.loads(act.body)
        body |= {"type": "case.rated", "facts": {"score": score}}
        told = dataclasses.replace(
            act, type=EventType.CASE_RATED.value, body=json.dumps(body).encode()
        )
        work.cases.save(dataclasses.replace(change, events=(told,)))
        work.commit()


def test_every_case_that_ended_is_named_with_its_head_the_last_first(
    here: World, there: World, figures: Figures
) -> None:
    first, last = closed(here, 10), closed(here, 20)
    here.opened()
    closed(there, 10)
    found = figures.ended(here.tenant, NOVEMBER)
    assert [one.case for one in found] == [last.id, first.id]
    assert [one.head for one in found] == [last.head, first.head]
    assert {one.procedure for one in found} == {here.procedure.code}
    wanted = dataclasses.replace(NOVEMBER, agencies=frozenset())
    assert figures.ended(here.tenant, wanted) == ()
