"""Files that a server stored and did not note: they go, and nothing else does."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.unsent import Sheet
from storage import orphans, schema
from storage.attachments import Attachments
from storage.database import Database
from storage.drafts import Drafts
from storage.files import Files
from storage.results import Results
from storage.uploads import Uploads
from tests.contracts import world
from tests.contracts.test_drafts import VISIT
from tests.contracts.test_uploads import ROOM, new
from tests.contracts.world import World

LATER = world.NOON + timedelta(days=3)


class Counted:
    """Gives one id after the other."""

    def __init__(self) -> None:
        self._last = 7_000

    def uuid(self) -> UUID:
        """An id."""
        self._last += 1
        return UUID(int=self._last)

    def random(self, count: int) -> bytes:
        """No chance at all."""
        return bytes(count)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Give an empty folder."""
    return Files(tmp_path / "attachments")


@pytest.fixture
def held(database: Database, files: Files) -> Attachments:
    """Give the store of attachments over it."""
    return Attachments(database, files, Counted())


def stored(files: Files, tenant: UUID, text: str, at: datetime) -> str:
    """Bytes as a server stored them at an instant."""
    name = files.put(tenant, text.encode())
    os.utime(files._place(tenant, name), (at.timestamp(), at.timestamp()))
    return name


def test_what_nothing_names_goes_after_a_day_and_what_something_names_stays(
    database: Database, here: World, files: Files, held: Attachments, tmp_path: Path
) -> None:
    tenant, case = here.tenant, here.opened()
    forgotten, noted, sent, drafted = (
        stored(files, tenant, one, world.NOON)
        for one in ("quên", "đã ghi", "đang gửi", "nháp")
    )
    young = stored(files, tenant, "mới", LATER - timedelta(hours=1))
    place = (tenant, case.id, case.month)
    row = {noted: ("a.pdf", "application/pdf", 3)}
    held.attach(place, here.clerk.id, world.NOON, row)
    uploads, upload = Uploads(database, Results(tmp_path / "parts")), new(here, "b.pdf")
    assert uploads.begin(tenant, upload, ROOM) is None
    uploads.whole(tenant, upload.id, sent, "application/pdf")
    sheet = Sheet(typed={"tep": [f"dấu.{drafted}"]}, saved_at=world.NOON)
    Drafts(database).write(here.clerk, case.id, VISIT, sheet, 0)
    assert held.sweep(tenant, LATER) == 1
    there = {one: files.holds(tenant, one) for one in (noted, sent, drafted, young)}
    assert set(there.values()) == {True}
    assert not files.holds(tenant, forgotten)


def test_records_are_asked_for_what_no_row_names(
    database: Database, here: World
) -> None:
    """A server that dies between an answer and its row leaves no other trace."""
    case = here.opened()
    with database.read() as connection:
        body = connection.scalar(
            sa.select(schema.event.c.body).where(schema.event.c.stream == case.id)
        )
    told = bytes(body or b"").split(b'"nonce":"')[1][:32].decode()
    assert _named(database, here.tenant, told)
    assert not _named(database, here.tenant, told[::-1])


def _named(database: Database, tenant: UUID, text: str) -> bool:
    with database.read() as connection:
        return orphans._is_recorded(connection, tenant, text)


def test_all_files_are_looked_at_once_a_day(
    here: World, files: Files, held: Attachments
) -> None:
    stored(files, here.tenant, "một", world.NOON)
    assert held.sweep(here.tenant, LATER) == 1
    stored(files, here.tenant, "hai", world.NOON)
    assert held.sweep(here.tenant, LATER + timedelta(hours=23)) == 0
    assert held.sweep(here.tenant, LATER + timedelta(hours=25)) == 1


def test_what_is_stored_once_more_is_as_young_as_its_last_time(
    here: World, files: Files
) -> None:
    name = stored(files, here.tenant, "một", datetime(2020, 1, 1, tzinfo=UTC))
    before = datetime(2021, 1, 1, tzinfo=UTC)
    assert list(files.old(here.tenant, before)) == [name]
    # Between the two a request brings the same bytes.
    files.put(here.tenant, "một".encode())
    assert not files.erase_old(here.tenant, name, before)
    assert files.holds(here.tenant, name)
