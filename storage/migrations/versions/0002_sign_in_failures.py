"""Failed sign-ins, counted under account and address together."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_failure",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(8), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "key", "at", "nonce", name=op.f("sign_in_failure_pk")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("sign_in_failure_at", "sign_in_failure", ["tenant_id", "at"])


def downgrade() -> None:
    op.drop_table("sign_in_failure")
