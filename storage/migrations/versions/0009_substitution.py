"""People stand in for each other; work tells for whom it was done."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("on_behalf_of", types.Id(), nullable=True))
    op.create_table(
        "substitution",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("position", types.Id(), nullable=False),
        sa.Column("absent", types.Id(), nullable=False),
        sa.Column("substitute", types.Id(), nullable=False),
        sa.Column("procedures", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="substitution_pk"),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{table}.tenant_id", f"{table}.id"],
                name=f"substitution_tenant_id_{column}_fk",
            )
            for column, table in (
                ("position", "position"),
                ("absent", "account"),
                ("substitute", "account"),
            )
        ),
    )


def downgrade() -> None:
    op.drop_table("substitution")
    op.drop_column("task", "on_behalf_of")
