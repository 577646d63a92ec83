"""Where agencies are and how they are reached, from a day on."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency_reach",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("agency", types.Id(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "agency", "since", name="agency_reach_pk"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "agency"],
            ["agency.tenant_id", "agency.id"],
            name="agency_reach_tenant_id_agency_fk",
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("agency_reach")
