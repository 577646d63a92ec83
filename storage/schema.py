"""Every table, on one page, the same for SQLite, PostgreSQL and a cell per province.

Rules:

1. `tenant_id` comes first in every primary key, foreign key, unique key and index.
2. Ids are UUIDv7 made by the application; no sequence is shown to a person.
3. What belongs to a case carries `month` (yyyymm of its opening): the partition key of
   `event` and `personal` on PostgreSQL. No foreign key points at a partitioned table,
   so that a partition is made without locking the tables that would refer to it.
4. Values of enumerations are their text; lists are JSON text; a state is opaque bytes.
5. Events, personal values and versions with what is theirs are guarded (`guards`).
"""

from typing import Any, Final

import sqlalchemy as sa

from storage import exchange_schema
from storage.columns import each, has, ids, in_tenant, key, may, on, refers, texts
from storage.types import Due, Id, Instant

metadata: Final = exchange_schema.metadata
#: SQLite keeps small rows in the tree of their key, and large ones better apart.
_IN_KEY: Final[dict[str, Any]] = {"sqlite_with_rowid": False}
_BY_MONTH: Final[dict[str, Any]] = {"postgresql_partition_by": "LIST (month)"}

# The organisation as dated data.
tenant = sa.Table(
    "tenant",
    metadata,
    has("tenant_id", Id),
    has("name"),
    # Counts changes of agencies, positions and holders: tells when a snapshot is old.
    has("organisation", sa.BigInteger),
    key(),
)

agency = sa.Table(
    "agency",
    metadata,
    *ids("tenant_id", "id"),
    *texts("name", "codes", "level"),
    may("parent", Id),
    *each(sa.Date, "valid_from", "valid_to"),
    *texts("successors", "calendar", "colour"),
    key("id"),
    in_tenant(),
    refers("parent", "agency"),
)

position = sa.Table(
    "position",
    metadata,
    *ids("tenant_id", "id", "agency"),
    *texts("name", "performers"),
    *each(sa.Date, "valid_from", "valid_to"),
    key("id"),
    refers("agency", "agency"),
)

account = sa.Table(
    "account",
    metadata,
    *ids("tenant_id", "id"),
    *texts("login", "name", "password_hash"),
    # Changes with the password: sessions that carry an older one are dead.
    *texts("fs_uniquifier", "roles"),
    has("active", sa.Boolean),
    has("language"),
    has("valid_to", sa.Date),
    has("failures", sa.Integer),
    may("failed_at", Instant),
    sa.Column("must_change", sa.Boolean, server_default=sa.false(), nullable=False),
    key("id"),
    sa.UniqueConstraint("tenant_id", "login"),
    sa.UniqueConstraint("tenant_id", "fs_uniquifier"),
    in_tenant(),
)

holder = sa.Table(
    "holder",
    metadata,
    *ids("tenant_id", "position", "account"),
    *each(sa.Date, "valid_from", "valid_to"),
    key("position", "account", "valid_from"),
    refers("position", "position"),
    refers("account", "account"),
)

# Who acts in a position for the holder who is away.
substitution = sa.Table(
    "substitution",
    metadata,
    *ids("tenant_id", "id", "position", "absent", "substitute"),
    *texts("procedures", "reference"),
    *each(sa.Date, "valid_from", "valid_to"),
    key("id"),
    refers("position", "position"),
    refers("absent", "account"),
    refers("substitute", "account"),
)

# Sessions of those who have signed in; visitors have no row (`webui.sessions`).
web_session = sa.Table(
    "web_session",
    metadata,
    has("tenant_id", Id),
    # SHA-256 of the id in the cookie: who reads the table cannot use it.
    has("hash", sa.LargeBinary(32)),
    may("account", Id),
    *each(Instant, "created_at", "seen_at"),
    has("data"),
    key("hash"),
    sa.Index("web_session_account", "tenant_id", "account"),
    sa.Index("web_session_seen", "tenant_id", "seen_at"),
    **_IN_KEY,
)

# One row a failed sign-in, under a hash of account and address; it names nobody.
sign_in_failure = sa.Table(
    "sign_in_failure",
    metadata,
    has("tenant_id", Id),
    has("key", sa.LargeBinary(32)),
    has("at", Instant),
    has("nonce", sa.LargeBinary(8)),
    key("key", "at", "nonce"),
    sa.Index("sign_in_failure_at", "tenant_id", "at"),
    **_IN_KEY,
)

