"""What is due soon or overdue and is to be told; wake-ups that failed."""

from typing import Any, Final

import sqlalchemy as sa

from storage import schema
from storage.columns import each, has, ids, key, may, on, refers
from storage.month_schema import metadata
from storage.types import Id, Instant

__all__ = ["alarm", "metadata", "wake_failure"]

_IN_KEY: Final[dict[str, Any]] = {"sqlite_with_rowid": False}

# Wake-ups that failed, for whoever administers; a row counts while the case is due.
wake_failure = sa.Table(
    "wake_failure",
    metadata,
    *ids("tenant_id", "case_id"),
    has("failures", sa.Integer),
    *each(Instant, "first_at", "last_at"),
    has("reason"),
    key("case_id"),
    refers("case_id", "case"),
    **_IN_KEY,
)

#: One row for each due instant and kind, so each is told once. The element is empty
#: where the case as a whole is meant. It refers to nothing: the sweep that writes it
#: holds the rows of work and takes no other lock.
alarm = sa.Table(
    "alarm",
    metadata,
    *ids("tenant_id", "case_id"),
    has("element"),
    has("occurrence", sa.Integer),
    # `soon` or `overdue`.
    has("kind"),
    *each(Instant, "due_at", "raised_at"),
    may("delivered_at", Instant),
    has("agency", Id),
    key("case_id", "element", "occurrence", "kind", "due_at"),
    sa.Index(
        "alarm_undelivered",
        *("tenant_id", "raised_at"),
        **on(sa.column("delivered_at").is_(None)),
    ),
    **_IN_KEY,
)
_TASK: Final = schema.task.c.alarm_at.is_not(None)
sa.Index("task_alarm", schema.task.c.tenant_id, schema.task.c.alarm_at, **on(_TASK))
_CASE: Final = schema.case.c.alarm_at.is_not(None)
sa.Index("case_alarm", schema.case.c.tenant_id, schema.case.c.alarm_at, **on(_CASE))
