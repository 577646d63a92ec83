"""Drafts as they were typed, and files that come in parts."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("draft", sa.Column("revision", sa.Integer(), nullable=True))
    for name in ("typed", "aside"):
        op.add_column("draft", sa.Column(name, sa.Text(), nullable=True))
    op.create_table(
        "upload",
        *(_has(name, types.Id()) for name in ("tenant_id", "id", "account")),
        sa.Column("case_id", types.Id(), nullable=True),
        *(_has(name, sa.Text()) for name in ("name", "type")),
        *(_has(name, sa.BigInteger()) for name in ("size", "received")),
        _has("parts", sa.Text()),
        sa.Column("sha256", sa.Text(), nullable=True),
        *(_has(name, types.Instant()) for name in ("began_at", "seen_at")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="upload_pk"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account"],
            ["account.tenant_id", "account.id"],
            name="upload_tenant_id_account_fk",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("upload_account", "upload", ["tenant_id", "account", "seen_at"])
    op.create_index("upload_seen", "upload", ["tenant_id", "seen_at"])
    op.create_index("upload_sha256", "upload", ["tenant_id", "sha256"])


def _has(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def downgrade() -> None:
    op.drop_table("upload")
    for name in ("aside", "typed", "revision"):
        op.drop_column("draft", name)
