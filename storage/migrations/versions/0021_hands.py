"""Who did a piece of work on paper, where somebody else entered it."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("hand", types.Id(), nullable=True))


def downgrade() -> None:
    op.drop_column("task", "hand")
