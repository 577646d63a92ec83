"""Worklists: what they are filtered by stands in the work; filters and feeds."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ACTIVE = sa.text("closed_at IS NULL")
_OPEN = sa.text("status = 'open'")
_KEY = ("tenant_id", "agency", "performer", "status", "due_at", "opened_at")
_REST = (
    "case_id",
    "element",
    "occurrence",
    "procedure",
    "step",
    "channel",
    "assignee",
    "closed_at",
)
_OF_CASE = (
    'SELECT {} FROM "case" WHERE "case".tenant_id = task.tenant_id'
    ' AND "case".id = task.case_id'
)


def upgrade() -> None:
    empty = sa.text("''")
    op.add_column("task", sa.Column("procedure", types.Id(), nullable=True))
    for name in ("channel", "step"):
        column = sa.Column(name, sa.Text(), nullable=False, server_default=empty)
        op.add_column("task", column)
    op.execute(
        f"UPDATE task SET procedure = ({_OF_CASE.format('procedure')}),"  # noqa: S608
        f" channel = ({_OF_CASE.format('channel')}), step = substr(short_name, 1, 60)"
    )
    op.drop_index("task_open", "task")
    op.create_index(
        "task_active",
        "task",
        [*_KEY, *_REST],
        sqlite_where=_ACTIVE,
        postgresql_where=_ACTIVE,
    )
    _create_tables()


def _create_tables() -> None:
    op.create_table(
        "saved_filter",
        *(_id(name) for name in ("tenant_id", "id", "account")),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("agency", types.Id(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("saved_filter_pk")),
        _refers("saved_filter", "account", "account"),
        _refers("saved_filter", "agency", "agency"),
        sqlite_with_rowid=False,
    )
    op.create_index("saved_filter_account", "saved_filter", ["tenant_id", "account"])
    shared = sa.text("agency IS NOT NULL")
    op.create_index(
        "saved_filter_agency",
        "saved_filter",
        ["tenant_id", "agency"],
        sqlite_where=shared,
        postgresql_where=shared,
    )
    op.create_table(
        "feed",
        *(_id(name) for name in ("tenant_id", "account")),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "account", name=op.f("feed_pk")),
        sa.UniqueConstraint("tenant_id", "hash", name=op.f("feed_tenant_id_hash_key")),
        _refers("feed", "account", "account"),
        sqlite_with_rowid=False,
    )


def _id(name: str) -> sa.Column[object]:
    return sa.Column(name, types.Id(), nullable=False)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{to}.tenant_id", f"{to}.id"],
        name=op.f(f"{table}_tenant_id_{column}_fk"),
    )


def downgrade() -> None:
    for table in ("feed", "saved_filter"):
        op.drop_table(table)
    op.drop_index("task_active", "task")
    op.create_index(
        "task_open",
        "task",
        [*(name for name in _KEY if name != "status")],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    for name in ("step", "channel", "procedure"):
        op.drop_column("task", name)
