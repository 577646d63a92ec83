"""Figures of months, counted beforehand, and the indexes that supervisors ask.

The tables are derived: `storage.months` counts a month anew from cases and tasks.
"""

from typing import Any, Final

import sqlalchemy as sa

from storage import schema
from storage.columns import each, has, ids, key, on, texts
from storage.job_schema import metadata
from storage.types import Id, Instant

__all__ = ["RUNNING", "case_month", "figure_month", "metadata", "step_month"]

_IN_KEY: Final[dict[str, Any]] = {"sqlite_with_rowid": False}

# When each month was counted, and how long that took.
figure_month = sa.Table(
    "figure_month",
    metadata,
    has("tenant_id", Id),
    has("month", sa.Integer),
    has("counted_at", Instant),
    has("cost_ms", sa.Integer),
    key("month"),
    **_IN_KEY,
)

# Cases that closed in a month; they refer to nothing, so that nothing waits for them.
case_month = sa.Table(
    "case_month",
    metadata,
    has("tenant_id", Id),
    has("month", sa.Integer),
    *ids("procedure", "agency"),
    *each(sa.Integer, "closed", "due", "on_time"),
    key("month", "procedure", "agency"),
    **_IN_KEY,
)

# Steps that were done in a month, with the working minutes that they took.
step_month = sa.Table(
    "step_month",
    metadata,
    has("tenant_id", Id),
    has("month", sa.Integer),
    *ids("procedure", "agency"),
    has("element"),
    *texts("name"),
    *each(sa.Integer, "done", "due", "on_time", "again"),
    has("minutes", sa.BigInteger),
    key("month", "procedure", "agency", "element"),
    **_IN_KEY,
)

#: Cases that have not ended.
RUNNING: Final = schema.case.c.closed_at.is_(None)
_CLOSED: Final = schema.case.c.closed_at.is_not(None)
_DONE: Final = schema.task.c.closed_at.is_not(None)
_CASE: Final = schema.case.c
# Everything that running cases are counted by, so that no row of theirs is read.
sa.Index(
    "case_running",
    *(_CASE.tenant_id, _CASE.handling, _CASE.status, _CASE.due_at, _CASE.procedure),
    *(_CASE.suspended_at, _CASE.id),
    # Empty, and there because SQLite asks for it again.
    _CASE.closed_at,
    **on(RUNNING),
)
sa.Index("case_closed", _CASE.tenant_id, _CASE.closed_at, **on(_CLOSED))
sa.Index("task_closed", schema.task.c.tenant_id, schema.task.c.closed_at, **on(_DONE))
