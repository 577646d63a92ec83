"""Which cases have a file, asked of the scan of every sheet that is entered."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("attachment_sha256", "attachment", ["tenant_id", "sha256"])


def downgrade() -> None:
    op.drop_index("attachment_sha256", "attachment")
