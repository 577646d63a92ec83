"""Places for what is pending: one batch of events becomes leaves of a log.

What costs time where the machine is busy are the journeys to the database, each of
which waits for the processor twice. So a batch takes four: look, read the edge of the
tree, write everything, commit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from storage import log_nodes, log_schema, schema
from storage.database import Database
from storage.statement import Link, Statement, insert, parameter

_EVENT: Final = schema.event.c
_PENDING: Final = log_schema.pending.c
_INDEX: Final = log_schema.log_index.c

_NONE: Final = sa.literal_column("0", sa.Integer)
_ONE: Final = sa.literal_column("1", sa.Integer)
#: Where something stands among what is pending: stream, number, month.
Key = tuple[UUID, int, int]
#: Before everything that is pending.
FIRST: Final[Key] = (UUID(int=0), 0, 0)

SAME_EVENT: Final = sa.and_(
    _EVENT.tenant_id == _PENDING.tenant_id,
    _EVENT.month == _PENDING.month,
    _EVENT.stream == _PENDING.stream,
    _EVENT.seq == _PENDING.seq,
)
#: The place of the event before. No EXISTS: PostgreSQL may answer many of those by
#: reading the whole index of the log into memory first.
_BEFORE: Final = (
    sa.select(_INDEX.leaf_index)
    .where(
        _INDEX.tenant_id == _PENDING.tenant_id,
        _INDEX.stream == _PENDING.stream,
        _INDEX.seq == _PENDING.seq - _ONE,
        _INDEX.month == _PENDING.month,
    )
    .limit(_ONE)
    .offset(_NONE)
    .scalar_subquery()
)
_WAITING: Final = Statement(
    sa.select(
        *(_PENDING.stream, _PENDING.seq, _PENDING.month, _EVENT.leaf),
        sa.or_(_PENDING.seq == _ONE, _BEFORE.is_not(None)).label("follows"),
    )
    .select_from(sa.join(log_schema.pending, schema.event, SAME_EVENT))
    .where(
        _PENDING.tenant_id == parameter("tenant", _PENDING.tenant_id),
        sa.tuple_(_PENDING.stream, _PENDING.seq, _PENDING.month)
        > sa.tuple_(
            parameter("after_stream", _PENDING.stream),
            parameter("after_seq", _PENDING.seq),
            parameter("after_month", _PENDING.month),
        ),
    )
    .order_by(_PENDING.stream, _PENDING.seq, _PENDING.month)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .offset(_NONE)
)
#: Sequencers of one tenant on PostgreSQL work one after the other ("qtlg").
_LOCK: Final = Statement(
    sa.select(
        sa.func.pg_advisory_xact_lock(
            sa.literal_column(str(0x71746C67), sa.Integer),
            sa.bindparam("tenant_key", type_=sa.Integer),
        )
    )
)
_INSERT_INDEX: Final = insert(log_schema.log_index)
_INSERT_NODE: Final = insert(log_schema.log_node)
_TAKEN: Final = Statement(
    sa.delete(log_schema.pending).where(
        _PENDING.tenant_id == parameter("new_tenant_id", _PENDING.tenant_id),
        _PENDING.stream == parameter("new_stream", _PENDING.stream),
        _PENDING.seq == parameter("new_seq", _PENDING.seq),
        _PENDING.month == parameter("new_month", _PENDING.month),
    )
)
#: Both for a whole batch at once (PostgreSQL): a row costs a third of a statement.
_PLACE: Final = Statement(
    sa.text(
        "WITH ready AS (SELECT * FROM unnest(CAST(:streams AS uuid[]),"
        " CAST(:numbers AS integer[]), CAST(:months AS integer[]),"
        " CAST(:leaves AS bytea[]))"
        " WITH ORDINALITY AS ready(stream, seq, month, leaf, number)),"
        " placed AS (INSERT INTO log_index"
        " (tenant_id, year, leaf_index, stream, seq, month, leaf)"
        " SELECT CAST(:tenant AS uuid), CAST(:year AS integer),"
        " CAST(:size AS bigint) + number - 1, stream, seq, month, leaf FROM ready)"
        " DELETE FROM pending USING ready WHERE pending.tenant_id ="
        " CAST(:tenant AS uuid) AND pending.stream = ready.stream"
        " AND pending.seq = ready.seq AND pending.month = ready.month"
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a batch is to take, of which tenant, into the log of which year."""

    tenant: UUID
    year: int
    limit: int
    after: Key = FIRST


