"""How the tables of `storage.schema` are written: columns and keys inside a tenant."""

from typing import Any, Final

import sqlalchemy as sa

from storage.types import Id

#: How constraints are called, the same on every database.
NAMES: Final = {
    "pk": "%(table_name)s_pk",
    "fk": "%(table_name)s_%(column_0_N_name)s_fk",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
}


def has(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    """A column that always has a value."""
    return sa.Column(name, kind, nullable=False)


def texts(*names: str) -> list[sa.Column[Any]]:
    """Columns of texts that always have a value."""
    return [has(name) for name in names]


def ids(*names: str) -> list[sa.Column[Any]]:
    """Columns of ids that always have a value."""
    return [has(name, Id) for name in names]


def each(kind: Any, *names: str) -> list[sa.Column[Any]]:
    """Columns of one kind that always have a value."""
    return [has(name, kind) for name in names]


def may(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    """A column that may be empty."""
    return sa.Column(name, kind, nullable=True)


def key(*columns: str) -> sa.PrimaryKeyConstraint:
    """The primary key of a table, inside the tenant."""
    return sa.PrimaryKeyConstraint("tenant_id", *columns)


def refers(column: str, table: str) -> sa.ForeignKeyConstraint:
    """A foreign key inside the tenant."""
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"]
    )


def on(where: sa.ColumnElement[bool]) -> dict[str, Any]:
    """Keep an index for some rows only."""
    return {"sqlite_where": where, "postgresql_where": where}


def in_tenant() -> sa.ForeignKeyConstraint:
    """The foreign key to the tenant."""
    return sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"])
