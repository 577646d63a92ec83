"""Editions of calendars, in place of tables that nothing ever wrote."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("calendar_day")
    op.drop_table("calendar")
    op.create_table(
        "calendar_edition",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("agency", types.Id(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("proposed_at", types.Instant(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("confirmed_by", types.Id(), nullable=True),
        sa.Column("confirmed_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "agency"],
            ["agency.tenant_id", "agency.id"],
            name=op.f("calendar_edition_tenant_id_agency_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.tenant_id"],
            name=op.f("calendar_edition_tenant_id_fk"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("calendar_edition_pk")),
    )
    op.create_index(
        "calendar_edition_agency", "calendar_edition", ["tenant_id", "agency"]
    )


def downgrade() -> None:
    op.drop_table("calendar_edition")
    op.create_table(
        "calendar",
        sa.Column("tenant_id", types.Id(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("code", "name", "week", "source")
        ),
        sa.Column("approved_by", types.Id(), nullable=True),
        sa.Column("approved_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.tenant_id"], name=op.f("calendar_tenant_id_fk")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "code", name=op.f("calendar_pk")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("kind", "name", "source")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "calendar"],
            ["calendar.tenant_id", "calendar.code"],
            name=op.f("calendar_day_tenant_id_calendar_fk"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "calendar", "day", name=op.f("calendar_day_pk")
        ),
        sqlite_with_rowid=False,
    )
