"""Every table, on one page, the same for SQLite, PostgreSQL and a cell per province.

Rules:

1. `tenant_id` comes first in every primary key, foreign key, unique key and index.
2. Ids are UUIDv7 made by the application; no sequence is shown to a person.
3. What belongs to a case carries `month` (yyyymm of its opening): the partition key of
   `event` and `personal` on PostgreSQL. No foreign key points at a partitioned table,
   so that a partition is made without locking the tables that would refer to it.
4. Values of enumerations are their text; lists are JSON text; a state is opaque bytes.
5. `event`, `personal`, `procedure_version` and `version_file` are guarded
   (`storage.guards`).
"""

from typing import Any, Final

import sqlalchemy as sa

from storage.types import Due, Id, Instant

metadata: Final = sa.MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_N_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
    }
)
#: SQLite keeps small rows in the tree of their key; large rows are better apart from
#: it.
_IN_KEY: Final[dict[str, Any]] = {"sqlite_with_rowid": False}
_BY_MONTH: Final[dict[str, Any]] = {"postgresql_partition_by": "LIST (month)"}


def _has(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    """A column that always has a value."""
    return sa.Column(name, kind, nullable=False)


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [_has(name) for name in names]


def _ids(*names: str) -> list[sa.Column[Any]]:
    return [_has(name, Id) for name in names]


def _may(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    """A column that may be empty."""
    return sa.Column(name, kind, nullable=True)


def _key(*columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("tenant_id", *columns)


def _refers(column: str, table: str) -> sa.ForeignKeyConstraint:
    """A foreign key inside the tenant."""
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"]
    )


def _in_tenant() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"])


# The organisation as dated data.

tenant = sa.Table(
    "tenant",
    metadata,
    _has("tenant_id", Id),
    _has("name"),
    # Counts the changes of agencies, positions and holders: tells when a snapshot is
    # old.
    _has("organisation", sa.BigInteger),
    _key(),
)

agency = sa.Table(
    "agency",
    metadata,
    *_ids("tenant_id", "id"),
    *_texts("name", "codes", "level"),
    _may("parent", Id),
    _has("valid_from", sa.Date),
    _has("valid_to", sa.Date),
    *_texts("successors", "calendar", "colour"),
    _key("id"),
    _in_tenant(),
    _refers("parent", "agency"),
)

position = sa.Table(
    "position",
    metadata,
    *_ids("tenant_id", "id", "agency"),
    *_texts("name", "performers"),
    _has("valid_from", sa.Date),
    _has("valid_to", sa.Date),
    _key("id"),
    _refers("agency", "agency"),
)

account = sa.Table(
    "account",
    metadata,
    *_ids("tenant_id", "id"),
    *_texts("login", "name", "password_hash"),
    # Changes with the password: sessions that carry an older one are dead.
    *_texts("fs_uniquifier", "roles"),
    _has("active", sa.Boolean),
    _has("language"),
    _has("valid_to", sa.Date),
    _has("failures", sa.Integer),
    _may("failed_at", Instant),
    _key("id"),
    sa.UniqueConstraint("tenant_id", "login"),
    sa.UniqueConstraint("tenant_id", "fs_uniquifier"),
    _in_tenant(),
)

holder = sa.Table(
    "holder",
    metadata,
    *_ids("tenant_id", "position", "account"),
    _has("valid_from", sa.Date),
    _has("valid_to", sa.Date),
    _key("position", "account", "valid_from"),
    _refers("position", "position"),
    _refers("account", "account"),
)

# Sessions stand before sign-in too, so they refer to nothing.
web_session = sa.Table(
    "web_session",
    metadata,
    _has("tenant_id", Id),
    # SHA-256 of the id in the cookie: who reads the table cannot use it.
    _has("hash", sa.LargeBinary(32)),
    _may("account", Id),
    _has("created_at", Instant),
    _has("seen_at", Instant),
    _has("data"),
    _key("hash"),
    sa.Index("web_session_account", "tenant_id", "account"),
    sa.Index("web_session_seen", "tenant_id", "seen_at"),
    **_IN_KEY,
)

# One row a failed sign-in, under a hash of account and address; it names nobody.
sign_in_failure = sa.Table(
    "sign_in_failure",
    metadata,
    _has("tenant_id", Id),
    _has("key", sa.LargeBinary(32)),
    _has("at", Instant),
    _has("nonce", sa.LargeBinary(8)),
    _key("key", "at", "nonce"),
    sa.Index("sign_in_failure_at", "tenant_id", "at"),
    **_IN_KEY,
)

# Procedures: controlled documents.

procedure = sa.Table(
    "procedure",
    metadata,
    *_ids("tenant_id", "id"),
    *_texts("code", "name"),
    _key("id"),
    sa.UniqueConstraint("tenant_id", "code"),
    _in_tenant(),
)

procedure_version = sa.Table(
    "procedure_version",
    metadata,
    *_ids("tenant_id", "id", "procedure"),
    _has("number", sa.Integer),
    *_texts("status", "hash", "name"),
    _has("controlled", sa.Boolean),
    _has("author", Id),
    _has("created_at", Instant),
    _may("publisher", Id),
    _may("published_at", Instant),
    _key("id"),
    sa.UniqueConstraint("tenant_id", "procedure", "number"),
    _refers("procedure", "procedure"),
    **_IN_KEY,
)

version_file = sa.Table(
    "version_file",
    metadata,
    *_ids("tenant_id", "version"),
    _has("path"),
    _has("bytes", sa.LargeBinary),
    _key("version", "path"),
    _refers("version", "procedure_version"),
    **_IN_KEY,
)

# Cases, their work and their history.

case = sa.Table(
    "case",
    metadata,
    *_ids("tenant_id", "id"),
    _has("month", sa.Integer),
    *_ids("procedure", "procedure_version"),
    *_texts("code", "status"),
    *_ids("helping", "receiving", "handling", "deciding"),
    _has("version", sa.Integer),
    _has("seq", sa.Integer),
    _has("head", sa.LargeBinary(32)),
    _has("opened_at", Instant),
    _may("due_at", Instant),
    _may("closed_at", Instant),
    _may("next_wake", Instant),
    *_texts("channel", "applicant"),
    # The dossier code and the applicant's name as people search them (`text.fold`).
    _has("folded"),
    # Last, because it is the only large column.
    _may("state", sa.LargeBinary),
    _key("id"),
    sa.UniqueConstraint("tenant_id", "code"),
    _in_tenant(),
    _refers("procedure", "procedure"),
    _refers("procedure_version", "procedure_version"),
    *(_refers(name, "agency") for name in ("helping", "receiving")),
    *(_refers(name, "agency") for name in ("handling", "deciding")),
    # Room in the page for the next state: most acts change no index.
    postgresql_with={"fillfactor": "70"},
)
_WAKES: Final = case.c.next_wake.is_not(None)
sa.Index(
    "case_next_wake",
    case.c.tenant_id,
    case.c.next_wake,
    sqlite_where=_WAKES,
    postgresql_where=_WAKES,
)

task = sa.Table(
    "task",
    metadata,
    *_ids("tenant_id", "case_id"),
    _has("element"),
    _has("occurrence", sa.Integer),
    _has("month", sa.Integer),
    # The order of opening in the case.
    _has("rank", sa.BigInteger),
    *_texts("name", "short_name", "performer"),
    _has("agency", Id),
    _has("status"),
    _has("opened_at", Instant),
    _has("due_at", Due),
    _may("assignee", Id),
    _may("position", Id),
    _may("closed_at", Instant),
    _key("case_id", "element", "occurrence"),
    _refers("case_id", "case"),
    postgresql_with={"fillfactor": "80"},
    **_IN_KEY,
)
# Literals, not parameters: only so does a database see that a partial index serves a
# question.
OPEN: Final = task.c.status == sa.literal_column("'open'")
CLAIMED: Final = task.c.status == sa.literal_column("'claimed'")
sa.Index(
    "task_open",
    *(task.c.tenant_id, task.c.agency, task.c.performer, task.c.due_at),
    task.c.opened_at,
    sqlite_where=OPEN,
    postgresql_where=OPEN,
)
sa.Index(
    "task_claimed",
    *(task.c.tenant_id, task.c.assignee, task.c.due_at, task.c.opened_at),
    sqlite_where=CLAIMED,
    postgresql_where=CLAIMED,
)

# What a person has typed and not yet sent: nothing else knows it.
draft = sa.Table(
    "draft",
    metadata,
    *_ids("tenant_id", "case_id"),
    _has("element"),
    _has("occurrence", sa.Integer),
    _has("account", Id),
    _has("answers"),
    _has("saved_at", Instant),
    _key("case_id", "element", "occurrence", "account"),
    sa.ForeignKeyConstraint(
        ["tenant_id", "case_id", "element", "occurrence"],
        ["task.tenant_id", "task.case_id", "task.element", "task.occurrence"],
        name="draft_task_fk",
    ),
    _refers("account", "account"),
    **_IN_KEY,
)

event = sa.Table(
    "event",
    metadata,
    _has("tenant_id", Id),
    _has("month", sa.Integer),
    _has("stream", Id),
    _has("seq", sa.Integer),
    *_texts("kind", "type"),
    _has("at", Instant),
    _has("leaf", sa.LargeBinary(32)),
    _has("body", sa.LargeBinary),
    _key("month", "stream", "seq"),
    **_BY_MONTH,
)

personal = sa.Table(
    "personal",
    metadata,
    _has("tenant_id", Id),
    _has("month", sa.Integer),
    _has("stream", Id),
    _has("seq", sa.Integer),
    _has("name"),
    _may("value"),
    _may("salt", sa.LargeBinary(16)),
    _key("month", "stream", "seq", "name"),
    **_BY_MONTH,
    **_IN_KEY,
)

# Heads of the streams that are not a case's; a case carries its own.
stream = sa.Table(
    "stream",
    metadata,
    *_ids("tenant_id", "id"),
    _has("kind"),
    _has("month", sa.Integer),
    _has("seq", sa.Integer),
    _has("head", sa.LargeBinary(32)),
    _key("id"),
    _in_tenant(),
    **_IN_KEY,
)

outbox = sa.Table(
    "outbox",
    metadata,
    *_ids("tenant_id", "stream"),
    _has("seq", sa.Integer),
    _has("n", sa.Integer),
    *_texts("kind", "name", "partner", "body"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
    _may("next_try", Instant),
    _may("delivered_at", Instant),
    _key("stream", "seq", "n"),
    **_IN_KEY,
)
_UNDELIVERED: Final = outbox.c.delivered_at.is_(None)
sa.Index(
    "outbox_undelivered",
    outbox.c.tenant_id,
    outbox.c.next_try,
    sqlite_where=_UNDELIVERED,
    postgresql_where=_UNDELIVERED,
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    _has("tenant_id", Id),
    _has("key"),
    _has("request", sa.LargeBinary),
    _has("response"),
    # By the database's clock, for nothing but clearing away.
    sa.Column("day", sa.Date, nullable=False, server_default=sa.func.current_date()),
    _key("key"),
    **_IN_KEY,
)

code_counter = sa.Table(
    "code_counter",
    metadata,
    _has("tenant_id", Id),
    _has("prefix"),
    _has("last", sa.BigInteger),
    _key("prefix"),
    _in_tenant(),
    **_IN_KEY,
)

# The bytes are in `files.Files`, by their hash.
attachment = sa.Table(
    "attachment",
    metadata,
    *_ids("tenant_id", "id", "case_id"),
    _has("month", sa.Integer),
    _has("sha256"),
    _has("size", sa.BigInteger),
    *_texts("type", "name"),
    _has("account", Id),
    _has("added_at", Instant),
    _key("id"),
    _refers("case_id", "case"),
    sa.Index("attachment_case", "tenant_id", "case_id"),
)

# Working time as dated, approved data.

calendar = sa.Table(
    "calendar",
    metadata,
    _has("tenant_id", Id),
    *_texts("code", "name"),
    # Working hours of each weekday, JSON: [["08:00", "11:30"], …] from Monday on.
    *_texts("week", "source"),
    _may("approved_by", Id),
    _may("approved_at", Instant),
    _key("code"),
    _in_tenant(),
)

calendar_day = sa.Table(
    "calendar_day",
    metadata,
    _has("tenant_id", Id),
    _has("calendar"),
    _has("day", sa.Date),
    # `off`, or `work` for a day that makes up for one off.
    *_texts("kind", "name", "source"),
    _key("calendar", "day"),
    sa.ForeignKeyConstraint(
        ["tenant_id", "calendar"], ["calendar.tenant_id", "calendar.code"]
    ),
    **_IN_KEY,
)
