"""The log of a tenant: events become leaves of one Merkle tree a year.

Writers only insert events; a trigger lists each in `pending`. `integrate` takes what is
pending and gives it places, in a transaction of its own, one at a time for a tenant.
Inner nodes are stored for every eighth level and folded from there, so that a leaf
costs one row and a proof reads at most 255 of them a level.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.evidence import tree
from engine.evidence.sequencer import Found, Head, Lag, Place, Signed
from storage import log_schema, schema
from storage.database import Database
from storage.statement import Link, Statement, insert, parameter

#: Levels between two that are stored.
STEP: Final = 8
_EVENT: Final = schema.event.c
_PENDING: Final = log_schema.pending.c
_INDEX: Final = log_schema.log_index.c
_NODE: Final = log_schema.log_node.c
_CHECKPOINT: Final = log_schema.checkpoint.c

_INSERT_INDEX: Final = insert(log_schema.log_index)
_INSERT_NODE: Final = insert(log_schema.log_node)
_TAKEN: Final = Statement(
    sa.delete(log_schema.pending).where(
        _PENDING.tenant_id == parameter("tenant", _PENDING.tenant_id),
        _PENDING.stream == parameter("stream", _PENDING.stream),
        _PENDING.seq == parameter("seq", _PENDING.seq),
        _PENDING.month == parameter("month", _PENDING.month),
    )
)
_SAME_EVENT: Final = sa.and_(
    _EVENT.tenant_id == _PENDING.tenant_id,
    _EVENT.month == _PENDING.month,
    _EVENT.stream == _PENDING.stream,
    _EVENT.seq == _PENDING.seq,
)
_BEFORE: Final = sa.exists().where(
    _INDEX.tenant_id == _PENDING.tenant_id,
    _INDEX.stream == _PENDING.stream,
    _INDEX.seq == _PENDING.seq - 1,
    _INDEX.month == _PENDING.month,
)
_WAITING: Final = (
    sa.select(
        *(_PENDING.stream, _PENDING.seq, _PENDING.month, _EVENT.leaf),
        _BEFORE.label("follows"),
    )
    .select_from(sa.join(log_schema.pending, schema.event, _SAME_EVENT))
    .where(_PENDING.tenant_id == sa.bindparam("tenant", type_=_PENDING.tenant_id.type))
    .order_by(_PENDING.stream, _PENDING.seq)
)
#: Sequencers of one tenant on PostgreSQL work one after the other ("qtlg").
_LOCK: Final = 0x71746C67


class Log:
    """The logs of every tenant in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def integrate(self, tenant: UUID, year: int, limit: int) -> int:
        """Give places in the log of a year to pending events; how many got one.

        An event whose predecessor in its stream has no place waits for it.
        """
        with self._database.write() as connection:
            return _integrate(Link(connection, None), tenant, year, limit)

    def head(self, tenant: UUID, year: int) -> Head:
        """Size and root hash of a log as it stands."""
        with self._database.read() as connection:
            size = _size(connection, tenant, year)
            frontier = tree.Frontier.of(size, _Nodes(connection, tenant, year))
            return Head(size, frontier.root())

    def root(self, tenant: UUID, year: int, size: int) -> bytes:
        """The root hash that a log had at an earlier size."""
        with self._database.read() as connection:
            nodes = _Nodes(connection, tenant, year)
            return tree.Frontier.of(size, nodes).root()

    def years(self, tenant: UUID) -> tuple[int, ...]:
        """The years that have a log, oldest first."""
        query = (
            sa.select(_INDEX.year)
            .where(_INDEX.tenant_id == tenant, _INDEX.leaf_index == 0)
            .order_by(_INDEX.year)
        )
        with self._database.read() as connection:
            return tuple(connection.scalars(query))

    def consistency(
        self, tenant: UUID, year: int, first: int, second: int
    ) -> list[bytes]:
        """The proof that a log grew from its first leaves."""
        with self._database.read() as connection:
            nodes = _Nodes(connection, tenant, year)
            return tree.consistency(first, second, nodes)

    def places(self, tenant: UUID, stream: UUID, month: int) -> Mapping[int, Place]:
        """The places of the events of a stream, by sequence number."""
        query = sa.select(_INDEX.seq, _INDEX.year, _INDEX.leaf_index).where(
            *(_INDEX.tenant_id == tenant, _INDEX.stream == stream),
            _INDEX.month == month,
        )
        with self._database.read() as connection:
            return {
                seq: Place(year, index)
                for seq, year, index in connection.execute(query)
            }

    def find(self, tenant: UUID, leaf: bytes) -> Found | None:
        """The event with a leaf hash; no index serves this rare question."""
        query = (
            sa.select(_INDEX.stream, _INDEX.seq, _INDEX.year, _INDEX.leaf_index)
            .where(_INDEX.tenant_id == tenant, _INDEX.leaf == leaf)
            .limit(1)
        )
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        stream, seq, year, index = row
        return Found(stream, seq, Place(year, index))

    def inclusion(
        self, tenant: UUID, year: int, size: int, indexes: Sequence[int]
    ) -> list[list[bytes]]:
        """The audit paths of some leaves in a log of a size."""
        with self._database.read() as connection:
            nodes = _Nodes(connection, tenant, year)
            return [tree.inclusion(index, size, nodes) for index in indexes]

    def lag(self, tenant: UUID) -> Lag:
        """How many events have no place yet, and since when the oldest waits."""
        query = sa.select(sa.func.count(), sa.func.min(_EVENT.at)).select_from(
            sa.join(log_schema.pending, schema.event, _SAME_EVENT)
        )
        with self._database.read() as connection:
            row = connection.execute(query.where(_PENDING.tenant_id == tenant)).one()
            return Lag(row[0], row[1])

    def add(self, tenant: UUID, signed: Signed) -> None:
        """Store a signed head."""
        row = {
            "tenant_id": tenant,
            "year": signed.year,
            "size": signed.size,
            "signed_at": signed.at,
            "root": signed.root,
            "note": signed.note,
        }
        with self._database.write() as connection:
            connection.execute(sa.insert(log_schema.checkpoint), row)

    def stamp(self, tenant: UUID, signed: Signed, token: bytes) -> None:
        """Store the time stamp over a signed head."""
        with self._database.write() as connection:
            connection.execute(
                sa.update(log_schema.checkpoint)
                .where(
                    *(_CHECKPOINT.tenant_id == tenant, _CHECKPOINT.year == signed.year),
                    _CHECKPOINT.size == signed.size,
                    _CHECKPOINT.signed_at == signed.at,
                )
                .values(stamp=token)
            )

    def newest(self, tenant: UUID, year: int) -> Signed | None:
        """The last signed head of a log."""
        query = _signed(tenant, year).order_by(
            _CHECKPOINT.size.desc(), _CHECKPOINT.signed_at.desc()
        )
        with self._database.read() as connection:
            row = connection.execute(query.limit(1)).first()
            return None if row is None else Signed(*row)

    def signed(self, tenant: UUID, year: int) -> tuple[Signed, ...]:
        """Every signed head of a log, smallest first."""
        query = _signed(tenant, year).order_by(_CHECKPOINT.size, _CHECKPOINT.signed_at)
        with self._database.read() as connection:
            return tuple(Signed(*row) for row in connection.execute(query))


