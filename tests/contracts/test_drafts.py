"""What the store of drafts promises: nothing typed overwrites what was typed later."""

from datetime import datetime

import pytest

from engine.domain.case import TaskStatus
from engine.domain.run import Visit
from engine.unsent import Sheet
from storage.database import Database
from storage.drafts import Drafts
from tests.contracts import world
from tests.contracts.world import World

VISIT = Visit("check", 1)
SHA = "ab" * 32


def sheet(text: str, at: datetime = world.NOON) -> Sheet:
    return Sheet(typed={"note": [text]}, saved_at=at)


def test_what_was_typed_comes_back_as_it_was_typed(
    database: Database, here: World
) -> None:
    case, drafts = here.opened(), Drafts(database)
    given = Sheet(
        typed={"day": ["31/02/1998"], "kinds": ["a", "b"]},
        files={"scan": [(SHA, "Giấy khai sinh.pdf", "application/pdf", 12)]},
        saved_at=world.NOON,
    )
    assert drafts.write(here.clerk, case.id, VISIT, given, 0).revision == 1
    found = drafts.find(here.clerk, case.id, VISIT)
    assert found is not None
    assert found.sheet is not None
    assert found.sheet.content == given.content
    assert (found.revision, found.sheet.saved_at) == (1, world.NOON)
    assert drafts.find(here.colleague, case.id, VISIT) is None


def test_each_saving_of_one_page_replaces_the_one_before(
    database: Database, here: World
) -> None:
    case, drafts = here.opened(), Drafts(database)
    first = drafts.write(here.clerk, case.id, VISIT, sheet("Một"), 0)
    second = drafts.write(here.clerk, case.id, VISIT, sheet("Hai"), first.revision)
    assert (second.revision, second.aside) == (2, None)
    found = drafts.find(here.clerk, case.id, VISIT)
    assert found is not None
    assert found.sheet is not None
    assert found.sheet.typed == {"note": ["Hai"]}


@pytest.mark.parametrize("base", [0, 1, 9])
def test_an_older_page_does_not_overwrite_a_newer_draft_and_both_are_kept(
    database: Database, here: World, base: int
) -> None:
    case, drafts = here.opened(), Drafts(database)
    drafts.write(here.clerk, case.id, VISIT, sheet("Một"), 0)
    drafts.write(here.clerk, case.id, VISIT, sheet("Hai"), 1)
    told = drafts.write(here.clerk, case.id, VISIT, sheet("Cũ", world.at(9)), base)
    assert told.revision == 2
    found = drafts.find(here.clerk, case.id, VISIT)
    assert found is not None
    assert found.sheet is not None
    assert found.aside is not None
    assert found.sheet.typed == {"note": ["Hai"]}
    assert found.aside.typed == {"note": ["Cũ"]}


def test_the_same_words_from_an_older_page_stand_nowhere_twice(
    database: Database, here: World
) -> None:
    case, drafts = here.opened(), Drafts(database)
    drafts.write(here.clerk, case.id, VISIT, sheet("Một"), 0)
    assert drafts.write(here.clerk, case.id, VISIT, sheet("Một"), 0).aside is None


@pytest.mark.parametrize(("aside", "stays"), [(True, "Cũ"), (False, "Một")])
def test_somebody_chooses_between_two_texts(
    database: Database, here: World, stays: str, *, aside: bool
) -> None:
    case, drafts = here.opened(), Drafts(database)
    drafts.write(here.clerk, case.id, VISIT, sheet("Một"), 0)
    drafts.write(here.clerk, case.id, VISIT, sheet("Cũ"), 0)
    drafts.choose(here.clerk, case.id, VISIT, aside=aside)
    found = drafts.find(here.clerk, case.id, VISIT)
    assert found is not None
    assert found.sheet is not None
    assert (found.sheet.typed, found.aside) == ({"note": [stays]}, None)


def test_answers_that_the_engine_keeps_take_the_place_of_what_was_typed(
    database: Database, here: World
) -> None:
    case, drafts = here.opened(), Drafts(database)
    drafts.write(here.clerk, case.id, VISIT, sheet("Một"), 0)
    with here.begin() as work:
        work.cases.keep_draft(case, VISIT, here.clerk.id, {"note": "Hai"}, world.at(1))
        work.commit()
    found = drafts.find(here.clerk, case.id, VISIT)
    assert found is not None
    assert (found.sheet, found.answers, found.revision) == (None, {"note": "Hai"}, 2)


def test_the_draft_of_a_task_goes_with_it_and_another_one_stays(
    database: Database, here: World
) -> None:
    done, other, drafts = here.opened(), here.opened(), Drafts(database)
    for case in (done, other):
        drafts.write(here.clerk, case.id, VISIT, sheet("Một"), 0)
        drafts.write(here.colleague, case.id, VISIT, sheet("Hai"), 0)
    drafts.done(here.tenant, done.id, VISIT)
    assert drafts.find(here.clerk, done.id, VISIT) is None
    assert drafts.find(here.colleague, done.id, VISIT) is None
    assert drafts.find(here.clerk, other.id, VISIT) is not None


def test_cleaning_takes_the_drafts_of_done_work_alone(
    database: Database, here: World
) -> None:
    case, drafts = here.opened(), Drafts(database)
    drafts.write(here.clerk, case.id, VISIT, sheet("Một"), 0)
    assert drafts.clear(here.tenant) == 0
    world.mark(database, case, VISIT, TaskStatus.CANCELLED)
    assert drafts.clear(here.tenant) == 0
    world.mark(database, case, VISIT, TaskStatus.DONE)
    assert drafts.clear(here.tenant) == 1
