"""What is told of dossiers; their state on the portal; their look-up codes.

The new rows are derived: cases that are there already get theirs with their next act,
or all at once by `quytrinh case rebuild --all`.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    none = sa.text("0")
    state = sa.Column("portal", sa.SmallInteger(), server_default=none, nullable=False)
    op.add_column("case", state)
    op.add_column("case", sa.Column("lookup", sa.LargeBinary(), nullable=True))
    op.create_table(
        "dossier",
        *(_has(one, types.Id()) for one in ("tenant_id", "case_id", "procedure")),
        *(_has(name, sa.Text()) for name in ("channel", "field")),
        _has("portal", sa.SmallInteger()),
        _has("paid", sa.Text()),
        _may("score", sa.SmallInteger()),
        *(_has(name, types.Instant()) for name in ("received_at", "changed_at")),
        _may("ending", sa.Text()),
        *(_may(name, types.Instant()) for name in ("ended_at", "returned_at")),
        *(_may(name, types.Id()) for name in ("giver", "taker")),
        _has("told", sa.Text()),
        sa.PrimaryKeyConstraint("tenant_id", "case_id", name=op.f("dossier_pk")),
        sqlite_with_rowid=False,
    )
    op.create_index("dossier_received", "dossier", ["tenant_id", "received_at"])
    _index("open", "received_at", "ended_at IS NULL")
    _index("ended", "ended_at", "ended_at IS NOT NULL")
    for side in ("giver", "taker"):
        _index(side, side, f"{side} IS NOT NULL")


def _index(name: str, column: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        f"dossier_{name}",
        "dossier",
        ["tenant_id", column],
        sqlite_where=condition,
        postgresql_where=condition,
    )


def _has(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _may(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


def downgrade() -> None:
    op.drop_table("dossier")
    for name in ("lookup", "portal"):
        op.drop_column("case", name)
