"""When the organisation of a tenant worked on paper."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outage",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("begins", types.Instant(), nullable=False),
        sa.Column("ends", types.Instant(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("declared_by", types.Id(), nullable=True),
        sa.Column("declared_at", types.Instant(), nullable=False),
        sa.Column("ended_by", types.Id(), nullable=True),
        sa.Column("ended_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("outage_pk")),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.tenant_id"], name=op.f("outage_tenant_id_fk")
        ),
        _refers("declared_by"),
        _refers("ended_by"),
        sqlite_with_rowid=False,
    )
    op.create_index("outage_begins", "outage", ["tenant_id", "begins"])


def _refers(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        ["account.tenant_id", "account.id"],
        name=op.f(f"outage_tenant_id_{column}_fk"),
    )


def downgrade() -> None:
    op.drop_table("outage")
