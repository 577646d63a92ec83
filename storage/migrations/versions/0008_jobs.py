"""Long work: jobs and their items."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name,
        name.rpartition("_")[0],
        ["tenant_id", *columns],
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def upgrade() -> None:
    op.create_table(
        "job",
        *(
            sa.Column(name, types.Id(), nullable=False)
            for name in ("tenant_id", "id", "account")
        ),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("kind", "asked", "state")
        ),
        sa.Column("asked_at", types.Instant(), nullable=False),
        sa.Column("planned", sa.Boolean(), nullable=False),
        *map(_number, ("total", "done", "failed", "within_done", "within_total")),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        _number("attempts"),
        sa.Column("token", types.Id(), nullable=True),
        sa.Column("next_try", types.Instant(), nullable=False),
        sa.Column("began_at", types.Instant(), nullable=True),
        sa.Column("ended_at", types.Instant(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("job_pk")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account"],
            ["account.tenant_id", "account.id"],
            name=op.f("job_tenant_id_account_fk"),
        ),
    )
    op.create_index("job_account", "job", ["tenant_id", "account", "asked_at"])
    _index("job_open", ["next_try"], "ended_at IS NULL")
    _index("job_ended", ["ended_at"], "ended_at IS NOT NULL")
    op.create_table(
        "job_item",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("job", types.Id(), nullable=False),
        _number("number"),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("label", "subject", "state")
        ),
        _number("attempts"),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "job", "number", name=op.f("job_item_pk")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "job"],
            ["job.tenant_id", "job.id"],
            name=op.f("job_item_tenant_id_job_fk"),
        ),
        sqlite_with_rowid=False,
    )
    _index("job_item_waiting", ["job", "attempts", "number"], "state = 'waiting'")


def downgrade() -> None:
    op.drop_table("job_item")
    op.drop_table("job")
