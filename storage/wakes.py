"""Wake-ups of cases that failed, kept for whoever administers the installation.

A row counts while its case is still due since then: the wake-up that succeeds moves the
case on, and needs to know nothing of the row, which is cleared later.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from engine.queries import WakeFailure
from storage import alarm_schema, schema
from storage.database import Database

_ROW: Final = alarm_schema.wake_failure.c
_CASE: Final = schema.case.c
#: Longest reason that is kept.
_CHARS: Final = 500
_STANDS: Final = sa.exists().where(
    _CASE.tenant_id == _ROW.tenant_id,
    _CASE.id == _ROW.case_id,
    _CASE.next_wake <= _ROW.last_at,
)


class Wakes:
    """Failed wake-ups of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def failed(self, tenant: UUID, case: UUID, now: datetime, reason: str) -> None:
        """Note a failure; those of one case are counted."""
        mine = (_ROW.tenant_id == tenant, _ROW.case_id == case)
        values = {"last_at": now, "reason": reason[:_CHARS]}
        again = sa.update(alarm_schema.wake_failure).where(*mine)
        first = {"tenant_id": tenant, "case_id": case, "failures": 1, "first_at": now}
        with self._database.write() as connection:
            counted = again.values(failures=_ROW.failures + 1, **values)
            if connection.execute(counted.where(_STANDS)).rowcount:
                return
            connection.execute(sa.delete(alarm_schema.wake_failure).where(*mine))
            connection.execute(
                sa.insert(alarm_schema.wake_failure), {**first, **values}
            )

    def standing(self, tenant: UUID) -> tuple[WakeFailure, ...]:
        """The cases that could not be woken, the longest first."""
        question = (
            sa.select(alarm_schema.wake_failure, _CASE.code)
            .join(
                schema.case,
                (_CASE.tenant_id == _ROW.tenant_id) & (_CASE.id == _ROW.case_id),
            )
            .where(_ROW.tenant_id == tenant, _CASE.next_wake <= _ROW.last_at)
            .order_by(_ROW.first_at, _ROW.case_id)
        )
        with self._database.read() as connection:
            return tuple(
                WakeFailure(
                    case=row.case_id,
                    code=row.code,
                    failures=row.failures,
                    first_at=row.first_at,
                    last_at=row.last_at,
                    reason=row.reason,
                )
                for row in connection.execute(question)
            )

    def clear(self, tenant: UUID) -> int:
        """Remove what does not count any more; say how much."""
        over = sa.delete(alarm_schema.wake_failure).where(
            _ROW.tenant_id == tenant, ~_STANDS
        )
        with self._database.write() as connection:
            return connection.execute(over).rowcount
