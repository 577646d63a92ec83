"""Cases in which no work is done by a person's order."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case", sa.Column("suspended_at", types.Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("case", "suspended_at")