@dataclass(frozen=True, slots=True)
class Batch:
    """How many events got a place, and behind what more may be pending."""

    made: int
    last: Key | None


def integrate(database: Database, ask: Ask) -> Batch:
    """Give places to one batch of what is pending, in a transaction of its own.

    Raises:
        UnavailableError: The database does not answer, is busy or full.
        EvidenceError: A node of the tree is missing.
    """
    with database.write() as connection:
        link = Link(connection, database.counter)
        rows, size = _look(link, ask)
        ready = list(_in_order(rows))
        if ready:
            _write(link, ask, size, ready)
    whole = len(rows) == ask.limit
    return Batch(len(ready), _key(rows[-1]) if whole else None)


def _look(link: Link, ask: Ask) -> tuple[list[list[Any]], int]:
    """What is pending behind a place, and how long the log is."""
    stream, seq, month = ask.after
    values = {
        "tenant": ask.tenant,
        "limit": ask.limit,
        "after_stream": stream,
        "after_seq": seq,
        "after_month": month,
    }
    scope = {"tenant": ask.tenant, "year": ask.year}
    with link.together():
        if _on_postgresql(link):
            # Each statement behind it sees what the one before us has committed.
            link.run(_LOCK, {"tenant_key": ask.tenant.int & 0x7FFFFFFF})
        waiting = link.run(_WAITING, values)
        last = link.run(log_nodes.LAST, scope)
    ((leaf,),) = link.rows(log_nodes.LAST, last)
    return link.rows(_WAITING, waiting), 0 if leaf is None else int(leaf) + 1


def _write(link: Link, ask: Ask, size: int, ready: Sequence[list[Any]]) -> None:
    """Insert the leaves and the nodes that they complete, all together."""
    nodes = log_nodes.Nodes(link, ask.tenant, ask.year)
    nodes.fetch(size)
    frontier = nodes.frontier(size)
    complete = [
        {
            "new_tenant_id": ask.tenant,
            "new_year": ask.year,
            "new_level": level,
            "new_node_index": index,
            "new_hash": value,
        }
        for row in ready
        for level, index, value in frontier.append(bytes(row[3]))[1:]
        if level % log_nodes.STEP == 0
    ]
    with link.together():
        if _on_postgresql(link):
            link.run(_PLACE, _columns(ask, size, ready))
        else:
            rows = [_row(ask, size + n, row) for n, row in enumerate(ready)]
            link.run_all(_INSERT_INDEX, rows)
            link.run_all(_TAKEN, rows)
        if complete:
            link.run_all(_INSERT_NODE, complete)


def _on_postgresql(link: Link) -> bool:
    return link.connection.dialect.name == "postgresql"


def _columns(ask: Ask, size: int, ready: Sequence[list[Any]]) -> dict[str, Any]:
    streams, numbers, months, leaves, _ = zip(*ready, strict=True)
    return {
        "tenant": ask.tenant,
        "year": ask.year,
        "size": size,
        "streams": list(streams),
        "numbers": list(numbers),
        "months": list(months),
        "leaves": list(leaves),
    }


def _row(ask: Ask, index: int, row: list[Any]) -> dict[str, Any]:
    stream, seq, month, leaf, _ = row
    return {
        "new_tenant_id": ask.tenant,
        "new_year": ask.year,
        "new_leaf_index": index,
        "new_stream": stream,
        "new_seq": seq,
        "new_month": month,
        "new_leaf": leaf,
    }


def _in_order(rows: Iterable[list[Any]]) -> Iterable[list[Any]]:
    """The rows whose predecessor has a place, or gets one with them."""
    last: Key | None = None
    for row in rows:
        stream, seq, month, _, follows = row
        if follows or last == (stream, seq - 1, month):
            last = _key(row)
            yield row


def _key(row: Sequence[Any]) -> Key:
    return row[0], row[1], row[2]
