"""`kill -9` at any moment loses no acknowledged act and does none twice."""

import random
import time
from pathlib import Path

import pytest

from tests import databases
from tests.crash import checker, journal, office, shift


def _work_and_kill(
    url: str, folder: Path, *, kills: int, workers: int, within: float
) -> checker.Found:
    founded = office.found(url)
    chance = random.Random(kills)  # noqa: S311
    with shift.shift(url, founded, folder, workers) as working:
        for _ in range(kills):
            working.kill_one(chance, within)
        working.wait_for_everybody()
        journals = working.end()
    assert working.kills == kills
    found = checker.check(url, founded[0], journals)
    _tell(kills, found, journals)
    return found


def _tell(kills: int, found: checker.Found, journals: list[journal.Told]) -> None:
    acked = sum(len(told.acked) for told in journals)
    refused = sum(len(told.refused) for told in journals)
    again = sum(len(told.again) for told in journals)
    print(  # noqa: T201
        f"{kills} kills: {acked} acts acknowledged, {refused} refused, {again} asked "
        f"again after a kill; {found.events} events in {found.cases} cases, "
        f"{found.completed} of them completed"
    )


def test_a_few_killed_workers_lose_double_and_tear_nothing(
    database_url: str, tmp_path: Path
) -> None:
    found = _work_and_kill(database_url, tmp_path, kills=8, workers=2, within=0.15)
    assert found.cases >= 1


@pytest.mark.crash
def test_sixty_killed_workers_lose_double_and_tear_nothing(
    database_url: str, tmp_path: Path
) -> None:
    found = _work_and_kill(database_url, tmp_path, kills=60, workers=4, within=0.5)
    assert found.completed >= 1


@pytest.mark.crash
def test_a_postgresql_that_stops_at_once_loses_no_acknowledged_act(
    prepare_database: databases.Prepare, tmp_path: Path
) -> None:
    # A server of its own: the others keep theirs.
    own = databases.Cluster()
    try:
        own.create("cut")
        prepare_database(own.url("cut"))
        founded = office.found(own.url("cut"))
        with shift.shift(own.url("cut"), founded, tmp_path, workers=4) as working:
            chance = random.Random(3)  # noqa: S311
            for _ in range(3):
                working.wait_for_everybody()
                time.sleep(chance.uniform(0.5, 1.5))
                own.crash()
                working.wait_for_more()
            journals = working.end()
        found = checker.check(own.url("cut"), founded[0], journals)
        _tell(0, found, journals)
    finally:
        own.stop()
