"""The tables of long work: jobs and their items."""

from typing import Any, Final

import sqlalchemy as sa

from storage.columns import each, has, ids, key, may, on, refers, texts
from storage.outage_schema import metadata
from storage.types import Id, Instant

__all__ = ["job", "job_item", "metadata"]

_IN_KEY: Final[dict[str, Any]] = {"sqlite_with_rowid": False}

job = sa.Table(
    "job",
    metadata,
    *ids("tenant_id", "id", "account"),
    *texts("kind", "asked", "state"),
    has("asked_at", Instant),
    has("planned", sa.Boolean),
    *each(sa.Integer, "total", "done", "failed", "within_done", "within_total"),
    has("cancelled", sa.Boolean),
    # Attempts to plan or to finish it that failed, or on which a worker died.
    has("attempts", sa.Integer),
    # What its worker holds; without one, nobody works on it.
    may("token", Id),
    # From when on it may be taken: for a job that is held, the end of its lease.
    has("next_try", Instant),
    *(may(name, Instant) for name in ("began_at", "ended_at")),
    has("result"),
    may("reason"),
    key("id"),
    refers("account", "account"),
    sa.Index(
        "job_open", "tenant_id", "next_try", **on(sa.literal_column("ended_at IS NULL"))
    ),
    sa.Index("job_account", "tenant_id", "account", "asked_at"),
    sa.Index(
        "job_ended",
        "tenant_id",
        "ended_at",
        **on(sa.literal_column("ended_at IS NOT NULL")),
    ),
)

job_item = sa.Table(
    "job_item",
    metadata,
    *ids("tenant_id", "job"),
    has("number", sa.Integer),
    *texts("label", "subject", "state"),
    has("attempts", sa.Integer),
    may("answer"),
    may("reason"),
    key("job", "number"),
    refers("job", "job"),
    sa.Index(
        "job_item_waiting",
        *("tenant_id", "job", "attempts", "number"),
        **on(sa.literal_column("state = 'waiting'")),
    ),
    **_IN_KEY,
)
