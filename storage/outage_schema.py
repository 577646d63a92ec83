"""When the organisation of a tenant worked on paper."""

from typing import Any, Final

import sqlalchemy as sa

from storage.columns import has, ids, in_tenant, key, may, refers, texts
from storage.naming_schema import metadata
from storage.types import Id, Instant

__all__ = ["metadata", "outage"]

_IN_KEY: Final[dict[str, Any]] = {"sqlite_with_rowid": False}

# Few rows: what each says is in the stream of the organisation, too.
outage = sa.Table(
    "outage",
    metadata,
    *ids("tenant_id", "id"),
    has("begins", Instant),
    may("ends", Instant),
    *texts("reason", "reference"),
    may("declared_by", Id),
    has("declared_at", Instant),
    may("ended_by", Id),
    may("ended_at", Instant),
    key("id"),
    in_tenant(),
    refers("declared_by", "account"),
    refers("ended_by", "account"),
    sa.Index("outage_begins", "tenant_id", "begins"),
    **_IN_KEY,
)
