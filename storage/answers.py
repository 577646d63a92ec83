"""Answers to requests, kept for whoever sends one again; removed after some days.

The unit of work writes and reads them (`UnitOfWork.remember`). A row tells its day by
the database's clock, and so is its age counted.
"""

from datetime import date, timedelta
from typing import Final, cast
from uuid import UUID

import sqlalchemy as sa

from storage import schema
from storage.database import Database

_ROW: Final = schema.idempotency.c
_TODAY: Final = sa.select(sa.func.current_date())


class Answers:
    """Answers in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def clear(self, tenant: UUID, days: int) -> int:
        """Remove those older than so many days; how many."""
        with self._database.write() as connection:
            today = cast("date", connection.scalar(_TODAY))
            old = _ROW.day < today - timedelta(days=days)
            mine = sa.delete(schema.idempotency).where(_ROW.tenant_id == tenant, old)
            return connection.execute(mine).rowcount
