"""What PostgreSQL's planner knows about tables that it has never looked at.

Autovacuum looks at a table once some fifty rows have changed. Before that the planner
guesses, and takes for the row of a case the index that serves all cases of a tenant.
"""

from typing import Final

import sqlalchemy as sa

from storage import schema
from storage.database import Database

#: Tables with rows that were neither vacuumed nor analysed (`reltuples`, PostgreSQL
#: manual, 53.11).
_NEW: Final = sa.text(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples < 0"
    " AND pg_relation_size(oid) > 0 AND relname = ANY(:tables)"
    " AND relnamespace = (SELECT oid FROM pg_namespace"
    " WHERE nspname = current_schema()) ORDER BY relname"
)


def look_at_new(database: Database) -> tuple[str, ...]:
    """Let the planner look at what it has never looked at; name the tables."""
    if database.engine.dialect.name != "postgresql":
        return ()
    with database.write() as connection:
        tables = tuple(connection.scalars(_NEW, {"tables": [*schema.metadata.tables]}))
        for table in tables:
            connection.exec_driver_sql(f'ANALYZE "{table}"')
    return tables
