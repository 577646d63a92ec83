"""Guards: what must never change is refused by the database itself.

- `event` is insert-only.
- `calendar_edition`: what it says stays; a draft is confirmed or replaced, once.
- `personal`: a value and its salt may be erased (set to NULL), and nothing else.
- `procedure_version`: what it is stays, its life goes forward; `version_file` never
  changes, and files are added only while the version is a draft. `version_model` never
  changes.

`ensure_guards` runs after every migration, because Alembic's batch mode on SQLite makes
a table anew and drops its triggers without a word. `check_guards` runs at every start
and compares what stands in the database with this file. On SQLite `INSERT OR REPLACE`
deletes without firing a delete trigger, so a trigger refuses to insert what exists. On
PostgreSQL TRUNCATE fires no row trigger, and each partition is truncated by itself, so
each has a guard of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from engine.errors import ConfigurationError, GuardsMissingError
from storage import log_schema

#: Tables that are guarded, and those of them that PostgreSQL keeps in partitions.
GUARDED: Final = (
    *("event", "personal"),
    *("procedure_version", "version_file", "version_model"),
    *("log_index", "log_node", "checkpoint"),
    "calendar_edition",
)
PARTITIONED: Final = ("event", "personal")
_EVERY: Final = frozenset(log_schema.metadata.tables)
#: Columns of guarded tables that the application may update at all.
CHANGEABLE: Final = {
    "event": (),
    "personal": ("value", "salt"),
    "procedure_version": ("status", "publisher", "published_at"),
    "version_file": (),
    "version_model": (),
    "log_index": (),
    "log_node": (),
    "checkpoint": ("stamp",),
    "calendar_edition": (
        *("status", "document", "document_date", "confirmed_by", "confirmed_at"),
    ),
}

# Bits of pg_trigger.tgtype (PostgreSQL, src/include/catalog/pg_trigger.h).
_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 4, 8, 16, 32
_BITS: Final = {"INSERT": _INSERT, "DELETE": _DELETE, "UPDATE": _UPDATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """One thing that a table refuses, on both databases."""

    table: str
    #: INSERT, UPDATE or DELETE.
    act: str
    message: str
    #: SQL over OLD and NEW that tells when to refuse; `IS` compares NULL too.
    when: str = ""

    @property
    def name(self) -> str:
        """The name of the trigger."""
        return f"{self.table}_guards_{self.act.lower()}"


def _same(*columns: str) -> str:
    return " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in columns)


def _kept_or_erased(*columns: str) -> str:
    return " AND ".join(
        f'(NEW."{name}" IS NULL OR NEW."{name}" IS OLD."{name}")' for name in columns
    )


def _fixed(table: str) -> str:
    """The columns of a table that never change are the same."""
    names = [column.name for column in log_schema.metadata.tables[table].c]
    return _same(*(name for name in names if name not in CHANGEABLE[table]))


_FORWARD: Final = (
    "(NEW.status = OLD.status"
    " OR OLD.status = 'draft' AND NEW.status = 'published'"
    " OR OLD.status = 'published' AND NEW.status = 'retired')"
)
_APPROVAL: Final = f"(OLD.status = 'draft' OR {_same('publisher', 'published_at')})"
_PUBLISHED: Final = (
    "EXISTS (SELECT 1 FROM procedure_version AS owner"
    " WHERE owner.tenant_id = NEW.tenant_id AND owner.id = NEW.version"
    " AND owner.status <> 'draft')"
)

GUARDS: Final = (
    Guard(table="event", act="UPDATE", message="An event never changes."),
    Guard(table="event", act="DELETE", message="An event is never deleted."),
    Guard(
        table="personal",
        act="UPDATE",
        message="A personal value is erased or kept, never changed.",
        when=f"NOT ({_fixed('personal')} AND {_kept_or_erased('value', 'salt')})",
    ),
    Guard(table="personal", act="DELETE", message="A personal row is never deleted."),
    Guard(
        table="procedure_version",
        act="UPDATE",
        message="A version stays what it is, and its life goes forward.",
        when=f"NOT ({_fixed('procedure_version')} AND {_FORWARD} AND {_APPROVAL})",
    ),
    Guard(
        table="procedure_version", act="DELETE", message="A version is never deleted."
    ),
    Guard(
        table="version_file",
        act="INSERT",
        message="Only a draft takes files.",
        when=_PUBLISHED,
    ),
    Guard(table="version_file", act="UPDATE", message="A file never changes."),
    Guard(table="version_file", act="DELETE", message="A file is never deleted."),
    Guard(
        table="version_model",
        act="UPDATE",
        message="What a version runs as never changes.",
    ),
    Guard(
        table="version_model",
        act="DELETE",
        message="What a version runs as is never deleted.",
    ),
    *(
        Guard(table=table, act=act, message="A place in the log never changes.")
        for table in ("log_index", "log_node")
        for act in ("UPDATE", "DELETE")
    ),
    Guard(
        table="checkpoint",
        act="UPDATE",
        message="A signed head takes a time stamp and never changes.",
        when=f"NOT ({_fixed('checkpoint')} AND OLD.stamp IS NULL)",
    ),
    Guard(table="checkpoint", act="DELETE", message="A signed head is never deleted."),
    Guard(
        table="calendar_edition",
        act="UPDATE",
        message="An edition stays what it is; a draft is confirmed or replaced.",
        when=f"NOT ({_fixed('calendar_edition')} AND OLD.status = 'draft')",
    ),
    Guard(
        table="calendar_edition", act="DELETE", message="An edition is never deleted."
    ),
)
#: What lists a new event for the log, in the transaction that writes it.
FEED: Final = "event_feeds_log"
_FED: Final = log_schema.pending.name
_FEEDING: Final = (
    "INSERT INTO pending (tenant_id, month, stream, seq)"
    " VALUES (NEW.tenant_id, NEW.month, NEW.stream, NEW.seq);"
)


def ensure_guards(connection: sa.Connection) -> None:
    """Put every guard in its place, whatever stands there now.

    An earlier revision has fewer tables; those it has are guarded.
    """
    present = frozenset(sa.inspect(connection).get_table_names())
    if connection.dialect.name == "sqlite":
        for name, sql in _sqlite_triggers(present).items():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(sql)
        return
    for name, body in _functions().items():
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger"
            f" LANGUAGE plpgsql AS $guard${body}$guard$"
        )
    for guard in (one for one in GUARDS if one.table in present):
        _trigger(
            connection, guard.table, guard.name, f"{guard.act} ON {{}} FOR EACH ROW"
        )
    if _FED in present:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {FEED} ON event")
        connection.exec_driver_sql(
            f"CREATE TRIGGER {FEED} AFTER INSERT ON event"
            f" FOR EACH ROW EXECUTE FUNCTION {FEED}()"
        )
    for table in (one for one in GUARDED if one in present):
        for part in (table, *partitions(connection, table)):
            guard_truncate(connection, table, part)


def lift_guards(connection: sa.Connection) -> None:
    """Remove the triggers for a migration, which ends with `ensure_guards` (SQLite).

    A trigger that names another table keeps that table from being made anew.
    """
    if connection.dialect.name == "sqlite":
        for name in _sqlite_triggers():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")


def guard_truncate(connection: sa.Connection, table: str, part: str) -> None:
    """Refuse TRUNCATE of a table or of one of its partitions (PostgreSQL)."""
    name = _truncate_name(table)
    _trigger(connection, part, name, "TRUNCATE ON {} FOR EACH STATEMENT")


def check_guards(connection: sa.Connection) -> None:
    """Pass when every guard stands as this file says.

    Raises:
        GuardsMissingError: Some are missing, disabled or different; it names them.
    """
    if connection.dialect.name == "sqlite":
        missing = _missing_on_sqlite(connection)
    else:
        missing = _missing_on_postgresql(connection)
    if missing:
        message = f"The database does not protect the history: {', '.join(missing)}."
        raise GuardsMissingError(message, missing=tuple(missing))


def partitions(connection: sa.Connection, table: str) -> tuple[str, ...]:
    """The partitions of a table, by name (PostgreSQL)."""
    question = sa.text(
        "SELECT part.relname FROM pg_inherits"
        " JOIN pg_class AS part ON part.oid = inhrelid"
        " WHERE inhparent = CAST(:parent AS regclass) ORDER BY part.relname"
    )
    return tuple(connection.scalars(question, {"parent": f'"{table}"'}))


def grant_application(connection: sa.Connection, role: str) -> None:
    """Give a role what the application needs and no more (PostgreSQL).

    The owner of the tables migrates and makes partitions; the server may run as another
    role that cannot change the history even where a guard were missing.

    Raises:
        ConfigurationError: The database is not PostgreSQL, or has no such role.
    """
    if connection.dialect.name != "postgresql":
        raise ConfigurationError("Only PostgreSQL has roles.", code="no-roles")
    known = sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role")
    if connection.execute(known, {"role": role}).first() is None:
        message = f"There is no role “{role}”. Make it first: CREATE ROLE … LOGIN."
        raise ConfigurationError(message, code="no-role", role=role)
    quote = connection.dialect.identifier_preparer.quote_identifier
    who = quote(role)
    for table in log_schema.metadata.tables:
        changeable = CHANGEABLE.get(table)
        rights = ["SELECT", "INSERT"]
        if changeable is None:
            rights += ["UPDATE", "DELETE"]
        elif changeable:
            rights.append(f"UPDATE ({', '.join(map(quote, changeable))})")
        connection.exec_driver_sql(f"REVOKE ALL ON {quote(table)} FROM {who}")
        connection.exec_driver_sql(
            f"GRANT {', '.join(rights)} ON {quote(table)} TO {who}"
        )
    # The server looks at its start whether the schema is the one of its release.
    connection.exec_driver_sql(f"GRANT SELECT ON alembic_version TO {who}")


def _sqlite_triggers(present: frozenset[str] = _EVERY) -> dict[str, str]:
    triggers = {}
    for guard in GUARDS:
        if guard.act == "INSERT" or guard.table not in present:
            continue
        when = f" WHEN {guard.when}" if guard.when else ""
        triggers[guard.name] = _sqlite_trigger(guard, when)
    for table in (one for one in GUARDED if one in present):
        own = [
            guard for guard in GUARDS if (guard.table, guard.act) == (table, "INSERT")
        ]
        for guard in own:
            triggers[guard.name] = _sqlite_trigger(guard, f" WHEN {guard.when}")
        replaces = Guard(
            table=table, act="INSERT", message="What exists is not replaced."
        )
        name = f"{table}_guards_replace"
        when = f" WHEN {_exists(log_schema.metadata.tables[table])}"
        triggers[name] = _sqlite_trigger(replaces, when, name)
    if _FED in present:
        act = f'AFTER INSERT ON "event" BEGIN {_FEEDING} END'
        triggers[FEED] = f"CREATE TRIGGER {FEED} {act}"
    return triggers


def _sqlite_trigger(guard: Guard, when: str, name: str = "") -> str:
    act = f'{guard.act} ON "{guard.table}"'
    return (
        f"CREATE TRIGGER {name or guard.name} BEFORE {act}{when}"
        f" BEGIN SELECT RAISE(ABORT, '{guard.message}'); END"
    )


def _exists(table: sa.Table) -> str:
    """Whether NEW would collide with a row in any key of a table."""
    keys = [
        [column.name for column in constraint.columns]
        for constraint in sorted(table.constraints, key=lambda each: str(each.name))
        if isinstance(constraint, sa.PrimaryKeyConstraint | sa.UniqueConstraint)
    ]
    if table.dialect_options["sqlite"]["with_rowid"]:
        keys.append(["rowid"])
    return " OR ".join(_collides(table.name, key) for key in keys)


def _collides(table: str, key: list[str]) -> str:
    same = " AND ".join(f'old."{name}" = NEW."{name}"' for name in key)
    # Names of our own schema, no input.
    return f'EXISTS (SELECT 1 FROM "{table}" AS old WHERE {same})'  # noqa: S608


def _missing_on_sqlite(connection: sa.Connection) -> list[str]:
    rows = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    )
    found = {row[0]: row[1] for row in rows}
    return [name for name, sql in _sqlite_triggers().items() if found.get(name) != sql]


def _functions() -> dict[str, str]:
    """The bodies of the trigger functions on PostgreSQL."""
    bodies = {}
    for guard in GUARDS:
        # PostgreSQL compares NULL with another word than SQLite.
        when = guard.when.replace('" IS OLD.', '" IS NOT DISTINCT FROM OLD.')
        row = "OLD" if guard.act == "DELETE" else "NEW"
        bodies[guard.name] = _body(guard.message, when or "true", row)
    for table in GUARDED:
        message = f"{table} is never emptied."
        bodies[_truncate_name(table)] = _body(message, "true", "NULL")
    bodies[FEED] = f" BEGIN {_FEEDING} RETURN NULL; END "
    return bodies


def _body(message: str, when: str, row: str) -> str:
    return (
        f" BEGIN IF {when} THEN RAISE EXCEPTION '{message}'"
        " USING ERRCODE = 'integrity_constraint_violation';"
        f" END IF; RETURN {row}; END "
    )


def _truncate_name(table: str) -> str:
    return f"{table}_guards_truncate"


def _trigger(connection: sa.Connection, part: str, name: str, when: str) -> None:
    table = f'"{part}"'
    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    connection.exec_driver_sql(
        f"CREATE TRIGGER {name} BEFORE {when.format(table)} EXECUTE FUNCTION {name}()"
    )


def _missing_on_postgresql(connection: sa.Connection) -> list[str]:
    rows = connection.exec_driver_sql(
        "SELECT relation.relname, tgname, tgtype, function.prosrc FROM pg_trigger"
        " JOIN pg_class AS relation ON relation.oid = tgrelid"
        " JOIN pg_proc AS function ON function.oid = tgfoid"
        " WHERE tgenabled IN ('O', 'A') AND relation.relnamespace ="
        " (SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
    )
    found = {(row[0], row[1]): (row[2], row[3]) for row in rows}
    bodies = _functions()
    return [
        f"{part}.{name}"
        for part, name, kind in _expected(connection)
        if found.get((part, name)) != (kind, bodies[name])
    ]


def _expected(connection: sa.Connection) -> Iterable[tuple[str, str, int]]:
    """Every trigger that must stand: relation, name, kind."""
    for table in GUARDED:
        for part in (table, *partitions(connection, table)):
            for guard in GUARDS:
                if guard.table == table:
                    yield part, guard.name, _BEFORE | _ROW | _BITS[guard.act]
            yield part, _truncate_name(table), _BEFORE | _TRUNCATE
    for part in ("event", *partitions(connection, "event")):
        yield part, FEED, _ROW | _INSERT
