"""The foundation: organisation, procedures, cases, their work and their history."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _organisation()
    _procedures()
    _cases()
    _history()
    if op.get_context().dialect.name == "postgresql":
        # Takes what belongs to a month without a partition of its own.
        for table in ("event", "personal"):
            op.execute(f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _ids(*names: str) -> list[sa.Column[UUID]]:
    return [sa.Column(name, types.Id(), nullable=False) for name in names]


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        name=op.f(f"{table}_tenant_id_{column}_fk"),
    )


def _in_tenant(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id"], ["tenant.tenant_id"], name=op.f(f"{table}_tenant_id_fk")
    )


def _organisation() -> None:
    op.create_table(
        "tenant",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("tenant_pk")),
    )
    op.create_table(
        "agency",
        *_ids("tenant_id", "id"),
        *_texts("name", "codes", "level"),
        sa.Column("parent", types.Id(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        *_texts("successors", "calendar", "colour"),
        _refers("agency", "parent", "agency"),
        _in_tenant("agency"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("agency_pk")),
    )
    op.create_table(
        "position",
        *_ids("tenant_id", "id", "agency"),
        *_texts("name", "performers"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        _refers("position", "agency", "agency"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("position_pk")),
    )
    op.create_table(
        "account",
        *_ids("tenant_id", "id"),
        *_texts("login", "name", "password_hash", "fs_uniquifier", "roles"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", types.Instant(), nullable=True),
        _in_tenant("account"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("account_pk")),
        sa.UniqueConstraint(
            "tenant_id",
            "fs_uniquifier",
            name=op.f("account_tenant_id_fs_uniquifier_key"),
        ),
        sa.UniqueConstraint(
            "tenant_id", "login", name=op.f("account_tenant_id_login_key")
        ),
    )
    op.create_table(
        "holder",
        *_ids("tenant_id", "position", "account"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        _refers("holder", "account", "account"),
        _refers("holder", "position", "position"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "position", "account", "valid_from", name=op.f("holder_pk")
        ),
    )
    op.create_table(
        "web_session",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account", types.Id(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("seen_at", types.Instant(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "hash", name=op.f("web_session_pk")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "web_session_account", "web_session", ["tenant_id", "account"], unique=False
    )
    op.create_index(
        "web_session_seen", "web_session", ["tenant_id", "seen_at"], unique=False
    )
    op.create_table(
        "calendar",
        sa.Column("tenant_id", types.Id(), nullable=False),
        *_texts("code", "name", "week", "source"),
        sa.Column("approved_by", types.Id(), nullable=True),
        sa.Column("approved_at", types.Instant(), nullable=True),
        _in_tenant("calendar"),
        sa.PrimaryKeyConstraint("tenant_id", "code", name=op.f("calendar_pk")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *_texts("kind", "name", "source"),
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


def _procedures() -> None:
    op.create_table(
        "procedure",
        *_ids("tenant_id", "id"),
        *_texts("code", "name"),
        _in_tenant("procedure"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("procedure_pk")),
        sa.UniqueConstraint(
            "tenant_id", "code", name=op.f("procedure_tenant_id_code_key")
        ),
    )
    op.create_table(
        "procedure_version",
        *_ids("tenant_id", "id", "procedure"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_texts("status", "hash", "name"),
        sa.Column("controlled", sa.Boolean(), nullable=False),
        sa.Column("author", types.Id(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("publisher", types.Id(), nullable=True),
        sa.Column("published_at", types.Instant(), nullable=True),
        _refers("procedure_version", "procedure", "procedure"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("procedure_version_pk")),
        sa.UniqueConstraint(
            "tenant_id",
            "procedure",
            "number",
            name=op.f("procedure_version_tenant_id_procedure_number_key"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "version_file",
        *_ids("tenant_id", "version"),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        _refers("version_file", "version", "procedure_version"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "version", "path", name=op.f("version_file_pk")
        ),
        sqlite_with_rowid=False,
    )


def _cases() -> None:
    op.create_table(
        "case",
        *_ids("tenant_id", "id"),
        sa.Column("month", sa.Integer(), nullable=False),
        *_ids("procedure", "procedure_version"),
        *_texts("code", "status"),
        *_ids("helping", "receiving", "handling", "deciding"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(length=32), nullable=False),
        sa.Column("opened_at", types.Instant(), nullable=False),
        sa.Column("due_at", types.Instant(), nullable=True),
        sa.Column("closed_at", types.Instant(), nullable=True),
        sa.Column("next_wake", types.Instant(), nullable=True),
        *_texts("channel", "applicant", "folded"),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        _refers("case", "deciding", "agency"),
        _refers("case", "handling", "agency"),
        _refers("case", "helping", "agency"),
        _refers("case", "procedure", "procedure"),
        _refers("case", "procedure_version", "procedure_version"),
        _refers("case", "receiving", "agency"),
        _in_tenant("case"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("case_pk")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("case_tenant_id_code_key")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_index(
        "case_next_wake",
        "case",
        ["tenant_id", "next_wake"],
        unique=False,
        sqlite_where=sa.text("next_wake IS NOT NULL"),
        postgresql_where=sa.text("next_wake IS NOT NULL"),
    )
    op.create_table(
        "task",
        *_ids("tenant_id", "case_id"),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        *_texts("name", "short_name", "performer"),
        sa.Column("agency", types.Id(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("opened_at", types.Instant(), nullable=False),
        sa.Column("due_at", types.Due(), nullable=False),
        sa.Column("assignee", types.Id(), nullable=True),
        sa.Column("position", types.Id(), nullable=True),
        sa.Column("closed_at", types.Instant(), nullable=True),
        _refers("task", "case_id", "case"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "case_id", "element", "occurrence", name=op.f("task_pk")
        ),
        postgresql_with={"fillfactor": "80"},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "task_claimed",
        "task",
        ["tenant_id", "assignee", "due_at", "opened_at"],
        unique=False,
        sqlite_where=sa.text("status = 'claimed'"),
        postgresql_where=sa.text("status = 'claimed'"),
    )
    op.create_index(
        "task_open",
        "task",
        ["tenant_id", "agency", "performer", "due_at", "opened_at"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "draft",
        *_ids("tenant_id", "case_id"),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("account", types.Id(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("saved_at", types.Instant(), nullable=False),
        _refers("draft", "account", "account"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id", "element", "occurrence"],
            ["task.tenant_id", "task.case_id", "task.element", "task.occurrence"],
            name="draft_task_fk",
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id",
            "case_id",
            "element",
            "occurrence",
            "account",
            name=op.f("draft_pk"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attachment",
        *_ids("tenant_id", "id", "case_id"),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        *_texts("type", "name"),
        sa.Column("account", types.Id(), nullable=False),
        sa.Column("added_at", types.Instant(), nullable=False),
        _refers("attachment", "case_id", "case"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("attachment_pk")),
    )
    op.create_index(
        "attachment_case", "attachment", ["tenant_id", "case_id"], unique=False
    )
    op.create_table(
        "outbox",
        *_ids("tenant_id", "stream"),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        *_texts("kind", "name", "partner", "body"),
        sa.Column(
            "attempts", sa.Integer(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("next_try", types.Instant(), nullable=True),
        sa.Column("delivered_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint(
            "tenant_id", "stream", "seq", "n", name=op.f("outbox_pk")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "outbox_undelivered",
        "outbox",
        ["tenant_id", "next_try"],
        unique=False,
        sqlite_where=sa.text("delivered_at IS NULL"),
        postgresql_where=sa.text("delivered_at IS NULL"),
    )
    op.create_table(
        "idempotency",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column(
            "day", sa.Date(), server_default=sa.text("CURRENT_DATE"), nullable=False
        ),
        sa.PrimaryKeyConstraint("tenant_id", "key", name=op.f("idempotency_pk")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "code_counter",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        _in_tenant("code_counter"),
        sa.PrimaryKeyConstraint("tenant_id", "prefix", name=op.f("code_counter_pk")),
        sqlite_with_rowid=False,
    )


def _history() -> None:
    op.create_table(
        "event",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("stream", types.Id(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        *_texts("kind", "type"),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "month", "stream", "seq", name=op.f("event_pk")
        ),
        postgresql_partition_by="LIST (month)",
    )
    op.create_table(
        "personal",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("stream", types.Id(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True),
        sa.PrimaryKeyConstraint(
            "tenant_id", "month", "stream", "seq", "name", name=op.f("personal_pk")
        ),
        postgresql_partition_by="LIST (month)",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stream",
        *_ids("tenant_id", "id"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(length=32), nullable=False),
        _in_tenant("stream"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("stream_pk")),
        sqlite_with_rowid=False,
    )
