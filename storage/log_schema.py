"""The tables of the log: which events are leaves, and the heads that were signed.

They follow the rules of `storage.schema`; docs/manual/evidence.md says what they mean.
"""

from typing import Any, Final

import sqlalchemy as sa

from storage.columns import each, has, key, may
from storage.file_schema import metadata
from storage.types import Id, Instant

__all__ = ["checkpoint", "log_index", "log_node", "metadata", "pending"]

_IN_KEY: Final[dict[str, Any]] = {"sqlite_with_rowid": False}

#: Events that have no place in the log yet; a trigger of `event` writes them.
pending = sa.Table(
    "pending",
    metadata,
    has("tenant_id", Id),
    has("month", sa.Integer),
    has("stream", Id),
    has("seq", sa.Integer),
    key("stream", "seq", "month"),
    **_IN_KEY,
)

log_index = sa.Table(
    "log_index",
    metadata,
    has("tenant_id", Id),
    has("year", sa.Integer),
    has("leaf_index", sa.BigInteger),
    has("stream", Id),
    has("seq", sa.Integer),
    has("month", sa.Integer),
    has("leaf", sa.LargeBinary(32)),
    key("year", "leaf_index"),
    sa.UniqueConstraint("tenant_id", "stream", "seq", "month"),
    **_IN_KEY,
)

#: Complete nodes of the tree, of every eighth level: the others are folded from them.
log_node = sa.Table(
    "log_node",
    metadata,
    has("tenant_id", Id),
    *each(sa.Integer, "year", "level"),
    has("node_index", sa.BigInteger),
    has("hash", sa.LargeBinary(32)),
    key("year", "level", "node_index"),
    **_IN_KEY,
)

checkpoint = sa.Table(
    "checkpoint",
    metadata,
    has("tenant_id", Id),
    has("year", sa.Integer),
    has("size", sa.BigInteger),
    has("signed_at", Instant),
    has("root", sa.LargeBinary(32)),
    has("note", sa.LargeBinary),
    may("stamp", sa.LargeBinary),
    key("year", "size", "signed_at"),
    **_IN_KEY,
)
