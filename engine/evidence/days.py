"""Sealed days: the heads of all case streams under one root, once a day.

Theory of operation (docs/manual/evidence.md, 2.5). A day is sealed *at a size of the
log*: a case's head is its last event among the leaves up to there. So anyone who has
the log can make the same root anew, whatever was written meanwhile, and whoever shows a
case with its place among the heads shows that it was whole on that day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID, uuid5

from engine.domain.run import Json
from engine.evidence import record, tree

_NAME: Final = "log"

#: A case's head: its stream in hex, the number and the leaf hash of its last event.
Head = tuple[str, int, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """What a sealed day says."""

    #: The log, and how many of its leaves are meant; earlier years count whole.
    year: int
    size: int
    #: RFC 6962 root over the heads of all case streams, in the order of their ids.
    heads: bytes
    cases: int
    #: The last number of each prefix of dossier codes that was given since the last
    #: sealed day.
    codes: Mapping[str, int]

    def facts(self, day: str) -> dict[str, Json]:
        """The facts of the event."""
        # Pairs, because a prefix is no key of our own: it may hold any character.
        codes: list[Json] = [[name, self.codes[name]] for name in sorted(self.codes)]
        return {
            "day": day,
            "log": self.year,
            "size": self.size,
            "heads": self.heads.hex(),
            "cases": self.cases,
            "codes": codes,
        }

    @classmethod
    def of(cls, facts: Mapping[str, Json]) -> "Sealing":
        """What the facts of an event say.

        Raises:
            KeyError, TypeError, ValueError: They are no facts of a sealed day.
        """
        codes = facts["codes"]
        if not isinstance(codes, list):
            raise TypeError
        pairs = [one for one in codes if isinstance(one, list)]
        return cls(
            year=_whole(facts["log"]),
            size=_whole(facts["size"]),
            heads=bytes.fromhex(str(facts["heads"])),
            cases=_whole(facts["cases"]),
            codes={str(name): _whole(last) for name, last in pairs},
        )


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a case stands among the heads of a sealed day."""

    stream: UUID
    seq: int
    index: int
    #: RFC 6962 audit path.
    path: tuple[bytes, ...]


class Days(Protocol):
    """Reads what is sealed."""

    def standing(self, tenant: UUID, year: int) -> Sealing:
        """What would be sealed now, with every prefix of codes."""

    def places(
        self, tenant: UUID, sealed: Sealing, streams: Sequence[UUID]
    ) -> tuple[Spot, ...]:
        """Where some cases stand among the heads of a sealed day.

        Cases that were not there yet are left out.

        Raises:
            EvidenceError: The heads are not those that were sealed.
        """


def stream_of(tenant: UUID) -> UUID:
    """The stream in which the log of a tenant tells of itself."""
    return uuid5(tenant, _NAME)


def leaf(stream: str, seq: int, head: bytes) -> bytes:
    """The leaf hash of a case's head."""
    # Hex and a number: this is canonical JSON.
    return record.leaf_hash(b'["%b",%d,"%b"]' % (stream.encode(), seq, _hex(head)))


def root(heads: Iterable[Head]) -> tuple[bytes, int]:
    """The root over heads in the order of their streams, and their number."""
    frontier = tree.Frontier()
    for stream, seq, head in heads:
        frontier.append(leaf(stream, seq, head))
    return frontier.root(), frontier.size


class Kept:
    """A tree over heads that is kept in memory, to make paths of."""

    def __init__(self, heads: Iterable[Head]) -> None:
        #: Stream in hex → number of its last event and place.
        self.spots: dict[str, tuple[int, int]] = {}
        self._levels: list[list[bytes]] = [list(self._leaves(heads))]
        while len(self._levels[-1]) > 1:
            below = iter(self._levels[-1])
            pairs = zip(below, below, strict=False)
            self._levels.append([tree.parent(*pair) for pair in pairs])

    def _leaves(self, heads: Iterable[Head]) -> Iterator[bytes]:
        for index, (stream, seq, head) in enumerate(heads):
            self.spots[stream] = seq, index
            yield leaf(stream, seq, head)

    @property
    def size(self) -> int:
        """How many cases there are."""
        return len(self.spots)

    def root(self) -> bytes:
        """The root over all heads."""
        return tree.Frontier.of(self.size, self._node).root()

    def spot(self, stream: UUID) -> Spot | None:
        """Where a case stands; None: it was not there."""
        found = self.spots.get(stream.hex)
        if found is None:
            return None
        seq, index = found
        path = tree.inclusion(index, self.size, self._node)
        return Spot(stream, seq, index, tuple(path))

    def _node(self, level: int, index: int) -> bytes:
        return self._levels[level][index]


def _hex(value: bytes) -> bytes:
    return value.hex().encode()


def _whole(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value
