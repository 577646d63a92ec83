"""Figures of months, and the indexes that the pages of supervisors ask."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_RUNNING = sa.text("closed_at IS NULL")
_CLOSED = sa.text("closed_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "figure_month",
        sa.Column("tenant_id", types.Id(), nullable=False),
        *_whole("month"),
        sa.Column("counted_at", types.Instant(), nullable=False),
        *_whole("cost_ms"),
        _key("figure_month"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_month",
        sa.Column("tenant_id", types.Id(), nullable=False),
        *_whole("month"),
        sa.Column("procedure", types.Id(), nullable=False),
        sa.Column("agency", types.Id(), nullable=False),
        *_whole("closed", "due", "on_time"),
        _key("case_month", "procedure", "agency"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "step_month",
        sa.Column("tenant_id", types.Id(), nullable=False),
        *_whole("month"),
        sa.Column("procedure", types.Id(), nullable=False),
        sa.Column("agency", types.Id(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        *_whole("done", "due", "on_time", "again"),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        _key("step_month", "procedure", "agency", "element"),
        sqlite_with_rowid=False,
    )
    _index("case_closed", "case", ["tenant_id", "closed_at"], _CLOSED)
    _index("task_closed", "task", ["tenant_id", "closed_at"], _CLOSED)
    running = ["tenant_id", "handling", "status", "due_at", "procedure"]
    running += ["suspended_at", "id", "closed_at"]
    _index("case_running", "case", running, _RUNNING)


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(
        "tenant_id", "month", *columns, name=op.f(f"{table}_pk")
    )


def _index(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table in (
        ("case_running", "case"),
        ("task_closed", "task"),
        ("case_closed", "case"),
    ):
        op.drop_index(name, table)
    for name in ("step_month", "case_month", "figure_month"):
        op.drop_table(name)
