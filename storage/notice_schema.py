"""The tables of notices: what people are told, by which ways, and what arrived.

They are no part of the record and are cleared after a time: who is told follows from
events and alarms, from who held what at that moment, and from what people chose. What a
notice is about is JSON text with codes, names of steps and dates.
"""

from typing import Any, Final

import sqlalchemy as sa

from storage.columns import each, has, ids, in_tenant, key, may, on, refers, texts
from storage.types import Id, Instant
from storage.worklist_schema import metadata

__all__ = [
    "attempt",
    "choice",
    "cursor",
    "delivery",
    "hook",
    "metadata",
    "notice",
    "wording",
]

_IN_KEY: Final[dict[str, Any]] = {"sqlite_with_rowid": False}

# How far the log of a year has been looked through for what somebody is told.
cursor = sa.Table(
    "notice_cursor",
    metadata,
    has("tenant_id", Id),
    has("year", sa.Integer),
    has("next_index", sa.BigInteger),
    key("year"),
    in_tenant(),
    **_IN_KEY,
)

# What an account chose; without a row it has the defaults and no mail.
choice = sa.Table(
    "notice_choice",
    metadata,
    *ids("tenant_id", "account"),
    *texts("mail", "ways"),
    has("digest_hour", sa.Integer),
    may("digest_day", sa.Date),
    key("account"),
    refers("account", "account"),
    **_IN_KEY,
)

# A line under the bell; its id follows from account and cause.
notice = sa.Table(
    "notice",
    metadata,
    *ids("tenant_id", "id", "account"),
    *texts("kind", "cause", "about"),
    has("at", Instant),
    may("read_at", Instant),
    key("id"),
    refers("account", "account"),
    sa.Index("notice_account", "tenant_id", "account", "at"),
    sa.Index(
        "notice_unread",
        *("tenant_id", "account"),
        **on(sa.literal_column("read_at IS NULL")),
    ),
    sa.Index("notice_at", "tenant_id", "at"),
    **_IN_KEY,
)

# One notice on its way; its id follows from way, receiver and cause, and is what a
# receiver knows it by.
delivery = sa.Table(
    "notice_delivery",
    metadata,
    *ids("tenant_id", "id"),
    *texts("way", "kind", "cause"),
    may("account", Id),
    may("hook", Id),
    has("at", Instant),
    *texts("about", "accounts"),
    has("attempts", sa.Integer),
    *(may(name, Instant) for name in ("next_try", "delivered_at")),
    key("id"),
    in_tenant(),
    sa.Index(
        "notice_delivery_due",
        *("tenant_id", "next_try"),
        **on(sa.literal_column("next_try IS NOT NULL")),
    ),
    sa.Index("notice_delivery_at", "tenant_id", "at"),
    **_IN_KEY,
)

attempt = sa.Table(
    "notice_try",
    metadata,
    *ids("tenant_id", "delivery"),
    has("number", sa.Integer),
    has("at", Instant),
    # A host, or a mail address of which little is shown.
    *texts("target", "reason", "answer"),
    may("next_try", Instant),
    key("delivery", "number"),
    sa.ForeignKeyConstraint(
        ["tenant_id", "delivery"],
        ["notice_delivery.tenant_id", "notice_delivery.id"],
        name="notice_try_delivery_fk",
    ),
    **_IN_KEY,
)

# Systems that are told. A secret is worked out from the server's, so none stands here.
hook = sa.Table(
    "notice_hook",
    metadata,
    *ids("tenant_id", "id"),
    may("agency", Id),
    *texts("url", "kinds"),
    has("active", sa.Boolean),
    has("generation", sa.Integer),
    has("created_at", Instant),
    key("id"),
    in_tenant(),
    refers("agency", "agency"),
    **_IN_KEY,
)

# Versions of texts; the newest counts. The id follows from what they are of.
wording = sa.Table(
    "notice_text",
    metadata,
    *ids("tenant_id", "id"),
    may("agency", Id),
    *texts("kind", "language"),
    has("number", sa.Integer),
    *texts("subject", "body"),
    has("author", Id),
    *each(Instant, "at"),
    key("id"),
    refers("agency", "agency"),
    refers("author", "account"),
    **_IN_KEY,
)
