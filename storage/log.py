"""The log of a tenant: events become leaves of one Merkle tree a year.

Writers only insert events; a trigger lists each in `pending`. `batches` takes what is
pending and gives it places, each batch in a transaction of its own, one at a time for a
tenant.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.evidence import tree
from engine.evidence.promise import Ages
from engine.evidence.sequencer import Found, Head, Lag, Place, Signed, Standing
from storage import log_ages, log_nodes, log_places, log_schema, schema
from storage.database import Database
from storage.statement import Statement, insert, parameter

_EVENT: Final = schema.event.c
_PENDING: Final = log_schema.pending.c
_INDEX: Final = log_schema.log_index.c
_CHECKPOINT: Final = log_schema.checkpoint.c

_SIGNED: Final = (_CHECKPOINT.year, _CHECKPOINT.size, _CHECKPOINT.root)
_SIGNED_MORE: Final = (_CHECKPOINT.note, _CHECKPOINT.signed_at, _CHECKPOINT.stamp)
_NEWEST: Final = Statement(
    sa.select(*_SIGNED, *_SIGNED_MORE)
    .where(
        _CHECKPOINT.tenant_id == parameter("tenant", _CHECKPOINT.tenant_id),
        _CHECKPOINT.year == parameter("year", _CHECKPOINT.year),
    )
    .order_by(_CHECKPOINT.size.desc(), _CHECKPOINT.signed_at.desc())
    .limit(sa.literal_column("1", sa.Integer))
    .offset(sa.literal_column("0", sa.Integer))
)
_INSERT_CHECKPOINT: Final = insert(log_schema.checkpoint)


class Log:
    """The logs of every tenant in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def integrate(self, tenant: UUID, year: int, limit: int) -> int:
        """Give places in the log of a year to pending events; how many got one.

        An event whose predecessor in its stream has no place waits for it.
        """
        return next(iter(self.batches(tenant, year, limit)), 0)

    def batches(self, tenant: UUID, year: int, limit: int) -> Iterator[int]:
        """Give places batch by batch to what is pending; how many got one in each.

        Each batch begins where the one before it ended, so that no stream waits for
        another that never comes to an end, and nothing that must wait is looked at
        twice.
        """
        after: log_places.Key | None = log_places.FIRST
        while after is not None:
            ask = log_places.Ask(tenant=tenant, year=year, limit=limit, after=after)
            batch = log_places.integrate(self._database, ask)
            yield batch.made
            after = batch.last

    def head(self, tenant: UUID, year: int) -> Head:
        """Size and root hash of a log as it stands."""
        with self._database.glance() as link:
            size = log_nodes.size_of(link, tenant, year)
            nodes = log_nodes.Nodes(link, tenant, year)
            nodes.fetch(size)
            return Head(size, nodes.frontier(size).root())

    def root(self, tenant: UUID, year: int, size: int) -> bytes:
        """The root hash that a log had at an earlier size."""
        with self._database.glance() as link:
            return log_nodes.Nodes(link, tenant, year).frontier(size).root()

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
        with self._database.glance() as link:
            nodes = log_nodes.Nodes(link, tenant, year)
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
        with self._database.glance() as link:
            nodes = log_nodes.Nodes(link, tenant, year)
            return [tree.inclusion(index, size, nodes) for index in indexes]

    def lag(self, tenant: UUID) -> Lag:
        """How many events have no place yet, and since when the oldest waits."""
        query = sa.select(sa.func.count(), sa.func.min(_EVENT.at)).select_from(
            sa.join(log_schema.pending, schema.event, log_places.SAME_EVENT)
        )
        with self._database.read() as connection:
            row = connection.execute(query.where(_PENDING.tenant_id == tenant)).one()
            return Lag(row[0], row[1])

    def ages(self, tenant: UUID, year: int, count: int) -> Ages:
        """How long the newest events of a log waited for the heads that cover them."""
        with self._database.read() as connection:
            return log_ages.read(connection, tenant, year, count)

    def add(self, tenant: UUID, signed: Signed) -> None:
        """Store a signed head."""
        row = {
            "new_tenant_id": tenant,
            "new_year": signed.year,
            "new_size": signed.size,
            "new_signed_at": signed.at,
            "new_root": signed.root,
            "new_note": signed.note,
            "new_stamp": signed.stamp,
        }
        with self._database.alone() as link:
            link.run(_INSERT_CHECKPOINT, row)

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
        with self._database.glance() as link:
            row = link.first(_NEWEST, {"tenant": tenant, "year": year})
            return None if row is None else Signed(*row)

    def standing(self, tenant: UUID, year: int) -> Standing:
        """A log beside its newest signed head, and how the one grew from the other."""
        scope = {"tenant": tenant, "year": year}
        with self._database.glance() as link:
            with link.together():
                newest = link.run(_NEWEST, scope)
                last = link.run(log_nodes.LAST, scope)
            signed = next((int(one[1]) for one in link.rows(_NEWEST, newest)), 0)
            ((leaf,),) = link.rows(log_nodes.LAST, last)
            size = 0 if leaf is None else int(leaf) + 1
            if size <= signed:
                return Standing(size, signed)
            nodes = log_nodes.Nodes(link, tenant, year)
            nodes.fetch(signed, size)
            proof = tree.consistency(signed, size, nodes) if signed else []
            return Standing(size, signed, nodes.frontier(size).root(), tuple(proof))

    def signed(self, tenant: UUID, year: int) -> tuple[Signed, ...]:
        """Every signed head of a log, smallest first."""
        query = _signed(tenant, year).order_by(_CHECKPOINT.size, _CHECKPOINT.signed_at)
        with self._database.read() as connection:
            return tuple(Signed(*row) for row in connection.execute(query))


def _signed(tenant: UUID, year: int) -> sa.Select[Any]:
    return sa.select(*_SIGNED, *_SIGNED_MORE).where(
        _CHECKPOINT.tenant_id == tenant, _CHECKPOINT.year == year
    )
