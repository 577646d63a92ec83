"""The folder of attachments."""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from engine.errors import EvidenceError, NotFoundError
from storage.files import Files

HERE, THERE = UUID(int=1), UUID(int=2)
CONTENT = b"%PDF-1.7 don xin cap"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


def test_bytes_come_back_under_their_hash(files: Files) -> None:
    name = files.put(HERE, CONTENT)
    assert name == hashlib.sha256(CONTENT).hexdigest()
    assert files.get(HERE, name) == CONTENT


def test_the_same_bytes_are_stored_once(files: Files, tmp_path: Path) -> None:
    assert files.put(HERE, CONTENT) == files.put(HERE, CONTENT)
    stored = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert len(stored) == 1


def test_one_tenant_cannot_read_or_erase_what_another_stored(files: Files) -> None:
    name = files.put(HERE, CONTENT)
    with pytest.raises(NotFoundError):
        files.get(THERE, name)
    files.erase(THERE, name)
    assert files.get(HERE, name) == CONTENT


def test_only_whole_hashes_of_stored_files_are_held(files: Files) -> None:
    name = files.put(HERE, CONTENT)
    assert files.holds(HERE, name)
    assert not files.holds(THERE, name)
    for other in ("", name[:-1], name.upper(), "../" * 21 + "a", "0" * 64):
        assert not files.holds(HERE, other)


def test_erased_bytes_are_not_found(files: Files) -> None:
    name = files.put(HERE, CONTENT)
    files.erase(HERE, name)
    files.erase(HERE, name)
    with pytest.raises(NotFoundError):
        files.get(HERE, name)


def test_damaged_bytes_are_not_given_out(files: Files, tmp_path: Path) -> None:
    name = files.put(HERE, CONTENT)
    next(tmp_path.rglob(name)).write_bytes(b"forged")
    with pytest.raises(EvidenceError):
        files.get(HERE, name)


@pytest.mark.parametrize(
    "name", ["", "..", "../" * 21 + "a", "A" * 64, "/etc/passwd", "0" * 63, "0" * 65]
)
def test_a_name_that_is_no_hash_reaches_no_file(files: Files, name: str) -> None:
    with pytest.raises(NotFoundError):
        files.get(HERE, name)
    with pytest.raises(NotFoundError):
        files.erase(HERE, name)


def test_a_write_that_fails_leaves_nothing_behind(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        files.put(HERE, CONTENT)
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_what_a_killed_server_had_begun_to_write_is_removed_after_a_time(
    files: Files, tmp_path: Path
) -> None:
    name = files.put(HERE, CONTENT)
    beside = next(tmp_path.rglob(".new"))
    begun = [beside / one for one in ("old", "new")]
    for one in begun:
        one.write_bytes(b"half")
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    for one, hours in zip(begun, (-1, 1), strict=True):
        at = (noon + timedelta(hours=hours)).timestamp()
        os.utime(one, (at, at))
    assert files.tidy(HERE, noon) == 1
    assert [one.exists() for one in begun] == [False, True]
    assert files.get(HERE, name) == CONTENT
    assert files.tidy(UUID(int=5), noon) == 0