# Procedures: controlled documents.
procedure = sa.Table(
    "procedure",
    metadata,
    *ids("tenant_id", "id"),
    *texts("code", "name"),
    key("id"),
    sa.UniqueConstraint("tenant_id", "code"),
    in_tenant(),
)

procedure_version = sa.Table(
    "procedure_version",
    metadata,
    *ids("tenant_id", "id", "procedure"),
    has("number", sa.Integer),
    *texts("status", "hash", "name"),
    has("controlled", sa.Boolean),
    has("author", Id),
    has("created_at", Instant),
    may("publisher", Id),
    may("published_at", Instant),
    sa.Column("kind", sa.Text, nullable=False, server_default=sa.text("'procedure'")),
    key("id"),
    sa.UniqueConstraint("tenant_id", "procedure", "number"),
    refers("procedure", "procedure"),
    **_IN_KEY,
)

version_file = sa.Table(
    "version_file",
    metadata,
    *ids("tenant_id", "version"),
    has("path"),
    has("bytes", sa.LargeBinary),
    key("version", "path"),
    refers("version", "procedure_version"),
    **_IN_KEY,
)

# What a version runs as, made once of its files.
version_model = sa.Table(
    "version_model",
    metadata,
    *ids("tenant_id", "version"),
    has("hash"),
    has("bytes", sa.LargeBinary),
    key("version"),
    refers("version", "procedure_version"),
)

