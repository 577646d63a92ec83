"""What each version runs as, kept beside its files; wake-ups that failed."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "version_model",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("version", types.Id(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "version"],
            ["procedure_version.tenant_id", "procedure_version.id"],
            name=op.f("version_model_tenant_id_version_fk"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "version", name=op.f("version_model_pk")),
    )
    op.create_table(
        "wake_failure",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("case_id", types.Id(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_at", types.Instant(), nullable=False),
        sa.Column("last_at", types.Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["case.tenant_id", "case.id"],
            name=op.f("wake_failure_tenant_id_case_id_fk"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "case_id", name=op.f("wake_failure_pk")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("wake_failure")
    op.drop_table("version_model")
