"""What is sealed once a day: the heads of all cases, read in the order of their ids.

A case row points to the last event of its case. What was written after the size of the
log that is meant is taken back: those events have places behind it, or none yet, so
that the index tells where each case stood. One question does it, streaming.
"""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.errors import EvidenceError
from engine.evidence import days
from engine.evidence.days import Head, Kept, Sealing, Spot
from storage import log_schema, schema
from storage.database import Database

_CASE: Final = schema.case.c
_CODE: Final = schema.code_counter.c
_EVENT: Final = schema.event.c
_INDEX: Final = log_schema.log_index.c
_PENDING: Final = log_schema.pending.c
#: Rows that come at a time.
_ROWS: Final = 10_000


class Days:
    """Reads heads; the tree of the last sealed day that was asked for is kept."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: tuple[tuple[UUID, bytes], Kept] | None = None

    def standing(self, tenant: UUID, year: int) -> Sealing:
        """What would be sealed now, with every prefix of codes."""
        with snapshot(self._database) as connection:
            last = connection.scalar(
                sa.select(sa.func.max(_INDEX.leaf_index)).where(
                    _INDEX.tenant_id == tenant, _INDEX.year == year
                )
            )
            size = 0 if last is None else int(last) + 1
            root, cases = days.root(_heads(connection, tenant, year, size))
            codes = connection.execute(
                sa.select(_CODE.prefix, _CODE.last).where(_CODE.tenant_id == tenant)
            )
            return Sealing(
                year=year,
                size=size,
                heads=root,
                cases=cases,
                codes={row.prefix: int(row.last) for row in codes},
            )

    def places(
        self, tenant: UUID, sealed: Sealing, streams: Sequence[UUID]
    ) -> tuple[Spot, ...]:
        """Where some cases stand among the heads of a sealed day.

        Cases that were not there yet are left out.

        Raises:
            EvidenceError: The heads are not those that were sealed.
        """
        kept = self._tree(tenant, sealed)
        return tuple(spot for one in streams if (spot := kept.spot(one)) is not None)

    def _tree(self, tenant: UUID, sealed: Sealing) -> Kept:
        name = (tenant, sealed.heads)
        known = self._kept
        if known is not None and known[0] == name:
            return known[1]
        with snapshot(self._database) as connection:
            made = Kept(_heads(connection, tenant, sealed.year, sealed.size))
        if (made.root(), made.size) != (sealed.heads, sealed.cases):
            message = "The heads of the cases are not those of the sealed day."
            raise EvidenceError(message, code="sealed-day")
        self._kept = name, made
        return made


@contextlib.contextmanager
def snapshot(database: Database) -> Iterator[sa.Connection]:
    """Lend a connection whose questions all see one moment."""
    with database.read() as connection:
        options: dict[str, Any] = {"stream_results": True, "yield_per": _ROWS}
        if connection.dialect.name == "postgresql":
            options["isolation_level"] = "REPEATABLE READ"
        yield connection.execution_options(**options)


def _heads(
    connection: sa.Connection, tenant: UUID, year: int, size: int
) -> Iterator[Head]:
    """The heads of all cases at a size of the log, in the order of their streams."""
    after = sa.or_(
        _INDEX.year > year, sa.and_(_INDEX.year == year, _INDEX.leaf_index >= size)
    )
    placed = sa.select(_INDEX.stream, _INDEX.seq).where(
        _INDEX.tenant_id == tenant, after
    )
    waiting = sa.select(_PENDING.stream, _PENDING.seq).where(
        _PENDING.tenant_id == tenant
    )
    new = sa.union_all(placed, waiting).subquery("new")
    later = (
        sa.select(new.c.stream, sa.func.min(new.c.seq).label("first"))
        .group_by(new.c.stream)
        .subquery("later")
    )
    before = sa.and_(
        _EVENT.tenant_id == _CASE.tenant_id,
        _EVENT.month == _CASE.month,
        _EVENT.stream == _CASE.id,
        _EVENT.seq == later.c.first - 1,
    )
    query = (
        sa.select(_CASE.id, _CASE.seq, _CASE.head, later.c.first, _EVENT.leaf)
        .select_from(
            schema.case.outerjoin(later, later.c.stream == _CASE.id).outerjoin(
                schema.event, before
            )
        )
        .where(_CASE.tenant_id == tenant)
        .order_by(_CASE.id)
    )
    rows: Any = connection.execute(query)
    for stream, seq, head, first, leaf in rows:
        if first is None:
            yield stream.hex, seq, head
        elif first > 1 and leaf is not None:
            yield stream.hex, first - 1, leaf
