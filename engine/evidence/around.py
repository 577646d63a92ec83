"""The signed heads around events: between which of them each got its place in the log.

Whoever reads a bundle without a server has no other way to see that an event was
written later than it says. Chosen are, for every place, the first head that covers it
and the last head before it behind which nothing waited (`engine.evidence.backdating`);
the bundle proves each to be an earlier state of the log whose last head it holds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from engine.evidence import verifier
from engine.evidence.sequencer import Place, Signed

#: Before every leaf.
_NOTHING: Final = 0


class Heads(Protocol):
    """The signed heads of every tenant, as stored."""

    def covering(self, tenant: UUID, year: int, index: int) -> Signed | None:
        """The first head over more leaves than those before an index."""

    def before(self, tenant: UUID, year: int, size: int) -> Signed | None:
        """The last head over fewer leaves; of two over as many, the later."""

    def ended(self, tenant: UUID, year: int) -> Signed | None:
        """The last but one head of the nearest earlier year that has two.

        The very last is left out: a signer that was away signs it when the new year is
        on its way.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """A signed head, and the size of the one that was signed before it."""

    head: Signed
    since: int
    #: From it to the last head of its log (RFC 6962, 2.1.2).
    growth: tuple[bytes, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing waited behind it: a whole batch may have left some."""
        return self.head.size - self.since < verifier.BATCH


class Finder:
    """Finds the heads around places."""

    def __init__(self, heads: Heads, tenant: UUID) -> None:
        self._heads = heads
        self._tenant = tenant
        self._found: dict[tuple[int, int], Around] = {}

    def run(self, places: Iterable[Place]) -> tuple[Around, ...]:
        """The heads around some places, by year and size."""
        known: Around | None = None
        for place in sorted(places, key=lambda one: (one.year, one.index)):
            if known is not None and _covers(known.head, place):
                continue
            after = self._heads.covering(self._tenant, place.year, place.index)
            if after is not None:
                known = self._take(after)
                self._walk(known)
        return tuple(one for _, one in sorted(self._found.items()))

    def _walk(self, after: Around) -> None:
        """Take what stands before a head, down to one behind which nothing waited."""
        for one in self._earlier(after.head):
            if (one.year, one.size) in self._found or self._take(one).passed:
                return

    def _earlier(self, head: Signed) -> Iterator[Signed]:
        """The heads before one, newest first, and on in the end of another year."""
        here: Signed | None = head
        while here is not None:
            here = self._heads.before(self._tenant, here.year, here.size)
            if here is not None:
                yield here
        here = self._heads.ended(self._tenant, head.year)
        while here is not None:
            yield here
            here = self._heads.before(self._tenant, here.year, here.size)

    def _take(self, head: Signed) -> Around:
        before = self._heads.before(self._tenant, head.year, head.size)
        since = before.size if before is not None else _NOTHING
        made = Around(head=head, since=since)
        return self._found.setdefault((head.year, head.size), made)


def _covers(head: Signed, place: Place) -> bool:
    return head.year == place.year and place.index < head.size
