"""The records behind figures: both databases name those that were counted."""

import dataclasses
import json
from datetime import date

import pytest

from engine.domain.case import Case, Task, TaskStatus
from engine.domain.events import EventType
from engine.domain.figures import Wanted
from engine.recorded import Kind, Worked
from storage.behind import Records
from storage.database import Database
from tests.contracts import world
from tests.contracts.world import World

NOVEMBER = Wanted(first=date(2026, 11, 1), last=date(2026, 11, 30))
DECEMBER = Wanted(first=date(2026, 12, 1), last=date(2026, 12, 31))


@pytest.fixture
def records(database: Database) -> Records:
    return Records(database)


def done(here: World, case: Case, element: str, at: int, **changes: object) -> Task:
    told = {"status": TaskStatus.DONE, "assignee": here.clerk.id, "name": element}
    return here.task(
        case, element=element, closed_at=world.at(at), **{**told, **changes}
    )


def told(office: World, case: Case, kind: EventType, **body: object) -> None:
    """One more event of a case, of some kind."""
    with office.begin() as work:
        change = world.next_act(work.cases.get(case.id))
        (act,) = change.events
        content = {**json.loads(act.body), "type": kind.value, **body}
        event = dataclasses.replace(
            act, type=kind.value, body=json.dumps(content).encode()
        )
        work.cases.save(dataclasses.replace(change, events=(event,)))
        work.commit()


def test_steps_are_listed_by_what_a_figure_counts_each_with_its_event(
    here: World, there: World, records: Records
) -> None:
    case = here.case()
    here.opened(
        case,
        done(here, case, "a", 10, due_at=world.at(20)),
        done(here, case, "b", 20, due_at=world.at(5)),
        done(here, case, "a", 30, due_at=None, occurrence=2),
        here.task(case, element="c"),
        here.task(case, element="d", status=TaskStatus.CANCELLED),
    )
    other = there.case()
    there.opened(other, done(there, other, "a", 10))
    told(here, case, EventType.TASK_COMPLETED, visit=["a", 1])
    told(here, case, EventType.TASK_CLAIMED, visit=["b", 1])
    told(here, case, EventType.TASK_COMPLETED, visit=["a", 2])

    def listed(kind: Kind, element: str = "") -> list[tuple[str, int, int]]:
        found = records.steps(here.tenant, NOVEMBER, kind, element, 10)
        assert {one.case for one in found} <= {case.id}
        return [(one.element, one.occurrence, one.seq) for one in found]

    assert listed(Kind.DONE) == [("a", 2, 4), ("b", 1, 0), ("a", 1, 2)]
    assert listed(Kind.DONE, "a") == [("a", 2, 4), ("a", 1, 2)]
    assert listed(Kind.DUE) == [("b", 1, 0), ("a", 1, 2)]
    assert listed(Kind.ON_TIME) == [("a", 1, 2)]
    assert listed(Kind.LATE) == [("b", 1, 0)]
    assert listed(Kind.AGAIN) == [("a", 2, 4)]
    assert len(records.steps(here.tenant, NOVEMBER, Kind.DONE, "", 2)) == 2
    assert records.steps(here.tenant, DECEMBER, Kind.DONE, "", 10) == ()


def test_what_a_step_made_is_counted_in_the_period_and_ever(
    here: World, there: World, records: Records
) -> None:
    case, code = here.case(), here.procedure.code
    here.opened(
        case,
        done(here, case, "a", 10),
        done(here, case, "a", 30, occurrence=2),
        here.task(case, element="b"),
    )
    other = there.case()
    there.opened(other, done(there, other, "b", 10))
    assert records.worked(here.tenant, NOVEMBER) == {
        (code, "a"): Worked(within=2, ever=2)
    }
    assert records.worked(here.tenant, DECEMBER) == {
        (code, "a"): Worked(within=0, ever=2)
    }
    nowhere = dataclasses.replace(NOVEMBER, agencies=frozenset())
    assert records.worked(here.tenant, nowhere) == {}


def test_ratings_are_listed_with_their_events(
    here: World, there: World, records: Records
) -> None:
    for office, score in ((here, 5), (here, 2), (there, 1)):
        case = office.opened()
        told(office, case, EventType.CASE_RATED, facts={"score": score})
    found = records.ratings(here.tenant, NOVEMBER)
    assert sorted((one.score, one.seq) for one in found) == [(2, 2), (5, 2)]
    assert records.ratings(here.tenant, DECEMBER) == ()
    elsewhere = dataclasses.replace(NOVEMBER, procedure="9.999")
    assert records.ratings(here.tenant, elsewhere) == ()
