"""What two requests write at the same moment: neither fails, and nothing is lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine import limits
from engine.domain.case import Case
from engine.domain.notices import Kind, Text
from engine.domain.run import Visit
from engine.errors import TooLargeError
from engine.notices import Wording
from engine.queries import SavedFilter
from engine.unsent import Sheet
from storage import notice_schema
from storage.database import Database
from storage.drafts import Drafts
from storage.kept import Kept
from storage.months import MonthFigures
from storage.post import Post
from tests.contracts import world
from tests.contracts.test_supervision import calendar_of, done, ended, of
from tests.contracts.world import World

VISIT: Final = Visit("check", 1)
THREADS: Final = 6
T = TypeVar("T")


def together(act: Callable[[int], T]) -> list[T]:
    """Do something in several threads at the same moment."""
    start = threading.Barrier(THREADS, timeout=30)

    def one(number: int) -> T:
        start.wait()
        return act(number)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(one, range(THREADS)))


def test_pages_that_save_the_first_draft_at_once_keep_what_was_typed(
    database: Database, here: World
) -> None:
    drafts = Drafts(database)
    for _ in range(5):
        case = here.opened()

        def write(number: int, case: Case = case) -> int:
            typed = {"a": [f"trang {number}"]}
            sheet = Sheet(typed=typed, saved_at=world.at(number))
            kept = drafts.write(here.clerk, case.id, VISIT, sheet, 0)
            return kept.revision

        assert 1 in together(write)
        found = drafts.find(here.clerk, case.id, VISIT)
        assert found is not None
        assert found.sheet is not None
        assert found.aside is not None


def test_a_month_that_several_count_at_once_is_counted_right(
    database: Database, here: World
) -> None:
    register = calendar_of(here)
    ended(here, world.at(-60), None, done(here, world.at(-60), 60))

    def count(number: int) -> None:
        MonthFigures(database).count(here.tenant, 202611, register, world.at(number))

    for _ in range(5):
        together(count)
        found = MonthFigures(database).cases(here.tenant, of(here), [202611], "month")
        assert [one.closed for one in found] == [1]


def test_filters_that_are_kept_at_once_keep_to_their_number(
    database: Database, here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SAVED_FILTERS", 2)
    kept = Kept(database)

    def keep(number: int) -> bool:
        made = SavedFilter(
            id=UUID(int=number + 1),
            account=here.clerk.id,
            name=f"Lọc {number}",
            query="han=tre",
        )
        try:
            kept.keep(here.tenant, made, world.NOON)
        except TooLargeError:
            return False
        return True

    assert sorted(together(keep)) == [False] * (THREADS - 2) + [True] * 2


def test_texts_that_are_stored_at_once_get_numbers_of_their_own(
    database: Database, here: World
) -> None:
    def store(number: int) -> None:
        made = Wording(
            agency=None,
            kind=next(iter(Kind)),
            language="vi",
            text=Text(subject=f"Bản {number}", body="…"),
            author=here.clerk.id,
            at=world.NOON,
        )
        Post(database).keep_text(here.tenant, made)

    together(store)
    table = notice_schema.wording
    with database.read() as connection:
        mine = sa.select(table.c.number).where(table.c.tenant_id == here.tenant)
        numbers = connection.scalars(mine.order_by(table.c.number)).all()
    assert numbers == [*range(1, THREADS + 1)]
