"""Notices: what people are told, by which ways, and what arrived.

What happened before is told nobody: looking through the log begins where it ends now.
"""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_cursor()
    _create_own()
    _create_deliveries()
    _create_kept()


def _create_cursor() -> None:
    op.create_table(
        "notice_cursor",
        *_ids("tenant_id"),
        *_whole("year"),
        sa.Column("next_index", sa.BigInteger(), nullable=False),
        _key("notice_cursor", "year"),
        _in_tenant("notice_cursor"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO notice_cursor (tenant_id, year, next_index)"
        " SELECT tenant_id, year, MAX(leaf_index) + 1 FROM log_index"
        " GROUP BY tenant_id, year"
    )


def _create_own() -> None:
    op.create_table(
        "notice_choice",
        *_ids("tenant_id", "account"),
        *_texts("mail", "ways"),
        *_whole("digest_hour"),
        sa.Column("digest_day", sa.Date(), nullable=True),
        _key("notice_choice", "account"),
        _refers("notice_choice", "account", "account"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notice",
        *_ids("tenant_id", "id", "account"),
        *_texts("kind", "cause", "about"),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("read_at", types.Instant(), nullable=True),
        _key("notice", "id"),
        _refers("notice", "account", "account"),
        sqlite_with_rowid=False,
    )
    op.create_index("notice_account", "notice", ["tenant_id", "account", "at"])
    op.create_index("notice_at", "notice", ["tenant_id", "at"])
    _create_partial("notice_unread", "notice", "account", "read_at IS NULL")


def _create_deliveries() -> None:
    op.create_table(
        "notice_delivery",
        *_ids("tenant_id", "id"),
        *_texts("way", "kind", "cause"),
        sa.Column("account", types.Id(), nullable=True),
        sa.Column("hook", types.Id(), nullable=True),
        sa.Column("at", types.Instant(), nullable=False),
        *_texts("about", "accounts"),
        *_whole("attempts"),
        sa.Column("next_try", types.Instant(), nullable=True),
        sa.Column("delivered_at", types.Instant(), nullable=True),
        _key("notice_delivery", "id"),
        _in_tenant("notice_delivery"),
        sqlite_with_rowid=False,
    )
    op.create_index("notice_delivery_at", "notice_delivery", ["tenant_id", "at"])
    due = ("notice_delivery_due", "notice_delivery", "next_try")
    _create_partial(*due, "next_try IS NOT NULL")
    op.create_table(
        "notice_try",
        *_ids("tenant_id", "delivery"),
        *_whole("number"),
        sa.Column("at", types.Instant(), nullable=False),
        *_texts("target", "reason", "answer"),
        sa.Column("next_try", types.Instant(), nullable=True),
        _key("notice_try", "delivery", "number"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "delivery"],
            ["notice_delivery.tenant_id", "notice_delivery.id"],
            name="notice_try_delivery_fk",
        ),
        sqlite_with_rowid=False,
    )


def _create_kept() -> None:
    op.create_table(
        "notice_hook",
        *_ids("tenant_id", "id"),
        sa.Column("agency", types.Id(), nullable=True),
        *_texts("url", "kinds"),
        sa.Column("active", sa.Boolean(), nullable=False),
        *_whole("generation"),
        sa.Column("created_at", types.Instant(), nullable=False),
        _key("notice_hook", "id"),
        _in_tenant("notice_hook"),
        _refers("notice_hook", "agency", "agency"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notice_text",
        *_ids("tenant_id", "id"),
        sa.Column("agency", types.Id(), nullable=True),
        *_texts("kind", "language"),
        *_whole("number"),
        *_texts("subject", "body"),
        *_ids("author"),
        sa.Column("at", types.Instant(), nullable=False),
        _key("notice_text", "id"),
        _refers("notice_text", "agency", "agency"),
        _refers("notice_text", "author", "account"),
        sqlite_with_rowid=False,
    )


def _ids(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, types.Id(), nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("tenant_id", *columns, name=op.f(f"{table}_pk"))


def _in_tenant(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id"], ["tenant.tenant_id"], name=op.f(f"{table}_tenant_id_fk")
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{to}.tenant_id", f"{to}.id"],
        name=op.f(f"{table}_tenant_id_{column}_fk"),
    )


def _create_partial(name: str, table: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(
        name,
        table,
        ["tenant_id", column],
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    for table in ("notice_text", "notice_hook", "notice_try", "notice_delivery"):
        op.drop_table(table)
    for table in ("notice", "notice_choice", "notice_cursor"):
        op.drop_table(table)
