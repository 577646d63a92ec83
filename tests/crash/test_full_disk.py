"""A full disk: the act is refused in words, and what was acknowledged stays.

Work goes on when there is room again.
"""

import contextlib
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests import databases
from tests.crash import checker, office, shift

#: Bytes that the database may grow before the disk is full.
ROOM: Final = 2_600_000


@contextlib.contextmanager
def _small_disk(place: Path, size: int) -> Iterator[None]:
    """A disk of a few bytes, mounted."""
    options = ["-t", "tmpfs", "-o", f"size={size}", "tmpfs"]
    mounted = subprocess.run(["mount", *options, place], check=False)
    if mounted.returncode != 0:
        pytest.skip("This machine allows no mounts.")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def _fill(working: shift.Shift) -> str:
    working.begin(0)
    return working.wait_for_the_end(0)


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root may mount a disk.")
def test_a_full_disk_loses_no_acknowledged_act_and_says_so(
    prepared_files: databases.SQLiteFiles, tmp_path: Path
) -> None:
    disk, journals = tmp_path / "disk", tmp_path / "journals"
    for folder in (disk, journals):
        folder.mkdir()
    with _small_disk(disk, ROOM * 3 // 2):
        url = prepared_files.fresh(disk)
        founded = office.found(url)
        working = shift.Shift(url, founded, journals, patience=0.2)
        words = _fill(working)
        assert "StorageFullError: The server has no room left" in words
        subprocess.run(["mount", "-o", f"remount,size={10 * ROOM}", disk], check=True)
        _goes_on(working, url, founded)


def test_a_file_that_may_not_grow_loses_no_acknowledged_act(
    prepared_files: databases.SQLiteFiles, tmp_path: Path
) -> None:
    url = prepared_files.fresh(tmp_path)
    founded = office.found(url)
    working = shift.Shift(url, founded, tmp_path, patience=0.2)
    working.largest = _largest(tmp_path) + ROOM
    words = _fill(working)
    assert "UnavailableError: The database does not answer" in words
    working.largest = resource.RLIM_INFINITY
    _goes_on(working, url, founded)


def _goes_on(working: shift.Shift, url: str, founded: office.Office) -> None:
    working.begin(0)
    working.wait_for_more()
    journals = working.end()
    # Either an act was cut off, or a timer's: that one has no journal.
    assert len(journals[0].again) <= 1
    found = checker.check(url, founded[0], journals)
    assert found.events >= 50


def _largest(folder: Path) -> int:
    return max(each.stat().st_size for each in folder.glob("quytrinh.db*"))
