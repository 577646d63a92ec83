"""Column types: what one value looks like in SQLite and in PostgreSQL.

SQLite has neither ids nor instants. An id is 16 bytes there (half the size of its text,
and it sorts alike), an instant is the number of microseconds since 1970 (exact, eight
bytes, sorts right).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
#: Later than every instant that can be stored.
_NEVER: Final = datetime.max.replace(tzinfo=UTC)

Processor = Callable[[Any], Any]


class Id(sa.types.TypeDecorator[UUID]):
    """A UUID: native on PostgreSQL, 16 bytes on SQLite."""

    impl = sa.Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> TypeEngine[Any]:
        """Choose the column type."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.LargeBinary(16))
        return dialect.type_descriptor(sa.Uuid())

    def bind_processor(self, dialect: sa.Dialect) -> Processor | None:
        """Write an id."""
        if dialect.name == "sqlite":
            return _id_to_bytes
        return None

    def result_processor(
        self, dialect: sa.Dialect, coltype: object
    ) -> Processor | None:
        """Read an id."""
        if dialect.name == "sqlite":
            return _id_from_bytes
        return None


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware instant: timestamptz, or microseconds since 1970 on SQLite."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> TypeEngine[Any]:
        """Choose the column type."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.BigInteger())
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def bind_processor(self, dialect: sa.Dialect) -> Processor | None:
        """Write an instant."""
        if dialect.name == "sqlite":
            return _instant_to_number
        return _aware

    def result_processor(
        self, dialect: sa.Dialect, coltype: object
    ) -> Processor | None:
        """Read an instant, in UTC."""
        if dialect.name == "sqlite":
            return _instant_from_number
        return _in_utc


class Due(Instant):
    """An instant that may be missing and then sorts last on every database.

    None is stored as the end of time: an index can be read in the order "earliest
    first, without limit last", which SQLite cannot do with NULL.
    """

    cache_ok = True

    def bind_processor(self, dialect: sa.Dialect) -> Processor | None:
        """Write an instant or the end of time."""
        write = super().bind_processor(dialect)
        return lambda value: (
            write(_NEVER if value is None else value) if write else value
        )

    def result_processor(
        self, dialect: sa.Dialect, coltype: object
    ) -> Processor | None:
        """Read an instant, None for the end of time."""
        read = super().result_processor(dialect, coltype)
        return lambda value: None if not read or (at := read(value)) == _NEVER else at


def _id_to_bytes(value: UUID | None) -> bytes | None:
    return None if value is None else value.bytes


def _id_from_bytes(value: bytes | None) -> UUID | None:
    return None if value is None else UUID(bytes=value)


def _aware(value: datetime | None) -> datetime | None:
    if value is not None and value.tzinfo is None:
        message = "An instant without time zone cannot be stored."
        raise ValueError(message)
    return value


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def _instant_to_number(value: datetime | None) -> int | None:
    # A naive value raises TypeError in the subtraction.
    return None if value is None else (value - _EPOCH) // _MICROSECOND


def _instant_from_number(value: int | None) -> datetime | None:
    return None if value is None else _EPOCH + timedelta(microseconds=value)
