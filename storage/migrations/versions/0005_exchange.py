"""Letters reach other cases: what they wait for, where they go, who opened whom."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("process", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("conversation", types.Id(), nullable=True),
        sa.Column(
            "generation", sa.Integer(), server_default=sa.text("0"), nullable=False
        ),
    ):
        op.add_column("case", column)
    talks = sa.text("conversation IS NOT NULL")
    op.create_index(
        "case_conversation",
        "case",
        ["tenant_id", "conversation"],
        sqlite_where=talks,
        postgresql_where=talks,
    )
    for column in (
        sa.Column(
            "correlation", sa.Text(), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("sent_at", types.Instant(), nullable=True),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
    ):
        op.add_column("outbox", column)
    # What was sent before stays for people: `next_try` is empty.
    op.execute("UPDATE outbox SET reason = 'before' WHERE delivered_at IS NULL")
    _parcels()
    _waits()
    _starts()


def _parcels() -> None:
    op.create_table(
        "parcel",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("stream", types.Id(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("target", types.Id(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("receiver", types.Id(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("next_try", types.Instant(), nullable=True),
        sa.Column("delivered_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "stream", "seq", "n"],
            ["outbox.tenant_id", "outbox.stream", "outbox.seq", "outbox.n"],
            name="parcel_outbox_fk",
        ),
        sa.PrimaryKeyConstraint(
            *("tenant_id", "stream", "seq", "n", "target", "element"),
            name=op.f("parcel_pk"),
        ),
        sqlite_with_rowid=False,
    )
    undelivered = sa.text("delivered_at IS NULL")
    op.create_index(
        "parcel_undelivered",
        "parcel",
        ["tenant_id", "next_try"],
        sqlite_where=undelivered,
        postgresql_where=undelivered,
    )


def _waits() -> None:
    op.create_table(
        "wait",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("case_id", types.Id(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("since", types.Instant(), nullable=False),
        _refers("wait", "case_id", "case"),
        sa.PrimaryKeyConstraint(
            *("tenant_id", "case_id", "element", "occurrence"), name=op.f("wait_pk")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "wait_name", "wait", ["tenant_id", "kind", "name", "digest", "since"]
    )


def _starts() -> None:
    op.create_table(
        "start",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("procedure", types.Id(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("version", types.Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("due", types.Instant(), nullable=True),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("next_try", types.Instant(), nullable=True),
        _refers("start", "procedure", "procedure"),
        _refers("start", "version", "procedure_version"),
        sa.PrimaryKeyConstraint(
            *("tenant_id", "procedure", "process", "element"), name=op.f("start_pk")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("start_name", "start", ["tenant_id", "kind", "name"])
    timed = sa.text("next_try IS NOT NULL")
    op.create_index(
        "start_due",
        "start",
        ["tenant_id", "next_try"],
        sqlite_where=timed,
        postgresql_where=timed,
    )


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        name=op.f(f"{table}_tenant_id_{column}_fk"),
    )


def downgrade() -> None:
    for table in ("start", "wait", "parcel"):
        op.drop_table(table)
    op.drop_index("case_conversation", "case")
    for table, columns in (
        ("outbox", ("correlation", "sent_at", "reason")),
        ("case", ("process", "conversation", "generation")),
    ):
        for column in columns:
            op.drop_column(table, column)
