"""The tables of letters on their way: the outbox, its parcels, waits and starts.

`wait` and `start` are derived: from the records of the cases, and from the versions in
force.
"""

from typing import Any, Final

import sqlalchemy as sa

from storage.columns import NAMES, has, ids, key, may, refers, texts
from storage.types import Id, Instant

#: All tables of the product; `storage.schema` holds the others.
metadata: Final = sa.MetaData(naming_convention=NAMES)
_IN_KEY: Final[dict[str, Any]] = {"sqlite_with_rowid": False}


def _attempts() -> list[sa.Column[Any]]:
    """What became of attempts to deliver; without `next_try` a person decides."""
    return [
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        may("next_try", Instant),
        may("delivered_at", Instant),
    ]


def _empty(name: str, value: str = "") -> sa.Column[Any]:
    """A text that came with a migration."""
    return sa.Column(
        name, sa.Text, nullable=False, server_default=sa.text(f"'{value}'")
    )


outbox = sa.Table(
    "outbox",
    metadata,
    *ids("tenant_id", "stream"),
    has("seq", sa.Integer),
    has("n", sa.Integer),
    *texts("kind", "name", "partner", "body"),
    *_attempts(),
    _empty("correlation", "{}"),
    may("sent_at", Instant),
    _empty("reason"),
    key("stream", "seq", "n"),
    **_IN_KEY,
)
UNDELIVERED: Final = outbox.c.delivered_at.is_(None)
sa.Index(
    "outbox_undelivered",
    outbox.c.tenant_id,
    outbox.c.next_try,
    sqlite_where=UNDELIVERED,
    postgresql_where=UNDELIVERED,
)

# One place that a letter goes to: its key keeps anything from arriving twice.
parcel = sa.Table(
    "parcel",
    metadata,
    *ids("tenant_id", "stream"),
    has("seq", sa.Integer),
    has("n", sa.Integer),
    has("target", Id),
    *texts("element", "process"),
    may("receiver", Id),
    has("attempts", sa.Integer),
    has("reason"),
    may("next_try", Instant),
    may("delivered_at", Instant),
    key("stream", "seq", "n", "target", "element"),
    sa.ForeignKeyConstraint(
        ["tenant_id", "stream", "seq", "n"],
        ["outbox.tenant_id", "outbox.stream", "outbox.seq", "outbox.n"],
        name="parcel_outbox_fk",
    ),
    **_IN_KEY,
)
UNDELIVERED_PARCEL: Final = parcel.c.delivered_at.is_(None)
sa.Index(
    "parcel_undelivered",
    parcel.c.tenant_id,
    parcel.c.next_try,
    sqlite_where=UNDELIVERED_PARCEL,
    postgresql_where=UNDELIVERED_PARCEL,
)

wait = sa.Table(
    "wait",
    metadata,
    *ids("tenant_id", "case_id"),
    has("element"),
    has("occurrence", sa.Integer),
    *texts("kind", "name"),
    # SHA-256 over the correlation keys, which may be personal.
    has("digest", sa.LargeBinary(32)),
    has("since", Instant),
    key("case_id", "element", "occurrence"),
    refers("case_id", "case"),
    sa.Index("wait_name", "tenant_id", "kind", "name", "digest", "since"),
    **_IN_KEY,
)

start = sa.Table(
    "start",
    metadata,
    *ids("tenant_id", "procedure"),
    *texts("process", "element"),
    has("version", Id),
    *texts("kind", "name"),
    may("due", Instant),
    has("passed", sa.Integer),
    has("attempts", sa.Integer),
    has("reason"),
    # Timers: when to try; None: a person decides, or it has run for the last time.
    may("next_try", Instant),
    key("procedure", "process", "element"),
    refers("procedure", "procedure"),
    refers("version", "procedure_version"),
    sa.Index("start_name", "tenant_id", "kind", "name"),
    **_IN_KEY,
)
_TIMED: Final = start.c.next_try.is_not(None)
sa.Index(
    "start_due",
    start.c.tenant_id,
    start.c.next_try,
    sqlite_where=_TIMED,
    postgresql_where=_TIMED,
)
