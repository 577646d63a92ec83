"""How much was asked beside the steps of a case."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sides = sa.Column(
        "sides", sa.Integer(), server_default=sa.text("0"), nullable=False
    )
    op.add_column("case", sides)


def downgrade() -> None:
    op.drop_column("case", "sides")
