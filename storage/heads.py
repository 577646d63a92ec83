"""The signed heads around a place in the log, each found by the key of its table."""

from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.evidence.sequencer import Signed
from storage import log_schema
from storage.database import Database

_HEAD: Final = log_schema.checkpoint.c
_LATEST: Final = (_HEAD.size.desc(), _HEAD.signed_at.desc())
_COLUMNS: Final = (
    *(_HEAD.year, _HEAD.size, _HEAD.root),
    *(_HEAD.note, _HEAD.signed_at, _HEAD.stamp),
)
_OF_YEAR: Final = sa.select(*_COLUMNS).where(
    _HEAD.tenant_id == sa.bindparam("tenant", type_=_HEAD.tenant_id.type),
    _HEAD.year == sa.bindparam("year"),
)
_COVERING: Final = (
    _OF_YEAR.where(_HEAD.size > sa.bindparam("size"))
    .order_by(_HEAD.size, _HEAD.signed_at.desc())
    .limit(1)
)
# A head over nothing tells nothing, and no proof leads from it.
_BEFORE: Final = (
    _OF_YEAR.where(_HEAD.size < sa.bindparam("size"), _HEAD.size > 0)
    .order_by(*_LATEST)
    .limit(1)
)
_YEARS: Final = (
    sa.select(_HEAD.year, sa.func.max(_HEAD.size))
    .where(
        _HEAD.tenant_id == sa.bindparam("tenant", type_=_HEAD.tenant_id.type),
        _HEAD.year < sa.bindparam("year"),
    )
    .group_by(_HEAD.year)
    .having(sa.func.count(_HEAD.size.distinct()) > 1)
    .order_by(_HEAD.year.desc())
    .limit(1)
)


class Heads:
    """Finds heads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def covering(self, tenant: UUID, year: int, index: int) -> Signed | None:
        """The first head over more leaves than those before an index."""
        return self._one(_COVERING, tenant, year, index)

    def before(self, tenant: UUID, year: int, size: int) -> Signed | None:
        """The last head over fewer leaves; of two over as many, the later."""
        return self._one(_BEFORE, tenant, year, size)

    def ended(self, tenant: UUID, year: int) -> Signed | None:
        """The last but one head of the nearest earlier year that has two."""
        with self._database.read() as connection:
            row = connection.execute(_YEARS, {"tenant": tenant, "year": year}).first()
        return None if row is None else self.before(tenant, *row)

    def _one(
        self, query: sa.Select[Any], tenant: UUID, year: int, size: int
    ) -> Signed | None:
        asked = {"tenant": tenant, "year": year, "size": size}
        with self._database.read() as connection:
            row = connection.execute(query, asked).first()
        return None if row is None else Signed(*row)
