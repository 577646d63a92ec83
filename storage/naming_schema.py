"""What agencies were called later on, how they are reached, and who followed whom."""

from typing import Any, Final

import sqlalchemy as sa

from storage.columns import each, has, ids, key, may, refers, texts
from storage.schema import metadata
from storage.types import Id

__all__ = ["agency_naming", "agency_reach", "metadata", "position_successor"]

_IN_KEY: Final[dict[str, Any]] = {"sqlite_with_rowid": False}

# The row of an agency keeps its first name; each later one is a row here.
agency_naming = sa.Table(
    "agency_naming",
    metadata,
    *ids("tenant_id", "agency"),
    *each(sa.Date, "since"),
    *texts("name", "codes", "level"),
    may("parent", Id),
    has("reference"),
    key("agency", "since"),
    refers("agency", "agency"),
    refers("parent", "agency"),
    **_IN_KEY,
)

# Where an agency is and how it is reached, from a day on.
agency_reach = sa.Table(
    "agency_reach",
    metadata,
    *ids("tenant_id", "agency"),
    *each(sa.Date, "since"),
    *texts("address", "phone"),
    key("agency", "since"),
    refers("agency", "agency"),
    **_IN_KEY,
)

position_successor = sa.Table(
    "position_successor",
    metadata,
    *ids("tenant_id", "position", "successor"),
    key("position"),
    refers("position", "position"),
    refers("successor", "position"),
    **_IN_KEY,
)
