"""The life cycles of work and versions: what the tables allow, and nothing else."""

import dataclasses
import itertools
from datetime import UTC, datetime
from uuid import UUID

import pytest

from engine.domain.case import (
    TASK_MOVES,
    Agencies,
    Task,
    TaskMove,
    TaskStatus,
    month_of,
)
from engine.domain.procedure import (
    VERSION_MOVES,
    Version,
    VersionMove,
    VersionStatus,
)
from engine.errors import NotReadyError

NOW = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
ID = UUID(int=1)
TASK = Task(
    tenant=ID,
    case=ID,
    month=202612,
    element="a",
    occurrence=1,
    name="A",
    short_name="A",
    performer="p",
    agency=ID,
    status=TaskStatus.OPEN,
    opened_at=NOW,
)
VERSION = Version(
    tenant=ID,
    id=ID,
    procedure=ID,
    number=1,
    status=VersionStatus.DRAFT,
    hash="h",
    name="V",
    controlled=False,
    author=ID,
    created_at=NOW,
)


@pytest.mark.parametrize(
    ("status", "move"), [*itertools.product(TaskStatus, TaskMove)], ids=str
)
def test_work_moves_as_the_table_says(status: TaskStatus, move: TaskMove) -> None:
    task = dataclasses.replace(TASK, status=status)
    target = TASK_MOVES.get((status, move))
    if target is None:
        with pytest.raises(NotReadyError) as caught:
            task.move(move)
        assert caught.value.params["status"] == status.value
    else:
        assert task.move(move) == dataclasses.replace(task, status=target)
    assert task.status is status


def test_what_is_done_or_cancelled_stays_so() -> None:
    ends = {TaskStatus.DONE, TaskStatus.CANCELLED}
    assert not ends & {status for status, _ in TASK_MOVES}
    assert set(TASK_MOVES.values()) == set(TaskStatus)


@pytest.mark.parametrize(
    ("status", "move"), [*itertools.product(VersionStatus, VersionMove)], ids=str
)
def test_a_version_moves_as_the_table_says(
    status: VersionStatus, move: VersionMove
) -> None:
    version = dataclasses.replace(VERSION, status=status)
    target = VERSION_MOVES.get((status, move))
    if target is None:
        with pytest.raises(NotReadyError):
            version.move(move)
    else:
        assert version.move(move) == dataclasses.replace(version, status=target)


def test_a_retired_version_never_comes_back() -> None:
    assert VersionStatus.RETIRED not in {status for status, _ in VERSION_MOVES}
    assert VersionStatus.DRAFT not in VERSION_MOVES.values()


def test_the_month_is_that_of_utc() -> None:
    assert month_of(NOW) == 202612


def test_work_looks_for_its_performer_where_the_case_is_handled_first() -> None:
    agencies = Agencies(
        helping=UUID(int=1),
        receiving=UUID(int=2),
        handling=UUID(int=3),
        deciding=UUID(int=4),
    )
    assert [one.int for one in agencies.in_order()] == [3, 2, 4, 1]
    assert agencies.all() == frozenset(agencies.in_order())
