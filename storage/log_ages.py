"""How long events waited for the signed head that covers them."""

from bisect import bisect_right
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.evidence.promise import Ages
from storage import log_places, log_schema, schema

_EVENT: Final = schema.event.c
_PENDING: Final = log_schema.pending.c
_INDEX: Final = log_schema.log_index.c
_CHECKPOINT: Final = log_schema.checkpoint.c
_PLACED: Final = sa.and_(
    _EVENT.tenant_id == _INDEX.tenant_id,
    _EVENT.month == _INDEX.month,
    _EVENT.stream == _INDEX.stream,
    _EVENT.seq == _INDEX.seq,
)


def read(connection: sa.Connection, tenant: UUID, year: int, count: int) -> Ages:
    """The ages of the newest events that a head covers, and since when one waits.

    What the first head of a log covers is left out: it was there before the log began.
    """
    begin, size = connection.execute(
        sa.select(
            sa.func.coalesce(sa.func.min(_CHECKPOINT.size), 0),
            sa.func.coalesce(sa.func.max(_CHECKPOINT.size), 0),
        ).where(*_of(_CHECKPOINT, tenant, year))
    ).one()
    first = max(begin, size - count)
    heads = connection.execute(
        sa.select(_CHECKPOINT.size, sa.func.min(_CHECKPOINT.signed_at))
        .where(*_of(_CHECKPOINT, tenant, year), _CHECKPOINT.size > first)
        .group_by(_CHECKPOINT.size)
        .order_by(_CHECKPOINT.size)
    ).all()
    sizes = [head[0] for head in heads]
    events = connection.execute(
        _instants(tenant, year, first).where(_INDEX.leaf_index < size)
    ).all()
    signed = [
        (heads[bisect_right(sizes, index)][1] - at).total_seconds()
        for index, at in events
    ]
    return Ages(signed, _since(connection, tenant, year, size))


def _since(
    connection: sa.Connection, tenant: UUID, year: int, size: int
) -> datetime | None:
    """The instant of the oldest event that waits for its place or for a head."""
    uncovered = _instants(tenant, year, size).limit(1)
    placed = connection.execute(uncovered).first()
    pending = connection.scalar(
        sa.select(sa.func.min(_EVENT.at))
        .select_from(sa.join(log_schema.pending, schema.event, log_places.SAME_EVENT))
        .where(_PENDING.tenant_id == tenant)
    )
    known = [pending, None if placed is None else placed[1]]
    return min((one for one in known if one is not None), default=None)


def _instants(tenant: UUID, year: int, first: int) -> sa.Select[Any]:
    """The instants of the events from a place on."""
    return (
        sa.select(_INDEX.leaf_index, _EVENT.at)
        .select_from(sa.join(log_schema.log_index, schema.event, _PLACED))
        .where(*_of(_INDEX, tenant, year), _INDEX.leaf_index >= first)
        .order_by(_INDEX.leaf_index)
    )


def _of(table: Any, tenant: UUID, year: int) -> tuple[sa.ColumnElement[bool], ...]:
    return table.tenant_id == tenant, table.year == year
