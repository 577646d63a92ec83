"""The log: a Merkle tree over the events of a tenant and year, and its signed heads."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pending",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("stream", types.Id(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "stream", "seq", "month", name=op.f("pending_pk")
        ),
        sqlite_with_rowid=False,
    )
    # What was recorded before there was a log takes its place in it like the rest.
    op.execute(
        "INSERT INTO pending (tenant_id, month, stream, seq)"
        " SELECT tenant_id, month, stream, seq FROM event"
    )
    op.create_table(
        "log_index",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("leaf_index", sa.BigInteger(), nullable=False),
        sa.Column("stream", types.Id(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "year", "leaf_index", name=op.f("log_index_pk")
        ),
        sa.UniqueConstraint(
            *("tenant_id", "stream", "seq", "month"),
            name=op.f("log_index_tenant_id_stream_seq_month_key"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log_node",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("node_index", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "year", "level", "node_index", name=op.f("log_node_pk")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "checkpoint",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", types.Instant(), nullable=False),
        sa.Column("root", sa.LargeBinary(32), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("stamp", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint(
            "tenant_id", "year", "size", "signed_at", name=op.f("checkpoint_pk")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("checkpoint", "log_node", "log_index", "pending"):
        op.drop_table(table)
