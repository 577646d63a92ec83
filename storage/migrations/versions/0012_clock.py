"""The legal clock of cases, and the alarms of what is due soon or overdue."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "case",
        sa.Column("clock", sa.Text(), server_default=sa.text("''"), nullable=False),
    )
    for table in ("case", "task"):
        op.add_column(table, sa.Column("alarm_at", types.Instant(), nullable=True))
        rings = sa.text("alarm_at IS NOT NULL")
        op.create_index(
            f"{table}_alarm",
            table,
            ["tenant_id", "alarm_at"],
            sqlite_where=rings,
            postgresql_where=rings,
        )
    op.create_table(
        "alarm",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("case_id", types.Id(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", types.Instant(), nullable=False),
        sa.Column("raised_at", types.Instant(), nullable=False),
        sa.Column("delivered_at", types.Instant(), nullable=True),
        sa.Column("agency", types.Id(), nullable=False),
        sa.PrimaryKeyConstraint(
            *("tenant_id", "case_id", "element", "occurrence", "kind", "due_at"),
            name="alarm_pk",
        ),
        sqlite_with_rowid=False,
    )
    waits = sa.text("delivered_at IS NULL")
    op.create_index(
        "alarm_undelivered",
        "alarm",
        ["tenant_id", "raised_at"],
        sqlite_where=waits,
        postgresql_where=waits,
    )


def downgrade() -> None:
    op.drop_table("alarm")
    for table in ("task", "case"):
        op.drop_index(f"{table}_alarm", table)
        op.drop_column(table, "alarm_at")
    op.drop_column("case", "clock")
