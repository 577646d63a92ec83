"""Values on their way into a database and back."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage import types

DIALECTS: list[sa.Dialect] = [
    sqlite.dialect(),
    postgresql.dialect(),  # type: ignore[no-untyped-call]
]
HANOI = timezone(timedelta(hours=7))


def _there_and_back(
    kind: types.Instant | types.Id, dialect: sa.Dialect, value: object
) -> object:
    write, read = kind.bind_processor(dialect), kind.result_processor(dialect, None)
    stored = write(value) if write else value
    return read(stored) if read else stored


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)
@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 11, 20, 7, 30, 0, 123456, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(2026, 11, 20, 14, 30, tzinfo=HANOI),
        None,
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", [types.Instant(), types.Due()], ids=repr)
def test_an_instant_comes_back_exactly(
    kind: types.Instant, value: datetime | None, dialect: sa.Dialect
) -> None:
    back = _there_and_back(kind, dialect, value)
    assert back == value
    assert not isinstance(back, datetime) or back.tzinfo is UTC


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)
def test_a_naive_instant_is_refused(dialect: sa.Dialect) -> None:
    naive = datetime(2026, 11, 20)  # noqa: DTZ001 - It is the point.
    with pytest.raises((TypeError, ValueError)):
        _there_and_back(types.Instant(), dialect, naive)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)
def test_without_limit_sorts_after_every_limit(dialect: sa.Dialect) -> None:
    write = types.Due().bind_processor(dialect)
    assert write is not None
    assert write(None) > write(datetime(9999, 12, 31, tzinfo=UTC))


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)
@pytest.mark.parametrize("value", [UUID(int=1), UUID(int=2**128 - 1), None])
def test_an_id_comes_back(value: UUID | None, dialect: sa.Dialect) -> None:
    assert _there_and_back(types.Id(), dialect, value) == value


def test_ids_sort_in_sqlite_as_everywhere() -> None:
    ids = [UUID(int=n << 64) for n in (1, 255, 256, 2**63)]
    write = types.Id().bind_processor(sqlite.dialect())
    assert write is not None
    assert sorted(map(write, ids)) == [write(each) for each in sorted(ids)]
