"""The tree of a log as stored: its size, and the nodes that are complete.

Inner nodes are stored for every eighth level and folded from there, so that a leaf
costs one row and a proof reads at most 255 of them a level.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.errors import EvidenceError
from engine.evidence import tree
from storage import log_schema
from storage.statement import Link, Statement, parameter

#: Levels between two that are stored.
STEP: Final = 8
#: Stored nodes below one that is stored, too.
_RANGE: Final = 1 << STEP
#: Stored levels of a tree of up to 2**32 leaves.
_LEVELS: Final = (0, 8, 16, 24)
_INDEX: Final = log_schema.log_index.c
_NODE: Final = log_schema.log_node.c

#: The place of the last leaf of a log, or None.
LAST: Final = Statement(
    sa.select(sa.func.max(_INDEX.leaf_index)).where(
        _INDEX.tenant_id == parameter("tenant", _INDEX.tenant_id),
        _INDEX.year == parameter("year", _INDEX.year),
    )
)


def _stored(level: int) -> sa.Select[Any]:
    """One range of the nodes of a stored level."""
    low, high = f"low_{level}", f"high_{level}"
    table, index, value = (
        (_NODE, _NODE.node_index, _NODE.hash)
        if level
        else (_INDEX, _INDEX.leaf_index, _INDEX.leaf)
    )
    constant = sa.literal_column(str(level), sa.Integer)
    query = sa.select(constant, index, value).where(
        table.tenant_id == parameter("tenant", table.tenant_id),
        table.year == parameter("year", table.year),
        index >= parameter(low, index),
        index < parameter(high, index),
    )
    return query.where(_NODE.level == constant) if level else query


#: The stored nodes from which the right edge of a tree is folded.
EDGE: Final = Statement(sa.union_all(*map(_stored, _LEVELS)))
_RANGES: Final[Mapping[int, Statement]] = {
    level: Statement(_stored(level)) for level in _LEVELS
}


def size_of(link: Link, tenant: UUID, year: int) -> int:
    """How many leaves a log has."""
    found = link.first(LAST, {"tenant": tenant, "year": year})
    last = None if found is None else found[0]
    return 0 if last is None else int(last) + 1


class Nodes:
    """Complete nodes of a log, read in whole ranges and kept while proofs are made."""

    def __init__(self, link: Link, tenant: UUID, year: int) -> None:
        self._link = link
        self._scope = {"tenant": tenant, "year": year}
        self._known: dict[tuple[int, int], bytes] = {}

    def fetch(self, *sizes: int) -> None:
        """Read what the edges of trees of some sizes take, in one round trip.

        It is also all that a proof from one of them to another takes.
        """
        with self._link.together():
            asked = [
                self._link.run(EDGE, {**self._scope, **_ranges(size)}) for size in sizes
            ]
        for cursor in asked:
            for level, index, value in self._link.rows(EDGE, cursor):
                self._known[level, index] = bytes(value)

    def frontier(self, size: int) -> tree.Frontier:
        """The right edge of the tree of a size."""
        return tree.Frontier.of(size, self)

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of a complete node.

        Raises:
            EvidenceError: It is not stored: somebody took it out of the database.
        """
        found = self._known.get((level, index))
        if found is None:
            found = self._known[level, index] = self._made(level, index)
        return found

    def _made(self, level: int, index: int) -> bytes:
        if level % STEP == 0:
            return self._read(level, index)
        left = self(level - 1, 2 * index)
        return tree.parent(left, self(level - 1, 2 * index + 1))

    def _read(self, level: int, index: int) -> bytes:
        """Read the range of stored nodes that one stands in."""
        first = index - index % _RANGE
        limits = {f"low_{level}": first, f"high_{level}": first + _RANGE}
        query = _RANGES[level]
        cursor = self._link.run(query, {**self._scope, **limits})
        for _, each, value in self._link.rows(query, cursor):
            self._known[level, each] = bytes(value)
        try:
            return self._known[level, index]
        except KeyError as error:
            message = f"The log of {self._scope['year']} lacks node {level}/{index}."
            raise EvidenceError(message) from error


def _ranges(size: int) -> dict[str, int]:
    """Of each stored level, the range where the tree of a size ends."""
    made = {}
    for level in _LEVELS:
        first = (size >> level + STEP) << STEP
        made[f"low_{level}"] = first
        made[f"high_{level}"] = first + _RANGE
    return made
