"""The tables of files: those that cases hold, and those that are on their way."""

from typing import Any, Final

import sqlalchemy as sa

from storage.columns import each, has, ids, key, may, refers, texts
from storage.notice_schema import metadata
from storage.types import Id, Instant

__all__ = ["attachment", "metadata", "upload"]

_IN_KEY: Final[dict[str, Any]] = {"sqlite_with_rowid": False}

# The bytes are in `files.Files`, by their hash.
attachment = sa.Table(
    "attachment",
    metadata,
    *ids("tenant_id", "id", "case_id"),
    has("month", sa.Integer),
    has("sha256"),
    has("size", sa.BigInteger),
    *texts("type", "name"),
    has("account", Id),
    has("added_at", Instant),
    key("id"),
    refers("case_id", "case"),
    sa.Index("attachment_case", "tenant_id", "case_id"),
    sa.Index("attachment_sha256", "tenant_id", "sha256"),
)

# A file before an answer refers to it: begun, coming in parts, whole and not used yet.
# A row goes after its time, and the bytes with it unless a case or a draft holds them.
upload = sa.Table(
    "upload",
    metadata,
    *ids("tenant_id", "id", "account"),
    # The case that it is meant for; none at the receipt.
    may("case_id", Id),
    *texts("name", "type"),
    *each(sa.BigInteger, "size", "received"),
    # SHA-256 of the parts that came, in order, each followed by a space.
    has("parts"),
    # SHA-256 of the whole, once it is.
    may("sha256"),
    *each(Instant, "began_at", "seen_at"),
    key("id"),
    refers("account", "account"),
    **_IN_KEY,
)
sa.Index("upload_account", upload.c.tenant_id, upload.c.account, upload.c.seen_at)
sa.Index("upload_seen", upload.c.tenant_id, upload.c.seen_at)
sa.Index("upload_sha256", upload.c.tenant_id, upload.c.sha256)
