"""What is told of each dossier, for lists and reports; derived from its events."""

from typing import Any, Final

import sqlalchemy as sa

from storage.alarm_schema import metadata
from storage.columns import each, has, ids, key, may, on, texts
from storage.types import Id, Instant

__all__ = ["dossier", "metadata"]

_IN_KEY: Final[dict[str, Any]] = {"sqlite_with_rowid": False}

#: It refers to nothing: a rebuild writes anew whatever is missing.
dossier = sa.Table(
    "dossier",
    metadata,
    *ids("tenant_id", "case_id", "procedure"),
    *texts("channel", "field"),
    has("portal", sa.SmallInteger),
    # `none`, `due`, `part` or `paid`.
    has("paid"),
    may("score", sa.SmallInteger),
    *each(Instant, "received_at", "changed_at"),
    # `done`, `refused`, `stopped` or `withdrawn`.
    may("ending"),
    *(may(name, Instant) for name in ("ended_at", "returned_at")),
    # The positions between which the physical file is under way.
    *(may(name, Id) for name in ("giver", "taker")),
    # All of it, as JSON (`engine.domain.dossier_text`).
    has("told"),
    key("case_id"),
    **_IN_KEY,
)
sa.Index("dossier_received", dossier.c.tenant_id, dossier.c.received_at)
sa.Index(
    "dossier_open",
    *(dossier.c.tenant_id, dossier.c.received_at),
    **on(dossier.c.ended_at.is_(None)),
)
sa.Index(
    "dossier_ended",
    *(dossier.c.tenant_id, dossier.c.ended_at),
    **on(dossier.c.ended_at.is_not(None)),
)
for _side in ("giver", "taker"):
    sa.Index(
        f"dossier_{_side}",
        *(dossier.c.tenant_id, dossier.c[_side]),
        **on(dossier.c[_side].is_not(None)),
    )