def _signed(tenant: UUID, year: int) -> sa.Select[Any]:
    return sa.select(
        *(_CHECKPOINT.year, _CHECKPOINT.size, _CHECKPOINT.root),
        *(_CHECKPOINT.note, _CHECKPOINT.signed_at, _CHECKPOINT.stamp),
    ).where(_CHECKPOINT.tenant_id == tenant, _CHECKPOINT.year == year)


def _integrate(link: Link, tenant: UUID, year: int, limit: int) -> int:
    connection = link.connection
    if connection.dialect.name == "postgresql":
        key = tenant.int & 0x7FFFFFFF
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK}, {key})")
    rows = connection.execute(_WAITING.limit(limit), {"tenant": tenant}).all()
    ready = list(_in_order(rows))
    if not ready:
        return 0
    size = _size(connection, tenant, year)
    frontier = tree.Frontier.of(size, _Nodes(connection, tenant, year))
    complete = [
        one
        for row in ready
        for one in frontier.append(bytes(row.leaf))[1:]
        if one[0] % STEP == 0
    ]
    link.run_all(
        _INSERT_INDEX,
        (
            {
                "new_tenant_id": tenant,
                "new_year": year,
                "new_leaf_index": size + number,
                "new_stream": row.stream,
                "new_seq": row.seq,
                "new_month": row.month,
                "new_leaf": row.leaf,
            }
            for number, row in enumerate(ready)
        ),
    )
    if complete:
        link.run_all(
            _INSERT_NODE,
            (
                {
                    "new_tenant_id": tenant,
                    "new_year": year,
                    "new_level": level,
                    "new_node_index": index,
                    "new_hash": value,
                }
                for level, index, value in complete
            ),
        )
    link.run_all(
        _TAKEN,
        (
            {
                "tenant": tenant,
                "stream": row.stream,
                "seq": row.seq,
                "month": row.month,
            }
            for row in ready
        ),
    )
    return len(ready)


