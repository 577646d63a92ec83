"""Versions are procedures that run, or documents that are only read."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "procedure_version",
        sa.Column(
            "kind", sa.Text(), server_default=sa.text("'procedure'"), nullable=False
        ),
    )


def downgrade() -> None:
    op.drop_column("procedure_version", "kind")