# Cases, their work and their history.
case = sa.Table(
    "case",
    metadata,
    *ids("tenant_id", "id"),
    has("month", sa.Integer),
    *ids("procedure", "procedure_version"),
    *texts("code", "status"),
    *ids("helping", "receiving", "handling", "deciding"),
    *each(sa.Integer, "version", "seq"),
    has("head", sa.LargeBinary(32)),
    has("opened_at", Instant),
    *(may(name, Instant) for name in ("due_at", "closed_at", "next_wake")),
    *texts("channel", "applicant"),
    # The dossier code and the applicant's name as people search them (`text.fold`).
    has("folded"),
    # After what lists read, because it is the only large column.
    may("state", sa.LargeBinary),
    # The process of the version that it runs (empty: the main one), the case that
    # began the conversation in which it was opened, and how many cases lie between.
    sa.Column("process", sa.Text, nullable=False, server_default=sa.text("''")),
    may("conversation", Id),
    sa.Column("generation", sa.Integer, nullable=False, server_default=sa.text("0")),
    may("suspended_at", Instant),
    # What has moved its clock (empty: nothing), and when somebody is told next.
    sa.Column("clock", sa.Text, nullable=False, server_default=sa.text("''")),
    may("alarm_at", Instant),
    # The state on the national portal, and salt and hash of the look-up code.
    sa.Column("portal", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    may("lookup", sa.LargeBinary),
    # How much was asked beside its steps: most cases have no such work to read.
    sa.Column("sides", sa.Integer, nullable=False, server_default=sa.text("0")),
    key("id"),
    sa.UniqueConstraint("tenant_id", "code"),
    in_tenant(),
    refers("procedure", "procedure"),
    refers("procedure_version", "procedure_version"),
    *(refers(name, "agency") for name in ("helping", "receiving")),
    *(refers(name, "agency") for name in ("handling", "deciding")),
    # Room in the page for the next state: most acts change no index.
    postgresql_with={"fillfactor": "70"},
)
_WAKES: Final = case.c.next_wake.is_not(None)
sa.Index("case_next_wake", case.c.tenant_id, case.c.next_wake, **on(_WAKES))
_TALKS: Final = case.c.conversation.is_not(None)
sa.Index("case_conversation", case.c.tenant_id, case.c.conversation, **on(_TALKS))

task = sa.Table(
    "task",
    metadata,
    *ids("tenant_id", "case_id"),
    has("element"),
    *each(sa.Integer, "occurrence", "month"),
    # The order of opening in the case.
    has("rank", sa.BigInteger),
    *texts("name", "short_name", "performer"),
    *(has("agency", Id), has("status")),
    *(has("opened_at", Instant), has("due_at", Due)),
    may("assignee", Id),
    may("position", Id),
    may("closed_at", Instant),
    *(may("on_behalf_of", Id), may("alarm_at", Instant)),
    # What lists are filtered by, from the case; `step` is the short name, cut to what
    # every index takes.
    may("procedure", Id),
    sa.Column("channel", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.Column("step", sa.Text, nullable=False, server_default=sa.text("''")),
    # Who did it on paper, where somebody else entered it.
    may("hand", Id),
    # Whether it is open while the clock of its case stands.
    sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.false()),
    key("case_id", "element", "occurrence"),
    refers("case_id", "case"),
    postgresql_with={"fillfactor": "80"},
    **_IN_KEY,
)
# Literals, no parameters: so a database sees that a partial index serves a question.
OPEN: Final = task.c.status == sa.literal_column("'open'")
CLAIMED: Final = task.c.status == sa.literal_column("'claimed'")
# What closes work says when; SQLite takes a partial index for this condition beside
# any other on the status.
ACTIVE: Final = task.c.closed_at.is_(None)
# Everything that a list sorts, counts and filters by: a supervisor's twenty thousand
# rows are counted from the index alone.
sa.Index(
    "task_active",
    *(task.c.tenant_id, task.c.agency, task.c.performer, task.c.status),
    *(task.c.due_at, task.c.opened_at, task.c.case_id, task.c.element),
    *(task.c.occurrence, task.c.procedure, task.c.step, task.c.channel),
    # The last one is empty, and there because SQLite asks for it again.
    *(task.c.paused, task.c.assignee, task.c.closed_at),
    **on(ACTIVE),
)
sa.Index(
    "task_claimed",
    *(task.c.tenant_id, task.c.assignee, task.c.due_at, task.c.opened_at),
    **on(CLAIMED),
)

# What a person has typed and not yet sent: nothing else knows it.
draft = sa.Table(
    "draft",
    metadata,
    *ids("tenant_id", "case_id"),
    has("element"),
    has("occurrence", sa.Integer),
    *(has("account", Id), has("answers"), has("saved_at", Instant)),
    # As it stands in the inputs, and counted; what an older page typed beside it.
    *(may("revision", sa.Integer), may("typed"), may("aside")),
    key("case_id", "element", "occurrence", "account"),
    sa.ForeignKeyConstraint(
        ["tenant_id", "case_id", "element", "occurrence"],
        ["task.tenant_id", "task.case_id", "task.element", "task.occurrence"],
        name="draft_task_fk",
    ),
    refers("account", "account"),
    **_IN_KEY,
)

event = sa.Table(
    "event",
    metadata,
    has("tenant_id", Id),
    has("month", sa.Integer),
    has("stream", Id),
    has("seq", sa.Integer),
    *texts("kind", "type"),
    has("at", Instant),
    has("leaf", sa.LargeBinary(32)),
    has("body", sa.LargeBinary),
    key("month", "stream", "seq"),
    **_BY_MONTH,
)

personal = sa.Table(
    "personal",
    metadata,
    has("tenant_id", Id),
    has("month", sa.Integer),
    has("stream", Id),
    has("seq", sa.Integer),
    has("name"),
    may("value"),
    may("salt", sa.LargeBinary(16)),
    key("month", "stream", "seq", "name"),
    **_BY_MONTH,
    **_IN_KEY,
)

# Heads of the streams that are not a case's; a case carries its own.
stream = sa.Table(
    "stream",
    metadata,
    *ids("tenant_id", "id"),
    has("kind"),
    *each(sa.Integer, "month", "seq"),
    has("head", sa.LargeBinary(32)),
    key("id"),
    in_tenant(),
    **_IN_KEY,
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    has("tenant_id", Id),
    has("key"),
    has("request", sa.LargeBinary),
    has("response"),
    # By the database's clock, for nothing but clearing away.
    sa.Column("day", sa.Date, nullable=False, server_default=sa.func.current_date()),
    key("key"),
    **_IN_KEY,
)

code_counter = sa.Table(
    "code_counter",
    metadata,
    has("tenant_id", Id),
    has("prefix"),
    has("last", sa.BigInteger),
    key("prefix"),
    in_tenant(),
    **_IN_KEY,
)

# Numbers of counters that somebody typed, which are therefore never given.
typed_number = sa.Table(
    "typed_number",
    metadata,
    has("tenant_id", Id),
    has("prefix"),
    has("number", sa.BigInteger),
    key("prefix", "number"),
    in_tenant(),
    **_IN_KEY,
)

# Working time as dated, approved documents: each edition whole, as JSON text.
calendar_edition = sa.Table(
    "calendar_edition",
    metadata,
    *ids("tenant_id", "id"),
    # Empty: for everybody.
    may("agency", Id),
    *texts("status", "content", "source", "authors"),
    has("proposed_at", Instant),
    has("document"),
    may("document_date", sa.Date),
    may("confirmed_by", Id),
    may("confirmed_at", Instant),
    key("id"),
    in_tenant(),
    refers("agency", "agency"),
    sa.Index("calendar_edition_agency", "tenant_id", "agency"),
)
