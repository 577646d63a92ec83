"""Agencies are called otherwise from a day on; positions take each other's place."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency_naming",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("agency", types.Id(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("name", "codes", "level")
        ),
        sa.Column("parent", types.Id(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "agency", "since", name="agency_naming_pk"
        ),
        _refers("agency_naming", "agency", "agency"),
        _refers("agency_naming", "parent", "agency"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "position_successor",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("position", types.Id(), nullable=False),
        sa.Column("successor", types.Id(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "position", name="position_successor_pk"),
        _refers("position_successor", "position", "position"),
        _refers("position_successor", "successor", "position"),
        sqlite_with_rowid=False,
    )


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        name=f"{table}_tenant_id_{column}_fk",
    )


def downgrade() -> None:
    op.drop_table("position_successor")
    op.drop_table("agency_naming")
