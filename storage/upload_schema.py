"""The table of files on their way: begun, coming in parts, whole and not used yet."""

from typing import Any, Final

import sqlalchemy as sa

from storage.columns import each, has, ids, key, may, refers, texts
from storage.notice_schema import metadata
from storage.types import Id, Instant

__all__ = ["metadata", "upload"]

_IN_KEY: Final[dict[str, Any]] = {"sqlite_with_rowid": False}

# A file before an answer refers to it. `attachment` is what cases hold; a row here goes
# after its time, and the bytes with it unless a case or a draft holds them.
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
