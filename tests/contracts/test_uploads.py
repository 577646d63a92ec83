"""What the store of files on their way promises."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from engine.unsent import Full, Room, Sheet, Upload
from storage.database import Database
from storage.drafts import Drafts
from storage.results import Results
from storage.uploads import Uploads
from tests.contracts import world
from tests.contracts.test_drafts import VISIT
from tests.contracts.world import World

SHA = "cd" * 32
#: Three files of six bytes fit, and a fourth one of somebody else.
ROOM = Room(files=9, own=18, all=24)


@pytest.fixture
def uploads(database: Database, tmp_path: Path) -> Uploads:
    """Give the store."""
    return Uploads(database, Results(tmp_path / "parts"))


def new(here: World, name: str, seen: datetime = world.NOON) -> Upload:
    return Upload(
        id=uuid5(here.tenant, name),
        account=here.clerk.id,
        case=None,
        name=name,
        type="",
        size=6,
        received=0,
        sha256=None,
        began_at=seen,
        seen_at=seen,
    )


def begun(uploads: Uploads, here: World, name: str = "a.pdf") -> Upload:
    assert uploads.begin(here.tenant, new(here, name), ROOM) is None
    found = uploads.find(here.tenant, here.clerk.id, uuid5(here.tenant, name))
    assert found is not None
    return found


def test_parts_join_in_the_order_in_which_they_came(
    uploads: Uploads, here: World
) -> None:
    first = begun(uploads, here)
    second = uploads.add(here.tenant, first, b"abc", world.at(1))
    assert second is not None
    third = uploads.add(here.tenant, second, b"abc", world.at(2))
    assert third is not None
    assert (third.received, third.seen_at) == (6, world.at(2))
    assert uploads.content(here.tenant, first.id) == b"abcabc"


def test_of_two_parts_for_one_place_one_counts(uploads: Uploads, here: World) -> None:
    first = begun(uploads, here)
    assert uploads.add(here.tenant, first, b"abc", world.at(1)) is not None
    assert uploads.add(here.tenant, first, b"xyz", world.at(2)) is None
    assert uploads.content(here.tenant, first.id) == b"abc"


def test_a_file_is_its_senders_alone(uploads: Uploads, here: World) -> None:
    first = begun(uploads, here)
    assert uploads.find(here.tenant, here.colleague.id, first.id) is None
    assert uploads.find(UUID(int=9), here.clerk.id, first.id) is None


def test_a_whole_file_does_not_count_as_underway(uploads: Uploads, here: World) -> None:
    first = begun(uploads, here)
    assert uploads.underway(here.tenant, here.clerk.id) == (1, 6)
    uploads.whole(here.tenant, first.id, SHA, "application/pdf")
    assert uploads.underway(here.tenant, here.clerk.id) == (0, 0)
    found = uploads.find(here.tenant, here.clerk.id, first.id)
    assert found is not None
    assert (found.sha256, found.type) == (SHA, "application/pdf")
    assert uploads.content(here.tenant, first.id) == b""


def test_what_nobody_touched_is_found_and_leaves_no_parts(
    uploads: Uploads, here: World, tmp_path: Path
) -> None:
    old = begun(uploads, here)
    uploads.add(here.tenant, old, b"abc", world.NOON)
    uploads.begin(here.tenant, new(here, "b.pdf", world.at(9)), ROOM)
    assert [one.id for one in uploads.abandoned(here.tenant, world.at(5))] == [old.id]
    uploads.forget(here.tenant, old.id)
    assert uploads.abandoned(here.tenant, world.at(5)) == ()
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


def test_bytes_that_a_draft_or_another_upload_names_are_wanted(
    uploads: Uploads, database: Database, here: World
) -> None:
    sha = hashlib.sha256(here.tenant.bytes).hexdigest()
    assert not uploads.wanted(here.tenant, sha)
    case, drafts = here.opened(), Drafts(database)
    typed = Sheet(typed={}, files={"f": [(sha, "a", "b", 1)]}, saved_at=world.NOON)
    drafts.write(here.clerk, case.id, VISIT, typed, 0)
    assert uploads.wanted(here.tenant, sha)
    drafts.drop(here.clerk, case.id, VISIT)
    assert not uploads.wanted(here.tenant, sha)
    uploads.begin(here.tenant, replace(new(here, "c.pdf"), sha256=sha), ROOM)
    assert uploads.wanted(here.tenant, sha)


def test_bytes_that_a_record_names_since_they_came_are_recorded(
    uploads: Uploads, here: World
) -> None:
    case = here.opened(here.case(applicant=SHA))
    for of in (case.id, None):
        came = replace(new(here, "d.pdf"), sha256=SHA, case=of)
        assert uploads.recorded(here.tenant, came), of
        assert not uploads.recorded(here.tenant, replace(came, sha256="ab" * 32))
        late = replace(came, began_at=world.at(60), seen_at=world.at(60))
        assert not uploads.recorded(here.tenant, late)
        assert not uploads.recorded(UUID(int=7), came)
        # A draft has named it for months.
        kept = replace(came, seen_at=world.at(60 * 24 * 90))
        assert uploads.recorded(here.tenant, kept), of


def test_what_does_not_fit_in_the_room_is_not_noted(
    uploads: Uploads, here: World
) -> None:
    for name in ("a", "b", "c"):
        begun(uploads, here, name)
    assert uploads.begin(here.tenant, new(here, "d"), ROOM) is Full.OWN
    few = replace(ROOM, files=3, own=1_000)
    assert uploads.begin(here.tenant, new(here, "d"), few) is Full.OWN
    assert uploads.find(here.tenant, here.clerk.id, uuid5(here.tenant, "d")) is None
    theirs = replace(new(here, "e"), account=here.colleague.id)
    assert uploads.begin(here.tenant, replace(theirs, size=7), ROOM) is Full.ALL
    assert uploads.begin(here.tenant, theirs, ROOM) is None
    uploads.forget(here.tenant, uuid5(here.tenant, "a"))
    assert uploads.begin(here.tenant, new(here, "d"), ROOM) is None


def test_files_that_begin_at_the_same_moment_are_counted_one_after_the_other(
    uploads: Uploads, here: World
) -> None:
    start = threading.Barrier(8, timeout=30)

    def begin(number: int) -> Full | None:
        start.wait()
        return uploads.begin(here.tenant, new(here, f"n{number}"), ROOM)

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(begin, range(8)))
    assert (found.count(None), found.count(Full.OWN)) == (3, 5)


def test_a_file_that_a_case_holds_takes_no_room(uploads: Uploads, here: World) -> None:
    for name in ("a", "b", "c"):
        uploads.whole(here.tenant, begun(uploads, here, name).id, SHA[1:] + name, "x")
    uploads.used(here.tenant, here.colleague.id, [SHA[1:] + "a"])
    assert uploads.begin(here.tenant, new(here, "d"), ROOM) is Full.OWN
    uploads.used(here.tenant, here.clerk.id, [SHA[1:] + "a"])
    assert uploads.begin(here.tenant, new(here, "d"), ROOM) is None
