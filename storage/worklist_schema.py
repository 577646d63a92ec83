"""The tables of worklists: filters that people keep, and their calendar feeds."""

from typing import Any, Final

import sqlalchemy as sa

from storage.columns import has, ids, key, may, on, refers, texts
from storage.dossier_schema import metadata
from storage.types import Id, Instant

__all__ = ["feed", "metadata", "saved_filter"]

_IN_KEY: Final[dict[str, Any]] = {"sqlite_with_rowid": False}

saved_filter = sa.Table(
    "saved_filter",
    metadata,
    *ids("tenant_id", "id", "account"),
    # What the list is called, and the query of its address.
    *texts("name", "query"),
    # The unit whose people see it too; none: its owner alone.
    may("agency", Id),
    has("created_at", Instant),
    key("id"),
    refers("account", "account"),
    refers("agency", "agency"),
    **_IN_KEY,
)
sa.Index("saved_filter_account", saved_filter.c.tenant_id, saved_filter.c.account)
sa.Index(
    "saved_filter_agency",
    saved_filter.c.tenant_id,
    saved_filter.c.agency,
    **on(saved_filter.c.agency.is_not(None)),
)

# A calendar program reads the feed without signing in: whoever has the token.
feed = sa.Table(
    "feed",
    metadata,
    *ids("tenant_id", "account"),
    # SHA-256 of the token: who reads the table cannot use it.
    has("hash", sa.LargeBinary(32)),
    has("created_at", Instant),
    key("account"),
    sa.UniqueConstraint("tenant_id", "hash"),
    refers("account", "account"),
    **_IN_KEY,
)