def _in_order(rows: Iterable[Any]) -> Iterable[Any]:
    """The rows whose predecessor has a place, or gets one with them."""
    last: tuple[UUID, int, int] | None = None
    for row in rows:
        follows = last == (row.stream, row.month, row.seq - 1)
        if row.seq == 1 or follows or row.follows:
            last = (row.stream, row.month, row.seq)
            yield row


def _size(connection: sa.Connection, tenant: UUID, year: int) -> int:
    query = sa.select(sa.func.max(_INDEX.leaf_index)).where(
        _INDEX.tenant_id == tenant, _INDEX.year == year
    )
    last = connection.scalar(query)
    return 0 if last is None else int(last) + 1


class _Nodes:
    """Complete nodes of a log, read in whole ranges and kept while proofs are made."""

    def __init__(self, connection: sa.Connection, tenant: UUID, year: int) -> None:
        self._connection = connection
        self._tenant = tenant
        self._year = year
        self._known: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of a complete node."""
        found = self._known.get((level, index))
        if found is None:
            found = self._known[level, index] = self._made(level, index)
        return found

    def _made(self, level: int, index: int) -> bytes:
        above = level % STEP
        if above == 0:
            self._read(level, index - index % (1 << STEP))
            return self._known[level, index]
        left = self(level - 1, 2 * index)
        return tree.parent(left, self(level - 1, 2 * index + 1))

    def _read(self, level: int, first: int) -> None:
        """Read the stored nodes of one range."""
        read: Callable[[int, int], sa.Select[Any]] = self._leaves
        if level:
            read = self._inner(level)
        query = read(first, first + (1 << STEP))
        for index, value in self._connection.execute(query):
            self._known[level, index] = bytes(value)

    def _leaves(self, low: int, high: int) -> sa.Select[Any]:
        return sa.select(_INDEX.leaf_index, _INDEX.leaf).where(
            *(_INDEX.tenant_id == self._tenant, _INDEX.year == self._year),
            *(_INDEX.leaf_index >= low, _INDEX.leaf_index < high),
        )

    def _inner(self, level: int) -> Callable[[int, int], sa.Select[Any]]:
        def query(low: int, high: int) -> sa.Select[Any]:
            return sa.select(_NODE.node_index, _NODE.hash).where(
                *(_NODE.tenant_id == self._tenant, _NODE.year == self._year),
                *(_NODE.level == level, _NODE.node_index >= low),
                _NODE.node_index < high,
            )

        return query
